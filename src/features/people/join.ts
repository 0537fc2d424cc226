import type { Tx } from '../../platform/database/database.ts';
import { createMembership, membershipOf, type User } from './people.ts';
import { changeStanding, type Decided, type Decision, decideStanding, lockMembership, lockUser } from './standing.ts';

/**
 * Asks the team to make a user a member of a location. Asking again changes nothing, and whoever is a member or invited
 * stays so. A request gives no right to buy (S7), and ends no removal.
 */
export async function askToJoin(
  tx: Tx,
  it: { organizationId: string; locationId: string; user: User; now: Date },
): Promise<void> {
  // Two requests of one person wait for each other here, so that only one membership is made.
  const user = await lockUser(tx, it.user.id);
  const membership = await membershipOf(tx, it.locationId, user.id);
  if (!membership) {
    const { id: userId, name } = it.user;
    await createMembership(tx, { ...it, userId, name, type: 'nonmember', status: 'requested' });
    return;
  }
  const mayAsk = membership.status === 'removed' || (membership.type === 'nonmember' && membership.status === 'active');
  if (!mayAsk) return;
  await changeStanding(tx, { user, membership }, { type: 'nonmember', status: 'requested' });
}

/** Makes whoever is on a location's list an active member, whether they asked or not. A member stays one. */
export async function makeMember(tx: Tx, it: Decision): Promise<Decided> {
  const { user, membership } = await lockMembership(tx, it.locationId, it.customerId);
  const { type, status } = membership;
  if (type === 'member' && status === 'active') return { user, type, isChanged: false };
  return await decideStanding(tx, it, { user, membership }, { type: 'member', status: 'active' });
}

/** Declines a request; they may ask again. Whoever asks no longer, above all a member, stays what they are. */
export async function declineRequest(tx: Tx, it: Decision): Promise<Decided> {
  const { user, membership } = await lockMembership(tx, it.locationId, it.customerId);
  const { type, status } = membership;
  if (status !== 'requested') return { user, type, isChanged: false };
  return await decideStanding(tx, it, { user, membership }, { type: 'nonmember', status: 'removed' });
}
