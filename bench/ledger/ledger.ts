import { measureExpiry } from './expiring.ts';
import { inPlace } from './place.ts';
import { measureReads } from './reading.ts';
import { measureHotAccount, measureSpends } from './spending.ts';

// The credit ledger against what the same writes cost without any rules, in one run on one server with the product's own
// settings. What counts are ratios: absolute figures are of one machine at one moment.

export async function measureLedger(options: { quick: boolean }): Promise<void> {
  await inPlace(async (place) => {
    await measureSpends(place, options);
    await measureHotAccount(place, options, false);
    await measureHotAccount(place, options, true);
    await measureExpiry(place, options);
    // Last, for it leaves a large database behind.
    await measureReads(place, options);
  });
}
