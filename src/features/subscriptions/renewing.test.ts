import { afterEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { holdCredits, releaseHold } from '../credits/credits.ts';
import { expireCredits } from '../credits/writing-off.ts';
import { createMembership, createUser } from '../people/people.ts';
import { renewSubscriptions } from './renewing.ts';
import { subscribing } from './test-subscriptions.ts';

let it: Awaited<ReturnType<typeof subscribing>>;

afterEach(async () => {
  expect(await it.faults()).toEqual([]);
  await it.close();
});

const NOON = '2026-03-10T11:00:00Z';

const manyMembers = (count: number) =>
  it.write(async (tx) => {
    const made = { organizationId: it.organizationId, locationId: it.location.id, now: it.core.now() };
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const name = `Member ${n}`;
      const userId = await createUser(tx, { ...made, name, email: `m${n}@example.com` });
      ids.push((await createMembership(tx, { ...made, userId, name, type: 'member' })).customerId);
    }
    return ids;
  });

describe('a cycle', () => {
  test('brings its credits at the start, valid until the start of the next, for which they are written off', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-10');
    expect((await it.balance()).spendableMinor).toBe(2_000n);
    await it.spend(500n);
    // The instant before midnight in Berlin, summer time by then.
    it.core.clock.set('2026-04-09T21:59:59.999Z');
    await it.renew();
    expect((await it.balance()).spendableMinor).toBe(1_500n);
    it.core.clock.set('2026-04-09T22:00:00Z');
    expect((await it.balance()).spendableMinor).toBe(0n);
    await it.renew();
    expect((await it.balance()).spendableMinor).toBe(2_000n);
    expect(await it.history()).toEqual([
      'plan_allocation 2000 2026-03-10T11:00:00.000Z',
      'spend -500 2026-03-10T11:00:00.000Z',
      'plan_expiration -1500 2026-04-09T22:00:00.000Z',
      'plan_allocation 2000 2026-04-09T22:00:00.000Z',
    ]);
  });

  test('is renewed once, however often, late or side by side the job runs', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-10');
    it.core.clock.set('2026-04-12T08:00:00Z');
    await Promise.all(Array.from({ length: 6 }, () => it.renew()));
    await it.renew();
    expect(await it.periods()).toHaveLength(2);
    expect(await it.history()).toHaveLength(3);
    expect((await it.balance()).spendableMinor).toBe(2_000n);
    expect(it.heard.map(({ startsOn }) => startsOn)).toEqual(['2026-03-10', '2026-04-10']);
  });

  test('of many subscriptions are shared by two who renew at once, none twice', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    const customers = await manyMembers(40);
    for (const customerId of customers) await it.assign(plan, '2026-03-10', { customerId });
    it.core.clock.set('2026-04-12T08:00:00Z');
    // A pool of its own, as another process has.
    const other = openDatabase({ url: it.core.db.appUrl, connections: 2 });
    const { organizationId } = it;
    const round = (database: typeof other) =>
      database.write(organizationId, (tx) =>
        renewSubscriptions(tx, it.periodsBegun, { organizationId, now: it.core.now(), limit: 3 }),
      );
    const until = async (database: typeof other) => {
      let renewed = 0;
      for (let some = await round(database); some > 0; some = await round(database)) renewed += some;
      return renewed;
    };
    const counts = await Promise.all([until(it.core.database), until(other), until(other)]);
    await other.close();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
    const keys = it.heard.map(({ subscriptionId, startsOn }) => `${subscriptionId} ${startsOn}`);
    expect(new Set(keys).size).toBe(80);
    expect(keys).toHaveLength(80);
    for (const customerId of customers) expect((await it.balance(customerId)).spendableMinor).toBe(2_000n);
  });

  test('keeps what is set aside of the one before for its hold, and loses it when that lets go', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-10');
    it.core.clock.set('2026-04-09T20:00:00Z');
    const move = () => ({ ...it.of(), key: newId(it.core.now()), actorUserId: it.memberId });
    const holdUntil = new Date('2026-04-11T00:00:00Z');
    const hold = await it.write((tx) => holdCredits(tx, { ...move(), creditsMinor: 300n, holdUntil }));
    it.core.clock.set('2026-04-10T08:00:00Z');
    await it.renew();
    expect(await it.balance()).toMatchObject({ spendableMinor: 2_000n, balanceMinor: 2_300n });
    await it.write((tx) => releaseHold(tx, { ...move(), holdId: hold.entryId }));
    await it.write((tx) => expireCredits(tx, { organizationId: it.organizationId, now: it.core.now() }));
    expect((await it.balance()).balanceMinor).toBe(2_000n);
  });

  test('without credits is written all the same, for its price and its free packages', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan({ creditsMinor: 0n }), '2026-03-10');
    expect(await it.history()).toEqual([]);
    expect(await it.periods()).toMatchObject([{ startsOn: '2026-03-10', lotId: null, priceMinor: 19_000n }]);
  });

  test('makes an account for whoever it brings credits, and for nobody else', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-10');
    const accounts = await it.core.db.asOwner(it.organizationId, 'select customer_id from credit_accounts');
    expect(accounts.rows).toEqual([{ customer_id: it.customerId }]);
  });

  test('that cannot be renewed is in nobody’s way, and is renewed once it can be', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    const customers = await manyMembers(23);
    for (const customerId of customers) await it.assign(plan, '2026-03-10', { customerId });
    it.core.clock.set('2026-05-12T08:00:00Z');
    const note = it.periodsBegun;
    const broken = [customers[4], customers[17]];
    it.periodsBegun = async (tx, periods) => {
      if (periods.some(({ customerId }) => broken.includes(customerId))) throw new Error('no invoice for this one');
      await note(tx, periods);
    };
    await it.renew();
    for (const customerId of customers)
      expect(await it.periods(customerId)).toHaveLength(broken.includes(customerId) ? 1 : 3);
    it.periodsBegun = note;
    await it.renew();
    for (const customerId of customers) expect(await it.periods(customerId)).toHaveLength(3);
  });

  test('is told in the transaction that writes it, and undone with what is thrown there', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-10');
    it.core.clock.set('2026-04-10T08:00:00Z');
    const note = it.periodsBegun;
    it.periodsBegun = async () => {
      throw new Error('no invoice today');
    };
    await it.renew();
    expect(await it.periods()).toHaveLength(1);
    it.periodsBegun = note;
    await it.renew();
    expect(it.heard.at(-1)).toMatchObject({ startsOn: '2026-04-10', priceMinor: 19_000n, autoInvoice: true });
    expect(await it.periods()).toHaveLength(2);
  });
});

describe('after an outage', () => {
  test('missed cycles are caught up in order, each at its own instant, and only the last one’s credits are there', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-31');
    it.core.clock.set('2026-06-15T08:00:00Z');
    await it.renew();
    expect(await it.history()).toEqual([
      'plan_allocation 2000 2026-03-30T22:00:00.000Z',
      'plan_expiration -2000 2026-04-29T22:00:00.000Z',
      'plan_allocation 2000 2026-04-29T22:00:00.000Z',
      'plan_expiration -2000 2026-05-30T22:00:00.000Z',
      'plan_allocation 2000 2026-05-30T22:00:00.000Z',
    ]);
    expect((await it.balance()).spendableMinor).toBe(2_000n);
    expect(it.heard.map(({ startsOn }) => startsOn)).toEqual(['2026-03-31', '2026-04-30', '2026-05-31']);
  });

  test('E13 cycles that were over before the account moved last are noted without credits, for time never runs backwards', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    await it.assign(plan, '2026-03-10');
    it.core.clock.set('2026-06-15T08:00:00Z');
    // Something was written off before the job came: the account stands at now.
    await it.write((tx) => expireCredits(tx, { organizationId: it.organizationId, now: it.core.now() }));
    await it.renew();
    expect((await it.periods()).map(({ startsOn, lotId }) => [startsOn, lotId !== null])).toEqual([
      ...[['2026-06-10', true] as const, ['2026-05-10', false] as const, ['2026-04-10', false] as const],
      ['2026-03-10', true],
    ]);
    expect((await it.history()).slice(1)).toEqual([
      'plan_expiration -2000 2026-06-15T08:00:00.000Z',
      'plan_allocation 2000 2026-06-15T08:00:00.000Z',
    ]);
    expect(it.heard).toHaveLength(4);
  });

  test('terms are those of the cycle of now before the job comes, and what was taken free then counts in it', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan({ creditsDiscountPercent: 100 });
    await it.assign(plan, '2026-03-31');
    it.core.clock.set('2026-05-05T08:00:00Z');
    await it.edit(plan, { creditsDiscountPercent: 30 });
    const late = await it.terms();
    expect(late).toMatchObject({ creditsDiscountPercent: 30, freePackagesLeft: 1 });
    await it.renew();
    expect(await it.terms()).toEqual(late);
    expect(late!.cycle).toEqual({
      startsOn: '2026-04-30',
      startsAt: new Date('2026-04-29T22:00:00Z'),
      endsAt: new Date('2026-05-30T22:00:00Z'),
    });
  });
});

describe('E13 by the calendar of the location', () => {
  test('a cycle from a leap day and one over the change of clocks end where the next begins', async () => {
    it = await subscribing('2028-02-29T11:00:00Z');
    await it.assign(await it.plan({ cycle: 'year' }), '2028-02-29');
    await it.assign(await it.plan({ cycle: 'week', name: 'Weekly' }), '2028-03-22', {
      customerId: it.company.customerId,
    });
    it.core.clock.set('2032-03-01T00:00:00Z');
    await it.renew();
    expect((await it.periods()).map(({ startsOn }) => startsOn)).toEqual([
      ...['2032-02-29', '2031-02-28', '2030-02-28', '2029-02-28', '2028-02-29'],
    ]);
    const weeks = (await it.periods(it.company.customerId)).reverse();
    for (const [n, { startsAt }] of weeks.entries()) if (n > 0) expect(startsAt).toEqual(weeks[n - 1]!.endsAt);
    const hours = await it.read((db) =>
      db
        .selectFrom('subscription_periods')
        .select(['starts_at', 'ends_at'])
        .where('starts_on', '=', '2028-03-22')
        .executeTakeFirstOrThrow(),
    );
    expect((hours.ends_at.getTime() - hours.starts_at.getTime()) / 3_600_000).toBe(7 * 24 - 1);
  });
});
