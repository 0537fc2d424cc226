import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { newId } from '../../platform/ids.ts';
import { creditsOfPurchase } from './credits.ts';

let core: TestCore;
let ledger: TestLedger;
let owner: Owner;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  ledger = await openLedger(core);
  owner = await ledger.owner();
});
afterAll(() => core.close());

const SOON = '2026-04-05T22:00:00Z';
const NOTHING = { leftMinor: 0n, heldMinor: 0n, spentMinor: 0n, expiredMinor: 0n, takenBackMinor: 0n };

const creditsOf = ({ purchaseId }: { purchaseId: string }) =>
  core.database.read(ledger.space.organizationId, (db) => creditsOfPurchase(db, purchaseId, core.now()));

test('UX-54 each part of a purchase is told: left, set aside, spent, deducted, taken back', async () => {
  const bought = await owner.buy(5_000n);
  expect(await creditsOf(bought)).toEqual({ ...NOTHING, leftMinor: 5_000n });
  await owner.spend(1_500n);
  await owner.deduct(100n);
  await owner.hold(400n, ledger.later(60));
  await owner.takeBack(bought, 1_000n);
  expect(await creditsOf(bought)).toEqual({
    leftMinor: 2_000n,
    heldMinor: 400n,
    spentMinor: 1_600n,
    expiredMinor: 0n,
    takenBackMinor: 1_000n,
  });
});

test('UX-54 what is left is what taking back takes, though a hold has timed out and nobody has written so', async () => {
  const bought = await owner.buy(1_000n);
  await owner.spend(250n);
  await owner.hold(400n, ledger.later(60));
  await owner.hold(50n, ledger.later(600));
  core.clock.advance(61 * 60_000);
  expect(await creditsOf(bought)).toEqual({ ...NOTHING, leftMinor: 700n, heldMinor: 50n, spentMinor: 250n });
  expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 700n });
  expect(await creditsOf(bought)).toEqual({ ...NOTHING, heldMinor: 50n, spentMinor: 250n, takenBackMinor: 700n });
});

test('UX-54 E11 what has expired cannot be taken back, written off or not; what came back since can', async () => {
  const bought = await owner.buy(1_000n, { endsAt: SOON });
  const spend = await owner.spend(300n);
  core.clock.set('2026-04-06T00:00:00Z');
  const expired = { ...NOTHING, spentMinor: 300n, expiredMinor: 700n };
  expect(await creditsOf(bought)).toEqual(expired);
  await ledger.expire();
  expect(await creditsOf(bought)).toEqual(expired);
  await owner.reverse(spend, { creditsMinor: 200n });
  expect(await creditsOf(bought)).toEqual({ ...expired, leftMinor: 200n, spentMinor: 100n });
  expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 200n });
  expect(await creditsOf(bought)).toEqual({ ...expired, spentMinor: 100n, takenBackMinor: 200n });
});

test('UX-54 what was given back again counts as left, and other credits do not count', async () => {
  const bought = await owner.buy(1_000n);
  await owner.add(5_000n);
  await owner.buy(2_000n);
  const taken = await owner.takeBack(bought, 600n);
  await owner.giveBack(taken, { creditsMinor: 250n });
  expect(await creditsOf(bought)).toEqual({ ...NOTHING, leftMinor: 650n, takenBackMinor: 350n });
  expect(await creditsOf({ purchaseId: newId(core.now()) })).toEqual(NOTHING);
});
