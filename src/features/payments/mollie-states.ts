import { type FailureCode, type OwnRefund, type Snapshot, Unknown } from './gateway.ts';
import { fromMollieAmount, type MollieAmount } from './mollie-amounts.ts';
import { type MolliePayment, markIn } from './mollie-answers.ts';

/** What has to come along so that one answer is a whole snapshot. */
export const WHOLE_PAYMENT = { embed: 'refunds,chargebacks' };

/** Whether a refund failed or was called back; any other has moved money, or will. */
export function movedNothing({ status }: { status: string }): boolean {
  return status === 'failed' || status === 'canceled';
}

/** A payment as Mollie knows it. */
export function snapshotOf(payment: MolliePayment): Snapshot {
  const state = stateOf(payment);
  return {
    ref: payment.id,
    state,
    money: fromMollieAmount(payment.amount),
    refunded: refundedOf(payment),
    disputed: disputedOf(payment),
    ours: ownRefundsOf(payment),
    live: payment.mode === 'live',
    ...(state === 'action' && { next: checkoutOf(payment) }),
    ...(state === 'closed' && { failure: failureOf(payment) }),
  };
}

function stateOf(payment: MolliePayment): Snapshot['state'] {
  switch (payment.status) {
    case 'open':
      return payment._links.checkout ? 'action' : 'open';
    case 'pending':
    case 'authorized':
      return 'processing';
    case 'paid':
      return 'paid';
    case 'canceled':
    case 'expired':
    case 'failed':
      return 'closed';
  }
}

/**
 * What goes back, from the refunds themselves: Mollie's own sum counts one only when it was carried out, hours or days
 * after it was made.
 */
function refundedOf(payment: MolliePayment): bigint {
  const refunds = payment._embedded?.refunds;
  return sumOf(
    payment,
    refunds?.filter((refund) => !movedNothing(refund)),
    payment.amountRefunded,
  );
}

/** The refunds that carry a key of ours. */
function ownRefundsOf({ _embedded }: MolliePayment): OwnRefund[] {
  return (_embedded?.refunds ?? []).flatMap((refund) => {
    const key = markIn(refund.metadata, 'roost_refund');
    return key ? [{ key, minor: movedNothing(refund) ? 0n : fromMollieAmount(refund.amount).minor }] : [];
  });
}

/** What was charged back and did not come back since. */
function disputedOf(payment: MolliePayment): bigint {
  const chargebacks = payment._embedded?.chargebacks;
  return sumOf(
    payment,
    chargebacks?.filter(({ reversedAt }) => !reversedAt),
    payment.amountChargedBack,
  );
}

function sumOf(
  { id, amount: { currency } }: MolliePayment,
  parts: { paymentId: string; amount: MollieAmount }[] | null | undefined,
  told: MollieAmount | null | undefined,
): bigint {
  if (!parts) {
    if (told && fromMollieAmount(told).minor > 0n) throw new Unknown('the answer is not whole');
    return 0n;
  }
  return parts.reduce((sum, part) => {
    if (part.paymentId !== id || part.amount.currency !== currency) throw new Unknown('the answer is not of a piece');
    return sum + fromMollieAmount(part.amount).minor;
  }, 0n);
}

function checkoutOf(payment: MolliePayment): URL {
  const next = URL.parse(payment._links.checkout?.href ?? '');
  if (!next || !/^https?:$/.test(next.protocol)) throw new Unknown('the answer leads nowhere');
  return next;
}

const FAILURES: Record<string, FailureCode> = {
  insufficient_funds: 'insufficient-funds',
  card_expired: 'expired-card',
  authentication_abandoned: 'authentication-failed',
  authentication_failed: 'authentication-failed',
  authentication_required: 'authentication-failed',
  authentication_unavailable_acs: 'authentication-failed',
};

function failureOf({ status, details }: MolliePayment): Snapshot['failure'] {
  const { failureReason: reason, failureMessage: text } = details ?? {};
  if (!reason && status !== 'failed') return { code: 'abandoned', text: '' };
  return { code: FAILURES[reason ?? ''] ?? 'declined', text: text ?? '' };
}
