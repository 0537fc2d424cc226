import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runsAsRoot, serviceAccount } from './account.ts';
import { anyLeft, familyOf, until } from './fixtures/launch.ts';
import { query, scene, setTheScene } from './fixtures/scene.ts';

setTheScene();

test('a killed program takes PostgreSQL with it, and what it had committed is there at the next start', async () => {
  const victim = await scene.launch();
  victim.go();
  const { ownerUrl, pid } = await victim.said;
  await query(ownerUrl, `insert into kept values ('committed')`);
  const family = familyOf(pid);
  expect(family.length).toBeGreaterThan(3);
  await victim.kill();
  await until('PostgreSQL ended too', () => !anyLeft(family, scene.base));
  const database = await scene.start();
  expect(await query(database.ownerUrl, `select word from kept where word = 'committed'`)).toEqual(['committed']);
});

test('a start right after the kill waits for the old server to end', async () => {
  const victim = await scene.launch();
  victim.go();
  const { pid } = await victim.said;
  await victim.kill();
  const database = await scene.start();
  expect(database.pid).not.toBe(pid);
  expect(await query(database.ownerUrl, 'select 1')).toEqual([1]);
});

test('a killed server comes back on the same port by itself, with everything committed', async () => {
  const database = await scene.start();
  const { pid } = database;
  await query(database.ownerUrl, `insert into kept values ('before the kill')`);
  process.kill(pid, 'SIGKILL');
  await until('another server runs', () => database.pid !== pid, 20_000);
  const words = await query(database.ownerUrl, `select word from kept where word = 'before the kill'`);
  expect(words).toEqual(['before the kill']);
});

test('a server that is killed again and again is given up, and the program is told', async () => {
  const database = await scene.start();
  let killed = 0;
  let over = false;
  void database.exited.then(() => {
    over = true;
  });
  await until(
    'it is given up',
    () => {
      if (database.pid !== killed) {
        killed = database.pid;
        process.kill(killed, 'SIGKILL');
      }
      return over;
    },
    25_000,
  );
  expect((await database.exited)?.message).toContain('PostgreSQL keeps ending (SIGKILL)');
  const next = await scene.start();
  expect(await query(next.appUrl, 'select 1')).toEqual([1]);
});

test('a crash of program and server at once, after which the server’s process id is given to another, is survived', async () => {
  const victim = await scene.launch();
  victim.go();
  const { pid } = await victim.said;
  const family = familyOf(pid);
  process.kill(victim.child.pid!, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  await victim.kill();
  await until('all of it is gone', () => !anyLeft(family, scene.base));
  // Same user, or PostgreSQL would know by itself that it cannot be a server of its own.
  const { uid, gid } = runsAsRoot() ? serviceAccount() : { uid: process.getuid!(), gid: process.getgid!() };
  const other = spawn('sleep', ['60'], { uid, gid });
  try {
    const serverFile = join(scene.dataDir, 'postgres/cluster/postmaster.pid');
    writeFileSync(serverFile, readFileSync(serverFile, 'utf8').replace(/^\d+/, String(other.pid)));
    const database = await scene.start();
    expect(await query(database.appUrl, 'select 1')).toEqual([1]);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  } finally {
    other.kill();
  }
});
