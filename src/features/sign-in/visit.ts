import type { Context } from 'hono';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Access, type Ctx, Detour } from '../../platform/http/routes.ts';
import { type Location, locationAt, locationOnceAt } from '../organizations/organizations.ts';
import {
  type Area,
  areasOf,
  type Membership,
  membershipOf,
  type Place,
  placesOf,
  type User,
} from '../people/people.ts';
import { inSession, sessionOf } from './sessions.ts';

/** Somebody with a session. */
export type SignedIn = {
  organizationId: string;
  user: User;
  sessionId: string;
  /** When they showed a second factor in this session, if they did. */
  secondFactorAt: Date | undefined;
  now: Date;
};

/** What the frame around every page shows of the location: news not read, and whether its money is only for trying. */
export type FrameFacts = { unread: number; testMoney: boolean };

/** Somebody with a session, at a location of their organization. */
export type AtLocation = SignedIn & {
  location: Location;
  membership: Membership | undefined;
  areas: Area[];
  frame: FrameFacts;
  /** Every location where they are a member or look after something. */
  places: Place[];
  /** The program is a demo: nothing leaves it, and the Outbox shows what would have. */
  demo: boolean;
};

/** An active member of the location. */
export type AtMembership = AtLocation & { membership: Membership };

/** The guards that routes name as their access. Rights are read anew with each request. */
export type Guards = {
  /** Nobody needs to be signed in. */
  anyone: Access<{ now: Date }>;
  signedIn: Access<SignedIn>;
  /** Anyone of the organization, member of this location or not. */
  atLocation: Access<AtLocation>;
  /** Only active members; everyone else is sent to join the location. */
  member: Access<AtMembership>;
  /** Administrators of one area, once they have shown a second factor; for everyone else the page does not exist. */
  administrator(area: Area): Access<AtLocation>;
};

/** `frameFacts` comes from features of higher rank, by way of the list of everything plugged in. */
export function createGuards(
  core: Core,
  frameFacts: (db: Tx, who: { locationId: string; userId: string }) => Promise<FrameFacts>,
): Guards {
  const admitSignedIn = async (c: Ctx): Promise<SignedIn> => {
    const session = await sessionOf(core, c as Context);
    return session ? { ...session, now: c.var.now } : signInFirst(c);
  };
  const admitAtLocation = async (c: Ctx): Promise<AtLocation> => {
    const visit = await inSession(core, c as Context, async (db, session) => {
      const slug = c.req.param('location') ?? '';
      // Other text can be no location, and some of it (U+0000) would be an error in the database.
      const location = /^[a-z0-9-]+$/.test(slug) ? await locationAt(db, slug) : undefined;
      if (!location) return await leadOn(c, db, slug);
      const membership = await membershipOf(db, location.id, session.user.id);
      const areas = await areasOf(db, location.id, session.user.id);
      const frame = await frameFacts(db, { locationId: location.id, userId: session.user.id });
      const places = await placesOf(db, session.user.id);
      return { ...session, now: c.var.now, location, membership, areas, frame, places, demo: core.config.demo };
    });
    return visit ?? signInFirst(c);
  };
  return {
    anyone: { name: 'anyone', admit: async (c) => ({ now: c.var.now }) },
    signedIn: { name: 'signed in', admit: admitSignedIn },
    atLocation: { name: 'anyone of the organization', admit: admitAtLocation },
    member: {
      name: 'member',
      admit: async (c) => {
        const visit = await admitAtLocation(c);
        const { membership } = visit;
        if (!isActiveMember(membership)) throw new Detour(`/l/${visit.location.slug}/join`);
        return { ...visit, membership };
      },
    },
    administrator: (area) => ({
      name: `administrator of ${area}`,
      admit: async (c) => {
        const visit = await admitAtLocation(c);
        if (!visit.areas.includes(area)) throw new NotFound();
        if (!visit.secondFactorAt) throw new Detour(secondFactorHref(pathOf(c)));
        return visit;
      },
    }),
  };
}

/** Where administrators show a second factor, before they come to `to`. */
export function secondFactorHref(to: string): string {
  return `/second-factor?to=${encodeURIComponent(to)}`;
}

/** Whether somebody looks after one of these areas and has shown a second factor: for what others may see too. */
export function looksAfter(visit: AtLocation, ...areas: Area[]): boolean {
  return visit.secondFactorAt !== undefined && areas.some((area) => visit.areas.includes(area));
}

/** Only an active member may buy (S7). */
export function isActiveMember(membership: Membership | undefined): membership is Membership {
  return membership?.type === 'member' && membership.status === 'active';
}

/** From an address that a location had to the one it has. A form that was open meanwhile is asked to be sent again. */
async function leadOn(c: Ctx, db: Tx, slug: string): Promise<never> {
  const location = /^[a-z0-9-]+$/.test(slug) ? await locationOnceAt(db, slug) : undefined;
  if (!location) throw new NotFound();
  throw new Detour(pathOf(c).replace(`/l/${slug}`, `/l/${location.slug}`));
}

function signInFirst(c: Ctx): never {
  throw new Detour(`/sign-in?to=${encodeURIComponent(pathOf(c))}`);
}

function pathOf(c: Ctx): string {
  // After signing in people come back to pages, never to actions: an action's page has the same address.
  const url = new URL(c.req.url);
  return url.pathname + url.search;
}
