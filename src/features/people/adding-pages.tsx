import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, type Element, get, post, type Route } from '../../platform/http/routes.ts';
import { isId, newId } from '../../platform/ids.ts';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { AlreadyHere, addCompany, addMember } from './adding.ts';
import { CompanyForm, MemberForm } from './adding-fields.tsx';
import { companyForm, fieldErrors, memberForm, placeOf, refusalErrors } from './adding-form.ts';
import { addingMessages } from './adding-messages.ts';
import { companiesAt } from './queries.ts';
import { queueWelcome, reachesPeople } from './welcome.ts';

type Adding = { core: Core; visit: AtLocation; c: Ctx };
type Again = { fields: Record<string, string>; errors: Record<string, string>; refused?: unknown };

/** Community > Members and Companies: the forms behind their "+". */
export function addingPages(core: Core, guards: Guards): Route[] {
  const customers = guards.administrator('customers');
  return [
    get('/l/:location/community/members/new', customers, (visit, c) => {
      // From the page of a company the form comes with that company.
      const company = c.req.query('company');
      const fields = { id: newId(visit.now), type: 'member', ...(isId(company) && { company }) };
      return showMemberForm({ core, visit, c }, { fields, errors: {} });
    }),
    post('/l/:location/community/members/new', customers, (visit, c) => saveMember({ core, visit, c })),
    get('/l/:location/community/companies/new', customers, (visit, c) =>
      showCompanyForm({ core, visit, c }, { fields: { id: newId(visit.now) }, errors: {} }),
    ),
    post('/l/:location/community/companies/new', customers, (visit, c) => saveCompany({ core, visit, c })),
  ];
}

async function saveMember(at: Adding): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, now } = visit;
  const form = await readForm(c, memberForm);
  if (!form.ok) return showMemberForm(at, { fields: form.typed, errors: fieldErrors(form.errors, location.locale) });
  const { id, name, email, type } = form.values;
  const place = placeOf(form.values);
  try {
    const { user, customerId } = await core.database.write(organizationId, async (tx) => {
      const it = { organizationId, locationId: location.id, id: isId(id) ? id : newId(now), name, email, type, place };
      const added = await addMember(tx, { ...it, now });
      if (added.isNew) await queueWelcome(tx, core, { organizationId, location, user: added.user, type });
      return added;
    });
    const text = addingMessages(location.locale);
    const told = [type === 'member' ? text.added(user) : text.addedNonmember(user)];
    if (user.name !== name) told.push(text.addedKnown);
    told.push(reachesPeople(core) ? text.mailed : text.notMailed);
    setFlash(c, { tone: 'good', text: told.join(' ') });
    return c.redirect(customerHref(visit, customerId), 303);
  } catch (refused) {
    return showMemberForm(at, refusedForm(at, form.typed, refused));
  }
}

async function saveCompany(at: Adding): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, now } = visit;
  const form = await readForm(c, companyForm);
  if (!form.ok) return showCompanyForm(at, { fields: form.typed, errors: fieldErrors(form.errors, location.locale) });
  const { id, name } = form.values;
  try {
    const { customerId } = await core.database.write(organizationId, (tx) =>
      addCompany(tx, { organizationId, locationId: location.id, id: isId(id) ? id : newId(now), name, now }),
    );
    setFlash(c, { tone: 'good', text: addingMessages(location.locale).companyAdded({ name }) });
    return c.redirect(customerHref(visit, customerId), 303);
  } catch (refused) {
    return showCompanyForm(at, refusedForm(at, form.typed, refused));
  }
}

/** What a refused form shows; what belongs to no field was a form saved before, so it goes on as a new one. */
function refusedForm({ visit }: Adding, typed: Record<string, string>, refused: unknown): Again {
  const errors = refusalErrors(refused, visit.location.locale);
  if (!errors) throw refused;
  return { fields: '' in errors ? { ...typed, id: newId(visit.now) } : typed, errors, refused };
}

async function showMemberForm(at: Adding, it: Again): Promise<Response> {
  const { core, visit } = at;
  const { locale, id } = visit.location;
  const companies = await core.database.read(visit.organizationId, (db) => companiesAt(db, id));
  const { addMember: title, addMemberLead: lead } = addingMessages(locale);
  const person = it.refused instanceof AlreadyHere ? it.refused.person : undefined;
  const known = person && { name: person.name, href: customerHref(visit, person.customerId) };
  const form = { ...it, locale, companies, known, back: listHref(visit, 'members') };
  return formPage(at, it, {
    title,
    lead,
    current: 'members',
    children: <MemberForm {...form} action={`${form.back}/new`} />,
  });
}

function showCompanyForm(at: Adding, it: Again): Response {
  const { locale } = at.visit.location;
  const { addCompany: title, addCompanyLead: lead } = addingMessages(locale);
  const back = listHref(at.visit, 'companies');
  const children = <CompanyForm {...it} locale={locale} back={back} action={`${back}/new`} />;
  return formPage(at, it, { title, lead, current: 'companies', children });
}

type FormPage = { title: string; lead: string; current: 'members' | 'companies'; children: Element };

function formPage({ visit, c }: Adding, { errors }: Again, it: FormPage): Response {
  const label = addingMessages(visit.location.locale)[it.current];
  return administratorPage(c, visit, {
    title: it.title,
    current: it.current,
    width: 'narrow',
    status: Object.keys(errors).length > 0 ? 422 : 200,
    children: (
      <>
        <PageHead back={{ href: listHref(visit, it.current), label }} title={it.title} lead={it.lead} />
        {it.children}
      </>
    ),
  });
}

function listHref(visit: AtLocation, list: 'members' | 'companies'): string {
  return `/l/${visit.location.slug}/community/${list}`;
}

function customerHref(visit: AtLocation, customerId: string): string {
  return `/l/${visit.location.slug}/community/customers/${customerId}`;
}
