import type Stripe from 'stripe';
import { Unknown } from './gateway.ts';
import { chargeOf, type Gone } from './stripe-answers.ts';
import { everything } from './stripe-lists.ts';

/**
 * Refunds that have left, or are on their way: `pending`, `requires_action` and `succeeded`. One that fails or is canceled
 * later no longer counts. Added up here, because a charge's own `amount_refunded` does not say what becomes of those that
 * are still pending.
 */
const REFUND_COUNTS = new Set<string | null>(['pending', 'requires_action', 'succeeded']);

/** Every other dispute holds the money back, or has taken it. */
const DISPUTE_TAKES_NOTHING = new Set<string>([
  'won',
  'prevented',
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
]);

/** What of an intent's money went back, in Stripe's amounts. Asks again only for the few payments that are disputed. */
export async function goneOf(stripe: Stripe, intent: Stripe.PaymentIntent | undefined): Promise<Gone> {
  const charge = chargeOf(intent);
  if (!intent || !charge) return { refunded: 0, disputed: 0, lost: 0, ours: [] };
  const refunds = await refundsOf(stripe, intent);
  const counting = refunds.map((it) => ({ ...it, amount: REFUND_COUNTS.has(it.status) ? it.amount : 0 }));
  const refunded = sumOf(counting);
  const ours = counting.flatMap(({ metadata, amount }) => {
    const key = metadata?.roost_refund;
    return key ? [{ key, amount }] : [];
  });
  if (!charge.disputed) return { refunded, disputed: 0, lost: 0, ours };
  const about = { payment_intent: intent.id };
  const disputes = await collected(
    everything<Stripe.Dispute>('dispute', (cursor) => stripe.disputes.list({ ...about, ...cursor })),
  );
  return {
    refunded,
    ours,
    disputed: sumOf(disputes.filter(({ status }) => !DISPUTE_TAKES_NOTHING.has(status))),
    lost: sumOf(disputes.filter(({ status }) => status === 'lost')),
  };
}

/** Every refund of an intent; the last few come along with its charge. */
export async function refundsOf(stripe: Stripe, intent: Stripe.PaymentIntent): Promise<Stripe.Refund[]> {
  const charge = chargeOf(intent);
  if (!charge) return [];
  const { refunds } = charge;
  if (refunds?.object !== 'list' || !Array.isArray(refunds.data)) throw new Unknown('the answer is not whole');
  if (!refunds.has_more) return refunds.data;
  const about = { payment_intent: intent.id };
  return collected(everything<Stripe.Refund>('refund', (cursor) => stripe.refunds.list({ ...about, ...cursor })));
}

function sumOf(all: { amount: number }[]): number {
  return all.reduce((sum, { amount }) => sum + amount, 0);
}

async function collected<T>(all: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const it of all) found.push(it);
  return found;
}
