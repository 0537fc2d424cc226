import type Stripe from 'stripe';
import { z } from 'zod';
import { parseMinor } from '../../../../shared/money.ts';
import { isWhole, toStripeAmount } from '../../stripe-amounts.ts';
import type { Work } from '../accounts.ts';
import { decideDispute, openDispute } from '../disputes.ts';
import { tellAgain } from '../events.ts';
import { createRefund, failRefund, settleRefund } from '../refunds.ts';
import { StripeRefusal } from '../refusals.ts';
import { settlePayment } from '../settling.ts';
import { loseNextEvents } from '../standing.ts';
import type { Done } from './messages.ts';

/** What a form of a payment's page sends. */
const press = z.object({
  press: z.enum([
    'refund',
    'refund-fails',
    'refund-arrives',
    'dispute',
    'inquiry',
    'win',
    'lose',
    'close',
    'escalate',
    'arrives',
    'does-not-arrive',
    'lose-next',
  ]),
  id: z.string().max(100).default(''),
  amount: z.string().max(20).default(''),
  count: z.coerce.number().int().min(1).max(999).catch(1),
});

/** What was typed is no amount of the payment's currency. */
export class WrongAmount extends Error {}

/** Does what a button of a payment's page says; answers what to tell about it. */
export async function pressButton(work: Work, intentId: string, form: unknown): Promise<Done> {
  const { data: it } = press.safeParse(form);
  if (!it) throw new StripeRefusal(400, 'There is no such button.');
  const amount = async () => amountIn(it.amount, await work.store.get('payment_intent', intentId));
  switch (it.press) {
    case 'refund':
      await createRefund(work, { payment_intent: intentId, amount: await amount() });
      return 'doneRefund';
    case 'refund-fails':
      await failRefund(work, it.id);
      return 'doneRefundFails';
    case 'refund-arrives':
      await settleRefund(work, it.id);
      return 'doneRefundArrives';
    case 'dispute':
      await openDispute(work, intentId, { amount: await amount() });
      return 'doneDispute';
    case 'inquiry':
      await openDispute(work, intentId, { amount: await amount(), warning: true });
      return 'doneInquiry';
    case 'win':
    case 'lose':
    case 'close':
    case 'escalate':
      await decideDispute(work, it.id, DECISIONS[it.press]);
      return 'doneDecided';
    case 'arrives':
    case 'does-not-arrive':
      await settlePayment(work, intentId, it.press === 'arrives');
      return 'doneSettled';
    case 'lose-next':
      await loseNextEvents(work.tx, work.account, intentId, it.count);
      return 'doneLosing';
  }
}

const DECISIONS = { win: 'won', lose: 'lost', close: 'closed', escalate: 'escalated' } as const;

/** Sends an event again, once or twice. */
export async function sendAgain(work: Work, eventId: string, times: number): Promise<Done> {
  const event = await work.store.get('event', eventId);
  const intentId = await work.store.ownerOf(eventId);
  for (let time = 0; time < times; time++) tellAgain(work, event, intentId);
  return 'doneSent';
}

function amountIn(typed: string, intent: Stripe.PaymentIntent): number | undefined {
  if (typed.trim() === '') return undefined;
  const currency = intent.currency.toUpperCase();
  const minor = parseMinor(typed, currency);
  if (minor === undefined || !isWhole({ minor, currency })) throw new WrongAmount();
  return toStripeAmount({ minor, currency });
}
