import { afterEach, describe, expect, test } from 'vitest';
import { newId } from '../../platform/ids.ts';
import { addCredits } from '../credits/credits.ts';
import { archivePlan } from '../plans/plans.ts';
import {
  AlreadySubscribed,
  NotSubscribed,
  PlanNotAvailable,
  SubscriptionEnds,
  SubscriptionOutOfRange,
} from './subscriptions.ts';
import { subscribing } from './test-subscriptions.ts';

let it: Awaited<ReturnType<typeof subscribing>>;

afterEach(async () => {
  expect(await it.faults()).toEqual([]);
  await it.close();
});

const NOON = '2026-03-10T11:00:00Z';
const count = async () =>
  Number((await it.core.db.asOwner(it.organizationId, 'select count(*) from subscriptions')).rows[0].count);

describe('assigning', () => {
  test('S4 a plan gives its terms, and what is agreed with this customer goes before them', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-10', { creditsOnInvoice: true });
    expect(await it.terms()).toMatchObject({
      planName: 'Resident',
      creditsDiscountPercent: 20,
      creditsOnInvoice: true,
      autoInvoice: true,
      freePackagesLeft: 1,
      cycle: { startsOn: '2026-03-10', endsAt: new Date('2026-04-09T22:00:00Z') },
    });
    await it.write((tx) =>
      it.subscriptions.changeTerms(tx, {
        ...it.of(),
        creditsDiscountPercent: 35,
        creditsOnInvoice: null,
        autoInvoice: false,
      }),
    );
    expect(await it.terms()).toMatchObject({ creditsDiscountPercent: 35, creditsOnInvoice: false, autoInvoice: false });
    expect(await it.terms(it.company.customerId)).toBeUndefined();
  });

  test('for later brings nothing before its day', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-12');
    await it.renew();
    expect(await it.terms()).toBeUndefined();
    expect(await it.history()).toEqual([]);
    it.core.clock.set('2026-03-11T23:00:00Z');
    expect(await it.terms()).toMatchObject({ planName: 'Resident' });
    await it.renew();
    expect(await it.history()).toEqual(['plan_allocation 2000 2026-03-11T23:00:00.000Z']);
  });

  test('twice with one form is assigning once, and a second plan is refused, sixteen at once too', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    const id = newId(it.core.now());
    await it.assign(plan, '2026-03-10', { id });
    expect(await it.assign(plan, '2026-03-10', { id })).toMatchObject({ id });
    await expect(it.assign(plan, '2026-03-10')).rejects.toThrow(AlreadySubscribed);
    const customerId = it.company.customerId;
    const tries = await Promise.allSettled(
      Array.from({ length: 16 }, () => it.assign(plan, '2026-03-10', { customerId })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of tries) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(AlreadySubscribed);
    expect(await count()).toBe(2);
    expect((await it.balance(customerId)).balanceMinor).toBe(2_000n);
  });

  test('the database itself holds that nobody has two plans at once, and no cycle comes twice', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-10');
    const copy = (table: string, id: string) =>
      it.core.db.asOwner(
        it.organizationId,
        `insert into ${table} select (jsonb_populate_record(t, '${id}')).* from ${table} t`,
      );
    await expect(copy('subscriptions', `{"id": "${newId(it.core.now())}"}`)).rejects.toMatchObject({ code: '23505' });
    await expect(copy('subscription_periods', '{"lot_id": null}')).rejects.toMatchObject({ code: '23505' });
  });

  test('E25 days that cannot be, discounts outside 0 to 100 and plans of nowhere are refused by name, and nothing is written', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    const refused = async (details: Record<string, string>, startsOn: string, more = {}) => {
      const error = await it.assign(plan, startsOn, more).catch((thrown: unknown) => thrown);
      expect(error, JSON.stringify([startsOn, more])).toBeInstanceOf(SubscriptionOutOfRange);
      expect(error).toMatchObject({ details, status: 422 });
    };
    for (const day of ['2026-02-31', '31.03.2026', '', '2026-3-10', '99999-01-01', '2026-03-10T00:00', '-2026-03-10'])
      await refused({ field: 'start', why: 'unknown' }, day);
    await refused({ field: 'start', why: 'past' }, '2026-03-09');
    await refused({ field: 'start', why: 'far' }, '2028-03-11');
    await refused({ field: 'end', why: 'before-start' }, '2026-03-12', { endsOn: '2026-03-11' });
    await refused({ field: 'end', why: 'unknown' }, '2026-03-12', { endsOn: '2026-04-31' });
    await refused({ field: 'end', why: 'far' }, '2026-03-12', { endsOn: '2999-01-01' });
    for (const creditsDiscountPercent of [-1, 101, 12.5, Number.NaN, 1e15])
      await refused({ field: 'discount', why: 'range' }, '2026-03-10', { creditsDiscountPercent });
    for (const planId of [newId(it.core.now()), 'x'.repeat(10_000), ''])
      await expect(it.assign(plan, '2026-03-10', { planId })).rejects.toThrow(PlanNotAvailable);
    await it.write((tx) => archivePlan(tx, { locationId: it.location.id, id: plan.id, now: it.core.now() }));
    await expect(it.assign(plan, '2026-03-10')).rejects.toThrow(PlanNotAvailable);
    expect(await count()).toBe(0);
    expect(await it.history()).toEqual([]);
  });
});

describe('changing', () => {
  test('an edited plan reaches a subscription at its next cycle, not before', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    await it.assign(plan, '2026-03-10');
    await it.edit(plan, {
      creditsMinor: 5_000n,
      creditsDiscountPercent: 50,
      creditsOnInvoice: true,
      name: 'Resident+',
    });
    expect(await it.terms()).toMatchObject({
      planName: 'Resident',
      creditsDiscountPercent: 20,
      creditsOnInvoice: false,
    });
    expect((await it.balance()).balanceMinor).toBe(2_000n);
    it.core.clock.set('2026-04-10T08:00:00Z');
    await it.renew();
    expect(await it.terms()).toMatchObject({
      planName: 'Resident+',
      creditsDiscountPercent: 50,
      creditsOnInvoice: true,
    });
    expect((await it.balance()).balanceMinor).toBe(5_000n);
  });

  test('another plan begins with the next cycle; the present one again takes that back', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    const weekly = await it.plan({ name: 'Weekly', cycle: 'week', creditsMinor: 700n });
    await it.assign(plan, '2026-03-31');
    it.core.clock.set('2026-04-01T08:00:00Z');
    expect(await it.changePlan(weekly)).toMatchObject({ plan: { name: 'Resident' }, nextPlan: { name: 'Weekly' } });
    expect((await it.changePlan(plan)).nextPlan).toBeUndefined();
    await it.changePlan(weekly);
    it.core.clock.set('2026-05-08T08:00:00Z');
    await it.renew();
    expect((await it.periods()).map(({ startsOn, planName }) => `${startsOn} ${planName}`)).toEqual([
      ...['2026-05-07 Weekly', '2026-04-30 Weekly', '2026-03-31 Resident'],
    ]);
    expect((await it.balance()).spendableMinor).toBe(700n);
  });

  test('a plan that has not begun is changed at once', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-20');
    expect(await it.changePlan(await it.plan({ name: 'Other' }))).toMatchObject({
      plan: { name: 'Other' },
      nextPlan: undefined,
    });
  });

  test('whoever has an archived plan keeps it', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    await it.assign(plan, '2026-03-10');
    await it.write((tx) => archivePlan(tx, { locationId: it.location.id, id: plan.id, now: it.core.now() }));
    it.core.clock.set('2026-04-10T08:00:00Z');
    await it.renew();
    expect((await it.balance()).spendableMinor).toBe(2_000n);
  });
});

describe('ending', () => {
  const bought = () =>
    it.write((tx) =>
      addCredits(tx, {
        ...it.of(),
        key: newId(it.core.now()),
        actorUserId: it.administratorId,
        creditsMinor: 900n,
        expiresAt: null,
        memo: 'Gift',
      }),
    );

  test('with the cycle keeps credits and terms until then, and only its lot goes', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-10');
    await bought();
    await it.end('cycle-end');
    expect(await it.terms()).toMatchObject({ planName: 'Resident' });
    await expect(it.changePlan(await it.plan({ name: 'Other' }))).rejects.toThrow(SubscriptionEnds);
    it.core.clock.set('2026-04-10T08:00:00Z');
    await it.renew();
    expect(await it.terms()).toBeUndefined();
    expect((await it.balance()).spendableMinor).toBe(900n);
    expect(await it.periods()).toHaveLength(1);
    expect(await it.subscription()).toMatchObject({ endedAt: new Date('2026-04-09T22:00:00Z') });
  });

  test('at once writes off what is left of the cycle, by whoever did it, and another plan may begin the same day', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    await it.assign(plan, '2026-03-10');
    await bought();
    await it.spend(500n);
    it.core.clock.set('2026-03-15T08:00:00Z');
    expect(await it.end('now')).toMatchObject({ creditsMinor: 1_500n, balanceAfterMinor: 900n });
    expect(await it.terms()).toBeUndefined();
    expect((await it.history()).at(-1)).toBe('plan_expiration -1500 2026-03-15T08:00:00.000Z');
    await expect(it.end('now')).rejects.toThrow(NotSubscribed);
    await it.assign(plan, '2026-03-15');
    expect((await it.balance()).spendableMinor).toBe(2_900n);
  });

  test('before it began means that it never begins', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    await it.assign(plan, '2026-04-01');
    expect(await it.end('cycle-end')).toBeUndefined();
    it.core.clock.set('2026-04-02T08:00:00Z');
    await it.renew();
    expect(await it.periods()).toEqual([]);
    await it.assign(plan, '2026-04-02');
  });

  test('can be taken back, and cycles go on without a gap', async () => {
    it = await subscribing(NOON);
    await it.assign(await it.plan(), '2026-03-31', { endsOn: '2026-05-15' });
    it.core.clock.set('2026-05-10T08:00:00Z');
    await it.renew();
    expect((await it.periods())[0]).toMatchObject({ startsOn: '2026-04-30', endsAt: new Date('2026-05-15T22:00:00Z') });
    expect((await it.balance()).lots.at(-1)!.expiresAt).toEqual(new Date('2026-05-15T22:00:00Z'));
    await it.keep();
    it.core.clock.set('2026-06-20T08:00:00Z');
    await it.renew();
    expect((await it.periods()).map(({ startsOn }) => startsOn)).toEqual([
      ...['2026-06-16', '2026-05-16', '2026-04-30', '2026-03-31'],
    ]);
  });

  test('on its last day frees the customer for another plan, whether the job has come or not', async () => {
    it = await subscribing(NOON);
    const plan = await it.plan();
    await it.assign(plan, '2026-03-10', { endsOn: '2026-04-20' });
    it.core.clock.set('2026-05-02T08:00:00Z');
    await it.assign(plan, '2026-05-02');
    expect((await it.periods()).map(({ startsOn }) => startsOn)).toEqual(['2026-05-02', '2026-04-10', '2026-03-10']);
    expect((await it.balance()).spendableMinor).toBe(2_000n);
  });

  test('of a customer without a plan is refused', async () => {
    it = await subscribing(NOON);
    await expect(it.end('now')).rejects.toThrow(NotSubscribed);
    await expect(it.keep()).rejects.toThrow(NotSubscribed);
  });
});
