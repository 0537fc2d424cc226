import { exponentOf, type Money } from '../../shared/money.ts';
import { Unknown } from './gateway.ts';

// All facts here are of docs.stripe.com/currencies: Stripe counts most currencies in ISO 4217 minor units, but not all.

/** Digits after the point in Stripe's amounts where they differ from ISO 4217. */
const STRIPE_EXPONENTS: Record<string, number> = { ISK: 2, UGX: 2, MGA: 0 };

/** Three decimals in ISO and at Stripe, but the card networks want the last one to be 0. */
const LAST_DIGIT_ZERO = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** The least that can be charged, in Stripe's amounts; elsewhere what is equivalent in the account's own currency. */
const LEAST: Record<string, number> = {
  ...{ USD: 50, AED: 200, AUD: 50, BGN: 100, BRL: 50, CAD: 50, CHF: 50, CZK: 1500, DKK: 250, EUR: 50, GBP: 30 },
  ...{ HKD: 400, HUF: 17500, INR: 50, JPY: 50, MXN: 1000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200 },
  ...{ SEK: 300, SGD: 50, THB: 1000 },
};

/** Amounts have at most eight digits, except where money is counted in large numbers. */
const MOST_DIGITS: Record<string, number> = { IDR: 12, LBP: 11, COP: 10, HUF: 10, INR: 9 };

/** Money as Stripe writes it. Refuses (as a bug) what `chargeable` does not allow. */
export function toStripeAmount(money: Money): number {
  const shift = shiftOf(money.currency);
  const unit = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && money.minor % unit !== 0n) throw new RangeError(`${money.currency} has no such fraction at Stripe`);
  return Number(shift < 0 ? money.minor / unit : money.minor * unit);
}

/** Stripe's amount as money. `Unknown` when it is no whole amount of the currency: money is never rounded. */
export function fromStripeAmount(amount: number, currency: string): Money {
  if (!Number.isSafeInteger(amount) || !/^[a-z]{3}$/.test(currency)) throw new Unknown('not an amount of money');
  const code = currency.toUpperCase();
  const shift = shiftOf(code);
  const unit = 10n ** BigInt(Math.abs(shift));
  if (shift > 0 && BigInt(amount) % unit !== 0n) throw new Unknown(`not a whole amount of ${code}`);
  return { minor: shift > 0 ? BigInt(amount) / unit : BigInt(amount) * unit, currency: code };
}

/** Whether Stripe can charge this amount: `least` when it is too little, `step` when it must be rounder. */
export function chargeable(money: Money): { ok: true } | { ok: false; least?: Money; step?: bigint } {
  const { minor, currency } = money;
  if (exponentOf(currency) > 2 && !LAST_DIGIT_ZERO.has(currency)) return { ok: false };
  const step = stepOf(currency);
  const least = LEAST[currency] === undefined ? step : fromStripeAmount(LEAST[currency], currency.toLowerCase()).minor;
  if (minor < least) return { ok: false, least: { minor: least, currency } };
  if (minor % step !== 0n) return { ok: false, step };
  return BigInt(toStripeAmount(money)) < 10n ** BigInt(MOST_DIGITS[currency] ?? 8) ? { ok: true } : { ok: false };
}

/** Whether Stripe has this amount at all, however little it is: what may be given back. */
export function isWhole({ minor, currency }: Money): boolean {
  return minor % stepOf(currency) === 0n;
}

function stepOf(currency: string): bigint {
  return LAST_DIGIT_ZERO.has(currency) ? 10n : 10n ** BigInt(Math.max(0, -shiftOf(currency)));
}

/** By how many decimals Stripe's amounts are longer than ISO's. */
function shiftOf(currency: string): number {
  return (STRIPE_EXPONENTS[currency] ?? exponentOf(currency)) - exponentOf(currency);
}
