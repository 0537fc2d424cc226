import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { endPlanCredits, type Moved } from '../credits/credits.ts';
import type { Location } from '../organizations/organizations.ts';
import { customerAt } from '../people/people.ts';
import { planAt } from '../plans/plans.ts';
import { dayAfter, dayAt, parseDay, startOfDay } from './cycles.ts';
import { lastPeriodOf, openSubscriptionOf, type Subscription, subscriptionById } from './records.ts';
import { closeEnded, type PeriodsBegun, renewEverywhere, renewSubscriptions } from './renewing.ts';

export { dayAfter, dayAt, parseDay, startOfDay } from './cycles.ts';
export { type Discount, discountOf, NoFreePackage, type NotFree, takeFreePackage } from './discounts.ts';
export { elsewhereOf } from './leaving.ts';
export { nextCycleOf, type Subscription, subscriptionOf } from './records.ts';
export { cycleKey, type Period, type PeriodsBegun } from './renewing.ts';
export { termsOf } from './terms.ts';

/** What is agreed with one customer alone; null: as the plan says. */
export type OwnTerms = {
  creditsDiscountPercent: number | null;
  creditsOnInvoice: boolean | null;
  autoInvoice: boolean | null;
};

/** The customer has a plan already: one at a time. */
export class AlreadySubscribed extends Refusal {
  constructor() {
    super('already-subscribed', 409);
  }
}

/** The customer has no plan, or none any more. */
export class NotSubscribed extends Refusal {
  constructor() {
    super('not-subscribed', 409);
  }
}

/** The plan is archived, or is none of this location. */
export class PlanNotAvailable extends Refusal {
  constructor() {
    super('plan-not-available', 409);
  }
}

/** The subscription is about to end: there is no next cycle to change. */
export class SubscriptionEnds extends Refusal {
  constructor() {
    super('subscription-ends', 409);
  }
}

/** A day or a percentage that cannot be; `details.field` is `start`, `end` or `discount`, `details.why` says what is wrong. */
export class SubscriptionOutOfRange extends Refusal {
  constructor(field: 'start' | 'end' | 'discount', why: 'unknown' | 'past' | 'far' | 'before-start' | 'range') {
    super('subscription-out-of-range', 422, { field, why });
  }
}

export const MAX_YEARS_AHEAD = 2;
const MAX_YEARS_LONG = 100;

/** Which customer of which location, and when. */
type Of = { organizationId: string; location: Location; customerId: string; now: Date };

export type Assignment = Of &
  OwnTerms & {
    /** Minted with the form, so that pressing twice assigns once. */
    id: string;
    planId: string;
    /** The first day, today or later, and the last one, in the location's zone. */
    startsOn: string;
    endsOn: string | null;
  };

export type Subscriptions = {
  /**
   * Gives a customer a plan. A cycle that begins today begins at once, with its credits. Refuses days that cannot be, a
   * plan that is archived, and a second subscription.
   */
  assign(tx: Tx, it: Assignment): Promise<Subscription>;
  /** Another plan from the next cycle on; the present one again takes that back. One that has not begun changes at once. */
  changePlan(tx: Tx, it: Of & { planId: string }): Promise<Subscription>;
  /** What is agreed with this customer alone, from now on. */
  changeTerms(tx: Tx, it: Of & OwnTerms): Promise<Subscription>;
  /**
   * Ends a subscription with its cycle, or at once: what is left of the cycle's credits goes with it, nothing else. One that
   * has not begun never begins. Answers what was written off.
   */
  end(tx: Tx, it: Of & { when: 'cycle-end' | 'now'; actorUserId: string }): Promise<Moved | undefined>;
  /** Goes on after all with one that was to end. */
  keep(tx: Tx, it: Of): Promise<Subscription>;
  /** Renews all that is due, everywhere. */
  renewAll(): Promise<void>;
};

/** `periodsBegun` hears of each cycle in the transaction that writes it. */
export function createSubscriptions(core: Core, { periodsBegun }: { periodsBegun: PeriodsBegun }): Subscriptions {
  const parts = { periodsBegun };
  return {
    assign: (tx, it) => assign(tx, parts, it),
    changePlan: (tx, it) => changePlan(tx, parts, it),
    changeTerms: (tx, it) => changeTerms(tx, parts, it),
    end: (tx, it) => end(tx, parts, it),
    keep: (tx, it) => keep(tx, parts, it),
    renewAll: () => renewEverywhere(core, periodsBegun),
  };
}

type Parts = { periodsBegun: PeriodsBegun };

async function assign(tx: Tx, parts: Parts, it: Assignment): Promise<Subscription> {
  const made = await subscriptionById(tx, it.id);
  if (made) {
    if (made.customerId !== it.customerId || made.plan.id !== it.planId) throw new AlreadySubscribed();
    return made;
  }
  refuseDays(it);
  refuseTerms(it);
  const plan = await planAt(tx, it.location.id, it.planId);
  if (!plan || plan.archived) throw new PlanNotAvailable();
  if (!(await customerAt(tx, it.location.id, it.customerId))) throw new NotFound();
  if (await upToDate(tx, parts, it)) throw new AlreadySubscribed();
  const { timeZone } = it.location;
  const startsAt = startOfDay(it.startsOn, timeZone);
  await tx
    .insertInto('subscriptions')
    .values({
      organization_id: it.organizationId,
      id: it.id,
      location_id: it.location.id,
      customer_id: it.customerId,
      plan_id: plan.id,
      starts_at: startsAt,
      anchor_on: it.startsOn,
      next_on: it.startsOn,
      renews_at: startsAt,
      ends_at: it.endsOn === null ? null : startOfDay(dayAfter(it.endsOn, { days: 1 }), timeZone),
      ...columns(it),
      created_at: it.now,
    })
    .execute()
    .catch(refuseSecond);
  await catchUp(tx, parts, { ...it, subscriptionId: it.id });
  return (await subscriptionById(tx, it.id))!;
}

async function changePlan(tx: Tx, parts: Parts, it: Of & { planId: string }): Promise<Subscription> {
  const subscription = await needed(tx, parts, it);
  const plan = await planAt(tx, it.location.id, it.planId);
  const isPresent = plan?.id === subscription.plan.id;
  if (!plan || (plan.archived && !isPresent)) throw new PlanNotAvailable();
  if (!subscription.renewsAt) throw new SubscriptionEnds();
  const hasBegun = subscription.startsAt <= it.now;
  await set(tx, subscription.id, hasBegun ? { next_plan_id: isPresent ? null : plan.id } : { plan_id: plan.id });
  return (await subscriptionById(tx, subscription.id))!;
}

async function changeTerms(tx: Tx, parts: Parts, it: Of & OwnTerms): Promise<Subscription> {
  refuseTerms(it);
  const { id } = await needed(tx, parts, it);
  await set(tx, id, columns(it));
  return (await subscriptionById(tx, id))!;
}

async function end(
  tx: Tx,
  parts: Parts,
  it: Of & { when: 'cycle-end' | 'now'; actorUserId: string },
): Promise<Moved | undefined> {
  const { id } = await needed(tx, parts, it);
  const last = await lastPeriodOf(tx, id);
  if (last && it.when === 'cycle-end') {
    await set(tx, id, { ends_at: last.endsAt, renews_at: null });
    return undefined;
  }
  await set(tx, id, { ends_at: it.now, ended_at: it.now, renews_at: null });
  return last?.lotId ? await endPlanCredits(tx, { ...it, lotId: last.lotId }) : undefined;
}

async function keep(tx: Tx, parts: Parts, it: Of): Promise<Subscription> {
  const { id, renewsAt } = await needed(tx, parts, it);
  const last = await lastPeriodOf(tx, id);
  await set(tx, id, { ends_at: null, renews_at: renewsAt ?? last!.endsAt });
  return (await subscriptionById(tx, id))!;
}

/** The subscription that a customer has now, locked; refuses when there is none. */
async function needed(tx: Tx, parts: Parts, it: Of): Promise<Subscription> {
  const subscription = await upToDate(tx, parts, it);
  if (!subscription || !(await customerAt(tx, it.location.id, it.customerId))) throw new NotSubscribed();
  return subscription;
}

/** Whoever decides something about a subscription decides it about the cycle of now, whether the job has come or not. */
async function upToDate(tx: Tx, parts: Parts, it: Of): Promise<Subscription | undefined> {
  const before = await openSubscriptionOf(tx, it.customerId, 'locked');
  if (!before) return undefined;
  await catchUp(tx, parts, { ...it, subscriptionId: before.id });
  await closeEnded(tx, it.now);
  return await openSubscriptionOf(tx, it.customerId);
}

async function catchUp(tx: Tx, parts: Parts, it: Pick<Of, 'organizationId' | 'now'> & { subscriptionId: string }) {
  const { organizationId, now, subscriptionId } = it;
  while ((await renewSubscriptions(tx, parts.periodsBegun, { organizationId, now, subscriptionId })) > 0);
}

async function set(
  tx: Tx,
  id: string,
  values: Partial<
    ReturnType<typeof columns> & {
      plan_id: string;
      next_plan_id: string | null;
      ends_at: Date | null;
      ended_at: Date;
      renews_at: Date | null;
    }
  >,
): Promise<void> {
  await tx.updateTable('subscriptions').set(values).where('id', '=', id).execute();
}

function refuseDays({ startsOn, endsOn, location, now }: Assignment): void {
  const today = dayAt(now, location.timeZone);
  if (parseDay(startsOn) === undefined) throw new SubscriptionOutOfRange('start', 'unknown');
  if (startsOn < today) throw new SubscriptionOutOfRange('start', 'past');
  if (startsOn > dayAfter(today, { years: MAX_YEARS_AHEAD })) throw new SubscriptionOutOfRange('start', 'far');
  if (endsOn === null) return;
  if (parseDay(endsOn) === undefined) throw new SubscriptionOutOfRange('end', 'unknown');
  if (endsOn < startsOn) throw new SubscriptionOutOfRange('end', 'before-start');
  if (endsOn > dayAfter(today, { years: MAX_YEARS_LONG })) throw new SubscriptionOutOfRange('end', 'far');
}

function refuseTerms({ creditsDiscountPercent: percent }: OwnTerms): void {
  if (percent !== null && !(Number.isInteger(percent) && percent >= 0 && percent <= 100))
    throw new SubscriptionOutOfRange('discount', 'range');
}

function columns(own: OwnTerms) {
  return {
    credits_discount_percent: own.creditsDiscountPercent,
    credits_on_invoice: own.creditsOnInvoice,
    auto_invoice: own.autoInvoice,
  };
}

function refuseSecond(error: unknown): never {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === '23505' && constraint === 'subscriptions_one_at_a_time') throw new AlreadySubscribed();
  throw error;
}
