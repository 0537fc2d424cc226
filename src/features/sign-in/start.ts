import type { Core } from '../../platform/core.ts';
import { allOrganizations, locationsOf } from '../organizations/organizations.ts';
import { areasOf, membershipOf } from '../people/people.ts';
import { administratorHome } from './navigation.ts';
import type { Session } from './sessions.ts';
import { isActiveMember } from './visit.ts';

/**
 * Where `/` leads: members to the first location where they are one, administrators to their work, everybody else to
 * joining; without a session to signing in, and before there is anything to set-up.
 */
export async function startOf(core: Core, session: Session | undefined): Promise<string> {
  if (!session) return (await allOrganizations(core.database)).length > 0 ? '/sign-in' : '/set-up';
  return await core.database.read(session.organizationId, async (db) => {
    const locations = await locationsOf(db);
    for (const { id, slug } of locations) {
      if (isActiveMember(await membershipOf(db, id, session.user.id))) return `/l/${slug}/home`;
    }
    for (const { id, slug } of locations) {
      const home = administratorHome(slug, await areasOf(db, id, session.user.id));
      if (home) return home;
    }
    // An organization is made together with its first location.
    return `/l/${locations[0]!.slug}/join`;
  });
}
