import Stripe from 'stripe';
import type { Work } from './accounts.ts';
import { newObjectId, stripeTime } from './object-ids.ts';
import type { Store } from './store.ts';

type EventType =
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'checkout.session.completed'
  | 'checkout.session.expired'
  | 'charge.refunded';

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;

/** Notes what happened; webhook endpoints are told after the commit. */
export async function record(work: Work, type: EventType, object: object): Promise<void> {
  const event = {
    id: newObjectId('evt'),
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: stripeTime(work.now),
    data: { object: structuredClone(object) },
    livemode: false,
    pending_webhooks: 0,
    request: { id: null, idempotency_key: null },
    type,
  } as unknown as Stripe.Event;
  await work.store.insert('event', event);
  work.occurred.push(event);
}

/**
 * Sends events to the endpoints that want them, signed, a few times each, and forgets those that do not arrive: whoever
 * listens may not rely on them. `deliver` is asked for each event, so that they can be dropped.
 */
export function teller(send: typeof fetch, deliver: () => boolean) {
  return (events: Stripe.Event[], endpoints: Awaited<ReturnType<Store['endpoints']>>): void => {
    for (const event of events) {
      if (!deliver()) continue;
      for (const { endpoint, secret } of endpoints) {
        const wanted = endpoint.enabled_events.includes(event.type) || endpoint.enabled_events.includes('*');
        if (wanted) void deliverTo(send, endpoint.url, secret, JSON.stringify(event), 1);
      }
    }
  };
}

async function deliverTo(
  send: typeof fetch,
  url: string,
  secret: string,
  payload: string,
  attempt: number,
): Promise<void> {
  try {
    // Signed anew each time: the receiver refuses an old signature.
    const signature = await Stripe.webhooks.generateTestHeaderStringAsync({ payload, secret });
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Stripe-Signature': signature };
    const answer = await send(url, {
      method: 'POST',
      headers,
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    await answer.body?.cancel();
    if (answer.ok) return;
  } catch {
    // Not reachable: tried again below.
  }
  if (attempt === ATTEMPTS) return;
  const again = () => void deliverTo(send, url, secret, payload, attempt + 1);
  // Does not keep the program alive.
  setTimeout(again, FIRST_PAUSE_MS * 4 ** (attempt - 1)).unref();
}
