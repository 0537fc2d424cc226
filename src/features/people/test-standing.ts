import { type Browser, siteOf } from '../../../test/support/browser.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { get } from '../../platform/http/routes.ts';
import { newId } from '../../platform/ids.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import type { Elsewhere } from './elsewhere.ts';
import { peoplePages } from './pages.tsx';
import { createMembership, createUser, type Membership, membershipOf } from './people.ts';
import { profilePages } from './profile.tsx';
import type { StandingChanged } from './standing.ts';

export type Guest = { userId: string; customerId: string };
export type Told = Omit<Parameters<StandingChanged>[1], 'organizationId' | 'now'>;

/** A new space, an administrator who removes and restores people, and what was told of it to whoever freezes credits. */
export type StandingDesk = {
  space: Space;
  administrator: Browser;
  /** What standingChanged was called with, in order; a transaction that failed counts too. */
  told: Told[];
  /** What standingChanged does besides; nothing unless a test says so. */
  also: { do(it: Told): Promise<void> };
  signedIn(userId: string, organizationId?: string): Promise<Browser>;
  /** Community of the location. */
  at(): string;
  profile(customerId: string): string;
  shown(path: string): Promise<string>;
  person(it?: Partial<Parameters<typeof createMembership>[1]>): Promise<Guest>;
  membership(of: Guest): Promise<Membership | undefined>;
  remove(who: Guest, type?: Membership['type']): Promise<Response>;
  restore(who: Guest): Promise<Response>;
  made(): { organizationId: string; locationId: string; now: Date };
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

/** `creditsMinor` is what everybody has at this desk. */
export async function standingDesk(core: Core, creditsMinor: bigint): Promise<StandingDesk> {
  const space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const { organizationId, location, administratorId } = space;
  const told: Told[] = [];
  const also: StandingDesk['also'] = { do: async () => {} };
  const standingChanged: StandingChanged = async (_tx, { customerId, removed, plan, key, actorUserId }) => {
    const it = { customerId, removed, plan, key, actorUserId };
    told.push(it);
    await also.do(it);
  };
  const balancesOf = async (_db: Tx, ids: string[]) => new Map(ids.map((id) => [id, creditsMinor]));
  const elsewhere: Elsewhere = { standingChanged, tell: async () => {}, balancesOf };
  const site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...peoplePages(core, guards, elsewhere),
    ...profilePages(core, guards, elsewhere),
    get('/l/:location/only-members', guards.member, (_, c) => c.text('welcome')),
  ]);
  const signedIn: StandingDesk['signedIn'] = async (userId, at = organizationId) => {
    const browser = site.open();
    await browser.post(new URL(await createSignInLink(core, { organizationId: at, userId })).pathname);
    return browser;
  };
  const made = () => ({ organizationId, locationId: location.id, now: core.now() });
  const write: StandingDesk['write'] = (work) => core.database.write(organizationId, work);
  const administrator = await signedIn(administratorId);
  const profile = (customerId: string) => `/l/${location.slug}/community/customers/${customerId}`;
  return {
    space,
    administrator,
    told,
    also,
    signedIn,
    at: () => `/l/${location.slug}/community`,
    profile,
    shown: async (path) => await (await administrator.get(path)).text(),
    person: async (it = {}) =>
      await write(async (tx) => {
        const name = it.name ?? 'Gus';
        const userId = await createUser(tx, { ...made(), name, email: `${name}@${newId(core.now())}.example` });
        const { customerId } = await createMembership(tx, { ...made(), userId, name, type: 'member', ...it });
        return { userId, customerId };
      }),
    membership: ({ userId }) => core.database.read(organizationId, (db) => membershipOf(db, location.id, userId)),
    remove: ({ customerId }, type = 'member') => administrator.post(`${profile(customerId)}/remove`, { type }),
    restore: ({ customerId }) => administrator.post(`${profile(customerId)}/restore`),
    made,
    write,
  };
}
