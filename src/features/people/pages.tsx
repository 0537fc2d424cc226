import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { get, post, type Route } from '../../platform/http/routes.ts';
import { locationsOf } from '../organizations/organizations.ts';
import { type Guards, isActiveMember } from '../sign-in/visit.ts';
import { addingPages } from './adding-pages.tsx';
import { administratorsPages } from './administrators-pages.tsx';
import { companiesPage, membersPage, searchOf } from './community-pages.tsx';
import { companyPages } from './company-page.tsx';
import type { Elsewhere } from './elsewhere.ts';
import { invitationPages, openInvitations } from './invitation-pages.tsx';
import { askToJoin } from './join.ts';
import { joinPage } from './join-page.tsx';
import { morePage } from './more-page.tsx';
import { ownerPages } from './owner-pages.tsx';
import { countRemoved, countRemovedCompanies, findCompanies, findMembers } from './queries.ts';
import { requestPages } from './requests.tsx';

const noFields = z.object({});

/** Joining a location, one's own account, and the administrator's lists of people and companies, with what adds to them. */
export function peoplePages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const { balancesOf } = elsewhere;
  return [
    ...addingPages(core, guards),
    ...administratorsPages(core, guards),
    ...companyPages(core, guards, elsewhere),
    ...invitationPages(core, guards, elsewhere),
    ...ownerPages(core, guards),
    ...requestPages(core, guards, elsewhere),
    get('/l/:location/join', guards.atLocation, async (visit, c) => {
      if (isActiveMember(visit.membership)) return c.redirect(`/l/${visit.location.slug}/home`, 302);
      const invitations = await core.database.read(visit.organizationId, (db) => openInvitations(db, visit));
      return joinPage(c, visit, invitations);
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
      return await core.database.read(visit.organizationId, async (db) =>
        morePage(c, visit, { locations: await locationsOf(db), invitations: await openInvitations(db, visit) }),
      );
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
      const removed = c.req.query('show') === 'removed';
      return await core.database.read(visit.organizationId, async (db) => {
        const rows = await findCompanies(db, visit.location.id, { search, removed });
        const removedCount = await countRemovedCompanies(db, visit.location.id, search);
        const balances = await balancesOf?.(
          db,
          rows.map((row) => row.customerId),
        );
        return companiesPage(c, visit, { rows, search, balances, removed, removedCount });
      });
    }),
  ];
}
