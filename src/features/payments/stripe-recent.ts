import type Stripe from 'stripe';
import type { Snapshot } from './gateway.ts';
import * as answers from './stripe-answers.ts';
import { asking } from './stripe-failures.ts';
import { goneOf } from './stripe-gone.ts';
import { everything } from './stripe-lists.ts';

/** Whole payments are heavy: fewer of them come at once. */
const PAGE = 25;

const WHOLE_INTENTS = answers.WHOLE_INTENT.map((part) => `data.${part}`);
const WHOLE_SESSIONS = answers.WHOLE_SESSION.map((part) => `data.${part}`);

/** What may have changed of a payment that was made earlier. */
const CHANGES = [
  'payment_intent.succeeded',
  'charge.refunded',
  'charge.refund.updated',
  'refund.updated',
  'refund.failed',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
] satisfies Stripe.Event.Type[];

/** Stripe counts in seconds, and the last one it counts in is over when the next begins. */
type Interval = { gte: number; lt: number };

/**
 * The payments of ours that were made, refunded or disputed in an interval, as they stand now and each of them once. New
 * ones come from the lists of payments; of older ones Stripe has no list by their last change, so they are found by what
 * changed: refunds, disputes, and events, which Stripe keeps for 30 days.
 */
export async function* recentPayments(stripe: Stripe, from: Date, to: Date): AsyncGenerator<Snapshot> {
  const created: Interval = { gte: Math.floor(from.getTime() / 1000), lt: Math.ceil(to.getTime() / 1000) };
  const told = new Set<string>();
  const isNew = (snapshot: Snapshot | undefined): snapshot is Snapshot => {
    if (!snapshot || told.has(snapshot.ref)) return false;
    for (const name of [snapshot.ref, ...(snapshot.also ?? [])]) told.add(name);
    return true;
  };
  for await (const session of sessionsWith(stripe, { created })) {
    const snapshot = await ofSession(stripe, session);
    if (isNew(snapshot)) yield snapshot;
  }
  for await (const intent of intentsOf(stripe, created)) {
    const snapshot = told.has(intent.id) ? undefined : await ofIntent(stripe, intent);
    if (isNew(snapshot)) yield snapshot;
  }
  const looked = new Set<string>();
  for await (const id of changedIntents(stripe, created)) {
    if (told.has(id) || looked.has(id)) continue;
    looked.add(id);
    const found = await asking(stripe.paymentIntents.retrieve(id, { expand: answers.WHOLE_INTENT }));
    const snapshot = await ofIntent(stripe, answers.genuine(found, 'payment_intent', id));
    if (isNew(snapshot)) yield snapshot;
  }
}

async function ofSession(stripe: Stripe, session: Stripe.Checkout.Session): Promise<Snapshot | undefined> {
  if (!answers.isOurs(session)) return undefined;
  return answers.sessionSnapshot(session, await goneOf(stripe, answers.intentOf(session)));
}

/** The payment that an intent takes the money of: itself, or the session that made it. */
async function ofIntent(stripe: Stripe, intent: Stripe.PaymentIntent): Promise<Snapshot | undefined> {
  if (!answers.isOurs(intent)) return undefined;
  if (answers.isForSavedCard(intent)) return answers.intentSnapshot(intent, await goneOf(stripe, intent));
  for await (const session of sessionsWith(stripe, { payment_intent: intent.id })) return ofSession(stripe, session);
  return undefined;
}

function sessionsWith(
  stripe: Stripe,
  which: Pick<Stripe.Checkout.SessionListParams, 'created' | 'payment_intent'>,
): AsyncGenerator<Stripe.Checkout.Session> {
  return everything<Stripe.Checkout.Session>(
    'checkout.session',
    (cursor) => stripe.checkout.sessions.list({ ...which, ...cursor, expand: WHOLE_SESSIONS }),
    PAGE,
  );
}

function intentsOf(stripe: Stripe, created: Interval): AsyncGenerator<Stripe.PaymentIntent> {
  return everything<Stripe.PaymentIntent>(
    'payment_intent',
    (cursor) => stripe.paymentIntents.list({ created, ...cursor, expand: WHOLE_INTENTS }),
    PAGE,
  );
}

/** The intents of which something was refunded, disputed, or changed afterwards. */
async function* changedIntents(stripe: Stripe, created: Interval): AsyncGenerator<string> {
  const refunds = everything<Stripe.Refund>('refund', (cursor) => stripe.refunds.list({ created, ...cursor }));
  for await (const { payment_intent } of refunds) yield* idOf(payment_intent);
  const disputes = everything<Stripe.Dispute>('dispute', (cursor) => stripe.disputes.list({ created, ...cursor }));
  for await (const { payment_intent } of disputes) yield* idOf(payment_intent);
  const events = everything<Stripe.Event>('event', (cursor) =>
    stripe.events.list({ created, types: CHANGES, ...cursor }),
  );
  for await (const { data } of events) {
    const about = data.object as { id?: string; object?: string; payment_intent?: string | { id: string } | null };
    yield* about.object === 'payment_intent' && about.id ? [about.id] : idOf(about.payment_intent ?? null);
  }
}

/** None for what is no payment of an intent, which is not ours. */
function idOf(reference: string | { id: string } | null): string[] {
  if (reference === null) return [];
  return [typeof reference === 'string' ? reference : reference.id];
}
