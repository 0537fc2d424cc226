import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import type { Cycle } from '../plans/plans.ts';
import { cycleFrom, startOfDay } from './cycles.ts';

/** What a customer's plan means now. */
export type Terms = {
  subscriptionId: string;
  planName: string;
  /** The cycle that `now` lies in: from its first instant to that of the next, or to the end of the subscription. */
  cycle: { startsOn: string; startsAt: Date; endsAt: Date };
  /** Off credit packages, in whole percent. */
  creditsDiscountPercent: number;
  /** Whether credit packages may be paid on an invoice. */
  creditsOnInvoice: boolean;
  autoInvoice: boolean;
  /** Packages that the discount makes free: how many of a cycle, and how many are left of this one. */
  freePackagesPerCycle: number;
  freePackagesLeft: number;
};

/**
 * The terms of a customer's plan at `now`; `undefined` without a plan. A cycle whose renewal is late is computed: nobody
 * pays more, or less, because a job waits.
 */
export async function termsOf(db: Tx, customerId: string, now: Date): Promise<Terms | undefined> {
  const { rows } = await sql<Row>`
    select s.id, s.anchor_on, s.next_on, s.renews_at, s.ends_at, l.time_zone, d.starts_on, d.starts_at, d.ends_at as period_ends_at,
        coalesce(d.plan_name, p.name) as plan_name, p.cycle,
        coalesce(s.credits_discount_percent, d.credits_discount_percent, p.credits_discount_percent) as discount,
        coalesce(s.credits_on_invoice, d.credits_on_invoice, p.credits_on_invoice) as on_invoice,
        coalesce(s.auto_invoice, d.auto_invoice, p.auto_invoice) as auto_invoice,
        coalesce(d.free_packages_per_cycle, p.free_packages_per_cycle) as free_packages,
        (select count(*)::int from subscription_free_packages f
          where f.organization_id = s.organization_id and f.subscription_id = s.id and f.starts_on = d.starts_on) as free_taken
      from subscriptions s
      join locations l on l.organization_id = s.organization_id and l.id = s.location_id
      join plans p on p.organization_id = s.organization_id and p.id = coalesce(s.next_plan_id, s.plan_id)
      left join subscription_periods d on d.organization_id = s.organization_id and d.subscription_id = s.id
        and d.starts_at <= ${now} and d.ends_at > ${now}
      where s.customer_id = ${customerId} and s.ended_at is null and s.starts_at <= ${now}
        and (s.ends_at is null or s.ends_at > ${now})`.execute(db);
  const row = rows[0];
  if (!row) return undefined;
  const cycle = row.starts_on
    ? { startsOn: row.starts_on, startsAt: row.starts_at!, endsAt: row.period_ends_at! }
    : cycleAt(row, now);
  const taken = row.starts_on ? row.free_taken : await takenIn(db, row.id, cycle.startsOn);
  return {
    subscriptionId: row.id,
    planName: row.plan_name,
    cycle,
    creditsDiscountPercent: row.discount,
    creditsOnInvoice: row.on_invoice,
    autoInvoice: row.auto_invoice,
    freePackagesPerCycle: row.free_packages,
    freePackagesLeft: Math.max(0, row.free_packages - taken),
  };
}

type Row = {
  id: string;
  anchor_on: string;
  next_on: string;
  renews_at: Date | null;
  ends_at: Date | null;
  time_zone: string;
  starts_on: string | null;
  starts_at: Date | null;
  period_ends_at: Date | null;
  plan_name: string;
  cycle: Cycle;
  discount: number;
  on_invoice: boolean;
  auto_invoice: boolean;
  free_packages: number;
  free_taken: number;
};

/** The cycle of `now` that is not written yet: the one that renewing will come to. */
function cycleAt(row: Row, now: Date): Terms['cycle'] {
  let at = { anchorOn: row.anchor_on, startsOn: row.next_on, startsAt: row.renews_at! };
  for (;;) {
    const { anchorOn, endsOn } = cycleFrom({ ...at, cycle: row.cycle });
    const endsAt = startOfDay(endsOn, row.time_zone);
    if (endsAt > now) {
      const last = row.ends_at && row.ends_at < endsAt ? row.ends_at : endsAt;
      return { startsOn: at.startsOn, startsAt: at.startsAt, endsAt: last };
    }
    at = { anchorOn, startsOn: endsOn, startsAt: endsAt };
  }
}

async function takenIn(db: Tx, subscriptionId: string, startsOn: string): Promise<number> {
  const { taken } = await db
    .selectFrom('subscription_free_packages')
    .select(({ fn }) => fn.countAll<bigint>().as('taken'))
    .where('subscription_id', '=', subscriptionId)
    .where('starts_on', '=', startsOn)
    .executeTakeFirstOrThrow();
  return Number(taken);
}
