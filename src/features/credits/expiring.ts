import { Temporal } from 'temporal-polyfill';
import type { Lot } from './queries.ts';

const SOON_DAYS = 30;

/** An instant of the last day on which credits can be spent: `expiresAt` itself is the first instant of the day after. */
export function lastDayOf(expiresAt: Date): Date {
  return new Date(expiresAt.getTime() - 1);
}

/** The credits that expire next, when that is within 30 days: all that end on the same day in the location's zone. */
export function expiringSoon(
  lots: readonly Lot[],
  now: Date,
  timeZone: string,
): { creditsMinor: bigint; lastDay: Date } | undefined {
  const limit = now.getTime() + SOON_DAYS * 86_400_000;
  const ending = lots.filter((lot) => lot.expiresAt && lot.expiresAt > now && lot.expiresAt.getTime() <= limit);
  if (ending.length === 0) return undefined;
  const lastDay = lastDayOf(new Date(Math.min(...ending.map(({ expiresAt }) => expiresAt!.getTime()))));
  const sameDay = ending.filter((lot) => dayOf(lastDayOf(lot.expiresAt!), timeZone) === dayOf(lastDay, timeZone));
  return { creditsMinor: sameDay.reduce((sum, lot) => sum + lot.remainingMinor, 0n), lastDay };
}

function dayOf(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}
