import type Stripe from 'stripe';
import { z } from 'zod';
import type { Work } from './accounts.ts';
import { checkWhole } from './amounts.ts';
import { behaviourOf } from './cards.ts';
import { record } from './events.ts';
import { CREATED, PAGING } from './lists.ts';
import { newObjectId, stripeTime } from './object-ids.ts';
import { changing, type Operation, reading } from './operations.ts';
import { integer, metadata, text } from './parameters.ts';
import { StripeRefusal } from './refusals.ts';
import type { Objects } from './store.ts';

const CREATE = {
  payment_intent: text,
  amount: integer.optional(),
  metadata,
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
};

export const refundOperations: Operation[] = [
  changing('/v1/refunds', CREATE, (work, given) => createRefund(work, given)),
  reading(
    '/v1/refunds',
    { payment_intent: text.optional(), ...PAGING, ...CREATED },
    ({ store }, { payment_intent, ...page }) =>
      store.list('refund', { ...page, ...(payment_intent && { belongsTo: payment_intent }) }),
  ),
  reading('/v1/refunds/:id', {}, ({ store }, _, id) => store.get('refund', id)),
];

type Wanted = {
  payment_intent: string;
  amount?: number;
  metadata?: Record<string, string>;
  reason?: Stripe.Refund.Reason;
};

/** Gives money back, by the API or on the dashboard. What the card is decides whether it stays given. */
export async function createRefund(work: Work, wanted: Wanted): Promise<Stripe.Refund> {
  const intent = await work.store.locked('payment_intent', wanted.payment_intent);
  if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
    throw new StripeRefusal(400, `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
  }
  const charge = await work.store.get('charge', intent.latest_charge);
  await refuseDisputed(work, charge, intent.id);
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) {
    const message = `Charge ${charge.id} has already been refunded.`;
    throw new StripeRefusal(400, message, { code: 'charge_already_refunded' });
  }
  const amount = wanted.amount ?? left;
  if (amount < 1 || amount > left) {
    const message = `Refund amount (${amount}) is not between 1 and the unrefunded amount (${left}).`;
    throw new StripeRefusal(400, message, { param: 'amount' });
  }
  checkWhole(amount, charge.currency, 'amount');
  const method = await work.store.find('payment_method', charge.payment_method ?? '');
  const behaviour = behaviourOf(method?.card?.last4);
  const refund = newRefund(charge, wanted, amount, work.now, behaviour === 'delays-refunds');
  await work.store.insert('refund', refund, { belongsTo: intent.id });
  await record(work, 'refund.created', refund);
  await record(work, 'charge.refunded', await takeDown(work, charge, amount));
  if (behaviour === 'fails-refunds') await work.later({ what: 'refund-fails', id: refund.id });
  if (behaviour === 'delays-refunds') await work.later({ what: 'refund-succeeds', id: refund.id });
  return refund;
}

/** The card's bank does not take the money: it is with the merchant again. */
export async function failRefund(work: Work, id: string): Promise<Stripe.Refund> {
  const refund = await openRefund(work, id, ['pending', 'requires_action', 'succeeded']);
  const failed: Stripe.Refund = { ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card' };
  await work.store.save('refund', failed);
  const charge = await work.store.get('charge', refund.charge as string);
  await takeDown(work, charge, -refund.amount);
  await record(work, 'refund.failed', failed);
  await record(work, 'charge.refund.updated', failed);
  return failed;
}

/** A refund that was pending has arrived. */
export async function settleRefund(work: Work, id: string): Promise<Stripe.Refund> {
  const { pending_reason: _, ...refund } = await openRefund(work, id, ['pending', 'requires_action']);
  const settled: Stripe.Refund = { ...refund, status: 'succeeded' };
  await work.store.save('refund', settled);
  await record(work, 'refund.updated', settled);
  await record(work, 'charge.refund.updated', settled);
  return settled;
}

async function openRefund(work: Work, id: string, states: string[]): Promise<Stripe.Refund> {
  await work.store.locked('payment_intent', (await work.store.ownerOf(id)) ?? '');
  const refund = await work.store.get('refund', id);
  if (states.includes(refund.status ?? '')) return refund;
  throw new StripeRefusal(400, `This refund has a status of ${refund.status}.`);
}

/** Money that a bank holds back cannot be given back; a question of the bank's holds nothing. */
async function refuseDisputed({ store }: Work, charge: Stripe.Charge, intentId: string): Promise<void> {
  if (!charge.disputed) return;
  const disputes = await store.of('dispute', intentId);
  if (disputes.some(({ status }) => ['needs_response', 'under_review', 'lost'].includes(status))) {
    throw new StripeRefusal(400, `Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
}

async function takeDown({ store }: Work, charge: Stripe.Charge, amount: number): Promise<Stripe.Charge> {
  const amount_refunded = charge.amount_refunded + amount;
  const after = { ...charge, amount_refunded, refunded: amount_refunded === charge.amount };
  await store.save('charge', after);
  return after;
}

function newRefund(
  charge: Stripe.Charge,
  { metadata = {}, reason = null }: Omit<Wanted, 'reason'> & { reason?: Stripe.Refund.Reason | null },
  amount: number,
  now: Date,
  pending: boolean,
): Objects['refund'] {
  return {
    id: newObjectId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: stripeTime(now),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(pending && { pending_reason: 'processing' }),
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: pending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
}
