import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { Refusal } from '../../platform/errors.ts';
import { createCompany } from '../people/people.ts';
import {
  addCredits,
  balanceAsOf,
  balanceOf,
  commitHold,
  expireCredits,
  expireHolds,
  freezeCredits,
  holdCredits,
  releaseHold,
  reverseSpend,
  spendCredits,
  thawCredits,
} from './credits.ts';

let core: TestCore;
let space: Space;
let customerId: string;
let key = 0;

beforeAll(async () => {
  core = await testCore({ at: '2026-03-01T09:00:00Z' });
  space = await someSpace(core);
  const { organizationId, location } = space;
  const it = { organizationId, locationId: location.id, name: 'Acme', now: core.now() };
  customerId = (await core.database.write(organizationId, (tx) => createCompany(tx, it))).customerId;
});
afterAll(() => core.close());

const HOUR = 3_600_000;

/** A year-like history in an hour's steps; each step is a little work with the clock where it is. */
async function step(at: number, spent: string[], held: string[]): Promise<void> {
  const { organizationId } = space;
  const now = core.now();
  const move = { organizationId, customerId, key: `asof:${++key}`, actorUserId: null, memo: 'Because', now };
  await core.database.write(organizationId, async (tx) => {
    const soon = at % 3 === 0 ? new Date(now.getTime() + (at % 7) * HOUR + 1) : null;
    if (at % 5 === 0) await addCredits(tx, { ...move, creditsMinor: BigInt(100 + at), expiresAt: soon });
    else if (at % 5 === 1) spent.push((await spendCredits(tx, { ...move, creditsMinor: BigInt(1 + at) })).entryId);
    else if (at % 5 === 2)
      held.push(
        (await holdCredits(tx, { ...move, creditsMinor: 10n, holdUntil: new Date(now.getTime() + 3 * HOUR) })).entryId,
      );
    else if (at % 15 === 3)
      await reverseSpend(tx, { ...move, entryId: spent.shift() ?? customerId, timeZone: 'Europe/Berlin' });
    else if (at % 15 === 8) await commitHold(tx, { ...move, holdId: held.pop() ?? customerId, creditsMinor: 4n });
    else if (at % 15 === 13) await releaseHold(tx, { ...move, holdId: held.pop() ?? customerId });
    else if (at % 20 === 4) await freezeCredits(tx, move);
    else if (at % 20 === 9) await thawCredits(tx, move);
    else if (at % 20 === 14) await expireHolds(tx, { organizationId, now });
    else await expireCredits(tx, { organizationId, now });
  });
}

test('the balance as of any past instant is what was shown then, with its lots, what was held and frozen', async () => {
  const { organizationId } = space;
  const shown: { at: Date; balance: unknown }[] = [];
  const [spent, held]: string[][] = [[], []];
  let refused = 0;
  for (let at = 0; at < 120; at++) {
    await step(at, spent!, held!).catch((error) => {
      if (!(error instanceof Refusal)) throw error;
      refused++;
    });
    // Right after the step, and between two.
    for (const ms of [0, HOUR / 2]) {
      core.clock.advance(ms);
      const balance = await core.database.read(organizationId, (db) => balanceOf(db, customerId, core.now()));
      shown.push({ at: core.now(), balance });
    }
    core.clock.advance(HOUR / 2);
  }
  expect(refused).toBeLessThan(60);
  for (const { at, balance } of shown) {
    const then = await core.database.read(organizationId, (db) => balanceAsOf(db, customerId, at));
    expect(then, at.toISOString()).toEqual(balance);
  }
});
