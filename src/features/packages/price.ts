import { divideHalfUp, type Money } from '../../shared/money.ts';
import type { Tax } from '../organizations/organizations.ts';

/**
 * What a package costs somebody. `list` is the package's own price, `discountPercent` what came off it; `net` and `tax`
 * add up to `total`, which is what is paid.
 */
export type Price = { list: Money; discountPercent: number; net: Money; tax: Money; total: Money };

const WHOLE_PPM = 1_000_000n;

/**
 * The price of a package after the best single discount (0 to 100, whole percent) and with the location's tax. The
 * discounted list price is rounded half up once; a list price of an inclusive tax holds the tax, so its total is the
 * discounted list price itself.
 */
export function priceFor(
  pkg: { priceMinor: bigint; creditsMinor: bigint },
  discountPercent: number,
  tax: Tax,
  currency: string,
): Price {
  if (!Number.isInteger(discountPercent) || discountPercent < 0 || discountPercent > 100) {
    throw new RangeError('a discount is a whole percentage from 0 to 100');
  }
  const money = (minor: bigint): Money => ({ minor, currency });
  const discounted = divideHalfUp(pkg.priceMinor * BigInt(100 - discountPercent), 100n);
  const taxMinor = taxOn(discounted, tax);
  const netMinor = tax.mode === 'inclusive' ? discounted - taxMinor : discounted;
  return {
    list: money(pkg.priceMinor),
    discountPercent,
    net: money(netMinor),
    tax: money(taxMinor),
    total: money(netMinor + taxMinor),
  };
}

function taxOn(minor: bigint, tax: Tax): bigint {
  const rate = BigInt(tax.ratePpm);
  if (tax.mode === 'none') return 0n;
  return tax.mode === 'inclusive'
    ? divideHalfUp(minor * rate, WHOLE_PPM + rate)
    : divideHalfUp(minor * rate, WHOLE_PPM);
}
