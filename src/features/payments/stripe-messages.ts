import { catalog } from '../../shared/catalog.ts';

/** What administrators read when they connect Stripe. */
export const stripeMessages = catalog({
  en: {
    apiKey: 'Restricted key',
    apiKeyHint:
      'In Stripe: Developers > API keys > Create restricted key. Allow to write Customers, PaymentMethods, ' +
      'PaymentIntents, Checkout Sessions, Charges and Refunds, and Webhook Endpoints, and to read Disputes, Events and ' +
      'the account. It begins with rk_test_ or rk_live_.',
  },
});
