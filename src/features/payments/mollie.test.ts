import { connectToMollie, molliePayer, startMollieSimulator } from '../../../test/support/mollie-simulator.ts';
import { describeGateway } from './gateways.test-suite.ts';
import { mollieGateway } from './mollie.ts';

const savedCard = () => Promise.reject(new Error('Mollie saves no cards for us'));

describeGateway('Mollie, played by its simulator', async () => {
  const simulator = await startMollieSimulator();
  const gateway = connectToMollie(simulator);
  return { gateway, savedCard, payer: molliePayer, cannotTakeBack: true, close: simulator.close };
});

// The same against Mollie itself, once in a while: MOLLIE_TEST_KEY=test_… vitest run mollie.test.ts
const apiKey = process.env.MOLLIE_TEST_KEY;
if (apiKey)
  describeGateway('Mollie itself', async () => {
    const gateway = mollieGateway({ apiKey, timeoutMs: 20_000 });
    return { gateway, savedCard, cannotTakeBack: true, close: async () => {} };
  });
