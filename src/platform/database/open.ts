import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Config, Log } from '../core.ts';
import { SetupError } from '../errors.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import type { Roles } from './migrate.ts';

/** Where the database is: whose rights migrate it, and the address by which the app works in it. */
export type DatabasePlace = Roles & {
  appUrl: string;
  /** Settles when an embedded server ended and could not be kept running. */
  exited: Promise<Error | undefined>;
  stop(): Promise<void>;
};

const APP_ROLE = 'roost_app';
const LEAST_VERSION = 150_000;

/** Starts the embedded PostgreSQL, or finds its way into the one that `DATABASE_URL` names. */
export async function openDatabasePlace(config: Config, log: Log): Promise<DatabasePlace> {
  if (config.databaseUrl) return await externalPlace(config.databaseUrl, config.databaseOwnerUrl);
  const server = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (line) => log('info', 'postgres', { line }),
  });
  const { ownerUrl, appUrl } = server;
  const addresses = addressFile(config);
  writeFileSync(addresses, JSON.stringify({ ownerUrl, appUrl }), { mode: 0o600 });
  return {
    ownerUrl,
    appUrl,
    appRole: APP_ROLE,
    exited: server.exited,
    async stop() {
      rmSync(addresses, { force: true });
      await server.stop();
    },
  };
}

/** The embedded database of a Roost that runs on this data folder just now, for commands beside it; else one of our own. */
export async function joinDatabasePlace(config: Config, log: Log): Promise<DatabasePlace> {
  const addresses = addressFile(config);
  if (!config.databaseUrl && existsSync(addresses)) {
    const found = JSON.parse(readFileSync(addresses, 'utf8')) as { ownerUrl: string; appUrl: string };
    // The file stays behind when a program is killed; then nobody answers there, and we start the database ourselves.
    if (await answers(found.ownerUrl)) {
      return { ...found, appRole: APP_ROLE, exited: new Promise(() => {}), stop: async () => {} };
    }
  }
  return await openDatabasePlace(config, log);
}

function addressFile(config: Config): string {
  return join(config.dataDir, 'database.json');
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/**
 * With an owner's address of its own, `DATABASE_URL` is the app's role. With one address only, its user owns the tables
 * and the app works as a role that it may `SET ROLE` to, made here when it is missing.
 */
async function externalPlace(url: string, ownerUrl: string | undefined): Promise<DatabasePlace> {
  const external = { exited: new Promise<undefined>(() => {}), stop: async () => {} };
  const client = new pg.Client({ connectionString: ownerUrl ?? url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  let owner: string;
  try {
    const { rows } = await client.query<{ version: string; owner: string }>(
      "select current_setting('server_version_num') as version, current_user as owner",
    );
    if (Number(rows[0]!.version) < LEAST_VERSION) {
      throw new SetupError('DATABASE_URL: Roost needs PostgreSQL 15 or newer.');
    }
    owner = rows[0]!.owner;
    if (!ownerUrl) await mayBecomeApp(client);
  } finally {
    await client.end();
  }
  const place = ownerUrl ? { ownerUrl, appUrl: url, appRole: decodeURIComponent(new URL(url).username) } : asApp(url);
  await refusePowerfulApp(place.appUrl, owner);
  return { ...external, ...place };
}

function asApp(ownerUrl: string) {
  const appUrl = new URL(ownerUrl);
  appUrl.searchParams.set('options', `-c role=${APP_ROLE}`);
  return { ownerUrl, appUrl: appUrl.href, appRole: APP_ROLE };
}

/** Makes the app's role when it is missing, and tries that the owner may become it. */
async function mayBecomeApp(client: pg.Client): Promise<void> {
  try {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [APP_ROLE]);
    if (rowCount === 0) await client.query(`create role ${APP_ROLE} nologin`);
    await become(client).catch(async () => {
      // Whoever makes a role is its member, but since PostgreSQL 16 not yet allowed to become it.
      await client.query(`grant ${APP_ROLE} to current_user`);
      await become(client);
    });
  } catch (error) {
    throw new SetupError(
      `DATABASE_URL: its user can neither make nor become the role ${APP_ROLE} (${(error as Error).message}). Make it with ` +
        `"create role ${APP_ROLE} nologin; grant ${APP_ROLE} to <user>", or set DATABASE_OWNER_URL for migrations and give ` +
        'DATABASE_URL a role of its own.',
    );
  }
}

async function become(client: pg.Client): Promise<void> {
  await client.query(`set role ${APP_ROLE}`);
  await client.query('reset role');
}

/** The app works with grants only: not as the owner of the tables, and not as a role that row-level security lets pass. */
async function refusePowerfulApp(appUrl: string, owner: string): Promise<void> {
  const client = new pg.Client({ connectionString: appUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; powerful: boolean; owns: boolean }>(
      `select current_user as name, rolsuper or rolbypassrls as powerful,
         current_user = $1 or (session_user = current_user and pg_has_role(current_user, $1, 'member')) as owns
       from pg_roles where rolname = current_user`,
      [owner],
    );
    const { name, powerful, owns } = rows[0]!;
    if (!powerful && !owns) return;
    throw new SetupError(
      `DATABASE_URL: Roost would work as ${name}, which ${powerful ? 'passes row-level security' : 'owns its tables'}. Give ` +
        'it a role of its own with no rights but those that migrations grant, and migrate by DATABASE_OWNER_URL.',
    );
  } finally {
    await client.end();
  }
}
