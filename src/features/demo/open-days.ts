import { Temporal } from 'temporal-polyfill';

/** Every day of the year that ends today in `timeZone`, oldest first. */
export function lastTwelveMonths(now: Date, timeZone: string): Temporal.PlainDate[] {
  const today = dayOf(now, timeZone);
  const first = today.subtract({ months: 12 });
  const count = first.until(today, { largestUnit: 'days' }).days + 1;
  return Array.from({ length: count }, (_, days) => first.add({ days }));
}

/** Whether somebody is at the desk: not on weekends, over Christmas and on New Year's Day. */
export function isOpen(day: Temporal.PlainDate): boolean {
  const closed = ['12-24', '12-25', '12-26', '01-01'].includes(day.toString().slice(5));
  return day.dayOfWeek <= 5 && !closed;
}

/** The day itself, or the last one before it on which the location was open. */
export function openDayUpTo(day: Temporal.PlainDate): Temporal.PlainDate {
  return isOpen(day) ? day : openDayUpTo(day.subtract({ days: 1 }));
}

/** How busy the month of a day is, against an ordinary one: summers and Decembers are quiet, autumns are not. */
export function season(day: Temporal.PlainDate): number {
  return [0.9, 1, 1.1, 1, 1.05, 1, 0.8, 0.55, 1.1, 1.2, 1.1, 0.7][day.month - 1]!;
}

/** The instant so many minutes after midnight, by the clocks of the location. */
export function instantOf(day: Temporal.PlainDate, minutes: number, timeZone: string): Date {
  const time = Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
  return new Date(day.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds);
}

export function dayOf(at: Date, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
}
