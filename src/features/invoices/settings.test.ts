import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  chargeOnOf,
  type InvoiceFilter,
  type InvoiceSettings,
  InvoiceSettingsOutOfRange,
  type InvoiceSummary,
  invoiceSettingsAt,
  invoicesOf,
  MAX_DUE_DAYS,
  onAccountMinorOf,
  saveInvoiceSettings,
} from './invoices.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
beforeEach(async () => {
  it = await invoicing();
});
afterEach(() => it.close());

const save = (settings: InvoiceSettings) => {
  const { organizationId, location, core } = it.shop;
  return it.write((tx) =>
    saveInvoiceSettings(tx, { organizationId, locationId: location.id, settings, now: core.now() }),
  );
};
const settings = () => it.read((db) => invoiceSettingsAt(db, it.shop.location.id));

test('a location invoices for 14 days, reminds and sets no limit, until somebody decides otherwise', async () => {
  const usual = { dueDays: 14, reminders: true, packageCapMinor: null };
  expect(await settings()).toEqual(usual);
  const other = { dueDays: MAX_DUE_DAYS, reminders: false, packageCapMinor: 20_000n };
  await save(other);
  expect(await settings()).toEqual(other);
  for (const bad of [{ dueDays: -1 }, { dueDays: 1.5 }, { dueDays: MAX_DUE_DAYS + 1 }, { packageCapMinor: -1n }])
    await expect(save({ ...usual, ...bad })).rejects.toThrow(InvoiceSettingsOutOfRange);
  expect(await settings()).toEqual(other);
});

test('E6 what a customer owes for packages is on the active invoice and on those that are not paid', async () => {
  const owed = () => it.read((db) => onAccountMinorOf(db, it.shop.member.customerId));
  expect(await owed()).toBe(0n);
  await it.add('50 credits', 4_900n, { kind: 'credit_package' });
  await it.add('Locker', 700n);
  expect(await owed()).toBe(4_900n);
  const first = await it.issue((await it.active())!);
  await it.add('10 credits', 1_200n, { kind: 'credit_package' });
  expect(await owed()).toBe(6_100n);
  await it.credit(first, [first.items[0]!.id]);
  expect(await owed()).toBe(1_200n);
  const second = await it.issue((await it.active())!);
  await it.external(second);
  expect(await owed()).toBe(0n);
  const all: InvoiceSummary[] = await it.read((db) => invoicesOf(db, it.shop.member.customerId));
  const shown: InvoiceFilter[] = all.map(({ kind, status }) =>
    kind === 'credit_note' ? kind : status === 'issued' ? 'open' : status,
  );
  expect(shown).toEqual(['paid', 'credit_note', 'open']);
});

test('UX-11 without a plan nobody knows on which day an invoice will be issued', async () => {
  expect(await it.read((db) => chargeOnOf(db, it.shop.member.customerId, it.shop.core.now()))).toBeNull();
});
