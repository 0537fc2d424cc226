import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { QUEUES } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { migrate, type Roles } from '../src/platform/database/migrate.ts';
import { openDatabasePlace } from '../src/platform/database/open.ts';
import { prepareDatabase } from '../src/platform/database/prepare.ts';
import { SetupError } from '../src/platform/errors.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts';

const ROOT = process.cwd();
const FILES = readdirSync('db/migrations').sort();
const JOBS = expect.stringMatching(/^pg-boss /);

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function ask<Row>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

const at = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;

/** A database with nothing in it, and those who migrate it and work in it. */
async function emptyDatabase(): Promise<Roles & { appUrl: string }> {
  const { ownerUrl, appUrl } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await ask(ownerUrl, `create database ${name}`);
  cleanUps.push(() => ask(ownerUrl, `drop database ${name} with (force)`));
  return { ownerUrl: at(ownerUrl, name), appUrl: at(appUrl, name), appRole: new URL(appUrl).username };
}

/** A folder of migrations; `write` adds one or changes it. */
function migrations(files: Record<string, string>): { folder: string; write(name: string, text: string): void } {
  const folder = mkdtempSync(join(tmpdir(), 'roost-migrations-'));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { folder, write };
}

const tablesIn = async (url: string) =>
  (
    await ask<{ name: string }>(
      url,
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace
    and relkind = 'r' and relname <> 'schema_migrations' order by 1`,
    )
  ).map((row) => row.name);

const applied = async (url: string) =>
  (await ask<{ name: string }>(url, 'select name from schema_migrations order by name')).map((row) => row.name);

describe('migrating', () => {
  test('brings an empty database to this version, and does nothing the second time', async () => {
    const roles = await emptyDatabase();
    expect(await prepareDatabase(roles, ROOT, QUEUES)).toEqual({ applied: [...FILES, JOBS] });
    expect(await applied(roles.ownerUrl)).toEqual([...FILES, JOBS]);
    expect(await prepareDatabase(roles, ROOT, QUEUES)).toEqual({ applied: [] });
    await expect(ask(roles.appUrl, 'select count(*) from credit_entries')).resolves.toHaveLength(1);
  });

  test('is done once when two programs start at the same time', async () => {
    const roles = await emptyDatabase();
    const done = await Promise.all([prepareDatabase(roles, ROOT, QUEUES), prepareDatabase(roles, ROOT, QUEUES)]);
    expect(done.flatMap((it) => it.applied)).toEqual([...FILES, JOBS]);
  });

  test('refuses a database that a newer program has migrated, and changes nothing there', async () => {
    const roles = await emptyDatabase();
    await migrate(roles, migrations({ '0001_a.sql': 'create table a ()', '0002_b.sql': 'create table b ()' }).folder);
    const older = migrate(roles, migrations({ '0001_a.sql': 'create table a ()' }).folder);
    await expect(older).rejects.toBeInstanceOf(SetupError);
    await expect(older).rejects.toThrow(/newer than this program.*0002_b\.sql.*Start the version that made it/);
    expect(await applied(roles.ownerUrl)).toEqual(['0001_a.sql', '0002_b.sql']);
  });

  test('refuses a migration that was changed after it was applied', async () => {
    const roles = await emptyDatabase();
    const { folder, write } = migrations({ '0001_a.sql': 'create table a ()' });
    await migrate(roles, folder);
    write('0001_a.sql', 'create table a (id int)');
    write('0002_b.sql', 'create table b ()');
    const again = migrate(roles, folder);
    await expect(again).rejects.toBeInstanceOf(SetupError);
    await expect(again).rejects.toThrow(/0001_a\.sql was changed after it was applied/);
    expect(await tablesIn(roles.ownerUrl)).toEqual(['a']);
  });

  test('leaves nothing half done when a migration fails, and goes on from there once it is mended', async () => {
    const roles = await emptyDatabase();
    const { folder, write } = migrations({
      '0001_a.sql': 'create table a ()',
      '0002_b.sql': 'create table b (); select 1 / 0; create table c ()',
      '0003_d.sql': 'create table d ()',
    });
    await expect(migrate(roles, folder)).rejects.toThrow('Migration 0002_b.sql failed: division by zero');
    expect(await tablesIn(roles.ownerUrl)).toEqual(['a']);
    expect(await applied(roles.ownerUrl)).toEqual(['0001_a.sql']);
    write('0002_b.sql', 'create table b ()');
    expect(await migrate(roles, folder)).toEqual({ applied: ['0002_b.sql', '0003_d.sql'] });
  });
});

describe('a PostgreSQL of somebody else', () => {
  let server: EmbeddedPostgres;
  let superuser: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'roost-external-'));
    chmodSync(folder, 0o711);
    server = await startEmbeddedPostgres({ dataDir: folder, systemDir: join(folder, 'system') });
    superuser = await letSuperuserIn();
    await ask(superuser, 'drop owned by roost_app');
    await ask(superuser, 'drop role roost_app');
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Only here: the embedded server never lets its superuser in, and an operator's server has one. */
  async function letSuperuserIn(): Promise<string> {
    const access = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
      (path) => path.endsWith('pg_hba.conf') && !path.includes('cluster'),
    );
    appendFileSync(join(folder, access!), 'host all all 127.0.0.1/32 trust\n');
    process.kill(server.pid, 'SIGHUP');
    const url = Object.assign(new URL(at(server.ownerUrl, 'postgres')), { username: 'postgres', password: '' }).href;
    await vi.waitFor(() => ask(url, 'select 1'), { timeout: 5_000 });
    return url;
  }

  /** A role made with `attributes` that has a database of its own. */
  async function tenant(name: string, attributes = ''): Promise<string> {
    await ask(superuser, `create role ${name} login ${attributes}`);
    await ask(superuser, `create database ${name} owner ${name}`);
    return Object.assign(new URL(at(superuser, name)), { username: name }).href;
  }

  const openAt = (urls: { DATABASE_URL: string; DATABASE_OWNER_URL?: string }) =>
    openDatabasePlace(readConfig({ DATA_DIR: folder, ...urls }, { demo: false }), () => {});

  const whoIn = async (url: string) =>
    (
      await ask<{ who: string; owns: number }>(
        url,
        `select current_user as who, count(*)::int as owns
      from pg_class where relowner = current_user::regrole`,
      )
    )[0];

  async function isReady(place: Awaited<ReturnType<typeof openAt>>): Promise<void> {
    expect((await prepareDatabase(place, ROOT, QUEUES)).applied).toEqual([...FILES, JOBS]);
    expect(await whoIn(place.appUrl)).toEqual({ who: place.appRole, owns: 0 });
    await expect(ask(place.appUrl, 'delete from credit_entries')).rejects.toMatchObject({ code: '42501' });
    expect(await ask(place.appUrl, 'select from credit_entries')).toEqual([]);
  }

  test('is worked in by one address when its user may not make roles and was given ours', async () => {
    await ask(superuser, 'create role roost_app nologin');
    const url = await tenant('given');
    await ask(superuser, 'grant roost_app to given');
    await isReady(await openAt({ DATABASE_URL: url }));
  });

  test('is worked in by one address when its user may make roles: ours is made', async () => {
    await ask(superuser, 'drop owned by roost_app');
    await ask(at(superuser, 'given'), 'drop owned by roost_app');
    await ask(superuser, 'drop role roost_app');
    await isReady(await openAt({ DATABASE_URL: await tenant('maker', 'createrole') }));
  });

  test('is worked in by two addresses, of an owner and of an app with a role of its own', async () => {
    const owner = await tenant('landlord');
    await ask(superuser, 'create role lodger login');
    const app = Object.assign(new URL(owner), { username: 'lodger' }).href;
    const place = await openAt({ DATABASE_URL: app, DATABASE_OWNER_URL: owner });
    expect(place).toMatchObject({ appRole: 'lodger', appUrl: app, ownerUrl: owner });
    await isReady(place);
  });

  test('is refused with what to do when the user of the one address can neither make nor become our role', async () => {
    await ask(superuser, 'create role roost_app nologin').catch(() => {});
    const refused = openAt({ DATABASE_URL: await tenant('stranger') });
    await expect(refused).rejects.toBeInstanceOf(SetupError);
    await expect(refused).rejects.toThrow(
      /its user can neither make nor become the role roost_app .*"create role roost_app nologin; grant roost_app to <user>", or set DATABASE_OWNER_URL/,
    );
    expect(await tablesIn(at(superuser, 'stranger'))).toEqual([]);
  });
});
