import { expect, test } from 'vitest';
import { dayOf, endOfDay, fullTime, parseDay, yearsAfter } from './days.ts';

test('E13 a day ends where the next one begins in the zone, also when the clocks change at midnight', () => {
  const ends: [string, string, string][] = [
    ['2026-11-30', 'Europe/Berlin', '2026-11-30T23:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['2026-12-31', 'UTC', '2027-01-01T00:00:00.000Z'],
    // The day after begins at 01:00, because the hour before is left out.
    ['2026-03-28', 'Asia/Beirut', '2026-03-28T22:00:00.000Z'],
    ['2026-01-01', 'Pacific/Kiritimati', '2026-01-01T10:00:00.000Z'],
  ];
  for (const [day, zone, end] of ends) expect(endOfDay(day, zone).toISOString()).toBe(end);
});

test('E13 an instant is on another day elsewhere', () => {
  const at = new Date('2026-11-30T23:30:00Z');
  expect(['Europe/Berlin', 'UTC', 'America/Los_Angeles'].map((zone) => dayOf(at, zone))).toEqual([
    '2026-12-01',
    '2026-11-30',
    '2026-11-30',
  ]);
  expect(dayOf(new Date(endOfDay('2026-11-30', 'Europe/Berlin').getTime() - 1), 'Europe/Berlin')).toBe('2026-11-30');
});

test('E25 only days of the calendar are days', () => {
  expect(parseDay('2028-02-29')).toBe('2028-02-29');
  for (const text of [
    '2026-02-29',
    '2026-13-01',
    '2026-1-1',
    '26-01-01',
    '12026-01-01',
    '',
    'today',
    '2026-01-01T00',
  ]) {
    expect(parseDay(text), text).toBeUndefined();
  }
});

test('years later it is the same day, or the last of its month; what may be long ago has its year', () => {
  expect([yearsAfter('2026-11-05', 100), yearsAfter('2028-02-29', 1)]).toEqual(['2126-11-05', '2029-02-28']);
  const location = { locale: 'en-GB', timeZone: 'Europe/Berlin' };
  expect(fullTime(new Date('2026-03-10T08:30:00Z'), location)).toBe('10 Mar 2026, 09:30 CET');
});
