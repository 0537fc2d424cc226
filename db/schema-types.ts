import type pg from 'pg';

const TYPES: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  text_array: 'string[]',
  int4: 'number',
  int8: 'bigint',
  bool: 'boolean',
  timestamptz: 'Date',
  date: 'string',
  bytea: 'Buffer',
  jsonb: 'unknown',
};

type Column = {
  table_name: string;
  column_name: string;
  type: string;
  nullable: boolean;
  has_default: boolean;
  may_insert: boolean;
  may_update: boolean;
  choices: string | null;
};

/**
 * Kysely's types for the migrated schema, as the app's role meets it: a column that it may not insert or update has
 * `never` there, so that what grants forbid does not compile either. A check on a list of texts becomes a union.
 */
export async function schemaTypes(client: pg.Client, appRole: string): Promise<string> {
  const { rows } = await client.query<Column>(
    `select c.relname as table_name, a.attname as column_name, not a.attnotnull as nullable, a.atthasdef as has_default,
       case when t.typelem <> 0 and t.typname like '\\_%' then substr(t.typname, 2) || '_array' else t.typname end as type,
       has_column_privilege($1, c.oid, a.attnum, 'insert') as may_insert,
       has_column_privilege($1, c.oid, a.attnum, 'update') as may_update,
       (select pg_get_constraintdef(k.oid) from pg_constraint k
         where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
           and pg_get_constraintdef(k.oid) ~ '= ANY \\(ARRAY\\[' limit 1) as choices
     from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
       and c.relname <> 'schema_migrations'
     order by c.relname, a.attnum`,
    [appRole],
  );
  const tables = Map.groupBy(rows, (row) => row.table_name);
  const lines = [
    '// Generated from the migrated schema by `npm run db:types`; a test holds it to the migrations. Do not edit.',
    "import type { ColumnType } from 'kysely';",
    '',
    'export type Schema = {',
  ];
  for (const [table, columns] of tables) {
    lines.push(
      `  ${table}: {`,
      ...columns.map((column) => `    ${column.column_name}: ${columnType(column)};`),
      '  };',
    );
  }
  return `${[...lines, '};'].join('\n')}\n`;
}

function columnType(column: Column): string {
  const base = union(column.choices) ?? TYPES[column.type];
  if (!base) throw new Error(`no type for ${column.table_name}.${column.column_name} (${column.type})`);
  const selected = column.nullable ? `${base} | null` : base;
  const inserted = column.has_default || column.nullable ? `${selected} | undefined` : selected;
  return `ColumnType<${selected}, ${column.may_insert ? inserted : 'never'}, ${column.may_update ? selected : 'never'}>`;
}

function union(check: string | null): string | undefined {
  const list = check?.match(/ARRAY\[(.*?)\]/)?.[1];
  return list
    ?.split(', ')
    .map((item) => item.replace(/::text$/, ''))
    .join(' | ');
}
