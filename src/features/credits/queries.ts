import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { bySpendingOrder } from './spending-order.ts';

/** A grant of credits and what is left of it. What is left includes what holds have set aside. */
export type Lot = {
  id: string;
  source: 'plan' | 'purchase' | 'adjustment';
  allocationMinor: bigint;
  remainingMinor: bigint;
  heldMinor: bigint;
  expiresAt: Date | null;
  createdAt: Date;
};

/**
 * What a customer has, in hundredths. `balanceMinor` is the ledger's balance; `spendableMinor` leaves out what is held and
 * lots that have expired but are not written off yet. `lots` holds what can be spent, in the order of spending. `frozen`
 * credits cannot be spent although they are there.
 */
export type Balance = {
  balanceMinor: bigint;
  spendableMinor: bigint;
  heldMinor: bigint;
  frozen: boolean;
  lots: Lot[];
};

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
  const { rows } = await sql<LotRow & { balance_minor: bigint; frozen_at: Date | null }>`
    select a.balance_minor, a.frozen_at, l.id, l.source, l.allocation_minor, l.remaining_minor, l.expires_at, l.created_at,
      case when l.held_minor = 0 then 0 else (
        select coalesce(sum(m.held_minor - m.cleared_minor), 0)::bigint
          from credit_entry_lots m
          join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
          where m.organization_id = l.organization_id and m.lot_id = l.id and m.held_minor > m.cleared_minor
            and e.hold_until > ${now}) end as held_minor
    from credit_accounts a
    left join credit_lots l on l.organization_id = a.organization_id and l.customer_id = a.customer_id and l.is_open
    where a.customer_id = ${customerId}`.execute(db);
  const account = rows[0];
  if (!account) return balanceOfLots(0n, false, []);
  const lots = rows.filter((row) => row.id !== null && !(row.expires_at && row.expires_at <= now));
  return balanceOfLots(account.balance_minor, account.frozen_at !== null, lots.map(toLot));
}

/**
 * The balance as it was shown at a past instant `at`, rebuilt from the entries up to then. An entry counts from the time
 * it was written down at; the zone plays no part.
 */
export async function balanceAsOf(db: Tx, customerId: string, at: Date): Promise<Balance> {
  const { rows } = await sql<LotRow>`
    select l.id, l.source, l.allocation_minor, sum(m.change_minor)::bigint as remaining_minor, l.expires_at, l.created_at,
      coalesce(sum(m.held_minor) filter (where not exists (select from credit_entries h
        where h.organization_id = e.organization_id and h.id = coalesce(e.clears_entry_id, e.id)
          and h.type = 'hold' and h.hold_until <= ${at})), 0)::bigint as held_minor
    from credit_lots l
    join credit_entry_lots m on m.organization_id = l.organization_id and m.lot_id = l.id
    join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
    where l.customer_id = ${customerId} and e.created_at <= ${at}
    group by l.organization_id, l.id`.execute(db);
  const last = await db
    .selectFrom('credit_entries')
    .select([
      sql<bigint | null>`(array_agg(balance_after_minor order by version desc))[1]`.as('balance'),
      sql<string | null>`(array_agg(type order by version desc) filter (where type in ('freeze', 'thaw')))[1]`.as(
        'frozen',
      ),
    ])
    .where('customer_id', '=', customerId)
    .where('created_at', '<=', at)
    .executeTakeFirstOrThrow();
  const lots = rows.filter((row) => row.remaining_minor > 0n && !(row.expires_at && row.expires_at <= at));
  return balanceOfLots(last.balance ?? 0n, last.frozen === 'freeze', lots.map(toLot));
}

type LotRow = {
  id: string;
  source: Lot['source'];
  allocation_minor: bigint;
  remaining_minor: bigint;
  held_minor: bigint;
  expires_at: Date | null;
  created_at: Date;
};

function toLot(row: LotRow): Lot {
  return {
    id: row.id,
    source: row.source,
    allocationMinor: row.allocation_minor,
    remainingMinor: row.remaining_minor,
    heldMinor: row.held_minor,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}

function balanceOfLots(balanceMinor: bigint, frozen: boolean, lots: Lot[]): Balance {
  lots.sort(bySpendingOrder);
  const heldMinor = lots.reduce((sum, lot) => sum + lot.heldMinor, 0n);
  const remaining = lots.reduce((sum, lot) => sum + lot.remainingMinor, 0n);
  return { balanceMinor, spendableMinor: remaining - heldMinor, heldMinor, frozen, lots };
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
    // Holds, and being frozen, change no balance.
    .where('e.change_minor', '<>', 0n)
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
