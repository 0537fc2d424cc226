import { z } from 'zod';
import { parseDecimal } from '../../shared/money.ts';
import { hasHidden, oneLine } from '../../shared/one-line.ts';
import type { Tax } from '../organizations/organizations.ts';
import {
  type BillingDetails,
  MAX_ADDRESS_LENGTH,
  MAX_ADDRESS_LINES,
  MAX_LEGAL_NAME_LENGTH,
  MAX_TAX_ID_LENGTH,
} from './billing.ts';
import { billingMessages } from './messages.ts';

const MAX_TAX_LABEL_LENGTH = 40;
/** Percent with four decimals are parts per million. */
const DECIMALS = 4;
const WHOLE_PPM = 1_000_000n;

const line = (most: number) =>
  z
    .string()
    .default('')
    .transform(oneLine)
    .pipe(
      z
        .string()
        .max(most, 'too-long')
        .refine((text) => !hasHidden(text), 'hidden'),
    );

const address = z
  .string()
  .default('')
  .transform((typed) => typed.split(/\r\n|\r|\n/).map(oneLine))
  .transform((lines) => lines.join('\n').replace(/^\n+|\n+$/g, ''))
  .pipe(
    z
      .string()
      .max(MAX_ADDRESS_LENGTH, 'too-long')
      .refine((text) => text.split('\n').length <= MAX_ADDRESS_LINES, 'too-many-lines')
      .refine((text) => !text.split('\n').some(hasHidden), 'hidden'),
  );

/** Billing details as they are typed; what is wrong is named by codes for `fieldErrors`. */
export const billingForm = z.object({
  legalName: line(MAX_LEGAL_NAME_LENGTH),
  address,
  taxId: line(MAX_TAX_ID_LENGTH),
});

/** The same, of a location, with its tax. */
export const locationBillingForm = billingForm.extend({
  taxMode: z.enum(['none', 'inclusive', 'exclusive'], 'mode'),
  taxRate: z.string().default(''),
  taxLabel: line(MAX_TAX_LABEL_LENGTH),
});

/** The tax that was typed; the rate and its name count only where there is one. */
export function taxOf(
  it: z.output<typeof locationBillingForm>,
): { tax: Tax } | { errors: Partial<Record<'taxRate' | 'taxLabel', 'rate' | 'label'>> } {
  if (it.taxMode === 'none') return { tax: { mode: 'none', ratePpm: 0, label: '' } };
  const ppm = parseDecimal(it.taxRate, DECIMALS);
  const isRate = ppm !== undefined && ppm > 0n && ppm <= WHOLE_PPM;
  if (!isRate || it.taxLabel === '')
    return {
      errors: {
        ...(!isRate && { taxRate: 'rate' as const }),
        ...(it.taxLabel === '' && { taxLabel: 'label' as const }),
      },
    };
  return { tax: { mode: it.taxMode, ratePpm: Number(ppm), label: it.taxLabel } };
}

/** A rate as it is typed: 190000 parts per million are `19`. */
export function rateText(ppm: number): string {
  return String(ppm / 10_000);
}

/** Only what belongs to billing details of a form with more in it. */
export function detailsOf({ legalName, address: lines, taxId }: BillingDetails): BillingDetails {
  return { legalName, address: lines, taxId };
}

/** Sentences for the codes of these forms. */
export function fieldErrors(codes: Record<string, string>, locale: string): Record<string, string> {
  const text = billingMessages(locale);
  const most: Record<string, number> = {
    legalName: MAX_LEGAL_NAME_LENGTH,
    address: MAX_ADDRESS_LENGTH,
    taxId: MAX_TAX_ID_LENGTH,
    taxLabel: MAX_TAX_LABEL_LENGTH,
  };
  const sentenceOf = (field: string, code: string) => {
    if (code === 'too-long') return text.errorTooLong({ most: String(most[field]) });
    if (code === 'too-many-lines') return text.errorTooManyLines({ most: String(MAX_ADDRESS_LINES) });
    const sentences: Record<string, string> = {
      hidden: text.errorHidden,
      rate: text.errorRate,
      label: text.errorLabel,
    };
    return sentences[code] ?? text.errorMode;
  };
  return Object.fromEntries(Object.entries(codes).map(([field, code]) => [field, sentenceOf(field, code)]));
}
