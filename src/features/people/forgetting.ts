import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import type { Elsewhere } from './elsewhere.ts';
import { membershipOf } from './people.ts';
import { lockUser } from './standing.ts';
import { holdManagers, tellIfUnmanaged } from './unmanaged.ts';

/** What stands in place of the name of somebody who was forgotten. */
const NOBODY = 'Anonymised person';

type Forgetting = { organizationId: string; userId: string; actorUserId: string; now: Date } & Pick<
  Elsewhere,
  'standingChanged' | 'tell'
>;

/**
 * Takes name and address from a person for good and ends their memberships, as by removing. The address is free again:
 * whoever comes with it is somebody new. Who was an administrator is none any more.
 */
export async function forgetPerson(tx: Tx, it: Forgetting): Promise<void> {
  const { organizationId, userId, now } = it;
  await lockUser(tx, userId);
  const memberships = await tx.selectFrom('memberships').select('location_id').where('user_id', '=', userId).execute();
  for (const { location_id } of memberships) await endMembership(tx, it, location_id);
  await tx.deleteFrom('administrators').where('user_id', '=', userId).execute();
  await tx.deleteFrom('owner_offers').where('to_user_id', '=', userId).execute();
  await tx.deleteFrom('company_invitations').where('user_id', '=', userId).execute();
  await tx
    .deleteFrom('sign_in_addresses')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute();
  const email = `${userId}@anonymised.invalid`;
  await tx.updateTable('users').set({ name: NOBODY, email, anonymised_at: now }).where('id', '=', userId).execute();
  await tx
    .updateTable('customers')
    .set({ name: NOBODY })
    .where('id', 'in', (of) => of.selectFrom('memberships').select('customer_id').where('user_id', '=', userId))
    .execute();
}

async function endMembership(tx: Tx, it: Forgetting, locationId: string): Promise<void> {
  const { organizationId, actorUserId, now } = it;
  const { id, status, type, customerId, company } = (await membershipOf(tx, locationId, it.userId))!;
  if (company) await holdManagers(tx, company);
  await tx
    .updateTable('memberships')
    .set({ status: 'removed', type, company_id: null, company_role: null })
    .where('id', '=', id)
    .execute();
  if (company && status === 'active') await tellIfUnmanaged(tx, { ...it, locationId, company });
  if (status === 'removed') return;
  const key = `standing:${id}:${newId(now)}`;
  await it.standingChanged(tx, { organizationId, customerId, removed: true, plan: 'now', key, actorUserId, now });
}
