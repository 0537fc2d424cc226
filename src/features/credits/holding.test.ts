import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { CreditsFrozen, expireHolds, HoldEnded, InsufficientCredits, MoreThanLeft, UnknownMove } from './credits.ts';

const HALF_PAST = new Date('2026-03-10T09:30:00Z');
const A_MOMENT_EARLIER = new Date(HALF_PAST.getTime() - 1);

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

const at = (time: Date | string) => core.clock.set(new Date(time).toISOString());
const typesOf = async (of = owner) => (await of.entries()).map((entry) => entry.type);

describe('what is held', () => {
  test('counts against what is available while the balance stays as it is', async () => {
    await owner.buy(1_000n);
    const hold = await owner.hold(600n, HALF_PAST);
    expect(hold).toMatchObject({ creditsMinor: 600n, balanceAfterMinor: 1_000n, replayed: false });
    expect(await owner.balance()).toMatchObject({ balanceMinor: 1_000n, spendableMinor: 400n, heldMinor: 600n });
    await expect(owner.spend(401n)).rejects.toThrow(InsufficientCredits);
    await expect(owner.hold(401n, HALF_PAST)).rejects.toThrow(InsufficientCredits);
    await expect(owner.deduct(401n)).rejects.toThrow(InsufficientCredits);
    await owner.spend(400n);
    expect(await owner.balance()).toMatchObject({ balanceMinor: 600n, spendableMinor: 0n, heldMinor: 600n });
  });

  test('is chosen in the spending order, and nothing that is held already', async () => {
    const bought = await owner.buy(1_000n);
    const plan = await owner.plan(300n, '2026-04-01T00:00:00Z');
    await owner.hold(500n, HALF_PAST);
    await expect(owner.hold(801n, HALF_PAST)).rejects.toThrow(InsufficientCredits);
    await owner.hold(800n, HALF_PAST);
    const [, , first, second] = await owner.entries();
    expect(first).toMatchObject({ type: 'hold', from: 'customer', to: 'held', change: 0n, credits: 500n });
    expect(first!.portions).toEqual([
      [plan.lotId, 0n, 300n, 0n],
      [bought.lotId, 0n, 200n, 0n],
    ]);
    expect(second!.portions).toEqual([[bought.lotId, 0n, 800n, 0n]]);
  });

  test('E12 never comes from a lot that has ended', async () => {
    await owner.plan(300n, HALF_PAST);
    at(HALF_PAST);
    await expect(owner.hold(1n, ledger.later(10))).rejects.toThrow(InsufficientCredits);
  });

  test('E10 of many who hold at once as many succeed as there are credits for', async () => {
    await owner.buy(1_000n);
    const results = await Promise.allSettled(Array.from({ length: 16 }, () => owner.hold(100n, HALF_PAST)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(10);
    const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
    for (const reason of refused) expect(reason).toBeInstanceOf(InsufficientCredits);
    expect(await owner.balance()).toMatchObject({ balanceMinor: 1_000n, spendableMinor: 0n });
  });
});

describe('committing a hold', () => {
  test('spends the very lots that were held, whatever was granted since, with their cost', async () => {
    const bought = await owner.buy(1_000n, { cost: 333n });
    const hold = await owner.hold(500n, HALF_PAST, { product: 'Studio' });
    await owner.plan(700n, '2026-04-01T00:00:00Z');
    const spent = await owner.commit(hold);
    expect(spent).toMatchObject({ creditsMinor: 500n, balanceAfterMinor: 1_200n });
    expect((await owner.entries()).at(-1)).toMatchObject({
      ...{ type: 'spend', from: 'held', to: 'spent', change: -500n, product: 'Studio', after: 1_200n },
      portions: [[bought.lotId, -500n, -500n, -167n]],
    });
    expect(await owner.balance()).toMatchObject({ balanceMinor: 1_200n, spendableMinor: 1_200n, heldMinor: 0n });
  });

  test('in part spends the lots that end first and lets go of the rest at once', async () => {
    const bought = await owner.buy(1_000n);
    const plan = await owner.plan(300n, '2026-04-01T00:00:00Z');
    const hold = await owner.hold(500n, HALF_PAST, { product: 'Studio' });
    expect(await owner.commit(hold, { creditsMinor: 350n })).toMatchObject({
      creditsMinor: 350n,
      balanceAfterMinor: 950n,
    });
    const [spend, release] = (await owner.entries()).slice(-2);
    expect(spend).toMatchObject({ type: 'spend', credits: 350n, after: 950n });
    expect(spend!.portions).toEqual([
      [plan.lotId, -300n, -300n, 0n],
      [bought.lotId, -50n, -50n, 0n],
    ]);
    expect(release).toMatchObject({
      ...{ type: 'hold_release', from: 'held', to: 'customer', credits: 150n, change: 0n, after: 950n },
      ...{ product: 'Studio', actor: ledger.space.administratorId },
      portions: [[bought.lotId, 0n, -150n, 0n]],
    });
    expect(await owner.balance()).toMatchObject({ spendableMinor: 950n, heldMinor: 0n });
    await expect(owner.commit(hold, { creditsMinor: 1n })).rejects.toThrow(HoldEnded);
    await expect(owner.release(hold)).rejects.toThrow(HoldEnded);
  });

  test('in part leaves a lot alone of which nothing is spent', async () => {
    const plan = await owner.plan(300n, '2026-04-01T00:00:00Z');
    const bought = await owner.buy(1_000n);
    const hold = await owner.hold(500n, HALF_PAST);
    await owner.commit(hold, { creditsMinor: 300n });
    const [spend, release] = (await owner.entries()).slice(-2);
    expect(spend!.portions).toEqual([[plan.lotId, -300n, -300n, 0n]]);
    expect(release!.portions).toEqual([[bought.lotId, 0n, -200n, 0n]]);
  });

  test('of more than is held is refused, and of exactly as much is not', async () => {
    await owner.buy(1_000n);
    const hold = await owner.hold(500n, HALF_PAST);
    await expect(owner.commit(hold, { creditsMinor: 501n })).rejects.toThrow(MoreThanLeft);
    expect(await typesOf()).toEqual(['purchase', 'hold']);
    await owner.commit(hold, { creditsMinor: 500n });
    expect(await typesOf()).toEqual(['purchase', 'hold', 'spend']);
  });

  test('leaves what other holds have set aside of the same lot', async () => {
    await owner.buy(1_000n, { cost: 100n });
    const [first, second] = [await owner.hold(400n, HALF_PAST), await owner.hold(500n, HALF_PAST)];
    await owner.commit(first);
    expect(await owner.balance()).toMatchObject({ balanceMinor: 600n, spendableMinor: 100n, heldMinor: 500n });
    await owner.commit(second);
    expect(await owner.balance()).toMatchObject({ balanceMinor: 100n, spendableMinor: 100n, heldMinor: 0n });
    expect(await owner.lots()).toMatchObject([{ remaining: 100n, held: 0n, costLeft: 10n }]);
  });

  test('E1 E10 by many at once spends it once', async () => {
    await owner.buy(1_000n);
    const hold = await owner.hold(600n, HALF_PAST);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => owner.commit(hold)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(HoldEnded);
    expect((await owner.balance()).balanceMinor).toBe(400n);
  });

  test('of somebody else, or of what is no hold, is refused', async () => {
    await owner.buy(1_000n);
    const other = await ledger.owner();
    await other.buy(1_000n);
    const [spend, hold] = [await owner.spend(100n), await owner.hold(100n, HALF_PAST)];
    await expect(other.commit(hold)).rejects.toThrow(UnknownMove);
    await expect(other.release(hold)).rejects.toThrow(UnknownMove);
    await expect(owner.commit(spend)).rejects.toThrow(UnknownMove);
  });

  test('is possible while credits are frozen: it was promised before', async () => {
    await owner.buy(1_000n);
    const [first, second] = [await owner.hold(100n, HALF_PAST), await owner.hold(200n, HALF_PAST)];
    await owner.freeze();
    await expect(owner.hold(1n, HALF_PAST)).rejects.toThrow(CreditsFrozen);
    await owner.commit(first);
    await owner.release(second);
    expect(await owner.balance()).toMatchObject({ balanceMinor: 900n, heldMinor: 0n, frozen: true });
  });
});

test('releasing a hold sets all of it free, once', async () => {
  const bought = await owner.buy(1_000n, { cost: 7n });
  const hold = await owner.hold(600n, HALF_PAST, { product: 'Studio' });
  expect(await owner.release(hold, { memo: 'Cancelled' })).toMatchObject({
    creditsMinor: 600n,
    balanceAfterMinor: 1_000n,
  });
  expect((await owner.entries()).at(-1)).toMatchObject({
    ...{ type: 'hold_release', change: 0n, credits: 600n, product: 'Studio', memo: 'Cancelled' },
    portions: [[bought.lotId, 0n, -600n, 0n]],
  });
  expect(await owner.balance()).toMatchObject({ balanceMinor: 1_000n, spendableMinor: 1_000n, heldMinor: 0n });
  await expect(owner.release(hold)).rejects.toThrow(HoldEnded);
  await expect(owner.commit(hold)).rejects.toThrow(HoldEnded);
});

describe('a hold that times out', () => {
  test('frees its credits by itself at that very moment, when somebody spends', async () => {
    await owner.buy(1_000n);
    const hold = await owner.hold(1_000n, HALF_PAST, { product: 'Studio' });
    at(A_MOMENT_EARLIER);
    await expect(owner.spend(1n)).rejects.toThrow(InsufficientCredits);
    expect(await owner.balance()).toMatchObject({ spendableMinor: 0n, heldMinor: 1_000n });
    at(HALF_PAST);
    expect(await owner.balance()).toMatchObject({ spendableMinor: 1_000n, heldMinor: 0n });
    await owner.spend(1_000n);
    const [, , expired, spent] = await owner.entries();
    expect(expired).toMatchObject({
      ...{ type: 'hold_expiration', from: 'held', to: 'customer', credits: 1_000n, change: 0n, after: 1_000n },
      ...{ product: 'Studio', memo: '', actor: null, at: HALF_PAST },
    });
    expect(spent).toMatchObject({ type: 'spend', after: 0n });
    await expect(owner.commit(hold)).rejects.toThrow(HoldEnded);
  });

  test('makes way for a hold and for a deduction as well', async () => {
    await owner.buy(1_000n);
    await owner.hold(1_000n, HALF_PAST);
    at(HALF_PAST);
    await owner.hold(400n, ledger.later(30));
    await owner.deduct(600n);
    expect(await typesOf()).toEqual(['purchase', 'hold', 'hold_expiration', 'hold', 'adjustment']);
  });

  test('can be neither committed nor released from that moment on, even before it was written down', async () => {
    await owner.buy(1_000n);
    const [first, second] = [await owner.hold(100n, HALF_PAST), await owner.hold(100n, HALF_PAST)];
    at(A_MOMENT_EARLIER);
    await owner.commit(first);
    at(HALF_PAST);
    await expect(owner.commit(second)).rejects.toThrow(HoldEnded);
    await expect(owner.release(second)).rejects.toThrow(HoldEnded);
  });

  test('stays in nobody else’s way: only those are over that have timed out', async () => {
    await owner.buy(1_000n);
    await owner.hold(300n, HALF_PAST);
    const longer = await owner.hold(300n, ledger.later(60));
    at(HALF_PAST);
    await expect(owner.spend(701n)).rejects.toThrow(InsufficientCredits);
    await owner.spend(700n);
    await owner.commit(longer);
    expect((await owner.balance()).balanceMinor).toBe(0n);
  });

  test('is written down by the job too: each once, in the order in which they were made', async () => {
    const others = [await ledger.owner(), await ledger.owner()];
    for (const each of [owner, ...others]) await each.buy(1_000n);
    await owner.hold(100n, HALF_PAST, { product: 'First' });
    await owner.hold(200n, ledger.later(20), { product: 'Second' });
    await owner.hold(300n, ledger.later(31), { product: 'Third' });
    for (const each of others) await each.hold(100n, HALF_PAST);
    at(A_MOMENT_EARLIER);
    const run = (limit: number) =>
      ledger.write((tx) => expireHolds(tx, { organizationId: ledger.space.organizationId, now: core.now(), limit }));
    expect(await run(10)).toBe(1);
    at(HALF_PAST);
    expect([await run(1), await run(10), await run(10)]).toEqual([1, 2, 0]);
    expect((await owner.entries()).slice(4).map((entry) => [entry.type, entry.product, entry.credits])).toEqual([
      ['hold_expiration', 'Second', 200n],
      ['hold_expiration', 'First', 100n],
    ]);
    expect(await owner.balance()).toMatchObject({ spendableMinor: 700n, heldMinor: 300n });
  });

  test('and several at the same time are written down in the order in which they were made', async () => {
    await owner.buy(1_000n);
    for (const product of ['1', '2', '3', '4', '5']) await owner.hold(10n, HALF_PAST, { product });
    at(HALF_PAST);
    await owner.spend(1_000n);
    expect((await owner.entries()).map(({ product }) => product).slice(6, 11)).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('a hold whose lot ends', () => {
  test('keeps its credits usable until the hold itself is over', async () => {
    const plan = await owner.plan(500n, HALF_PAST, { cost: 50n });
    const hold = await owner.hold(300n, ledger.later(60));
    at(HALF_PAST);
    expect(await ledger.expire()).toEqual({ holds: 0, lots: 1 });
    expect(await ledger.expire()).toEqual({ holds: 0, lots: 0 });
    expect((await owner.entries()).at(-1)).toMatchObject({
      ...{ type: 'plan_expiration', credits: 200n, after: 300n, portions: [[plan.lotId, -200n, 0n, -20n]] },
    });
    await owner.commit(hold, { creditsMinor: 250n });
    expect(await owner.balance()).toMatchObject({ balanceMinor: 50n, spendableMinor: 0n });
    await expect(owner.spend(1n)).rejects.toThrow(InsufficientCredits);
    expect(await ledger.expire()).toEqual({ holds: 0, lots: 1 });
    expect((await owner.entries()).at(-1)).toMatchObject({ type: 'plan_expiration', credits: 50n, after: 0n });
    expect(await owner.lots()).toMatchObject([{ remaining: 0n, held: 0n, costLeft: 0n }]);
  });

  test('loses them when the hold times out: they are written off then', async () => {
    await owner.plan(500n, HALF_PAST);
    await owner.hold(500n, ledger.later(60));
    at(HALF_PAST);
    expect(await ledger.expire()).toEqual({ holds: 0, lots: 0 });
    at('2026-03-10T10:00:00Z');
    expect(await ledger.expire()).toEqual({ holds: 1, lots: 1 });
    expect(await typesOf()).toEqual(['plan_allocation', 'hold', 'hold_expiration', 'plan_expiration']);
    expect((await owner.balance()).balanceMinor).toBe(0n);
  });
});
