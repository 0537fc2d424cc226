import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { CYCLES, type Cycle } from '../plans/plans.ts';
import { cycleFrom, dayAfter, dayAt, parseDay, startOfDay } from './cycles.ts';

/** The first days of so many cycles, one after the other. */
function starts(from: string, cycle: Cycle, count: number): string[] {
  const days = [from];
  let at = { anchorOn: from, startsOn: from };
  while (days.length < count) {
    const { anchorOn, endsOn } = cycleFrom({ ...at, cycle });
    at = { anchorOn, startsOn: endsOn };
    days.push(endsOn);
  }
  return days;
}

describe('E13 cycles', () => {
  test('from a 31st are shortened where a month has none and return to the 31st', () => {
    expect(starts('2026-01-31', 'month', 6)).toEqual([
      ...['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30'],
    ]);
    expect(starts('2026-08-31', 'quarter', 4)).toEqual(['2026-08-31', '2026-11-30', '2027-02-28', '2027-05-31']);
    expect(starts('2026-08-31', 'half_year', 3)).toEqual(['2026-08-31', '2027-02-28', '2027-08-31']);
  });

  test('from a leap day return to it in the next leap year', () => {
    expect(starts('2028-02-29', 'year', 6)).toEqual([
      ...['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29', '2033-02-28'],
    ]);
  });

  test('of a week are seven days, whatever the month', () => {
    expect(starts('2028-02-25', 'week', 3)).toEqual(['2028-02-25', '2028-03-03', '2028-03-10']);
  });

  test('go on from the day of the change when a plan of weeks becomes one of months', () => {
    const weekly = cycleFrom({ anchorOn: '2026-01-31', startsOn: '2026-02-28', cycle: 'week' });
    expect(weekly).toEqual({ anchorOn: '2026-02-28', endsOn: '2026-03-07' });
    const monthly = cycleFrom({ anchorOn: weekly.anchorOn, startsOn: weekly.endsOn, cycle: 'month' });
    expect(monthly).toEqual({ anchorOn: '2026-03-07', endsOn: '2026-04-07' });
  });

  test('keep the 31st when a plan of months becomes one of quarters on a shorter one', () => {
    const quarter = cycleFrom({ anchorOn: '2026-01-31', startsOn: '2026-02-28', cycle: 'quarter' });
    expect(quarter).toEqual({ anchorOn: '2026-01-31', endsOn: '2026-05-31' });
  });

  const day = fc
    .date({ min: new Date('1999-12-01'), max: new Date('2050-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));

  test('of any length from any day follow each other without a gap and never leave their month', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...CYCLES), (from, cycle) => {
        const days = starts(from, cycle, 30).map((text) => Temporal.PlainDate.from(text));
        const months = { week: 0, month: 1, quarter: 3, half_year: 6, year: 12 }[cycle];
        const first = days[0]!;
        for (const [n, start] of days.entries()) {
          if (cycle === 'week') {
            expect(first.until(start, { largestUnit: 'days' }).days).toBe(7 * n);
            continue;
          }
          const passed = (start.year - first.year) * 12 + start.month - first.month;
          expect(passed).toBe(months * n);
          expect(start.day).toBe(Math.min(first.day, start.daysInMonth));
        }
      }),
    );
  });

  test('begin at the first instant of their day in every zone, 23 to 25 hours after the day before', () => {
    const zones = ['Europe/Berlin', 'America/Sao_Paulo', 'Asia/Beirut', 'Pacific/Apia', 'America/New_York', 'UTC'];
    fc.assert(
      fc.property(day, fc.constantFrom(...zones), (on, zone) => {
        const at = startOfDay(on, zone);
        // A day that was left out at the date line is none: it begins where the next one does.
        if (zone === 'Pacific/Apia' && on === '2011-12-30') return;
        expect(dayAt(at, zone)).toBe(on);
        expect(dayAt(new Date(at.getTime() - 1), zone) < on).toBe(true);
      }),
    );
  });

  test('begin after a midnight that the clocks leave out', () => {
    // In Beirut summer time begins at midnight: the day begins at one.
    expect(startOfDay('2026-03-29', 'Asia/Beirut').toISOString()).toBe('2026-03-28T22:00:00.000Z');
    expect(startOfDay('2026-03-29', 'Europe/Berlin').toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(startOfDay('2026-03-30', 'Europe/Berlin').toISOString()).toBe('2026-03-29T22:00:00.000Z');
  });
});

test('E25 a day that does not exist is none', () => {
  for (const text of ['2026-02-31', '2027-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '31.01.2026', '', '0'])
    expect(parseDay(text), text).toBeUndefined();
  expect(parseDay('2028-02-29')).toBe('2028-02-29');
  expect(dayAfter('2026-02-28', { days: 1 })).toBe('2026-03-01');
});
