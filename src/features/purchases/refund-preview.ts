import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import { least } from '../../shared/money.ts';
import { creditsOfPurchase, type PurchasedCredits } from '../credits/credits.ts';
import {
  creditsToBeGone,
  type Payment,
  type Payments,
  paymentById,
  type Refund,
  type ReversalLine,
  refundsOf,
  reversalsOf,
} from '../payments/payments.ts';
import { type Purchase, purchaseById } from './records.ts';

/** A payment with everything that a decision about its refund needs. */
export type Refundable = {
  payment: Payment;
  /** What was bought, and what became of its credits. */
  bought: { purchase: Purchase; credits: PurchasedCredits } | undefined;
  /** What went back so far, line by line. */
  lines: ReversalLine[];
  /** What was asked for and is not known to be done yet. */
  waiting: Refund[];
  /** What can still be refunded: not what has gone back, is on its way back, or is disputed. */
  leftMinor: bigint;
  /** `full`: nothing but the whole payment. */
  can: 'full' | 'partial' | false;
};

/** A customer's payment, for whoever decides about refunding it; `undefined` when the customer has no such payment. */
export async function refundableOf(
  db: Tx,
  payments: Pick<Payments, 'refundable'>,
  it: { customerId: string; paymentId: string | undefined; now: Date },
): Promise<Refundable | undefined> {
  if (!isId(it.paymentId)) return undefined;
  const payment = await paymentById(db, it.paymentId);
  if (payment?.customerId !== it.customerId) return undefined;
  const isPaid = payment.status === 'paid' && payment.method !== 'free';
  const purchase = await purchaseById(db, payment.subjectId);
  const waiting = (await refundsOf(db, payment.id)).filter(({ status }) => status === 'new');
  const gone = payment.refundedMinor + payment.disputedMinor + sumOf(waiting);
  return {
    payment,
    bought: purchase && { purchase, credits: await creditsOfPurchase(db, purchase.id, it.now) },
    lines: await reversalsOf(db, payment.id),
    waiting,
    leftMinor: isPaid ? payment.amount.minor - least(gone, payment.amount.minor) : 0n,
    can: isPaid && (await payments.refundable(db, payment)),
  };
}

/** What a refund does to the credits: how many are taken back, and how many are gone and stay a shortfall. */
export type Preview = { takenMinor: bigint; shortMinor: bigint };

/** What a refund of so much will do, by the rule by which it is booked. What is on its way already comes first. */
export function previewOf({ payment, bought, waiting }: Refundable, amountMinor: bigint): Preview {
  if (!bought) return { takenMinor: 0n, shortMinor: 0n };
  const { purchase, credits } = bought;
  const { disputedMinor, amount } = payment;
  const wanted = (moreMinor: bigint) => {
    const gone = { refundedMinor: payment.refundedMinor + moreMinor, disputedMinor };
    const more = creditsToBeGone(purchase.creditsMinor, gone, amount.minor);
    const booked = purchase.takenBackMinor + purchase.shortfallMinor;
    return more > booked ? more - booked : 0n;
  };
  const before = wanted(sumOf(waiting));
  const after = wanted(sumOf(waiting) + amountMinor);
  const takenMinor = least(after, credits.leftMinor) - least(before, credits.leftMinor);
  return { takenMinor, shortMinor: after - before - takenMinor };
}

function sumOf(refunds: Refund[]): bigint {
  return refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}
