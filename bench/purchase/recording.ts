import type pg from 'pg';

/** Texts of PostgreSQL by column, as it prints and reads them. */
export type Row = Record<string, string | null>;

/** A row that was written, with the transaction that did. */
export type Change = { transaction: string; table: Table; operation: 'INSERT' | 'UPDATE'; before: Row; after: Row };

export type Table = { name: string; columns: { name: string; type: string }[]; key: string[] };

/** Writes down every row that `work` has written, by triggers that are gone afterwards. */
export async function recorded(owner: pg.Client, work: () => Promise<void>): Promise<Change[]> {
  const tables = await tablesOf(owner);
  await owner.query(`create schema bench_recording
    create table changes (n bigserial, transaction xid8 default pg_current_xact_id(), name text, operation text,
      before text[], after text[])`);
  try {
    for (const [at, table] of tables.entries()) await owner.query(triggerOn(table, at));
    await work();
    const { rows } = await owner.query<Recorded>(
      'select transaction::text, name, operation, before, after from bench_recording.changes order by n',
    );
    return rows.map((row) => changeOf(row, tables));
  } finally {
    await owner.query(
      'set client_min_messages = warning; drop schema bench_recording cascade; reset client_min_messages',
    );
  }
}

type Recorded = {
  transaction: string;
  name: string;
  operation: string;
  before: (string | null)[] | null;
  after: (string | null)[] | null;
};

function changeOf({ transaction, name, operation, before, after }: Recorded, tables: Table[]): Change {
  if (operation !== 'INSERT' && operation !== 'UPDATE')
    throw new Error(`nobody knows how to repeat: ${operation} ${name}`);
  const table = tables.find((it) => it.name === name)!;
  const rowOf = (values: (string | null)[] | null) =>
    Object.fromEntries(table.columns.map((column, at) => [column.name, values?.[at] ?? null]));
  return { transaction, table, operation, before: rowOf(before), after: rowOf(after) };
}

/** Every table that holds rows, with the columns that are written and its primary key. */
async function tablesOf(owner: pg.Client): Promise<Table[]> {
  const { rows } = await owner.query<Table>(`
    select format('%I.%I', n.nspname, c.relname) as name,
        (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
          from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
        (select json_agg(a.attname) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
          where i.indrelid = c.oid and i.indisprimary) as key
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname in ('public', 'pgboss') order by name`);
  return rows;
}

function triggerOn({ name, columns }: Table, at: number): string {
  const texts = (row: string) => `array[${columns.map((column) => `${row}."${column.name}"::text`).join(', ')}]`;
  return `
    create function bench_recording.record_${at}() returns trigger language plpgsql security definer as $$
    begin
      insert into bench_recording.changes (name, operation, before, after) values ('${name}', tg_op,
        case when tg_op <> 'INSERT' then ${texts('old')} end, case when tg_op <> 'DELETE' then ${texts('new')} end);
      return null;
    end $$;
    create trigger bench_recording after insert or update or delete on ${name}
      for each row execute function bench_recording.record_${at}()`;
}
