import type Stripe from 'stripe';
import { newObjectId, stripeTime } from './object-ids.ts';
import type { Objects } from './store.ts';

/** How the bank of a test card behaves. Stripe publishes these numbers; no other number is accepted here. */
export type TestCard = {
  number: string;
  behaviour:
    | 'approves'
    | 'declines'
    | 'lacks-funds'
    | 'always-asks'
    | 'asks-until-saved'
    | 'declines-when-saved'
    | 'disputes'
    | 'inquires'
    | 'fails-refunds'
    | 'delays-refunds';
};

export const TEST_CARDS: TestCard[] = [
  { number: '4242424242424242', behaviour: 'approves' },
  { number: '4000000000000002', behaviour: 'declines' },
  { number: '4000000000009995', behaviour: 'lacks-funds' },
  { number: '4000002760003184', behaviour: 'always-asks' },
  { number: '4000002500003155', behaviour: 'asks-until-saved' },
  // At Stripe this card can only be saved without paying; here it pays once, so that a page can bring about the case.
  { number: '4000000000000341', behaviour: 'declines-when-saved' },
  { number: '4000000000000259', behaviour: 'disputes' },
  { number: '4000000000001976', behaviour: 'inquires' },
  { number: '4000000000005126', behaviour: 'fails-refunds' },
  { number: '4000000000007726', behaviour: 'delays-refunds' },
];

/** Ids that stand for a test card when one is attached to a customer by API, as at Stripe. */
export const TEST_METHODS: Record<string, string> = {
  pm_card_visa: '4242424242424242',
  pm_card_chargeCustomerFail: '4000000000000341',
  pm_card_authenticationRequired: '4000002760003184',
  pm_card_authenticationRequiredOnSetup: '4000002500003155',
  pm_card_createDispute: '4000000000000259',
  pm_card_createDisputeInquiry: '4000000000001976',
  pm_card_refundFail: '4000000000005126',
  pm_card_pendingRefund: '4000000000007726',
};

export type CardDetails = { number: string; expiresMonth: number; expiresYear: number; name: string };

/** What the bank answers to one attempt. */
export type BankAnswer = 'approved' | 'asks' | { code: string; decline_code?: string; message: string };

/** How the bank of a card behaves; of a card that has no behaviour of its own, it declines. */
export function behaviourOf(last4: string | undefined): TestCard['behaviour'] {
  return TEST_CARDS.find(({ number }) => number.slice(-4) === last4)?.behaviour ?? 'declines';
}

/** `authenticated`: the payer has answered the bank's question about this very payment. */
export function askBank(method: Stripe.PaymentMethod, authenticated: boolean, now: Date): BankAnswer {
  const { last4, exp_month, exp_year } = method.card!;
  const saved = method.customer !== null;
  if (now >= new Date(Date.UTC(exp_year, exp_month)))
    return { code: 'expired_card', message: 'Your card has expired.' };
  switch (behaviourOf(last4)) {
    case 'approves':
    case 'disputes':
    case 'inquires':
    case 'fails-refunds':
    case 'delays-refunds':
      return 'approved';
    case 'lacks-funds':
      return {
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        message: 'Your card has insufficient funds.',
      };
    case 'always-asks':
      return authenticated ? 'approved' : 'asks';
    case 'asks-until-saved':
      return authenticated || saved ? 'approved' : 'asks';
    case 'declines-when-saved':
      return saved ? DECLINED : 'approved';
    case 'declines':
      return DECLINED;
  }
}

export function newMethod(card: CardDetails, now: Date): Objects['payment_method'] {
  const address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return {
    id: newObjectId('pm'),
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: { address, email: null, name: card.name || null, phone: null, tax_id: null },
    card: {
      brand: 'visa',
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: 'visa',
      exp_month: card.expiresMonth,
      exp_year: card.expiresYear,
      fingerprint: null,
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: ['visa'], preferred: null },
      regulated_status: null,
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: stripeTime(now),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}

const DECLINED = { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' };
