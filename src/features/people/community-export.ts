import type { Core } from '../../platform/core.ts';
import { csvFile } from '../../platform/http/csv.ts';
import type { Ctx } from '../../platform/http/routes.ts';
import { creditsInput } from '../../shared/credits.ts';
import type { CsvCell } from '../../shared/csv.ts';
import type { Location } from '../organizations/organizations.ts';
import { type Filter, filterOf } from './community-filter.ts';
import type { Elsewhere } from './elsewhere.ts';
import { peopleMessages } from './messages.ts';
import { type MemberRow, nextCompanies, nextMembers } from './queries.ts';

/** So many rows are read at once: each piece is a short look into the database, however slowly the file is taken. */
const PIECE = 500;

/** Where and when a file is asked for. */
type Asked = { organizationId: string; location: Location; now: Date };
type At = { core: Core; visit: Asked; c: Ctx; elsewhere: Elsewhere };
type Figures = { credits: Map<string, bigint>; plans: Map<string, string> };

/** All people that the address of the list asks for, as a file. */
export function membersFile(at: At): Response {
  const { locale } = at.visit.location;
  const text = peopleMessages(locale);
  const head = [text.name, text.email, text.status, text.company, text.role, text.plan, text.balance, text.since];
  return csvFile(
    at.c,
    nameOf('members', at.visit),
    linesOf(at, head, nextMembers, (row, it) => [
      row.name,
      row.email,
      statusText(row, locale),
      row.company ?? '',
      row.role === undefined ? '' : row.role === 'manager' ? text.manager : text.member,
      ...lastCells(row, it, at.visit),
    ]),
  );
}

/** All companies that the address of the list asks for, as a file. */
export function companiesFile(at: At): Response {
  const text = peopleMessages(at.visit.location.locale);
  const head = [text.name, text.people, text.managers, text.plan, text.balance, text.since];
  return csvFile(
    at.c,
    nameOf('companies', at.visit),
    linesOf(at, head, nextCompanies, (row, it) => [
      row.name,
      { figure: String(row.people) },
      { figure: String(row.managers) },
      ...lastCells(row, it, at.visit),
    ]),
  );
}

/** How somebody stands, in a word. */
export function statusText({ type, status }: Pick<MemberRow, 'type' | 'status'>, locale: string): string {
  const text = peopleMessages(locale);
  if (status === 'active') return type === 'member' ? text.statusActive : text.statusNonmember;
  return { requested: text.statusRequested, invited: text.statusInvited, removed: text.statusRemoved }[status];
}

type Listed = { id: string; customerId: string; name: string; since: Date };
type Next<Row> = (
  db: Parameters<typeof nextMembers>[0],
  locationId: string,
  filter: Filter,
  piece: Parameters<typeof nextMembers>[3],
) => Promise<Row[]>;

async function* linesOf<Row extends Listed>(
  { core, visit, c, elsewhere }: At,
  head: string[],
  next: Next<Row>,
  lineOf: (row: Row, it: Figures) => CsvCell[],
): AsyncIterable<CsvCell[]> {
  yield head;
  const filter = filterOf(c);
  const { hasPlan, balancesOf, plansOf } = elsewhere;
  let after: Row | undefined;
  for (;;) {
    const { rows, figures } = await core.database.read(visit.organizationId, async (db) => {
      const rows = await next(db, visit.location.id, filter, {
        after,
        limit: PIECE,
        hasPlan: hasPlan && ((customer) => hasPlan(customer, visit.now)),
      });
      const ids = rows.map(({ customerId }) => customerId);
      const credits = (await balancesOf?.(db, ids)) ?? new Map();
      return { rows, figures: { credits, plans: (await plansOf?.(db, ids)) ?? new Map() } };
    });
    for (const row of rows) yield lineOf(row, figures);
    if (rows.length < PIECE) return;
    after = rows.at(-1);
  }
}

function lastCells({ customerId, since }: Listed, { credits, plans }: Figures, { location }: Asked): CsvCell[] {
  return [
    plans.get(customerId) ?? '',
    { figure: creditsInput(credits.get(customerId) ?? 0n) },
    { figure: dayText(since, location.timeZone) },
  ];
}

function nameOf(what: 'members' | 'companies', { location, now }: Asked): string {
  return `${what}-${location.slug}-${dayText(now, location.timeZone)}.csv`;
}

/** A day as every program reads it, such as 2026-03-10. */
function dayText(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}
