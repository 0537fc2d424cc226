import type { Tx } from '../../platform/database/database.ts';
import type { Payment } from './records.ts';
import type { Reversal } from './reversals.ts';

/** An administrator's deliberate refund. `new` is still to be done at the gateway, or not known to be done. */
export type Refund = {
  id: string;
  paymentId: string;
  amountMinor: bigint;
  actorUserId: string;
  reason: string;
  status: 'new' | 'done' | 'refused';
  refusal: string | null;
  createdAt: Date;
  settledAt: Date | null;
};

/** One line of what went back of a payment, or came back. Positive is money that left us. */
export type ReversalLine = {
  number: number;
  kind: Reversal['kind'];
  amountMinor: bigint;
  /** Who asked for it here and why; null when it was done at the gateway. */
  actorName: string | null;
  reason: string | null;
  at: Date;
};

/** A payment's refunds that were asked for here, newest first. */
export async function refundsOf(db: Tx, paymentId: string): Promise<Refund[]> {
  const rows = await db
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toRefund);
}

/** What the press of an administrator has made already, by the key of its form. */
export async function refundByKey(db: Tx, paymentId: string, requestKey: string): Promise<Refund | undefined> {
  const row = await db
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  return row && toRefund(row);
}

/** What went back of a payment so far, in the order in which it was booked. */
export async function reversalsOf(db: Tx, paymentId: string): Promise<ReversalLine[]> {
  const rows = await db
    .selectFrom('payment_reversals as r')
    .leftJoin('refunds as f', (join) =>
      join.onRef('f.organization_id', '=', 'r.organization_id').onRef('f.id', '=', 'r.refund_id'),
    )
    .leftJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'f.organization_id').onRef('u.id', '=', 'f.actor_user_id'),
    )
    .select(['r.number', 'r.kind', 'r.amount_minor', 'r.created_at', 'f.reason', 'u.name'])
    .where('r.payment_id', '=', paymentId)
    .orderBy('r.number')
    .execute();
  return rows.map((row) => ({
    number: row.number,
    kind: row.kind as Reversal['kind'],
    amountMinor: row.amount_minor,
    actorName: row.name,
    reason: row.reason,
    at: row.created_at,
  }));
}

/**
 * Writes what changed, line by line. A refund that we asked for is done by the first money that goes back as much as it,
 * the one that is known to be made before others; whatever else went back was done at the gateway. Answers how many lines
 * were written.
 */
export async function attributeRefunds(
  tx: Tx,
  payment: Payment,
  found: Reversal[],
  { madeRefundId, now }: { madeRefundId: string | undefined; now: Date },
): Promise<number> {
  const rows = await tx
    .selectFrom('refunds')
    .select(['id', 'amount_minor'])
    .where('payment_id', '=', payment.id)
    .where('status', '=', 'new')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const isMade = ({ id }: { id: string }) => id === madeRefundId;
  const waiting = [...rows.filter(isMade), ...rows.filter((row) => !isMade(row))];
  const lines = found.flatMap((it): Line[] => (it.kind === 'refund' ? split(it, waiting) : [it]));
  for (const [index, line] of lines.entries()) {
    await tx
      .insertInto('payment_reversals')
      .values({
        organization_id: payment.organizationId,
        payment_id: payment.id,
        number: payment.reversals + index + 1,
        kind: line.kind,
        amount_minor: line.amountMinor,
        refund_id: line.refundId ?? null,
        created_at: now,
      })
      .execute();
    if (line.refundId)
      await tx
        .updateTable('refunds')
        .set({ status: 'done', settled_at: now, check_at: null })
        .where('id', '=', line.refundId)
        .execute();
  }
  return lines.length;
}

type Line = Reversal & { refundId?: string };

function split(reversal: Reversal, waiting: { id: string; amount_minor: bigint }[]): Line[] {
  const lines: Line[] = [];
  let left = reversal.amountMinor;
  for (const refund of waiting) {
    if (refund.amount_minor > left) continue;
    lines.push({ kind: 'refund', amountMinor: refund.amount_minor, refundId: refund.id });
    left -= refund.amount_minor;
  }
  if (left > 0n) lines.push({ kind: 'refund', amountMinor: left });
  return lines;
}

type RefundRow = {
  id: string;
  payment_id: string;
  amount_minor: bigint;
  actor_user_id: string;
  reason: string;
  status: string;
  refusal: string | null;
  created_at: Date;
  settled_at: Date | null;
};

export function toRefund(row: RefundRow): Refund {
  return {
    id: row.id,
    paymentId: row.payment_id,
    amountMinor: row.amount_minor,
    actorUserId: row.actor_user_id,
    reason: row.reason,
    status: row.status as Refund['status'],
    refusal: row.refusal,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}
