import Stripe from 'stripe';
import { type By, type Gateway, type GatewayMethod, type Order, Refused, type Snapshot, Unknown } from './gateway.ts';
import { chargeable, isWhole, toStripeAmount } from './stripe-amounts.ts';
import * as answers from './stripe-answers.ts';
import { selfCheck } from './stripe-check.ts';
import { asking, failureOf, isDecline, verdictOn } from './stripe-failures.ts';
import { HINTED_EVENTS, hintsIn } from './stripe-hints.ts';
import { everything } from './stripe-lists.ts';
import { type Reader, stripeReader } from './stripe-reader.ts';
import { recentPayments } from './stripe-recent.ts';

export type StripeOptions = {
  /** A restricted key, `rk_…`. */
  apiKey: string;
  /** Whether the key is meant to move real money. */
  live: boolean;
  /** Where the API answers when not at Stripe itself; may have a path, which goes before `/v1`. */
  apiBase?: URL;
  timeoutMs: number;
  fetch?: typeof fetch;
};

export const STRIPE_CAN: Gateway['can'] = { save: true, delayed: false, refund: 'partial' };

/** A charge that was made this very moment. */
const NOTHING_GONE = { refunded: 0, disputed: 0, lost: 0, ours: [] };

/**
 * Stripe: hosted Checkout for the first payment, a payment intent for a saved card. No state of its own; every answer is
 * checked to be what was asked for.
 */
export function stripeGateway(options: StripeOptions): Gateway {
  const stripe = connect(options);
  const reader = stripeReader(stripe);
  return {
    kind: 'stripe',
    can: STRIPE_CAN,
    amount: chargeable,
    check: () => selfCheck(stripe, options),
    async customer(who, key) {
      const { customerId, name, email } = who;
      const created = await asking(
        stripe.customers.create({ name, email, metadata: { roost_customer: customerId } }, { idempotencyKey: key }),
      );
      return answers.genuine(created, 'customer').id;
    },
    async open(order, by, key) {
      if (!chargeable(order.money).ok) throw new Refused('amount', 'Stripe cannot charge this amount');
      const opened = by.kind === 'page' ? await openPage(stripe, order, key) : await openIntent(stripe, order, key);
      return answers.isRepeated(opened.answer) ? reader.read(opened.snapshot.ref) : opened.snapshot;
    },
    pay: (ref, by, returnUrl, key) => payWithSaved(stripe, reader, ref, by, returnUrl, key),
    read: reader.read,
    close: reader.close,
    refund: (ref, minor, key) => refund(stripe, reader, ref, minor, key),
    async methods(customer) {
      const found: GatewayMethod[] = [];
      const cards = everything<Stripe.PaymentMethod>('payment_method', (cursor) =>
        stripe.paymentMethods.list({ customer, type: 'card', ...cursor }),
      );
      for await (const method of cards) {
        const card = answers.cardOf(method);
        if (card) found.push(card);
      }
      return found;
    },
    forget: (methodRef) => detach(stripe, methodRef),
    recent: (from, to) => recentPayments(stripe, from, to),
    hints: hintsIn,
    async listen(url, key) {
      try {
        const created = await asking(
          stripe.webhookEndpoints.create({ url, enabled_events: HINTED_EVENTS }, { idempotencyKey: key }),
        );
        const { secret } = answers.genuine(created, 'webhook_endpoint');
        if (!secret) throw new Unknown('the answer has no secret');
        return { secret };
      } catch (error) {
        if (error instanceof Refused) return { unavailable: error.message };
        throw error;
      }
    },
    async unlisten(url) {
      const endpoints = everything<Stripe.WebhookEndpoint>('webhook_endpoint', (cursor) =>
        stripe.webhookEndpoints.list({ ...cursor }),
      );
      const ids: string[] = [];
      for await (const endpoint of endpoints) if (endpoint.url === url) ids.push(endpoint.id);
      for (const id of ids) await asking(stripe.webhookEndpoints.del(id));
    },
  };
}

function connect({ apiKey, apiBase, timeoutMs, fetch: send = fetch }: StripeOptions): Stripe {
  const prefix = apiBase?.pathname.replace(/\/$/, '') ?? '';
  const sendThere: typeof fetch = (input, init) => {
    const asked = new URL(String(input));
    const url = apiBase ? new URL(prefix + asked.pathname + asked.search, apiBase) : asked;
    // A redirect would carry the key to a stranger, or turn the POST into a GET.
    return send(url, { ...init, redirect: 'error' });
  };
  return new Stripe(apiKey, {
    httpClient: Stripe.createFetchHttpClient(sendThere),
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
    appInfo: { name: 'Roost' },
  });
}

type Opened = { answer: object; snapshot: Snapshot };

async function openPage(stripe: Stripe, order: Order, key: string): Promise<Opened> {
  const metadata = { roost_payment: order.paymentId };
  const session = await asking(
    stripe.checkout.sessions.create(
      {
        mode: 'payment',
        ui_mode: 'hosted_page',
        customer: order.customer,
        client_reference_id: order.paymentId,
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: order.money.currency.toLowerCase(),
              unit_amount: toStripeAmount(order.money),
              product_data: { name: order.title },
            },
          },
        ],
        // Cards only: what is bought must be there when the payer comes back.
        allowed_payment_method_types: ['card'],
        payment_intent_data: { setup_future_usage: 'on_session', metadata },
        metadata,
        adaptive_pricing: { enabled: false },
        expires_at: Math.floor(order.expiresAt.getTime() / 1000),
        success_url: order.returnUrl,
        cancel_url: order.cancelUrl,
        locale: pageLocale(order.locale),
        expand: answers.WHOLE_SESSION,
      },
      { idempotencyKey: key },
    ),
  );
  const opened = answers.opened(session, 'checkout.session', order.paymentId);
  return { answer: session, snapshot: answers.sessionSnapshot(opened, NOTHING_GONE) };
}

async function openIntent(stripe: Stripe, order: Order, key: string): Promise<Opened> {
  const intent = await asking(
    stripe.paymentIntents.create(
      {
        amount: toStripeAmount(order.money),
        currency: order.money.currency.toLowerCase(),
        customer: order.customer,
        allowed_payment_method_types: ['card'],
        description: order.title,
        metadata: { roost_payment: order.paymentId, ...answers.SAVED_CARD_MARK },
        expand: answers.WHOLE_INTENT,
      },
      { idempotencyKey: key },
    ),
  );
  const opened = answers.opened(intent, 'payment_intent', order.paymentId);
  return { answer: intent, snapshot: answers.intentSnapshot(opened, NOTHING_GONE) };
}

/** The member is here and waits, so the bank may ask: no `off_session`. */
async function payWithSaved(
  stripe: Stripe,
  reader: Reader,
  ref: string,
  by: By & { kind: 'saved' },
  returnUrl: string,
  key: string,
): Promise<Snapshot> {
  try {
    const confirmed = await stripe.paymentIntents.confirm(
      ref,
      { payment_method: by.methodRef, return_url: returnUrl, expand: answers.WHOLE_INTENT },
      { idempotencyKey: key },
    );
    const paid = answers.genuine(confirmed, 'payment_intent', ref);
    return answers.isRepeated(confirmed) ? await reader.read(ref) : answers.intentSnapshot(paid, NOTHING_GONE);
  } catch (error) {
    if (isDecline(error)) {
      const after = await reader.close(ref);
      return after.state === 'closed' ? { ...after, failure: failureOf(error)! } : after;
    }
    const verdict = verdictOn(error);
    if (verdict instanceof Unknown) throw verdict;
    // This call did nothing, but the payment may have moved on before it.
    const now = await reader.read(ref);
    if (now.state === 'open') throw verdict;
    return now;
  }
}

/**
 * Gives money back once, however often it is asked by the same key. Stripe forgets keys after a day, so the key is written
 * on the refund too, and looked for before another one is made.
 */
async function refund(stripe: Stripe, reader: Reader, ref: string, minor: bigint, key: string): Promise<Snapshot> {
  const before = await reader.refunds(ref);
  if (!before || answers.intentState(before.intent) !== 'paid')
    throw new Refused('not-paid', 'nothing was paid that could be refunded');
  const { intent, refunds } = before;
  const made = refunds.find(({ metadata }) => metadata?.roost_refund === key) ?? (await ask());
  if (made.status === 'failed' || made.status === 'canceled') throw new Refused('refund-failed', 'it was refused');
  return reader.read(ref);

  async function ask(): Promise<Stripe.Refund> {
    const money = { minor, currency: intent.currency.toUpperCase() };
    if (!isWhole(money)) throw new Refused('amount', 'Stripe cannot refund this amount');
    const wanted = { payment_intent: intent.id, amount: toStripeAmount(money), metadata: { roost_refund: key } };
    return answers.genuine(await asking(stripe.refunds.create(wanted, { idempotencyKey: key })), 'refund');
  }
}

/** A card that is already gone counts as forgotten. */
async function detach(stripe: Stripe, methodRef: string): Promise<void> {
  try {
    const method = await asking(stripe.paymentMethods.detach(methodRef));
    answers.genuine(method, 'payment_method', methodRef);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'resource_missing') return;
    const method = answers.genuine(
      await asking(stripe.paymentMethods.retrieve(methodRef)),
      'payment_method',
      methodRef,
    );
    if (method.customer !== null) throw error;
  }
}

const PAGE_LOCALES = new Set(
  (
    'bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru ' +
    'sk sl sv th tr vi zh zh-HK zh-TW'
  ).split(' '),
);

/** The nearest language of Stripe's page. */
function pageLocale(locale: string): string {
  return [locale, locale.split('-')[0]!].find((candidate) => PAGE_LOCALES.has(candidate)) ?? 'auto';
}
