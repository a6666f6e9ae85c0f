import type { ColumnType, Generated } from "kysely";

/** Null once destroyed. Nothing opens without it, so setting it to null is the erasure. */
type Wrapped = ColumnType<Buffer | null, Buffer, Buffer | null>;

export interface VaultTables {
  "vault.root_check": {
    id: number;
    root_key: Buffer;
    sealed: Buffer;
    created_at: Generated<Date>;
  };
  "vault.workspace_key": {
    workspace_id: string;
    version: number;
    wrapped: Wrapped;
    created_at: Generated<Date>;
    destroyed_at: ColumnType<Date | null, never, Date | null>;
  };
  "vault.index_key": {
    workspace_id: string;
    name: string;
    workspace_key_version: number;
    wrapped: Buffer;
    created_at: Generated<Date>;
  };
  "vault.data_key": {
    workspace_id: string;
    id: string;
    subject_id: string;
    class: string;
    month: ColumnType<Date, string, never>;
    workspace_key_version: number;
    wrapped: Wrapped;
    created_at: Generated<Date>;
    destroyed_at: ColumnType<Date | null, never, Date | null>;
  };
}
