import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { bePresent, type Presence, whileAlone } from './presence.ts';

let db: TestDatabase;
let present: Presence[];

beforeEach(async () => {
  db = await testDatabase();
  present = [];
});
afterEach(async () => {
  for (const presence of present) await presence.leave();
  await db.close();
});

async function come(keysAreGood = () => true): Promise<Presence> {
  const presence = await bePresent({ url: db.appUrl, keysAreGood });
  present.push(presence);
  return presence;
}

/** Ends every connection but our own, as a database that is restarted does. */
async function cutConnections(): Promise<void> {
  const client = new pg.Client({ connectionString: db.ownerUrl });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
     where l.locktype = 'advisory' and d.datname = current_database()`,
  );
  await client.end();
}

const locks = async () =>
  (
    await db.asOwner(
      '00000000-0000-7000-8000-000000000000',
      `select from pg_locks l join pg_database d on d.oid = l.database
       where l.locktype = 'advisory' and d.datname = current_database() and l.granted`,
    )
  ).rowCount;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 200) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

test('several programs are at work together, and the key is not changed under any of them', async () => {
  const [one, other] = [await come(), await come()];
  await expect(whileAlone(db.ownerUrl, async () => 'changed')).rejects.toThrow('Roost is running on this database');
  await one.leave();
  await expect(whileAlone(db.ownerUrl, async () => 'changed')).rejects.toThrow('stop it');
  await other.leave();
  expect(await whileAlone(db.ownerUrl, async () => 'changed')).toBe('changed');
});

test('no program starts while the key is changed, nor with a key that was changed while it started', async () => {
  await whileAlone(db.ownerUrl, async () => {
    await expect(come()).rejects.toThrow('is being changed');
    await expect(whileAlone(db.appUrl, async () => {})).rejects.toThrow('Roost is running');
  });
  await expect(come(() => false)).rejects.toThrow('start Roost again');
  expect(await locks()).toBe(0);
});

test('a program that lost its connection takes part again', async () => {
  await come();
  await cutConnections();
  await until(async () => (await locks()) === 1);
  await expect(whileAlone(db.ownerUrl, async () => {})).rejects.toThrow('Roost is running');
});

test('a program that lost its connection while the key was changed works no further', async () => {
  let good = true;
  const presence = await come(() => good);
  good = false;
  await cutConnections();
  expect(String(await presence.ended)).toContain('start Roost again');
  expect(await locks()).toBe(0);
});

test('whoever leaves is told of nothing', async () => {
  const presence = await come();
  await presence.leave();
  expect(await presence.ended).toBeUndefined();
  await presence.leave();
});
