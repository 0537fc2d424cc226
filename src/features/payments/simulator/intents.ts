import type Stripe from 'stripe';
import { z } from 'zod';
import { checkAmount } from './amounts.ts';
import { canBeTried, charge } from './charging.ts';
import { record } from './events.ts';
import { CREATED, PAGING } from './lists.ts';
import { newObjectId, stripeTime } from './object-ids.ts';
import { changing, type Operation, reading } from './operations.ts';
import { integer, metadata, text, webAddress } from './parameters.ts';
import { StripeRefusal, unexpectedState } from './refusals.ts';
import type { Objects } from './store.ts';

export const cardsOnly = z.array(z.literal('card')).length(1).optional();
export const futureUsage = z.enum(['on_session', 'off_session']).optional();

const CREATE = {
  amount: integer,
  currency: text,
  customer: text.optional(),
  allowed_payment_method_types: cardsOnly,
  description: text.optional(),
  metadata,
  setup_future_usage: futureUsage,
};

export const intentOperations: Operation[] = [
  changing('/v1/payment_intents', CREATE, async ({ store, now }, given) => {
    checkAmount(given.amount, given.currency, 'amount');
    if (given.customer) await store.get('customer', given.customer);
    const intent = newIntent({ ...given, now });
    await store.insert('payment_intent', intent);
    return intent;
  }),
  reading('/v1/payment_intents', { customer: text.optional(), ...PAGING, ...CREATED }, ({ store }, given) =>
    store.list('payment_intent', given),
  ),
  reading('/v1/payment_intents/:id', {}, ({ store }, _, id) => store.get('payment_intent', id)),
  changing(
    '/v1/payment_intents/:id/confirm',
    { payment_method: text, return_url: webAddress },
    async (work, given, id) => {
      const intent = await work.store.locked('payment_intent', id);
      if (!canBeTried(intent)) throw unexpectedState('confirm', intent);
      const method = await work.store.get('payment_method', given.payment_method);
      if (method.customer !== null && method.customer !== intent.customer) {
        throw new StripeRefusal(400, 'The provided PaymentMethod belongs to another customer.', {
          param: 'payment_method',
        });
      }
      if (method.customer === null) {
        throw new StripeRefusal(400, 'The provided PaymentMethod is not attached to a customer.', {
          param: 'payment_method',
        });
      }
      return charge(work, intent, { method, authenticated: false, returnUrl: given.return_url, session: null });
    },
  ),
  changing(
    '/v1/payment_intents/:id/cancel',
    { cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional() },
    async (work, given, id) => {
      const { store, now } = work;
      const intent = await store.locked('payment_intent', id);
      if (!canBeTried(intent)) throw unexpectedState('cancel', intent);
      if (await store.find('checkout.session', (await store.ownerOf(id)) ?? '')) {
        throw new StripeRefusal(400, 'A PaymentIntent of a Checkout Session ends with its session: expire that.');
      }
      const canceled = canceledIntent(intent, now, given.cancellation_reason ?? null);
      await store.save('payment_intent', canceled);
      await record(work, 'payment_intent.canceled', canceled);
      return canceled;
    },
  ),
];

export function canceledIntent(intent: Stripe.PaymentIntent, now: Date, reason: string | null): Stripe.PaymentIntent {
  return {
    ...intent,
    status: 'canceled',
    canceled_at: stripeTime(now),
    cancellation_reason: reason,
    next_action: null,
  };
}

export type NewIntent = {
  amount: number;
  currency: string;
  customer?: string;
  description?: string;
  metadata: Record<string, string>;
  setup_future_usage?: 'on_session' | 'off_session';
  now: Date;
};

export function newIntent(given: NewIntent): Objects['payment_intent'] {
  const id = newObjectId('pi');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: ['card'],
    amount: given.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: newObjectId(`${id}_secret`),
    confirmation_method: 'automatic',
    created: stripeTime(given.now),
    currency: given.currency,
    customer: given.customer ?? null,
    customer_account: null,
    description: given.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: given.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: given.setup_future_usage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_group: null,
  };
}
