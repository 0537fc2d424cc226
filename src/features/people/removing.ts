import type { Tx } from '../../platform/database/database.ts';
import type { Membership } from './people.ts';
import { type Decided, type Decision, decideStanding, lockMembership, StandingHasChanged } from './standing.ts';

/**
 * Removes an active member or non-member from a location. Type, company and history stay for a return. Whoever is removed
 * already stays so; refuses (`StandingHasChanged`) whoever asks, waits, or is of another type than the page showed.
 */
export async function removeFromLocation(tx: Tx, it: Decision & { type: Membership['type'] }): Promise<Decided> {
  const { user, membership } = await lockMembership(tx, it.locationId, it.customerId);
  const { type, status } = membership;
  if (status === 'removed') return { user, type, isChanged: false };
  if (status !== 'active' || type !== it.type) throw new StandingHasChanged(user.name);
  return await decideStanding(tx, it, { user, membership }, { type, status: 'removed' });
}

/**
 * Takes a removal back: whoever was removed is active again as the type they had, in the company they had. Whoever was
 * declined comes onto the list by it, as no member. Whoever is active stays so; refuses whoever asks or waits.
 */
export async function restoreToLocation(tx: Tx, it: Decision): Promise<Decided> {
  const { user, membership } = await lockMembership(tx, it.locationId, it.customerId);
  const { type, status } = membership;
  if (status === 'active') return { user, type, isChanged: false };
  if (status !== 'removed') throw new StandingHasChanged(user.name);
  return await decideStanding(tx, it, { user, membership }, { type, status: 'active' });
}
