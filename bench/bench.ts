import { measureLedger } from './ledger/ledger.ts';
import { measurePurchase } from './purchase/purchase.ts';
import { measureRenewals } from './renewals/renewals.ts';
import { measureStart } from './start.ts';

// `npm run bench -- start`, `ledger`, `purchase` or `renewals`; without a name all of them. `--quick` is for working on the
// bench itself: its figures mean nothing.

const benches: Record<string, (options: { quick: boolean }) => Promise<void>> = {
  start: measureStart,
  ledger: measureLedger,
  purchase: measurePurchase,
  renewals: measureRenewals,
};

const words = process.argv.slice(2);
const names = words.filter((word) => word !== '--quick');
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench "${unknown[0]}". There are: ${Object.keys(benches).join(', ')}.\n`);
  process.exit(1);
}
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  await benches[name]!({ quick: words.includes('--quick') });
}
