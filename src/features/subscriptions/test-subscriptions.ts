import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { balanceOf, creditHistory, spendCredits } from '../credits/credits.ts';
import { checkLedger } from '../credits/verify.ts';
import type { Location } from '../organizations/organizations.ts';
import { createCompany, membershipOf } from '../people/people.ts';
import { createPlan, type Plan, type PlanTerms, updatePlan } from '../plans/plans.ts';
import { periodsOf } from './records.ts';
import type { Period, PeriodsBegun } from './renewing.ts';
import { type Assignment, createSubscriptions, type Subscription, subscriptionOf, termsOf } from './subscriptions.ts';

const RESIDENT: PlanTerms = {
  name: 'Resident',
  cycle: 'month',
  priceMinor: 19_000n,
  creditsMinor: 2_000n,
  creditsDiscountPercent: 20,
  creditsOnInvoice: false,
  autoInvoice: true,
  freePackagesPerCycle: 1,
};

/** A space in Berlin with a member and a company, and what can be done with plans there. `heard` are the cycles that began. */
export async function subscribing(at: string, options: { location?: Partial<Location> } = {}) {
  const core = await testCore({ at });
  const space = await someSpace(core);
  const location = { ...space.location, ...options.location };
  return Object.assign(await inSpace(core, { ...space, location }), { close: () => core.close() });
}

async function inSpace(core: TestCore, space: Space) {
  const { organizationId, location, administratorId, memberId } = space;
  const heard: Period[] = [];
  const note: PeriodsBegun = async (_, periods) => {
    heard.push(...periods);
  };
  const subscriptions = createSubscriptions(core, { periodsBegun: (tx, periods) => it.periodsBegun(tx, periods) });
  const write = <T>(work: (tx: Tx) => Promise<T>) => core.database.write(organizationId, work);
  const read = <T>(work: (tx: Tx) => Promise<T>) => core.database.read(organizationId, work);
  const { customerId } = (await read((db) => membershipOf(db, location.id, memberId)))!;
  const made = { organizationId, locationId: location.id, now: core.now() };
  const company = await write((tx) => createCompany(tx, { ...made, name: 'Acme' }));
  const of = (customer = customerId) => ({ organizationId, location, customerId: customer, now: core.now() });
  const it = {
    ...space,
    core,
    subscriptions,
    periodsBegun: note,
    heard,
    customerId,
    company,
    write,
    read,
    of,
    plan: (terms: Partial<PlanTerms> = {}): Promise<Plan> =>
      write((tx) =>
        createPlan(tx, { ...RESIDENT, ...terms, organizationId, location, id: newId(core.now()), now: core.now() }),
      ),
    edit: (plan: Plan, terms: Partial<PlanTerms>) =>
      write((tx) => updatePlan(tx, { ...plan, ...terms, location, id: plan.id })),
    assign: (plan: Plan, startsOn: string, more: Partial<Assignment> = {}): Promise<Subscription> =>
      write((tx) =>
        subscriptions.assign(tx, {
          ...of(),
          id: newId(core.now()),
          planId: plan.id,
          startsOn,
          endsOn: null,
          creditsDiscountPercent: null,
          creditsOnInvoice: null,
          autoInvoice: null,
          ...more,
        }),
      ),
    changePlan: (plan: Plan) => write((tx) => subscriptions.changePlan(tx, { ...of(), planId: plan.id })),
    end: (when: 'cycle-end' | 'now', customer = customerId) =>
      write((tx) => subscriptions.end(tx, { ...of(customer), when, actorUserId: administratorId })),
    keep: () => write((tx) => subscriptions.keep(tx, of())),
    renew: () => subscriptions.renewAll(),
    terms: (customer = customerId) => read((db) => termsOf(db, customer, core.now())),
    subscription: (customer = customerId) => read((db) => subscriptionOf(db, customer)),
    periods: (customer = customerId) => read((db) => periodsOf(db, customer, 100)),
    spend: (creditsMinor: bigint) =>
      write((tx) =>
        spendCredits(tx, { ...of(), key: newId(core.now()), actorUserId: memberId, product: 'Room', creditsMinor }),
      ),
    balance: (customer = customerId) => read((db) => balanceOf(db, customer, core.now())),
    /** What happened to the credits, oldest first: kind, change and instant. */
    async history(customer = customerId): Promise<string[]> {
      const { entries } = await read((db) => creditHistory(db, customer, { limit: 100 }));
      return entries
        .reverse()
        .map(({ type, changeMinor, at: moved }) => `${type} ${changeMinor} ${moved.toISOString()}`);
    },
    faults: async () => (await read((db) => checkLedger(db))).faults,
  };
  return it;
}
