import type Stripe from 'stripe';
import type { Later, Work } from './accounts.ts';
import { succeed, waitForAnother } from './charging.ts';
import { openDispute } from './disputes.ts';
import { record } from './events.ts';
import { failRefund, settleRefund } from './refunds.ts';
import { StripeRefusal } from './refusals.ts';

const NOT_ARRIVED = {
  code: 'card_declined',
  decline_code: 'insufficient_funds',
  message: 'Your card has insufficient funds.',
};

/** The money of a payment that was `processing` arrives, or does not. */
export async function settlePayment(work: Work, intentId: string, arrives: boolean): Promise<void> {
  const { store } = work;
  const session = await store.find('checkout.session', (await store.ownerOf(intentId)) ?? '');
  if (session) await store.locked('checkout.session', session.id);
  const intent = await store.locked('payment_intent', intentId);
  if (intent.status !== 'processing') throw new StripeRefusal(400, `This payment has a status of ${intent.status}.`);
  const charge = await store.get('charge', intent.latest_charge as string);
  const method = await store.get('payment_method', intent.payment_method as string);
  if (arrives) {
    await succeed(work, intent, method, {
      ...charge,
      amount_captured: charge.amount,
      captured: true,
      paid: true,
      status: 'succeeded',
    });
  } else {
    const failed: Stripe.Charge = {
      ...charge,
      failure_code: NOT_ARRIVED.code,
      failure_message: NOT_ARRIVED.message,
      status: 'failed',
    };
    await store.save('charge', failed);
    await waitForAnother(work, intent, method, failed, NOT_ARRIVED);
  }
  if (!session) return;
  const after: Stripe.Checkout.Session = { ...session, payment_status: arrives ? 'paid' : 'unpaid' };
  await store.save('checkout.session', after);
  const what = arrives ? 'checkout.session.async_payment_succeeded' : 'checkout.session.async_payment_failed';
  await record(work, what, after);
}

/** What a test card has brought about, a little later. Somebody may have been faster, here or in another program. */
export async function performLater(work: Work, it: Later, isDue: () => Promise<boolean>): Promise<void> {
  const intentId = it.what.startsWith('refund') ? await work.store.ownerOf(it.id) : it.id;
  const known = intentId && (await work.store.find('payment_intent', intentId));
  if (known) await work.store.locked('payment_intent', intentId);
  if (!(await isDue()) || !known) return;
  try {
    if (it.what === 'refund-fails') await failRefund(work, it.id);
    else if (it.what === 'refund-succeeds') await settleRefund(work, it.id);
    else await openDispute(work, it.id, { warning: it.what === 'inquiry' });
  } catch (error) {
    // Things took another turn on the dashboard: refunded in full, disputed already.
    if (!(error instanceof StripeRefusal)) throw error;
  }
}
