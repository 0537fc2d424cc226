import { describe, expect, test } from 'vitest';
import type { Snapshot } from './gateway.ts';
import { nextCheck, type PaymentStatus, type Standing, transition } from './transition.ts';

const money = { minor: 4900n, currency: 'EUR' };
const standing = (status: PaymentStatus): Standing => ({ status, money, live: false });
const snapshot = (state: Snapshot['state'], changes: Partial<Snapshot> = {}): Snapshot => ({
  ref: 'ref',
  state,
  money,
  refunded: 0n,
  disputed: 0n,
  ours: [],
  live: false,
  ...changes,
});
const to = (status: PaymentStatus, it: Snapshot) => {
  const change = transition(standing(status), it);
  return change.kind === 'to' ? change.status : 'same';
};

describe('how a payment moves', () => {
  test.each<[PaymentStatus, Snapshot['state'], string]>([
    ['new', 'open', 'action'],
    ['new', 'action', 'action'],
    ['new', 'processing', 'processing'],
    ['new', 'paid', 'paid'],
    ['new', 'closed', 'failed'],
    ['action', 'open', 'same'],
    ['action', 'action', 'same'],
    ['action', 'processing', 'processing'],
    ['action', 'paid', 'paid'],
    ['action', 'closed', 'failed'],
    ['processing', 'action', 'same'],
    ['processing', 'paid', 'paid'],
    ['processing', 'closed', 'failed'],
    ['failed', 'open', 'same'],
    ['failed', 'closed', 'same'],
    ['failed', 'paid', 'paid'],
    ['paid', 'closed', 'same'],
    ['paid', 'paid', 'same'],
    ['review', 'paid', 'same'],
  ])('%s, and the gateway says %s: %s', (from, state, result) => {
    expect(to(from, snapshot(state))).toBe(result);
  });

  test('a payment that was given up and paid after all is paid, and administrators are told', () => {
    expect(transition(standing('failed'), snapshot('paid'))).toMatchObject({ status: 'paid', alert: 'late-payment' });
  });

  test.each<[string, Partial<Snapshot>]>([
    ['amount', { money: { minor: 4901n, currency: 'EUR' } }],
    ['currency', { money: { minor: 4900n, currency: 'USD' } }],
    ['live', { live: true }],
  ])('another %s than we asked for is looked at by people, whatever the gateway says of it', (alert, changes) => {
    for (const state of ['paid', 'open', 'closed'] as const) {
      expect(transition(standing('action'), snapshot(state, changes))).toMatchObject({ status: 'review', alert });
    }
  });
});

describe('when an undecided payment is looked at again', () => {
  const giveUpAt = new Date('2026-03-10T09:31:00Z');
  const secondsUntil = (checks: number, now: string) =>
    (nextCheck({ checks, firstMs: 2000, giveUpAt, now: new Date(now) }).getTime() - Date.parse(now)) / 1000;

  test('after 2 seconds, doubling, at most a minute apart while the payer may still pay', () => {
    expect([0, 1, 2, 3, 4, 5, 60].map((checks) => secondsUntil(checks, '2026-03-10T09:00:00Z'))).toEqual([
      2, 4, 8, 16, 32, 60, 60,
    ]);
  });

  test('at most an hour apart afterwards', () => {
    expect([8, 11, 60].map((checks) => secondsUntil(checks, '2026-03-10T10:00:00Z'))).toEqual([512, 3600, 3600]);
  });
});
