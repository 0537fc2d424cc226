import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { isId, newId } from '../../platform/ids.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { aboutPayment, raiseAlert } from './alerts.ts';
import { apply, applyByHand } from './applying.ts';
import { gatewayOf } from './connected.ts';
import { routeOf } from './connections.ts';
import { Refused, Unknown } from './gateway.ts';
import type { PaymentsContext } from './payments.ts';
import { type Payment, paymentById } from './records.ts';
import { keyOfRefund, type Refund, toRefund } from './refund-records.ts';
import { nextCheck } from './transition.ts';

/** More than what is left to refund of the payment, or nothing. `leftMinor` is what is left. */
export class RefundTooMuch extends Refusal {
  constructor(leftMinor: bigint) {
    super('refund-too-much', 422, { leftMinor: String(leftMinor) });
  }
}

/** Nothing was paid that could be given back, or the gateway gives back whole payments only. */
export class NotRefundable extends Refusal {
  constructor() {
    super('not-refundable', 422);
  }
}

/** The key came before with another amount or reason. */
export class RefundKeyReused extends Refusal {
  constructor() {
    super('idempotency-key-reused', 422);
  }
}

export type RefundRequest = {
  organizationId: string;
  locationId: string;
  paymentId: string;
  amountMinor: bigint;
  actorUserId: string;
  reason: string;
  requestKey: string;
};

/** Gateways remember a key for an hour at least. After that only looking tells whether a refund was made. */
const KEY_IS_GOOD_FOR_MS = 45 * 60_000;

/**
 * Refunds money by an administrator's deliberate action: written down first, then asked of the gateway outside of any
 * transaction, then booked by `apply` like a refund made anywhere else. In doubt it stays `new` and is asked again by the
 * same key. Money that was taken elsewhere is given back by hand: writing it down is all. Refuses more than is left.
 */
export async function refund(context: PaymentsContext, it: RefundRequest): Promise<Refund> {
  const written = await writeRefund(context, it);
  if (written.status !== 'new' || written.repeated) return written;
  return await carryOut(context, it.organizationId, written);
}

async function writeRefund(context: PaymentsContext, it: RefundRequest): Promise<Refund & { repeated: boolean }> {
  const { core } = context;
  const now = core.now();
  if (!isId(it.paymentId)) throw new NotRefundable();
  return await core.database.write(it.organizationId, async (tx) => {
    const payment = await paymentById(tx, it.paymentId, true);
    if (payment?.locationId !== it.locationId || payment.status !== 'paid' || payment.method === 'free')
      throw new NotRefundable();
    const all = await tx.selectFrom('refunds').selectAll().where('payment_id', '=', payment.id).execute();
    const before = all.find((row) => row.request_key === it.requestKey);
    if (before) {
      if (before.amount_minor !== it.amountMinor || before.reason !== it.reason) throw new RefundKeyReused();
      return { ...toRefund(before), repeated: true };
    }
    const waiting = all.filter((row) => row.status === 'new').reduce((sum, row) => sum + row.amount_minor, 0n);
    // What the payer's bank has taken back already cannot be given back as well.
    const left = payment.amount.minor - payment.refundedMinor - payment.disputedMinor - waiting;
    if (it.amountMinor <= 0n || it.amountMinor > left) throw new RefundTooMuch(left);
    const can = await refundable(context, tx, payment);
    if (!can || (can === 'full' && it.amountMinor !== payment.amount.minor)) throw new NotRefundable();
    const row = {
      id: newId(now),
      payment_id: payment.id,
      amount_minor: it.amountMinor,
      actor_user_id: it.actorUserId,
      reason: it.reason,
      status: 'new',
      created_at: now,
    } as const;
    await tx
      .insertInto('refunds')
      .values({
        ...row,
        organization_id: it.organizationId,
        request_key: it.requestKey,
        check_at: new Date(now.getTime() + core.config.gatewayTimeoutMs + core.config.firstCheckMs),
      })
      .execute();
    const written = toRefund({ ...row, refusal: null, settled_at: null });
    if (payment.method === 'card') return { ...written, repeated: false };
    await applyByHand(context, tx, payment, written);
    return { ...written, status: 'done', settledAt: now, repeated: false };
  });
}

/** Whether what was paid can be given back: `full` for whole payments only. */
export async function refundable(
  context: PaymentsContext,
  db: Tx,
  payment: Payment,
): Promise<'full' | 'partial' | false> {
  if (payment.method === 'free') return false;
  return payment.method === 'card' ? gatewayOf(context, await routeOf(db, payment)).can.refund : 'partial';
}

/** Asks the gateway for a refund that is written down; whoever comes late finds it done. */
async function carryOut(context: PaymentsContext, organizationId: string, refund: Refund): Promise<Refund> {
  const { core } = context;
  const { payment, route } = await core.database.read(organizationId, async (db) => {
    const payment = (await paymentById(db, refund.paymentId))!;
    return { payment, route: await routeOf(db, payment) };
  });
  const gateway = gatewayOf(context, route);
  try {
    const tooLate = core.now().getTime() - refund.createdAt.getTime() > KEY_IS_GOOD_FOR_MS;
    if (tooLate) {
      await apply(context, payment, await gateway.read(payment.reference!));
      await giveUpUnlessDone(context, payment, refund);
    } else {
      await apply(
        context,
        payment,
        await gateway.refund(payment.reference!, refund.amountMinor, keyOfRefund(refund.id)),
      );
    }
  } catch (error) {
    if (error instanceof Refused) await refuse(context, payment, refund, error.code);
    else if (error instanceof Unknown)
      core.log('warn', 'refund.no-answer', { refundId: refund.id, message: error.message });
    else throw error;
  }
  return await refundById(context, organizationId, refund.id);
}

async function giveUpUnlessDone(context: PaymentsContext, payment: Payment, refund: Refund): Promise<void> {
  const now = await refundById(context, payment.organizationId, refund.id);
  if (now.status === 'new') await refuse(context, payment, refund, 'not-made');
}

/** It certainly did not happen. Unless it has been booked meanwhile, it is refused, and administrators are told. */
async function refuse(context: PaymentsContext, payment: Payment, refund: Refund, why: string): Promise<void> {
  const now = context.core.now();
  await context.core.database.write(payment.organizationId, async (tx) => {
    await paymentById(tx, payment.id, true);
    const refused = await tx
      .updateTable('refunds')
      .set({ status: 'refused', refusal: why, settled_at: now, check_at: null })
      .where('id', '=', refund.id)
      .where('status', '=', 'new')
      .returning('id')
      .executeTakeFirst();
    if (!refused) return;
    await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'refund-refused', details: { why } });
  });
}

async function refundById({ core }: PaymentsContext, organizationId: string, id: string): Promise<Refund> {
  return await core.database.read(organizationId, async (db) =>
    toRefund(await db.selectFrom('refunds').selectAll().where('id', '=', id).executeTakeFirstOrThrow()),
  );
}

/** Looks again at refunds that are not known to be done; answers at how many. */
export async function checkDueRefunds(context: PaymentsContext): Promise<number> {
  const { core } = context;
  const now = core.now();
  let looked = 0;
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    const due = await core.database.write(organizationId, async (tx) => {
      const rows = await tx
        .selectFrom('refunds')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('check_at', '<=', now)
        .limit(20)
        .forUpdate()
        .skipLocked()
        .execute();
      for (const { id, checks } of rows) {
        const check_at = nextCheck({ checks: checks + 1, firstMs: core.config.firstCheckMs, giveUpAt: now, now });
        await tx.updateTable('refunds').set({ check_at, checks: sql`checks + 1` }).where('id', '=', id).execute();
      }
      return rows.map(toRefund);
    });
    for (const refund of due) await carryOut(context, organizationId, refund);
    looked += due.length;
  }
  return looked;
}
