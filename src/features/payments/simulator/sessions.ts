import type Stripe from 'stripe';
import { z } from 'zod';
import type { Work } from './accounts.ts';
import { checkAmount } from './amounts.ts';
import { canBeTried } from './charging.ts';
import { record } from './events.ts';
import { canceledIntent, cardsOnly, futureUsage, newIntent } from './intents.ts';
import { CREATED, listOf, PAGING } from './lists.ts';
import { newPageId, stripeTime } from './object-ids.ts';
import { changing, type Operation } from './operations.ts';
import { flag, integer, metadata, text, webAddress } from './parameters.ts';
import { StripeRefusal } from './refusals.ts';
import type { Objects } from './store.ts';

type Session = Objects['checkout.session'];

const LONGEST_SECONDS = 24 * 60 * 60;

const priceData = z.strictObject({
  currency: text,
  unit_amount: integer,
  product_data: z.strictObject({ name: text }),
});

const CREATE = {
  mode: z.literal('payment'),
  ui_mode: z.literal('hosted_page').default('hosted_page'),
  customer: text.optional(),
  client_reference_id: text.max(200).optional(),
  line_items: z.array(z.strictObject({ quantity: z.literal('1'), price_data: priceData })).length(1),
  allowed_payment_method_types: cardsOnly,
  payment_intent_data: z.strictObject({ setup_future_usage: futureUsage, metadata }).prefault({}),
  metadata,
  adaptive_pricing: z.strictObject({ enabled: flag }).optional(),
  expires_at: integer.optional(),
  success_url: webAddress,
  cancel_url: webAddress.optional(),
  locale: z
    .string()
    .regex(/^(auto|[a-z]{2,3}(-[A-Z0-9]{2,3})?)$/)
    .optional(),
};

const LIST = { payment_intent: text.optional(), customer: text.optional(), ...PAGING, ...CREATED };

export const sessionOperations: Operation[] = [
  changing('/v1/checkout/sessions', CREATE, async (work, given) => {
    const { store, now, account } = work;
    const { currency, unit_amount, product_data } = given.line_items[0]!.price_data;
    checkAmount(unit_amount, currency, 'line_items[0][price_data][unit_amount]');
    if (given.customer) await store.get('customer', given.customer);
    const expiresAt = given.expires_at ?? stripeTime(now) + LONGEST_SECONDS;
    // Stripe also wants at least half an hour; proofs of what happens then shorten it.
    if (expiresAt <= stripeTime(now) || expiresAt > stripeTime(now) + LONGEST_SECONDS) {
      throw new StripeRefusal(400, 'The `expires_at` timestamp is out of range.', { param: 'expires_at' });
    }
    const id = newPageId('cs_test', account.organizationId);
    const intent = newIntent({
      amount: unit_amount,
      currency,
      customer: given.customer,
      description: product_data.name,
      now,
      ...given.payment_intent_data,
    });
    const session = newSession({
      id,
      created: stripeTime(now),
      currency,
      amount_subtotal: unit_amount,
      amount_total: unit_amount,
      customer: given.customer ?? null,
      client_reference_id: given.client_reference_id ?? null,
      expires_at: expiresAt,
      metadata: given.metadata,
      locale: given.locale ?? null,
      adaptive_pricing: { enabled: given.adaptive_pricing?.enabled ?? true },
      success_url: given.success_url,
      cancel_url: given.cancel_url ?? null,
      url: `${work.baseUrl}/pay/${id}`,
    });
    await store.insert('checkout.session', session);
    // The API shows the intent from the first attempt on, as Stripe does.
    await store.insert('payment_intent', intent, { belongsTo: id });
    return session;
  }),
  { ...changing('/v1/checkout/sessions', LIST, listSessions), method: 'GET' },
  { ...changing('/v1/checkout/sessions/:id', {}, (work, _, id) => currentSession(work, id)), method: 'GET' },
  changing('/v1/checkout/sessions/:id/expire', {}, async (work, _, id) => {
    const session = await lockedSession(work, id);
    if (session.status !== 'open') {
      throw new StripeRefusal(
        400,
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
      );
    }
    return expire(work, session);
  }),
];

/** A session as it is now: one that was left alone for too long expires when it is next looked at. */
export async function currentSession(work: Work, id: string): Promise<Session> {
  const session = await work.store.get('checkout.session', id);
  return isOver(work, session) ? lockedSession(work, id) : session;
}

/** Like `currentSession`, and nobody else changes it or its intent until the transaction ends. */
export async function lockedSession(work: Work, id: string): Promise<Session> {
  const session = await work.store.locked('checkout.session', id);
  await work.store.locked('payment_intent', (await intentOfSession(work, session)).id);
  return isOver(work, session) ? expire(work, session) : session;
}

/** The intent that a session's page pays. */
export async function intentOfSession({ store }: Work, session: Session): Promise<Stripe.PaymentIntent> {
  const [intent] = await store.of('payment_intent', session.id);
  if (!intent) throw new Error(`session ${session.id} has lost its intent`);
  return intent;
}

function isOver({ now }: Work, session: Session): boolean {
  return session.status === 'open' && session.expires_at <= stripeTime(now);
}

async function listSessions(work: Work, given: z.output<z.ZodObject<typeof LIST>>): Promise<Stripe.ApiList<Session>> {
  const { payment_intent, ...page } = given;
  if (payment_intent) {
    const owner = await work.store.ownerOf(payment_intent);
    const session = owner ? await work.store.find('checkout.session', owner) : undefined;
    return listOf('checkout.session', session?.payment_intent ? [await currentSession(work, session.id)] : []);
  }
  const list = await work.store.list('checkout.session', page);
  // Always in the same order, so that two who look at once do not wait for each other in a circle.
  const data = new Map(list.data.map((session) => [session.id, session]));
  for (const id of [...data.keys()].sort()) {
    if (isOver(work, data.get(id)!)) data.set(id, await lockedSession(work, id));
  }
  return { ...list, data: [...data.values()] };
}

async function expire(work: Work, session: Session): Promise<Session> {
  const intent = await intentOfSession(work, session);
  if (canBeTried(intent)) await work.store.save('payment_intent', canceledIntent(intent, work.now, 'automatic'));
  const expired: Session = { ...session, status: 'expired', url: null };
  await work.store.save('checkout.session', expired);
  await record(work, 'checkout.session.expired', expired);
  return expired;
}

type Own =
  | 'id'
  | 'created'
  | 'currency'
  | 'amount_subtotal'
  | 'amount_total'
  | 'customer'
  | 'client_reference_id'
  | 'expires_at'
  | 'metadata'
  | 'locale'
  | 'adaptive_pricing'
  | 'success_url'
  | 'cancel_url'
  | 'url';

function newSession(own: Pick<Session, Own>): Session {
  return {
    ...own,
    object: 'checkout.session',
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: ['card'],
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer_account: null,
    customer_creation: null,
    customer_details: null,
    customer_email: null,
    discounts: [],
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    managed_payments: null,
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    wallet_options: null,
  };
}
