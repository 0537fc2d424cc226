import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { createSpending } from './spending.ts';

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
const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/** What was paid for lots, and where it went: with what was spent for good, expired, taken back or deducted; the rest is left. */
async function accountOf(of: Owner) {
  const [entries, lots] = [await of.entries(), await of.lots()];
  const costOf = (...types: string[]) =>
    sum(
      entries
        .filter(({ type }) => types.includes(type))
        .flatMap(({ portions }) => portions.map(([, , , cost]) => cost)),
    );
  return {
    paid: costOf('purchase', 'plan_allocation'),
    used: -costOf('spend', 'spend_reversal'),
    expired: -costOf('expiration', 'plan_expiration'),
    takenBack: -costOf('take_back', 'take_back_reversal'),
    deducted: -costOf('adjustment'),
    left: sum(lots.map(({ costLeft }) => costLeft)),
  };
}

test('E12 what was paid is what was used, expired, taken back, deducted and left, to the minor unit', async () => {
  const bought = await owner.buy(7_001n, { cost: 4_999n });
  core.clock.advance(1);
  const second = await owner.buy(333n, { cost: 100_003n, endsAt: SOON });
  await owner.plan(97n, SOON, { cost: 101n });
  const spends = [];
  for (const credits of [1n, 13n, 96n, 7n, 301n, 101n, 3n]) spends.push(await owner.spend(credits));
  await owner.deduct(11n);
  const hold = await owner.hold(1_111n, '2026-06-01T00:00:00Z');
  await owner.reverse(spends[4]!, { creditsMinor: 250n });
  core.clock.set(SOON);
  await owner.commit(hold, { creditsMinor: 777n });
  await ledger.expire();
  for (const spent of spends.slice(0, 5)) await owner.reverse(spent);
  await owner.takeBack(second, 10n);
  const taken = await owner.takeBack(bought, 3_000n);
  await owner.giveBack(taken, { creditsMinor: 1_111n });
  core.clock.set('2026-12-01T00:00:00Z');
  await ledger.expire();
  const { paid, used, expired, takenBack, deducted, left } = await accountOf(owner);
  expect(paid).toBe(4_999n + 100_003n + 101n);
  expect(used + expired + takenBack + deducted + left).toBe(paid);
  for (const part of [used, expired, takenBack, deducted, left]) expect(part).toBeGreaterThan(0n);
});

test('each part has its share of what is left, rounded half up, and the last one has the rest', async () => {
  await owner.buy(3n, { cost: 100n });
  for (let nth = 0; nth < 3; nth++) await owner.spend(1n);
  expect((await owner.entries()).map((entry) => entry.portions[0]![3])).toEqual([100n, -33n, -34n, -33n]);
  const other = await ledger.owner();
  await other.buy(2n, { cost: 1n });
  await other.spend(1n);
  await other.spend(1n);
  expect((await other.entries()).map((entry) => entry.portions[0]![3])).toEqual([1n, -1n, 0n]);
  expect((await other.lots())[0]!.costLeft).toBe(0n);
});

test('what cost nothing costs nothing, whoever uses it', async () => {
  await owner.buy(1_000n);
  const spent = await owner.spend(333n);
  await owner.reverse(spent, { creditsMinor: 100n });
  expect(await accountOf(owner)).toEqual({ paid: 0n, used: 0n, expired: 0n, takenBack: 0n, deducted: 0n, left: 0n });
});

test('what is written off takes its share, and what is held keeps its own', async () => {
  await owner.plan(3n, SOON, { cost: 100n });
  const hold = await owner.hold(1n, '2026-06-01T00:00:00Z');
  core.clock.set(SOON);
  await ledger.expire();
  expect(await accountOf(owner)).toMatchObject({ expired: 67n, left: 33n });
  await owner.commit(hold);
  expect(await accountOf(owner)).toMatchObject({ expired: 67n, used: 33n, left: 0n });
});

test('E12 the largest lot at the largest price loses nothing', async () => {
  const cost = 9_000_000_000_000_000_001n;
  await owner.buy(100_000_000n, { cost });
  for (const credits of [1n, 33_333_333n, 50_000_000n]) await owner.spend(credits);
  expect((await owner.entries()).map((entry) => entry.portions[0]![3]).slice(1, 3)).toEqual([
    -90_000_000_000n,
    -2_999_999_970_000_000_000n,
  ]);
  const { paid, used, left } = await accountOf(owner);
  expect([paid, used + left]).toEqual([cost, cost]);
});

test('spends that share a commit have the same cost as one after the other', async () => {
  const other = await ledger.owner();
  const amounts = [7n, 11n, 13n, 1n, 100n, 3n];
  for (const each of [owner, other]) await each.buy(135n, { cost: 1_000n });
  for (const credits of amounts) await owner.spend(credits);
  const spending = createSpending(core);
  await Promise.all(
    amounts.map((creditsMinor, nth) =>
      spending.spend({
        ...{ organizationId: ledger.space.organizationId, customerId: other.id, key: `together:${nth}`, creditsMinor },
        ...{ actorUserId: null, now: core.now() },
      }),
    ),
  );
  const costs = async (of: Owner) => (await of.entries()).map((entry) => entry.portions[0]![3]);
  expect(await costs(other)).toEqual(await costs(owner));
  expect(sum((await costs(other)).slice(1))).toBe(-1_000n);
});
