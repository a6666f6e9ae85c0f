import {
  CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  type Kysely,
  Transaction,
} from "kysely";

/**
 * A transaction whose statements go out as they are asked for: several that do not wait for each other's rows make one
 * journey to the server and back instead of one each, and a journey costs more than most of our statements.
 *
 * They run in the order in which they were asked for. Once one fails PostgreSQL refuses those behind it; whichever
 * refusal `work` hears of first, the failure itself is what is thrown. After the end none gets out any more, whoever
 * still asks. The connection must be opened with `pipeline` (pg, 8.23).
 */
export async function runPipelined<Tables, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  const executor = db.getExecutor();
  return executor.provideConnection(async (connection) => {
    const gate = new Gate(connection);
    const tx = transactionOf<Tables>(executor.withConnectionProvider(gate));
    const begun = connection.executeQuery(CompiledQuery.raw("begin"));
    begun.catch(() => undefined); // told by the first statement as well
    try {
      const result = await work(tx);
      await begun;
      gate.close();
      const { rows } = await connection.executeQuery<{ command?: string }>(CompiledQuery.raw("commit"));
      if (rows[0]?.command === "ROLLBACK") throw new Error("PostgreSQL rolled back what we committed");
      return result;
    } catch (error) {
      gate.close();
      // Of no use on a connection that is gone; the pool throws that away by itself.
      await connection.executeQuery(CompiledQuery.raw("rollback")).catch(() => undefined);
      throw isBehindFailure(error) ? (gate.firstFailure ?? error) : error;
    }
  });
}

function transactionOf<Tables>(executor: ReturnType<Kysely<Tables>["getExecutor"]>): Transaction<Tables> {
  // It is begun and ended here, so it needs neither a driver nor a dialect of its own.
  const props = { executor, config: {}, driver: {}, dialect: {} };
  return new Transaction<Tables>(props as unknown as ConstructorParameters<typeof Transaction>[0]);
}

/** Whether PostgreSQL refused a statement only because one before it had failed ("in_failed_sql_transaction"). */
function isBehindFailure(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "25P02";
}

/** The way to the connection, open until the transaction ends. */
class Gate implements ConnectionProvider {
  readonly #connection: DatabaseConnection;
  #isOpen = true;
  #firstFailure: unknown;

  constructor(connection: DatabaseConnection) {
    this.#connection = {
      executeQuery: async (query) => {
        try {
          return await connection.executeQuery(query);
        } catch (error) {
          this.#firstFailure ??= error;
          throw error;
        }
      },
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    };
  }

  /** Of its statements; answers come in the order of the questions. */
  get firstFailure(): unknown {
    return this.#firstFailure;
  }

  async provideConnection<Result>(
    consumer: (connection: DatabaseConnection) => Promise<Result>,
  ): Promise<Result> {
    if (!this.#isOpen) throw new Error("the transaction is over");
    return consumer(this.#connection);
  }

  close(): void {
    this.#isOpen = false;
  }
}
