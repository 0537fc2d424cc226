import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { derivedId } from '../../platform/ids.ts';
import type { Jobs } from '../../platform/jobs.ts';
import { type News, notify } from '../notifications/notifications.ts';
import { type Payment, paymentById, type ReversalLine, reversalsOf } from '../payments/payments.ts';
import { concernedBy } from './concerned.ts';
import { type Purchase, purchaseById } from './records.ts';

declare module '../../platform/jobs.ts' {
  interface Queues {
    'purchase.reversed': Reversed;
  }
}

/** Money went back or came again: the steps of a payment are numbered, and `upTo` is the last one of these. */
type Reversed = { organizationId: string; paymentId: string; upTo: number };

/** By which key the credits of a step of a payment were moved: each step has one of its own. */
export function reversalKey(paymentId: string, step: number): string {
  return `reversal:${paymentId}:${step}`;
}

/** Has those told whom it concerns, in the transaction that books it. */
export async function enqueueReversal(tx: Tx, jobs: Jobs, payment: Payment): Promise<void> {
  const { organizationId, id: paymentId, reversals: upTo } = payment;
  await jobs.enqueue(tx, 'purchase.reversed', stepId(paymentId, upTo), { organizationId, paymentId, upTo });
}

/** Tells the buyer, and for a company its managers, what went back or came again, and the credits that went with it. */
export async function tellOfReversal(core: Core, { organizationId, paymentId, upTo }: Reversed): Promise<void> {
  await core.database.write(organizationId, async (tx) => {
    const payment = await paymentById(tx, paymentId);
    const purchase = payment && (await purchaseById(tx, payment.subjectId));
    if (!purchase) return;
    const { userIds, href, company } = await concernedBy(tx, purchase);
    for (const line of await linesOf(tx, paymentId, upTo)) {
      const credits = line.number === upTo ? await creditsMoved(tx, purchase, reversalKey(paymentId, upTo)) : 0n;
      const news = newsOf(line, { credits, title: purchase.title, currency: purchase.currency, ...company });
      const subjectId = stepId(paymentId, line.number);
      for (const userId of userIds)
        await notify(tx, { ...news, organizationId, userId, subjectId, href, now: core.now() });
    }
  });
}

/** What was booked together, as with a refund that two people made at the same time. */
async function linesOf(tx: Tx, paymentId: string, upTo: number): Promise<ReversalLine[]> {
  const lines = await reversalsOf(tx, paymentId);
  const last = lines.find(({ number }) => number === upTo);
  return lines.filter(({ number, at }) => number <= upTo && at.getTime() === last?.at.getTime());
}

/** How many credits a step has taken back or given back. */
async function creditsMoved(tx: Tx, { customerId, id }: Purchase, key: string): Promise<bigint> {
  const { moved } = await tx
    .selectFrom('credit_entries')
    .select(sql<bigint>`coalesce(sum(credits_minor), 0)::bigint`.as('moved'))
    .where('customer_id', '=', customerId)
    .where('purchase_id', '=', id)
    .where((row) => row.or([row('idempotency_key', '=', key), row('idempotency_key', 'like', `${key}:%`)]))
    .executeTakeFirstOrThrow();
  return moved;
}

type MoneyNews = Exclude<Extract<News, { details: { amount: bigint } }>, { details: { number: string } }>;
type Details = Omit<MoneyNews['details'], 'amount'>;

function newsOf({ kind, amountMinor }: ReversalLine, details: Details): News {
  const kinds = {
    refund: 'money-refunded',
    refund_failed: 'refund-failed',
    dispute: 'payment-disputed',
    dispute_ended: 'dispute-ended',
  } as const;
  return { kind: kinds[kind], details: { ...details, amount: amountMinor < 0n ? -amountMinor : amountMinor } };
}

/** A step of a payment as an id: the same step has the same. */
function stepId(paymentId: string, step: number): string {
  return derivedId(reversalKey(paymentId, step));
}
