import { openShop, type Shop } from '../../../test/support/shop.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { priceFor } from '../packages/packages.ts';
import {
  activeInvoiceOf,
  addInvoiceItem,
  type Invoice,
  type InvoiceItem,
  type ItemHandlers,
  invoiceById,
  type NewInvoiceItem,
} from './invoices.ts';

type Options = Parameters<typeof openShop>[0];

/** What was heard of items by whoever sells them: `settled`, or `undone` with and without taking back. */
export type Heard = { what: 'settled' | 'undone' | 'undone, taken back'; title: string };

/** A shop, and what can be done with invoices there; the member pays unless said otherwise. */
export async function invoicing(options: Options = {}) {
  const heard: Heard[] = [];
  const items: ItemHandlers = {
    other: {
      settled: async (_, { title }) => void heard.push({ what: 'settled', title }),
      undone: async (_, { title }, { takeBack }) =>
        void heard.push({ what: takeBack ? 'undone, taken back' : 'undone', title }),
      unspentOf: async () => 100n,
    },
  };
  const shop = await openShop({ ...options, onInvoice: items });
  return Object.assign(inShop(shop, items), { heard, close: () => shop.close() });
}

function inShop(shop: Shop, items: ItemHandlers) {
  const { organizationId, core, administratorId: actorUserId } = shop;
  const { invoices } = shop.app;
  const write = <T>(work: (tx: Tx) => Promise<T>) => core.database.write(organizationId, work);
  const read = <T>(work: (tx: Tx) => Promise<T>) => core.database.read(organizationId, work);
  const item = itemFor(shop);
  const at = { locationId: shop.location.id, actorUserId };
  const again = (invoice: Pick<Invoice, 'id'>) => read(async (db) => (await invoiceById(db, invoice.id))!);
  return {
    shop,
    items,
    invoices,
    write,
    read,
    item,
    again,
    add: (title: string, minor: bigint, changes: Partial<NewInvoiceItem> = {}) =>
      write((tx) => addInvoiceItem(tx, item(title, minor, changes))),
    active: (customerId = shop.member.customerId) => read((db) => activeInvoiceOf(db, customerId)),
    issue: ({ id }: { id: string }) => write((tx) => invoices.issue(tx, { ...at, invoiceId: id, now: core.now() })),
    /** An issued invoice over one item. */
    async issued(minor = 10_000n, title = 'Locker'): Promise<Invoice> {
      const { invoiceId } = await write((tx) => addInvoiceItem(tx, item(title, minor)));
      return await write((tx) => invoices.issue(tx, { ...at, invoiceId, now: core.now() }));
    },
    remove: ({ id }: Invoice, { id: itemId }: Pick<InvoiceItem, 'id'>, takeBack = true) =>
      write((tx) => invoices.removeItem(tx, { ...at, invoiceId: id, itemId, takeBack, now: core.now() })),
    void: ({ id }: Pick<Invoice, 'id'>, takeBack = true) =>
      write((tx) => invoices.void(tx, { ...at, invoiceId: id, takeBack, now: core.now() })),
    credit: ({ id: invoiceId }: Pick<Invoice, 'id'>, itemIds: readonly string[] | 'all' = 'all', takeBack = true) =>
      write((tx) =>
        invoices.credit(tx, { ...at, id: newId(core.now()), invoiceId, itemIds, takeBack, now: core.now() }),
      ),
    external: (invoice: Invoice, changes: { id?: string; seenDueMinor?: bigint; label?: string } = {}) =>
      write((tx) =>
        invoices.recordExternalPayment(tx, {
          location: shop.location,
          invoiceId: invoice.id,
          id: newId(core.now()),
          actorUserId,
          label: 'Bank transfer',
          seenDueMinor: invoice.dueMinor,
          now: core.now(),
          ...changes,
        }),
      ),
    /** One press of the button that pays by card; on the gateway's page unless a saved card is named. */
    pay: (invoice: Invoice, changes: { id?: string; seenDueMinor?: bigint; saved?: string } = {}) =>
      invoices.payByCard({
        organizationId,
        location: shop.location,
        invoiceId: invoice.id,
        id: changes.id ?? newId(core.now()),
        payer: { id: shop.member.userId, name: 'Mia', email: 'mia@example.com' },
        method: changes.saved ? { kind: 'saved', id: changes.saved } : { kind: 'page' },
        seenDueMinor: changes.seenDueMinor ?? invoice.dueMinor,
        now: core.now(),
      }),
    settle: (paymentId: string) => shop.app.payments.settle(organizationId, paymentId),
    rows: async (table: string) =>
      (await core.db.asOwner(organizationId, `select * from ${table}`)).rows as Record<string, unknown>[],
  };
}

/** An item of so much, before tax, as the location is taxed. */
function itemFor({ organizationId, core, location, member, administratorId: actorUserId }: Shop) {
  const { tax, currency } = location;
  return (title: string, minor: bigint, changes: Partial<NewInvoiceItem> = {}): NewInvoiceItem => {
    const price = priceFor({ priceMinor: minor, creditsMinor: 1n }, changes.discountPercent ?? 0, tax, currency);
    return {
      organizationId,
      locationId: location.id,
      customerId: member.customerId,
      currency,
      key: newId(core.now()),
      kind: 'other',
      subjectId: null,
      title,
      listMinor: price.list.minor,
      discountPercent: price.discountPercent,
      netMinor: price.net.minor,
      taxMinor: price.tax.minor,
      taxLabel: tax.label,
      taxRatePpm: tax.ratePpm,
      actorUserId,
      now: core.now(),
      ...changes,
    };
  };
}
