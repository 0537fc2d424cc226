import Stripe from 'stripe';
import { type Hint, Refused } from './gateway.ts';

const TOLERANCE_SECONDS = 5 * 60;

/** What Stripe is asked to tell us about. */
export const HINTED_EVENTS = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.canceled',
  'charge.refunded',
  'charge.refund.updated',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
] satisfies Stripe.WebhookEndpointCreateParams.EnabledEvent[];

/** The payments that a signed event names. Throws `Refused` when the event is not Stripe's, or is too old. */
export async function hintsIn(rawBody: string, headers: Headers, secret: string): Promise<Hint[]> {
  let event: Stripe.Event;
  try {
    const signature = headers.get('stripe-signature') ?? '';
    event = await Stripe.webhooks.constructEventAsync(rawBody, signature, secret, TOLERANCE_SECONDS);
  } catch (error) {
    throw new Refused('signature', error instanceof Error ? error.message : 'not an event of Stripe');
  }
  const about = event?.data?.object as { id?: unknown; payment_intent?: unknown } | undefined;
  const named = [about?.id, idOf(about?.payment_intent)];
  return named
    .filter((ref): ref is string => typeof ref === 'string' && /^(cs|pi)_\w+$/.test(ref))
    .map((ref) => ({ ref }));
}

function idOf(reference: unknown): unknown {
  return typeof reference === 'object' && reference !== null ? (reference as { id?: unknown }).id : reference;
}
