import { expect, test } from 'vitest';
import { isAmbiguous, localTime } from './local-time.ts';

const berlin = localTime({ locale: 'en-GB', timeZone: 'Europe/Berlin' });

test("times are those of the location's zone, whoever reads them (UX-33)", () => {
  const at = new Date('2026-03-31T22:30:00Z');
  expect(berlin.dayAndTime(at)).toBe('1 Apr, 00:30');
  expect(berlin.month(at)).toBe('April 2026');
  expect(localTime({ locale: 'en-GB', timeZone: 'America/New_York' }).dayAndTime(at)).toBe('31 Mar, 18:30');
});

test('only in the hour that clocks show twice the zone is named beside the time (UX-33, E13)', () => {
  expect(berlin.dayAndTime(new Date('2026-10-25T00:30:00Z'))).toBe('25 Oct, 02:30 CEST');
  expect(berlin.dayAndTime(new Date('2026-10-25T01:30:00Z'))).toBe('25 Oct, 02:30 CET');
  expect(berlin.dayAndTime(new Date('2026-10-24T23:59:00Z'))).toBe('25 Oct, 01:59');
  expect(berlin.dayAndTime(new Date('2026-10-25T02:00:00Z'))).toBe('25 Oct, 03:00');
  expect(isAmbiguous(new Date('2026-03-29T00:59:59Z'), 'Europe/Berlin')).toBe(false);
  expect(isAmbiguous(new Date('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe(false);
});

test('a day has its year when it is not the current one in that zone', () => {
  const now = new Date('2026-12-31T23:30:00Z');
  expect(berlin.day(new Date('2027-01-15T12:00:00Z'), now)).toBe('15 Jan');
  expect(berlin.day(new Date('2026-12-15T12:00:00Z'), now)).toBe('15 Dec 2026');
});

test('the zone has a short name that changes with the season', () => {
  expect(berlin.zone(new Date('2026-07-01T12:00:00Z'))).toBe('CEST');
  expect(berlin.zone(new Date('2026-12-01T12:00:00Z'))).toBe('CET');
});
