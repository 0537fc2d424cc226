import type Stripe from 'stripe';
import type { Work } from './accounts.ts';
import { askBank, type BankAnswer, behaviourOf } from './cards.ts';
import { newCharge } from './charges.ts';
import { record } from './events.ts';
import { newPageId } from './object-ids.ts';
import { Decline, unexpectedState } from './refusals.ts';
import type { Challenge } from './store.ts';

export const AUTHENTICATION_FAILED = {
  code: 'payment_intent_authentication_failure',
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};

export type Attempt = {
  method: Stripe.PaymentMethod;
  /** The payer has answered the bank's question about this payment. */
  authenticated: boolean;
  /** Where the browser goes after the bank's question: back to the merchant, or to the session's page. */
  returnUrl: string | null;
  session: string | null;
};

/**
 * Tries to take the money. The one place where an intent becomes paid at once; whoever calls it has locked the intent, so
 * that one which was paid a moment ago is seen here and refused.
 */
export async function charge(
  work: Work,
  intent: Stripe.PaymentIntent,
  attempt: Attempt,
): Promise<Stripe.PaymentIntent | Decline> {
  if (!canBeTried(intent)) throw unexpectedState('confirm', intent);
  const answer = askBank(attempt.method, attempt.authenticated, work.now);
  if (answer === 'asks') return ask(work, intent, attempt);
  if (answer !== 'approved') return fail(work, intent, attempt.method, answer);
  return work.chance.happens('settlesLate')
    ? process(work, intent, attempt.method)
    : succeed(work, intent, attempt.method, newCharge(intent, attempt.method, work.now, 'succeeded'));
}

export function canBeTried(intent: Stripe.PaymentIntent): boolean {
  return ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status);
}

/** The bank's no: the intent waits for another card. */
export async function fail(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  refused: Exclude<BankAnswer, string>,
): Promise<Decline> {
  const failed = newCharge(intent, method, work.now, refused);
  await work.store.insert('charge', failed, { belongsTo: intent.id });
  return waitForAnother(work, intent, method, failed, refused);
}

/** After a failed charge the intent waits for another card. */
export async function waitForAnother(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  failed: Stripe.Charge,
  refused: Exclude<BankAnswer, string>,
): Promise<Decline> {
  const error: Stripe.PaymentIntent.LastPaymentError = {
    type: refused.code === AUTHENTICATION_FAILED.code ? 'invalid_request_error' : 'card_error',
    ...refused,
    charge: failed.id,
    payment_method: method,
  };
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    latest_charge: failed.id,
    last_payment_error: error,
  };
  await work.store.save('payment_intent', waiting);
  await record(work, 'payment_intent.payment_failed', waiting);
  return new Decline(error, waiting);
}

/** The money is on its way, and nobody knows yet whether it arrives. */
async function process(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): Promise<Stripe.PaymentIntent> {
  const pending = newCharge(intent, method, work.now, 'pending');
  await work.store.insert('charge', pending, { belongsTo: intent.id });
  const processing: Stripe.PaymentIntent = {
    ...intent,
    status: 'processing',
    payment_method: method.id,
    next_action: null,
    last_payment_error: null,
    latest_charge: pending.id,
  };
  await work.store.save('payment_intent', processing);
  await record(work, 'payment_intent.processing', processing);
  return processing;
}

/** The money has arrived by this charge, which is new or was pending. */
export async function succeed(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  charged: Stripe.Charge,
): Promise<Stripe.PaymentIntent> {
  if (await work.store.find('charge', charged.id)) await work.store.save('charge', charged);
  else await work.store.insert('charge', charged, { belongsTo: intent.id });
  // Only a card that has paid is kept.
  if (intent.setup_future_usage && typeof intent.customer === 'string' && method.customer === null) {
    await work.store.save('payment_method', { ...method, customer: intent.customer });
    await work.store.move(method.id, intent.customer);
  }
  const paid: Stripe.PaymentIntent = {
    ...intent,
    status: 'succeeded',
    payment_method: method.id,
    amount_received: intent.amount,
    next_action: null,
    last_payment_error: null,
    latest_charge: charged.id,
  };
  await work.store.save('payment_intent', paid);
  await record(work, 'payment_intent.succeeded', paid);
  const behaviour = behaviourOf(method.card?.last4);
  if (behaviour === 'disputes') await work.later({ what: 'dispute', id: paid.id });
  if (behaviour === 'inquires') await work.later({ what: 'inquiry', id: paid.id });
  return paid;
}

async function ask(work: Work, intent: Stripe.PaymentIntent, attempt: Attempt): Promise<Stripe.PaymentIntent> {
  const challenge: Challenge = {
    id: newPageId('tds', work.account.organizationId),
    object: 'challenge',
    intent: intent.id,
    method: attempt.method.id,
    return_url: attempt.returnUrl,
    session: attempt.session,
  };
  await work.store.insert('challenge', challenge, { belongsTo: intent.id });
  const asked: Stripe.PaymentIntent = {
    ...intent,
    status: 'requires_action',
    payment_method: attempt.method.id,
    last_payment_error: null,
    next_action: {
      type: 'redirect_to_url',
      redirect_to_url: { url: `${work.baseUrl}/3ds/${challenge.id}`, return_url: attempt.returnUrl },
    },
  };
  await work.store.save('payment_intent', asked);
  return asked;
}
