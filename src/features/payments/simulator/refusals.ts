import type Stripe from 'stripe';

type Details = {
  code?: string;
  param?: string;
  payment_intent?: Stripe.PaymentIntent;
  type?: 'invalid_request_error' | 'idempotency_error';
};

/** A "no" of the API, shaped as Stripe shapes it. Nothing that the request did stays. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, message: string, { type = 'invalid_request_error', ...details }: Details = {}) {
    super(message);
    this.status = status;
    this.body = { error: { type, message, ...details } };
  }
}

export function unauthorized(): StripeRefusal {
  return new StripeRefusal(401, 'Invalid API Key provided. This test gateway knows only keys that it made itself.');
}

export function missing(kind: string, id: string): StripeRefusal {
  return new StripeRefusal(404, `No such ${kind}: '${id}'`, { code: 'resource_missing', param: 'id' });
}

/** The payment is no longer where the request thought it was; the answer shows where it is. */
export function unexpectedState(what: string, intent: Stripe.PaymentIntent): StripeRefusal {
  return new StripeRefusal(400, `You cannot ${what} this PaymentIntent because it has a status of ${intent.status}.`, {
    code: 'payment_intent_unexpected_state',
    payment_intent: intent,
  });
}

/** The bank's "no". It is an answer, not a refusal: what was tried stays on the payment. */
export class Decline {
  readonly error: Stripe.PaymentIntent.LastPaymentError;
  readonly intent: Stripe.PaymentIntent;

  constructor(error: Stripe.PaymentIntent.LastPaymentError, intent: Stripe.PaymentIntent) {
    this.error = error;
    this.intent = intent;
  }

  get body(): object {
    return { error: { ...this.error, payment_intent: this.intent } };
  }
}
