import { describe, expect, test } from 'vitest';
import { endOfValidity } from './expiry.ts';

const end = (now: string, days: number, zone: string) => endOfValidity(new Date(now), days, zone)?.toISOString();

describe('E13 credits end with their last day where the location is', () => {
  test('E13 at the end of a month, of a year, and around leap days', () => {
    expect(end('2026-01-31T12:00:00Z', 30, 'Europe/Berlin')).toBe('2026-03-02T23:00:00.000Z');
    expect(end('2026-08-31T12:00:00Z', 31, 'Europe/Berlin')).toBe('2026-10-01T22:00:00.000Z');
    expect(end('2026-12-31T12:00:00Z', 1, 'Europe/Berlin')).toBe('2027-01-01T23:00:00.000Z');
    expect(end('2028-02-28T12:00:00Z', 1, 'Europe/Berlin')).toBe('2028-02-29T23:00:00.000Z');
    expect(end('2028-02-29T12:00:00Z', 365, 'Europe/Berlin')).toBe('2029-02-28T23:00:00.000Z');
    expect(end('2027-02-28T12:00:00Z', 365, 'Europe/Berlin')).toBe('2028-02-28T23:00:00.000Z');
    expect(end('2026-03-10T12:00:00Z', 3_650, 'Europe/Berlin')).toBe('2036-03-07T23:00:00.000Z');
  });

  test('E13 from the first to the last moment of the day on which they were bought', () => {
    expect(end('2026-03-09T23:00:00.000Z', 1, 'Europe/Berlin')).toBe('2026-03-11T23:00:00.000Z');
    expect(end('2026-03-10T22:59:59.999Z', 1, 'Europe/Berlin')).toBe('2026-03-11T23:00:00.000Z');
    expect(end('2026-03-10T23:00:00.000Z', 1, 'Europe/Berlin')).toBe('2026-03-12T23:00:00.000Z');
  });

  test('E13 bought for today they end tonight', () => {
    expect(end('2026-03-10T09:00:00Z', 0, 'Europe/Berlin')).toBe('2026-03-10T23:00:00.000Z');
  });

  test('E13 when clocks change on the first, the last, or any day between', () => {
    // New York changes on 8 March and 1 November 2026.
    expect(end('2026-03-08T15:00:00Z', 0, 'America/New_York')).toBe('2026-03-09T04:00:00.000Z');
    expect(end('2026-03-07T15:00:00Z', 0, 'America/New_York')).toBe('2026-03-08T05:00:00.000Z');
    expect(end('2026-03-01T15:00:00Z', 30, 'America/New_York')).toBe('2026-04-01T04:00:00.000Z');
    expect(end('2026-11-01T15:00:00Z', 0, 'America/New_York')).toBe('2026-11-02T05:00:00.000Z');
    expect(end('2026-10-15T15:00:00Z', 30, 'America/New_York')).toBe('2026-11-15T05:00:00.000Z');
  });

  test('E13 bought in the hour that there is twice, either time', () => {
    expect(end('2026-10-25T00:30:00Z', 1, 'Europe/Berlin')).toBe('2026-10-26T23:00:00.000Z');
    expect(end('2026-10-25T01:30:00Z', 1, 'Europe/Berlin')).toBe('2026-10-26T23:00:00.000Z');
  });

  test('E13 in zones that are half an hour, or three quarters, apart from others', () => {
    expect(end('2026-03-10T18:29:59Z', 1, 'Asia/Kolkata')).toBe('2026-03-11T18:30:00.000Z');
    expect(end('2026-03-10T18:30:00Z', 1, 'Asia/Kolkata')).toBe('2026-03-12T18:30:00.000Z');
    expect(end('2026-03-10T09:00:00Z', 1, 'Asia/Kathmandu')).toBe('2026-03-11T18:15:00.000Z');
    expect(end('2026-03-10T09:00:00Z', 1, 'America/St_Johns')).toBe('2026-03-12T02:30:00.000Z');
    // Lord Howe Island changes its clocks by half an hour, on 5 April 2026.
    expect(end('2026-04-04T00:00:00Z', 0, 'Australia/Lord_Howe')).toBe('2026-04-04T13:00:00.000Z');
    expect(end('2026-04-04T00:00:00Z', 1, 'Australia/Lord_Howe')).toBe('2026-04-05T13:30:00.000Z');
  });

  test('E13 where there is no midnight on the day after, with that day’s first moment', () => {
    expect(end('2026-03-07T12:00:00Z', 0, 'America/Havana')).toBe('2026-03-08T05:00:00.000Z');
    expect(end('2026-04-23T12:00:00Z', 0, 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z');
    expect(end('2026-03-28T12:00:00Z', 0, 'Asia/Beirut')).toBe('2026-03-28T22:00:00.000Z');
    expect(end('2026-03-28T12:00:00Z', 1, 'Asia/Beirut')).toBe('2026-03-29T21:00:00.000Z');
  });

  test('E13 where there are two midnights, with the first', () => {
    // In Havana one o'clock becomes midnight again on 1 November 2026.
    expect(end('2026-10-31T12:00:00Z', 0, 'America/Havana')).toBe('2026-11-01T04:00:00.000Z');
    expect(end('2026-11-01T12:00:00Z', 0, 'America/Havana')).toBe('2026-11-02T05:00:00.000Z');
  });

  test('E13 where a whole day was left out, with the one after it', () => {
    // Samoa had no 30 December 2011.
    expect(end('2011-12-29T20:00:00Z', 0, 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(end('2011-12-29T20:00:00Z', 1, 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(end('2011-12-29T20:00:00Z', 2, 'Pacific/Apia')).toBe('2011-12-31T10:00:00.000Z');
  });
});
