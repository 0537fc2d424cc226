import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import {
  addInvoiceItem,
  InvoiceItemKeyReused,
  InvoiceItemOutOfRange,
  invoiceNumbered,
  invoiceOfItem,
  invoicesAt,
  invoicesOf,
  NotADraft,
  NothingToIssue,
  saveInvoiceSettings,
} from './invoices.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
beforeEach(async () => {
  it = await invoicing();
});
afterEach(() => it.close());

describe('the active invoice', () => {
  test('I1 S16 is opened by the first item and collects those that follow', async () => {
    expect(await it.active()).toBeUndefined();
    const first = await it.add('Locker', 1_500n);
    const second = await it.add('Phone', 250n);
    expect(second.invoiceId).toBe(first.invoiceId);
    expect(await it.active()).toMatchObject({
      status: 'draft',
      number: null,
      subtotalMinor: 1_750n,
      totalMinor: 1_750n,
      dueMinor: 0n,
      document: null,
      items: [
        { title: 'Locker', position: 1, totalMinor: 1_500n },
        { title: 'Phone', position: 2, totalMinor: 250n },
      ],
    });
  });

  test('I1 is one for each customer, whoever adds at the same time', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => it.add(`Item ${n}`, 100n)));
    await it.add('Desk', 500n, { customerId: it.shop.company.customerId });
    expect((await it.active())!.items).toHaveLength(8);
    expect((await it.active(it.shop.company.customerId))!.items).toHaveLength(1);
    expect(await it.rows('invoices')).toHaveLength(2);
  });

  test('E1 takes the same thing once, and refuses something else under its key', async () => {
    const it1 = it.item('Locker', 1_500n, { key: 'locker' });
    const added = await it.write((tx) => addInvoiceItem(tx, it1));
    expect(await it.write((tx) => addInvoiceItem(tx, it1))).toEqual(added);
    await expect(it.add('Locker', 1_600n, { key: 'locker' })).rejects.toThrow(InvoiceItemKeyReused);
    expect((await it.active())!.items).toHaveLength(1);
  });

  test('I8 gives up an item, and what stood for it is undone', async () => {
    await it.add('Locker', 1_500n);
    await it.add('Phone', 250n);
    const draft = (await it.active())!;
    await it.remove(draft, draft.items[0]!);
    await it.remove(draft, draft.items[0]!);
    await it.remove(draft, draft.items[1]!, false);
    expect(await it.active()).toMatchObject({ items: [], totalMinor: 0n });
    expect(it.heard).toEqual([
      { what: 'undone, taken back', title: 'Locker' },
      { what: 'undone', title: 'Phone' },
    ]);
    await expect(it.issue(draft)).rejects.toThrow(NothingToIssue);
  });

  test('E25 is nobody’s who is no customer of the location', async () => {
    const { organizationId, company, core } = it.shop;
    const { location, organizationId: other } = await someSpace(core, { domain: 'other.example' });
    await expect(it.add('Locker', 1n, { customerId: newId(core.now()) })).rejects.toThrow('not-found');
    const theirs = { organizationId: other, locationId: location.id, customerId: company.customerId };
    await expect(
      core.database.write(other, (tx) => addInvoiceItem(tx, { ...it.item('Locker', 1n), ...theirs })),
    ).rejects.toThrow('not-found');
    await expect(it.add('Locker', 1n, { ...theirs, organizationId })).rejects.toThrow('not-found');
    expect(await it.rows('invoices')).toEqual([]);
  });

  test.each([
    ['a negative amount', { netMinor: -1n }],
    ['an amount beyond all prices', { netMinor: 10n ** 18n }],
    ['a discount over 100 %', { discountPercent: 101 }],
    ['a rate over 100 %', { taxRatePpm: 1_000_001 }],
    ['no title', { title: '' }],
    ['a title of 201 characters', { title: 'x'.repeat(201) }],
  ])('E25 refuses %s', async (_, changes) => {
    await expect(it.write((tx) => addInvoiceItem(tx, { ...it.item('Locker', 1n), ...changes }))).rejects.toThrow(
      InvoiceItemOutOfRange,
    );
    expect(await it.active()).toBeUndefined();
  });
});

describe('making it ready for payment', () => {
  test('I2 gives it a number, a day on which it is due, and freezes who stands on it', async () => {
    await it.add('Locker', 1_500n);
    const draft = (await it.active())!;
    const issued = await it.issue(draft);
    expect(issued).toMatchObject({
      id: draft.id,
      status: 'issued',
      number: 1n,
      dueOn: '2026-03-24',
      dueMinor: 1_500n,
      document: { location: 'Nest Mitte', customer: 'Mia', seller: { legalName: '' }, payer: { address: '' } },
    });
    expect(await it.issue(draft)).toEqual(issued);
    await expect(it.remove(issued, issued.items[0]!)).rejects.toThrow(NotADraft);
    expect(it.heard).toEqual([]);
  });

  test('I5 is paid at once when there is nothing to pay', async () => {
    await it.add('A day for trying', 0n);
    expect(await it.issue((await it.active())!)).toMatchObject({
      status: 'paid',
      number: 1n,
      paymentId: null,
      dueMinor: 0n,
    });
    expect(it.heard).toEqual([{ what: 'settled', title: 'A day for trying' }]);
  });

  test('S16 what is bought afterwards joins the next one', async () => {
    const issued = await it.issued();
    const { invoiceId } = await it.add('Phone', 250n);
    expect(invoiceId).not.toBe(issued.id);
    expect((await it.active())!.items.map(({ title }) => title)).toEqual(['Phone']);
    expect((await it.again(issued)).totalMinor).toBe(10_000n);
  });

  test('I2 E13 is due by the days of its location, in its zone', async () => {
    const settings = { dueDays: 0, reminders: true, packageCapMinor: null };
    const { organizationId, location, core } = it.shop;
    await it.write((tx) =>
      saveInvoiceSettings(tx, { organizationId, locationId: location.id, settings, now: core.now() }),
    );
    // Past midnight in Berlin.
    core.clock.set('2026-03-31T22:30:00Z');
    expect((await it.issued()).dueOn).toBe('2026-04-01');
  });
});

describe('looking at invoices', () => {
  test('they are found by number, by customer, by item and by what became of them', async () => {
    const first = await it.issued(5_000n);
    await it.add('Desk', 700n, { customerId: it.shop.company.customerId });
    const voided = await it.void(await it.issued(100n));
    const { location, member } = it.shop;
    const page = { limit: 10, today: '2026-03-10' };
    const found = (more: object) => it.read((db) => invoicesAt(db, location.id, { ...page, ...more }));
    expect((await found({})).invoices.map(({ number, customer }) => `${number} ${customer}`)).toEqual([
      'null Otter Works',
      '2 Mia',
      '1 Mia',
    ]);
    expect((await found({ search: 'otter' })).invoices).toHaveLength(1);
    expect((await found({ search: '%' })).invoices).toEqual([]);
    expect((await found({ search: '2' })).invoices).toMatchObject([{ id: voided.id }]);
    expect((await found({ show: 'open' })).invoices).toMatchObject([{ id: first.id }]);
    expect((await found({ show: 'overdue' })).invoices).toEqual([]);
    expect((await found({ show: 'overdue', today: '2026-03-25' })).invoices).toMatchObject([{ id: first.id }]);
    expect((await found({ show: 'draft' })).invoices).toMatchObject([{ number: null }]);
    expect((await found({ show: 'void' })).invoices).toMatchObject([{ id: voided.id, dueMinor: 0n }]);
    const [one, two] = [await found({ limit: 2 }), await found({ limit: 2, after: voided.id })];
    expect([one.invoices.length, one.next]).toEqual([2, voided.id]);
    expect([two.invoices.map(({ id }) => id), two.next]).toEqual([[first.id], undefined]);
    expect(await it.read((db) => invoiceNumbered(db, location.id, 1n))).toEqual(first);
    expect(await it.read((db) => invoiceNumbered(db, location.id, 10n ** 30n))).toBeUndefined();
    expect(await it.read((db) => invoiceOfItem(db, first.items[0]!.id))).toEqual(first);
    expect((await it.read((db) => invoicesOf(db, member.customerId))).map(({ number }) => number)).toEqual([2n, 1n]);
  });

  test.each(['', 'nonsense', newId(new Date(0))])('E25 nothing is found under %j', async (id) => {
    expect(await it.read((db) => invoiceOfItem(db, id))).toBeUndefined();
    expect(await it.read((db) => invoicesOf(db, id))).toEqual([]);
    await expect(it.issue({ id })).rejects.toThrow('not-found');
    await expect(it.void({ id })).rejects.toThrow('not-found');
    await expect(it.credit({ id })).rejects.toThrow('not-found');
  });
});
