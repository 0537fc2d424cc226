import type { GatewayOffer } from './gateway.ts';
import { STRIPE_CAN, type StripeOptions, stripeGateway } from './stripe.ts';
import { isLiveKey } from './stripe-check.ts';
import { stripeMessages } from './stripe-messages.ts';

type OfferOptions = Pick<StripeOptions, 'timeoutMs' | 'fetch'>;

/** Stripe itself, by a key that an administrator makes there. */
export function stripeOffer(options: OfferOptions): GatewayOffer {
  const text = stripeMessages('en');
  return {
    kind: 'stripe',
    name: 'Stripe',
    fields: [
      {
        name: 'apiKey',
        label: text.apiKey,
        hint: text.apiKeyHint,
        secret: true,
        pattern: /^(rk|sk)_(test|live)_\w+$/,
      },
    ],
    can: STRIPE_CAN,
    isLive: ({ apiKey = '' }) => isLiveKey(apiKey),
    make: ({ apiKey = '' }) => stripeGateway({ ...options, apiKey, live: isLiveKey(apiKey) }),
  };
}

/** The test gateway: the same adapter, before our own simulator of Stripe. `simulatorUrl` is asked anew each time. */
export function testOffer({ simulatorUrl, ...options }: OfferOptions & { simulatorUrl: () => string }): GatewayOffer {
  return {
    kind: 'test',
    name: 'Test gateway',
    fields: [],
    can: STRIPE_CAN,
    isLive: () => false,
    make: ({ apiKey = '' }) => ({
      ...stripeGateway({ ...options, apiKey, live: false, apiBase: new URL(simulatorUrl()) }),
      kind: 'test',
    }),
  };
}
