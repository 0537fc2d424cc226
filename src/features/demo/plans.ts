import type { Core } from '../../platform/core.ts';
import { newId } from '../../platform/ids.ts';
import { createPlan, type PlanTerms } from '../plans/plans.ts';
import { createSubscriptions } from '../subscriptions/subscriptions.ts';
import type { Books } from './books.ts';
import { invoicesAsOf } from './invoices.ts';
import { dayOf } from './open-days.ts';

const MONTHLY = { cycle: 'month', creditsOnInvoice: false, autoInvoice: false, freePackagesPerCycle: 1 } as const;

const PLANS: Record<'resident' | 'team', PlanTerms> = {
  resident: { ...MONTHLY, name: 'Resident', priceMinor: 19_000n, creditsMinor: 2_000n, creditsDiscountPercent: 20 },
  team: {
    ...MONTHLY,
    name: 'Team',
    priceMinor: 59_000n,
    creditsMinor: 6_000n,
    creditsDiscountPercent: 10,
    creditsOnInvoice: true,
    autoInvoice: true,
  },
};

/** Two plans, and who has had one since today: the year before went without. */
export async function offerPlans(
  core: Core,
  { tx, organizationId, location }: Books,
  it: { residents: string[]; teams: string[]; now: Date },
): Promise<void> {
  const { now } = it;
  const subscriptions = createSubscriptions(core, { periodsBegun: invoicesAsOf(core, now).periodsBegun });
  const startsOn = dayOf(now, location.timeZone).toString();
  const own = { creditsDiscountPercent: null, creditsOnInvoice: null, autoInvoice: null };
  for (const [terms, customerIds] of [
    [PLANS.resident, it.residents],
    [PLANS.team, it.teams],
  ] as const) {
    const plan = await createPlan(tx, { ...terms, organizationId, location, id: newId(now), now });
    for (const customerId of customerIds) {
      const of = { organizationId, location, customerId, now };
      await subscriptions.assign(tx, { ...of, ...own, id: newId(now), planId: plan.id, startsOn, endsOn: null });
    }
  }
}
