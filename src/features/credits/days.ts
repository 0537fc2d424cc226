import { Temporal } from 'temporal-polyfill';

/** The day of the calendar on which an instant falls in a zone, as date fields have it: `2026-11-30`. */
export function dayOf(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** A day as a date field sends it; `undefined` when there is no such day. */
export function parseDay(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text).toString();
  } catch {
    return undefined;
  }
}

/** The first instant after a day in a zone: where credits expire whose last day it is. */
export function endOfDay(day: string, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds);
}

/** The day so many years later. */
export function yearsAfter(day: string, years: number): string {
  return Temporal.PlainDate.from(day).add({ years }).toString();
}

/** An instant with its year and zone, for what may lie long ago: `10 Mar 2026, 09:30 CET`. */
export function fullTime(at: Date, { locale, timeZone }: { locale: string; timeZone: string }): string {
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat(locale, { timeZone, ...day, ...time }).format(at);
}
