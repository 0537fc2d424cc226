import Stripe from 'stripe';
import { type FailureCode, Refused, type Snapshot, Unknown } from './gateway.ts';

const CERTAIN = [
  Stripe.errors.StripeInvalidRequestError,
  Stripe.errors.StripeAuthenticationError,
  Stripe.errors.StripePermissionError,
  Stripe.errors.StripeCardError,
];

/** Makes one call; whatever goes wrong becomes `Unknown` or `Refused`. */
export async function asking<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw verdictOn(error);
  }
}

/**
 * What an error of the SDK says about the call. `Refused` only when Stripe itself answered no; a proxy can answer 403
 * as well, so Stripe's own type and request id must be there. Everything else, a reused key and a rate limit included,
 * leaves open what an earlier call under the same key has done.
 */
export function verdictOn(error: unknown): Unknown | Refused {
  if (error instanceof Unknown || error instanceof Refused) return error;
  if (isStripesNo(error)) {
    const code = error instanceof Stripe.errors.StripePermissionError ? 'permission' : error.code;
    return new Refused(code ?? String(error.rawType), error.message);
  }
  return new Unknown(error instanceof Error ? error.message : 'the gateway did not answer', { cause: error });
}

/** The card's bank said no to this very call. */
export function isDecline(error: unknown): error is Stripe.errors.StripeCardError {
  return error instanceof Stripe.errors.StripeCardError && isStripesNo(error);
}

/** Why a payment failed, from Stripe's error of its last attempt; `undefined` when there was none. */
export function failureOf(
  error: { code?: string; decline_code?: string; message?: string; type?: string } | null,
): Snapshot['failure'] {
  if (!error) return undefined;
  return { code: failureCode(error.decline_code ?? '', error.code ?? '', error.type ?? ''), text: error.message ?? '' };
}

function failureCode(decline: string, code: string, type: string): FailureCode {
  if (decline === 'insufficient_funds') return 'insufficient-funds';
  if (decline === 'expired_card' || code === 'expired_card') return 'expired-card';
  if (/authentication_(failure|required)|authentication_not_handled/.test(`${decline} ${code}`))
    return 'authentication-failed';
  return type === 'card_error' || type === 'StripeCardError' || decline !== '' ? 'declined' : 'gateway-refused';
}

function isStripesNo(error: unknown): error is Stripe.errors.StripeError {
  return (
    CERTAIN.some((kind) => error instanceof kind) &&
    ['invalid_request_error', 'card_error'].includes(String((error as Stripe.errors.StripeError).rawType)) &&
    typeof (error as Stripe.errors.StripeError).requestId === 'string'
  );
}
