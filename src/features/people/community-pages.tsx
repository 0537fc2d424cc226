import type { Tx } from '../../platform/database/database.ts';
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
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import { addingMessages } from './adding-messages.ts';
import { peopleMessages } from './messages.ts';
import { type CompanyRow, type MemberRow, MOST_ROWS } from './queries.ts';
import { AnswerButtons } from './requests.tsx';

/** Credits (in hundredths) by customer; whoever owns the ledger answers it. */
export type Balances = (db: Tx, customerIds: string[]) => Promise<Map<string, bigint>>;

type Listed<Row> = { rows: Row[]; search: string; balances?: Map<string, bigint> | undefined };

/** What is searched for, as far as it can be text. */
export function searchOf(c: Ctx): string {
  return (c.req.query('search') ?? '').replaceAll('\0', '').trim().slice(0, 100);
}

/** Community > Members. */
export function membersPage(c: Ctx, visit: AtLocation, it: Listed<MemberRow>): Response {
  const text = peopleMessages(visit.location.locale);
  const columns: Column<MemberRow>[] = [
    { key: 'name', header: text.name, primary: true, cell: (row) => <Profile visit={visit} {...row} /> },
    { key: 'email', header: text.email, cell: (row) => row.email },
    { key: 'company', header: text.company, cell: (row) => row.company },
    { key: 'status', header: text.status, cell: (row) => <Status locale={visit.location.locale} row={row} /> },
    ...balanceColumn<MemberRow>(visit, it.balances),
    ...answerColumn(visit, it.rows),
  ];
  const empty = (actions: Element) => (
    <EmptyState title={text.noMembersTitle} actions={actions}>
      {text.noMembers}
    </EmptyState>
  );
  return listPage(c, visit, { ...it, current: 'members', columns, empty, searchHint: text.searchMembers });
}

/** Community > Companies. */
export function companiesPage(c: Ctx, visit: AtLocation, it: Listed<CompanyRow>): Response {
  const text = peopleMessages(visit.location.locale);
  const columns: Column<CompanyRow>[] = [
    { key: 'name', header: text.name, primary: true, cell: (row) => <Profile visit={visit} {...row} /> },
    { key: 'people', header: text.people, align: 'end', cell: (row) => String(row.people) },
    { key: 'managers', header: text.managers, align: 'end', cell: (row) => String(row.managers) },
    ...balanceColumn<CompanyRow>(visit, it.balances),
  ];
  const empty = (actions: Element) => (
    <EmptyState title={text.noCompaniesTitle} actions={actions}>
      {text.noCompanies}
    </EmptyState>
  );
  return listPage(c, visit, { ...it, current: 'companies', columns, empty, searchHint: text.searchCompanies });
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
  },
): Response {
  const { slug, locale } = visit.location;
  const text = peopleMessages(locale);
  const title = text[it.current];
  const here = `/l/${slug}/community/${it.current}`;
  const nothingFound = (
    <EmptyState title={text.nothingFoundTitle} actions={<ButtonLink href={here}>{text.clear}</ButtonLink>}>
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
        {!isEmpty && (
          <Form action={here} method="get" layout="filters" replace>
            <Field
              name="search"
              type="search"
              label={text.search}
              hint={it.searchHint}
              value={it.search}
              maxlength={100}
            />
            <Button icon="search">{text.searchAction}</Button>
          </Form>
        )}
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

/** Community > (...): what there is besides the lists. */
function CommunityMenu({ visit }: { visit: AtLocation }) {
  if (!visit.areas.includes('billing')) return null;
  const text = peopleMessages(visit.location.locale);
  return (
    <Menu label={text.moreOfCommunity}>
      <MenuLink href={`/l/${visit.location.slug}/community/credit-packages`} icon="credits">
        {text.creditPackages}
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
