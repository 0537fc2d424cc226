/** Money is an integer of minor units (cents, yen, fils) with an ISO 4217 code. Never a float, never a bare number. */
export type Money = { readonly minor: bigint; readonly currency: string };

/**
 * Digits after the decimal point by ISO 4217, as exceptions from 2. `Intl` is no source for these: it differs from the
 * standard for a score of currencies (it shows HUF, IDR and others without their minor unit).
 */
const EXPONENT_EXCEPTIONS: Record<string, number> = {
  ...Object.fromEntries(
    [
      'BIF',
      'CLP',
      'DJF',
      'GNF',
      'ISK',
      'JPY',
      'KMF',
      'KRW',
      'PYG',
      'RWF',
      'UGX',
      'UYI',
      'VND',
      'VUV',
      'XAF',
      'XOF',
      'XPF',
    ].map((code) => [code, 0]),
  ),
  ...Object.fromEntries(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

/** Digits after the decimal point of `currency`. */
export function exponentOf(currency: string): number {
  return EXPONENT_EXCEPTIONS[currency] ?? 2;
}

/** Shows money as people of `locale` write it, always with the currency's own decimals: `€49.00`, `¥4,900`. */
export function formatMoney(money: Money, locale: string): string {
  return formatDecimal(money.minor, exponentOf(money.currency), money.currency, locale);
}

/** Shows the price of one credit: `price / credits`, rounded half up at the currency's own decimals. */
export function formatPricePerCredit(price: Money, creditsMinor: bigint, locale: string): string {
  return formatMoney({ minor: divideHalfUp(price.minor * 100n, creditsMinor), currency: price.currency }, locale);
}

/** Integer division rounded half away from zero. Refuses a divisor that is not positive. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new RangeError('the divisor must be positive');
  const sign = dividend < 0n ? -1n : 1n;
  return (sign * (sign * dividend * 2n + divisor)) / (divisor * 2n);
}

/**
 * Reads an amount as a person types it (`49`, `49.5`, `49,50`, `1 234.50`) into minor units, from its text and never
 * through a float. `undefined` when it is no amount, is negative, or has more decimals than the currency: `1,000` in euros
 * could be one or a thousand, and is refused.
 */
export function parseMinor(text: string, currency: string): bigint | undefined {
  return parseDecimal(text, exponentOf(currency));
}

/** `parseMinor` for any number of decimals. */
export function parseDecimal(text: string, decimals: number): bigint | undefined {
  const match = /^(\d{1,12})(?:[.,](\d*))?$/.exec(
    text.trim().replace(/(?<=\d)[\s'\u00a0\u202f](?=\d{3}(?:\D|$))/g, ''),
  );
  if (!match) return undefined;
  const fraction = match[2] ?? '';
  if (fraction.length > decimals) return undefined;
  return BigInt(match[1]! + fraction.padEnd(decimals, '0'));
}

/** An integer of minor units as plain decimal text, for inputs and files: `4900n, 2` is `49.00`. */
export function decimalText(minor: bigint, decimals: number): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return (minor < 0n ? '-' : '') + (decimals ? `${whole}.${digits.slice(-decimals)}` : whole);
}

function formatDecimal(minor: bigint, decimals: number, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  // Intl formats a decimal string exactly; a bigint divided into a number would not be exact.
  return format.format(decimalText(minor, decimals) as Intl.StringNumericLiteral);
}

/** The smaller of two amounts. */
export function least(a: bigint, b: bigint): bigint {
  if (b < a) return b;
  return a;
}
