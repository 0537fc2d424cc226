import type Stripe from 'stripe';
import { type Gateway, type GatewayProblem, Refused, Unknown } from './gateway.ts';
import * as answers from './stripe-answers.ts';
import { asking } from './stripe-failures.ts';

/** Whether a key moves real money, as its name says. */
export function isLiveKey(apiKey: string): boolean {
  return /^[rs]k_live_/.test(apiKey);
}

/**
 * What an administrator has to know of a key before payments depend on it. A restricted key may work for payments without
 * being allowed to read the account, so that alone is told and does not stop the rest.
 */
export async function selfCheck(
  stripe: Stripe,
  { apiKey, live }: { apiKey: string; live: boolean },
): ReturnType<Gateway['check']> {
  const problems: GatewayProblem[] = [];
  if (live !== isLiveKey(apiKey)) problems.push(live ? 'key-is-test' : 'key-is-live');
  const found = { account: '', live, problems };
  try {
    const account = await accountOf(stripe);
    if (account === 'unreadable') problems.push('account-unreadable');
    else {
      found.account = account.id;
      if (!account.charges_enabled) problems.push('charges-disabled');
    }
    if (!(await mayRefund(stripe))) problems.push('refunds-not-allowed');
  } catch (error) {
    if (error instanceof Refused) problems.push('key-refused');
    else if (error instanceof Unknown) problems.push('no-answer');
    else throw error;
  }
  return found;
}

async function accountOf(stripe: Stripe): Promise<Stripe.Account | 'unreadable'> {
  try {
    return answers.genuine(await asking(stripe.accounts.retrieveCurrent()), 'account');
  } catch (error) {
    if (error instanceof Refused && error.code === 'permission') return 'unreadable';
    throw error;
  }
}

/** Asks to refund a payment that is not there: no money can move, and a key without the right is told so first. */
async function mayRefund(stripe: Stripe): Promise<boolean> {
  try {
    await asking(stripe.refunds.create({ payment_intent: 'pi_none' }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.code !== 'permission';
  }
  throw new Unknown('a payment that is not there was refunded');
}
