import { type Browser, siteOf } from '../../../test/support/browser.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { get } from '../../platform/http/routes.ts';
import { newId } from '../../platform/ids.ts';
import { createLocation, type Location } from '../organizations/organizations.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { peoplePages } from './pages.tsx';
import { createAdministrator, type Membership, membershipOf, organizationsOfAddress } from './people.ts';
import { profilePages } from './profile.tsx';
import { NOTHING_ELSEWHERE } from './test-elsewhere.ts';

/** A new space, an administrator of it at the forms that add people and companies, and what there is to look at. */
export type AddingDesk = {
  space: Space;
  administrator: Browser;
  signedIn(userId: string): Promise<Browser>;
  /** Community of the location. */
  at(): string;
  /** An address that only this space has. */
  address(local: string): string;
  mintedId(path: string): Promise<string>;
  /** Fills in and saves a fresh form, with a member who has everything unless `fields` say otherwise. */
  addMember(fields?: Record<string, string>): Promise<Response>;
  addCompany(fields?: Record<string, string>): Promise<Response>;
  /** How many people, memberships, companies, customers and messages there are. */
  counted(): Promise<Record<string, number>>;
  userOf(email: string): Promise<string | undefined>;
  membership(userId: string, locationId?: string): Promise<Membership | undefined>;
  made(): { organizationId: string; locationId: string; now: Date };
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Makes another location of the organization, which the same person looks after. */
  elsewhere(): Promise<Location>;
};

export async function addingDesk(core: Core): Promise<AddingDesk> {
  const space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const { organizationId, location, administratorId } = space;
  const site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...peoplePages(core, guards, NOTHING_ELSEWHERE),
    ...profilePages(core, guards, NOTHING_ELSEWHERE),
    get('/l/:location/only-members', guards.member, (_, c) => c.text('welcome')),
  ]);
  const signedIn = async (userId: string) => {
    const browser = site.open();
    await browser.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
    return browser;
  };
  const administrator = await signedIn(administratorId);
  const at = () => `/l/${location.slug}/community`;
  const address = (local: string) => `${local}@${organizationId}.example`;
  const mintedId = async (path: string) =>
    /name="id" value="([^"]+)"/.exec(await (await administrator.get(path)).text())![1]!;
  const save = async (path: string, fields: Record<string, string>) =>
    await administrator.post(path, { id: await mintedId(path), ...fields });
  const bo = { name: 'Bo', email: address('bo'), type: 'member', company: '', role: 'member' };
  return {
    space,
    administrator,
    signedIn,
    at,
    address,
    mintedId,
    addMember: (fields = {}) => save(`${at()}/members/new`, { ...bo, ...fields }),
    addCompany: (fields = {}) => save(`${at()}/companies/new`, { name: 'Acme', ...fields }),
    counted: () => core.database.read(organizationId, counts),
    userOf: async (email) =>
      (await organizationsOfAddress(core.database, email)).find((it) => it.organizationId === organizationId)?.userId,
    membership: (userId, locationId = location.id) =>
      core.database.read(organizationId, (db) => membershipOf(db, locationId, userId)),
    made: () => ({ organizationId, locationId: location.id, now: core.now() }),
    write: (work) => core.database.write(organizationId, work),
    elsewhere: () => core.database.write(organizationId, (tx) => anotherLocation(tx, core.now(), space)),
  };
}

/** What a page says beside a field. */
export function errorOf(html: string, field: string): string | undefined {
  return new RegExp(`id="field-${field}-error".*?<span>(.*?)</span>`, 's').exec(html)?.[1];
}

async function counts(db: Tx): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of ['users', 'memberships', 'companies', 'customers', 'mails'] as const) {
    found[table] = (await db.selectFrom(table).select('id').execute()).length;
  }
  return found;
}

async function anotherLocation(
  tx: Tx,
  now: Date,
  { organizationId, administratorId: userId }: Space,
): Promise<Location> {
  const where = { name: 'Other', currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en', now };
  const there = await createLocation(tx, { ...where, organizationId });
  await createAdministrator(tx, { organizationId, locationId: there.id, userId, areas: ['customers'] });
  return there;
}
