import type { Tx } from '../../platform/database/database.ts';
import type { OwnRefund } from './gateway.ts';
import type { Payment } from './records.ts';
import type { AskedRefund, Line, Reversal } from './reversals.ts';

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
      join
        .onRef('f.organization_id', '=', 'r.organization_id')
        .onRef('f.id', '=', 'r.refund_id')
        .on('r.kind', '=', 'refund'),
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

/** What is made and booked of the refunds of a payment that were asked for here and that its gateway knows. */
export async function askedRefunds(db: Tx, paymentId: string, ours: OwnRefund[]): Promise<AskedRefund[]> {
  if (ours.length === 0) return [];
  const rows = await db
    .selectFrom('refunds as f')
    .leftJoin('payment_reversals as r', (join) =>
      join.onRef('r.organization_id', '=', 'f.organization_id').onRef('r.refund_id', '=', 'f.id'),
    )
    .select(['f.id', (eb) => eb.fn.coalesce(eb.fn.sum<bigint>('r.amount_minor'), eb.lit(0)).as('booked')])
    .where('f.payment_id', '=', paymentId)
    .groupBy('f.id')
    .orderBy('f.id')
    .execute();
  return rows.flatMap(({ id, booked }) => {
    const made = ours.filter(({ key }) => key === keyOfRefund(id));
    if (made.length === 0) return [];
    return [{ id, madeMinor: made.reduce((sum, { minor }) => sum + minor, 0n), bookedMinor: BigInt(booked) }];
  });
}

/** The key by which a gateway is asked for a refund, and which it keeps with it. */
export function keyOfRefund(id: string): string {
  return `refund:${id}`;
}

/** Writes what changed, line by line. A refund of which money went back is done, whatever was said of it before. */
export async function writeLines(tx: Tx, payment: Payment, lines: Line[], now: Date): Promise<void> {
  for (const [index, { kind, amountMinor, refundId }] of lines.entries()) {
    await tx
      .insertInto('payment_reversals')
      .values({
        organization_id: payment.organizationId,
        payment_id: payment.id,
        number: payment.reversals + index + 1,
        kind,
        amount_minor: amountMinor,
        refund_id: refundId ?? null,
        created_at: now,
      })
      .execute();
    if (refundId && kind === 'refund')
      await tx
        .updateTable('refunds')
        .set({ status: 'done', refusal: null, settled_at: now, check_at: null })
        .where('id', '=', refundId)
        .execute();
  }
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
