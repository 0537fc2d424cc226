const SOURCES = ['plan', 'purchase', 'adjustment'] as const;

/** What the place of a lot in the spending order depends on; none of it ever changes. */
export type Place = { expiresAt: Date | null; source: (typeof SOURCES)[number]; createdAt: Date; id: string };

/**
 * The one order of spending: soonest expiry first and never-expiring last; then plan, purchase, adjustment; then oldest;
 * then id. The database says the same in its function `spending_order`, by which the moves go.
 */
export function bySpendingOrder(a: Place, b: Place): number {
  return (
    compare(a.expiresAt?.getTime() ?? Infinity, b.expiresAt?.getTime() ?? Infinity) ||
    compare(SOURCES.indexOf(a.source), SOURCES.indexOf(b.source)) ||
    compare(a.createdAt.getTime(), b.createdAt.getTime()) ||
    compare(a.id, b.id)
  );
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
