import { z } from 'zod';
import { creditsInput, MAX_CREDITS_MINOR, parseCredits } from '../../shared/credits.ts';
import { decimalText, exponentOf, formatMoney, parseDecimal, parseMinor } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import { packageMessages } from './messages.ts';
import {
  type CreditPackage,
  FreeNotConfirmed,
  MAX_NAME_LENGTH,
  MAX_PRICE_MINOR,
  MAX_VALID_DAYS,
  PackageAlreadyMade,
  type PackageTerms,
  PriceNotChargeable,
} from './packages.ts';

/** Validities that are offered by name; any other number of days is typed. */
export const VALIDITY_PRESETS = [30, 90, 180, 365] as const;

/** The fields of the form, as text. `validity` is `never`, a preset or `custom`, which means `days`. */
export type PackageFields = Partial<
  Record<'id' | 'name' | 'credits' | 'price' | 'validity' | 'days' | 'onSale' | 'confirmFree', string>
>;

/** Reads the form of a package; what is wrong is named by codes that `fieldErrors` turns into sentences. */
export function packageForm(currency: string) {
  return z.object({
    // Minted with the form of a new package, so that pressing Save twice makes one.
    id: z.uuid().optional(),
    name: z.string().trim().max(MAX_NAME_LENGTH, 'name-long').default(''),
    credits: number(2, (text) => parseCredits(text), 'credits-decimals').refine(
      (minor) => minor >= 1n && minor <= MAX_CREDITS_MINOR,
      'credits-range',
    ),
    price: number(exponentOf(currency), (text) => parseMinor(text, currency), 'price-decimals').refine(
      (minor) => minor <= MAX_PRICE_MINOR,
      'price-range',
    ),
    validity: z.enum(['never', 'custom', ...VALIDITY_PRESETS.map(String)], 'validity').default('never'),
    days: z.string().trim().default(''),
    onSale: z.literal('on').optional(),
    confirmFree: z.literal('on').optional(),
  });
}

/** What the read form means; `days` carries its own error, because it only counts for `custom`. */
export function termsOf(values: z.output<ReturnType<typeof packageForm>>): PackageTerms | { errors: { days: 'days' } } {
  const { name, credits, price, validity, days } = values;
  const text = validity === 'custom' ? days : validity;
  const validForDays = text === 'never' ? null : /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (validForDays !== null && (validForDays < 1 || validForDays > MAX_VALID_DAYS)) return { errors: { days: 'days' } };
  const terms = { name, creditsMinor: credits, priceMinor: price, validForDays };
  return { ...terms, onSale: values.onSale === 'on', freeConfirmed: values.confirmFree === 'on' };
}

/** The form filled in with a package, for editing it and for undoing an edit. */
export function fieldsOf(pkg: CreditPackage, currency: string): Record<string, string> {
  const { validForDays: days } = pkg;
  const preset = days === null || VALIDITY_PRESETS.some((it) => it === days);
  return {
    name: pkg.name,
    credits: creditsInput(pkg.creditsMinor),
    price: decimalText(pkg.priceMinor, exponentOf(currency)),
    validity: days === null ? 'never' : preset ? String(days) : 'custom',
    days: preset ? '' : String(days),
    ...(pkg.onSale && { onSale: 'on' }),
    ...(pkg.priceMinor === 0n && { confirmFree: 'on' }),
  };
}

/** Sentences for the codes of the form. */
export function fieldErrors(codes: Record<string, string>, location: Location): Record<string, string> {
  const text = packageMessages(location.locale);
  const { currency, locale } = location;
  const sentences: Record<string, string> = {
    required: text.errorRequired,
    number: text.errorNumber,
    ambiguous: text.errorAmbiguous,
    'name-long': text.errorNameLong({ most: MAX_NAME_LENGTH }),
    'credits-decimals': text.errorCreditsDecimals,
    'credits-range': text.errorCreditsRange({ most: new Intl.NumberFormat(locale).format(MAX_CREDITS_MINOR / 100n) }),
    'price-decimals': text.errorPriceDecimals({ currency, decimals: exponentOf(currency) }),
    'price-range': text.errorPriceRange({ most: formatMoney({ minor: MAX_PRICE_MINOR, currency }, locale) }),
    validity: text.errorValidity,
    days: text.errorDays,
  };
  return Object.fromEntries(
    Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? text.errorRequired]),
  );
}

/** A refusal of the packages themselves as an error beside its field; `undefined` when it belongs to no field. */
export function refusalErrors(error: unknown, location: Location): Record<string, string> | undefined {
  const text = packageMessages(location.locale);
  if (error instanceof FreeNotConfirmed) return { confirmFree: text.errorConfirmFree };
  if (error instanceof PackageAlreadyMade) return { '': text.errorAlreadyMade };
  if (!(error instanceof PriceNotChargeable)) return undefined;
  const total = formatMoney(error.total, location.locale);
  if (error.least) return { price: text.errorLeast({ total, least: formatMoney(error.least, location.locale) }) };
  if (error.step === undefined) return { price: text.errorNotChargeable({ total }) };
  const step = formatMoney({ minor: error.step, currency: location.currency }, location.locale);
  return { price: text.errorStep({ total, step }) };
}

function number(decimals: number, parse: (text: string) => bigint | undefined, tooManyDecimals: string) {
  return z
    .string('required')
    .trim()
    .min(1, 'required')
    .transform((text, context) => {
      // `1,000` may be a thousand or one: nobody should sell for a thousandth of what they meant.
      const ambiguous = decimals < 3 && /^\d{1,3}[.,]000$/.test(text);
      const value = ambiguous ? undefined : parse(text);
      if (value !== undefined) return value;
      // Many more decimals than any currency has: still a number, only not one of these.
      const code = ambiguous ? 'ambiguous' : parseDecimal(text, 40) === undefined ? 'number' : tooManyDecimals;
      context.addIssue({ code: 'custom', message: code });
      return z.NEVER;
    });
}
