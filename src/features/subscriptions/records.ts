import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import type { Cycle } from '../plans/plans.ts';

/** A plan that a customer has, had or will have. */
export type Subscription = {
  id: string;
  customerId: string;
  plan: { id: string; name: string };
  /** Another plan from the next cycle on. */
  nextPlan: { id: string; name: string } | undefined;
  startsAt: Date;
  /** When the next cycle begins; null when there is none to come. */
  renewsAt: Date | null;
  endsAt: Date | null;
  endedAt: Date | null;
  creditsDiscountPercent: number | null;
  creditsOnInvoice: boolean | null;
  autoInvoice: boolean | null;
};

/** A cycle as it was written when it began. */
export type WrittenPeriod = {
  startsOn: string;
  startsAt: Date;
  endsAt: Date;
  planName: string;
  cycle: Cycle;
  priceMinor: bigint;
  creditsMinor: bigint;
  freePackagesPerCycle: number;
  lotId: string | null;
};

export async function subscriptionById(db: Tx, id: string): Promise<Subscription | undefined> {
  if (!isId(id)) return undefined;
  const row = await selectSubscriptions(db).where('s.id', '=', id).executeTakeFirst();
  return row && toSubscription(row);
}

/** The subscription that a customer has at present, begun or not; with `locked` nobody else changes it meanwhile. */
export async function openSubscriptionOf(
  db: Tx,
  customerId: string,
  locked?: 'locked',
): Promise<Subscription | undefined> {
  if (locked) {
    const open = db.selectFrom('subscriptions').select('id').where('customer_id', '=', customerId);
    await open.where('ended_at', 'is', null).forNoKeyUpdate().execute();
  }
  const row = await selectSubscriptions(db)
    .where('s.customer_id', '=', customerId)
    .where('s.ended_at', 'is', null)
    .executeTakeFirst();
  return row && toSubscription(row);
}

/** The subscription of a customer, or the last one there was, whether it was noted to be over or not. */
export async function subscriptionOf(db: Tx, customerId: string): Promise<Subscription | undefined> {
  const row = await selectSubscriptions(db)
    .where('s.customer_id', '=', customerId)
    .orderBy('s.created_at', 'desc')
    .orderBy('s.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toSubscription(row);
}

/** The last cycle that was written. */
export async function lastPeriodOf(db: Tx, subscriptionId: string): Promise<WrittenPeriod | undefined> {
  const row = await selectPeriods(db).where('subscription_id', '=', subscriptionId).limit(1).executeTakeFirst();
  return row && toPeriod(row);
}

/** The cycles of all subscriptions of a customer, the latest first. */
export async function periodsOf(db: Tx, customerId: string, limit: number): Promise<WrittenPeriod[]> {
  const rows = await selectPeriods(db)
    .where('subscription_id', 'in', (eb) =>
      eb.selectFrom('subscriptions').select('id').where('customer_id', '=', customerId),
    )
    .limit(limit)
    .execute();
  return rows.map(toPeriod);
}

/** The cycle of a customer that begins next, and whether their invoice is issued by itself then. */
export type NextCycle = { startsAt: Date; autoInvoice: boolean; timeZone: string };

/** The next cycle of a customer's plan; `undefined` when there is none to come. It may be late already. */
export async function nextCycleOf(db: Tx, customerId: string): Promise<NextCycle | undefined> {
  const { rows } = await sql<{ starts_at: Date; auto_invoice: boolean; time_zone: string }>`
    select s.renews_at as starts_at, coalesce(s.auto_invoice, p.auto_invoice) as auto_invoice, l.time_zone
      from subscriptions s
      join plans p on p.organization_id = s.organization_id and p.id = coalesce(s.next_plan_id, s.plan_id)
      join locations l on l.organization_id = s.organization_id and l.id = s.location_id
      where s.customer_id = ${customerId} and s.renews_at is not null`.execute(db);
  const row = rows[0];
  return row && { startsAt: row.starts_at, autoInvoice: row.auto_invoice, timeZone: row.time_zone };
}

function selectSubscriptions(db: Tx) {
  return db
    .selectFrom('subscriptions as s')
    .innerJoin('plans as p', (join) =>
      join.onRef('p.organization_id', '=', 's.organization_id').onRef('p.id', '=', 's.plan_id'),
    )
    .leftJoin('plans as n', (join) =>
      join.onRef('n.organization_id', '=', 's.organization_id').onRef('n.id', '=', 's.next_plan_id'),
    )
    .select(['s.id', 's.customer_id', 's.plan_id', 's.next_plan_id', 's.starts_at', 's.renews_at', 's.ends_at'])
    .select(['s.ended_at', 's.credits_discount_percent', 's.credits_on_invoice', 's.auto_invoice'])
    .select(['p.name as plan_name', 'n.name as next_plan_name']);
}

function selectPeriods(db: Tx) {
  return db.selectFrom('subscription_periods').selectAll().orderBy('starts_at', 'desc');
}

type SubscriptionRow = NonNullable<Awaited<ReturnType<ReturnType<typeof selectSubscriptions>['executeTakeFirst']>>>;
type PeriodRow = NonNullable<Awaited<ReturnType<ReturnType<typeof selectPeriods>['executeTakeFirst']>>>;

function toSubscription(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    customerId: row.customer_id,
    plan: { id: row.plan_id, name: row.plan_name },
    nextPlan: row.next_plan_id === null ? undefined : { id: row.next_plan_id, name: row.next_plan_name! },
    startsAt: row.starts_at,
    renewsAt: row.renews_at,
    endsAt: row.ends_at,
    endedAt: row.ended_at,
    creditsDiscountPercent: row.credits_discount_percent,
    creditsOnInvoice: row.credits_on_invoice,
    autoInvoice: row.auto_invoice,
  };
}

function toPeriod(row: PeriodRow): WrittenPeriod {
  return {
    startsOn: row.starts_on,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    planName: row.plan_name,
    cycle: row.cycle,
    priceMinor: row.price_minor,
    creditsMinor: row.credits_minor,
    freePackagesPerCycle: row.free_packages_per_cycle,
    lotId: row.lot_id,
  };
}
