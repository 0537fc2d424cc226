import type { Ctx, Element } from '../../platform/http/routes.ts';
import { formatCredits } from '../../shared/credits.ts';
import { Badge, type BadgeTone } from '../../web/ui/badge.tsx';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Menu, MenuLink } from '../../web/ui/menu.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { type Column, Table } from '../../web/ui/table.tsx';
import { Tabs } from '../../web/ui/tabs.tsx';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import { addingMessages } from './adding-messages.ts';
import { peopleMessages } from './messages.ts';
import { type CompanyRow, type MemberRow, MOST_ROWS } from './queries.ts';
import { AnswerButtons } from './requests.tsx';

type Listed<Row> = { rows: Row[]; search: string; balances?: Map<string, bigint> | undefined };

/** What is searched for, as far as it can be text. */
export function searchOf(c: Ctx): string {
  return (c.req.query('search') ?? '').replaceAll('\0', '').trim().slice(0, 100);
}

/** Community > Members: those on the list, or those who were removed from it. */
export function membersPage(
  c: Ctx,
  visit: AtLocation,
  it: Listed<MemberRow> & { removed: boolean; removedCount: number },
): Response {
  const text = peopleMessages(visit.location.locale);
  const columns: Column<MemberRow>[] = [
    { key: 'name', header: text.name, primary: true, cell: (row) => <Profile visit={visit} {...row} /> },
    { key: 'email', header: text.email, cell: (row) => row.email },
    { key: 'company', header: text.company, cell: (row) => row.company },
    { key: 'status', header: text.status, cell: (row) => <Status locale={visit.location.locale} row={row} /> },
    ...balanceColumn<MemberRow>(visit, it.balances),
    ...answerColumn(visit, it.rows),
  ];
  const empty = (actions: Element) =>
    it.removed ? (
      <EmptyState title={text.nobodyRemovedTitle}>{text.nobodyRemoved}</EmptyState>
    ) : (
      <EmptyState title={text.noMembersTitle} actions={actions}>
        {text.noMembers}
      </EmptyState>
    );
  return listPage(c, visit, {
    ...it,
    current: 'members',
    columns,
    empty,
    searchHint: text.searchMembers,
    ...(it.removed && { filter: { show: 'removed' } }),
    // Where nobody was ever removed there is nothing to choose.
    tabs: (it.removed || it.removedCount > 0) && <ListTabs visit={visit} list="members" {...it} />,
  });
}

/** Community > Companies. */
export function companiesPage(
  c: Ctx,
  visit: AtLocation,
  it: Listed<CompanyRow> & { removed: boolean; removedCount: number },
): Response {
  const text = peopleMessages(visit.location.locale);
  const columns: Column<CompanyRow>[] = [
    { key: 'name', header: text.name, primary: true, cell: (row) => <Profile visit={visit} {...row} /> },
    { key: 'people', header: text.people, align: 'end', cell: (row) => String(row.people) },
    { key: 'managers', header: text.managers, align: 'end', cell: (row) => String(row.managers) },
    ...balanceColumn<CompanyRow>(visit, it.balances),
  ];
  const empty = (actions: Element) =>
    it.removed ? (
      <EmptyState title={text.noneRemovedTitle}>{text.nobodyRemoved}</EmptyState>
    ) : (
      <EmptyState title={text.noCompaniesTitle} actions={actions}>
        {text.noCompanies}
      </EmptyState>
    );
  return listPage(c, visit, {
    ...it,
    current: 'companies',
    columns,
    empty,
    searchHint: text.searchCompanies,
    ...(it.removed && { filter: { show: 'removed' } }),
    tabs: (it.removed || it.removedCount > 0) && <ListTabs visit={visit} list="companies" {...it} />,
  });
}

function listPage<Row extends { customerId: string }>(
  c: Ctx,
  visit: AtLocation,
  it: Listed<Row> & {
    current: 'members' | 'companies';
    columns: Column<Row>[];
    /** What is shown when there is nobody, with the button that adds the first. */
    empty: (actions: Element) => Element;
    searchHint: string;
    /** What the address says besides the search. */
    filter?: Record<string, string>;
    tabs?: Element;
  },
): Response {
  const { slug, locale } = visit.location;
  const text = peopleMessages(locale);
  const title = text[it.current];
  const here = `/l/${slug}/community/${it.current}`;
  const everybody = addressOf(here, it.filter);
  const nothingFound = (
    <EmptyState title={text.nothingFoundTitle} actions={<ButtonLink href={everybody}>{text.clear}</ButtonLink>}>
      {text.nothingFound({ search: it.search })}
    </EmptyState>
  );
  const isEmpty = it.rows.length === 0 && !it.search;
  const { addMember, addCompany } = addingMessages(locale);
  const add = (
    <ButtonLink href={`${here}/new`} tone="primary" icon="plus">
      {it.current === 'members' ? addMember : addCompany}
    </ButtonLink>
  );
  return administratorPage(c, visit, {
    title,
    current: it.current,
    children: (
      <>
        <PageHead
          title={title}
          eyebrow={text.community}
          actions={
            <>
              {!isEmpty && add}
              <CommunityMenu visit={visit} />
            </>
          }
        />
        {it.tabs}
        {!isEmpty && <SearchForm {...it} action={here} locale={locale} />}
        <Table
          caption={title}
          hideCaption
          columns={it.columns}
          rows={it.rows}
          rowId={(row) => `customer-${row.customerId}`}
          empty={it.search ? nothingFound : it.empty(add)}
        />
        {it.rows.length === MOST_ROWS && <p>{text.firstOnes({ count: String(MOST_ROWS) })}</p>}
      </>
    ),
  });
}

function SearchForm(it: {
  action: string;
  locale: string;
  search: string;
  searchHint: string;
  filter?: Record<string, string>;
}) {
  const text = peopleMessages(it.locale);
  return (
    <Form action={it.action} method="get" layout="filters" replace {...(it.filter && { fields: it.filter })}>
      <Field name="search" type="search" label={text.search} hint={it.searchHint} value={it.search} maxlength={100} />
      <Button icon="search">{text.searchAction}</Button>
    </Form>
  );
}

/** The two lists of people or companies; what is searched for goes along from one to the other. */
function ListTabs(it: {
  visit: AtLocation;
  list: 'members' | 'companies';
  search: string;
  removed: boolean;
  removedCount: number;
}) {
  const { slug, locale } = it.visit.location;
  const text = peopleMessages(locale);
  const here = `/l/${slug}/community/${it.list}`;
  const search: Record<string, string> = it.search ? { search: it.search } : {};
  const count = new Intl.NumberFormat(locale).format(it.removedCount);
  return (
    <Tabs
      label={text.lists}
      items={[
        { href: addressOf(here, search), label: text.listed, current: !it.removed },
        { href: addressOf(here, { show: 'removed', ...search }), label: text.removed, current: it.removed, count },
      ]}
    />
  );
}

function addressOf(path: string, query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}

/** Community > (...): what there is besides the lists. */
function CommunityMenu({ visit }: { visit: AtLocation }) {
  if (!visit.areas.includes('billing')) return null;
  const text = peopleMessages(visit.location.locale);
  return (
    <Menu label={text.moreOfCommunity}>
      <MenuLink href={`/l/${visit.location.slug}/community/credit-packages`} icon="credits">
        {text.creditPackages}
      </MenuLink>
      <MenuLink href={`/l/${visit.location.slug}/community/plans`} icon="plan">
        {text.plans}
      </MenuLink>
    </Menu>
  );
}

function Profile(it: { visit: AtLocation; customerId: string; name: string }) {
  return <a href={`/l/${it.visit.location.slug}/community/customers/${it.customerId}`}>{it.name}</a>;
}

function Status({ locale, row }: { locale: string; row: MemberRow }) {
  const text = peopleMessages(locale);
  const active: [string, BadgeTone] =
    row.type === 'member' ? [text.statusActive, 'good'] : [text.statusNonmember, 'plain'];
  const words: Record<MemberRow['status'], [string, BadgeTone]> = {
    active,
    requested: [text.statusRequested, 'warn'],
    invited: [text.statusInvited, 'info'],
    removed: [text.statusRemoved, 'plain'],
  };
  const [label, tone] = words[row.status];
  return <Badge tone={tone}>{label}</Badge>;
}

/** Requests to join are answered where they are listed; without any the column would be empty. */
function answerColumn(visit: AtLocation, rows: MemberRow[]): Column<MemberRow>[] {
  const isAsking = (row: MemberRow) => row.status === 'requested';
  if (!rows.some(isAsking)) return [];
  return [
    {
      key: 'answer',
      header: addingMessages(visit.location.locale).actions,
      hideHeader: true,
      cell: (row) => isAsking(row) && <AnswerButtons visit={visit} from="members" {...row} />,
    },
  ];
}

function balanceColumn<Row extends { customerId: string }>(
  visit: AtLocation,
  balances: Map<string, bigint> | undefined,
): Column<Row>[] {
  if (!balances) return [];
  const { locale } = visit.location;
  return [
    {
      key: 'balance',
      header: peopleMessages(locale).balance,
      align: 'end',
      cell: (row) => formatCredits(balances.get(row.customerId) ?? 0n, locale),
    },
  ];
}
