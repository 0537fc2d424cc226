import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';

/** What became of the credits of a purchase, wherever they are by now. The parts add up to what was bought. */
export type PurchasedCredits = {
  /** What can be taken back: there, not set aside and not expired. */
  leftMinor: bigint;
  heldMinor: bigint;
  /** Used, or deducted by the team. */
  spentMinor: bigint;
  expiredMinor: bigint;
  takenBackMinor: bigint;
};

/** What is left of a purchase's lot and of those that replaced it, and where the rest went. Zero for one not granted. */
export async function creditsOfPurchase(db: Tx, purchaseId: string, now: Date): Promise<PurchasedCredits> {
  const { rows } = await sql<Row>`
    with recursive lots as (
      select l.* from credit_lots l where l.purchase_id = ${purchaseId}
      union all
      select r.* from lots join credit_lots r on r.organization_id = lots.organization_id and r.replaces_lot_id = lots.id
    ), standing as (
      select l.remaining_minor as there, l.expires_at <= ${now} as is_over, case when l.held_minor = 0 then 0 else (
          select coalesce(sum(m.held_minor - m.cleared_minor), 0)::bigint
            from credit_entry_lots m
            join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
            where m.organization_id = l.organization_id and m.lot_id = l.id and m.held_minor > m.cleared_minor
              and e.hold_until > ${now}) end as held
        from lots l
    ), gone as (
      select e.type, -m.change_minor - m.cleared_minor as credits
        from lots l
        join credit_entry_lots m on m.organization_id = l.organization_id and m.lot_id = l.id and m.change_minor < 0
        join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
    )
    select coalesce(sum(there - held) filter (where is_over is not true), 0)::bigint as left_minor,
      coalesce(sum(held), 0)::bigint as held_minor,
      (select coalesce(sum(credits), 0)::bigint from gone where type in ('spend', 'adjustment')) as spent_minor,
      coalesce(sum(there - held) filter (where is_over), 0)::bigint
        + (select coalesce(sum(credits), 0)::bigint from gone where type = 'expiration') as expired_minor,
      (select coalesce(sum(credits), 0)::bigint from gone where type = 'take_back') as taken_back_minor
    from standing`.execute(db);
  const row = rows[0]!;
  return {
    leftMinor: row.left_minor,
    heldMinor: row.held_minor,
    spentMinor: row.spent_minor,
    expiredMinor: row.expired_minor,
    takenBackMinor: row.taken_back_minor,
  };
}

type Row = Record<'left_minor' | 'held_minor' | 'spent_minor' | 'expired_minor' | 'taken_back_minor', bigint>;
