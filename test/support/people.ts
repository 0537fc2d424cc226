import { createLocation, createOrganization, type Location } from '../../src/features/organizations/organizations.ts';
import { ALL_AREAS, createAdministrator, createMembership, createUser } from '../../src/features/people/people.ts';
import type { Core } from '../../src/platform/core.ts';

/** A space with somebody who administers it and a member. */
export type Space = { organizationId: string; location: Location; administratorId: string; memberId: string };

/** Makes an organization with a location in Berlin, its administrator `ada@…` and the member `mia@…`. */
export async function someSpace(
  core: Core,
  it: { name?: string; domain?: string; location?: string } = {},
): Promise<Space> {
  const now = core.now();
  const domain = it.domain ?? 'example.com';
  const organizationId = await createOrganization(core.database, { name: it.name ?? 'Nest', isDemo: false, now });
  return await core.database.write(organizationId, async (tx) => {
    const location = await createLocation(tx, {
      organizationId,
      name: it.location ?? 'Nest Mitte',
      currency: 'EUR',
      timeZone: 'Europe/Berlin',
      locale: 'en-GB',
      now,
    });
    const made = { organizationId, locationId: location.id, now };
    const administratorId = await createUser(tx, { ...made, name: 'Ada', email: `ada@${domain}` });
    await createAdministrator(tx, { ...made, userId: administratorId, areas: ALL_AREAS });
    const memberId = await createUser(tx, { ...made, name: 'Mia', email: `mia@${domain}` });
    await createMembership(tx, { ...made, userId: memberId, name: 'Mia', type: 'member' });
    return { organizationId, location, administratorId, memberId };
  });
}
