import { least } from '../../shared/money.ts';

/** What of a payment has gone back: `refundedMinor` given back, `disputedMinor` held back or lost. */
export type Gone = { refundedMinor: bigint; disputedMinor: bigint };

/** One change of what has gone back. Positive is money that left us. */
export type Reversal = { kind: 'refund' | 'refund_failed' | 'dispute' | 'dispute_ended'; amountMinor: bigint };

/**
 * What happened between two looks at a payment: the difference, computed once. A refund can fail after it was made, and a
 * dispute can be won; then money comes back. Nothing is more than was paid.
 */
export function reversalsBetween(before: Gone, after: Gone, paidMinor: bigint): Reversal[] {
  const refunded = least(after.refundedMinor, paidMinor) - before.refundedMinor;
  const disputed = least(after.disputedMinor, paidMinor) - before.disputedMinor;
  const found: Reversal[] = [
    { kind: refunded > 0n ? 'refund' : 'refund_failed', amountMinor: refunded },
    { kind: disputed > 0n ? 'dispute' : 'dispute_ended', amountMinor: disputed },
  ];
  return found.filter(({ amountMinor }) => amountMinor !== 0n);
}

/** A refund that was asked for here: what of it the gateway has made, and what of that is booked. */
export type AskedRefund = { id: string; madeMinor: bigint; bookedMinor: bigint };

/** A reversal as it is booked; `refundId` when it is of a refund that was asked for here. */
export type Line = Reversal & { refundId?: string };

/** Tells the refunds that were asked for here from what was done at the gateway: each is booked by itself. */
export function linesOf(found: Reversal[], asked: AskedRefund[]): Line[] {
  const lines = asked.flatMap(({ id, madeMinor, bookedMinor }) => refundLine(madeMinor - bookedMinor, id));
  const refunded = found.filter(isRefund).reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const others = lines.reduce((left, { amountMinor }) => left - amountMinor, refunded);
  return [...lines, ...refundLine(others), ...found.filter((it) => !isRefund(it))];
}

function isRefund({ kind }: Reversal): boolean {
  return kind === 'refund' || kind === 'refund_failed';
}

function refundLine(amountMinor: bigint, refundId?: string): Line[] {
  if (amountMinor === 0n) return [];
  return [{ kind: amountMinor > 0n ? 'refund' : 'refund_failed', amountMinor, ...(refundId && { refundId }) }];
}

/**
 * How many credits of a purchase have to be gone when so much of its price is: a target for the total, not an increment,
 * so that it can be booked again and again without harm.
 */
export function creditsToBeGone(creditsMinor: bigint, gone: Gone, paidMinor: bigint): bigint {
  if (paidMinor === 0n) return 0n;
  const goneMinor = least(gone.refundedMinor + gone.disputedMinor, paidMinor);
  return (creditsMinor * goneMinor) / paidMinor;
}
