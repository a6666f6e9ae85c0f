import type pg from "pg";

/** A column that holds sealed values. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
}

export async function listSealedColumns(client: pg.Client): Promise<SealedColumn[]> {
  const { rows } = await client.query<SealedColumn>(`
    select c.table_name as table, c.column_name as column from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.data_type = 'bytea' and c.column_name like '%sealed'
      and t.table_type = 'BASE TABLE' order by 1, 2`);
  return rows;
}
