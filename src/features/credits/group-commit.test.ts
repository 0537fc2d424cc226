import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { newId } from '../../platform/ids.ts';
import { CreditKeyReused, CreditsFrozen, InsufficientCredits, type Moved } from './credits.ts';
import { createSpending, type Spend, type Spending } from './spending.ts';

let core: TestCore;
let ledger: TestLedger;
let told: string[];
let spending: Spending;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  ledger = await openLedger(core);
  told = [];
  spending = createSpending(core, async (_tx, { entryIds }) => {
    told.push(...entryIds);
  });
});
afterEach(async () => {
  expect(await ledger.faults()).toEqual([]);
});
afterAll(() => core.close());

let keys = 0;
const spend = ({ id: customerId }: Owner, creditsMinor: bigint, changes: Partial<Spend> = {}): Promise<Moved> => {
  const { organizationId } = ledger.space;
  const it = { organizationId, customerId, creditsMinor, key: `together:${++keys}`, actorUserId: null };
  return spending.spend({ ...it, now: core.now(), ...changes });
};

test('E10 whoever spends together with others is answered with their own spend', async () => {
  const owners = await Promise.all(Array.from({ length: 5 }, () => ledger.owner()));
  for (const [nth, owner] of owners.entries()) await owner.buy(1_000n * BigInt(nth + 1));
  const asked = Array.from({ length: 60 }, (_, nth) => ({ owner: owners[(nth * 7) % 5]!, credits: BigInt(nth + 1) }));
  const answers = await Promise.all(asked.map(({ owner, credits }) => spend(owner, credits)));
  for (const owner of owners) {
    const spends = (await owner.entries()).filter(({ type }) => type === 'spend');
    const own = answers.filter((_, nth) => asked[nth]!.owner === owner);
    expect(spends.map(({ id, credits, after }) => [id, credits, after])).toEqual(
      own.map(({ entryId, creditsMinor, balanceAfterMinor }) => [entryId, creditsMinor, balanceAfterMinor]),
    );
  }
});

test('E10 E25 each is refused or not for itself alone, whoever comes along', async () => {
  const [rich, poor, frozen] = [await ledger.owner(), await ledger.owner(), await ledger.owner()];
  for (const [owner, credits] of [
    [rich, 1_000n],
    [poor, 10n],
    [frozen, 1_000n],
  ] as const)
    await owner.buy(credits);
  await frozen.freeze();
  const results = await Promise.allSettled([
    ...[spend(poor, 11n), spend(rich, 400n), spend(frozen, 1n), spend(poor, 6n), spend(rich, 601n), spend(poor, 5n)],
    ...[spend(rich, 600n), spend(poor, 4n)],
  ]);
  expect(results.map((it) => (it.status === 'fulfilled' ? it.value.balanceAfterMinor : it.reason.constructor))).toEqual(
    [...[InsufficientCredits, 600n, CreditsFrozen, 4n, InsufficientCredits, InsufficientCredits, 0n, 0n]],
  );
});

test('those are told of whom it concerns: of spends that were made now and asked for it', async () => {
  const owner = await ledger.owner();
  await owner.buy(100n);
  const tell = { tell: true };
  const [first, , , again] = await Promise.allSettled([
    ...[spend(owner, 10n, { key: 'told', ...tell }), spend(owner, 10n), spend(owner, 500n, tell)],
    spend(owner, 10n, { key: 'told', ...tell }),
  ]);
  expect(again).toMatchObject({ value: { replayed: true } });
  expect(told).toEqual([(first as PromiseFulfilledResult<Moved>).value.entryId]);
});

test('E25 a spend is not made when telling of it fails; those that came with it are', async () => {
  const owner = await ledger.owner();
  await owner.buy(100n);
  spending = createSpending(core, () => Promise.reject(new Error('nobody hears')));
  const results = await Promise.allSettled([spend(owner, 10n), spend(owner, 20n, { tell: true }), spend(owner, 30n)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await owner.balance()).balanceMinor).toBe(60n);
});

test('E25 a spend that cannot be written is refused alone: by nobody, with no text, at no time, with a key of the ledger', async () => {
  const [owner, other] = [await ledger.owner(), await ledger.owner()];
  await owner.buy(100n);
  await other.buy(100n);
  const results = await Promise.allSettled([
    spend(owner, 1n),
    spend(owner, 1n, { actorUserId: newId(core.now()) }),
    spend(other, 1n, { actorUserId: 'nobody' }),
    spend(owner, 1n, { memo: 'a\0b' }),
    spend(owner, 1n, { memo: 'a'.repeat(1001) }),
    spend(other, 1n),
    spend(owner, 1n, { key: 'k'.repeat(201) }),
    spend(owner, 1n, { now: new Date(Number.NaN) }),
    spend(owner, 1n, { key: `hold-rest:${newId(core.now())}` }),
    spend(owner, 1n, { key: 'k'.repeat(200) }),
  ]);
  const made = results.flatMap(({ status }, nth) => (status === 'fulfilled' ? [nth] : []));
  expect(made).toEqual([0, 5, 9]);
  expect((await owner.balance()).balanceMinor).toBe(98n);
});

test('E1 one key for two customers at the same instant is spent by one of them, and refused to the other by name', async () => {
  const owners = [await ledger.owner(), await ledger.owner()];
  for (const owner of owners) await owner.buy(100n);
  const elsewhere = createSpending(core);
  const { organizationId } = ledger.space;
  for (let round = 0; round < 5; round++) {
    const it = { organizationId, creditsMinor: 1n, key: `both:${round}`, actorUserId: null, now: core.now() };
    const results = await Promise.allSettled([
      spending.spend({ ...it, customerId: owners[0]!.id }),
      elsewhere.spend({ ...it, customerId: owners[1]!.id }),
    ]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => reason.constructor)).toEqual([CreditKeyReused]);
  }
});
