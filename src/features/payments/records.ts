import type { Selectable } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import type { Schema } from '../../platform/database/schema.ts';
import type { Money } from '../../shared/money.ts';
import type { PaymentStatus } from './transition.ts';

/** One attempt to collect an amount from a customer for a subject. */
export type Payment = {
  id: string;
  organizationId: string;
  locationId: string;
  customerId: string;
  actorUserId: string | null;
  subject: 'purchase' | 'invoice';
  subjectId: string;
  title: string;
  method: 'card' | 'free' | 'external';
  status: PaymentStatus;
  amount: Money;
  taxMinor: bigint;
  live: boolean;
  connectionId: string | null;
  reference: string | null;
  aliases: string[];
  savedMethodId: string | null;
  methodLabel: string;
  nextUrl: string | null;
  failureCode: string | null;
  alert: string | null;
  createdAt: Date;
  settledAt: Date | null;
  giveUpAt: Date;
  checks: number;
  /** What has gone back so far, and in how many steps. */
  refundedMinor: bigint;
  disputedMinor: bigint;
  /** Of what is disputed, what the bank has decided against us. */
  lostMinor: bigint;
  reversals: number;
};

/** A payment by id, locked when it is going to be changed. */
export async function paymentById(db: Tx, id: string, lock = false): Promise<Payment | undefined> {
  let query = db.selectFrom('payments').selectAll().where('id', '=', id);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && toPayment(row);
}

/** The payment that a gateway names by one of its ids, on this connection. */
export async function paymentByReference(db: Tx, connectionId: string, ref: string): Promise<Payment | undefined> {
  const row = await db
    .selectFrom('payments')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where((where) => where.or([where('reference', '=', ref), where(where.val(ref), '=', where.fn.any('aliases'))]))
    .executeTakeFirst();
  return row && toPayment(row);
}

/** The payment that some gateway connections name by one of these ids. */
export async function paymentByAnyName(db: Tx, connectionIds: string[], names: string[]): Promise<Payment | undefined> {
  const row = await db
    .selectFrom('payments')
    .selectAll()
    .where('connection_id', 'in', connectionIds)
    .where((where) => where.or([where('reference', 'in', names), where('aliases', '&&', where.val(names))]))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && toPayment(row);
}

/** The payments of a connection that were paid between two instants. */
export async function paidSince(db: Tx, connectionId: string, from: Date, until: Date): Promise<Payment[]> {
  const rows = await db
    .selectFrom('payments')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('settled_at', '>', from)
    .where('settled_at', '<=', until)
    .orderBy('id')
    .execute();
  return rows.map(toPayment);
}

/** A customer's payments, newest first: at most `limit` that are older than the payment `before`. */
export async function paymentsOf(
  db: Tx,
  customerId: string,
  page: { before?: string; limit: number },
): Promise<{ payments: Payment[]; next: string | undefined }> {
  let query = db
    .selectFrom('payments')
    .selectAll()
    .where('customer_id', '=', customerId)
    // Ids are UUIDv7: ordered by the time they were made.
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.before) query = query.where('id', '<', page.before);
  const rows = await query.execute();
  const payments = rows.slice(0, page.limit).map(toPayment);
  return { payments, next: rows.length > page.limit ? payments.at(-1)!.id : undefined };
}

function toPayment(row: Selectable<Schema['payments']>): Payment {
  return {
    id: row.id,
    organizationId: row.organization_id,
    locationId: row.location_id,
    customerId: row.customer_id,
    actorUserId: row.actor_user_id,
    subject: row.subject,
    subjectId: row.subject_id,
    title: row.title,
    method: row.method,
    status: row.status,
    amount: { minor: row.amount_minor, currency: row.currency },
    taxMinor: row.tax_minor,
    live: row.live,
    connectionId: row.connection_id,
    reference: row.reference,
    aliases: row.aliases,
    savedMethodId: row.saved_method_id,
    methodLabel: row.method_label,
    nextUrl: row.next_url,
    failureCode: row.failure_code,
    alert: row.alert,
    createdAt: row.created_at,
    settledAt: row.settled_at,
    giveUpAt: row.give_up_at,
    checks: row.checks,
    refundedMinor: row.refunded_minor,
    disputedMinor: row.disputed_minor,
    lostMinor: row.lost_minor,
    reversals: row.reversals,
  };
}
