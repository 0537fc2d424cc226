import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import type { Account } from './posting-templates.ts';
import type { ReplayedEntry, ReplayedPortion } from './replay.ts';

/** An entry as it stands in the database: what the replay needs, its digest, and what says how much of it came back. */
export type LedgerEntry = ReplayedEntry & {
  digest: string;
  cleared: { lotId: string; creditsMinor: bigint; costMinor: bigint }[];
};

const PAGE = 1000;

/** The entries of some customers, customer by customer in the order of their versions. */
export async function* ledgerEntries(db: Tx, customerIds: readonly string[]): AsyncGenerator<LedgerEntry> {
  let after: { customerId: string; version: bigint } | undefined;
  for (;;) {
    const from = after
      ? sql`and (e.customer_id, e.version) > (${after.customerId}::uuid, ${after.version}::bigint)`
      : sql``;
    const { rows } = await sql<EntryRow>`
      select e.*, encode(entry_digest(e), 'hex') as digest, ${portionsOf('e.id')} as portions, (
          select jsonb_build_object('id', o.id, 'customer_id', o.customer_id, 'version', o.version::text, 'type', o.type,
              'hold_until', o.hold_until, 'portions', ${portionsOf('o.id')})
            from credit_entries o where o.organization_id = e.organization_id and o.id = e.clears_entry_id) as clears
      from credit_entries e
      where e.customer_id = any(${customerIds}::uuid[]) ${from}
      order by e.customer_id, e.version limit ${PAGE}`.execute(db);
    for (const row of rows) yield toEntry(row);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { customerId: last.customer_id, version: last.version };
  }
}

/** JSON has no 64-bit integers: they travel as text. Instants become milliseconds, which is what is written. */
function portionsOf(entryId: 'e.id' | 'o.id') {
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('lot_id', m.lot_id, 'change', m.change_minor::text,
      'held', m.held_minor::text, 'cost', m.cost_minor::text, 'cleared', m.cleared_minor::text,
      'cleared_cost', m.cleared_cost_minor::text, 'customer_id', l.customer_id, 'source', l.source,
      'allocation', l.allocation_minor::text, 'lot_cost', l.cost_minor::text, 'purchase_id', l.purchase_id,
      'replaces', l.replaces_lot_id, 'expires_at', extract(epoch from l.expires_at) * 1000,
      'created_at', extract(epoch from l.created_at) * 1000) order by m.lot_id), '[]')
    from credit_entry_lots m join credit_lots l on l.organization_id = m.organization_id and l.id = m.lot_id
    where m.organization_id = e.organization_id and m.entry_id = ${sql.ref(entryId)})`;
}

type PortionJson = Record<
  | 'lot_id'
  | 'change'
  | 'held'
  | 'cost'
  | 'cleared'
  | 'cleared_cost'
  | 'customer_id'
  | 'source'
  | 'allocation'
  | 'lot_cost',
  string
> & { purchase_id: string | null; replaces: string | null; expires_at: number | null; created_at: number };

type EntryRow = {
  id: string;
  customer_id: string;
  version: bigint;
  previous_version: bigint | null;
  type: string;
  from_account: Account;
  to_account: Account;
  credits_minor: bigint;
  asked_minor: bigint | null;
  change_minor: bigint;
  balance_before_minor: bigint;
  balance_after_minor: bigint;
  purchase_id: string | null;
  hold_until: Date | null;
  created_at: Date;
  digest: string;
  portions: PortionJson[];
  clears: {
    id: string;
    customer_id: string;
    version: string;
    type: string;
    hold_until: string | null;
    portions: PortionJson[];
  } | null;
};

function toEntry(row: EntryRow): LedgerEntry {
  const { clears } = row;
  return {
    id: row.id,
    customerId: row.customer_id,
    version: row.version,
    previousVersion: row.previous_version,
    type: row.type,
    from: row.from_account,
    to: row.to_account,
    creditsMinor: row.credits_minor,
    askedMinor: row.asked_minor,
    changeMinor: row.change_minor,
    balanceBeforeMinor: row.balance_before_minor,
    balanceAfterMinor: row.balance_after_minor,
    purchaseId: row.purchase_id,
    holdUntil: row.hold_until,
    at: row.created_at,
    portions: row.portions.map(toPortion),
    clears: clears
      ? {
          id: clears.id,
          customerId: clears.customer_id,
          version: BigInt(clears.version),
          type: clears.type,
          holdUntil: clears.hold_until === null ? null : new Date(clears.hold_until),
          portions: clears.portions.map(toPortion),
        }
      : undefined,
    digest: row.digest,
    cleared: row.portions
      .filter((it) => it.cleared !== '0' || it.cleared_cost !== '0')
      .map((it) => ({ lotId: it.lot_id, creditsMinor: BigInt(it.cleared), costMinor: BigInt(it.cleared_cost) })),
  };
}

function toPortion(it: PortionJson): ReplayedPortion {
  return {
    lotId: it.lot_id,
    changeMinor: BigInt(it.change),
    heldMinor: BigInt(it.held),
    costMinor: BigInt(it.cost),
    lot: {
      id: it.lot_id,
      customerId: it.customer_id,
      source: it.source as ReplayedPortion['lot']['source'],
      allocationMinor: BigInt(it.allocation),
      costMinor: BigInt(it.lot_cost),
      purchaseId: it.purchase_id,
      replacesLotId: it.replaces,
      expiresAt: it.expires_at === null ? null : new Date(it.expires_at),
      createdAt: new Date(it.created_at),
    },
  };
}
