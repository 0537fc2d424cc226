import { expect, test } from 'vitest';
import { endOfValidity } from './expiry.ts';

const end = (now: string, days: number | null, zone: string) =>
  endOfValidity(new Date(now), days, zone)?.toISOString() ?? null;

test('credits without a validity never expire', () => {
  expect(end('2026-03-10T09:00:00Z', null, 'Europe/Berlin')).toBeNull();
});

test('credits valid for a day can be spent to the end of tomorrow where the location is', () => {
  expect(end('2026-03-10T09:00:00Z', 1, 'Europe/Berlin')).toBe('2026-03-11T23:00:00.000Z');
  expect(end('2026-03-10T23:30:00Z', 1, 'Europe/Berlin')).toBe('2026-03-12T23:00:00.000Z');
  expect(end('2026-03-10T09:00:00Z', 1, 'Pacific/Auckland')).toBe('2026-03-11T11:00:00.000Z');
});

test('E13 days are those of the calendar when clocks change, 23 or 25 hours long', () => {
  expect(end('2026-03-28T12:00:00Z', 1, 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z');
  expect(end('2026-10-24T12:00:00Z', 1, 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
});

test('E13 where midnight does not exist the day ends with the first moment of the next one', () => {
  expect(end('2026-09-04T12:00:00Z', 1, 'America/Santiago')).toBe('2026-09-06T04:00:00.000Z');
});

test('E13 a validity that ends on a leap day or past a month’s end is counted in days', () => {
  expect(end('2028-01-30T12:00:00Z', 30, 'UTC')).toBe('2028-03-01T00:00:00.000Z');
});
