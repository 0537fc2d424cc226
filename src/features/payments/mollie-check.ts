import { type Gateway, type GatewayProblem, Refused, Unknown } from './gateway.ts';
import { CARD_CURRENCIES } from './mollie-amounts.ts';
import { genuine } from './mollie-answers.ts';
import type { MollieApi } from './mollie-api.ts';

/** Ways to pay that Mollie confirms while the payer waits: what is bought must be there when the payer comes back. */
const AT_ONCE = ['creditcard', 'applepay', 'ideal', 'bancontact', 'eps', 'kbc'];
const BY_CARD = ['creditcard', 'applepay'];

/** Whether a key moves real money, as its name says. */
export function isLiveKey(apiKey: string): boolean {
  return apiKey.startsWith('live_');
}

/**
 * Which ways to pay at once the account has, for an amount if one is given. It is asked each time: to open a payment with
 * one that is not switched on could be refused.
 */
export async function methodsAtOnce(api: MollieApi, amount?: { currency: string; value: string }): Promise<string[]> {
  const about = amount && { 'amount[value]': amount.value, 'amount[currency]': amount.currency };
  const answer = genuine(await api.get('methods', { ...about, includeWallets: 'applepay' }), 'methods');
  const enabled = answer._embedded.methods.map(({ id }) => id);
  return AT_ONCE.filter((id) => enabled.includes(id));
}

/** What an administrator has to know of a key before payments depend on it. Every key may refund. */
export async function selfCheck(api: MollieApi, apiKey: string): ReturnType<Gateway['check']> {
  const live = isLiveKey(apiKey);
  const problems: GatewayProblem[] = [];
  try {
    const profile = genuine(await api.get('profiles/me'), 'profile');
    if ((profile.mode === 'live') !== live) problems.push(live ? 'key-is-test' : 'key-is-live');
    const methods = await methodsAtOnce(api);
    const takesNothing = profile.status === 'blocked' || (live && profile.status !== 'verified');
    if (takesNothing || methods.length === 0) problems.push('charges-disabled');
    const takesCards = methods.some((id) => BY_CARD.includes(id));
    return { account: profile.id, live, currencies: takesCards ? [...CARD_CURRENCIES] : ['EUR'], problems };
  } catch (error) {
    if (error instanceof Refused) problems.push(error.code === 'permission' ? 'account-unreadable' : 'key-refused');
    else if (error instanceof Unknown) problems.push('no-answer');
    else throw error;
    return { account: '', live, problems };
  }
}
