import { z } from 'zod';
import { newRequestKey } from '../../platform/ids.ts';
import { exponentOf, formatMoney, parseDecimal, parseMinor } from '../../shared/money.ts';
import { hasHidden, oneLine } from '../../shared/one-line.ts';
import { NotRefundable, RefundKeyReused, RefundTooMuch } from '../payments/payments.ts';
import { refundMessages } from './refund-messages.ts';

/** The longest reason of a refund, or of letting a shortfall go. */
export const MAX_REASON_LENGTH = 300;

/** Fields as they were typed, and what is wrong with them; `''` holds what belongs to none. */
export type Filled = { fields: Record<string, string>; errors: Record<string, string> };

/** A refund as somebody wants it. */
export type Wish = { requestKey: string; amountMinor: bigint; reason: string };

export const reason = z
  .string('reason')
  .transform(oneLine)
  .pipe(
    z
      .string()
      .min(1, 'reason')
      .max(MAX_REASON_LENGTH, 'reason-long')
      .refine((text) => !hasHidden(text), 'hidden'),
  );

/** The last step carries the fields as they were typed, and what was seen before pressing. */
export const confirmForm = z.object({
  // Minted with the form, so that pressing twice refunds once (E1).
  requestKey: z.uuid('request-key'),
  amount: z.string(),
  reason: z.string(),
  seen: z.string().regex(/^\d{1,18}-\d{1,18}$/, 'seen'),
});

/** The names of the fields of the form, the key included. */
export const REFUND_FIELDS = ['requestKey', 'amount', 'reason'] as const;

/** Reads what was filled in; what is wrong is said in words. How much is left is for the payment to say. */
export function readRefund(
  typed: Record<string, string>,
  { currency, locale }: { currency: string; locale: string },
): { ok: true; wish: Wish } | ({ ok: false } & Filled) {
  const fields = z.object({ requestKey: z.uuid('request-key'), amount: amountIn(currency), reason });
  const parsed = fields.safeParse(typed);
  if (parsed.success) {
    const { requestKey, amount, reason } = parsed.data;
    return { ok: true, wish: { requestKey, amountMinor: amount, reason } };
  }
  const codes: Record<string, string> = {};
  for (const issue of parsed.error.issues) codes[String(issue.path[0])] ??= issue.message;
  // A key that was lost or spoilt in the address is nobody's fault: the form gets a new one.
  const { requestKey, ...wrong } = codes;
  const kept = requestKey === undefined ? typed : { ...typed, requestKey: newRequestKey() };
  return { ok: false, fields: kept, errors: fieldErrors(wrong, currency, locale) };
}

/** A refusal as what the form shows; `undefined` when it is none of a refund's. */
export function refusedRefund(
  refused: unknown,
  typed: Record<string, string>,
  { currency, locale }: { currency: string; locale: string },
): Filled | undefined {
  const text = refundMessages(locale);
  if (refused instanceof RefundTooMuch) {
    const left = formatMoney({ minor: BigInt(refused.details.leftMinor!), currency }, locale);
    return { fields: typed, errors: { amount: text.errorTooMuch({ amount: left }) } };
  }
  if (refused instanceof NotRefundable) return { fields: typed, errors: { '': text.errorNot } };
  if (!(refused instanceof RefundKeyReused)) return undefined;
  // What was sent before with something else in it goes on as a new wish.
  return { fields: { ...typed, requestKey: newRequestKey() }, errors: { '': text.errorReused } };
}

/** Sentences for the codes of the fields. */
export function fieldErrors(codes: Record<string, string>, currency: string, locale: string): Record<string, string> {
  const text = refundMessages(locale);
  const sentences: Record<string, string> = {
    amount: text.errorAmount,
    'amount-number': text.errorAmountNumber,
    'amount-ambiguous': text.errorAmountAmbiguous,
    'amount-decimals': text.errorAmountDecimals({ currency, decimals: exponentOf(currency) }),
    reason: text.errorReason,
    'reason-long': text.errorReasonLong({ most: String(MAX_REASON_LENGTH) }),
    hidden: text.errorHidden,
  };
  return Object.fromEntries(Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? code]));
}

function amountIn(currency: string) {
  return z
    .string('amount')
    .trim()
    .min(1, 'amount')
    .transform((text, context) => {
      // `1,000` may be a thousand or one: nobody should refund a thousand times what they meant.
      const isAmbiguous = exponentOf(currency) < 3 && /^\d{1,3}[.,]000$/.test(text);
      const minor = isAmbiguous ? undefined : parseMinor(text, currency);
      if (minor !== undefined && minor > 0n) return minor;
      const isNumber = parseDecimal(text, 40) !== undefined && minor === undefined;
      const message = isAmbiguous ? 'amount-ambiguous' : isNumber ? 'amount-decimals' : 'amount-number';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
}
