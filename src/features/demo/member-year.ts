import type { PackageName, USES } from './people.ts';

/** Something the demo's individual member did so many days ago. */
export type Deed =
  | { daysAgo: number; does: 'buy'; what: PackageName | 'Welcome' }
  | { daysAgo: number; does: 'give up buying'; what: PackageName }
  | { daysAgo: number; does: 'use'; what: keyof typeof USES };

/**
 * Her year, oldest first: 4 credits to begin with, 295 bought, 246 used, 3 expired – and 50 left, 8 of which expire
 * soon. A day on which the place is closed moves to the last open one before it, at most five days back, so what
 * matters for the balance lies further apart than that.
 */
export const MEMBER_YEAR: readonly Deed[] = [
  ...buys(358, 'Welcome', [358, 'roomHour']),
  ...buys(350, 'Starter', [350, 'dayPass'], [343, 'roomHour']),
  ...buys(329, 'Plus', [329, 'dayPass'], [322, 'dayPass'], [316, 'booth'], [309, 'roomTwoHours'], [301, 'dayPass']),
  ...uses([294, 'dayPass'], [287, 'booth'], [280, 'dayPass'], [273, 'roomHour'], [266, 'dayPass']),
  ...buys(259, 'Monthly', [258, 'dayPass'], [252, 'dayPass'], [245, 'roomHour'], [238, 'dayPass']),
  { daysAgo: 222, does: 'give up buying', what: 'Plus' },
  ...buys(222, 'Plus', [221, 'dayPass'], [214, 'workshop'], [207, 'roomTwoHours'], [199, 'dayPass'], [192, 'booth']),
  ...uses([185, 'dayPass'], [178, 'dayPass'], [171, 'roomHour'], [164, 'dayPass']),
  ...buys(157, 'Plus', [156, 'dayPass'], [149, 'roomTwoHours'], [141, 'dayPass'], [134, 'booth'], [127, 'dayPass']),
  ...uses([120, 'locker'], [113, 'dayPass'], [106, 'dayPass'], [99, 'roomHour'], [92, 'dayPass']),
  ...buys(85, 'Starter', [84, 'dayPass'], [78, 'roomHour']),
  ...buys(71, 'Monthly', [70, 'dayPass'], [66, 'dayPass'], [62, 'roomHour'], [57, 'dayPass'], [52, 'locker']),
  ...buys(50, 'Plus', [49, 'booth'], [41, 'booth'], [33, 'dayPass']),
  ...buys(20, 'Monthly', [19, 'dayPass'], [15, 'roomHour'], [12, 'fivePages'], [8, 'dayPass'], [3, 'fivePages']),
];

type DayOfUse = [daysAgo: number, what: keyof typeof USES];

function buys(daysAgo: number, what: PackageName | 'Welcome', ...then: DayOfUse[]): Deed[] {
  return [{ daysAgo, does: 'buy', what }, ...uses(...then)];
}

function uses(...days: DayOfUse[]): Deed[] {
  return days.map(([daysAgo, what]) => ({ daysAgo, does: 'use', what }));
}
