import type { Tx } from '../../platform/database/database.ts';
import { createMembership, membershipOf, type User } from './people.ts';

/**
 * Asks the team to make a user a member of a location. Asking again changes nothing, and whoever is a member or invited
 * stays so. A request gives no right to buy (S7).
 */
export async function askToJoin(
  tx: Tx,
  it: { organizationId: string; locationId: string; user: User; now: Date },
): Promise<void> {
  // Two requests of one person wait for each other here, so that only one membership is made.
  await tx.selectFrom('users').select('id').where('id', '=', it.user.id).forUpdate().execute();
  const membership = await membershipOf(tx, it.locationId, it.user.id);
  if (!membership) {
    const { id: userId, name } = it.user;
    await createMembership(tx, { ...it, userId, name, type: 'nonmember', status: 'requested' });
    return;
  }
  const mayAsk = membership.status === 'removed' || (membership.type === 'nonmember' && membership.status === 'active');
  if (!mayAsk) return;
  await tx
    .updateTable('memberships')
    .set({ type: 'nonmember', status: 'requested' })
    .where('id', '=', membership.id)
    .execute();
}
