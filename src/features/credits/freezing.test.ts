import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { CreditsFrozen, UnknownCustomer } from './credits.ts';

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

test('frozen credits can be neither spent nor held, and nothing is written', async () => {
  await owner.buy(1_000n);
  await owner.freeze();
  const before = await ledger.everything();
  await expect(owner.spend(1n)).rejects.toThrow(CreditsFrozen);
  await expect(owner.hold(1n, SOON)).rejects.toThrow(CreditsFrozen);
  // Whether there are enough of them is nobody's business then.
  await expect(owner.spend(1_001n)).rejects.toThrow(CreditsFrozen);
  expect(await ledger.everything()).toBe(before);
  expect(await owner.balance()).toMatchObject({ balanceMinor: 1_000n, spendableMinor: 1_000n, frozen: true });
});

test('an administrator can deduct frozen credits and add to them', async () => {
  await owner.buy(1_000n);
  await owner.freeze();
  await owner.deduct(400n);
  await owner.add(50n);
  expect(await owner.balance()).toMatchObject({ balanceMinor: 650n, frozen: true });
});

test('what is granted to somebody who is frozen is frozen too', async () => {
  await owner.freeze();
  await owner.buy(1_000n);
  await owner.plan(500n, SOON);
  await expect(owner.spend(1n)).rejects.toThrow(CreditsFrozen);
  await owner.thaw();
  await owner.spend(1_500n);
});

test('their expiry goes on, and so does that of holds', async () => {
  await owner.plan(500n, SOON);
  await owner.hold(200n, ledger.later(30));
  await owner.freeze();
  core.clock.set(SOON);
  expect(await ledger.expire()).toEqual({ holds: 1, lots: 1 });
  expect(await owner.balance()).toMatchObject({ balanceMinor: 0n, frozen: true });
});

test('freezing and thawing are written down with who did it and why, and change no balance', async () => {
  await owner.buy(1_000n);
  await owner.freeze({ memo: 'Has left' });
  core.clock.set('2026-03-11T09:00:00Z');
  await owner.thaw({ memo: 'Is back', actorUserId: ledger.space.memberId });
  const common = {
    from: 'customer',
    to: 'customer',
    credits: 0n,
    change: 0n,
    after: 1_000n,
    portions: [],
    product: '',
  };
  expect((await owner.entries()).slice(1)).toMatchObject([
    { ...common, type: 'freeze', memo: 'Has left', actor: ledger.space.administratorId },
    { ...common, type: 'thaw', memo: 'Is back', actor: ledger.space.memberId, at: new Date('2026-03-11T09:00:00Z') },
  ]);
  expect((await owner.balance()).frozen).toBe(false);
  await owner.spend(1_000n);
});

test('freezing what is frozen and thawing what is not does nothing', async () => {
  await owner.buy(1_000n);
  const unfrozen = await ledger.everything();
  await owner.thaw();
  expect(await ledger.everything()).toBe(unfrozen);
  await owner.freeze();
  const frozen = await ledger.everything();
  await owner.freeze();
  expect(await ledger.everything()).toBe(frozen);
});

test('somebody who never had credits can be frozen, and thawed without a trace', async () => {
  const other = await ledger.owner();
  await other.thaw();
  expect(await other.entries()).toEqual([]);
  await other.freeze();
  expect(await other.balance()).toMatchObject({ balanceMinor: 0n, frozen: true });
});

test('E10 when many freeze and thaw at once each entry changes something', async () => {
  await owner.buy(1_000n);
  await Promise.all(Array.from({ length: 12 }, (_, nth) => (nth % 2 ? owner.thaw() : owner.freeze())));
  const types = (await owner.entries()).slice(1).map((entry) => entry.type);
  for (const [nth, type] of types.entries()) expect(type).toBe(nth % 2 ? 'thaw' : 'freeze');
  expect((await owner.balance()).frozen).toBe(types.at(-1) === 'freeze');
});

test('freezing and thawing nobody is refused', async () => {
  const nobody = { customerId: ledger.space.memberId };
  await expect(owner.freeze(nobody)).rejects.toThrow(UnknownCustomer);
  await expect(owner.thaw(nobody)).rejects.toThrow(UnknownCustomer);
});
