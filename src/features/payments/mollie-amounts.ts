import { decimalText, exponentOf, type Money } from '../../shared/money.ts';
import { Unknown } from './gateway.ts';

// The currencies are those that docs.mollie.com/docs/multicurrency has for cards. Mollie writes an amount as text with
// exactly the decimals of ISO 4217, so no currency is an exception here.

/** What a payer may be charged in. With anything but a card it is euros. */
export const CARD_CURRENCIES: readonly string[] =
  'AED AUD CAD CHF CZK DKK EUR GBP HKD HUF ILS ISK JPY NOK NZD PHP PLN RON SEK SGD USD ZAR'.split(' ');

export type MollieAmount = { currency: string; value: string };

/** Money as Mollie writes it: `4900n` of EUR is `49.00`, of JPY `4900`. */
export function toMollieAmount({ minor, currency }: Money): MollieAmount {
  return { currency, value: decimalText(minor, exponentOf(currency)) };
}

/** Mollie's amount as money. `Unknown` when it has other decimals than its currency: money is never rounded. */
export function fromMollieAmount({ currency, value }: MollieAmount): Money {
  const decimals = exponentOf(currency);
  const digits = decimals === 0 ? /^\d{1,15}$/ : new RegExp(`^\\d{1,15}\\.\\d{${decimals}}$`);
  if (!/^[A-Z]{3}$/.test(currency) || !digits.test(value)) throw new Unknown('not an amount of money');
  return { minor: BigInt(value.replace('.', '')), currency };
}

/**
 * Whether Mollie can charge this amount. The least is documented for euros, as one cent; of other currencies it is known
 * only that 0 is none. What is more than an account may take (10,000 euros by card, unless agreed otherwise) or less than a
 * method wants, Mollie refuses when the payment is opened.
 */
export function chargeable({ minor, currency }: Money): { ok: true } | { ok: false; least?: Money } {
  if (!CARD_CURRENCIES.includes(currency)) return { ok: false };
  return minor < 1n ? { ok: false, least: { minor: 1n, currency } } : { ok: true };
}
