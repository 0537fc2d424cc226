import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { CreditsFrozen, MoreThanLeft, UnknownMove } from './credits.ts';

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

// In the morning of the fifth of April: the day ends in Berlin, and 30 days later in Berlin too.
const SOON = '2026-04-05T22:00:00Z';
const A_MOMENT_EARLIER = '2026-04-05T21:59:59.999Z';

describe('what is given back', () => {
  test('is the whole spend: to its lot, with its cost, and no more after that', async () => {
    const bought = await owner.buy(1_000n, { cost: 999n });
    const spent = await owner.spend(600n, { product: 'Studio' });
    const back = await owner.reverse(spent, { memo: 'Heating was off' });
    expect(back).toMatchObject({ creditsMinor: 600n, balanceAfterMinor: 1_000n, replayed: false });
    expect((await owner.entries()).at(-1)).toMatchObject({
      ...{ type: 'spend_reversal', from: 'spent', to: 'customer', change: 600n, after: 1_000n },
      ...{ product: 'Studio', memo: 'Heating was off', actor: ledger.space.administratorId },
      portions: [[bought.lotId, 600n, 0n, 599n]],
    });
    expect(await owner.lots()).toMatchObject([{ remaining: 1_000n, costLeft: 999n }]);
    await expect(owner.reverse(spent)).rejects.toThrow(MoreThanLeft);
    await expect(owner.reverse(spent, { creditsMinor: 1n })).rejects.toThrow(MoreThanLeft);
  });

  test('can be a part, and another, and then what is left, but never more than was spent', async () => {
    await owner.buy(1_000n);
    const spent = await owner.spend(600n);
    await expect(owner.reverse(spent, { creditsMinor: 601n })).rejects.toThrow(MoreThanLeft);
    await owner.reverse(spent, { creditsMinor: 250n });
    await expect(owner.reverse(spent, { creditsMinor: 351n })).rejects.toThrow(MoreThanLeft);
    await owner.reverse(spent, { creditsMinor: 150n });
    expect(await owner.reverse(spent)).toMatchObject({ creditsMinor: 200n, balanceAfterMinor: 1_000n });
    expect((await owner.entries()).map((entry) => entry.change)).toEqual([1_000n, -600n, 250n, 150n, 200n]);
  });

  test('goes to the lots it came from in reverse order: what was spent last comes back first', async () => {
    const third = await owner.buy(300n);
    const first = await owner.plan(100n, SOON);
    const second = await owner.plan(200n, '2026-05-01T00:00:00Z');
    const spent = await owner.spend(450n);
    await owner.reverse(spent, { creditsMinor: 250n });
    await owner.reverse(spent, { creditsMinor: 110n });
    await owner.reverse(spent);
    const returns = (await owner.entries()).slice(-3).map((entry) => entry.portions.map(([lot, back]) => [lot, back]));
    expect(returns).toEqual([
      [
        [second.lotId, 100n],
        [third.lotId, 150n],
      ],
      [
        [first.lotId, 10n],
        [second.lotId, 100n],
      ],
      [[first.lotId, 90n]],
    ]);
  });

  test('E12 in parts has exactly the cost that it was spent with', async () => {
    await owner.buy(1_000n, { cost: 1_001n });
    const spent = await owner.spend(700n);
    for (const creditsMinor of [100n, 233n, 1n, 366n]) await owner.reverse(spent, { creditsMinor });
    const entries = await owner.entries();
    expect(entries.map((entry) => entry.portions[0]![3])).toEqual([1_001n, -701n, 100n, 233n, 1n, 367n]);
    expect(await owner.lots()).toMatchObject([{ remaining: 1_000n, costLeft: 1_001n }]);
  });

  test('E10 comes back once when many give it back at once', async () => {
    await owner.buy(1_000n);
    const spent = await owner.spend(600n);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => owner.reverse(spent)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(MoreThanLeft);
    expect((await owner.balance()).balanceMinor).toBe(1_000n);
  });

  test('can be what was spent through a hold', async () => {
    const bought = await owner.buy(1_000n, { cost: 500n });
    const hold = await owner.hold(600n, ledger.later(30));
    const spent = await owner.commit(hold, { creditsMinor: 400n });
    await owner.reverse(spent, { creditsMinor: 100n });
    await owner.reverse(spent);
    expect((await owner.entries()).at(-1)).toMatchObject({
      ...{ type: 'spend_reversal', change: 300n, after: 1_000n, portions: [[bought.lotId, 300n, 0n, 150n]] },
    });
  });

  test('stays frozen when the credits are frozen', async () => {
    await owner.buy(1_000n);
    const spent = await owner.spend(600n);
    await owner.freeze();
    await owner.reverse(spent);
    expect(await owner.balance()).toMatchObject({ balanceMinor: 1_000n, frozen: true });
    await expect(owner.spend(1n)).rejects.toThrow(CreditsFrozen);
  });

  test('is a spend of this very owner; nothing else can be given back', async () => {
    const bought = await owner.buy(1_000n);
    const other = await ledger.owner();
    await other.buy(1_000n);
    const [spent, deducted] = [await owner.spend(100n), await owner.deduct(100n)];
    const hold = await owner.hold(100n, ledger.later(30));
    const taken = await owner.takeBack(bought, 100n);
    const back = await owner.reverse(spent);
    await expect(other.reverse(spent)).rejects.toThrow(UnknownMove);
    for (const it of [bought, deducted, hold, taken, back])
      await expect(owner.reverse(it)).rejects.toThrow(UnknownMove);
    for (const it of [bought, deducted, hold, spent, back])
      await expect(owner.giveBack(it)).rejects.toThrow(UnknownMove);
  });
});

describe('E11 what is given back after its lot has ended', () => {
  test('E11 comes as a new lot that is valid for 30 days where the location is, and carries the cost', async () => {
    const plan = await owner.plan(500n, SOON, { cost: 333n });
    const spent = await owner.spend(300n);
    core.clock.set(SOON);
    await owner.reverse(spent, { creditsMinor: 100n });
    expect(await owner.lots()).toMatchObject([
      { id: plan.lotId, remaining: 200n, costLeft: 133n },
      {
        ...{ source: 'adjustment', allocation: 100n, remaining: 100n, cost: 67n, costLeft: 67n },
        ...{ replaces: plan.lotId, endsAt: new Date('2026-05-06T22:00:00Z') },
      },
    ]);
    expect(await owner.balance()).toMatchObject({ balanceMinor: 300n, spendableMinor: 100n });
    expect(await ledger.expire()).toEqual({ holds: 0, lots: 1 });
    expect((await owner.balance()).balanceMinor).toBe(100n);
    core.clock.advance(1);
    await owner.reverse(spent);
    expect((await owner.lots()).map((lot) => [lot.remaining, lot.costLeft])).toEqual([
      [0n, 0n],
      [100n, 67n],
      [200n, 133n],
    ]);
  });

  test('E11 goes to the lot itself up to its last moment', async () => {
    const plan = await owner.plan(500n, SOON);
    const spent = await owner.spend(300n);
    core.clock.set(A_MOMENT_EARLIER);
    await owner.reverse(spent, { creditsMinor: 100n });
    expect((await owner.entries()).at(-1)!.portions).toEqual([[plan.lotId, 100n, 0n, 0n]]);
    core.clock.set(SOON);
    await owner.reverse(spent, { creditsMinor: 100n });
    expect((await owner.entries()).at(-1)!.portions).not.toEqual([[plan.lotId, 100n, 0n, 0n]]);
    expect(await owner.lots()).toHaveLength(2);
  });

  test('E11 is only what came from lots that have ended; the rest goes where it was', async () => {
    const bought = await owner.buy(500n);
    core.clock.advance(1);
    const first = await owner.plan(100n, SOON);
    core.clock.advance(1);
    const second = await owner.plan(200n, SOON);
    const spent = await owner.spend(400n);
    core.clock.set(SOON);
    await owner.reverse(spent, { creditsMinor: 250n });
    expect((await owner.lots()).map((lot) => [lot.replaces, lot.remaining])).toEqual([
      [null, 500n],
      [null, 0n],
      [null, 0n],
      [second.lotId, 150n],
    ]);
    await owner.reverse(spent);
    const replacing = (await owner.lots()).filter((lot) => lot.replaces);
    expect(replacing.map((lot) => [lot.replaces, lot.remaining]).sort()).toEqual(
      [
        [first.lotId, 100n],
        [second.lotId, 150n],
        [second.lotId, 50n],
      ].sort(),
    );
    expect((await owner.lots())[0]).toMatchObject({ id: bought.lotId, remaining: 500n });
  });

  test('E11 can be spent and given back again, however often lots end meanwhile', async () => {
    await owner.buy(500n, { cost: 777n, endsAt: SOON });
    let spent = await owner.spend(500n);
    for (const [time, end] of [
      ['2026-04-06T09:00:00Z', '2026-05-06T22:00:00Z'],
      ['2026-05-07T09:00:00Z', '2026-06-06T22:00:00Z'],
      ['2026-12-01T09:00:00Z', '2026-12-31T23:00:00Z'],
    ]) {
      core.clock.set(time!);
      await owner.reverse(spent);
      const { lots } = await owner.balance();
      expect(lots).toMatchObject([{ remainingMinor: 500n, expiresAt: new Date(end!) }]);
      spent = await owner.spend(500n);
    }
    expect((await owner.entries()).at(-1)!.portions[0]).toMatchObject({ 1: -500n, 3: -777n });
  });

  test('E11 lives at least a day when the clock of who asks is far behind', async () => {
    await owner.plan(500n, SOON);
    const spent = await owner.spend(300n);
    await owner.freeze({ now: new Date('2026-09-01T00:00:00Z') });
    await owner.reverse(spent);
    expect((await owner.lots()).at(-1)).toMatchObject({ endsAt: new Date('2026-09-02T00:00:00Z') });
  });
});
