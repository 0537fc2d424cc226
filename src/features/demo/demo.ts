import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { SetupError } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { markAllRead } from '../notifications/notifications.ts';
import { allOrganizations, type Location, locationAt } from '../organizations/organizations.ts';
import { type Membership, membershipOf, type User } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { writeInvoices } from './invoices.ts';
import { openPlace } from './opening.ts';
import { ROLES, type Role } from './people.ts';
import { offerPlans } from './plans.ts';
import { writeYear } from './year.ts';

/** What `demo.json` holds, for people and for programs that try the demo out. */
export type Demo = { url: string; locationId: string; accounts: Account[] };
type Account = {
  role: Role;
  name: string;
  email: string;
  /** Signs this person in, again and again. */
  signInUrl: string;
  apiToken: string | null;
  /** Owns the personal credits; null for whoever has no membership. */
  customerId: string | null;
  companyCustomerId: string | null;
};

type Somebody = { role: Role; user: User; membership: Membership | undefined };

const ROLE_NAMES: Record<Role, string> = {
  administrator: 'Administrator',
  'individual-member': 'Member',
  'company-manager': 'Company manager',
  'company-member': 'Company member',
  'non-member': 'Not a member',
};

const ONE_AT_A_TIME = 7_226_679_003n;
const DAY_MS = 86_400_000;
const LINKS_LAST_MS = 30 * DAY_MS;
/** Everybody has read the news that are older. */
const NEWS_LAST_MS = 26 * DAY_MS;

/**
 * Fills an empty database with a location and its last twelve months, all or nothing. On a database with a demo only the
 * sign-in links are new. Refuses a database with anything else in it: such links would let anybody into that.
 */
export async function loadDemo(core: Core): Promise<Demo> {
  const organizationId = (await demoOrganization(core)) ?? (await load(core));
  const { location, people } = await core.database.read(organizationId, readCast);
  const accounts: Account[] = [];
  for (const { role, user, membership } of people) {
    accounts.push({
      role,
      name: user.name,
      email: user.email,
      signInUrl: await createSignInLink(core, {
        organizationId,
        userId: user.id,
        reusable: true,
        validForMs: LINKS_LAST_MS,
      }),
      apiToken: null,
      customerId: membership?.customerId ?? null,
      companyCustomerId: membership?.company?.customerId ?? null,
    });
  }
  const demo = { url: core.config.baseUrl, locationId: location.id, accounts };
  writeWhole(join(core.config.dataDir, 'demo.json'), `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}

/** Says where the demo is and who can be signed in. */
export function printDemo({ url, accounts }: Demo): void {
  const width = Math.max(...Object.values(ROLE_NAMES).map((name) => name.length));
  const people = accounts.map(
    ({ role, name, signInUrl }) => `  ${ROLE_NAMES[role].padEnd(width)}  ${name}\n    ${signInUrl}\n`,
  );
  process.stdout.write(`
Roost's demo is at ${url}

Open a link to be that person; links can be used again and again, and the administrator's needs no second factor:

${people.join('\n')}
The test gateway moves no money: pay with the card 4242 4242 4242 4242, any date to come and any number.
Mail is not sent; read it at ${url}/outbox

Ctrl-C stops the demo. The next start goes on where it ended.

`);
}

async function load(core: Core): Promise<string> {
  const now = core.now();
  const organizationId = newId(now);
  const loaded = await core.database.write(organizationId, async (tx) => {
    await sql`select pg_advisory_xact_lock(${ONE_AT_A_TIME})`.execute(tx);
    if (await tx.selectFrom('organizations').select('id').limit(1).executeTakeFirst()) return false;
    const { books, administratorId, userIds, spenders, member } = await openPlace(tx, core, organizationId, now);
    await writeYear(books, { spenders, member, now });
    const companies = spenders.flatMap(({ owner }) => (owner.company ? [owner.customerId] : []));
    await writeInvoices(core, books, { member: member.owner.customerId, companies, administratorId, now });
    const [first, second] = spenders.filter(({ owner }) => !owner.company);
    const teams = spenders.filter(({ owner }) => owner.company).slice(0, 1);
    const idsOf = (some: typeof spenders) => some.map(({ owner }) => owner.customerId);
    await offerPlans(core, books, { residents: idsOf([first!, second!]), teams: idsOf(teams), now });
    const read = new Date(now.getTime() - NEWS_LAST_MS);
    for (const userId of userIds) await markAllRead(tx, { userId, upTo: newId(read), now: read });
    return true;
  });
  if (loaded) return organizationId;
  const present = await demoOrganization(core);
  if (present) return present;
  throw new SetupError(
    `${core.config.databaseUrl ? 'DATABASE_URL' : 'DATA_DIR'}: there is a location already. The demo needs a database of its own.`,
  );
}

async function demoOrganization(core: Core): Promise<string | undefined> {
  return (await allOrganizations(core.database)).find(({ isDemo }) => isDemo)?.id;
}

async function readCast(db: Tx): Promise<{ location: Location; people: Somebody[] }> {
  const location = await locationAt(db, 'lantern-quay');
  if (!location) throw new Error('the demo has no location');
  const people: Somebody[] = [];
  for (const { role, email } of ROLES) {
    const user = await db
      .selectFrom('users')
      .select(['id', 'name', 'email'])
      .where('email', '=', email)
      .executeTakeFirst();
    if (user) people.push({ role, user, membership: await membershipOf(db, location.id, user.id) });
  }
  return { location, people };
}

/** Readers find the file as it was or as it is. Its links let people in, so it is its owner's alone. */
function writeWhole(file: string, content: string): void {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, file);
}
