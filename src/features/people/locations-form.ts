import { z } from 'zod';
import { hasHidden, oneLine } from '../../shared/one-line.ts';
import { newLocation } from '../organizations/organizations.ts';
import { locationsMessages } from './locations-messages.ts';

const name = z
  .string('required')
  .transform(oneLine)
  .pipe(
    z
      .string()
      .min(1, 'required')
      .max(120, 'too-long')
      .refine((it) => !hasHidden(it), 'hidden'),
  );
const slug = z
  .string()
  .default('')
  .transform((typed) => typed.trim())
  .pipe(z.string().max(60, 'slug'));
const isSlug = (it: string) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(it);
const { currency, timeZone, locale } = newLocation.shape;

/** The form of another location. Messages are codes for `locationErrors`. */
export const addForm = z.object({
  id: z.string().optional(),
  name,
  slug: slug.refine((it) => it === '' || isSlug(it), 'slug'),
  currency,
  timeZone,
  locale,
});

/** The form that changes one. A currency is read only to say why it stays. */
export const changeForm = z.object({
  name,
  slug: slug.refine(isSlug, 'slug'),
  currency: z.string().optional(),
  timeZone,
  locale,
});

/** Sentences for the codes of these forms, beside the fields. */
export function locationErrors(codes: Record<string, string>, language: string): Record<string, string> {
  const text = locationsMessages(language);
  const sentences: Record<string, string> = {
    'too-long': text.errorTooLong,
    hidden: text.errorHidden,
    slug: text.errorSlug,
    'slug-taken': text.errorSlugTaken,
  };
  const byField: Record<string, string> = {
    currency: text.errorCurrency,
    timeZone: text.errorTimeZone,
    locale: text.errorLocale,
  };
  return Object.fromEntries(
    Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? byField[field] ?? text.errorRequired]),
  );
}
