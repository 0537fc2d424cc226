import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { CreditsFrozen, ExpiryInThePast, HoldEnded, InsufficientCredits } from './credits.ts';

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
afterEach(async () => {
  expect(await ledger.faults()).toEqual([]);
});
afterAll(() => core.close());

// Several programs have several clocks. Whatever they say, an account's entries follow each other in time.

const NOON = new Date('2026-03-10T12:00:00Z');
const TEN = new Date('2026-03-10T10:00:00Z');
const early = { now: TEN };

const times = async () => (await owner.entries()).map((entry) => entry.at);

test('E13 time never runs backwards on an account: a move happens no earlier than the one before it', async () => {
  core.clock.set(NOON.toISOString());
  const bought = await owner.buy(1_000n);
  const spent = await owner.spend(100n, early);
  await owner.hold(100n, ledger.later(1), early);
  await owner.commit(await owner.hold(100n, ledger.later(1)), early);
  await owner.release(await owner.hold(100n, ledger.later(1)), early);
  await owner.reverse(spent, early);
  await owner.giveBack(await owner.takeBack(bought, 10n, early), early);
  await owner.deduct(1n, early);
  await owner.add(1n, early);
  await owner.freeze(early);
  await owner.thaw(early);
  expect(new Set((await times()).map((at) => at.toISOString()))).toEqual(new Set([NOON.toISOString()]));
  core.clock.set('2026-03-10T12:00:00.001Z');
  await owner.spend(1n);
  expect((await times()).at(-1)).toEqual(new Date('2026-03-10T12:00:00.001Z'));
});

test('E13 a lot that ended by the account’s time cannot be spent by a clock that is behind', async () => {
  const plan = await owner.plan(500n, TEN);
  await owner.buy(1n, { now: NOON });
  const before = await ledger.everything();
  await expect(owner.spend(2n, { now: new Date('2026-03-10T09:30:00Z') })).rejects.toThrow(InsufficientCredits);
  expect(await ledger.everything()).toBe(before);
  expect((await owner.lots())[0]).toMatchObject({ id: plan.lotId, remaining: 500n });
});

test('E13 what a clock that is behind grants must not have ended by the account’s time, nor a hold', async () => {
  await owner.buy(1_000n, { now: NOON });
  for (const end of [TEN, NOON]) {
    await expect(owner.add(1n, { endsAt: end })).rejects.toThrow(ExpiryInThePast);
    await expect(owner.hold(1n, end)).rejects.toThrow(ExpiryInThePast);
  }
  const end = new Date(NOON.getTime() + 1);
  await owner.add(1n, { endsAt: end });
  await owner.hold(1n, end);
});

test('E13 a hold that timed out by the account’s time has ended for a clock that is behind too', async () => {
  await owner.buy(1_000n);
  const hold = await owner.hold(100n, TEN);
  await owner.add(1n, { now: NOON });
  await expect(owner.commit(hold)).rejects.toThrow(HoldEnded);
  await expect(owner.release(hold)).rejects.toThrow(HoldEnded);
  await owner.spend(1_001n);
  expect((await times()).slice(-2)).toEqual([NOON, NOON]);
});

test('E13 what is taken back or returned is judged by the account’s time as well', async () => {
  const bought = await owner.buy(1_000n, { endsAt: TEN });
  const spent = await owner.spend(400n);
  await owner.add(1n, { now: NOON });
  expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 0n });
  await owner.reverse(spent);
  const back = (await owner.lots()).find(({ replaces }) => replaces === bought.lotId);
  expect(back).toMatchObject({ remaining: 400n });
});

test('E13 what is written off by a clock that is behind is written at the account’s time', async () => {
  await owner.plan(500n, '2026-03-10T09:30:00Z');
  await owner.buy(1_000n);
  await owner.hold(100n, '2026-03-10T09:45:00Z', { product: 'Second' });
  await owner.add(1n, { now: NOON });
  core.clock.set(TEN.toISOString());
  expect(await ledger.expire()).toEqual({ holds: 1, lots: 1 });
  expect((await times()).slice(-2)).toEqual([NOON, NOON]);
});

test('E13 frozen is frozen whatever the clock of who asks says', async () => {
  await owner.buy(1_000n);
  await owner.freeze({ now: NOON });
  await expect(owner.spend(1n, early)).rejects.toThrow(CreditsFrozen);
});
