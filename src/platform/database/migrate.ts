import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { SetupError } from '../errors.ts';

/** Who migrates, and as whom the app works afterwards. */
export type Roles = { ownerUrl: string; appRole: string };

/** A step after the SQL files that is kept by its fingerprint: the job queue's own schema. */
export type ExtraStep = { name: string; run: (client: pg.Client) => Promise<void> };

const LOCK = 7_226_679_001n;

/**
 * Brings the database to this program's version: each SQL file of `folder` once, in order, in a transaction of its own,
 * under an advisory lock so that programs that start together wait for each other. Then gives `appRole` its grants.
 * Refuses a database that a newer program has migrated, and a file that was changed after it was applied.
 */
export async function migrate(roles: Roles, folder: string, extra: ExtraStep[] = []): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: roles.ownerUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const done = await appliedMigrations(client);
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .sort();
    refuseNewer(done, files);
    const applied: string[] = [];
    for (const name of files) {
      const text = readFileSync(join(folder, name), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      const before = done.get(name);
      if (before === checksum) continue;
      if (before)
        throw new SetupError(`Migration ${name} was changed after it was applied; migrations are append-only.`);
      await inTransaction(client, name, async () => {
        await client.query(text.replaceAll(':app_role', pg.escapeIdentifier(roles.appRole)));
        await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum]);
      });
      applied.push(name);
    }
    for (const step of extra) {
      if (done.has(step.name)) continue;
      await step.run(client);
      await client.query("insert into schema_migrations (name, checksum) values ($1, '')", [step.name]);
      applied.push(step.name);
    }
    return { applied };
  } finally {
    await client.end();
  }
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

function refuseNewer(done: Map<string, string>, files: string[]): void {
  const unknown = [...done.keys()].filter((name) => name.endsWith('.sql') && !files.includes(name)).sort();
  if (unknown.length > 0) {
    throw new SetupError(
      `The database is newer than this program: it has the migration ${unknown.at(-1)}, which this version of Roost does ` +
        'not know. Start the version that made it, or a later one.',
    );
  }
}

async function inTransaction(client: pg.Client, name: string, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
