import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../platform/ids.ts';
import { createPlan, type PlanTerms } from '../plans/plans.ts';
import { addInvoiceItem, chargeOnOf, invoicesOf } from './invoices.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
afterEach(() => it.close());

const TERMS: PlanTerms = {
  name: 'Resident',
  cycle: 'month',
  priceMinor: 19_000n,
  creditsMinor: 2_000n,
  creditsDiscountPercent: 0,
  creditsOnInvoice: true,
  autoInvoice: true,
  freePackagesPerCycle: 1,
};

async function assign(terms: Partial<PlanTerms> = {}, own: { autoInvoice?: boolean; startsOn?: string } = {}) {
  const { organizationId, location, member, core, app } = it.shop;
  const made = { organizationId, location, now: core.now() };
  const plan = await it.write((tx) => createPlan(tx, { ...TERMS, ...terms, ...made, id: newId(core.now()) }));
  return await it.write((tx) =>
    app.subscriptions.assign(tx, {
      ...made,
      id: newId(core.now()),
      customerId: member.customerId,
      planId: plan.id,
      startsOn: own.startsOn ?? '2026-03-10',
      endsOn: null,
      creditsDiscountPercent: null,
      creditsOnInvoice: null,
      autoInvoice: own.autoInvoice ?? null,
    }),
  );
}
const renew = async (at: string) => {
  it.shop.core.clock.set(at);
  await it.shop.app.subscriptions.renewAll();
  await it.shop.app.invoices.issueDue();
};
const all = () => it.read((db) => invoicesOf(db, it.shop.member.customerId));
const chargeOn = () => it.read((db) => chargeOnOf(db, it.shop.member.customerId, it.shop.core.now()));

describe('a cycle of a plan', () => {
  beforeEach(async () => {
    it = await invoicing({ location: { tax: { mode: 'exclusive', ratePpm: 190_000, label: 'VAT' } } });
    await it.shop.core.db.asOwner(
      it.shop.organizationId,
      `update locations set tax_mode = 'exclusive', tax_rate_ppm = 190000, tax_label = 'VAT'`,
    );
  });

  test('I7 becomes an item with its days and the tax of the location', async () => {
    const subscription = await assign({ autoInvoice: false, priceMinor: 19_003n });
    expect(await it.active()).toMatchObject({
      items: [
        {
          kind: 'plan',
          subjectId: subscription.id,
          title: 'Resident',
          startsOn: '2026-03-10',
          endsOn: '2026-04-09',
          listMinor: 19_003n,
          netMinor: 19_003n,
          taxMinor: 3_611n,
          taxLabel: 'VAT',
          taxRatePpm: 190_000,
        },
      ],
      totalMinor: 22_614n,
    });
    expect(await it.rows('invoice_items')).toMatchObject([{ source: 'plans' }]);
    expect(await chargeOn()).toBeNull();
  });

  test('I7 joins what was collected, once, whoever renews again', async () => {
    await assign({ autoInvoice: false });
    await it.add('Locker', 100n);
    await renew('2026-04-10T05:00:00Z');
    await Promise.all([renew('2026-04-10T05:00:00Z'), renew('2026-04-10T05:00:00Z')]);
    expect((await it.active())!.items.map(({ title, startsOn }) => `${title} ${startsOn}`)).toEqual([
      'Resident 2026-03-10',
      'Locker null',
      'Resident 2026-04-10',
    ]);
  });

  test('I7 that costs nothing becomes none', async () => {
    await assign({ priceMinor: 0n });
    await renew('2026-04-10T05:00:00Z');
    expect(await all()).toEqual([]);
  });

  test('that was taken off stays off', async () => {
    await assign({ autoInvoice: false });
    const draft = (await it.active())!;
    await it.remove(draft, draft.items[0]!);
    await renew('2026-03-11T05:00:00Z');
    expect((await it.active())!.items).toEqual([]);
  });
});

describe('an automatic invoice', () => {
  beforeEach(async () => {
    it = await invoicing();
  });

  test('I7 UX-11 is issued where the next cycle begins, with all that was collected until then', async () => {
    await assign();
    await renew('2026-03-10T09:00:00Z');
    expect(await all()).toMatchObject([{ status: 'issued', number: 1n, totalMinor: 19_000n, dueOn: '2026-03-24' }]);
    expect(await chargeOn()).toBe('2026-04-10');
    await it.add('Locker', 100n);
    await renew('2026-04-09T21:59:00Z');
    expect(await it.active()).toMatchObject({ totalMinor: 100n });
    // Midnight in Berlin.
    await renew('2026-04-09T22:00:00Z');
    expect(await it.active()).toBeUndefined();
    expect((await all())[0]).toMatchObject({ status: 'issued', number: 2n, totalMinor: 19_100n, dueOn: '2026-04-24' });
    await renew('2026-04-09T22:00:00Z');
    expect(await all()).toHaveLength(2);
  });

  test('I7 is issued also when the plan costs nothing, and not when nothing was collected', async () => {
    await assign({ priceMinor: 0n });
    await it.add('Locker', 100n);
    await renew('2026-04-10T05:00:00Z');
    expect(await all()).toMatchObject([{ status: 'issued', totalMinor: 100n }]);
    await renew('2026-05-10T05:00:00Z');
    expect(await all()).toHaveLength(1);
  });

  test('I7 after an outage holds all the cycles that were missed', async () => {
    await assign();
    await renew('2026-03-10T09:00:00Z');
    await renew('2026-06-15T09:00:00Z');
    const [last] = await all();
    expect(last).toMatchObject({ number: 2n, totalMinor: 57_000n, dueOn: '2026-06-29' });
    expect((await it.again(last!)).items.map(({ startsOn }) => startsOn)).toEqual([
      '2026-04-10',
      '2026-05-10',
      '2026-06-10',
    ]);
  });

  test('I7 is agreed with one customer alone, or not', async () => {
    await assign({}, { autoInvoice: false });
    await renew('2026-04-10T05:00:00Z');
    expect(await it.active()).toMatchObject({ totalMinor: 38_000n });
    expect(await chargeOn()).toBeNull();
  });

  test('UX-11 counts from the first day of a plan that has not begun', async () => {
    await assign({}, { startsOn: '2026-04-01' });
    expect(await chargeOn()).toBe('2026-04-01');
    await it.add('Locker', 100n);
    await renew('2026-04-01T05:00:00Z');
    expect(await all()).toMatchObject([{ status: 'issued', totalMinor: 19_100n }]);
  });

  test('whose items were all taken off goes on collecting', async () => {
    await assign();
    const draft = (await it.active())!;
    await it.remove(draft, draft.items[0]!);
    await it.shop.app.invoices.issueDue();
    await it.add('Locker', 100n);
    await it.shop.app.invoices.issueDue();
    expect(await it.active()).toMatchObject({ totalMinor: 100n, number: null });
  });

  test('of one customer that cannot be issued stands in nobody’s way', async () => {
    await assign();
    const { customerId } = it.shop.company;
    const { invoiceId } = await it.add('Desk', 500n, { customerId });
    const { db } = it.shop.core;
    await db.asOwner(it.shop.organizationId, `update invoices set issue_at = '2026-03-01' where id = '${invoiceId}'`);
    await db.asOwner(
      it.shop.organizationId,
      `alter table invoice_lines add constraint no_desk check (net_minor <> 500) not valid`,
    );
    await it.shop.app.invoices.issueDue();
    expect(await all()).toMatchObject([{ status: 'issued', number: 1n }]);
    expect(await it.active(customerId)).toMatchObject({ status: 'draft' });
    expect(it.shop.core.logged.join()).toContain('invoice.not-issued');
  });

  test('E10 people who add at the same time as cycles begin wait for each other, and nothing is lost', async () => {
    await assign({ autoInvoice: false });
    it.shop.core.clock.set('2026-04-10T05:00:00Z');
    await Promise.all([
      it.shop.app.subscriptions.renewAll(),
      ...Array.from({ length: 8 }, (_, n) => it.write((tx) => addInvoiceItem(tx, it.item(`Item ${n}`, 1n)))),
    ]);
    expect(await it.active()).toMatchObject({ totalMinor: 38_008n });
  });
});
