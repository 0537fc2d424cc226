import type { GatewayOffer } from '../../src/features/payments/gateway.ts';
import { createSimulatorAccount } from '../../src/features/payments/simulator/accounts.ts';
import { stripeOffer } from '../../src/features/payments/stripe-offers.ts';
import type { Core } from '../../src/platform/core.ts';
import { newId } from '../../src/platform/ids.ts';

/**
 * Stripe as administrators connect it, by a key of its own: the adapter believes to talk to Stripe, and over real HTTP the
 * test gateway answers. A key that nobody made is refused as Stripe does it, naming the key.
 */
export type StripeByKey = {
  offer: GatewayOffer;
  /** Makes a key; of the account of another key, when one is named. */
  makeKey(organizationId: string, key: string, sameAs?: string): Promise<void>;
  /** What answers in place of the test gateway; for tests about keys with few rights and the like. */
  instead: ((path: string) => { status: number; body: object } | undefined) | undefined;
  /** The paths that were asked for, since it was emptied. */
  asked: string[];
};

export function stripeByKey(core: Core): StripeByKey {
  const realKeys = new Map<string, string>();
  const it: StripeByKey = {
    offer: stripeOffer({ timeoutMs: core.config.gatewayTimeoutMs, fetch: send }),
    instead: undefined,
    asked: [],
    async makeKey(organizationId, key, sameAs) {
      const account = { organizationId, accountId: newId(core.now()) };
      const known = sameAs && realKeys.get(sameAs);
      realKeys.set(
        key,
        known || (await core.database.write(organizationId, (tx) => createSimulatorAccount(tx, account))),
      );
    },
  };
  async function send(input: unknown, init?: RequestInit): Promise<Response> {
    const { pathname, search } = new URL(String(input));
    it.asked.push(pathname);
    const headers = new Headers(init?.headers);
    const key = /^Bearer (.*)$/.exec(headers.get('authorization') ?? '')?.[1] ?? '';
    const other = it.instead?.(pathname);
    // What has no number of a request is no answer of Stripe's.
    const ofStripe = { 'Request-Id': 'req_1' };
    if (other) return Response.json(other.body, { status: other.status, headers: ofStripe });
    const realKey = realKeys.get(key);
    if (!realKey) {
      const message = `Invalid API Key provided: ${key} (ends in ${key.slice(-9)})`;
      return Response.json({ error: { type: 'invalid_request_error', message } }, { status: 401, headers: ofStripe });
    }
    headers.set('authorization', `Bearer ${realKey}`);
    return await fetch(core.config.simulatorUrl + pathname + search, { ...init, headers });
  }
  return it;
}
