import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import type { BillingDetails, SellerDetails } from '../billing/billing.ts';

/** What an item is for. */
export type ItemKind = 'credit_package' | 'plan' | 'shortfall' | 'other';

/** One line of an invoice: a copy of what was sold, with its price and its tax. On a credit note amounts are negative. */
export type InvoiceItem = {
  id: string;
  invoiceId: string;
  /** From 1, in the order in which they stand on the invoice. */
  position: number;
  kind: ItemKind;
  /** The purchase of a package, the subscription of a plan. */
  subjectId: string | null;
  title: string;
  /** The days that it is for, as `2026-12-01`; the last one is within. */
  startsOn: string | null;
  endsOn: string | null;
  listMinor: bigint;
  discountPercent: number;
  netMinor: bigint;
  taxMinor: bigint;
  totalMinor: bigint;
  taxLabel: string;
  taxRatePpm: number;
  addedAt: Date;
  /** Of what was issued nothing is ever removed. */
  removedAt: Date | null;
  /** On an invoice: a credit note has taken it away. */
  isCredited: boolean;
};

/** Who stood on an invoice when it was issued: plain names, and what they had typed to stand on documents. */
export type InvoiceDocument = {
  location: string;
  customer: string;
  seller: SellerDetails;
  payer: BillingDetails;
};

export type InvoiceStatus = 'draft' | 'issued' | 'paid' | 'void';

/** An invoice without its items, as lists show it. */
export type InvoiceSummary = {
  id: string;
  organizationId: string;
  locationId: string;
  customerId: string;
  /** The customer's name of today; what was issued has the name of then in its document. */
  customer: string;
  kind: 'invoice' | 'credit_note';
  /** A draft is the customer's active invoice. A credit note stays `issued`. */
  status: InvoiceStatus;
  /** Given when it is issued: by location, without gaps, credit notes among invoices. */
  number: bigint | null;
  currency: string;
  subtotalMinor: bigint;
  taxMinor: bigint;
  totalMinor: bigint;
  /** How much of it credit notes have taken away. */
  creditedMinor: bigint;
  /** What is left to pay: of an issued invoice its total without what was credited, else 0. */
  dueMinor: bigint;
  openedAt: Date;
  issuedAt: Date | null;
  /** The last day to pay, as `2026-12-15`. */
  dueOn: string | null;
  paidAt: Date | null;
  voidedAt: Date | null;
  /** The invoice that a credit note is against. */
  against: { id: string; number: bigint } | null;
  /** The payment that paid it; null also when nothing was left to pay. */
  paymentId: string | null;
  /** What of that payment was given back, or is held back by a bank, since. */
  refundedMinor: bigint;
  disputedMinor: bigint;
  remindersSent: number;
};

/** An invoice with everything on it. `document` is null while it is a draft. */
export type Invoice = InvoiceSummary & { items: InvoiceItem[]; document: InvoiceDocument | null };

/** The invoice that collects items of a customer now, if one is open. */
export async function activeInvoiceOf(db: Tx, customerId: string): Promise<Invoice | undefined> {
  if (!isId(customerId)) return undefined;
  return await one(db, sql`i.customer_id = ${customerId} and i.status = 'draft'`);
}

/** An invoice or credit note by id. */
export async function invoiceById(db: Tx, id: string): Promise<Invoice | undefined> {
  return isId(id) ? await one(db, sql`i.id = ${id}`) : undefined;
}

/** What a location issued under a number. */
export async function invoiceNumbered(db: Tx, locationId: string, number: bigint): Promise<Invoice | undefined> {
  if (number < 1n || number > MAX_NUMBER) return undefined;
  return await one(db, sql`d.location_id = ${locationId} and d.number = ${number}`);
}

/** The invoice on which an item stands. */
export async function invoiceOfItem(db: Tx, itemId: string): Promise<Invoice | undefined> {
  if (!isId(itemId)) return undefined;
  return await one(
    db,
    sql`i.id = (select t.invoice_id from invoice_items t where t.organization_id = i.organization_id and t.id = ${itemId})`,
  );
}

/** What there is of a customer: the active invoice first, then from the newest number on. */
export async function invoicesOf(db: Tx, customerId: string, limit = 200): Promise<InvoiceSummary[]> {
  if (!isId(customerId)) return [];
  return await summaries(db, sql`i.customer_id = ${customerId}`, { limit });
}

/** The credit notes against an invoice, in the order of their numbers. */
export async function creditNotesOf(db: Tx, invoiceId: string): Promise<InvoiceSummary[]> {
  if (!isId(invoiceId)) return [];
  return (await summaries(db, sql`d.against_id = ${invoiceId}`, { limit: MOST })).reverse();
}

/** As much as PostgreSQL counts to. */
const MAX_NUMBER = 9_223_372_036_854_775_807n;
const MOST = 1_000;
/** Drafts first, then from the newest number on. */
const ORDERED = sql`(coalesce(d.number, ${sql.lit(MAX_NUMBER)}), i.id)`;
/** Whether a credit note has taken the item `t` away. */
export const CREDITED = sql<boolean>`exists (select from invoice_items c
  where c.organization_id = t.organization_id and c.credits_item_id = t.id)`;

async function one(db: Tx, where: ReturnType<typeof sql>): Promise<Invoice | undefined> {
  const [row] = await select(db, where, { limit: 1 });
  if (!row) return undefined;
  return { ...toSummary(row), items: await itemsOf(db, row), document: row.document };
}

/** Invoices `i` with their documents `d` and customers `c`, drafts first, then from the newest number on. */
export async function summaries(db: Tx, where: ReturnType<typeof sql>, asked: Asked): Promise<InvoiceSummary[]> {
  return (await select(db, where, asked)).map(toSummary);
}

type Row = {
  id: string;
  organization_id: string;
  location_id: string;
  customer_id: string;
  customer: string;
  kind: InvoiceSummary['kind'];
  status: InvoiceStatus;
  currency: string;
  number: bigint | null;
  net_minor: bigint;
  tax_minor: bigint;
  credited_minor: bigint;
  opened_at: Date;
  issued_at: Date | null;
  due_on: string | null;
  paid_at: Date | null;
  voided_at: Date | null;
  against_id: string | null;
  against_number: bigint | null;
  payment_id: string | null;
  refunded_minor: bigint | null;
  disputed_minor: bigint | null;
  reminders_sent: number;
  document: InvoiceDocument | null;
};

/** Where to look: drafts by when they were opened and documents by their number are found by an index each. */
const AMONG = {
  all: sql`invoices i join customers c on c.organization_id = i.organization_id and c.id = i.customer_id
    left join invoice_documents d on d.organization_id = i.organization_id and d.invoice_id = i.id`,
  issued: sql`invoice_documents d join invoices i on i.organization_id = d.organization_id and i.id = d.invoice_id
    join customers c on c.organization_id = i.organization_id and c.id = i.customer_id`,
};

type Asked = { limit: number; among?: keyof typeof AMONG };

/** Finds the few that are asked for first, and counts together what stands on those alone. */
async function select(db: Tx, where: ReturnType<typeof sql>, { limit, among = 'all' }: Asked): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with found as materialized (
      select i.id from ${AMONG[among]} where ${where}
        order by ${among === 'issued' ? sql`d.number` : ORDERED} desc limit ${limit}
    )
    select i.id, i.organization_id, i.location_id, i.customer_id, c.name as customer, i.kind, i.status, i.currency, d.number,
        coalesce(d.net_minor, s.net_minor) as net_minor, coalesce(d.tax_minor, s.tax_minor) as tax_minor,
        n.credited_minor, i.opened_at, d.issued_at, d.due_on, i.paid_at, i.voided_at, d.against_id,
        a.number as against_number, i.payment_id, y.refunded_minor, y.disputed_minor, i.reminders_sent, d.document
      from invoices i
      join customers c on c.organization_id = i.organization_id and c.id = i.customer_id
      left join invoice_documents d on d.organization_id = i.organization_id and d.invoice_id = i.id
      left join invoice_documents a on a.organization_id = i.organization_id and a.invoice_id = d.against_id
      left join payments y on y.organization_id = i.organization_id and y.id = i.payment_id
      cross join lateral (select coalesce(sum(t.net_minor), 0)::bigint as net_minor, coalesce(sum(t.tax_minor), 0)::bigint as tax_minor
        from invoice_items t where t.organization_id = i.organization_id and t.invoice_id = i.id and t.is_there
          and i.status = 'draft') s
      cross join lateral (select coalesce(-sum(x.total_minor), 0)::bigint as credited_minor
        from invoice_documents x where x.organization_id = i.organization_id and x.against_id = i.id) n
      where i.organization_id = current_organization() and i.id in (select f.id from found f)
      order by ${ORDERED} desc`.execute(db);
  return rows;
}

function toSummary(row: Row): InvoiceSummary {
  const totalMinor = row.net_minor + row.tax_minor;
  const isDue = row.kind === 'invoice' && row.status === 'issued';
  return {
    id: row.id,
    organizationId: row.organization_id,
    locationId: row.location_id,
    customerId: row.customer_id,
    customer: row.customer,
    kind: row.kind,
    status: row.status,
    number: row.number,
    currency: row.currency,
    subtotalMinor: row.net_minor,
    taxMinor: row.tax_minor,
    totalMinor,
    creditedMinor: row.credited_minor,
    dueMinor: isDue ? totalMinor - row.credited_minor : 0n,
    openedAt: row.opened_at,
    issuedAt: row.issued_at,
    dueOn: row.due_on,
    paidAt: row.paid_at,
    voidedAt: row.voided_at,
    against: row.against_id === null ? null : { id: row.against_id, number: row.against_number! },
    paymentId: row.payment_id,
    refundedMinor: row.refunded_minor ?? 0n,
    disputedMinor: row.disputed_minor ?? 0n,
    remindersSent: row.reminders_sent,
  };
}

type ItemRow = {
  id: string;
  invoice_id: string;
  kind: ItemKind;
  subject_id: string | null;
  title: string;
  starts_on: string | null;
  ends_on: string | null;
  list_minor: bigint;
  discount_percent: number;
  net_minor: bigint;
  tax_minor: bigint;
  total_minor: bigint;
  tax_label: string;
  tax_rate_ppm: number;
  added_at: Date;
  removed_at: Date | null;
  is_credited: boolean;
};

/** Of a draft those that are there, in the order in which they came; of what was issued its lines. */
async function itemsOf(db: Tx, { id, status }: Pick<Row, 'id' | 'status'>): Promise<InvoiceItem[]> {
  const { rows } = await sql<ItemRow>`
    select t.id, t.invoice_id, t.kind, t.subject_id, t.title, t.starts_on, t.ends_on, t.list_minor, t.discount_percent,
        t.net_minor, t.tax_minor, t.total_minor, t.tax_label, t.tax_rate_ppm, t.added_at, t.removed_at,
        ${CREDITED} as is_credited
      from invoice_items t
      left join invoice_lines l on l.organization_id = t.organization_id and l.item_id = t.id
      where t.invoice_id = ${id} and ${status === 'draft' ? sql`t.is_there` : sql`l.position is not null`}
      order by t.position`.execute(db);
  return rows.map((row, index) => ({
    id: row.id,
    invoiceId: row.invoice_id,
    position: index + 1,
    kind: row.kind,
    subjectId: row.subject_id,
    title: row.title,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    listMinor: row.list_minor,
    discountPercent: row.discount_percent,
    netMinor: row.net_minor,
    taxMinor: row.tax_minor,
    totalMinor: row.total_minor,
    taxLabel: row.tax_label,
    taxRatePpm: row.tax_rate_ppm,
    addedAt: row.added_at,
    removedAt: row.removed_at,
    isCredited: row.is_credited,
  }));
}
