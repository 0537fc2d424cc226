import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card, Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { type Filled, Wrong } from './adding-fields.tsx';
import { fieldErrors, placeForm, placeOf, refusalErrors } from './adding-form.ts';
import { addingMessages } from './adding-messages.ts';
import { CompanyOf, placedText } from './company-of.tsx';
import { placeInCompany } from './company-place.ts';
import { companyOf } from './company-standing.ts';
import { CompanyLeaving, CompanyStanding, companyStandingPages } from './company-standing-pages.tsx';
import { customerOf, customerPage } from './customer-frame.tsx';
import type { Elsewhere } from './elsewhere.ts';
import { peopleMessages } from './messages.ts';
import type { Customer } from './people.ts';
import { profileMessages } from './profile-messages.ts';
import { type Person, peopleOf, personOf } from './profile-queries.ts';
import { companiesAt } from './queries.ts';
import { removingPages } from './removing-pages.tsx';
import { Rename, renamingPages } from './renaming-pages.tsx';
import { Leaving, Standing } from './standing.tsx';
import { reachesPeople } from './welcome.ts';

const PROFILE = '/l/:location/community/customers/:customerId';

/** Who a customer is: Community > member or company; and what ends a membership. */
export function profilePages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const customers = guards.administrator('customers');
  return [
    get(PROFILE, customers, (visit, c) => showProfile({ core, visit, c })),
    post(`${PROFILE}/company`, customers, (visit, c) => place({ core, visit, c }, elsewhere)),
    // Whoever had to sign in again before saving comes back to the address of the form.
    get(`${PROFILE}/company`, customers, async (visit, c) => {
      const customer = await core.database.read(visit.organizationId, (db) => customerOf(db, visit, c));
      return c.redirect(hrefOf(visit, customer.id), 303);
    }),
    ...removingPages(core, guards, elsewhere),
    ...companyStandingPages(core, guards, elsewhere),
    ...renamingPages(core, guards),
  ];
}

type At = { core: Core; visit: AtLocation; c: Ctx };

async function showProfile({ core, visit, c }: At, again?: Omit<Filled, 'locale'>): Promise<Response> {
  const { location } = visit;
  const { customer, person, people, companies, company } = await core.database.read(
    visit.organizationId,
    async (db) => {
      const customer = await customerOf(db, visit, c);
      const companies = await companiesAt(db, location.id);
      if (customer.kind === 'individual')
        return { customer, person: await personOf(db, customer), people: [], companies, company: undefined };
      const company = await companyOf(db, location.id, customer.id);
      return { customer, person: undefined, people: await peopleOf(db, customer), companies, company };
    },
  );
  const text = profileMessages(location.locale);
  return customerPage(c, visit, customer, {
    current: 'overview',
    status: again ? 422 : 200,
    children: (
      <>
        {again && <Wrong locale={location.locale} {...again} />}
        {person && <Standing visit={visit} person={person} />}
        {company && <CompanyStanding visit={visit} company={company} />}
        <Card title={text.about}>
          <Facts items={factsOf(visit, customer, person)} />
          <Rename action={`${hrefOf(visit, customer.id)}/name`} name={customer.name} locale={location.locale} />
        </Card>
        {person && <CompanyOf visit={visit} person={person} companies={companies} again={again} />}
        {person && !reachesPeople(core) && <SigningIn visit={visit} person={person} />}
        {person && <Leaving visit={visit} person={person} />}
        {person && !person.isForgotten && <Data visit={visit} person={person} />}
        {!person && <People visit={visit} customerId={customer.id} people={people} />}
        {company && <CompanyLeaving visit={visit} company={company} />}
      </>
    ),
  });
}

async function place(at: At, { tell }: Elsewhere): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, now } = visit;
  const form = await readForm(c, placeForm);
  if (!form.ok) return showProfile(at, { fields: form.typed, errors: fieldErrors(form.errors, location.locale) });
  const place = placeOf(form.values);
  try {
    const { id: customerId, ...placed } = await core.database.write(organizationId, async (tx) => {
      const { id } = await customerOf(tx, visit, c);
      return {
        id,
        ...(await placeInCompany(tx, { organizationId, locationId: location.id, customerId: id, place, tell, now })),
      };
    });
    setFlash(c, { tone: 'good', text: placedText(placed, place?.role, location) });
    return c.redirect(hrefOf(visit, customerId), 303);
  } catch (error) {
    const errors = refusalErrors(error, location.locale);
    if (!errors) throw error;
    return showProfile(at, { fields: form.typed, errors });
  }
}

/** The way to what somebody may ask about themselves. */
function Data({ visit, person }: { visit: AtLocation; person: Person }) {
  const text = profileMessages(visit.location.locale);
  return (
    <Card title={text.data}>
      <p>{text.dataLead(person)}</p>
      <p class="mt-4">
        <ButtonLink href={`${hrefOf(visit, person.customerId)}/data`} id="personal-data">
          {text.data}
        </ButtonLink>
      </p>
    </Card>
  );
}

/** How somebody gets in while no message reaches them. */
function SigningIn({ visit, person }: { visit: AtLocation; person: Person }) {
  const text = addingMessages(visit.location.locale);
  return (
    <Card title={text.signingIn}>
      <p>{text.signingInNoMail(person)}</p>
      <p class="mt-2">
        <code>{text.signingInCommand(person)}</code>
      </p>
    </Card>
  );
}

function factsOf(visit: AtLocation, customer: Customer, person: Person | undefined): FactsProps['items'] {
  const { location } = visit;
  const text = profileMessages(location.locale);
  const kind = customer.kind === 'company' ? text.kindCompany : text.kindIndividual;
  const facts: FactsProps['items'] = [
    { term: text.kind, value: kind },
    { term: text.name, value: customer.name },
  ];
  if (!person) return facts;
  const { company } = person;
  facts.push(
    { term: text.email, value: person.email },
    { term: text.status, value: statusText(person, location) },
    { term: text.since, value: dayText(person.since, location) },
  );
  if (company && !company.isRemoved) {
    const { roleManager, roleMember } = peopleMessages(location.locale);
    const name = (company.role === 'manager' ? roleManager : roleMember)({ company: company.name });
    facts.push({ term: text.company, value: <a href={hrefOf(visit, company.customerId)}>{name}</a> });
  }
  return facts;
}

function People({ visit, customerId, people }: { visit: AtLocation; customerId: string; people: Person[] }) {
  const { location } = visit;
  const text = profileMessages(location.locale);
  const add = (
    <ButtonLink href={`/l/${location.slug}/community/members/new?company=${customerId}`} icon="plus">
      {addingMessages(location.locale).addMember}
    </ButtonLink>
  );
  return (
    <Section title={text.people} actions={people.length > 0 && add}>
      <Table
        caption={text.people}
        hideCaption
        rows={people}
        rowId={(person) => `person-${person.customerId}`}
        empty={
          <EmptyState title={text.nobodyTitle} headingLevel={3} actions={add}>
            {text.nobody}
          </EmptyState>
        }
        columns={[
          {
            key: 'name',
            header: text.name,
            primary: true,
            cell: (person) => <a href={hrefOf(visit, person.customerId)}>{person.name}</a>,
          },
          { key: 'email', header: text.email, cell: (person) => person.email },
          { key: 'role', header: text.columnRole, cell: (person) => roleText(person.company!.role, location) },
          { key: 'status', header: text.status, cell: (person) => statusText(person, location) },
        ]}
      />
    </Section>
  );
}

function statusText({ type, status }: Person, { locale }: Location): string {
  const text = peopleMessages(locale);
  const words: Record<Person['status'], string> = {
    active: type === 'member' ? text.statusActive : text.statusNonmember,
    requested: text.statusRequested,
    invited: text.statusInvited,
    removed: text.statusRemoved,
  };
  return words[status];
}

function roleText(role: 'manager' | 'member', { locale }: Location): string {
  const text = profileMessages(locale);
  return role === 'manager' ? text.roleManager : text.roleMember;
}

function dayText(at: Date, { locale, timeZone }: Location): string {
  return new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

function hrefOf(visit: AtLocation, customerId: string): string {
  return `/l/${visit.location.slug}/community/customers/${customerId}`;
}
