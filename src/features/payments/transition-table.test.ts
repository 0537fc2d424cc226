import { describe, expect, test } from 'vitest';
import type { Snapshot } from './gateway.ts';
import { isUndecided, nextCheck, type PaymentStatus, transition } from './transition.ts';

const money = { minor: 4_900n, currency: 'EUR' };
const NONE = { kind: 'none' };
const changeOf = (status: PaymentStatus, state: Snapshot['state'], changes: Partial<Snapshot> = {}) =>
  transition(
    { status, money, live: false },
    { ref: 'ref', state, money, refunded: 0n, disputed: 0n, ours: [], live: false, ...changes },
  );

const STATES = ['open', 'action', 'processing', 'paid', 'closed'] as const;
const ABANDONED = { kind: 'to', status: 'failed', failure: { code: 'abandoned', text: '' } };
const to = (status: PaymentStatus) => ({ kind: 'to', status });

describe('E7 what a snapshot changes, whichever comes when', () => {
  test.each<[PaymentStatus, Record<Snapshot['state'], object>]>([
    [
      'new',
      { open: to('action'), action: to('action'), processing: to('processing'), paid: to('paid'), closed: ABANDONED },
    ],
    ['action', { open: NONE, action: NONE, processing: to('processing'), paid: to('paid'), closed: ABANDONED }],
    ['processing', { open: NONE, action: NONE, processing: NONE, paid: to('paid'), closed: ABANDONED }],
    [
      'failed',
      { open: NONE, action: NONE, processing: NONE, paid: { ...to('paid'), alert: 'late-payment' }, closed: NONE },
    ],
    ['paid', { open: NONE, action: NONE, processing: NONE, paid: NONE, closed: NONE }],
    ['review', { open: NONE, action: NONE, processing: NONE, paid: NONE, closed: NONE }],
  ])('E7 of a payment that is %s', (status, expected) => {
    for (const state of STATES) expect(changeOf(status, state), state).toEqual(expected[state]);
  });

  test('E7 a payment that failed says why, in the words of its gateway', () => {
    const failure = { code: 'declined' as const, text: 'Do not honour' };
    expect(changeOf('action', 'closed', { failure })).toEqual({ kind: 'to', status: 'failed', failure });
  });

  test('E7 what is not what we asked for grants nothing, and paid or in review it stays as it is', () => {
    const foreign = { money: { minor: 4_899n, currency: 'EUR' } };
    expect(changeOf('failed', 'paid', foreign)).toEqual({ kind: 'to', status: 'review', alert: 'amount' });
    expect(changeOf('new', 'open', { live: true, ...foreign })).toEqual({
      kind: 'to',
      status: 'review',
      alert: 'live',
    });
    expect(changeOf('paid', 'paid', foreign)).toEqual(NONE);
    expect(changeOf('review', 'paid', foreign)).toEqual(NONE);
  });
});

test('a payment is undecided until it is paid, failed or in review', () => {
  const all: PaymentStatus[] = ['new', 'action', 'processing', 'paid', 'failed', 'review'];
  expect(all.filter(isUndecided)).toEqual(['new', 'action', 'processing']);
});

describe('when an undecided payment is looked at again', () => {
  const giveUpAt = new Date('2026-03-10T09:31:00Z');
  const wait = (checks: number, now: string, firstMs = 2_000) =>
    nextCheck({ checks, firstMs, giveUpAt, now: new Date(now) }).getTime() - Date.parse(now);

  test('a minute apart up to the moment it is given up, an hour from then on', () => {
    expect(wait(9, '2026-03-10T09:30:59.999Z')).toBe(60_000);
    expect(wait(9, '2026-03-10T09:31:00Z')).toBe(1_024_000);
    expect(wait(99, '2026-03-10T09:31:00Z')).toBe(3_600_000);
  });

  test('however patient it was at first, and however often it was looked at', () => {
    expect(wait(0, '2026-03-10T09:00:00Z', 59_999)).toBe(59_999);
    expect(wait(0, '2026-03-10T09:00:00Z', 90_000)).toBe(60_000);
    expect(wait(5_000, '2026-03-10T10:00:00Z', 1)).toBe(1_048_576);
  });
});
