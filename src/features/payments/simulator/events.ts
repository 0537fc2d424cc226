import Stripe from 'stripe';
import type { Work } from './accounts.ts';
import { newObjectId, stripeTime } from './object-ids.ts';

/** The events that are recorded here. */
type Recorded = Extract<
  Stripe.Event,
  {
    type:
      | 'payment_intent.succeeded'
      | 'payment_intent.payment_failed'
      | 'payment_intent.processing'
      | 'payment_intent.canceled'
      | 'checkout.session.completed'
      | 'checkout.session.expired'
      | 'checkout.session.async_payment_succeeded'
      | 'checkout.session.async_payment_failed'
      | 'charge.refunded'
      | 'charge.refund.updated'
      | 'refund.created'
      | 'refund.updated'
      | 'refund.failed'
      | 'charge.dispute.created'
      | 'charge.dispute.updated'
      | 'charge.dispute.closed'
      | 'charge.dispute.funds_withdrawn'
      | 'charge.dispute.funds_reinstated';
  }
>;

type About<T extends Recorded['type'] = Recorded['type']> = Extract<Recorded, { type: T }>['data']['object'];

/** Notes what happened; webhook endpoints are told after the commit. */
export async function record<T extends Recorded['type']>(work: Work, type: T, about: About<T>): Promise<void> {
  const event = {
    id: newObjectId('evt'),
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: stripeTime(work.now),
    data: { object: structuredClone(about) },
    livemode: false,
    pending_webhooks: 0,
    request: { id: null, idempotency_key: null },
    type,
  } satisfies Omit<Recorded, 'data'> & { data: { object: About } } as Recorded;
  const intentId = intentOf(about);
  await work.store.insert('event', event, { ...(intentId && { belongsTo: intentId }) });
  tellAgain(work, event, intentId);
}

/** Sends an event that was recorded before, as if it had just happened. */
export function tellAgain(work: Work, event: Stripe.Event, intentId: string | null): void {
  work.occurred.push({ eventId: event.id, type: event.type, intentId, payload: JSON.stringify(event) });
}

function intentOf(about: About): string | null {
  if (about.object === 'payment_intent') return about.id;
  const { payment_intent } = about;
  return typeof payment_intent === 'string' ? payment_intent : (payment_intent?.id ?? null);
}
