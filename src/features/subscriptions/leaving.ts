import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { locationById } from '../organizations/organizations.ts';
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

/** Ends the plan of a customer who is removed from their location. Being restored begins none. */
export async function endForLeaver(tx: Tx, subscriptions: Subscriptions, it: Leaver): Promise<void> {
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

/** The name of the plan that a customer has or is about to have. */
export async function planNameOf(db: Tx, customerId: string): Promise<string | undefined> {
  return (await openSubscriptionOf(db, customerId))?.plan.name;
}

/** Whether the customer of a row, whose id `customer` is in SQL, has a plan at `now` or is about to. */
export function hasPlan(customer: RawBuilder<unknown>, now: Date): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select from subscriptions s where s.organization_id = current_organization() and s.customer_id = ${customer}
      and s.ended_at is null and (s.ends_at is null or s.ends_at > ${now}))`;
}
