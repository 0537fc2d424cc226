import { describe, expect, test } from 'vitest';
import { creditsToBeGone, linesOf, reversalsBetween } from './reversals.ts';

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

  test('S19 and so is one that failed, beside one in the dashboard that did', () => {
    expect(linesOf(between(1_000n, 0n), [asked('failed', 0n, 700n)])).toEqual([
      { kind: 'refund_failed', amountMinor: -700n, refundId: 'failed' },
      { kind: 'refund_failed', amountMinor: -300n },
      DISPUTE,
    ]);
  });

  test('S19 what is booked is not booked again', () => {
    expect(linesOf(between(700n, 700n), [asked('ours', 700n, 700n)])).toEqual([DISPUTE]);
  });
});

describe('what happened between two looks', () => {
  const gone = (refundedMinor: bigint, disputedMinor: bigint) => ({ refundedMinor, disputedMinor });

  test('S19 is the difference of each, and nothing when nothing changed', () => {
    expect(reversalsBetween(gone(0n, 0n), gone(0n, 0n), PAID)).toEqual([]);
    expect(reversalsBetween(gone(300n, 200n), gone(300n, 200n), PAID)).toEqual([]);
    expect(reversalsBetween(gone(300n, 200n), gone(400n, 0n), PAID)).toEqual([
      { kind: 'refund', amountMinor: 100n },
      { kind: 'dispute_ended', amountMinor: -200n },
    ]);
    expect(reversalsBetween(gone(400n, 0n), gone(300n, 200n), PAID)).toEqual([
      { kind: 'refund_failed', amountMinor: -100n },
      { kind: 'dispute', amountMinor: 200n },
    ]);
  });

  test('S19 E8 is never more than was paid, whatever the gateway says', () => {
    expect(reversalsBetween(gone(0n, 0n), gone(PAID + 1n, PAID + 1n), PAID)).toEqual([
      { kind: 'refund', amountMinor: PAID },
      { kind: 'dispute', amountMinor: PAID },
    ]);
  });
});

test('S19 credits go in proportion to the money, never more than were bought, and none of what was free', () => {
  const of = (refundedMinor: bigint, disputedMinor = 0n, paidMinor = 4_900n) =>
    creditsToBeGone(5_000n, { refundedMinor, disputedMinor }, paidMinor);
  expect([of(0n), of(2_450n), of(1n), of(4_900n)]).toEqual([0n, 2_500n, 1n, 5_000n]);
  expect([of(1_000n, 1_450n), of(4_900n, 4_900n)]).toEqual([2_500n, 5_000n]);
  expect(of(0n, 0n, 0n)).toBe(0n);
});
