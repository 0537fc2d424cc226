import { afterAll, beforeAll, expect, test } from 'vitest';
import { hurry } from '../../../test/proofs/ground.ts';
import { playHistories } from '../../../test/proofs/ledger.ts';
import { seedOf } from '../../../test/proofs/random.ts';
import { shown } from '../../../test/proofs/state.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';

// Random histories of all moves against a plain model of the rules (test/proofs/model.ts). `SEED=… npm run unit` throws the
// same dice again; `npm run prove -- ledger` plays longer and finds the shortest history that fails.

const MOVES = 20_000;

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
  await hurry(db);
});
afterAll(() => db.close());

test('E1 E11 E12 in random histories of all moves the ledger answers and holds what the model does', {
  timeout: 400_000,
}, async () => {
  const seed = seedOf(process.env.SEED);
  const { counts, failure } = await playHistories(db.database, seed, MOVES);
  if (failure) {
    const last = failure.asked.slice(-3).map(shown).join('\n');
    const again = `npm run prove -- ledger --seed ${seed} --history ${failure.number}`;
    expect.fail(`seed ${seed}, history ${failure.number}, after\n${last}\n${failure.failure}\nagain: ${again}`);
  }
  expect(counts.moves).toBe(MOVES);
  // What is seldom met is not proved.
  expect(counts.tooSeldom(), `seed ${seed}`).toEqual([]);
});
