import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { NoPostgresBinaries, WrongPostgresVersion } from './embedded.ts';
import { anyLeft, familyOf, until } from './fixtures/launch.ts';
import { query, scene, setTheScene } from './fixtures/scene.ts';

setTheScene();

test('what was stored is there again, and nothing is set up a second time', async () => {
  const first = await scene.start();
  await query(first.ownerUrl, `insert into kept values ('first')`);
  await first.stop();
  const setUpAt = statSync(join(scene.dataDir, 'postgres/cluster/PG_VERSION')).mtimeMs;
  const second = await scene.start();
  expect(await query(second.ownerUrl, `select word from kept where word = 'first'`)).toEqual(['first']);
  expect(statSync(join(scene.dataDir, 'postgres/cluster/PG_VERSION')).mtimeMs).toBe(setUpAt);
});

test('a stop is clean, may be asked for twice, leaves no process and gives the folder back', async () => {
  const database = await scene.start();
  const family = familyOf(database.pid);
  await Promise.all([database.stop(), database.stop()]);
  expect(await database.exited).toBeUndefined();
  expect(anyLeft(family, scene.base)).toBe(false);
  const lines: string[] = [];
  await scene.start(scene.dataDir, (line) => lines.push(line));
  expect(lines.join('\n')).toContain('database system was shut down at');
});

test('an initialisation that was cut short is begun again', async () => {
  const folder = scene.newFolder('cut-short');
  const cut = await scene.launch(folder);
  cut.go();
  const drafts = () => readdirSync(folder).filter((name) => name.startsWith('postgres.new-'));
  await until('initdb is at work', () => drafts().some((draft) => existsSync(join(folder, draft, 'cluster/base/1'))));
  await cut.kill();
  const database = await scene.start(folder);
  expect(await query(database.appUrl, 'select 1')).toEqual([1]);
  expect(drafts()).toEqual([]);
});

test('a database of another major version is refused in words', async () => {
  const versionFile = join(scene.dataDir, 'postgres/cluster/PG_VERSION');
  const version = readFileSync(versionFile, 'utf8');
  writeFileSync(versionFile, '17\n');
  try {
    await expect(scene.start()).rejects.toThrow(WrongPostgresVersion);
    await expect(scene.start()).rejects.toThrow(/was made by PostgreSQL 17, and this Roost brings PostgreSQL 18/);
  } finally {
    writeFileSync(versionFile, version);
  }
});

test('a platform without binaries is told what to do', async () => {
  const { arch } = process;
  Object.defineProperty(process, 'arch', { value: 'mips' });
  try {
    await expect(scene.start()).rejects.toThrow(NoPostgresBinaries);
    await expect(scene.start()).rejects.toThrow('set DATABASE_URL to a PostgreSQL 15 or newer');
  } finally {
    Object.defineProperty(process, 'arch', { value: arch });
  }
});

test('a port that is taken is not an obstacle', async () => {
  const takenShare = 0.5;
  const other = createServer().listen(20_000 + takenShare * 12_000, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  vi.spyOn(Math, 'random').mockReturnValueOnce(takenShare);
  const lines: string[] = [];
  const database = await scene.start(scene.dataDir, (line) => lines.push(line));
  await new Promise((resolve) => other.close(resolve));
  expect(lines.join('\n')).toContain('could not bind');
  expect(await query(database.appUrl, 'select 1')).toEqual([1]);
});

test('the app may connect and no more; the owner makes test databases; the superuser stays outside', async () => {
  const { ownerUrl, appUrl } = await scene.start();
  await expect(query(appUrl, 'create table mine ()')).rejects.toThrow('permission denied');
  await expect(query(appUrl, 'select * from kept')).rejects.toThrow('permission denied');
  await query(ownerUrl, 'create database clone template roost');
  await query(ownerUrl, 'drop database clone');
  expect(await query(ownerUrl, 'select rolname from pg_roles where rolsuper')).toEqual(['postgres']);
  const superuser = new URL(ownerUrl);
  superuser.username = 'postgres';
  await expect(query(superuser.href, 'select 1')).rejects.toThrow('no pg_hba.conf entry');
});

test('commits are durable, pages have checksums, text is UTF-8 in an order that no system update changes', async () => {
  const { ownerUrl } = await scene.start();
  const settings = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'server_encoding', 'TimeZone'];
  const values = await query(ownerUrl, `select ${settings.map((name) => `current_setting('${name}')`).join()}`);
  expect(values).toEqual(['on', 'on', 'on', 'on', 'UTF8', 'UTC']);
  const locale = `select datlocprovider, datlocale from pg_database where datname = 'roost'`;
  expect(await query(ownerUrl, locale)).toEqual(['b', 'C.UTF-8']);
});

test('the passwords are for the user who starts Roost alone', async () => {
  expect(statSync(join(scene.dataDir, 'postgres/passwords.json')).mode & 0o077).toBe(0);
});

test('PostgreSQL does not see the secrets in the environment', async () => {
  process.env.ROOST_TEST_SECRET = 'open sesame';
  const { pid } = await scene.start();
  delete process.env.ROOST_TEST_SECRET;
  const environment = existsSync('/proc') ? readFileSync(`/proc/${pid}/environ`, 'utf8') : '';
  expect(environment).not.toContain('open sesame');
});
