import type { Core } from '../../platform/core.ts';
import { get, type Route } from '../../platform/http/routes.ts';
import { Card, Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { customerOf, customerPage } from './customer-frame.tsx';
import { peopleMessages } from './messages.ts';
import type { Customer } from './people.ts';
import { profileMessages } from './profile-messages.ts';
import { type Person, peopleOf, personOf } from './profile-queries.ts';

/** Who a customer is: Community > member or company. */
export function profilePages(core: Core, guards: Guards): Route[] {
  return [
    get('/l/:location/community/customers/:customerId', guards.administrator('customers'), async (visit, c) => {
      const { customer, person, people } = await core.database.read(visit.organizationId, async (db) => {
        const customer = await customerOf(db, visit, c);
        if (customer.kind === 'company') return { customer, person: undefined, people: await peopleOf(db, customer) };
        return { customer, person: await personOf(db, customer), people: [] };
      });
      const text = profileMessages(visit.location.locale);
      return customerPage(c, visit, customer, {
        current: 'overview',
        children: (
          <>
            <Card title={text.about}>
              <Facts items={factsOf(visit, customer, person)} />
            </Card>
            {!person && <People visit={visit} people={people} />}
          </>
        ),
      });
    }),
  ];
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
  if (company) {
    const { roleManager, roleMember } = peopleMessages(location.locale);
    const name = (company.role === 'manager' ? roleManager : roleMember)({ company: company.name });
    facts.push({ term: text.company, value: <a href={hrefOf(visit, company.customerId)}>{name}</a> });
  }
  return facts;
}

function People({ visit, people }: { visit: AtLocation; people: Person[] }) {
  const { location } = visit;
  const text = profileMessages(location.locale);
  return (
    <Section title={text.people}>
      <Table
        caption={text.people}
        hideCaption
        rows={people}
        rowId={(person) => `person-${person.customerId}`}
        empty={
          <EmptyState title={text.nobodyTitle} headingLevel={3}>
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
