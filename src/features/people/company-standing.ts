import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { NameTaken } from './adding.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Decision } from './standing.ts';

/** A company as it stands, removed or not. */
export type Company = { id: string; customerId: string; name: string; removedAt: Date | null };

/** The company that a customer of a location is, also when it is removed; there must be one. */
export async function companyOf(db: Tx, locationId: string, customerId: string): Promise<Company> {
  const row = await db
    .selectFrom('companies')
    .select(['id', 'customer_id', 'name', 'removed_at'])
    .where('location_id', '=', locationId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  if (!row) throw new NotFound();
  return { id: row.id, customerId: row.customer_id, name: row.name, removedAt: row.removed_at };
}

/**
 * Removes a company from a location, or restores it. Its credits freeze and thaw with it; while it is removed its people
 * are members without a company, and afterwards they are what they were in it, unless they belong to another one by then.
 */
export async function setCompanyRemoved(
  tx: Tx,
  { standingChanged, ...it }: Decision & { removed: boolean },
): Promise<{ name: string; isChanged: boolean }> {
  const { organizationId, locationId, customerId, actorUserId, removed, now } = it;
  await oneAtATime(tx, `companies ${locationId}`);
  const { id, name, removedAt } = await companyOf(tx, locationId, customerId);
  if ((removedAt !== null) === removed) return { name, isChanged: false };
  await tx
    .updateTable('companies')
    .set({ removed_at: removed ? now : null })
    .where('id', '=', id)
    .execute();
  await tx.deleteFrom('company_invitations').where('company_id', '=', id).execute();
  const key = `standing:${id}:${newId(now)}`;
  await standingChanged(tx, { organizationId, customerId, removed, plan: it.plan ?? 'now', key, actorUserId, now });
  return { name, isChanged: true };
}

/** Gives a company another name, which must be new at its location. Documents keep the name they were written with. */
export async function renameCompany(
  tx: Tx,
  it: { locationId: string; customerId: string; name: string },
): Promise<void> {
  await oneAtATime(tx, `companies ${it.locationId}`);
  const { id } = await companyOf(tx, it.locationId, it.customerId);
  const twin = await tx
    .selectFrom('companies')
    .select('id')
    .where('location_id', '=', it.locationId)
    .where(sql`lower(name)`, '=', sql`lower(${it.name})`)
    .where('id', '<>', id)
    .executeTakeFirst();
  if (twin) throw new NameTaken();
  await tx.updateTable('companies').set({ name: it.name }).where('id', '=', id).execute();
  await tx.updateTable('customers').set({ name: it.name }).where('id', '=', it.customerId).execute();
}

/** Gives a person another name, everywhere in the organization. Documents keep the name they were written with. */
export async function renamePerson(tx: Tx, it: { userId: string; name: string }): Promise<void> {
  const renamed = await tx
    .updateTable('users')
    .set({ name: it.name })
    .where('id', '=', it.userId)
    .where('anonymised_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!renamed) throw new NotFound();
  await tx
    .updateTable('customers')
    .set({ name: it.name })
    .where('id', 'in', (of) => of.selectFrom('memberships').select('customer_id').where('user_id', '=', it.userId))
    .execute();
}
