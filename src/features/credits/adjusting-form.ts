import { z } from 'zod';
import { newRequestKey } from '../../platform/ids.ts';
import type { Location } from '../organizations/organizations.ts';
import { adjustingMessages } from './adjusting-messages.ts';
import { CreditKeyReused, ExpiryInThePast, InsufficientCredits } from './credits.ts';
import { dayOf, endOfDay, parseDay, yearsAfter } from './days.ts';
import { localTime } from './local-time.ts';
import { amount, type Filled, fieldErrors, insufficientText, memo, requestKey } from './moving-form.ts';
import { movingMessages } from './moving-messages.ts';
import type { Balance } from './queries.ts';

const MOST_YEARS = 100;

/** An adjustment as somebody wants it. */
export type Adjustment = {
  requestKey: string;
  direction: 'add' | 'deduct';
  creditsMinor: bigint;
  /** Where added credits expire: the first instant after their last day. `null` never; means nothing for a deduction. */
  expiresAt: Date | null;
  memo: string;
};

const fields = z.object({
  requestKey,
  direction: z.enum(['add', 'deduct'], 'direction'),
  amount,
  lastDay: z.string().trim().default(''),
  memo: memo.pipe(z.string().min(1, 'reason')),
});

/** The last step carries the same fields, and the balance that was seen before pressing. */
export const confirmForm = fields.extend({ seen: z.string().regex(/^\d{1,18}$/, 'seen') });

/** The names of the fields that a person fills in, and the key. */
export const ADJUST_FIELDS = Object.keys(fields.shape);

/** Reads what was filled in; what is wrong is said in words. */
export function readAdjustment(
  typed: Record<string, string>,
  location: Location,
  now: Date,
): { ok: true; adjustment: Adjustment } | ({ ok: false } & Filled) {
  const parsed = fields.safeParse(typed);
  const codes: Record<string, string> = {};
  for (const issue of parsed.error?.issues ?? []) codes[String(issue.path[0])] ??= issue.message;
  const day = typed.direction === 'deduct' ? '' : (typed.lastDay ?? '').trim();
  const { timeZone } = location;
  const wrong = day === '' ? undefined : wrongDay(day, dayOf(now, timeZone));
  if (wrong) codes.lastDay = wrong;
  if (!parsed.success || wrong) return { ok: false, fields: typed, errors: errorsOf(codes, location, now) };
  const { amount: creditsMinor, ...values } = parsed.data;
  const expiresAt = day === '' ? null : endOfDay(day, timeZone);
  return { ok: true, adjustment: { ...values, creditsMinor, expiresAt } };
}

/** A refusal of the ledger as what the form shows; `undefined` when it belongs to no field of this form. */
export function refusedAdjustment(
  refused: unknown,
  typed: Record<string, string>,
  it: { location: Location; now: Date; balance: Balance },
): Filled | undefined {
  const { location, now, balance } = it;
  const { locale } = location;
  if (refused instanceof InsufficientCredits)
    return { fields: typed, errors: { amount: insufficientText(balance, locale) } };
  if (refused instanceof ExpiryInThePast)
    return { fields: typed, errors: errorsOf({ lastDay: 'day-past' }, location, now) };
  if (!(refused instanceof CreditKeyReused)) return undefined;
  // What was sent before with something else in it goes on as a new wish.
  const again = { ...typed, requestKey: newRequestKey() };
  return { fields: again, errors: { '': movingMessages(locale).errorReused } };
}

function wrongDay(day: string, today: string): string | undefined {
  const parsed = parseDay(day);
  if (parsed === undefined) return 'day';
  if (parsed < today) return 'day-past';
  return parsed > yearsAfter(today, MOST_YEARS) ? 'day-far' : undefined;
}

function errorsOf(codes: Record<string, string>, location: Location, now: Date): Record<string, string> {
  const text = adjustingMessages(location.locale);
  const sentences: Record<string, string> = {
    direction: text.errorDirection,
    reason: text.errorReason,
    day: text.errorDay,
    'day-past': text.errorDayPast({ today: localTime(location).day(now, now) }),
    'day-far': text.errorDayFar({ years: String(MOST_YEARS) }),
  };
  const own = Object.fromEntries(Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? code]));
  return fieldErrors(own, location.locale);
}
