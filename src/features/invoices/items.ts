import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { isId, newId } from '../../platform/ids.ts';
import { MAX_PRICE_MINOR } from '../packages/packages.ts';
import { customerAt } from '../people/people.ts';
import type { InvoicesContext } from './invoices.ts';
import { lockInvoice, NotADraft } from './locking.ts';
import { type InvoiceItem, type ItemKind, invoiceById } from './records.ts';

/** What goes onto the active invoice of a customer. */
export type NewInvoiceItem = {
  organizationId: string;
  locationId: string;
  customerId: string;
  currency: string;
  /** What makes it, such as `purchase:{id}`: the same again adds nothing. */
  key: string;
  kind: ItemKind;
  subjectId: string | null;
  title: string;
  startsOn?: string;
  endsOn?: string;
  /** The price before discount and tax, then net and tax of the line, each rounded once already. */
  listMinor: bigint;
  discountPercent: number;
  netMinor: bigint;
  taxMinor: bigint;
  taxLabel: string;
  taxRatePpm: number;
  /** Who caused it; null when it came by itself. */
  actorUserId: string | null;
  now: Date;
};

/** Where an item stands. */
export type AddedItem = { invoiceId: string; itemId: string };

/** The key came before with something else in it. */
export class InvoiceItemKeyReused extends Refusal {
  constructor() {
    super('invoice-item-key-reused', 409);
  }
}

/** An amount, a percentage or a title that cannot be; `details.field` names it. */
export class InvoiceItemOutOfRange extends Refusal {
  constructor(field: 'amount' | 'discount' | 'title' | 'tax') {
    super('invoice-item-out-of-range', 422, { field });
  }
}

/** An administrator's decision to take something off a draft. */
export type RemoveRequest = {
  locationId: string;
  invoiceId: string;
  itemId: string;
  takeBack: boolean;
  actorUserId: string;
  now: Date;
};

const MAX_TITLE_LENGTH = 200;

/**
 * Adds an item to the customer's active invoice, and opens one when there is none. Whoever issues it at the same time goes
 * first or waits: then the item joins the next one. The same key again answers with the item that it made.
 */
export async function addInvoiceItem(tx: Tx, it: NewInvoiceItem): Promise<AddedItem> {
  return (await addInvoiceItems(tx, [it]))[0]!;
}

/**
 * The same for many items of many customers of one organization, in a few statements however many they are. Drafts are
 * locked in the order of their customers.
 */
export async function addInvoiceItems(tx: Tx, items: readonly NewInvoiceItem[]): Promise<AddedItem[]> {
  for (const item of items) refuseOutOfRange(item);
  const before = await madeBy(tx, items);
  const missing = items.filter((item) => !before.has(item.key));
  if (missing.length > 0) {
    const drafts = await lockDrafts(tx, missing);
    await insertItems(tx, missing, drafts);
  }
  const made = missing.length > 0 ? await madeBy(tx, items) : before;
  return items.map((item) => {
    const row = made.get(item.key)!;
    if (!isSame(row, item)) throw new InvoiceItemKeyReused();
    return { invoiceId: row.invoice_id, itemId: row.id };
  });
}

/**
 * Takes an item off a draft; what it stood for is undone by its handler, and what of it is unspent is taken back if asked
 * for. Done once, however often it is pressed. Refuses when the invoice was issued meanwhile.
 */
export async function removeItem({ items }: Pick<InvoicesContext, 'items'>, tx: Tx, it: RemoveRequest): Promise<void> {
  const { status } = await lockInvoice(tx, it);
  const item = (await invoiceById(tx, it.invoiceId))!.items.find(({ id }) => id === it.itemId);
  if (status !== 'draft') throw new NotADraft();
  if (!item) {
    if (await wasRemoved(tx, it)) return;
    throw new NotFound();
  }
  await tx
    .updateTable('invoice_items')
    .set({ removed_at: it.now, removed_by: it.actorUserId })
    .where('id', '=', item.id)
    .execute();
  await items[item.kind]?.undone(tx, item, it);
}

async function wasRemoved(tx: Tx, it: { invoiceId: string; itemId: string }): Promise<boolean> {
  const { rows } = await sql`select from invoice_items
    where id::text = ${it.itemId} and invoice_id = ${it.invoiceId} and removed_at is not null`.execute(tx);
  return rows.length > 0;
}

type Made = Pick<InvoiceItem, 'id' | 'kind' | 'title'> & {
  key: string;
  invoice_id: string;
  customer_id: string;
  subject_id: string | null;
  net_minor: bigint;
  tax_minor: bigint;
};

async function madeBy(tx: Tx, items: readonly NewInvoiceItem[]): Promise<Map<string, Made>> {
  const { rows } = await sql<Made>`
    select t.key, t.id, t.invoice_id, i.customer_id, t.kind, t.subject_id, t.title, t.net_minor, t.tax_minor
      from invoice_items t join invoices i on i.organization_id = t.organization_id and i.id = t.invoice_id
      where t.key = any (${items.map(({ key }) => key)})`.execute(tx);
  return new Map(rows.map((row) => [row.key, row]));
}

function isSame(row: Made, item: NewInvoiceItem): boolean {
  return (
    row.customer_id === item.customerId &&
    row.kind === item.kind &&
    row.subject_id === item.subjectId &&
    row.title === item.title &&
    row.net_minor === item.netMinor &&
    row.tax_minor === item.taxMinor
  );
}

/** The drafts of customers, made where there are none, and locked: what is issued meanwhile is no draft any more. */
async function lockDrafts(tx: Tx, items: readonly NewInvoiceItem[]): Promise<Map<string, string>> {
  const drafts = new Map<string, string>();
  for (;;) {
    const without = [...new Map(items.map((item) => [item.customerId, item])).values()].filter(
      ({ customerId }) => !drafts.has(customerId),
    );
    if (without.length === 0) return drafts;
    await openDrafts(tx, without);
    const { rows } = await sql<{ id: string; customer_id: string }>`
      select id, customer_id from invoices
        where status = 'draft' and customer_id = any (${without.map(({ customerId }) => customerId)}::uuid[])
          and location_id = any (${without.map(({ locationId }) => locationId)}::uuid[])
        order by customer_id for update`.execute(tx);
    for (const row of rows) drafts.set(row.customer_id, row.id);
    // Whoever has none still had it issued in between, or is no customer of the location.
    if (rows.length < without.length) await refuseStrangers(tx, without);
  }
}

async function refuseStrangers(tx: Tx, items: readonly NewInvoiceItem[]): Promise<void> {
  for (const { locationId, customerId } of items)
    if (!(await customerAt(tx, locationId, customerId))) throw new NotFound();
}

async function openDrafts(tx: Tx, items: readonly NewInvoiceItem[]): Promise<void> {
  await sql`
    insert into invoices (organization_id, id, location_id, customer_id, kind, currency, status, opened_at)
      select u.organization_id, u.id, u.location_id, u.customer_id, 'invoice', u.currency, 'draft', u.at
        from unnest(${items.map((item) => item.organizationId)}::uuid[], ${items.map((item) => newId(item.now))}::uuid[],
          ${items.map((item) => item.locationId)}::uuid[], ${items.map((item) => item.customerId)}::uuid[],
          ${items.map((item) => item.currency)}::text[], ${items.map((item) => item.now)}::timestamptz[])
          u (organization_id, id, location_id, customer_id, currency, at)
        join customers c on c.organization_id = u.organization_id and c.id = u.customer_id and c.location_id = u.location_id
        order by u.customer_id
      on conflict (organization_id, customer_id, location_id) where status = 'draft' do nothing`.execute(tx);
}

/** The revenue chart counts an item by what it is for. */
const SOURCES = { credit_package: 'credits', plan: 'plans', shortfall: 'credits', other: 'other' } as const;

async function insertItems(tx: Tx, items: readonly NewInvoiceItem[], drafts: Map<string, string>): Promise<void> {
  const rows = items.map((item, nr) => ({
    nr,
    organization_id: item.organizationId,
    id: newId(item.now),
    invoice_id: drafts.get(item.customerId)!,
    key: item.key,
    kind: item.kind,
    source: SOURCES[item.kind],
    subject_id: item.subjectId,
    title: item.title,
    starts_on: item.startsOn ?? null,
    ends_on: item.endsOn ?? null,
    list_minor: String(item.listMinor),
    discount_percent: item.discountPercent,
    net_minor: String(item.netMinor),
    tax_minor: String(item.taxMinor),
    total_minor: String(item.netMinor + item.taxMinor),
    tax_label: item.taxLabel,
    tax_rate_ppm: item.taxRatePpm,
    added_at: item.now,
    added_by: item.actorUserId,
  }));
  await sql`
    insert into invoice_items (organization_id, id, invoice_id, position, key, kind, source, subject_id, title, starts_on, ends_on,
        list_minor, discount_percent, net_minor, tax_minor, total_minor, tax_label, tax_rate_ppm, added_at, added_by)
      select organization_id, id, invoice_id, coalesce((select max(x.position) from invoice_items x
            where x.organization_id = u.organization_id and x.invoice_id = u.invoice_id), 0)
          + row_number() over (partition by invoice_id order by nr), key, kind, source, subject_id, title, starts_on, ends_on, list_minor,
          discount_percent, net_minor, tax_minor, total_minor, tax_label, tax_rate_ppm, added_at, added_by
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as u (nr int, organization_id uuid, id uuid, invoice_id uuid, key text,
          kind text, source text, subject_id uuid, title text, starts_on date, ends_on date, list_minor bigint,
          discount_percent int, net_minor bigint, tax_minor bigint, total_minor bigint, tax_label text, tax_rate_ppm int,
          added_at timestamptz, added_by uuid)
      on conflict (organization_id, key) do nothing`.execute(tx);
}

function refuseOutOfRange(item: NewInvoiceItem): void {
  if (!isId(item.customerId) || !isId(item.locationId)) throw new NotFound();
  const inRange = (minor: bigint) => minor >= 0n && minor <= 2n * MAX_PRICE_MINOR;
  if (![item.listMinor, item.netMinor, item.taxMinor].every(inRange)) throw new InvoiceItemOutOfRange('amount');
  const { discountPercent: percent, taxRatePpm: rate } = item;
  if (!(Number.isInteger(percent) && percent >= 0 && percent <= 100)) throw new InvoiceItemOutOfRange('discount');
  if (!(Number.isInteger(rate) && rate >= 0 && rate <= 1_000_000)) throw new InvoiceItemOutOfRange('tax');
  if (item.title.length < 1 || item.title.length > MAX_TITLE_LENGTH) throw new InvoiceItemOutOfRange('title');
}
