import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';

/** Credits that are set aside: for what, and until when at the latest. */
export type Hold = { id: string; creditsMinor: bigint; product: string; until: Date };

/** What is set aside of a customer's credits at `now`, what ends soonest first; at most `limit`. */
export async function holdsOf(db: Tx, customerId: string, now: Date, limit = 5): Promise<Hold[]> {
  const { rows } = await sql<{ id: string; open: bigint; product: string; hold_until: Date }>`
    select e.id, e.product, e.hold_until, sum(m.held_minor - m.cleared_minor)::bigint as open
      from credit_lots l
      join credit_entry_lots m on m.organization_id = l.organization_id and m.lot_id = l.id and m.held_minor > m.cleared_minor
      join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
      where l.customer_id = ${customerId} and l.is_open and l.held_minor > 0 and e.hold_until > ${now}
      group by e.organization_id, e.id order by e.hold_until, e.id limit ${limit}`.execute(db);
  return rows.map((row) => ({ id: row.id, creditsMinor: row.open, product: row.product, until: row.hold_until }));
}
