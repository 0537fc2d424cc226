import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { createMembership, type Membership, membershipOf, type User } from './people.ts';

/**
 * Asks the team to make a user a member of a location. Asking again changes nothing, and whoever is a member or invited
 * stays so. A request gives no right to buy (S7).
 */
export async function askToJoin(
  tx: Tx,
  it: { organizationId: string; locationId: string; user: User; now: Date },
): Promise<void> {
  // Two requests of one person wait for each other here, so that only one membership is made.
  await lockUser(tx, it.user.id);
  const membership = await membershipOf(tx, it.locationId, it.user.id);
  if (!membership) {
    const { id: userId, name } = it.user;
    await createMembership(tx, { ...it, userId, name, type: 'nonmember', status: 'requested' });
    return;
  }
  const mayAsk = membership.status === 'removed' || (membership.type === 'nonmember' && membership.status === 'active');
  if (!mayAsk) return;
  await change(tx, membership, { type: 'nonmember', status: 'requested' });
}

/** Who was answered, and whether this answer changed anything. */
export type Answered = { user: User; isChanged: boolean };

/** Makes whoever is on a location's list an active member, whether they asked or not. A member stays one. */
export async function makeMember(tx: Tx, it: { locationId: string; customerId: string }): Promise<Answered> {
  const { user, membership } = await lockMembership(tx, it.locationId, it.customerId);
  const isChanged = membership.type !== 'member' || membership.status !== 'active';
  if (isChanged) await change(tx, membership, { type: 'member', status: 'active' });
  return { user, isChanged };
}

/** Declines a request; they may ask again. Whoever asks no longer, above all a member, stays what they are. */
export async function declineRequest(tx: Tx, it: { locationId: string; customerId: string }): Promise<Answered> {
  const { user, membership } = await lockMembership(tx, it.locationId, it.customerId);
  const isChanged = membership.status === 'requested';
  if (isChanged) await change(tx, membership, { type: 'nonmember', status: 'removed' });
  return { user, isChanged };
}

/** The person behind an individual customer of a location, held still until the transaction ends. */
export async function lockMembership(
  tx: Tx,
  locationId: string,
  customerId: string,
): Promise<{ user: User; membership: Membership }> {
  const found = await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('location_id', '=', locationId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  if (!found) throw new NotFound();
  const user = await lockUser(tx, found.user_id);
  // Only what is read now is what it stays.
  const membership = await membershipOf(tx, locationId, user.id);
  return { user, membership: membership! };
}

async function lockUser(tx: Tx, id: string): Promise<User> {
  return await tx
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

async function change(tx: Tx, { id }: Membership, to: Pick<Membership, 'type' | 'status'>): Promise<void> {
  await tx.updateTable('memberships').set(to).where('id', '=', id).execute();
}
