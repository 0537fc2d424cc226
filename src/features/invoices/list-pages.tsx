import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Tabs } from '../../web/ui/tabs.tsx';
import { customerOf, customerPage } from '../people/customer-frame.tsx';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { dayAt } from '../subscriptions/subscriptions.ts';
import { InvoiceTable } from './invoice-table.tsx';
import { type InvoiceFilter, invoicesAt } from './list.ts';
import { listMessages } from './list-messages.ts';
import { communityHref } from './places.ts';
import { invoicesOf } from './records.ts';

const PAGE_SIZE = 50;
const MOST_SEARCHED = 100;
const FILTERS: InvoiceFilter[] = ['draft', 'open', 'overdue', 'paid', 'void', 'credit_note'];

/** Community > Invoices, and the same of one customer on a tab of their page (S16). */
export function listPages(core: Core, guards: Guards): Route[] {
  return [
    get('/l/:location/community/invoices', guards.administrator('billing'), (visit, c) => showList(core, visit, c)),
    get('/l/:location/community/customers/:customerId/invoices', guards.administrator('customers'), (visit, c) =>
      showOfCustomer(core, visit, c),
    ),
  ];
}

/** What the address asks for. */
type Asked = { show: InvoiceFilter | undefined; search: string; after: string | undefined };

function askedIn(c: Ctx): Asked {
  const [show, after] = [c.req.query('show') || undefined, c.req.query('after') || undefined];
  if (show !== undefined && !FILTERS.includes(show as InvoiceFilter)) throw new NotFound();
  if (after !== undefined && !isId(after)) throw new NotFound();
  const search = (c.req.query('search') ?? '').replaceAll('\0', '').trim().slice(0, MOST_SEARCHED);
  return { show: show as InvoiceFilter | undefined, search, after };
}

async function showList(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const asked = askedIn(c);
  const { show, search, after } = asked;
  const { invoices, next } = await core.database.read(visit.organizationId, (db) =>
    invoicesAt(db, location.id, {
      limit: PAGE_SIZE,
      today: dayAt(now, location.timeZone),
      ...(show && { show }),
      ...(search && { search }),
      ...(after && { after }),
    }),
  );
  const text = listMessages(location.locale);
  const here = communityHref(location);
  const isEmpty = invoices.length === 0 && !show && !search && !after;
  return administratorPage(c, visit, {
    title: text.title,
    current: 'invoices',
    children: (
      <>
        <PageHead title={text.title} eyebrow={text.community} lead={text.lead} />
        {!isEmpty && <Filters visit={visit} asked={asked} />}
        <InvoiceTable
          location={location}
          now={now}
          invoices={invoices}
          hrefOf={({ id }) => `${here}/${id}`}
          customerHrefOf={({ customerId }) => `/l/${location.slug}/community/customers/${customerId}/invoices`}
          empty={<Nothing visit={visit} asked={asked} />}
        />
        <FormActions>
          {next !== undefined && (
            <ButtonLink href={addressOf(here, { show, search, after: next })}>{text.older}</ButtonLink>
          )}
          {after !== undefined && (
            <ButtonLink href={addressOf(here, { show, search, after: undefined })} tone="quiet">
              {text.newest}
            </ButtonLink>
          )}
        </FormActions>
      </>
    ),
  });
}

function Filters({ visit, asked }: { visit: AtLocation; asked: Asked }) {
  const { location } = visit;
  const text = listMessages(location.locale);
  const here = communityHref(location);
  const labels: Record<InvoiceFilter, string> = {
    draft: text.showDraft,
    open: text.showOpen,
    overdue: text.showOverdue,
    paid: text.showPaid,
    void: text.showVoid,
    credit_note: text.showCreditNotes,
  };
  const { show, search } = asked;
  return (
    <>
      <Tabs
        label={text.filters}
        items={[undefined, ...FILTERS].map((filter) => ({
          href: addressOf(here, { show: filter, search, after: undefined }),
          label: filter ? labels[filter] : text.showAll,
          current: filter === show,
        }))}
      />
      <Form action={here} method="get" layout="filters" replace {...(show && { fields: { show } })}>
        <Field
          name="search"
          type="search"
          label={text.search}
          hint={text.searchHint}
          value={search}
          maxlength={MOST_SEARCHED}
        />
        <Button icon="search">{text.searchAction}</Button>
      </Form>
    </>
  );
}

function Nothing({ visit, asked }: { visit: AtLocation; asked: Asked }) {
  const { location } = visit;
  const text = listMessages(location.locale);
  const { show, search, after } = asked;
  const all = <ButtonLink href={communityHref(location)}>{text.clear}</ButtonLink>;
  if (search)
    return (
      <EmptyState title={text.nothingFoundTitle} actions={all}>
        {text.nothingFound({ search })}
      </EmptyState>
    );
  if (show || after)
    return (
      <EmptyState title={text.noneTitle} actions={all}>
        {text.none}
      </EmptyState>
    );
  return <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>;
}

function addressOf(path: string, { show, search, after }: Asked): string {
  const query = new URLSearchParams({ ...(show && { show }), ...(search && { search }), ...(after && { after }) });
  return query.size > 0 ? `${path}?${query}` : path;
}

async function showOfCustomer(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const { customer, invoices } = await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    return { customer, invoices: await invoicesOf(db, customer.id) };
  });
  const text = listMessages(location.locale);
  const mayOpen = visit.areas.includes('billing');
  return customerPage(c, visit, customer, {
    current: 'invoices',
    children: (
      <Section title={text.ofCustomer} hideTitle>
        <InvoiceTable
          location={location}
          now={now}
          invoices={invoices}
          hrefOf={({ id }) => (mayOpen ? `${communityHref(location)}/${id}` : undefined)}
          empty={
            <EmptyState title={text.emptyTitle} headingLevel={3}>
              {text.ofCustomerEmpty}
            </EmptyState>
          }
        />
      </Section>
    ),
  });
}
