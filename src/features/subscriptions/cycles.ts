import { Temporal } from 'temporal-polyfill';
import type { Cycle } from '../plans/plans.ts';

const MONTHS: Record<Exclude<Cycle, 'week'>, number> = { month: 1, quarter: 3, half_year: 6, year: 12 };

/**
 * The day on which the cycle that begins on `startsOn` gives way to the next. Months are counted from `anchorOn`, so that
 * cycles from a 31st, or from a leap day, are shortened where a month has no such day and return to it afterwards (E13).
 * Where the cycle does not lie on the anchor's months, it is the new anchor. Days as `2026-03-31`.
 */
export function cycleFrom(it: { anchorOn: string; startsOn: string; cycle: Cycle }): {
  anchorOn: string;
  endsOn: string;
} {
  const start = Temporal.PlainDate.from(it.startsOn);
  if (it.cycle === 'week') return { anchorOn: it.startsOn, endsOn: start.add({ days: 7 }).toString() };
  const anchor = Temporal.PlainDate.from(it.anchorOn);
  const months = (start.year - anchor.year) * 12 + start.month - anchor.month;
  const from = anchor.add({ months }).equals(start) ? anchor : start;
  const passed = from === anchor ? months : 0;
  return { anchorOn: from.toString(), endsOn: from.add({ months: passed + MONTHS[it.cycle] }).toString() };
}

/** The first instant of a day in a zone: midnight, or where the clocks were put forward over it, the instant after. */
export function startOfDay(day: string, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds);
}

/** The day of the calendar on which an instant falls in a zone. */
export function dayAt(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The day so many days or years after another. */
export function dayAfter(day: string, by: { days?: number; years?: number }): string {
  return Temporal.PlainDate.from(day).add(by).toString();
}

/** A day as a date field sends it; `undefined` when there is no such day. */
export function parseDay(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
  } catch {
    return undefined;
  }
}
