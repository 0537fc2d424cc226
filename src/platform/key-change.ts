import { sql } from 'kysely';
import type { Config } from './core.ts';
import type { Database, Tx } from './database/database.ts';
import { SetupError } from './errors.ts';
import { writeKeyFile } from './key-file.ts';
import { createSecrets, keyName, newKey, type Secrets } from './secrets.ts';

/** A column that holds sealed values, beside an `id` of its table; `asText` when it holds them as base64url. */
export type SealedColumn = { table: string; column: string; about: (id: string) => string; asText?: boolean };

export type KeyChange = {
  config: Pick<Config, 'key' | 'oldKeys' | 'keyFile'>;
  /** As the owner of the tables: the app itself may not rewrite what it sealed. */
  database: Database;
  organizationIds: readonly string[];
  columns: readonly SealedColumn[];
  /** Tells the operator one line. */
  say: (line: string) => void;
};

type Counts = { resealed: number; unknown: number; damaged: string[] };

const BATCH = 500;

/**
 * Seals everything anew under another key, one transaction per organization, and then drops the old key from the key
 * file. The file holds both keys from before the first row is changed until the last one was looked at, so it can end at
 * any point: the program works with both, and the next run goes on. Must be alone with the database.
 */
export async function changeKey(it: KeyChange): Promise<void> {
  const { config, say } = it;
  const keys = keysToUse(config);
  if (config.keyFile) writeKeyFile(config.keyFile, keys);
  const names = keys.slice(1).map(keyName).join(', ');
  say(`From key ${names} to key ${keyName(keys[0]!)}.`);
  const secrets = createSecrets(keys[0]!, keys.slice(1));
  const counts: Counts = { resealed: 0, unknown: 0, damaged: [] };
  for (const organizationId of it.organizationIds) {
    const before = counts.resealed;
    await it.database.write(organizationId, async (tx) => {
      for (const column of it.columns) await resealColumn(tx, organizationId, column, secrets, counts);
    });
    say(`Organization ${organizationId}: ${counts.resealed - before} sealed anew.`);
  }
  if (counts.unknown > 0)
    say(`${counts.unknown} are sealed under keys that are not here; they could not be opened before either.`);
  await refuseToDrop(it, secrets, counts);
  if (config.keyFile) {
    writeKeyFile(config.keyFile, keys.slice(0, 1));
    say(
      `Key ${names} is dropped. Copy ${config.keyFile} to where you keep the key; backups from before need the old one.`,
    );
  } else say('ROOST_OLD_KEYS is needed no more. Backups from before need the old key.');
}

/** The key to come first, then those to leave. A change that was begun and not ended goes on with its own new key. */
function keysToUse({ key, oldKeys, keyFile }: KeyChange['config']): string[] {
  if (oldKeys.length > 0) return [key, ...oldKeys];
  if (keyFile) return [newKey(), key];
  throw new SetupError(
    'ROOST_KEY: put a new key there and the present one into ROOST_OLD_KEYS, then run this again. This makes one:\n' +
      `  node -p "crypto.randomBytes(32).toString('base64url')"`,
  );
}

async function resealColumn(
  tx: Tx,
  organizationId: string,
  column: SealedColumn,
  secrets: Secrets,
  counts: Counts,
): Promise<void> {
  for await (const { id, sealed } of sealedIn(tx, organizationId, column)) {
    const sealedBy = secrets.keyOf(sealed);
    if (sealedBy === 'unknown') counts.unknown++;
    if (sealedBy !== 'old') continue;
    const plain = opened(secrets, sealed, column.about(id));
    if (plain === undefined) {
      counts.damaged.push(`${column.table}.${column.column} of ${id}`);
      continue;
    }
    const anew = secrets.seal(plain, column.about(id));
    await sql`update ${sql.table(column.table)}
      set ${sql.ref(column.column)} = ${column.asText ? anew.toString('base64url') : anew}
      where organization_id = ${organizationId} and id = ${id}`.execute(tx);
    counts.resealed++;
  }
}

/** Looks at everything once more: an old key goes only when nothing at all is left that it opens. */
async function refuseToDrop(it: KeyChange, secrets: Secrets, { damaged }: Counts): Promise<void> {
  let left = 0;
  for (const organizationId of it.organizationIds) {
    left += await it.database.read(organizationId, async (db) => {
      let old = 0;
      for (const column of it.columns) {
        for await (const { sealed } of sealedIn(db, organizationId, column)) {
          if (secrets.keyOf(sealed) === 'old') old++;
        }
      }
      return old;
    });
  }
  if (left === 0) return;
  const which = damaged.length > 0 ? `, because they are damaged:\n  ${damaged.join('\n  ')}` : '.';
  throw new SetupError(`The old key stays: ${left} could not be sealed anew${which}`);
}

async function* sealedIn(
  db: Tx,
  organizationId: string,
  { table, column, asText }: SealedColumn,
): AsyncIterable<{ id: string; sealed: Buffer }> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await sql<{ id: string; sealed: Buffer | string }>`
      select id, ${sql.ref(column)} as sealed from ${sql.table(table)}
      where organization_id = ${organizationId} and id > ${after} and octet_length(${sql.ref(column)}) > 0
      order by id limit ${BATCH}`.execute(db);
    for (const { id, sealed } of rows)
      yield { id, sealed: asText ? Buffer.from(sealed as string, 'base64url') : (sealed as Buffer) };
    if (rows.length < BATCH) return;
    after = rows.at(-1)!.id;
  }
}

function opened(secrets: Secrets, sealed: Buffer, about: string): string | undefined {
  try {
    return secrets.open(sealed, about);
  } catch {
    return undefined;
  }
}
