import type Stripe from 'stripe';
import { Refused, type Snapshot, Unknown } from './gateway.ts';
import * as answers from './stripe-answers.ts';
import { asking } from './stripe-failures.ts';

export type Reader = { read(ref: string): Promise<Snapshot>; close(ref: string): Promise<Snapshot> };

/** Disputes that hold the money back, or have taken it. */
const DISPUTE_COUNTS = new Set([
  'needs_response',
  'under_review',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
]);

/** Reads and ends payments by their reference, `cs_…` or `pi_…`. */
export function stripeReader(stripe: Stripe): Reader {
  const close = async (ref: string): Promise<Snapshot> => {
    try {
      if (isSession(ref)) await asking(stripe.checkout.sessions.expire(ref));
      else await asking(stripe.paymentIntents.cancel(ref, { cancellation_reason: 'abandoned' }));
    } catch (error) {
      // Paid or closed meanwhile, perhaps: looking says which.
      if (!(error instanceof Refused)) throw error;
    }
    const { snapshot } = await look(stripe, ref);
    if (snapshot.state === 'open' || snapshot.state === 'action') throw new Unknown(`${ref} could not be closed`);
    return snapshot;
  };
  return {
    async read(ref) {
      const { snapshot, declined } = await look(stripe, ref);
      // Found after a crash between the decline and our own cancelling: end it now, so that "failed" stays true.
      return declined ? close(ref) : snapshot;
    },
    close,
  };
}

async function look(stripe: Stripe, ref: string): Promise<{ snapshot: Snapshot; declined: boolean }> {
  if (isSession(ref)) {
    const found = await asking(stripe.checkout.sessions.retrieve(ref, { expand: answers.WHOLE_SESSION }));
    const session = answers.genuine(found, 'checkout.session', ref);
    const disputed = await disputedOf(stripe, answers.intentOf(session));
    return { snapshot: answers.sessionSnapshot(session, disputed), declined: false };
  }
  const found = await asking(stripe.paymentIntents.retrieve(ref, { expand: answers.WHOLE_INTENT }));
  const intent = answers.genuine(found, 'payment_intent', ref);
  const disputed = await disputedOf(stripe, intent);
  return { snapshot: answers.intentSnapshot(intent, disputed), declined: answers.waitsAfterDecline(intent) };
}

/** In Stripe's amount. A second call, but only for the few payments whose charge says that it is disputed. */
async function disputedOf(stripe: Stripe, intent: Stripe.PaymentIntent | undefined): Promise<number> {
  if (!intent || !answers.chargeOf(intent)?.disputed) return 0;
  const disputes = await asking(stripe.disputes.list({ payment_intent: intent.id, limit: 100 }));
  if (!Array.isArray(disputes.data) || disputes.data.some((dispute) => dispute.object !== 'dispute')) {
    throw new Unknown('the answer is no list of disputes');
  }
  return disputes.data.filter(({ status }) => DISPUTE_COUNTS.has(status)).reduce((sum, { amount }) => sum + amount, 0);
}

function isSession(ref: string): boolean {
  if (/^cs_[A-Za-z0-9_]+$/.test(ref)) return true;
  if (/^pi_[A-Za-z0-9_]+$/.test(ref)) return false;
  throw new Refused('unknown-reference', 'this is no reference of a Stripe payment');
}
