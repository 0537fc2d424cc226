import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { customerAt } from '../people/people.ts';
import { mayHaveFree as mayHaveFreeOfCompany } from '../permissions/permissions.ts';
import { termsOf } from './terms.ts';

/** What a customer's plan takes off credit packages. */
export type Discount = {
  /** Whole percent, 0 to 100. */
  percent: number;
  /** How many packages it may make free now, and why no more; `undefined`: as many as one likes. */
  free?: { left: number; why?: NotFree };
};

/** Why a package is not free although the discount is 100 %; `againAt` is the start of the next cycle. */
export type NotFree = { kind: 'used-up'; count: number; againAt: Date } | { kind: 'managers-only' };

/** The packages that are free in this cycle were had already, or are not for whoever asked. */
export class NoFreePackage extends Refusal {
  readonly why: NotFree;
  constructor(why: NotFree) {
    super(why.kind === 'used-up' ? 'free-packages-used-up' : 'free-packages-for-managers', 409);
    this.why = why;
  }
}

/** Without a user an administrator asks, who needs nobody's permission. */
type Asking = { locationId: string; customerId: string; userId: string | undefined; now: Date };

/** The discount of whoever owns the credits (E16). What is free for a company is for its managers, and for members who may pay. */
export async function discountOf(db: Tx, it: Asking): Promise<Discount> {
  const terms = await termsOf(db, it.customerId, it.now);
  if (!terms) return { percent: 0 };
  const { creditsDiscountPercent: percent, freePackagesLeft: left, freePackagesPerCycle: count, cycle } = terms;
  if (percent < 100) return { percent, free: { left } };
  if (!(await mayHaveFree(db, it))) return { percent, free: { left: 0, why: { kind: 'managers-only' } } };
  const why: NotFree = { kind: 'used-up', count, againAt: cycle.endsAt };
  return { percent, free: { left, ...(left === 0 && { why }) } };
}

/**
 * Takes one of the free packages of this cycle for a purchase, in the transaction that sells it. Whoever comes at the same
 * time waits for the subscription; refuses when none is left.
 */
export async function takeFreePackage(
  tx: Tx,
  it: Asking & { organizationId: string; purchaseId: string },
): Promise<void> {
  await tx
    .selectFrom('subscriptions')
    .select('id')
    .where('customer_id', '=', it.customerId)
    .where('ended_at', 'is', null)
    .forNoKeyUpdate()
    .execute();
  const terms = await termsOf(tx, it.customerId, it.now);
  if (!(await mayHaveFree(tx, it))) throw new NoFreePackage({ kind: 'managers-only' });
  if (!terms || terms.freePackagesLeft === 0) {
    const count = terms?.freePackagesPerCycle ?? 0;
    throw new NoFreePackage({ kind: 'used-up', count, againAt: terms?.cycle.endsAt ?? it.now });
  }
  await tx
    .insertInto('subscription_free_packages')
    .values({
      organization_id: it.organizationId,
      subscription_id: terms.subscriptionId,
      starts_on: terms.cycle.startsOn,
      place: terms.freePackagesPerCycle - terms.freePackagesLeft + 1,
      purchase_id: it.purchaseId,
    })
    .execute();
}

async function mayHaveFree(db: Tx, { locationId, customerId, userId }: Asking): Promise<boolean> {
  if (userId === undefined) return true;
  const customer = await customerAt(db, locationId, customerId);
  if (customer?.kind !== 'company') return true;
  return await mayHaveFreeOfCompany(db, { customerId, userId });
}
