import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { InsufficientCredits, MemoMissing } from './credits.ts';

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

const SOON = '2026-04-05T22:00:00Z';

test('UX-48 what an administrator adds is a lot without a cost, which may end, with who and why', async () => {
  const added = await owner.add(1_000n, { endsAt: SOON, memo: 'Sorry for the noise', product: '' });
  expect(added).toMatchObject({ creditsMinor: 1_000n, balanceAfterMinor: 1_000n });
  expect(await owner.lots()).toMatchObject([
    { id: added.lotId, source: 'adjustment', remaining: 1_000n, cost: 0n, endsAt: new Date(SOON) },
  ]);
  expect(await owner.entries()).toMatchObject([
    {
      ...{ type: 'adjustment', from: 'issued', to: 'customer', change: 1_000n, memo: 'Sorry for the noise' },
      actor: ledger.space.administratorId,
    },
  ]);
});

test('what an administrator deducts goes through the lots in the spending order, with their cost', async () => {
  const added = await owner.add(100n, { endsAt: SOON });
  const bought = await owner.buy(100n, { endsAt: SOON, cost: 50n });
  const plan = await owner.plan(100n, SOON, { cost: 10n });
  expect(await owner.deduct(250n, { memo: 'Typing error' })).toMatchObject({
    creditsMinor: 250n,
    balanceAfterMinor: 50n,
  });
  expect((await owner.entries()).at(-1)).toMatchObject({
    ...{ type: 'adjustment', from: 'customer', to: 'issued', change: -250n, memo: 'Typing error' },
    portions: [
      [plan.lotId, -100n, 0n, -10n],
      [bought.lotId, -100n, 0n, -50n],
      [added.lotId, -50n, 0n, 0n],
    ],
  });
});

test('E12 deducting more than is free is refused: nothing held, nothing that has ended, never below zero', async () => {
  await owner.buy(1_000n);
  await owner.plan(500n, SOON);
  await owner.hold(600n, '2026-05-01T00:00:00Z');
  core.clock.set(SOON);
  const before = await ledger.everything();
  await expect(owner.deduct(901n)).rejects.toThrow(InsufficientCredits);
  expect(await ledger.everything()).toBe(before);
  await owner.deduct(900n);
  expect(await owner.balance()).toMatchObject({ spendableMinor: 0n });
});

test('UX-48 an adjustment without a reason is refused, and nothing is written', async () => {
  await owner.buy(1_000n);
  const before = await ledger.everything();
  for (const memo of ['', ' ', '\t\n']) {
    await expect(owner.add(1n, { memo })).rejects.toThrow(MemoMissing);
    await expect(owner.deduct(1n, { memo })).rejects.toThrow(MemoMissing);
  }
  expect(await ledger.everything()).toBe(before);
});
