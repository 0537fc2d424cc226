import { Temporal } from 'temporal-polyfill';

/** How a location writes instants: in its own zone and language, whoever reads them wherever. */
export type LocalTime = {
  /** `March 2026` */
  month(at: Date): string;
  /** `10 Mar, 09:30`, with the zone's name when the clock shows this time twice that day. */
  dayAndTime(at: Date): string;
  /** `30 Nov`, with its year when it is not this year's. */
  day(at: Date, now: Date): string;
  /** The zone's short name at `now`. */
  zone(now: Date): string;
};

export function localTime({ locale, timeZone }: { locale: string; timeZone: string }): LocalTime {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const month = format({ month: 'long', year: 'numeric' });
  const timed = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  const dayAndTime = format(timed);
  const withZone = format({ ...timed, timeZoneName: 'short' });
  const day = format({ day: 'numeric', month: 'short' });
  const dayOfYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const year = format({ year: 'numeric' });
  const zone = format({ timeZoneName: 'short' });
  return {
    month: (at) => month.format(at),
    dayAndTime: (at) => (isAmbiguous(at, timeZone) ? withZone : dayAndTime).format(at),
    day: (at, now) => (year.format(at) === year.format(now) ? day : dayOfYear).format(at),
    zone: (now) => zone.formatToParts(now).find((part) => part.type === 'timeZoneName')!.value,
  };
}

/** Whether clocks in the zone show the time of `at` twice, as in the hour that is repeated when summer time ends. */
export function isAmbiguous(at: Date, timeZone: string): boolean {
  const clock = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDateTime();
  const [first, last] = (['earlier', 'later'] as const).map(
    (disambiguation) => clock.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds,
  );
  return first !== last;
}
