import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { type BillingDetails, billingOfCustomer, billingOfLocation, type SellerDetails } from '../billing/billing.ts';
import type { SubjectHandlers } from './payments.ts';
import { type Payment, paymentById } from './records.ts';

/** What a payment was for, as its receipt says it: lines before tax, and the tax on their sum. */
export type PaidFor = {
  /** Who pressed the button. */
  buyer: string;
  lines: { title: string; listMinor: bigint; discountPercent: number; netMinor: bigint }[];
  taxLabel: string;
  taxRatePpm: number;
};

/** A numbered document about money that was paid, or given back (`against` is then the number of the payment's own). */
export type Receipt = {
  number: bigint;
  paymentId: string;
  customerId: string;
  against: bigint | undefined;
  issuedAt: Date;
  document: {
    location: string;
    customer: string;
    /** Who they are on documents; receipts from before there were billing details have none. */
    seller: SellerDetails | undefined;
    payer: BillingDetails | undefined;
    buyer: string;
    currency: string;
    lines: { title: string; listMinor: bigint; discountPercent: number; netMinor: bigint }[];
    taxLabel: string;
    taxRatePpm: number;
    taxMinor: bigint;
    totalMinor: bigint;
    method: string;
    isFree: boolean;
    isTest: boolean;
    paidAt: Date;
  };
};

/**
 * Issues what is missing of a payment's receipts: its own once it is paid, and one against it for each refund, or refund
 * that failed later. Asked again it issues nothing. Outside of the sale: numbers are counted one by one.
 */
export async function issueReceipts(
  tx: Tx,
  subjects: SubjectHandlers,
  it: { paymentId: string; now: Date },
): Promise<void> {
  const payment = await paymentById(tx, it.paymentId, true);
  if (payment?.status !== 'paid') return;
  const issued = await tx
    .selectFrom('receipts')
    .select('reversal_number')
    .where('payment_id', '=', payment.id)
    .execute();
  const has = (reversal: number | null) => issued.some((row) => row.reversal_number === reversal);
  const reversals = await tx
    .selectFrom('payment_reversals')
    .select(['number', 'amount_minor'])
    .where('payment_id', '=', payment.id)
    .where('kind', 'in', ['refund', 'refund_failed'])
    .orderBy('number')
    .execute();
  const missing = reversals.filter((row) => !has(row.number));
  if (has(null) && missing.length === 0) return;
  const paidFor = await subjects[payment.subject].paidFor(tx, payment);
  const names = await namesOf(tx, payment);
  if (!has(null)) await write(tx, payment, null, documentOf(payment, paidFor, names), it.now);
  for (const { number, amount_minor } of missing)
    await write(tx, payment, number, counterDocument(payment, paidFor, names, -amount_minor), it.now);
}

type Names = Pick<Receipt['document'], 'location' | 'customer' | 'seller' | 'payer'>;

async function namesOf(tx: Tx, payment: Payment): Promise<Names> {
  const { location, customer } = await tx
    .selectFrom('locations as l')
    .innerJoin('customers as c', (join) =>
      join.onRef('c.organization_id', '=', 'l.organization_id').onRef('c.location_id', '=', 'l.id'),
    )
    .select(['l.name as location', 'c.name as customer'])
    .where('c.id', '=', payment.customerId)
    .executeTakeFirstOrThrow();
  return {
    location,
    customer,
    seller: await billingOfLocation(tx, payment.locationId),
    payer: await billingOfCustomer(tx, payment.customerId),
  };
}

function documentOf(payment: Payment, { lines, ...paidFor }: PaidFor, names: Names): Receipt['document'] {
  return {
    ...names,
    ...paidFor,
    lines,
    currency: payment.amount.currency,
    taxMinor: payment.taxMinor,
    totalMinor: payment.amount.minor,
    method: payment.methodLabel,
    isFree: payment.method === 'free',
    isTest: !payment.live,
    paidAt: payment.settledAt!,
  };
}

/** The same against itself, of as much as went back: its tax in proportion, rounded half up. */
function counterDocument(payment: Payment, paidFor: PaidFor, names: Names, minor: bigint): Receipt['document'] {
  const whole = documentOf(payment, paidFor, names);
  const size = minor < 0n ? -minor : minor;
  const tax = (2n * payment.taxMinor * size + payment.amount.minor) / (2n * payment.amount.minor);
  const taxMinor = minor < 0n ? -tax : tax;
  const title = payment.title;
  const line = { title, listMinor: minor - taxMinor, discountPercent: 0, netMinor: minor - taxMinor };
  return { ...whole, lines: [line], taxMinor, totalMinor: minor };
}

async function write(
  tx: Tx,
  payment: Payment,
  reversalNumber: number | null,
  document: Receipt['document'],
  now: Date,
): Promise<void> {
  const at = { organization_id: payment.organizationId, location_id: payment.locationId };
  const { last_number } = await tx
    .insertInto('receipt_counters')
    .values({ ...at, last_number: 1n })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'location_id'])
        .doUpdateSet({ last_number: sql<bigint>`receipt_counters.last_number + 1` }),
    )
    .returning('last_number')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('receipts')
    .values({
      ...at,
      id: newId(now),
      number: last_number,
      payment_id: payment.id,
      reversal_number: reversalNumber,
      // JSON has no 64-bit integers: they are kept as text.
      document: JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
      issued_at: now,
    })
    .execute();
}

/** A payment's receipts, its own first. */
export async function receiptsOf(db: Tx, paymentId: string): Promise<Receipt[]> {
  const rows = await selectReceipts(db).where('r.payment_id', '=', paymentId).orderBy('r.number').execute();
  return rows.map(toReceipt);
}

/** A receipt of a location by its number. */
export async function receiptNumbered(db: Tx, locationId: string, number: bigint): Promise<Receipt | undefined> {
  const row = await selectReceipts(db)
    .where('r.location_id', '=', locationId)
    .where('r.number', '=', number)
    .executeTakeFirst();
  return row && toReceipt(row);
}

function selectReceipts(db: Tx) {
  return db
    .selectFrom('receipts as r')
    .innerJoin('payments as y', (join) =>
      join.onRef('y.organization_id', '=', 'r.organization_id').onRef('y.id', '=', 'r.payment_id'),
    )
    .leftJoin('receipts as own', (join) =>
      join
        .onRef('own.organization_id', '=', 'r.organization_id')
        .onRef('own.payment_id', '=', 'r.payment_id')
        .on('own.reversal_number', 'is', null),
    )
    .select(['r.number', 'r.payment_id', 'r.reversal_number', 'r.document', 'r.issued_at', 'y.customer_id'])
    .select('own.number as own_number');
}

type ReceiptRow = Awaited<ReturnType<ReturnType<typeof selectReceipts>['executeTakeFirstOrThrow']>>;

function toReceipt(row: ReceiptRow): Receipt {
  const kept = row.document as Record<string, string> & {
    lines: { title: string; listMinor: string; discountPercent: number; netMinor: string }[];
    taxRatePpm: unknown;
    isFree: unknown;
    isTest: unknown;
    seller: unknown;
    payer: unknown;
  };
  return {
    number: row.number,
    paymentId: row.payment_id,
    customerId: row.customer_id,
    against: row.reversal_number === null ? undefined : (row.own_number ?? undefined),
    issuedAt: row.issued_at,
    document: {
      location: kept.location!,
      customer: kept.customer!,
      seller: kept.seller as SellerDetails | undefined,
      payer: kept.payer as BillingDetails | undefined,
      buyer: kept.buyer!,
      currency: kept.currency!,
      lines: kept.lines.map((line) => ({
        ...line,
        listMinor: BigInt(line.listMinor),
        netMinor: BigInt(line.netMinor),
      })),
      taxLabel: kept.taxLabel!,
      taxRatePpm: kept.taxRatePpm as number,
      taxMinor: BigInt(kept.taxMinor!),
      totalMinor: BigInt(kept.totalMinor!),
      method: kept.method!,
      isFree: kept.isFree as boolean,
      isTest: kept.isTest as boolean,
      paidAt: new Date(kept.paidAt!),
    },
  };
}
