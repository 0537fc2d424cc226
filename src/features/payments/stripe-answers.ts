import type Stripe from 'stripe';
import { type GatewayMethod, type Snapshot, Unknown } from './gateway.ts';
import { fromStripeAmount } from './stripe-amounts.ts';
import { failureOf } from './stripe-failures.ts';

/** What has to come along so that one answer is a whole snapshot. */
export const WHOLE_INTENT = ['latest_charge.refunds', 'payment_method'];
export const WHOLE_SESSION = ['payment_intent', ...WHOLE_INTENT.map((part) => `payment_intent.${part}`)];

/** What of a payment went back, in Stripe's amounts. */
export type Gone = { refunded: number; disputed: number; lost: number; ours: { key: string; amount: number }[] };

/** Marks the intents that we made ourselves for a saved card: one decline ends them. */
export const SAVED_CARD_MARK = { roost_by: 'saved' } as const;

/**
 * An answer that is what was asked for. The SDK also resolves an error page of a proxy, as long as it is JSON without a
 * key `error`, whatever its status.
 */
export function genuine<T extends { id: string; object: string }>(answer: T, object: T['object'], id?: string): T {
  const status = (answer as { lastResponse?: { statusCode?: number } } | null)?.lastResponse?.statusCode;
  if (status !== 200 || answer.object !== object || typeof answer.id !== 'string' || answer.id === '') {
    throw new Unknown(`the answer is no ${object}`);
  }
  if (id !== undefined && answer.id !== id) throw new Unknown(`the answer is another ${object}`);
  return answer;
}

/** Like `genuine`, for what was just made: it must carry our own id of the payment, or it is somebody else's. */
export function opened<T extends { id: string; object: string; metadata: Stripe.Metadata | null }>(
  answer: T,
  object: T['object'],
  paymentId: string,
): T {
  const made = genuine(answer, object);
  if (made.metadata?.roost_payment !== paymentId) throw new Unknown(`the answer is another ${object}`);
  return made;
}

/** Whether Stripe repeats an answer that it gave before under the same key: true then, but perhaps not now. */
export function isRepeated(answer: object): boolean {
  const { lastResponse } = answer as { lastResponse?: { headers?: Record<string, string> } };
  return lastResponse?.headers?.['idempotent-replayed'] === 'true';
}

/** Whether a payment of the account was opened by us: others may sell through it too. */
export function isOurs(it: { metadata: Stripe.Metadata | null }): boolean {
  return Boolean(it.metadata?.roost_payment);
}

/** Whether an intent was made for a saved card, and not by a Checkout session. */
export function isForSavedCard(intent: Stripe.PaymentIntent): boolean {
  return intent.metadata?.roost_by === SAVED_CARD_MARK.roost_by;
}

/** Whether a saved card was tried and said no, and the intent still waits for another one. */
export function waitsAfterDecline(intent: Stripe.PaymentIntent): boolean {
  return intent.status === 'requires_payment_method' && Boolean(intent.last_payment_error) && isForSavedCard(intent);
}

/** The intent of a Checkout session, once the payer has tried a card. */
export function intentOf(session: Stripe.Checkout.Session): Stripe.PaymentIntent | undefined {
  return expanded(session.payment_intent);
}

/** The charge that may have been refunded or disputed. */
export function chargeOf(intent: Stripe.PaymentIntent | undefined): Stripe.Charge | undefined {
  return intent && expanded(intent.latest_charge);
}

/** A payment with a saved card. */
export function intentSnapshot(intent: Stripe.PaymentIntent, gone: Gone): Snapshot {
  const state = intentState(intent);
  return {
    ref: intent.id,
    ...amounts(intent, gone),
    state,
    live: sure(intent.livemode),
    ...(state === 'action' && nextOf(intent.next_action?.redirect_to_url?.url)),
    ...(state === 'closed' && { failure: failureOf(intent.last_payment_error) ?? ABANDONED }),
    ...keptMethod(intent),
  };
}

/** A payment on Stripe's own page. */
export function sessionSnapshot(session: Stripe.Checkout.Session, gone: Gone): Snapshot {
  const intent = intentOf(session);
  const state = sessionState(session, intent);
  if (session.amount_total === null || session.currency === null) throw new Unknown('the session has no amount');
  return {
    ref: session.id,
    ...(intent && { also: [intent.id] }),
    ...(intent
      ? amounts(intent, gone)
      : {
          money: fromStripeAmount(session.amount_total, session.currency),
          refunded: 0n,
          disputed: 0n,
          lost: 0n,
          ours: [],
        }),
    state,
    live: sure(session.livemode),
    ...(state === 'action' && nextOf(session.url)),
    ...(state === 'closed' && { failure: failureOf(intent?.last_payment_error ?? null) ?? ABANDONED }),
    ...(intent && keptMethod(intent)),
  };
}

const ABANDONED = { code: 'abandoned', text: '' } as const;

/** Where an intent stands; a state that nobody knows decides nothing. */
export function intentState(intent: Stripe.PaymentIntent): Snapshot['state'] {
  switch (intent.status) {
    case 'requires_payment_method':
    case 'requires_confirmation':
      return 'open';
    case 'requires_action':
      return 'action';
    case 'processing':
    case 'requires_capture':
      return 'processing';
    case 'succeeded':
      return 'paid';
    case 'canceled':
      return 'closed';
    default:
      throw new Unknown(`a payment intent with the status ${intent.status}`);
  }
}

/** Money decides before the session's own words: a complete session may be unpaid, and an expired one paid. */
function sessionState(session: Stripe.Checkout.Session, intent?: Stripe.PaymentIntent): Snapshot['state'] {
  const money = intent && intentState(intent);
  if (money === 'paid' || money === 'processing') return money;
  switch (session.status) {
    case 'open':
      return 'action';
    case 'expired':
      return 'closed';
    case 'complete':
      // Asked for later and then refused by the payer's bank: nothing on the finished page can pay it any more.
      if (session.payment_status === 'unpaid' && intent) return 'closed';
      throw new Unknown('a complete session without its payment');
    default:
      throw new Unknown(`a session with the status ${session.status}`);
  }
}

function amounts(
  intent: Stripe.PaymentIntent,
  gone: Gone,
): Pick<Snapshot, 'money' | 'refunded' | 'disputed' | 'lost' | 'ours'> {
  const paid = intent.status === 'succeeded' ? intent.amount_received : intent.amount;
  return {
    money: fromStripeAmount(paid, intent.currency),
    refunded: fromStripeAmount(gone.refunded, intent.currency).minor,
    disputed: fromStripeAmount(gone.disputed, intent.currency).minor,
    lost: fromStripeAmount(gone.lost, intent.currency).minor,
    ours: gone.ours.map(({ key, amount }) => ({ key, minor: fromStripeAmount(amount, intent.currency).minor })),
  };
}

/** The card, when Stripe keeps it for the customer: only then can it be used again. */
function keptMethod(intent: Stripe.PaymentIntent): { method?: GatewayMethod } {
  const method = expanded(intent.payment_method);
  const card = method && method.customer !== null ? cardOf(method) : undefined;
  return card ? { method: card } : {};
}

/** What a person knows a card by; `undefined` when it is no card. */
export function cardOf({ id, card }: Stripe.PaymentMethod): GatewayMethod | undefined {
  if (!card) return undefined;
  return { ref: id, brand: card.brand, last4: card.last4, expiresMonth: card.exp_month, expiresYear: card.exp_year };
}

function nextOf(url: string | null | undefined): { next?: URL } {
  if (!url) return {};
  const next = URL.parse(url);
  if (!next || !/^https?:$/.test(next.protocol)) throw new Unknown('the answer leads nowhere');
  return { next };
}

/** What was asked to come along, as an object; a bare id would hide whether it was refunded or kept. */
function expanded<T extends object>(part: T | string | null): T | undefined {
  if (part === null) return undefined;
  if (typeof part !== 'object') throw new Unknown('the answer is not whole');
  return part;
}

function sure(value: boolean): boolean {
  if (typeof value !== 'boolean') throw new Unknown('the answer is not whole');
  return value;
}
