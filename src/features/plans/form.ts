import { z } from 'zod';
import { creditsInput, MAX_CREDITS_MINOR, parseCredits } from '../../shared/credits.ts';
import { decimalText, exponentOf, formatMoney, parseDecimal, parseMinor } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import { planMessages } from './messages.ts';
import {
  CYCLES,
  MAX_FREE_PACKAGES,
  MAX_NAME_LENGTH,
  MAX_PRICE_MINOR,
  type Plan,
  PlanAlreadyMade,
  type PlanTerms,
} from './plans.ts';

/** The fields of the form, as text. */
export type PlanFields = Partial<
  Record<
    'id' | 'name' | 'cycle' | 'price' | 'credits' | 'discount' | 'freePackages' | 'onInvoice' | 'autoInvoice',
    string
  >
>;

/** Reads the form of a plan; what is wrong is named by codes that `fieldErrors` turns into sentences. */
export function planForm(currency: string) {
  return z.object({
    // Minted with the form of a new plan, so that pressing Save twice makes one.
    id: z.uuid().optional(),
    name: z.string('required').trim().min(1, 'required').max(MAX_NAME_LENGTH, 'name-long'),
    cycle: z.enum(CYCLES as [Plan['cycle'], ...Plan['cycle'][]], 'cycle'),
    price: decimal(exponentOf(currency), (text) => parseMinor(text, currency), 'price-decimals').refine(
      (minor) => minor <= MAX_PRICE_MINOR,
      'price-range',
    ),
    credits: decimal(2, parseCredits, 'credits-decimals').refine(
      (minor) => minor <= MAX_CREDITS_MINOR,
      'credits-range',
    ),
    discount: whole(100, 'discount'),
    freePackages: whole(MAX_FREE_PACKAGES, 'free-packages'),
    onInvoice: z.literal('on').optional(),
    autoInvoice: z.literal('on').optional(),
  });
}

/** What the read form means. */
export function termsOf(values: z.output<ReturnType<typeof planForm>>): PlanTerms {
  return {
    name: values.name,
    cycle: values.cycle,
    priceMinor: values.price,
    creditsMinor: values.credits,
    creditsDiscountPercent: values.discount,
    creditsOnInvoice: values.onInvoice === 'on',
    autoInvoice: values.autoInvoice === 'on',
    freePackagesPerCycle: values.freePackages,
  };
}

/** The form filled in with a plan, for editing it and for undoing an edit. */
export function fieldsOf(plan: Plan, currency: string): Record<string, string> {
  return {
    name: plan.name,
    cycle: plan.cycle,
    price: decimalText(plan.priceMinor, exponentOf(currency)),
    credits: creditsInput(plan.creditsMinor),
    discount: String(plan.creditsDiscountPercent),
    freePackages: String(plan.freePackagesPerCycle),
    ...(plan.creditsOnInvoice && { onInvoice: 'on' }),
    ...(plan.autoInvoice && { autoInvoice: 'on' }),
  };
}

/** Sentences for the codes of the form. */
export function fieldErrors(codes: Record<string, string>, location: Location): Record<string, string> {
  const text = planMessages(location.locale);
  const { currency, locale } = location;
  const number = (value: number | bigint) => new Intl.NumberFormat(locale).format(value);
  const sentences: Record<string, string> = {
    required: text.errorRequired,
    number: text.errorNumber,
    ambiguous: text.errorAmbiguous,
    'name-long': text.errorNameLong({ most: number(MAX_NAME_LENGTH) }),
    cycle: text.errorCycle,
    'price-decimals': text.errorPriceDecimals({ currency, decimals: exponentOf(currency) }),
    'price-range': text.errorPriceRange({ most: formatMoney({ minor: MAX_PRICE_MINOR, currency }, locale) }),
    'credits-decimals': text.errorCreditsDecimals,
    'credits-range': text.errorCreditsRange({ most: number(MAX_CREDITS_MINOR / 100n) }),
    discount: text.errorDiscount,
    'free-packages': text.errorFreePackages({ most: number(MAX_FREE_PACKAGES) }),
  };
  return Object.fromEntries(
    Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? text.errorRequired]),
  );
}

/** A refusal of the plans themselves as an error of the form; `undefined` when it is none of those. */
export function refusalErrors(error: unknown, location: Location): Record<string, string> | undefined {
  return error instanceof PlanAlreadyMade ? { '': planMessages(location.locale).errorAlreadyMade } : undefined;
}

function whole(most: number, code: string) {
  return z
    .string(code)
    .trim()
    .regex(/^\d{1,4}$/, code)
    .transform(Number)
    .refine((number) => number <= most, code);
}

function decimal(decimals: number, parse: (text: string) => bigint | undefined, tooManyDecimals: string) {
  return z
    .string('required')
    .trim()
    .min(1, 'required')
    .transform((text, context) => {
      // `1,000` may be a thousand or one: nobody should pay a thousandth of what was meant.
      const ambiguous = decimals < 3 && /^\d{1,3}[.,]000$/.test(text);
      const value = ambiguous ? undefined : parse(text);
      if (value !== undefined) return value;
      const code = ambiguous ? 'ambiguous' : parseDecimal(text, 40) === undefined ? 'number' : tooManyDecimals;
      context.addIssue({ code: 'custom', message: code });
      return z.NEVER;
    });
}
