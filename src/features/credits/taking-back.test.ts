import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { MoreThanLeft, UnknownMove } from './credits.ts';

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

describe('taking back a purchase', () => {
  test('takes all of it when nothing was used, with what was paid', async () => {
    const bought = await owner.buy(1_000n, { cost: 4_321n });
    expect(await owner.takeBack(bought, 1_000n, { memo: 'Refunded' })).toMatchObject({
      creditsMinor: 1_000n,
      balanceAfterMinor: 0n,
    });
    const { rows } = await core.db.asOwner(
      ledger.space.organizationId,
      `select purchase_id from credit_entries where type = 'take_back'`,
    );
    expect(rows).toEqual([{ purchase_id: bought.purchaseId }]);
    expect((await owner.entries()).at(-1)).toMatchObject({
      ...{ type: 'take_back', from: 'customer', to: 'taken_back', credits: 1_000n, asked: 1_000n, change: -1_000n },
      ...{ product: 'Room', memo: 'Refunded', portions: [[bought.lotId, -1_000n, 0n, -4_321n]] },
    });
    expect(await owner.lots()).toMatchObject([{ remaining: 0n, costLeft: 0n }]);
  });

  test('takes what is left when some is spent, and says how much was asked for', async () => {
    const bought = await owner.buy(1_000n, { cost: 100n });
    await owner.spend(600n);
    expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 400n, balanceAfterMinor: 0n });
    expect((await owner.entries()).at(-1)).toMatchObject({ asked: 1_000n, credits: 400n, after: 0n });
  });

  test('takes nothing when all is spent, and that is written down too', async () => {
    const bought = await owner.buy(1_000n);
    await owner.add(50n);
    await owner.spend(1_000n);
    expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 0n, balanceAfterMinor: 50n });
    expect((await owner.entries()).at(-1)).toMatchObject({
      type: 'take_back',
      asked: 1_000n,
      credits: 0n,
      portions: [],
    });
  });

  test('takes at most what was asked for', async () => {
    const bought = await owner.buy(1_000n, { cost: 999n });
    expect(await owner.takeBack(bought, 250n)).toMatchObject({ creditsMinor: 250n, balanceAfterMinor: 750n });
    expect(await owner.lots()).toMatchObject([{ remaining: 750n, costLeft: 749n }]);
    expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 750n, balanceAfterMinor: 0n });
  });

  test('takes nothing that is held; a hold that has timed out is none any more', async () => {
    const bought = await owner.buy(1_000n);
    await owner.hold(200n, ledger.later(30));
    await owner.hold(300n, ledger.later(60));
    core.clock.set('2026-03-10T09:29:59.999Z');
    expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 500n, balanceAfterMinor: 500n });
    core.clock.set('2026-03-10T09:30:00Z');
    expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 200n, balanceAfterMinor: 300n });
    expect((await owner.entries()).map((entry) => entry.type).slice(-2)).toEqual(['hold_expiration', 'take_back']);
  });

  test('takes nothing that has ended, from that very moment on', async () => {
    const [first, second] = [await owner.buy(1_000n, { endsAt: SOON }), await owner.buy(700n, { endsAt: SOON })];
    core.clock.set('2026-04-05T21:59:59.999Z');
    expect(await owner.takeBack(first, 1_000n)).toMatchObject({ creditsMinor: 1_000n, balanceAfterMinor: 700n });
    core.clock.set(SOON);
    expect(await owner.takeBack(second, 700n)).toMatchObject({ creditsMinor: 0n, balanceAfterMinor: 700n });
    await ledger.expire();
    expect(await owner.takeBack(second, 700n)).toMatchObject({ creditsMinor: 0n, balanceAfterMinor: 0n });
  });

  test('touches nothing of other purchases, of plans, or given by hand', async () => {
    const bought = await owner.buy(1_000n);
    const kept = [await owner.buy(500n), await owner.plan(300n, SOON), await owner.add(200n)];
    await owner.takeBack(bought, 2_000n);
    expect((await owner.balance()).balanceMinor).toBe(1_000n);
    const lots = await owner.lots();
    for (const { lotId } of kept) {
      const lot = lots.find(({ id }) => id === lotId)!;
      expect(lot.remaining).toBe(lot.allocation);
    }
  });

  test('E11 also takes what came back as a new lot, in the spending order', async () => {
    const bought = await owner.buy(1_000n, { cost: 1_000n, endsAt: SOON });
    const spent = await owner.spend(1_000n);
    core.clock.set('2026-04-06T09:00:00Z');
    await owner.reverse(spent, { creditsMinor: 300n });
    core.clock.set('2026-04-08T09:00:00Z');
    await owner.reverse(spent, { creditsMinor: 400n });
    const again = await owner.spend(700n);
    core.clock.set('2026-05-07T09:00:00Z');
    // One of the two new lots has ended meanwhile: what was spent of it comes back as a third.
    await owner.reverse(again);
    const lots = await owner.lots();
    expect(lots.map((lot) => [lot.replaces, lot.remaining])).toEqual([
      [null, 0n],
      [bought.lotId, 0n],
      [bought.lotId, 400n],
      [lots[1]!.id, 300n],
    ]);
    expect(await owner.takeBack(bought, 500n)).toMatchObject({ creditsMinor: 500n, balanceAfterMinor: 200n });
    expect((await owner.entries()).at(-1)!.portions).toEqual([
      [lots[2]!.id, -400n, 0n, -400n],
      [lots[3]!.id, -100n, 0n, -100n],
    ]);
  });

  test('is possible while credits are frozen', async () => {
    const bought = await owner.buy(1_000n);
    await owner.freeze();
    expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 1_000n });
  });

  test('E10 takes it once when many ask at once', async () => {
    const bought = await owner.buy(1_000n);
    const taken = await Promise.all(Array.from({ length: 8 }, () => owner.takeBack(bought, 1_000n)));
    expect(taken.map((it) => it.creditsMinor).sort()).toEqual([...Array(7).fill(0n), 1_000n]);
  });

  test('is refused for a purchase of somebody else and for one that granted nothing', async () => {
    const bought = await owner.buy(1_000n);
    const other = await ledger.owner();
    await other.buy(1_000n);
    await expect(other.takeBack(bought, 1_000n)).rejects.toThrow(UnknownMove);
    await expect(owner.takeBack(ledger.space.memberId, 1_000n)).rejects.toThrow(UnknownMove);
    expect((await owner.balance()).balanceMinor).toBe(1_000n);
  });
});

describe('giving back what was taken back', () => {
  test('brings it back to its lot, whole or in part and never more', async () => {
    const bought = await owner.buy(1_000n, { cost: 501n });
    await owner.spend(100n);
    const taken = await owner.takeBack(bought, 1_000n);
    await expect(owner.giveBack(taken, { creditsMinor: 901n })).rejects.toThrow(MoreThanLeft);
    expect(await owner.giveBack(taken, { creditsMinor: 300n, memo: 'Dispute won' })).toMatchObject({
      creditsMinor: 300n,
      balanceAfterMinor: 300n,
    });
    expect((await owner.entries()).at(-1)).toMatchObject({
      ...{ type: 'take_back_reversal', from: 'taken_back', to: 'customer', change: 300n, memo: 'Dispute won' },
      portions: [[bought.lotId, 300n, 0n, 150n]],
    });
    expect(await owner.giveBack(taken)).toMatchObject({ creditsMinor: 600n, balanceAfterMinor: 900n });
    await expect(owner.giveBack(taken)).rejects.toThrow(MoreThanLeft);
    expect(await owner.lots()).toMatchObject([{ remaining: 900n, costLeft: 451n }]);
  });

  test('names the purchase again', async () => {
    const bought = await owner.buy(1_000n);
    await owner.giveBack(await owner.takeBack(bought, 1_000n));
    const { rows } = await core.db.asOwner(
      ledger.space.organizationId,
      `select purchase_id from credit_entries where type = 'take_back_reversal'`,
    );
    expect(rows).toEqual([{ purchase_id: bought.purchaseId }]);
  });

  test('is refused when nothing could be taken back', async () => {
    const bought = await owner.buy(1_000n);
    await owner.spend(1_000n);
    const taken = await owner.takeBack(bought, 1_000n);
    await expect(owner.giveBack(taken)).rejects.toThrow(MoreThanLeft);
  });

  test('E11 brings it as a new lot of 30 days when its lot has ended, which can be taken back again', async () => {
    const bought = await owner.buy(1_000n, { cost: 333n, endsAt: SOON });
    const taken = await owner.takeBack(bought, 1_000n);
    core.clock.set(SOON);
    await owner.giveBack(taken);
    expect((await owner.lots()).at(-1)).toMatchObject({
      ...{ source: 'adjustment', remaining: 1_000n, costLeft: 333n, replaces: bought.lotId },
      endsAt: new Date('2026-05-06T22:00:00Z'),
    });
    expect(await owner.takeBack(bought, 1_000n)).toMatchObject({ creditsMinor: 1_000n });
  });
});
