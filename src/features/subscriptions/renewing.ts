import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import { isDatabaseAway, type Tx } from '../../platform/database/database.ts';
import { renewPlanCredits } from '../credits/credits.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import type { Cycle } from '../plans/plans.ts';
import { cycleFrom, dayAt, startOfDay } from './cycles.ts';

/** A cycle that has begun, with the terms it began with. */
export type Period = {
  organizationId: string;
  locationId: string;
  subscriptionId: string;
  customerId: string;
  planId: string;
  planName: string;
  cycle: Cycle;
  startsOn: string;
  startsAt: Date;
  endsAt: Date;
  priceMinor: bigint;
  creditsMinor: bigint;
  autoInvoice: boolean;
};

/** Called with the cycles of a batch in the transaction that writes them, each cycle once. What it throws undoes them. */
export type PeriodsBegun = (tx: Tx, periods: readonly Period[]) => Promise<void>;

/** The key of what happens once in a cycle, such as the grant of its credits. */
export function cycleKey({ subscriptionId, startsOn }: Pick<Period, 'subscriptionId' | 'startsOn'>): string {
  return `plan:${subscriptionId}:${startsOn}`;
}

/** How many subscriptions a transaction renews. */
const BATCH = 2000;

type Renewing = {
  organizationId: string;
  now: Date;
  limit?: number;
  subscriptionId?: string;
  /** Subscriptions that are left alone. */
  except?: readonly string[];
};

/** One subscription by itself could not be renewed. */
class NotRenewed extends Error {
  readonly subscriptionId: string;
  constructor(subscriptionId: string, cause: Error) {
    super(cause.message, { cause });
    this.subscriptionId = subscriptionId;
  }
}

/**
 * Renews subscriptions whose next cycle has begun, at most `limit` of them, each by one cycle: its credits, its period, the
 * day of the next. Answers how many; whoever was away calls again until it is 0, and cycles come in their order. Two who
 * run at once share the work; with a `subscriptionId` the caller holds its lock.
 */
export async function renewSubscriptions(tx: Tx, periodsBegun: PeriodsBegun, it: Renewing): Promise<number> {
  const due = await dueSubscriptions(tx, it);
  if (due.length === 0) return 0;
  try {
    await renewDue(tx, periodsBegun, it, due);
  } catch (error) {
    throw due.length === 1 ? new NotRenewed(due[0]!.id, error as Error) : error;
  }
  return due.length;
}

async function renewDue(tx: Tx, periodsBegun: PeriodsBegun, it: Renewing, due: readonly Due[]): Promise<void> {
  const windows = windowsOf(due);
  // Before any account is locked: whoever sells on an invoice locks that first too.
  await periodsBegun(
    tx,
    due.map((row, n) => periodOf(it.organizationId, row, windows[n]!)),
  );
  const lotIds = await renewPlanCredits(
    tx,
    it.organizationId,
    due.map((row, n) => ({
      customerId: row.customer_id,
      key: cycleKey({ subscriptionId: row.id, startsOn: row.next_on }),
      product: row.name,
      creditsMinor: row.credits_minor,
      now: row.moves_at,
      expiresAt: windows[n]!.endsAt,
      endingLotId: row.ending_lot_id,
    })),
  );
  await writePeriods(tx, it, due, windows, lotIds);
  await moveOn(tx, it.organizationId, due, windows);
}

/**
 * Renews whatever is due, organization by organization, and notes which subscriptions are over. One that cannot be renewed
 * is in nobody's way: the others are, it is tried again the next time, and the log says why.
 */
export async function renewEverywhere(core: Core, periodsBegun: PeriodsBegun): Promise<void> {
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    await renewAllOf(core, periodsBegun, organizationId);
    await core.database.write(organizationId, (tx) => closeEnded(tx, core.now()));
  }
}

/** How much smaller a batch is tried again when it fails. */
const PARTS = 10;

/** When a batch fails smaller and smaller ones are tried, until it is clear which subscription it is. */
async function renewAllOf(core: Core, periodsBegun: PeriodsBegun, organizationId: string): Promise<void> {
  const except: string[] = [];
  for (let limit = BATCH; ; ) {
    const it = { organizationId, now: core.now(), limit, except };
    try {
      if ((await core.database.write(organizationId, (tx) => renewSubscriptions(tx, periodsBegun, it))) === 0) return;
      limit = Math.min(limit * PARTS, BATCH);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      if (error instanceof NotRenewed) {
        core.log('error', 'subscription.not-renewed', { subscriptionId: error.subscriptionId, message: error.message });
        except.push(error.subscriptionId);
      } else if (limit === 1) throw error;
      limit = Math.ceil(limit / PARTS);
    }
  }
}

/** Notes which subscriptions are over; each had its last cycle. */
export async function closeEnded(tx: Tx, now: Date): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set((eb) => ({ ended_at: eb.ref('ends_at') }))
    .where('ended_at', 'is', null)
    .where('renews_at', 'is', null)
    .where('ends_at', '<=', now)
    .execute();
}

type Due = {
  id: string;
  customer_id: string;
  location_id: string;
  anchor_on: string;
  next_on: string;
  renews_at: Date;
  /** Whoever is given a plan at noon has its credits since noon. */
  moves_at: Date;
  ends_at: Date | null;
  own_auto_invoice: boolean | null;
  time_zone: string;
  plan_id: string;
  name: string;
  cycle: Cycle;
  price_minor: bigint;
  credits_minor: bigint;
  credits_discount_percent: number;
  credits_on_invoice: boolean;
  auto_invoice: boolean;
  free_packages_per_cycle: number;
  ending_lot_id: string | null;
};

async function dueSubscriptions(tx: Tx, it: Renewing): Promise<Due[]> {
  const { organizationId, now, limit, subscriptionId, except = [] } = it;
  const which =
    subscriptionId === undefined ? sql`and s.id <> all (${except}::uuid[])` : sql`and s.id = ${subscriptionId}`;
  const lock = subscriptionId === undefined ? sql`for no key update of s skip locked` : sql``;
  const { rows } = await sql<Due>`
    select s.id, s.customer_id, s.location_id, s.anchor_on, s.next_on, s.renews_at,
        greatest(s.renews_at, s.created_at) as moves_at, s.ends_at,
        s.auto_invoice as own_auto_invoice, l.time_zone, p.id as plan_id, p.name, p.cycle, p.price_minor, p.credits_minor,
        p.credits_discount_percent, p.credits_on_invoice, p.auto_invoice, p.free_packages_per_cycle,
        b.lot_id as ending_lot_id
      from subscriptions s
      join plans p on p.organization_id = s.organization_id and p.id = coalesce(s.next_plan_id, s.plan_id)
      join locations l on l.organization_id = s.organization_id and l.id = s.location_id
      left join lateral (
        select d.lot_id from subscription_periods d
          where d.organization_id = s.organization_id and d.subscription_id = s.id order by d.starts_on desc limit 1
      ) b on true
      where s.organization_id = ${organizationId} and s.renews_at <= ${now} ${which}
      order by s.renews_at limit ${limit ?? BATCH} ${lock}`.execute(tx);
  return rows;
}

type Window = { anchorOn: string; endsOn: string; endsAt: Date };

/** Where each cycle ends: by the calendar of its location, or with its subscription if that is sooner. */
function windowsOf(due: readonly Due[]): Window[] {
  // Thousands begin and end on the same day.
  const known = new Map<string, Date>();
  return due.map((row) => {
    const { anchorOn, endsOn } = cycleFrom({ anchorOn: row.anchor_on, startsOn: row.next_on, cycle: row.cycle });
    const name = `${endsOn} ${row.time_zone}`;
    const endsAt = known.get(name) ?? startOfDay(endsOn, row.time_zone);
    known.set(name, endsAt);
    if (!row.ends_at || row.ends_at >= endsAt) return { anchorOn, endsOn, endsAt };
    return { anchorOn, endsOn: dayAt(row.ends_at, row.time_zone), endsAt: row.ends_at };
  });
}

/** The terms are those of the plans as they were read above, whoever edits one meanwhile. */
async function writePeriods(
  tx: Tx,
  { organizationId, now }: Renewing,
  due: readonly Due[],
  windows: readonly Window[],
  lotIds: readonly (string | null)[],
): Promise<void> {
  const plans = [...new Map(due.map((row) => [row.plan_id, row])).values()];
  const of = <K extends keyof Due>(key: K) => plans.map((plan) => plan[key]);
  await sql`
    insert into subscription_periods (organization_id, subscription_id, starts_on, starts_at, ends_at, plan_id, plan_name,
        cycle, price_minor, credits_minor, credits_discount_percent, credits_on_invoice, auto_invoice,
        free_packages_per_cycle, lot_id, written_at)
      select ${organizationId}::uuid, u.id, u.starts_on, u.starts_at, u.ends_at, p.*, u.lot_id, ${now}::timestamptz
        from unnest(${due.map((row) => row.id)}::uuid[], ${due.map((row) => row.next_on)}::date[],
          ${due.map((row) => row.renews_at)}::timestamptz[], ${windows.map(({ endsAt }) => endsAt)}::timestamptz[],
          ${due.map((row) => row.plan_id)}::uuid[], ${lotIds}::uuid[]) u (id, starts_on, starts_at, ends_at, plan_id, lot_id)
        join unnest(${of('plan_id')}::uuid[], ${of('name')}::text[], ${of('cycle')}::text[], ${of('price_minor')}::bigint[],
          ${of('credits_minor')}::bigint[], ${of('credits_discount_percent')}::int[], ${of('credits_on_invoice')}::boolean[],
          ${of('auto_invoice')}::boolean[], ${of('free_packages_per_cycle')}::int[]) p (plan_id) on p.plan_id = u.plan_id
    `.execute(tx);
}

async function moveOn(tx: Tx, organizationId: string, due: readonly Due[], windows: readonly Window[]): Promise<void> {
  const renewsAt = due.map(({ ends_at }, n) => (ends_at && ends_at <= windows[n]!.endsAt ? null : windows[n]!.endsAt));
  await sql`
    update subscriptions s set plan_id = u.plan_id, next_plan_id = null, anchor_on = u.anchor_on, next_on = u.next_on,
        renews_at = u.renews_at
      from unnest(${due.map((row) => row.id)}::uuid[], ${due.map((row) => row.plan_id)}::uuid[],
        ${windows.map(({ anchorOn }) => anchorOn)}::date[], ${windows.map(({ endsOn }) => endsOn)}::date[],
        ${renewsAt}::timestamptz[]) u (id, plan_id, anchor_on, next_on, renews_at)
      where s.organization_id = ${organizationId} and s.id = u.id`.execute(tx);
}

function periodOf(organizationId: string, row: Due, { endsAt }: Window): Period {
  return {
    organizationId,
    locationId: row.location_id,
    subscriptionId: row.id,
    customerId: row.customer_id,
    planId: row.plan_id,
    planName: row.name,
    cycle: row.cycle,
    startsOn: row.next_on,
    startsAt: row.renews_at,
    endsAt,
    priceMinor: row.price_minor,
    creditsMinor: row.credits_minor,
    autoInvoice: row.own_auto_invoice ?? row.auto_invoice,
  };
}
