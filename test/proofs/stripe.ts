import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * What only Stripe itself can show: that our adapter gets along with it, and that the test gateway answers as it does. With
 * `STRIPE_TEST_KEY` the suite of gateways runs against Stripe; with `--fixtures <path>` the test gateway's answers are held to
 * a file of the examples that Stripe publishes. Answers whether nothing was found wrong; what was skipped is said.
 */
export default async function proveStripe(args: string[]): Promise<boolean> {
  const { fixtures } = parseArgs({ args, strict: false, options: { fixtures: { type: 'string' } } }).values;
  const results = [againstStripe(process.env.STRIPE_TEST_KEY), againstFixtures(fixtures)];
  return results.every(Boolean);
}

function againstStripe(key: string | undefined): boolean {
  if (!key) {
    console.log('Stripe itself: skipped, because STRIPE_TEST_KEY is not set.');
    return true;
  }
  if (!/^(rk|sk)_test_/.test(key)) {
    console.log('Stripe itself: STRIPE_TEST_KEY is no key for tests, and nothing was asked with it.');
    return false;
  }
  console.log('Stripe itself: the suite of gateways');
  return run(['src/features/payments/stripe.test.ts', '-t', 'Stripe itself'], { STRIPE_TEST_KEY: key });
}

function againstFixtures(path: string | boolean | undefined): boolean {
  if (typeof path !== 'string') {
    console.log("Stripe's examples: skipped, because --fixtures <path> is not given.");
    return true;
  }
  if (!existsSync(path)) {
    console.log(`Stripe's examples: there is no file ${path}.`);
    return false;
  }
  console.log("Stripe's examples: the keys and types of the test gateway's answers");
  return run(['src/features/payments/simulator/fixtures.test.ts'], { STRIPE_FIXTURES: resolve(path) });
}

/** In a run of Vitest, which knows how to read our pages and brings a database along. */
function run(tests: string[], env: Record<string, string>): boolean {
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...tests], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status === 0;
}
