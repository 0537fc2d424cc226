import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { notify } from '../notifications/notifications.ts';
import type { Location } from '../organizations/organizations.ts';
import { managersOf, type User } from '../people/people.ts';
import { addresses } from './addresses.ts';

type Company = { customerId: string; name: string };

/** What came of asking: whom, and whether they were told now or had been today. */
type Asked = { managers: User[]; isNew: boolean };

/**
 * Asks the managers of a company to let somebody pay for it (UX-20). Each is told once a day of the same person, however
 * often they ask; without a manager nobody is (E18).
 */
export async function askManagers(
  tx: Tx,
  it: { organizationId: string; location: Location; company: Company; asker: User; now: Date },
): Promise<Asked> {
  const { organizationId, location, company, asker, now } = it;
  const managers = await managersOf(tx, company.customerId);
  if (managers.length === 0) return { managers, isNew: false };
  const asked = await tx
    .insertInto('permission_requests')
    .values({
      organization_id: organizationId,
      id: newId(now),
      customer_id: company.customerId,
      user_id: asker.id,
      asked_on: sql<string>`(${now}::timestamptz at time zone ${location.timeZone})::date`,
      asked_at: now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'customer_id', 'user_id', 'asked_on']).doNothing())
    .returning('id')
    .executeTakeFirst();
  for (const manager of asked ? managers : [])
    await notify(tx, {
      organizationId,
      userId: manager.id,
      kind: 'permission-asked',
      subjectId: asked!.id,
      details: { person: asker.name, company: company.name },
      href: addresses.own(location),
      now,
    });
  return { managers, isNew: asked !== undefined };
}

/** When somebody asked last and was not answered; not what was asked before today at the location. */
export async function lastAsked(
  db: Tx,
  it: { customerId: string; userId: string; timeZone: string; now: Date },
): Promise<Date | undefined> {
  const row = await db
    .selectFrom('permission_requests')
    .select('asked_at')
    .where('customer_id', '=', it.customerId)
    .where('user_id', '=', it.userId)
    .where('asked_on', '=', sql<string>`(${it.now}::timestamptz at time zone ${it.timeZone})::date`)
    .where('answered_at', 'is', null)
    .executeTakeFirst();
  return row?.asked_at;
}

/** Somebody who waits to be let. */
export type Waiting = { person: string; at: Date };

const WAITS_DAYS = 14;

/** Who asked lately and was not answered, the last one first; each person once. */
export async function waitingFor(db: Tx, customerId: string, now: Date): Promise<Waiting[]> {
  const since = new Date(now.getTime() - WAITS_DAYS * 86_400_000);
  const rows = await db
    .selectFrom('permission_requests as r')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'r.organization_id').onRef('u.id', '=', 'r.user_id'),
    )
    .select(['u.name', (row) => row.fn.max('r.asked_at').as('at')])
    .where('r.customer_id', '=', customerId)
    .where('r.answered_at', 'is', null)
    .where('r.asked_at', '>=', since)
    .groupBy(['u.id', 'u.name'])
    .orderBy('at', 'desc')
    .execute();
  return rows.map((row) => ({ person: row.name, at: row.at }));
}

/** Tells whoever waits that members may pay for the company now. */
export async function answerWaiting(
  tx: Tx,
  it: { organizationId: string; location: Location; company: Company; now: Date },
): Promise<void> {
  const { organizationId, location, company, now } = it;
  const answered = await tx
    .updateTable('permission_requests')
    .set({ answered_at: now })
    .where('customer_id', '=', company.customerId)
    .where('answered_at', 'is', null)
    .returning(['id', 'user_id'])
    .execute();
  const last = new Map(answered.map((row) => [row.user_id, row.id]));
  for (const [userId, subjectId] of last)
    await notify(tx, {
      organizationId,
      userId,
      kind: 'permission-given',
      subjectId,
      details: { company: company.name },
      href: addresses.companyCredits(location),
      now,
    });
}
