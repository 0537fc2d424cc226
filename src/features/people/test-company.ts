import { type Browser, siteOf } from '../../../test/support/browser.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { get } from '../../platform/http/routes.ts';
import { newId } from '../../platform/ids.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import type { Elsewhere, PeopleNews } from './elsewhere.ts';
import { peoplePages } from './pages.tsx';
import { createCompany, createMembership, createUser, type Membership, membershipOf } from './people.ts';
import { profilePages } from './profile.tsx';

export type Somebody = { userId: string; customerId: string; email: string; browser: Browser };
export type Told = Pick<PeopleNews, 'kind' | 'details' | 'userIds' | 'href'>;

/** A new space with the company Acme, its manager Max, and what was told of it and done about it elsewhere. */
export type CompanyDesk = {
  space: Space;
  acme: { id: string; customerId: string };
  max: Somebody;
  told: Told[];
  changed: { customerId: string; removed: boolean }[];
  made(): { organizationId: string; locationId: string; now: Date };
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Membership > Company. */
  at(path?: string): string;
  membership(of: { userId: string }): Promise<Membership | undefined>;
  read(browser: Browser, path: string): Promise<string>;
  address(name: string): string;
  signedIn(userId: string): Promise<Browser>;
  company(name: string): Promise<{ id: string; customerId: string }>;
  somebody(name: string, more?: Partial<Parameters<typeof createMembership>[1]>): Promise<Somebody>;
  /** A manager, Max unless `by` is another one, invites. */
  invite(name: string, fields?: Record<string, string>, by?: Somebody): Promise<Response>;
  /** The invitation that somebody finds; empty when there is none. */
  invitationOf(who: { browser: Browser }): Promise<string>;
  answer(who: { browser: Browser }, how: 'accept' | 'decline', id?: string): Promise<Response>;
};

export async function companyDesk(core: Core): Promise<CompanyDesk> {
  const space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const { organizationId, location } = space;
  const told: Told[] = [];
  const changed: CompanyDesk['changed'] = [];
  const elsewhere: Elsewhere = {
    async standingChanged(_tx, { customerId, removed }) {
      changed.push({ customerId, removed });
    },
    async tell(_tx, { kind, details, userIds, href }) {
      told.push({ kind, details, userIds, href } as Told);
    },
  };
  const site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...peoplePages(core, guards, elsewhere),
    ...profilePages(core, guards, elsewhere),
    get('/l/:location/only-members', guards.member, (_, c) => c.text('welcome')),
  ]);
  const made = () => ({ organizationId, locationId: location.id, now: core.now() });
  const write: CompanyDesk['write'] = (work) => core.database.write(organizationId, work);
  const at = (path = '') => `/l/${location.slug}/membership/company${path}`;
  const address = (name: string) => `${name.toLowerCase()}@${organizationId}.example`;
  const read = async (browser: Browser, path: string) => await (await browser.get(path)).text();
  const signedIn = async (userId: string) => {
    const browser = site.open();
    await browser.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
    return browser;
  };
  const company = (name: string) => write((tx) => createCompany(tx, { ...made(), name }));
  const somebody: CompanyDesk['somebody'] = async (name, more = {}) => {
    const email = address(name);
    const it = await write(async (tx) => {
      const userId = await createUser(tx, { ...made(), name, email });
      const { customerId } = await createMembership(tx, { ...made(), userId, name, type: 'member', ...more });
      return { userId, customerId };
    });
    return { ...it, email, browser: await signedIn(it.userId) };
  };
  const acme = await company('Acme');
  const max = await somebody('Max', { company: { id: acme.id, role: 'manager' } });
  const invitations = `/l/${location.slug}/invitations`;
  const invitationOf: CompanyDesk['invitationOf'] = async ({ browser }) =>
    /name="id" value="([^"]+)"/.exec(await read(browser, invitations))?.[1] ?? '';
  return {
    space,
    acme,
    max,
    told,
    changed,
    made,
    write,
    at,
    membership: ({ userId }) => core.database.read(organizationId, (db) => membershipOf(db, location.id, userId)),
    read,
    address,
    signedIn,
    company,
    somebody,
    invite: (name, fields = {}, by = max) =>
      by.browser.post(at('/invite'), { name, email: address(name), role: 'member', ...fields }),
    invitationOf,
    answer: async (who, how, id) =>
      await who.browser.post(`${invitations}/${how}`, { id: id ?? (await invitationOf(who)) }),
  };
}
