import type Stripe from 'stripe';
import type { Tx } from '../../../platform/database/database.ts';
import type { Money } from '../../../shared/money.ts';
import { toStripeAmount } from '../stripe-amounts.ts';
import { newMethod } from './cards.ts';
import { newCharge } from './charges.ts';
import { newIntent } from './intents.ts';
import { type Account, openStore } from './store.ts';

/** A payment of a time gone by. `reference` is what it is known by, `pi_…`; the card is one that was not saved. */
export type PastPayment = {
  reference: string;
  title: string;
  amount: Money;
  card: { brand: string; last4: string };
  paidAt: Date;
};

const EXPIRES_AFTER_YEARS = 3;

/** Has the test gateway remember a payment that was never made there, so that it can be looked at and refunded. */
export async function rememberPastPayment(tx: Tx, account: Account, it: PastPayment): Promise<void> {
  const { paidAt: now } = it;
  const fresh = newMethod(
    {
      number: '4242424242424242',
      expiresMonth: 12,
      expiresYear: now.getUTCFullYear() + EXPIRES_AFTER_YEARS,
      name: '',
    },
    now,
  );
  const method: Stripe.PaymentMethod = { ...fresh, card: { ...fresh.card!, ...it.card } };
  const amount = toStripeAmount(it.amount);
  const intent: Stripe.PaymentIntent = {
    ...newIntent({ amount, currency: it.amount.currency.toLowerCase(), description: it.title, metadata: {}, now }),
    id: it.reference,
    status: 'succeeded',
    amount_received: amount,
    payment_method: method.id,
  };
  const charge = newCharge(intent, method, now, 'succeeded');
  const store = openStore(tx, account, now);
  await store.insert('payment_method', method);
  await store.insert('payment_intent', { ...intent, latest_charge: charge.id });
  await store.insert('charge', charge, { belongsTo: intent.id });
}
