import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';

/** A spend that is to be returned: what it was, and how much of it has not come back yet. */
export type Spent = {
  id: string;
  creditsMinor: bigint;
  leftMinor: bigint;
  /** How much of what is left was paid with credits that have expired since. */
  expiredMinor: bigint;
  product: string;
  memo: string;
  actorName: string | null;
  at: Date;
};

/** How much of some spends has not come back yet; entries of which nothing can are left out. */
export async function leftToReturn(db: Tx, entryIds: string[]): Promise<Map<string, bigint>> {
  if (entryIds.length === 0) return new Map();
  const { rows } = await sql<{ entry_id: string; left: bigint }>`
    select m.entry_id, sum(-m.change_minor - m.cleared_minor)::bigint as left from credit_entry_lots m
      where m.entry_id = any (${entryIds}::uuid[]) and -m.change_minor > m.cleared_minor group by m.entry_id`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.entry_id, row.left]));
}

/** A spend of a customer by its entry; `undefined` when there is none with this id. */
export async function spentIn(db: Tx, customerId: string, entryId: string, now: Date): Promise<Spent | undefined> {
  if (!isId(entryId)) return undefined;
  const { rows } = await sql<SpentRow>`
    select e.id, e.credits_minor, e.product, e.memo, e.created_at, u.name as actor_name,
        sum(-m.change_minor - m.cleared_minor)::bigint as left,
        coalesce(sum(-m.change_minor - m.cleared_minor) filter (where l.expires_at <= ${now}), 0)::bigint as expired
      from credit_entries e
      join credit_entry_lots m on m.organization_id = e.organization_id and m.entry_id = e.id
      join credit_lots l on l.organization_id = m.organization_id and l.id = m.lot_id
      left join users u on u.organization_id = e.organization_id and u.id = e.actor_user_id
      where e.id = ${entryId} and e.customer_id = ${customerId} and e.type = 'spend'
      group by e.organization_id, e.id, u.name`.execute(db);
  const [row] = rows;
  return (
    row && {
      id: row.id,
      creditsMinor: row.credits_minor,
      leftMinor: row.left,
      expiredMinor: row.expired,
      product: row.product,
      memo: row.memo,
      actorName: row.actor_name,
      at: row.created_at,
    }
  );
}

type SpentRow = {
  id: string;
  credits_minor: bigint;
  left: bigint;
  expired: bigint;
  product: string;
  memo: string;
  actor_name: string | null;
  created_at: Date;
};
