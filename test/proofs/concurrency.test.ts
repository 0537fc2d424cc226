import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { LOST_UPDATE, race, unchain, unlock } from './concurrency.ts';
import { seedOf } from './random.ts';

// A short race; `npm run prove -- concurrency` runs a longer one.

const seed = seedOf(process.env.SEED);
let dbs: TestDatabase[];

beforeAll(async () => {
  dbs = await Promise.all([testDatabase(), testDatabase(), testDatabase()]);
});
afterAll(() => Promise.all(dbs.map((db) => db.close())));

test('E1 E10 E12 what two processes of eight workers see of four accounts can have happened one after the other', {
  timeout: 200_000,
}, async () => {
  const { seen, wrong } = await race(dbs[0]!, seed, 1_500);
  expect(wrong, `seed ${seed}`).toEqual([]);
  expect(seen.length).toBeGreaterThanOrEqual(1_500);
});

test('without the row lock constraints refuse what would be lost', { timeout: 200_000 }, async () => {
  await unlock(dbs[1]!);
  const { wrong } = await race(dbs[1]!, seed, 1_000);
  expect(wrong.join('\n')).toContain('credit_entries_organization_id_customer_id_version_key');
});

test('without lock and constraints the check of the race sees it', { timeout: 200_000 }, async () => {
  await unlock(dbs[2]!);
  await unchain(dbs[2]!);
  const { wrong } = await race(dbs[2]!, seed, 1_000);
  expect(wrong.join('\n')).toMatch(LOST_UPDATE);
});
