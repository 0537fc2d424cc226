import Stripe from 'stripe';
import { type By, type Gateway, type Order, Refused, type Snapshot, Unknown } from './gateway.ts';
import { chargeable, toStripeAmount } from './stripe-amounts.ts';
import * as answers from './stripe-answers.ts';
import { asking, failureOf, isDecline, verdictOn } from './stripe-failures.ts';
import { HINTED_EVENTS, hintsIn } from './stripe-hints.ts';
import { type Reader, stripeReader } from './stripe-reader.ts';

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

/**
 * Stripe: hosted Checkout for the first payment, a payment intent for a saved card. No state of its own; every answer is
 * checked to be what was asked for.
 */
export function stripeGateway(options: StripeOptions): Gateway {
  const stripe = connect(options);
  const reader = stripeReader(stripe);
  return {
    kind: 'stripe',
    can: { save: true, delayed: false, refund: 'partial' },
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
      return by.kind === 'page' ? openPage(stripe, order, key) : openIntent(stripe, order, key);
    },
    pay: (ref, by, returnUrl, key) => payWithSaved(stripe, reader, ref, by, returnUrl, key),
    read: reader.read,
    close: reader.close,
    async refund(ref, minor, key) {
      const before = await reader.read(ref);
      const intent = ref.startsWith('pi_') ? ref : before.also?.[0];
      if (!intent) throw new Refused('not-paid', 'nothing was paid that could be refunded');
      const amount = toStripeAmount({ minor, currency: before.money.currency });
      const made = await asking(stripe.refunds.create({ payment_intent: intent, amount }, { idempotencyKey: key }));
      const refund = answers.genuine(made, 'refund');
      if (refund.status === 'failed' || refund.status === 'canceled')
        throw new Refused('refund-failed', 'it was refused');
      return reader.read(ref);
    },
    forget: (methodRef) => detach(stripe, methodRef),
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

async function openPage(stripe: Stripe, order: Order, key: string): Promise<Snapshot> {
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
  return answers.sessionSnapshot(answers.opened(session, 'checkout.session', order.paymentId), 0);
}

async function openIntent(stripe: Stripe, order: Order, key: string): Promise<Snapshot> {
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
  return answers.intentSnapshot(answers.opened(intent, 'payment_intent', order.paymentId), 0);
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
    return answers.intentSnapshot(answers.genuine(confirmed, 'payment_intent', ref), 0);
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

/** Problems: key-is-live, key-is-test, key-refused, account-unreadable, charges-disabled. */
async function selfCheck(stripe: Stripe, { apiKey, live }: StripeOptions): ReturnType<Gateway['check']> {
  const problems: string[] = [];
  if (live !== /^[rs]k_live_/.test(apiKey)) problems.push(live ? 'key-is-test' : 'key-is-live');
  try {
    const account = answers.genuine(await asking(stripe.accounts.retrieveCurrent()), 'account');
    if (!account.charges_enabled) problems.push('charges-disabled');
    return { account: account.id, live, problems };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // A restricted key may work for payments without being allowed to read the account.
    return {
      account: '',
      live,
      problems: [...problems, error.code === 'permission' ? 'account-unreadable' : 'key-refused'],
    };
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
