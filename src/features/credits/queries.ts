import type { Tx } from '../../platform/database/database.ts';

/** A grant of credits and what is left of it. */
export type Lot = {
  id: string;
  source: 'plan' | 'purchase' | 'adjustment';
  allocationMinor: bigint;
  remainingMinor: bigint;
  expiresAt: Date | null;
  createdAt: Date;
};

/**
 * What a customer has, in hundredths. `balanceMinor` is the ledger's balance; `spendableMinor` leaves out lots that have
 * expired but are not written off yet. `lots` holds what can be spent, in the order of spending.
 */
export type Balance = { balanceMinor: bigint; spendableMinor: bigint; lots: Lot[] };

/** One entry of a customer's history. `change` is signed; `balanceAfterMinor` is the balance after this entry. */
export type HistoryEntry = {
  id: string;
  version: bigint;
  type: string;
  changeMinor: bigint;
  balanceAfterMinor: bigint;
  at: Date;
  actorName: string | null;
  product: string;
  memo: string;
  purchaseId: string | null;
};

/** The balance of one customer at `now`, with its spendable lots. Zero for a customer that never had credits. */
export async function balanceOf(db: Tx, customerId: string, now: Date): Promise<Balance> {
  const rows = await db
    .selectFrom('credit_accounts as a')
    .leftJoin('credit_lots as l', (join) =>
      join
        .onRef('l.organization_id', '=', 'a.organization_id')
        .onRef('l.customer_id', '=', 'a.customer_id')
        .on('l.remaining_minor', '>', 0n),
    )
    .select(['a.balance_minor', 'l.id', 'l.source', 'l.allocation_minor', 'l.remaining_minor', 'l.expires_at'])
    .select('l.created_at')
    .where('a.customer_id', '=', customerId)
    .execute();
  const lots: Lot[] = [];
  for (const row of rows) {
    if (row.id === null || (row.expires_at && row.expires_at <= now)) continue;
    lots.push({
      id: row.id,
      source: row.source!,
      allocationMinor: row.allocation_minor!,
      remainingMinor: row.remaining_minor!,
      expiresAt: row.expires_at,
      createdAt: row.created_at!,
    });
  }
  lots.sort(bySpendingOrder);
  return {
    balanceMinor: rows[0]?.balance_minor ?? 0n,
    spendableMinor: lots.reduce((sum, lot) => sum + lot.remainingMinor, 0n),
    lots,
  };
}

/** A customer's history, newest first: at most `limit` entries before the version `before`. */
export async function creditHistory(
  db: Tx,
  customerId: string,
  page: { before?: bigint; limit: number },
): Promise<{ entries: HistoryEntry[]; next: bigint | undefined }> {
  let query = db
    .selectFrom('credit_entries as e')
    .leftJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'e.organization_id').onRef('u.id', '=', 'e.actor_user_id'),
    )
    .select(['e.id', 'e.version', 'e.type', 'e.change_minor', 'e.balance_after_minor', 'e.created_at', 'e.product'])
    .select(['e.memo', 'e.purchase_id', 'u.name as actor_name'])
    .where('e.customer_id', '=', customerId)
    .orderBy('e.version', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('e.version', '<', page.before);
  const rows = await query.execute();
  const entries = rows.slice(0, page.limit).map((row) => ({
    id: row.id,
    version: row.version,
    type: row.type,
    changeMinor: row.change_minor,
    balanceAfterMinor: row.balance_after_minor,
    at: row.created_at,
    actorName: row.actor_name,
    product: row.product,
    memo: row.memo,
    purchaseId: row.purchase_id,
  }));
  return { entries, next: rows.length > page.limit ? entries.at(-1)!.version : undefined };
}

const SOURCES: readonly Lot['source'][] = ['plan', 'purchase', 'adjustment'];

/** Soonest expiry first, never last; then plan, purchase, adjustment; then oldest; then id. As `spend_credits` does. */
function bySpendingOrder(a: Lot, b: Lot): number {
  const expiry = (a.expiresAt?.getTime() ?? Infinity) - (b.expiresAt?.getTime() ?? Infinity);
  return (
    (Number.isNaN(expiry) ? 0 : expiry) ||
    SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source) ||
    a.createdAt.getTime() - b.createdAt.getTime() ||
    (a.id < b.id ? -1 : 1)
  );
}

/** The ledger's balances of some customers, in hundredths; those that never had credits are left out. */
export async function balancesOf(db: Tx, customerIds: string[]): Promise<Map<string, bigint>> {
  if (customerIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('credit_accounts')
    .select(['customer_id', 'balance_minor'])
    .where('customer_id', 'in', customerIds)
    .execute();
  return new Map(rows.map((row) => [row.customer_id, row.balance_minor]));
}
