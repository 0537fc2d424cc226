import { describe, expect, test } from 'vitest';
import { linesOf, reversalsBetween } from './reversals.ts';

const PAID = 10_000n;
const between = (before: bigint, after: bigint) =>
  reversalsBetween({ refundedMinor: before, disputedMinor: 0n }, { refundedMinor: after, disputedMinor: 500n }, PAID);
const asked = (id: string, madeMinor: bigint, bookedMinor = 0n) => ({ id, madeMinor, bookedMinor });
const DISPUTE = { kind: 'dispute', amountMinor: 500n };

describe('S19 E8 what went back of a payment, line by line', () => {
  test('S19 what nobody asked for here was done at the gateway', () => {
    expect(linesOf(between(0n, 700n), [])).toEqual([{ kind: 'refund', amountMinor: 700n }, DISPUTE]);
    expect(linesOf(between(700n, 200n), [])).toEqual([{ kind: 'refund_failed', amountMinor: -500n }, DISPUTE]);
  });

  test('S19 what was asked for here is told apart from it, also by the same amount', () => {
    expect(linesOf(between(0n, 1_400n), [asked('ours', 700n)])).toEqual([
      { kind: 'refund', amountMinor: 700n, refundId: 'ours' },
      { kind: 'refund', amountMinor: 700n },
      DISPUTE,
    ]);
    expect(linesOf(between(0n, 700n), [asked('not made', 0n)])).toEqual([
      { kind: 'refund', amountMinor: 700n },
      DISPUTE,
    ]);
  });

  test('S19 one that failed while another was made is seen, although the sum is the same', () => {
    expect(linesOf(between(700n, 700n), [asked('failed', 0n, 700n), asked('made', 700n)])).toEqual([
      { kind: 'refund_failed', amountMinor: -700n, refundId: 'failed' },
      { kind: 'refund', amountMinor: 700n, refundId: 'made' },
      DISPUTE,
    ]);
  });

  test('S19 what is booked is not booked again', () => {
    expect(linesOf(between(700n, 700n), [asked('ours', 700n, 700n)])).toEqual([DISPUTE]);
  });
});
