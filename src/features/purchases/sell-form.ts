import { z } from 'zod';
import { newRequestKey } from '../../platform/ids.ts';
import { hasHidden, oneLine } from '../../shared/one-line.ts';
import { MAX_REASON_LENGTH } from './refund-form.ts';
import { sellMessages } from './sell-messages.ts';

/** The longest word about how something was paid; it stands on the receipt. */
export const MAX_LABEL_LENGTH = 80;

/** A sale as an administrator wants it. What is free is free, whatever was chosen. */
export type SaleWish = {
  requestKey: string;
  packageId: string;
  method: 'external' | 'invoice';
  label: string;
  memo: string;
};

/** Fields as they were typed, and what is wrong with them; `''` holds what belongs to none. */
export type Filled = { fields: Record<string, string>; errors: Record<string, string> };

/** The names of the fields of the form, the key included. */
export const SELL_FIELDS = ['requestKey', 'packageId', 'method', 'label', 'memo'] as const;

/** The last step carries the fields as they were typed, and the price that was seen. */
export const confirmForm = z.object({
  // Minted with the form, so that pressing twice sells once (E1).
  requestKey: z.string().max(255),
  packageId: z.string().max(80),
  method: z.string().max(20).optional(),
  label: z.string().max(2_000).optional(),
  memo: z.string().max(2_000).optional(),
  seen: z.string().regex(/^\d{1,18}$/),
});

/** Reads what was filled in; what is wrong is said in words. Whether there is such a package is for the shelf to say. */
export function readSale(
  typed: Record<string, string>,
  locale: string,
): { ok: true; wish: SaleWish } | ({ ok: false } & Filled) {
  const parsed = fields.safeParse(typed);
  if (parsed.success) return { ok: true, wish: parsed.data };
  const codes: Record<string, string> = {};
  for (const issue of parsed.error.issues) codes[String(issue.path[0])] ??= issue.message;
  // A key that was lost or spoilt in the address is nobody's fault: the form gets a new one.
  const { requestKey, ...wrong } = codes;
  const kept = requestKey === undefined ? typed : { ...typed, requestKey: newRequestKey() };
  return { ok: false, fields: kept, errors: inWords(wrong, locale) };
}

const line = (most: number, code: string) =>
  z
    .string()
    .default('')
    .transform(oneLine)
    .pipe(
      z
        .string()
        .max(most, code)
        .refine((text) => !hasHidden(text), 'hidden'),
    );

const fields = z.object({
  requestKey: z.uuid('request-key'),
  packageId: z.string('package').min(1, 'package'),
  method: z.enum(['external', 'invoice'], 'method'),
  label: line(MAX_LABEL_LENGTH, 'label-long'),
  memo: line(MAX_REASON_LENGTH, 'memo-long'),
});

function inWords(codes: Record<string, string>, locale: string): Record<string, string> {
  const text = sellMessages(locale);
  const sentences: Record<string, string> = {
    package: text.errorPackage,
    method: text.errorMethod,
    'label-long': text.errorLong({ most: String(MAX_LABEL_LENGTH) }),
    'memo-long': text.errorLong({ most: String(MAX_REASON_LENGTH) }),
    hidden: text.errorHidden,
  };
  return Object.fromEntries(Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? code]));
}
