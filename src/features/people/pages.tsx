import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { get, post, type Route } from '../../platform/http/routes.ts';
import { locationsOf } from '../organizations/organizations.ts';
import { type Guards, isActiveMember } from '../sign-in/visit.ts';
import { addingPages } from './adding-pages.tsx';
import { administratorsPages } from './administrators-pages.tsx';
import { type Balances, companiesPage, membersPage, searchOf } from './community-pages.tsx';
import { askToJoin } from './join.ts';
import { joinPage } from './join-page.tsx';
import { morePage } from './more-page.tsx';
import { ownerPages } from './owner-pages.tsx';
import { countRemoved, findCompanies, findMembers } from './queries.ts';
import { requestPages } from './requests.tsx';
import type { StandingChanged } from './standing.ts';

const noFields = z.object({});

/** Joining a location, one's own account, and the administrator's lists of people and companies, with what adds to them. */
export function peoplePages(
  core: Core,
  guards: Guards,
  standingChanged: StandingChanged,
  balancesOf?: Balances,
): Route[] {
  return [
    ...addingPages(core, guards),
    ...administratorsPages(core, guards),
    ...ownerPages(core, guards),
    ...requestPages(core, guards, standingChanged),
    get('/l/:location/join', guards.atLocation, (visit, c) => {
      if (isActiveMember(visit.membership)) return c.redirect(`/l/${visit.location.slug}/home`, 302);
      return joinPage(c, visit);
    }),
    post('/l/:location/join', guards.atLocation, async (visit, c) => {
      await readForm(c, noFields);
      const { organizationId, user, location, now } = visit;
      await core.database.write(organizationId, (tx) =>
        askToJoin(tx, { organizationId, locationId: location.id, user, now }),
      );
      return c.redirect(`/l/${location.slug}/join`, 303);
    }),
    get('/l/:location/more', guards.atLocation, async (visit, c) => {
      const locations = await core.database.read(visit.organizationId, locationsOf);
      return morePage(c, visit, locations);
    }),
    get('/l/:location/community/members', guards.administrator('customers'), async (visit, c) => {
      const search = searchOf(c);
      const removed = c.req.query('show') === 'removed';
      return await core.database.read(visit.organizationId, async (db) => {
        const rows = await findMembers(db, visit.location.id, { search, removed });
        const removedCount = await countRemoved(db, visit.location.id, search);
        const balances = await balancesOf?.(
          db,
          rows.map((row) => row.customerId),
        );
        return membersPage(c, visit, { rows, search, balances, removed, removedCount });
      });
    }),
    get('/l/:location/community/companies', guards.administrator('customers'), async (visit, c) => {
      const search = searchOf(c);
      return await core.database.read(visit.organizationId, async (db) => {
        const rows = await findCompanies(db, visit.location.id, search);
        const balances = await balancesOf?.(
          db,
          rows.map((row) => row.customerId),
        );
        return companiesPage(c, visit, { rows, search, balances });
      });
    }),
  ];
}
