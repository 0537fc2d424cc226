import { parseArgs } from 'node:util';
import { proveBugs } from '../mutation/bugs.ts';
import { provePureMutations } from '../mutation/pure.ts';
import { proveSqlMutations } from '../mutation/sql.ts';
import { proveConcurrency } from './concurrency.ts';
import { proveCrash } from './crash.ts';
import { proveLedger } from './ledger.ts';
import { provePaymentCrash } from './payment-crash.ts';
import { provePayments } from './payments.ts';
import proveStripe from './stripe.ts';

// `npm run prove` shows what the ledger is trusted for: longer and rougher than what runs with the tests.

type Options = {
  ops?: string;
  purchases?: string;
  seed?: string;
  history?: string;
  cycles?: string;
  fixtures?: string;
  only?: string;
};

/** Each proof answers what went wrong. */
const PROOFS: Record<string, (options: Options) => Promise<string[]>> = {
  ledger: proveLedger,
  concurrency: proveConcurrency,
  crash: proveCrash,
  payments: provePayments,
  'payment-crash': provePaymentCrash,
  bugs: proveBugs,
  mutation: async (options) => [...(await proveSqlMutations(options)), ...(await provePureMutations())],
  stripe: async ({ fixtures }) => ((await proveStripe(fixtures ? ['--fixtures', fixtures] : [])) ? [] : ['see above']),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ops: { type: 'string' },
    purchases: { type: 'string' },
    seed: { type: 'string' },
    history: { type: 'string' },
    cycles: { type: 'string' },
    fixtures: { type: 'string' },
    only: { type: 'string' },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(PROOFS);
const unknown = names.filter((name) => !(name in PROOFS));
if (unknown.length > 0) {
  console.error(`There is no proof called ${unknown.join(', ')}; there are ${Object.keys(PROOFS).join(', ')}.`);
  process.exit(1);
}
// So that folders are put away on the way out; servers end with us by themselves.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const summary: string[] = [];
for (const name of names) {
  const begun = performance.now();
  const wrong = await PROOFS[name]!(values).catch((error: Error) => [error.stack ?? error.message]);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  summary.push(
    `${wrong.length === 0 ? 'proved' : 'FAILED'}  ${name}, ${seconds} s`,
    ...wrong.map((it) => `        ${it}`),
  );
  if (wrong.length > 0) process.exitCode = 1;
}
console.log(`\n${summary.join('\n')}`);
