import type { Tx } from '../../platform/database/database.ts';
import type { Location } from '../organizations/organizations.ts';
import { type CreditPackage, type Price, priceFor } from '../packages/packages.ts';
import type { Discount, NotFree } from '../subscriptions/subscriptions.ts';

/**
 * What the plan of a customer takes off credit packages when `userId` buys; without one an administrator sells, who needs
 * no permission of the company.
 */
export type DiscountFor = (
  db: Tx,
  it: { locationId: string; customerId: string; userId: string | undefined; now: Date },
) => Promise<Discount>;

/** The price of a package for whoever will own the credits (E16). */
export type Quote = {
  price: Price;
  /** It is free by the plan, and so one of the few free packages of the cycle. */
  isPlanFree: boolean;
  /** Why it is not free although the plan makes packages free; it costs its price then. */
  notFree?: NotFree;
};

/** What a package costs after the discount of a plan. What costs nothing anyway takes none of the free ones. */
export function quoteOf(pkg: CreditPackage, { tax, currency }: Location, { percent, free }: Discount): Quote {
  const price = priceFor(pkg, percent, tax, currency);
  if (!free || pkg.priceMinor === 0n || price.total.minor > 0n) return { price, isPlanFree: false };
  if (free.left > 0) return { price, isPlanFree: true };
  return { price: priceFor(pkg, 0, tax, currency), isPlanFree: false, ...(free.why && { notFree: free.why }) };
}
