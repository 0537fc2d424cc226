import type Stripe from 'stripe';
import { Refused, type Snapshot, Unknown } from './gateway.ts';
import * as answers from './stripe-answers.ts';
import { asking } from './stripe-failures.ts';
import { goneOf, refundsOf } from './stripe-gone.ts';

export type Reader = {
  read(ref: string): Promise<Snapshot>;
  close(ref: string): Promise<Snapshot>;
  /** The intent that takes a payment's money and every refund of it; none before the payer has tried a card. */
  refunds(ref: string): Promise<{ intent: Stripe.PaymentIntent; refunds: Stripe.Refund[] } | undefined>;
};

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
    async refunds(ref) {
      const intent = isSession(ref) ? answers.intentOf(await session(stripe, ref)) : await intentOf(stripe, ref);
      return intent && { intent, refunds: await refundsOf(stripe, intent) };
    },
  };
}

async function look(stripe: Stripe, ref: string): Promise<{ snapshot: Snapshot; declined: boolean }> {
  if (isSession(ref)) {
    const found = await session(stripe, ref);
    const gone = await goneOf(stripe, answers.intentOf(found));
    return { snapshot: answers.sessionSnapshot(found, gone), declined: false };
  }
  const found = await intentOf(stripe, ref);
  return {
    snapshot: answers.intentSnapshot(found, await goneOf(stripe, found)),
    declined: answers.waitsAfterDecline(found),
  };
}

async function session(stripe: Stripe, ref: string): Promise<Stripe.Checkout.Session> {
  const found = await asking(stripe.checkout.sessions.retrieve(ref, { expand: answers.WHOLE_SESSION }));
  return answers.genuine(found, 'checkout.session', ref);
}

async function intentOf(stripe: Stripe, ref: string): Promise<Stripe.PaymentIntent> {
  const found = await asking(stripe.paymentIntents.retrieve(ref, { expand: answers.WHOLE_INTENT }));
  return answers.genuine(found, 'payment_intent', ref);
}

function isSession(ref: string): boolean {
  if (/^cs_[A-Za-z0-9_]+$/.test(ref)) return true;
  if (/^pi_[A-Za-z0-9_]+$/.test(ref)) return false;
  throw new Refused('unknown-reference', 'this is no reference of a Stripe payment');
}
