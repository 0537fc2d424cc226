import type Stripe from 'stripe';
import { z } from 'zod';
import { checkWhole } from './amounts.ts';
import { record } from './events.ts';
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
  changing('/v1/refunds', CREATE, async (work, given) => {
    const intent = await work.store.get('payment_intent', given.payment_intent);
    if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
      throw new StripeRefusal(400, `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
    }
    const charge = await work.store.get('charge', intent.latest_charge);
    const left = charge.amount - charge.amount_refunded;
    if (left === 0) {
      throw new StripeRefusal(400, `Charge ${charge.id} has already been refunded.`, {
        code: 'charge_already_refunded',
      });
    }
    const amount = given.amount ?? left;
    if (amount < 1 || amount > left) {
      throw new StripeRefusal(400, `Refund amount (${amount}) is not between 1 and the unrefunded amount (${left}).`, {
        param: 'amount',
      });
    }
    checkWhole(amount, charge.currency, 'amount');
    const refund = newRefund(charge, amount, given.metadata, work.now);
    const amount_refunded = charge.amount_refunded + amount;
    const after = { ...charge, amount_refunded, refunded: amount_refunded === charge.amount };
    await work.store.insert('refund', refund, { belongsTo: charge.id });
    await work.store.save('charge', after);
    await record(work, 'charge.refunded', after);
    return refund;
  }),
  reading('/v1/refunds/:id', {}, ({ store }, _, id) => store.get('refund', id)),
  reading('/v1/disputes', { payment_intent: text, limit: integer.optional() }, async ({ store }, given) => {
    const data = await store.of('dispute', given.payment_intent);
    return { object: 'list', data, has_more: false, url: '/v1/disputes' };
  }),
];

function newRefund(charge: Stripe.Charge, amount: number, given: Record<string, string>, now: Date): Objects['refund'] {
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
    metadata: given,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}
