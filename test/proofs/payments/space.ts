import {
  createLocation,
  createOrganization,
  type Location,
} from '../../../src/features/organizations/organizations.ts';
import { connectTestGateway } from '../../../src/features/payments/connections.ts';
import {
  ALL_AREAS,
  createAdministrator,
  createCompany,
  createMembership,
  createUser,
} from '../../../src/features/people/people.ts';
import { createSignInLink } from '../../../src/features/sign-in/links.ts';
import type { Core } from '../../../src/platform/core.ts';
import type { Database, Tx } from '../../../src/platform/database/database.ts';
import { newId } from '../../../src/platform/ids.ts';
import { createSecrets } from '../../../src/platform/secrets.ts';
import { signedIn, type Visitor } from './visitor.ts';

/** Where credits are sold in a proof: a location with a test gateway, members of whom some manage a company, a desk. */
export type Space = {
  database: Database;
  organizationId: string;
  location: Location;
  connectionId: string;
  packages: Pack[];
  buyers: Buyer[];
  administratorId: string;
};

/** What is sold. */
export type Pack = { id: string; credits: bigint; priceMinor: bigint };

/** A member; `companyId` is the customer of the company that they manage. */
export type Buyer = { userId: string; name: string; customerId: string; companyId: string | undefined };

/** Prices and credits that do not divide each other evenly. */
const PACKS = [
  { name: 'Starter', credits: 1_000n, priceMinor: 1_299n },
  { name: 'Regular', credits: 5_000n, priceMinor: 4_900n },
  { name: 'Odd', credits: 777n, priceMinor: 1_001n },
  { name: 'Much', credits: 100_003n, priceMinor: 49_999n },
  { name: 'Welcome', credits: 500n, priceMinor: 0n },
];
const MANAGERS = 5;

export async function openSpace(database: Database, key: string, people: number): Promise<Space> {
  const now = new Date();
  const organizationId = await createOrganization(database, { name: 'Nest', isDemo: false, now });
  return await database.write(organizationId, async (tx) => {
    const place = { name: 'Nest Mitte', currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en-GB' };
    const location = await createLocation(tx, { organizationId, ...place, now });
    const made = { organizationId, locationId: location.id, now };
    const administratorId = await createUser(tx, { ...made, name: 'Ada', email: 'ada@example.com' });
    await createAdministrator(tx, { ...made, userId: administratorId, areas: ALL_AREAS });
    const buyers: Buyer[] = [];
    for (let nth = 1; nth <= people; nth++) buyers.push(await join(tx, made, nth));
    const packages = await stock(tx, made);
    const connectionId = await connectTestGateway(tx, { secrets: createSecrets(key) }, made);
    return { database, organizationId, location, connectionId, packages, buyers, administratorId };
  });
}

/** Somebody's browser, signed in by a link. `sites` are the addresses of the programs. */
export async function visit(space: Space, userId: string, sites: readonly string[]): Promise<Visitor> {
  const { database, organizationId } = space;
  const core = { database, now: () => new Date(), config: { baseUrl: sites[0], demo: false } } as Core;
  return await signedIn(await createSignInLink(core, { organizationId, userId }), sites);
}

type Made = { organizationId: string; locationId: string; now: Date };

async function join(tx: Tx, made: Made, nth: number): Promise<Buyer> {
  const name = `Member ${nth}`;
  const userId = await createUser(tx, { ...made, name, email: `member${nth}@example.com` });
  const membership = { ...made, userId, name, type: 'member' as const };
  if (nth % MANAGERS !== 0) {
    const { customerId } = await createMembership(tx, membership);
    return { userId, name, customerId, companyId: undefined };
  }
  const company = await createCompany(tx, { ...made, name: `Company ${nth}` });
  const { customerId } = await createMembership(tx, { ...membership, company: { id: company.id, role: 'manager' } });
  return { userId, name, customerId, companyId: company.customerId };
}

async function stock(tx: Tx, { organizationId, locationId, now }: Made): Promise<Pack[]> {
  const packages: Pack[] = [];
  for (const [position, { name, credits, priceMinor }] of PACKS.entries()) {
    const id = newId(now);
    const terms = { credits_minor: credits, price_minor: priceMinor, valid_for_days: position % 2 ? 90 : null };
    const row = { organization_id: organizationId, id, location_id: locationId, name, position, ...terms };
    await tx
      .insertInto('credit_packages')
      .values({ ...row, on_sale: true, created_at: now })
      .execute();
    packages.push({ id, credits, priceMinor });
  }
  return packages;
}
