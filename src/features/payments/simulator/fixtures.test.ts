import { expect, test } from 'vitest';
import { startSimulator } from '../../../../test/support/simulator.ts';
import { compareWithFixtures } from '../../../../test/support/stripe-fixtures.ts';

// Not with the other tests: Stripe's examples are not kept here. `npm run prove -- stripe --fixtures <path>`
const path = process.env.STRIPE_FIXTURES;

test.skipIf(!path)('what the test gateway answers has the keys and types of Stripe’s own examples', async () => {
  const simulator = await startSimulator();
  const differences = await compareWithFixtures(simulator, path!);
  await simulator.close();
  expect(differences.map(({ what }) => what)).toEqual([]);
});
