import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { expireCredits, expireEverywhere, sealEverywhere } from './credits.ts';
import { sealCredits } from './writing-off.ts';

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

test('a lot is written off from its end on, not a moment earlier, and says whether a plan had granted it', async () => {
  const plan = await owner.plan(300n, SOON, { cost: 30n });
  const bought = await owner.buy(200n, { endsAt: SOON, cost: 20n });
  const added = await owner.add(100n, { endsAt: SOON });
  core.clock.set('2026-04-05T21:59:59.999Z');
  expect((await ledger.expire()).lots).toBe(0);
  core.clock.set(SOON);
  expect((await ledger.expire()).lots).toBe(3);
  const common = { from: 'customer', to: 'expired', actor: null, product: '', memo: '', at: new Date(SOON) };
  expect((await owner.entries()).slice(3)).toMatchObject([
    { ...common, type: 'plan_expiration', after: 300n, portions: [[plan.lotId, -300n, 0n, -30n]] },
    { ...common, type: 'expiration', after: 100n, portions: [[bought.lotId, -200n, 0n, -20n]] },
    { ...common, type: 'expiration', after: 0n, portions: [[added.lotId, -100n, 0n, 0n]] },
  ]);
  expect((await ledger.expire()).lots).toBe(0);
});

test('only what is left is written off, and what never ends stays', async () => {
  await owner.plan(300n, SOON);
  const [bought, later] = [await owner.buy(200n), await owner.add(50n, { endsAt: '2026-04-05T22:00:00.001Z' })];
  await owner.spend(100n);
  core.clock.set(SOON);
  await ledger.expire();
  expect((await owner.entries()).at(-1)).toMatchObject({ credits: 200n, after: 250n });
  expect((await owner.balance()).lots.map((lot) => lot.id)).toEqual([later.lotId, bought.lotId]);
});

test('a used-up lot is not written off', async () => {
  await owner.plan(300n, SOON);
  await owner.spend(300n);
  core.clock.set(SOON);
  expect((await ledger.expire()).lots).toBe(0);
});

test('the job goes on where it stopped: customer by customer, those first whose lots ended first', async () => {
  const others = [await ledger.owner(), await ledger.owner()];
  await owner.plan(10n, SOON);
  await owner.plan(10n, SOON);
  await others[0]!.plan(10n, '2026-04-01T22:00:00Z');
  await others[1]!.plan(10n, '2026-04-03T22:00:00Z');
  core.clock.set(SOON);
  const { organizationId } = ledger.space;
  const run = () => ledger.write((tx) => expireCredits(tx, { organizationId, now: core.now(), limit: 1 }));
  const left = async () => Promise.all([owner, ...others].map(async (each) => (await each.balance()).balanceMinor));
  expect([await run(), await left()]).toEqual([1, [20n, 0n, 10n]]);
  expect([await run(), await left()]).toEqual([1, [20n, 0n, 0n]]);
  expect([await run(), await left()]).toEqual([2, [0n, 0n, 0n]]);
  expect(await run()).toBe(0);
});

test('E10 many jobs at once write everything off once', async () => {
  const owners = [owner, await ledger.owner(), await ledger.owner()];
  for (const each of owners) {
    await each.plan(100n, SOON);
    await each.hold(40n, ledger.later(30));
  }
  core.clock.set(SOON);
  const done = await Promise.all(Array.from({ length: 4 }, () => ledger.expire()));
  const total = (of: 'holds' | 'lots') => done.reduce((sum, it) => sum + it[of], 0);
  expect(total('holds')).toBe(3);
  for (const each of owners) {
    const off = (await each.entries()).filter(({ type }) => type === 'plan_expiration');
    expect(off.reduce((sum, { credits }) => sum + credits, 0n)).toBe(100n);
  }
});

test('of every organization all is written off and sealed, each within its own', async () => {
  const elsewhere = await openLedger(core);
  const other = await elsewhere.owner();
  for (const each of [owner, other]) {
    await each.plan(100n, SOON);
    await each.hold(100n, ledger.later(30));
  }
  core.clock.set(SOON);
  await expireEverywhere(core);
  for (const each of [owner, other])
    expect((await each.entries()).map(({ type }) => type)).toEqual([
      ...['plan_allocation', 'hold', 'hold_expiration', 'plan_expiration'],
    ]);
  await sealEverywhere(core);
  expect(await ledger.seal()).toBe(0);
  expect(await elsewhere.seal()).toBe(0);
  expect(await elsewhere.faults()).toEqual([]);
});

test('sealing covers each entry once, goes on where it stopped, and one at a time when many seal at once', async () => {
  const other = await ledger.owner();
  await owner.buy(1_000n);
  await other.buy(1_000n);
  await owner.spend(1n);
  const run = (limit: number) =>
    ledger.write((tx) => sealCredits(tx, { organizationId: ledger.space.organizationId, now: core.now(), limit }));
  const [first, second] = [await run(1), await run(1)];
  expect([first, second].sort()).toEqual([1, 2]);
  expect(await run(10)).toBe(0);
  await owner.spend(1n);
  await other.spend(1n);
  const sealed = await Promise.all(Array.from({ length: 4 }, () => run(10)));
  expect(sealed.sort()).toEqual([0, 0, 0, 2]);
  const { rows } = await core.db.asOwner(
    ledger.space.organizationId,
    'select number, from_version, to_version from credit_seals where customer_id = $1 order by number',
    [owner.id],
  );
  expect(rows.map((row) => [row.from_version, row.to_version].map(Number))).toEqual([
    [1, 2],
    [3, 3],
  ]);
});
