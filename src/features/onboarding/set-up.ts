import { createHmac, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { hashToken, newId } from '../../platform/ids.ts';
import { allOrganizations, createLocation, type Location, newLocation } from '../organizations/organizations.ts';
import { ALL_AREAS, createAdministrator, createUser, emailAddress, setFirstOwner } from '../people/people.ts';

const name = z.string().trim().min(1, 'required').max(120, 'too-long');

/** The set-up's form. Messages are codes of the catalog. */
export const setUpForm = z.object({
  token: z.string(),
  organization: name,
  location: name,
  currency: newLocation.shape.currency,
  timeZone: newLocation.shape.timeZone,
  locale: newLocation.shape.locale,
  name,
  email: emailAddress,
  testGateway: z.literal('on').optional(),
});

/** Connects the test gateway to a new location; payments are of another feature. */
export type ConnectTestGateway = (
  tx: Tx,
  it: { organizationId: string; locationId: string; now: Date },
) => Promise<void>;

export type SetUp = { organizationId: string; userId: string; location: Location };

const ONE_AT_A_TIME = 7_226_679_002n;

/** Where whoever started the program sets it up. Only they see it: until then nobody else may. */
export function setupUrl(core: Core): string {
  return `${core.config.baseUrl}/set-up?token=${setUpToken(core)}`;
}

/** Whether `token` is the one that the program printed. */
export function isSetUpToken(core: Core, token: string | undefined): boolean {
  return timingSafeEqual(hashToken(token ?? ''), hashToken(setUpToken(core)));
}

/** Set-up exists only until there is an organization. */
export async function isSetUp(core: Core): Promise<boolean> {
  return (await allOrganizations(core.database)).length > 0;
}

/**
 * Makes the organization, its first location and its owner, all or nothing; `after` joins the transaction. Of two at
 * once the second finds the first one's organization and is refused: there is no set-up any more.
 */
export async function setUp(
  core: Core,
  it: Omit<z.output<typeof setUpForm>, 'token'>,
  connectTestGateway: ConnectTestGateway,
  after: (tx: Tx, made: SetUp) => Promise<void>,
): Promise<SetUp> {
  const now = core.now();
  const organizationId = newId(now);
  return await core.database.write(organizationId, async (tx) => {
    await sql`select pg_advisory_xact_lock(${ONE_AT_A_TIME})`.execute(tx);
    if (await tx.selectFrom('organizations').select('id').limit(1).executeTakeFirst()) throw new NotFound();
    await tx
      .insertInto('organizations')
      .values({ id: organizationId, name: it.organization, is_demo: false, created_at: now })
      .execute();
    const { currency, timeZone, locale } = it;
    const location = await createLocation(tx, { organizationId, name: it.location, currency, timeZone, locale, now });
    const userId = await createUser(tx, { organizationId, email: it.email, name: it.name, now });
    await setFirstOwner(tx, { organizationId, userId });
    await createAdministrator(tx, { organizationId, locationId: location.id, userId, areas: ALL_AREAS });
    if (it.testGateway) await connectTestGateway(tx, { organizationId, locationId: location.id, now });
    const made = { organizationId, userId, location };
    await after(tx, made);
    return made;
  });
}

/** Made from the installation's key: the same for each start and each program beside this one, and stored nowhere. */
function setUpToken(core: Core): string {
  return createHmac('sha256', core.config.key).update('set-up token').digest('base64url');
}
