import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createCompany } from '../people/people.ts';
import {
  addCredits,
  balanceOf,
  CreditKeyReused,
  CreditsOutOfRange,
  creditHistory,
  InsufficientCredits,
  type Moved,
  UnknownCustomer,
} from './credits.ts';
import { createSpending, type Spending } from './spending.ts';

let core: TestCore;
let space: Space;
let spending: Spending;
let key = 0;

beforeAll(async () => {
  core = await testCore();
  space = await someSpace(core);
  spending = createSpending(core);
});
afterAll(() => core.close());

async function pool(creditsMinor: bigint): Promise<string> {
  const { organizationId, location } = space;
  const now = core.now();
  return core.database.write(organizationId, async (tx) => {
    const { customerId } = await createCompany(tx, { organizationId, locationId: location.id, name: `C${++key}`, now });
    const grant = { organizationId, customerId, creditsMinor, expiresAt: null, memo: 'Pool', actorUserId: null, now };
    await addCredits(tx, { ...grant, key: `pool:${++key}` });
    return customerId;
  });
}

const spend = (customerId: string, creditsMinor: bigint, changes: object = {}): Promise<Moved> =>
  spending.spend({
    organizationId: space.organizationId,
    customerId,
    creditsMinor,
    key: `spend:${++key}`,
    actorUserId: null,
    now: core.now(),
    ...changes,
  });
const balance = (customerId: string) =>
  core.database.read(space.organizationId, (db) => balanceOf(db, customerId, core.now()));

test('E10 many spends of one pool at once each get their own verdict, in the order of arrival', async () => {
  const customerId = await pool(10_000n);
  const amounts = Array.from({ length: 300 }, (_, at) => BigInt(20 + ((at * 37) % 90)));
  const results = await Promise.allSettled(amounts.map((amount) => spend(customerId, amount)));
  let left = 10_000n;
  for (const [at, result] of results.entries()) {
    const fits = amounts[at]! <= left;
    if (fits) left -= amounts[at]!;
    expect(result, `spend ${at}`).toMatchObject(
      fits ? { value: { balanceAfterMinor: left } } : { reason: expect.any(InsufficientCredits) },
    );
  }
  expect((await balance(customerId)).balanceMinor).toBe(left);
});

test('E10 spends that arrive together share their commits', async () => {
  const customerId = await pool(100_000n);
  core.db.statements.length = 0;
  await Promise.all(Array.from({ length: 200 }, () => spend(customerId, 1n)));
  expect(core.db.statements.filter((text) => text === 'commit').length).toBeLessThanOrEqual(4);
});

test('E10 spends of crossing customers by two programs at once never fail for each other', async () => {
  const customers = await Promise.all(Array.from({ length: 4 }, () => pool(100_000n)));
  const other = createSpending(core);
  const all = Array.from({ length: 200 }, (_, at) => {
    const customerId = customers[(at * 3) % 4]!;
    const it = { customerId, creditsMinor: 1n, key: `crossing:${at}`, actorUserId: null, now: core.now() };
    return (at % 2 ? spending : other).spend({ organizationId: space.organizationId, ...it });
  });
  await Promise.all(all);
  for (const customerId of customers) expect((await balance(customerId)).balanceMinor).toBe(99_950n);
});

test('E1 the same key at once moves once and answers the same; with another body it is refused', async () => {
  const customerId = await pool(1_000n);
  const same = { key: 'the same' };
  const answers = await Promise.all([spend(customerId, 100n, same), spend(customerId, 100n, same)]);
  expect(answers[0]!.entryId).toBe(answers[1]!.entryId);
  expect(answers.map(({ replayed }) => replayed)).toEqual([false, true]);
  await expect(spend(customerId, 101n, same)).rejects.toThrow(CreditKeyReused);
  await expect(spend(await pool(100n), 100n, same)).rejects.toThrow(CreditKeyReused);
  expect((await balance(customerId)).balanceMinor).toBe(900n);
});

test('E25 one bad spend harms none of those it came with', async () => {
  const customerId = await pool(1_000n);
  const results = await Promise.allSettled([
    spend(customerId, 1n),
    spend(newId(core.now()), 1n),
    spend('nobody', 1n),
    spend(customerId, 0n),
    spend(customerId, 100_000_001n),
    spend(customerId, 2n),
  ]);
  expect(results.map((it) => (it.status === 'fulfilled' ? 'moved' : it.reason.constructor))).toEqual([
    'moved',
    UnknownCustomer,
    UnknownCustomer,
    CreditsOutOfRange,
    CreditsOutOfRange,
    'moved',
  ]);
  const { entries } = await core.database.read(space.organizationId, (db) =>
    creditHistory(db, customerId, { limit: 9 }),
  );
  expect(entries.map(({ changeMinor }) => changeMinor)).toEqual([-2n, -1n, 1_000n]);
});
