import type { Ctx, Element } from '../../platform/http/routes.ts';
import { formatCredits } from '../../shared/credits.ts';
import { Badge, type BadgeTone } from '../../web/ui/badge.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Menu, MenuLink } from '../../web/ui/menu.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { type Column, Table } from '../../web/ui/table.tsx';
import { Tabs } from '../../web/ui/tabs.tsx';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import { addingMessages } from './adding-messages.ts';
import { statusText } from './community-export.ts';
import { addressOf, type Filter, isNarrowed, wholeList } from './community-filter.ts';
import { FilterForm, Pages } from './community-filters.tsx';
import { peopleMessages } from './messages.ts';
import type { CompanyRow, MemberRow } from './queries.ts';
import { AnswerButtons } from './requests.tsx';

/** A page of a list, and what stands around it. */
type Listed<Row> = {
  rows: Row[];
  hasMore: boolean;
  filter: Filter;
  removedCount: number;
  companies: { customerId: string; name: string }[];
  balances: Map<string, bigint> | undefined;
  /** Names of plans by customer. */
  plans: Map<string, string> | undefined;
};

/** Community > Members: those on the list, or those who were removed from it. */
export function membersPage(c: Ctx, visit: AtLocation, it: Listed<MemberRow>): Response {
  const { locale } = visit.location;
  const text = peopleMessages(locale);
  const columns: Column<MemberRow>[] = [
    { key: 'name', header: text.name, primary: true, cell: (row) => <Profile visit={visit} {...row} /> },
    { key: 'email', header: text.email, cell: (row) => row.email },
    { key: 'company', header: text.company, cell: (row) => companyOf(row, locale) },
    { key: 'status', header: text.status, cell: (row) => <Status locale={locale} row={row} /> },
    ...knownColumns<MemberRow>(visit, it),
    ...answerColumn(visit, it.rows),
  ];
  const empty = (actions: Element) =>
    it.filter.removed ? (
      <EmptyState title={text.nobodyRemovedTitle}>{text.nobodyRemoved}</EmptyState>
    ) : (
      <EmptyState title={text.noMembersTitle} actions={actions}>
        {text.noMembers}
      </EmptyState>
    );
  return listPage(c, visit, { ...it, current: 'members', columns, empty });
}

/** Community > Companies. */
export function companiesPage(c: Ctx, visit: AtLocation, it: Listed<CompanyRow>): Response {
  const text = peopleMessages(visit.location.locale);
  const columns: Column<CompanyRow>[] = [
    { key: 'name', header: text.name, primary: true, cell: (row) => <Profile visit={visit} {...row} /> },
    { key: 'people', header: text.people, align: 'end', cell: (row) => String(row.people) },
    { key: 'managers', header: text.managers, align: 'end', cell: (row) => String(row.managers) },
    ...knownColumns<CompanyRow>(visit, it),
  ];
  const empty = (actions: Element) =>
    it.filter.removed ? (
      <EmptyState title={text.noneRemovedTitle}>{text.nobodyRemoved}</EmptyState>
    ) : (
      <EmptyState title={text.noCompaniesTitle} actions={actions}>
        {text.noCompanies}
      </EmptyState>
    );
  return listPage(c, visit, { ...it, current: 'companies', columns, empty });
}

function listPage<Row extends { customerId: string }>(
  c: Ctx,
  visit: AtLocation,
  it: Listed<Row> & {
    current: 'members' | 'companies';
    columns: Column<Row>[];
    /** What is shown when there is nobody, with the button that adds the first. */
    empty: (actions: Element) => Element;
  },
): Response {
  const { slug, locale } = visit.location;
  const { filter, current } = it;
  const text = peopleMessages(locale);
  const title = text[current];
  const here = `/l/${slug}/community/${current}`;
  const isWhole = !isNarrowed(filter) && filter.page === 1;
  const isEmpty = it.rows.length === 0 && isWhole;
  const { addMember, addCompany } = addingMessages(locale);
  const add = (
    <ButtonLink href={`${here}/new`} tone="primary" icon="plus">
      {current === 'members' ? addMember : addCompany}
    </ButtonLink>
  );
  return administratorPage(c, visit, {
    title,
    current,
    children: (
      <>
        <PageHead
          title={title}
          eyebrow={text.community}
          actions={
            <>
              {!isEmpty && add}
              <CommunityMenu
                visit={visit}
                file={isEmpty ? undefined : addressOf(`${here}.csv`, { ...filter, page: 1 })}
              />
            </>
          }
        />
        {/* Where nobody was ever removed there is nothing to choose. */}
        {(filter.removed || it.removedCount > 0) && <ListTabs visit={visit} {...it} />}
        {!isEmpty && (
          <FilterForm
            action={here}
            locale={locale}
            filter={filter}
            list={current}
            companies={it.companies}
            knowsPlans={it.plans !== undefined}
          />
        )}
        <Table
          caption={title}
          hideCaption
          columns={it.columns}
          rows={it.rows}
          rowId={(row) => `customer-${row.customerId}`}
          empty={isWhole ? it.empty(add) : <NothingFound at={here} locale={locale} filter={filter} />}
        />
        <Pages action={here} locale={locale} filter={filter} hasMore={it.hasMore} />
      </>
    ),
  });
}

function NothingFound({ at, locale, filter }: { at: string; locale: string; filter: Filter }) {
  const text = peopleMessages(locale);
  return (
    <EmptyState
      title={text.nothingFoundTitle}
      actions={<ButtonLink href={addressOf(at, wholeList(filter))}>{text.clear}</ButtonLink>}
    >
      {filter.search === '' ? text.nothingFoundHere : text.nothingFound({ search: filter.search })}
    </EmptyState>
  );
}

/** The two lists of people or companies; what is searched for goes along from one to the other. */
function ListTabs(it: { visit: AtLocation; current: 'members' | 'companies'; filter: Filter; removedCount: number }) {
  const { slug, locale } = it.visit.location;
  const text = peopleMessages(locale);
  const here = `/l/${slug}/community/${it.current}`;
  const to = (removed: boolean) =>
    addressOf(here, { ...wholeList({ ...it.filter, removed }), search: it.filter.search });
  const count = new Intl.NumberFormat(locale).format(it.removedCount);
  return (
    <Tabs
      label={text.lists}
      items={[
        { href: to(false), label: text.listed, current: !it.filter.removed },
        { href: to(true), label: text.removed, current: it.filter.removed, count },
      ]}
    />
  );
}

/** Community > (...): what there is besides the lists. */
function CommunityMenu({ visit, file }: { visit: AtLocation; file: string | undefined }) {
  const { slug, locale } = visit.location;
  const text = peopleMessages(locale);
  const looksAfterBilling = visit.areas.includes('billing');
  if (!looksAfterBilling && file === undefined) return null;
  return (
    <Menu label={text.moreOfCommunity}>
      {file !== undefined && (
        <MenuLink href={file} icon="download" download>
          {text.download}
        </MenuLink>
      )}
      {looksAfterBilling && (
        <MenuLink href={`/l/${slug}/community/credit-packages`} icon="credits">
          {text.creditPackages}
        </MenuLink>
      )}
      {looksAfterBilling && (
        <MenuLink href={`/l/${slug}/community/plans`} icon="plan">
          {text.plans}
        </MenuLink>
      )}
    </Menu>
  );
}

function Profile(it: { visit: AtLocation; customerId: string; name: string }) {
  return <a href={`/l/${it.visit.location.slug}/community/customers/${it.customerId}`}>{it.name}</a>;
}

function Status({ locale, row }: { locale: string; row: MemberRow }) {
  const active: BadgeTone = row.type === 'member' ? 'good' : 'plain';
  const tones = { active, requested: 'warn', invited: 'info', removed: 'plain' } as const;
  return <Badge tone={tones[row.status]}>{statusText(row, locale)}</Badge>;
}

function companyOf({ company, role }: MemberRow, locale: string): Element {
  if (company === undefined) return null;
  const { roleManager, roleMember } = peopleMessages(locale);
  return (role === 'manager' ? roleManager : roleMember)({ company });
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

/** What others know of the customers of a list: their plans, their credits. */
function knownColumns<Row extends { customerId: string }>(
  visit: AtLocation,
  { plans, balances }: Pick<Listed<Row>, 'plans' | 'balances'>,
): Column<Row>[] {
  const { locale } = visit.location;
  const text = peopleMessages(locale);
  const columns: Column<Row>[] = [];
  if (plans) columns.push({ key: 'plan', header: text.plan, cell: (row) => plans.get(row.customerId) });
  if (balances) {
    const cell = (row: Row) => formatCredits(balances.get(row.customerId) ?? 0n, locale);
    columns.push({ key: 'balance', header: text.balance, align: 'end', cell });
  }
  return columns;
}
