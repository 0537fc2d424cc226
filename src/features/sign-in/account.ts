import type { Core } from '../../platform/core.ts';
import { Detour } from '../../platform/http/routes.ts';
import { locationsOf } from '../organizations/organizations.ts';
import { hasSecondFactor, secondFactorsOf } from './second-factor.ts';
import { type SignedIn, secondFactorHref } from './visit.ts';

/** Where one's own ways to sign in are listed: in the frame of a location, so at the first one if none is meant. */
export async function accountHref(core: Core, visit: SignedIn): Promise<string> {
  const [location] = await core.database.read(visit.organizationId, locationsOf);
  // An organization is made together with its first location.
  return `/l/${location!.slug}/account`;
}

/**
 * Lets somebody change how they sign in. Administrators show their second factor before: a mailbox alone must not be
 * enough to add a passkey or to send codes elsewhere. `first`: who has none may set up the first one.
 */
export async function mayChangeSignIn(
  core: Core,
  visit: SignedIn,
  first: 'first' | 'further' = 'further',
): Promise<{ mustVerify: boolean }> {
  const factors = await core.database.read(visit.organizationId, (db) => secondFactorsOf(db, visit.user.id));
  const isFirst = first === 'first' && !hasSecondFactor(factors);
  if (factors.mustShow && !visit.secondFactorAt && !isFirst) throw new Detour(secondFactorHref('/account'));
  return { mustVerify: factors.mustShow };
}
