import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createCompany } from '../people/people.ts';
import {
  balanceOf,
  CreditKeyReused,
  CreditsOutOfRange,
  creditHistory,
  expireCredits,
  grantPurchasedCredits,
  InsufficientCredits,
  spendCredits,
} from './credits.ts';

let core: TestCore;
let space: Space;
let customerId: string;
let key = 0;

beforeAll(async () => {
  core = await testCore({ at: '2026-03-10T09:00:00Z' });
  space = await someSpace(core);
});
afterAll(() => core.close());

// Each test has an owner of its own: a company, which needs no person.
beforeEach(async () => {
  const { organizationId, location } = space;
  customerId = await core.database.write(organizationId, async (tx) => {
    const made = await createCompany(tx, {
      organizationId,
      locationId: location.id,
      name: `C${++key}`,
      now: core.now(),
    });
    return made.customerId;
  });
});

const move = (creditsMinor: bigint, changes: object = {}) => ({
  organizationId: space.organizationId,
  customerId,
  key: `test:${++key}`,
  creditsMinor,
  actorUserId: space.memberId,
  product: 'Test',
  now: core.now(),
  ...changes,
});
const grant = (creditsMinor: bigint, expiresAt: string | null = null, changes: object = {}) =>
  core.database.write(space.organizationId, (tx) =>
    grantPurchasedCredits(tx, {
      ...move(creditsMinor, changes),
      purchaseId: newId(core.now()),
      costMinor: 100n,
      expiresAt: expiresAt ? new Date(expiresAt) : null,
    }),
  );
const spend = (creditsMinor: bigint, changes: object = {}) =>
  core.database.write(space.organizationId, (tx) => spendCredits(tx, move(creditsMinor, changes)));
const balance = (at = core.now()) => core.database.read(space.organizationId, (db) => balanceOf(db, customerId, at));
const history = () => core.database.read(space.organizationId, (db) => creditHistory(db, customerId, { limit: 100 }));

describe('the order of spending', () => {
  test('what expires soonest is used first, and what never expires last', async () => {
    await grant(1000n);
    await grant(1000n, '2026-06-01T00:00:00Z');
    await grant(1000n, '2026-04-01T00:00:00Z');
    await spend(1500n);
    const { lots } = await balance();
    expect(lots.map((lot) => [lot.expiresAt?.toISOString().slice(0, 10) ?? 'never', lot.remainingMinor])).toEqual([
      ['2026-06-01', 500n],
      ['never', 1000n],
    ]);
  });

  test('of lots that expire alike the oldest is used first', async () => {
    const first = await grant(1000n);
    await grant(1000n, null, { now: new Date('2026-03-10T09:00:01Z') });
    await spend(1n);
    expect((await balance()).lots[0]).toMatchObject({ id: first.lotId, remainingMinor: 999n });
  });
});

describe('E12 what can never happen', () => {
  test('E12 spending more than there is is refused, and nothing is written', async () => {
    await grant(1000n);
    await expect(spend(1001n)).rejects.toThrow(InsufficientCredits);
    expect((await balance()).balanceMinor).toBe(1000n);
    expect((await history()).entries).toHaveLength(1);
  });

  test('E12 E10 of many who spend at once as many succeed as the pool has credits for', async () => {
    await grant(1000n);
    const results = await Promise.allSettled(Array.from({ length: 16 }, () => spend(100n)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(10);
    expect((await balance()).balanceMinor).toBe(0n);
    expect((await history()).entries.map((entry) => entry.version)).toEqual(
      Array.from({ length: 11 }, (_, i) => 11n - BigInt(i)),
    );
  });

  test.each([0n, -1n])('a spend of %s is refused', async (amount) => {
    await grant(1000n);
    await expect(spend(amount)).rejects.toThrow(CreditsOutOfRange);
  });
});

describe('E1 the same move again', () => {
  test('E1 the same key moves once and answers the same, at one time or one after the other', async () => {
    await grant(1000n);
    const same = { key: `same:${++key}` };
    const answers = await Promise.all([spend(100n, same), spend(100n, same), spend(100n, same)]);
    const later = await spend(100n, same);
    expect(new Set([...answers, later].map((it) => it.entryId)).size).toBe(1);
    expect((await balance()).balanceMinor).toBe(900n);
  });

  test('E1 a key that comes with another amount is refused', async () => {
    await grant(1000n);
    const same = { key: `same:${++key}` };
    await spend(100n, same);
    await expect(spend(200n, same)).rejects.toThrow(CreditKeyReused);
  });
});

describe('expiry', () => {
  test('expired credits cannot be spent even before they are written off', async () => {
    await grant(1000n, '2026-03-10T08:59:59Z', { now: new Date('2026-03-01T09:00:00Z') });
    await expect(spend(1n)).rejects.toThrow(InsufficientCredits);
    expect(await balance()).toMatchObject({ balanceMinor: 1000n, spendableMinor: 0n });
  });

  test('what is left of an expired lot is written off exactly once, however often the job runs', async () => {
    await grant(1000n, '2026-03-10T09:00:00Z', { now: new Date('2026-03-01T09:00:00Z') });
    const run = () =>
      core.database.write(space.organizationId, (tx) =>
        expireCredits(tx, { organizationId: space.organizationId, now: core.now() }),
      );
    await Promise.all([run(), run()]);
    await run();
    expect((await history()).entries.map((entry) => [entry.type, entry.changeMinor, entry.balanceAfterMinor])).toEqual([
      ['expiration', -1000n, 0n],
      ['purchase', 1000n, 1000n],
    ]);
  });
});

test('UX-30 in a history of a thousand rows each balance is the one before it plus the change, and the last is the balance', async () => {
  await grant(100_000n);
  await core.database.write(space.organizationId, async (tx) => {
    for (let row = 0; row < 999; row++) await spendCredits(tx, move(BigInt(1 + (row % 90))));
  });
  const entries = [];
  for (let before: bigint | undefined; ; ) {
    const page = await core.database.read(space.organizationId, (db) =>
      creditHistory(db, customerId, { limit: 90, ...(before !== undefined && { before }) }),
    );
    entries.push(...page.entries);
    if (page.next === undefined) break;
    before = page.next;
  }
  expect(entries).toHaveLength(1000);
  expect(entries.reduce((sum, entry) => sum + entry.changeMinor, 0n)).toBe((await balance()).balanceMinor);
  for (const [index, entry] of entries.entries()) {
    expect(entry.balanceAfterMinor - entry.changeMinor).toBe(entries[index + 1]?.balanceAfterMinor ?? 0n);
  }
});
