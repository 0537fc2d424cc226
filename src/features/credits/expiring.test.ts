import { expect, test } from 'vitest';
import type { Lot } from './credits.ts';
import { expiringSoon, lastDayOf } from './expiring.ts';

const BERLIN = 'Europe/Berlin';
const NOW = new Date('2026-11-05T09:00:00Z');

const lot = (remaining: bigint, expiresAt: string | null): Lot => ({
  id: '0',
  source: 'purchase',
  allocationMinor: 10_000n,
  remainingMinor: remaining,
  heldMinor: 0n,
  expiresAt: expiresAt === null ? null : new Date(expiresAt),
  createdAt: NOW,
});

test('all credits that end on the next day of expiry are announced together (UX-32)', () => {
  const lots = [
    lot(500n, '2026-11-30T23:00:00Z'),
    lot(300n, '2026-11-30T23:00:00Z'),
    lot(700n, '2026-12-01T23:00:00Z'),
    lot(900n, null),
  ];
  expect(expiringSoon(lots, NOW, BERLIN)).toEqual({
    creditsMinor: 800n,
    lastDay: new Date('2026-11-30T22:59:59.999Z'),
  });
});

test('whichever lot stands first, the next day of expiry is announced (UX-32)', () => {
  const days = ['2026-11-20T23:00:00Z', '2026-11-09T23:00:00Z', '2026-11-30T23:00:00Z'];
  for (const [a, b, c] of [days, days.toReversed(), [days[1]!, days[2]!, days[0]!]]) {
    const soon = expiringSoon([lot(1n, a!), lot(1n, b!), lot(1n, c!)], NOW, BERLIN);
    expect(soon).toEqual({ creditsMinor: 1n, lastDay: new Date('2026-11-09T22:59:59.999Z') });
  }
});

test('nothing is announced when no lot ends within 30 days, or what ends has ended (UX-32)', () => {
  expect(expiringSoon([lot(500n, '2026-12-05T23:00:00Z'), lot(500n, null)], NOW, BERLIN)).toBeUndefined();
  expect(expiringSoon([lot(500n, '2026-11-05T09:00:00Z')], NOW, BERLIN)).toBeUndefined();
  expect(expiringSoon([], NOW, BERLIN)).toBeUndefined();
});

test('a lot that ends exactly 30 days from now is announced (UX-32)', () => {
  expect(expiringSoon([lot(500n, '2026-12-05T09:00:00Z')], NOW, BERLIN)?.creditsMinor).toBe(500n);
});

test('the day shown is the last one credits can be spent on, not the one after it (E13)', () => {
  const day = new Intl.DateTimeFormat('en', { timeZone: BERLIN, dateStyle: 'medium' });
  expect(day.format(lastDayOf(new Date('2026-11-30T23:00:00Z')))).toBe('Nov 30, 2026');
});
