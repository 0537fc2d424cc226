import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { readForm } from '../../platform/http/forms.ts';
import { get, post, type Route } from '../../platform/http/routes.ts';
import { locationsOf } from '../organizations/organizations.ts';
import { type Guards, isActiveMember } from '../sign-in/visit.ts';
import { addingPages } from './adding-pages.tsx';
import { administratorsPages } from './administrators-pages.tsx';
import { companiesFile, membersFile } from './community-export.ts';
import { filterOf } from './community-filter.ts';
import { companiesPage, membersPage } from './community-pages.tsx';
import { companyPages } from './company-page.tsx';
import type { Elsewhere } from './elsewhere.ts';
import { invitationPages, openInvitations } from './invitation-pages.tsx';
import { askToJoin } from './join.ts';
import { joinPage } from './join-page.tsx';
import { locationsPages } from './locations-pages.tsx';
import { morePage } from './more-page.tsx';
import { ownerPages } from './owner-pages.tsx';
import { companiesAt, countRemoved, countRemovedCompanies, findCompanies, findMembers } from './queries.ts';
import { requestPages } from './requests.tsx';

const noFields = z.object({});

/** Joining a location, one's own account, and the administrator's lists of people and companies, with what adds to them. */
export function peoplePages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  return [
    ...addingPages(core, guards),
    ...administratorsPages(core, guards),
    ...companyPages(core, guards, elsewhere),
    ...invitationPages(core, guards, elsewhere),
    ...ownerPages(core, guards),
    ...locationsPages(core, guards),
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
    ...listPages(core, guards, elsewhere),
  ];
}

/** The administrator's lists of people and companies, each with a file of the same rows. */
function listPages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const customers = guards.administrator('customers');
  const { balancesOf, plansOf, hasPlan } = elsewhere;
  const known = async (db: Tx, rows: { customerId: string }[]) => {
    const ids = rows.map(({ customerId }) => customerId);
    return { balances: await balancesOf?.(db, ids), plans: await plansOf?.(db, ids) };
  };
  const at = (now: Date) => hasPlan && ((customer: Parameters<typeof hasPlan>[0]) => hasPlan(customer, now));
  return [
    get('/l/:location/community/members', customers, (visit, c) =>
      core.database.read(visit.organizationId, async (db) => {
        const { id } = visit.location;
        const filter = filterOf(c);
        const found = await findMembers(db, id, filter, at(visit.now));
        const removedCount = await countRemoved(db, id, filter.search);
        const companies = await companiesAt(db, id);
        return membersPage(c, visit, { ...found, filter, removedCount, companies, ...(await known(db, found.rows)) });
      }),
    ),
    get('/l/:location/community/companies', customers, (visit, c) =>
      core.database.read(visit.organizationId, async (db) => {
        const { id } = visit.location;
        const filter = filterOf(c);
        const found = await findCompanies(db, id, filter, at(visit.now));
        const removedCount = await countRemovedCompanies(db, id, filter.search);
        return companiesPage(c, visit, {
          ...{ ...found, filter, removedCount, companies: [] },
          ...(await known(db, found.rows)),
        });
      }),
    ),
    get('/l/:location/community/members.csv', customers, (visit, c) => membersFile({ core, visit, c, elsewhere })),
    get('/l/:location/community/companies.csv', customers, (visit, c) => companiesFile({ core, visit, c, elsewhere })),
  ];
}
