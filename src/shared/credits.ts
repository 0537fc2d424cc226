import { decimalText, parseDecimal } from './money.ts';

/** Credits are an integer of hundredths: 50 credits are 5000n. */
export const MAX_CREDITS_MINOR = 100_000_000n;

/** Reads credits as a person types them into hundredths; `undefined` when it is no number or has a third decimal. */
export function parseCredits(text: string): bigint | undefined {
  return parseDecimal(text, 2);
}

/** Shows credits without needless decimals: `50`, `0.5`, `1,250.25`. A negative number carries U+2212. */
export function formatCredits(creditsMinor: bigint, locale: string): string {
  const text = new Intl.NumberFormat(locale).format(
    decimalText(creditsMinor < 0n ? -creditsMinor : creditsMinor, 2) as Intl.StringNumericLiteral,
  );
  return creditsMinor < 0n ? `\u2212${text}` : text;
}

/** Shows a change of credits with its sign in text: `+50`, `−8`. */
export function formatSignedCredits(creditsMinor: bigint, locale: string): string {
  return creditsMinor > 0n ? `+${formatCredits(creditsMinor, locale)}` : formatCredits(creditsMinor, locale);
}

/** The value of a credits field: plain decimals, as few as needed. */
export function creditsInput(creditsMinor: bigint): string {
  return decimalText(creditsMinor, 2).replace(/\.?0+$/, '');
}
