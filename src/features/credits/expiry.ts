import { Temporal } from 'temporal-polyfill';

/**
 * When credits bought now and valid for `days` expire: at the end of that day in the location's zone, which is the first
 * instant of the day after. `null` never expires. Days are days of the calendar there, 23 to 25 hours long.
 */
export function endOfValidity(now: Date, days: number | null, timeZone: string): Date | null {
  if (days === null) return null;
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  const end = today.add({ days: days + 1 }).toZonedDateTime(timeZone);
  return new Date(end.epochMilliseconds);
}
