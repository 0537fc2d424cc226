import { z } from 'zod';
import { formatCredits, MAX_CREDITS_MINOR, parseCredits } from '../../shared/credits.ts';
import { counted } from './messages.ts';
import { movingMessages } from './moving-messages.ts';
import type { Balance } from './queries.ts';

/** The longest thing that credits are used for, and the longest note. */
export const MAX_PRODUCT_LENGTH = 120;
export const MAX_MEMO_LENGTH = 300;

/** Fields as they were typed, and what is wrong with them; `''` holds what belongs to none. */
export type Filled = { fields: Record<string, string>; errors: Record<string, string> };

/** Characters that show nothing or turn the text around; what joins letters and colours emoji may stay. */
const HIDDEN = /[[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\u200c\u200d\ufe0f]]/v;

/** Minted with the form, so that pressing twice does it once (E1). */
export const requestKey = z.uuid('request-key');

/** How many credits: a positive amount of at most two decimals, read from its text. */
export const amount = z
  .string('amount')
  .trim()
  .min(1, 'amount')
  .transform((text, context) => {
    const bad = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    // `1,000` may be a thousand or one: nobody should move a thousandth of what they meant.
    if (/^\d{1,3}[.,]000$/.test(text)) return bad('amount-ambiguous');
    if (/^\d+[.,]\d{3,}$/.test(text)) return bad('amount-decimals');
    if (/^\d{13,}/.test(text)) return bad('amount-range');
    const minor = parseCredits(text);
    if (minor === undefined || minor === 0n) return bad('amount-number');
    return minor > MAX_CREDITS_MINOR ? bad('amount-range') : minor;
  });

export const product = words(MAX_PRODUCT_LENGTH, 'product-long').pipe(z.string().min(1, 'product'));
export const memo = words(MAX_MEMO_LENGTH, 'memo-long');

/** One line of text. `''` when the form has none. */
function words(most: number, tooLong: string) {
  return z
    .string()
    .default('')
    .transform((typed) => typed.normalize('NFC').replaceAll(/\s+/g, ' ').trim())
    .pipe(
      z
        .string()
        .max(most, tooLong)
        .refine((text) => !HIDDEN.test(text), 'hidden'),
    );
}

/** Sentences for the codes of these fields. */
export function fieldErrors(codes: Record<string, string>, locale: string): Record<string, string> {
  const text = movingMessages(locale);
  const sentences: Record<string, string> = {
    amount: text.errorAmountRequired,
    'amount-number': text.errorAmountNumber,
    'amount-ambiguous': text.errorAmountAmbiguous,
    'amount-decimals': text.errorAmountDecimals,
    'amount-range': text.errorAmountRange({
      least: formatCredits(1n, locale),
      most: formatCredits(MAX_CREDITS_MINOR, locale),
    }),
    product: text.errorProductRequired,
    'product-long': text.errorTooLong({ most: String(MAX_PRODUCT_LENGTH) }),
    'memo-long': text.errorTooLong({ most: String(MAX_MEMO_LENGTH) }),
    hidden: text.errorHidden,
  };
  return Object.fromEntries(Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? code]));
}

/** Why there is too little, with what there is. */
export function insufficientText({ spendableMinor, heldMinor }: Balance, locale: string): string {
  const text = movingMessages(locale);
  if (heldMinor > 0n) {
    const held = formatCredits(heldMinor, locale);
    return text.errorInsufficientHeld({ ...counted(spendableMinor, locale), held });
  }
  return spendableMinor === 0n ? text.errorNothingThere : text.errorInsufficient(counted(spendableMinor, locale));
}
