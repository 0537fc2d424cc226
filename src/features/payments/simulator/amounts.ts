import { formatMoney } from '../../../shared/money.ts';
import { Unknown } from '../gateway.ts';
import { chargeable, fromStripeAmount, isWhole } from '../stripe-amounts.ts';
import { StripeRefusal } from './refusals.ts';

/** Refuses an amount that Stripe would refuse. */
export function checkAmount(amount: number, currency: string, param: string): void {
  const money = wholeAmount(amount, currency, param);
  const verdict = chargeable(money);
  if (verdict.ok) return;
  if (verdict.least) {
    const message = `Amount must be at least ${formatMoney(verdict.least, 'en')}`;
    throw new StripeRefusal(400, message, { code: 'amount_too_small', param });
  }
  if (verdict.step) throw new StripeRefusal(400, `Invalid amount for ${currency}`, { param });
  throw new StripeRefusal(400, 'Amount must be no more than allowed', { code: 'amount_too_large', param });
}

/** Refuses a fraction that the currency does not have; the least amount does not matter here. */
export function checkWhole(amount: number, currency: string, param: string): void {
  if (!isWhole(wholeAmount(amount, currency, param)))
    throw new StripeRefusal(400, `Invalid amount for ${currency}`, { param });
}

function wholeAmount(amount: number, currency: string, param: string): ReturnType<typeof fromStripeAmount> {
  try {
    return fromStripeAmount(amount, currency);
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    throw new StripeRefusal(400, `Invalid amount or currency: ${error.message}`, { param });
  }
}
