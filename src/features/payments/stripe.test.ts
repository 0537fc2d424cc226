import Stripe from 'stripe';
import { connectTo, httpPayer, startSimulator } from '../../../test/support/simulator.ts';
import { describeGateway, type GatewayUnderTest } from './gateways.test-suite.ts';
import { stripeGateway } from './stripe.ts';

describeGateway('Stripe, played by our simulator', async () => {
  const simulator = await startSimulator();
  return { ...connectTo(simulator), payer: httpPayer, close: simulator.close };
});

// The same against Stripe itself, once in a while: STRIPE_TEST_KEY=rk_test_… vitest run stripe.test.ts
const key = process.env.STRIPE_TEST_KEY;
if (key) describeGateway('Stripe itself', async () => realStripe(key));

function realStripe(apiKey: string): GatewayUnderTest {
  const stripe = new Stripe(apiKey);
  const ids = { approved: 'pm_card_visa', asks: 'pm_card_authenticationRequired' };
  const others = { declined: 'pm_card_chargeCustomerFail', 'lacks-funds': 'pm_card_chargeCustomerFail' };
  const methods = { ...ids, ...others, 'declined-when-saved': 'pm_card_chargeCustomerFail' };
  return {
    gateway: stripeGateway({ apiKey, live: false, timeoutMs: 20_000 }),
    savedCard: async (customer, kind) => (await stripe.paymentMethods.attach(methods[kind], { customer })).id,
    close: async () => {},
  };
}
