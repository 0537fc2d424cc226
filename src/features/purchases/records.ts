import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import type { PaymentStatus } from '../payments/payments.ts';

/** A purchase with a copy of what was sold; `status` is how its payment stands, and paid means granted. */
export type Purchase = {
  id: string;
  customerId: string;
  buyerUserId: string;
  packageId: string;
  title: string;
  creditsMinor: bigint;
  validForDays: number | null;
  currency: string;
  listMinor: bigint;
  discountPercent: number;
  netMinor: bigint;
  taxMinor: bigint;
  taxLabel: string;
  taxRatePpm: number;
  totalMinor: bigint;
  method: 'card' | 'free' | 'invoice' | 'external';
  methodLabel: string;
  status: PaymentStatus;
  failureCode: string | null;
  nextUrl: string | null;
  usesSavedMethod: boolean;
  /** On an invoice: the item, and whether it is owed still. */
  invoiceItemId: string | null;
  onAccount: boolean;
  /** An administrator sold it to the customer, and noted this. */
  onBehalf: boolean;
  memo: string;
  paymentId: string | null;
  requestHash: Buffer;
  /** After the grant; null until it is paid. */
  balanceAfterMinor: bigint | null;
  createdAt: Date;
  paidAt: Date | null;
  /** Of its credits, when money went back: taken back, gone already, and of those waived, and put on an invoice. */
  takenBackMinor: bigint;
  shortfallMinor: bigint;
  waivedMinor: bigint;
  billedMinor: bigint;
  /** Of what was paid, what a bank keeps after a dispute. */
  lostMinor: bigint;
};

/** A purchase by id, with how its payment stands. */
export async function purchaseById(db: Tx, id: string): Promise<Purchase | undefined> {
  if (!isId(id)) return undefined;
  const row = await selectPurchases(db).where('p.id', '=', id).executeTakeFirst();
  return row && toPurchase(row);
}

/** The purchase that a buyer's request key already made. */
export async function purchaseByKey(db: Tx, buyerUserId: string, requestKey: string): Promise<Purchase | undefined> {
  const row = await selectPurchases(db)
    .where('p.buyer_user_id', '=', buyerUserId)
    .where('p.request_key', '=', requestKey)
    .executeTakeFirst();
  return row && toPurchase(row);
}

/** The last purchase that was paid, of customers that somebody manages or by them: what "Buy again" repeats. */
export async function lastPaidPurchase(
  db: Tx,
  it: { managed: string[]; buyerUserId: string },
): Promise<Purchase | undefined> {
  const row = await selectPurchases(db)
    .where((row) => row.or([row('p.customer_id', 'in', it.managed), row('p.buyer_user_id', '=', it.buyerUserId)]))
    .where('p.paid_at', 'is not', null)
    .where('p.on_behalf', '=', false)
    .orderBy('p.created_at', 'desc')
    .orderBy('p.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toPurchase(row);
}

/** When a customer bought on the invoice last. */
export async function lastOnInvoiceAt(db: Tx, customerId: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('purchases')
    .select('created_at')
    .where('customer_id', '=', customerId)
    .where('method', '=', 'invoice')
    .where('on_behalf', '=', false)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.created_at;
}

/** The purchase of a package that awaits the bank's answer, with nothing left for its buyer to do; answers its id. */
export async function purchaseUnderWay(
  db: Tx,
  it: { buyerUserId: string; customerId: string; packageId: string },
): Promise<string | undefined> {
  if (!isId(it.packageId)) return undefined;
  const row = await db
    .selectFrom('purchases as p')
    .innerJoin('payments as y', (join) =>
      join.onRef('y.organization_id', '=', 'p.organization_id').onRef('y.id', '=', 'p.payment_id'),
    )
    .select('p.id')
    .where('p.buyer_user_id', '=', it.buyerUserId)
    .where('p.customer_id', '=', it.customerId)
    .where('p.package_id', '=', it.packageId)
    .where('y.status', 'in', ['new', 'action', 'processing'])
    .where('y.next_url', 'is', null)
    .orderBy('p.created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** A purchase that is not decided yet; `waitsForPayer` when its buyer may still have to do something. */
export type Unfinished = { id: string; title: string; waitsForPayer: boolean };

/**
 * What a buyer began last for some customers and has not been decided: for whoever left and came back. Not what a press of
 * the key `besidesKey` began.
 */
export async function unfinishedPurchase(
  db: Tx,
  it: { buyerUserId: string; customerIds: string[]; besidesKey?: string },
): Promise<Unfinished | undefined> {
  const row = await db
    .selectFrom('purchases as p')
    .innerJoin('payments as y', (join) =>
      join.onRef('y.organization_id', '=', 'p.organization_id').onRef('y.id', '=', 'p.payment_id'),
    )
    .select(['p.id', 'p.title', 'y.next_url'])
    .where('p.buyer_user_id', '=', it.buyerUserId)
    .where('p.customer_id', 'in', it.customerIds)
    .where('p.request_key', '<>', it.besidesKey ?? '')
    // What is undecided always has a time at which it is looked at again: few rows, found by their index.
    .where('y.check_at', 'is not', null)
    .orderBy('p.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, title: row.title, waitsForPayer: row.next_url !== null };
}

/** What became of the credits of purchases whose money went back; `owedMinor` is spent and not let go. */
export type CreditsGone = { takenBackMinor: bigint; owedMinor: bigint };

/** The same for some purchases, by their id; those of which nothing went back are left out. */
export async function creditsGoneOf(db: Tx, ids: string[]): Promise<Map<string, CreditsGone>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('purchases')
    .select(['id', 'taken_back_minor', 'shortfall_minor', 'waived_minor', 'billed_minor'])
    .where('id', 'in', ids)
    .where((row) => row.or([row('taken_back_minor', '>', 0n), row('shortfall_minor', '>', 0n)]))
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { takenBackMinor: row.taken_back_minor, owedMinor: row.shortfall_minor - row.waived_minor - row.billed_minor },
    ]),
  );
}

/** Which of some purchases are owed still, on an invoice. */
export async function onAccountOf(db: Tx, ids: string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('purchases')
    .select('id')
    .where('id', 'in', ids)
    .where('on_account', '=', true)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** How often each package of a location was bought since `since`. */
export async function timesBought(db: Tx, locationId: string, since: Date): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('purchases')
    .select(['package_id', (all) => all.fn.countAll<bigint>().as('times')])
    .where('location_id', '=', locationId)
    .where('paid_at', '>=', since)
    .groupBy('package_id')
    .execute();
  return new Map(rows.map((row) => [row.package_id, Number(row.times)]));
}

function selectPurchases(db: Tx) {
  return db
    .selectFrom('purchases as p')
    .leftJoin('payments as y', (join) =>
      join.onRef('y.organization_id', '=', 'p.organization_id').onRef('y.id', '=', 'p.payment_id'),
    )
    .leftJoin('credit_entries as e', (join) =>
      join
        .onRef('e.organization_id', '=', 'p.organization_id')
        .onRef('e.purchase_id', '=', 'p.id')
        .on('e.type', '=', 'purchase'),
    )
    .selectAll('p')
    .select([
      'y.status',
      'y.failure_code',
      'y.next_url',
      'y.saved_method_id',
      'y.method_label',
      'y.lost_minor',
      'e.balance_after_minor',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectPurchases>['executeTakeFirstOrThrow']>>;

function toPurchase(row: Row): Purchase {
  return {
    id: row.id,
    customerId: row.customer_id,
    buyerUserId: row.buyer_user_id,
    packageId: row.package_id,
    title: row.title,
    creditsMinor: row.credits_minor,
    validForDays: row.valid_for_days,
    currency: row.currency,
    listMinor: row.list_minor,
    discountPercent: row.discount_percent,
    netMinor: row.net_minor,
    taxMinor: row.tax_minor,
    taxLabel: row.tax_label,
    taxRatePpm: row.tax_rate_ppm,
    totalMinor: row.total_minor,
    method: row.method,
    methodLabel: row.method_label ?? '',
    status: row.paid_at ? 'paid' : (row.status ?? 'new'),
    failureCode: row.failure_code,
    nextUrl: row.next_url,
    usesSavedMethod: row.saved_method_id !== null,
    invoiceItemId: row.invoice_item_id,
    onAccount: row.on_account,
    onBehalf: row.on_behalf,
    memo: row.memo,
    paymentId: row.payment_id,
    requestHash: row.request_hash,
    balanceAfterMinor: row.balance_after_minor,
    createdAt: row.created_at,
    paidAt: row.paid_at,
    takenBackMinor: row.taken_back_minor,
    shortfallMinor: row.shortfall_minor,
    waivedMinor: row.waived_minor,
    billedMinor: row.billed_minor,
    lostMinor: row.lost_minor ?? 0n,
  };
}
