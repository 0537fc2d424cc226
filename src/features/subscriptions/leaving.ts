import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { balancesOf, freezeCredits, thawCredits } from '../credits/credits.ts';
import { notify } from '../notifications/notifications.ts';
import { locationById } from '../organizations/organizations.ts';
import type { Elsewhere } from '../people/people.ts';
import { openSubscriptionOf } from './records.ts';
import { NotSubscribed, type Subscriptions } from './subscriptions.ts';

type Leaver = {
  organizationId: string;
  customerId: string;
  actorUserId: string;
  /** With what is left of the cycle, or without another cycle. */
  plan: 'now' | 'cycle-end';
  now: Date;
};

/** What happens when people come and go: the plan of whoever is removed ends, and their credits freeze until restored. */
export function elsewhereOf(subscriptions: Subscriptions): Elsewhere {
  return {
    async standingChanged(tx, { removed, plan, ...it }) {
      if (removed) await endForLeaver(tx, subscriptions, { ...it, plan });
      await (removed ? freezeCredits(tx, it) : thawCredits(tx, it));
    },
    async tell(tx, { userIds, ...news }) {
      for (const userId of userIds) await notify(tx, { ...news, userId });
    },
    balancesOf,
    plansOf: planNamesOf,
    hasPlan,
  };
}

/** Ends the plan of a customer who is removed from their location. Being restored begins none. */
async function endForLeaver(tx: Tx, subscriptions: Subscriptions, it: Leaver): Promise<void> {
  if (!(await openSubscriptionOf(tx, it.customerId))) return;
  const { location_id } = await tx
    .selectFrom('customers')
    .select('location_id')
    .where('id', '=', it.customerId)
    .executeTakeFirstOrThrow();
  try {
    await subscriptions.end(tx, { ...it, location: await locationById(tx, location_id), when: it.plan });
  } catch (error) {
    // It was over already; only the job had not come to it.
    if (!(error instanceof NotSubscribed)) throw error;
  }
}

/** The names of the plans that customers have or are about to have, by customer. */
async function planNamesOf(db: Tx, customerIds: string[]): Promise<Map<string, string>> {
  if (customerIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('subscriptions as s')
    .innerJoin('plans as p', (join) =>
      join.onRef('p.organization_id', '=', 's.organization_id').onRef('p.id', '=', 's.plan_id'),
    )
    .select(['s.customer_id', 'p.name'])
    .where('s.customer_id', 'in', customerIds)
    .where('s.ended_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.customer_id, row.name]));
}

/** Whether the customer of a row, whose id `customer` is in SQL, has a plan at `now` or is about to. */
function hasPlan(customer: RawBuilder<unknown>, now: Date): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select from subscriptions s where s.organization_id = current_organization() and s.customer_id = ${customer}
      and s.ended_at is null and (s.ends_at is null or s.ends_at > ${now}))`;
}
