import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { newId } from '../../platform/ids.ts';
import { CreditKeyReused, UnknownCustomer, UnknownMove } from './credits.ts';
import { endPlanCredits, type PlanRenewal, renewPlanCredits } from './plan-credits.ts';

const SOON = '2026-04-05T22:00:00Z';
const LATER = '2026-05-05T22:00:00Z';

let core: TestCore;
let ledger: TestLedger;
let owner: Owner;
let other: Owner;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  ledger = await openLedger(core);
  [owner, other] = [await ledger.owner(), await ledger.owner()];
});
afterEach(async () => {
  expect(await ledger.faults()).toEqual([]);
});
afterAll(() => core.close());

const renew = (...renewals: PlanRenewal[]) =>
  ledger.write((tx) => renewPlanCredits(tx, ledger.space.organizationId, renewals));
let keys = 0;
const cycle = ({ id: customerId }: Owner, it: Partial<PlanRenewal> = {}): PlanRenewal => ({
  customerId,
  key: `cycle:${++keys}`,
  product: 'Resident',
  creditsMinor: 500n,
  now: core.now(),
  expiresAt: new Date(LATER),
  endingLotId: null,
  ...it,
});
const endPlan = ({ id: customerId }: Owner, lotId: string) => {
  const { organizationId, administratorId } = ledger.space;
  const it = { organizationId, customerId, lotId, actorUserId: administratorId, now: core.now() };
  return ledger.write((tx) => endPlanCredits(tx, it));
};

describe('the cycle of a plan', () => {
  test('brings each customer their own credits, and writes off what is left of the cycle before, in this order', async () => {
    const lots = [await owner.plan(300n, SOON, { cost: 31n }), await other.plan(200n, SOON)];
    await owner.spend(100n);
    core.clock.set(SOON);
    const made = await renew(
      cycle(owner, { endingLotId: lots[0]!.lotId }),
      cycle(other, { endingLotId: lots[1]!.lotId, creditsMinor: 700n }),
    );
    const at = new Date(SOON);
    const [ended, begun] = [
      { from: 'customer', to: 'expired', type: 'plan_expiration', product: '', actor: null, at },
      { from: 'issued', to: 'customer', type: 'plan_allocation', product: 'Resident', actor: null, at },
    ];
    expect((await owner.entries()).slice(2)).toMatchObject([
      { ...ended, after: 0n, portions: [[lots[0]!.lotId, -200n, 0n, -21n]] },
      { ...begun, after: 500n, portions: [[made[0], 500n, 0n, 0n]] },
    ]);
    expect((await other.entries()).slice(1)).toMatchObject([
      { ...ended, after: 0n, portions: [[lots[1]!.lotId, -200n, 0n, 0n]] },
      { ...begun, after: 700n, portions: [[made[1], 700n, 0n, 0n]] },
    ]);
  });

  test('E1 the same again is the same lot and nothing more, also beside others', async () => {
    const first = cycle(owner);
    const [lotId] = await renew(first);
    expect(await renew(cycle(other), first)).toEqual([expect.any(String), lotId]);
    expect((await owner.balance()).balanceMinor).toBe(500n);
    expect(await owner.lots()).toMatchObject([{ id: lotId }]);
  });

  test('E1 another renewal by the same key is refused: other credits, plan, customer or kind of move', async () => {
    await other.add(500n, { key: 'added', product: 'Resident' });
    const first = cycle(owner);
    await renew(first);
    const before = await ledger.everything();
    for (const changes of [
      { creditsMinor: 501n },
      { product: 'Nomad' },
      { customerId: other.id },
      { key: 'added', customerId: other.id },
    ])
      await expect(renew({ ...first, ...changes })).rejects.toThrow(CreditKeyReused);
    expect(await ledger.everything()).toBe(before);
  });

  test('of somebody unknown is refused', async () => {
    await expect(renew({ ...cycle(owner), customerId: newId(core.now()) })).rejects.toThrow(UnknownCustomer);
    const elsewhere = await openLedger(core);
    await expect(renew(cycle(await elsewhere.owner()))).rejects.toThrow(UnknownCustomer);
  });

  test('without credits makes no lot, and the rest of the one before goes all the same', async () => {
    const { lotId } = await owner.plan(300n, SOON);
    core.clock.set(SOON);
    expect(await renew(cycle(owner, { endingLotId: lotId, creditsMinor: 0n }))).toEqual([null]);
    expect((await owner.balance()).balanceMinor).toBe(0n);
    expect(await owner.lots()).toHaveLength(1);
  });

  test('that is over when it is granted brings nothing: at its end, and when the account has moved since', async () => {
    expect(await renew(cycle(owner, { expiresAt: core.now() }))).toEqual([null]);
    const { lotId } = await owner.plan(300n, ledger.later(10));
    core.clock.advance(20 * 60_000);
    await owner.add(1n);
    const ago = { now: ledger.later(-8), expiresAt: ledger.later(-5) };
    expect(await renew(cycle(owner, { ...ago, endingLotId: lotId }))).toEqual([null]);
    const moved = (await owner.entries()).at(-1)!;
    expect(moved).toMatchObject({ type: 'plan_expiration', at: core.now(), after: 1n });
  });

  test('that has begun before the account moved last is granted at that moment', async () => {
    await owner.add(1n);
    const moved = core.now();
    await renew(cycle(owner, { now: ledger.later(-8) }));
    expect((await owner.entries()).at(-1)).toMatchObject({ type: 'plan_allocation', at: moved });
  });

  test('leaves alone what is set aside of the one before, what was bought, what has not ended and what is of others', async () => {
    const ended = [
      (await owner.plan(300n, LATER)).lotId,
      (await owner.buy(300n, { endsAt: SOON })).lotId,
      (await other.plan(300n, SOON)).lotId,
    ];
    core.clock.set(SOON);
    for (const endingLotId of ended) await renew(cycle(owner, { endingLotId, creditsMinor: 0n }));
    expect((await owner.lots()).map(({ remaining }) => remaining)).toEqual([300n, 300n]);
    expect((await other.lots()).map(({ remaining }) => remaining)).toEqual([300n]);
  });

  test('writes off what is not set aside; nothing, and with no word of it, when all is', async () => {
    const [some, all] = [await owner.plan(300n, SOON), await other.plan(300n, SOON)];
    await owner.hold(100n, LATER);
    await other.hold(300n, LATER);
    core.clock.set(SOON);
    await renew(cycle(owner, { endingLotId: some.lotId }), cycle(other, { endingLotId: all.lotId }));
    expect(await owner.lots()).toMatchObject([{ remaining: 100n, held: 100n }, { remaining: 500n }]);
    expect(await other.lots()).toMatchObject([{ remaining: 300n, held: 300n }, { remaining: 500n }]);
    expect((await other.entries()).map(({ type }) => type)).not.toContain('plan_expiration');
  });
});

describe('a plan that ends at once', () => {
  test('takes what is left of its credits, and says who ended it', async () => {
    const { lotId } = await owner.plan(300n, SOON, { cost: 30n });
    await owner.buy(50n);
    await owner.spend(100n);
    const done = await endPlan(owner, lotId);
    expect(done).toMatchObject({ creditsMinor: 200n, balanceAfterMinor: 50n });
    expect((await owner.entries()).at(-1)).toMatchObject({
      ...{ id: done!.entryId, type: 'plan_expiration', from: 'customer', to: 'expired', after: 50n },
      ...{ actor: ledger.space.administratorId, portions: [[lotId, -200n, 0n, -20n]] },
    });
  });

  test('leaves what is set aside to its hold, and takes what a hold that has timed out had', async () => {
    const { lotId } = await owner.plan(300n, SOON);
    await owner.hold(100n, LATER);
    await owner.hold(50n, ledger.later(1));
    core.clock.advance(60_000);
    expect(await endPlan(owner, lotId)).toMatchObject({ creditsMinor: 200n, balanceAfterMinor: 100n });
    expect(await owner.lots()).toMatchObject([{ remaining: 100n, held: 100n }]);
  });

  test('takes nothing, and says nothing, when nothing is left', async () => {
    const { lotId } = await owner.plan(300n, SOON);
    await owner.spend(300n);
    const before = await ledger.everything();
    expect(await endPlan(owner, lotId)).toBeUndefined();
    expect(await ledger.everything()).toBe(before);
  });

  test('takes neither what was bought nor what is of others', async () => {
    const { lotId: bought } = await owner.buy(300n);
    const { lotId: theirs } = await other.plan(300n, SOON);
    await owner.plan(300n, SOON);
    const before = await ledger.everything();
    for (const lotId of [bought, theirs, newId(core.now())])
      await expect(endPlan(owner, lotId)).rejects.toThrow(UnknownMove);
    expect(await ledger.everything()).toBe(before);
  });
});
