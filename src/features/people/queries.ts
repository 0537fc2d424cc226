import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import type { Filter } from './community-filter.ts';
import type { Membership } from './people.ts';

/** A line of the list of people. */
export type MemberRow = {
  id: string;
  customerId: string;
  name: string;
  email: string;
  type: Membership['type'];
  status: Membership['status'];
  company: string | undefined;
  role: 'manager' | 'member' | undefined;
  since: Date;
};

/** A line of the list of companies; people and managers are counted while they are active. */
export type CompanyRow = {
  id: string;
  customerId: string;
  name: string;
  people: number;
  managers: number;
  since: Date;
};

/** How many lines a page of a list has. */
const PAGE_ROWS = 200;

/** Whether a row's customer has a plan; answered by who owns plans. */
export type HasPlan = (customer: RawBuilder<unknown>) => RawBuilder<SqlBool>;

/** Where a list goes on: after this row, or from the beginning. */
type After = { name: string; id: string } | undefined;

/** A page of the people that a filter lets pass, by name, those who ask to join first; and whether there are more. */
export async function findMembers(
  db: Tx,
  locationId: string,
  filter: Filter,
  hasPlan?: HasPlan,
): Promise<{ rows: MemberRow[]; hasMore: boolean }> {
  const rows = await membersIn(db, locationId, filter, hasPlan)
    .orderBy(sql`m.status <> 'requested'`)
    .orderBy(sql`lower(u.name)`)
    .orderBy('m.id')
    .offset((filter.page - 1) * PAGE_ROWS)
    .limit(PAGE_ROWS + 1)
    .execute();
  return { rows: rows.slice(0, PAGE_ROWS).map(toMember), hasMore: rows.length > PAGE_ROWS };
}

/** The next of the people that a filter lets pass, by name alone: a file of all of them is read piece by piece. */
export async function nextMembers(
  db: Tx,
  locationId: string,
  filter: Filter,
  { after, limit, hasPlan }: { after: After; limit: number; hasPlan: HasPlan | undefined },
): Promise<MemberRow[]> {
  const rows = await membersIn(db, locationId, filter, hasPlan)
    .$if(after !== undefined, (query) =>
      query.where(sql<SqlBool>`(lower(u.name), m.id) > (lower(${after?.name}), ${after?.id}::uuid)`),
    )
    .orderBy(sql`lower(u.name)`)
    .orderBy('m.id')
    .limit(limit)
    .execute();
  return rows.map(toMember);
}

/** How many of those who were removed or declined a search finds. */
export async function countRemoved(db: Tx, locationId: string, search: string): Promise<number> {
  const { count } = await peopleAt(db, locationId, search)
    .where('m.status', '=', 'removed')
    .select((it) => it.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** A page of the companies that a filter lets pass, by name; and whether there are more. */
export async function findCompanies(
  db: Tx,
  locationId: string,
  filter: Filter,
  hasPlan?: HasPlan,
): Promise<{ rows: CompanyRow[]; hasMore: boolean }> {
  const rows = await companiesIn(db, locationId, filter, hasPlan)
    .orderBy(sql`lower(c.name)`)
    .orderBy('c.id')
    .offset((filter.page - 1) * PAGE_ROWS)
    .limit(PAGE_ROWS + 1)
    .execute();
  return { rows: rows.slice(0, PAGE_ROWS).map(toCompany), hasMore: rows.length > PAGE_ROWS };
}

/** The next of the companies that a filter lets pass, by name. */
export async function nextCompanies(
  db: Tx,
  locationId: string,
  filter: Filter,
  { after, limit, hasPlan }: { after: After; limit: number; hasPlan: HasPlan | undefined },
): Promise<CompanyRow[]> {
  const rows = await companiesIn(db, locationId, filter, hasPlan)
    .$if(after !== undefined, (query) =>
      query.where(sql<SqlBool>`(lower(c.name), c.id) > (lower(${after?.name}), ${after?.id}::uuid)`),
    )
    .orderBy(sql`lower(c.name)`)
    .orderBy('c.id')
    .limit(limit)
    .execute();
  return rows.map(toCompany);
}

/** How many of those that were removed a search finds. */
export async function countRemovedCompanies(db: Tx, locationId: string, search: string): Promise<number> {
  const { count } = await db
    .selectFrom('companies as c')
    .where('c.location_id', '=', locationId)
    .where('c.removed_at', 'is not', null)
    .$if(search !== '', (query) => query.where(holds('c.name', search)))
    .select((it) => it.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Every company of a location by name, to choose from. */
export async function companiesAt(db: Tx, locationId: string): Promise<{ customerId: string; name: string }[]> {
  return await db
    .selectFrom('companies')
    .select(['customer_id as customerId', 'name'])
    .where('location_id', '=', locationId)
    .where('removed_at', 'is', null)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute();
}

function membersIn(db: Tx, locationId: string, filter: Filter, hasPlan: HasPlan | undefined) {
  const { search, removed, standing, company, role, plan } = filter;
  return peopleAt(db, locationId, search)
    .where('m.status', removed ? '=' : '<>', 'removed')
    .$if(standing === 'requested', (query) => query.where('m.status', '=', 'requested'))
    .$if(standing === 'member' || standing === 'nonmember', (query) =>
      query
        .where('m.type', '=', standing as 'member' | 'nonmember')
        .$if(!removed, (listed) => listed.where('m.status', '=', 'active')),
    )
    .$if(company === 'none', (query) => query.where('c.id', 'is', null))
    .$if(company !== '' && company !== 'none', (query) => query.where('c.customer_id', '=', company))
    .$if(role !== '', (query) => query.where('c.id', 'is not', null).where('m.company_role', '=', role as 'manager'))
    .$if(plan !== '' && hasPlan !== undefined, (query) => query.where(planned('m.customer_id', plan, hasPlan!)))
    .select(['m.id', 'm.customer_id as customerId', 'm.type', 'm.status', 'm.created_at as since'])
    .select(['u.name', 'u.email', 'c.name as company', 'm.company_role as role']);
}

function companiesIn(db: Tx, locationId: string, { search, removed, plan }: Filter, hasPlan: HasPlan | undefined) {
  return db
    .selectFrom('companies as c')
    .leftJoin('memberships as m', (join) =>
      join
        .onRef('m.organization_id', '=', 'c.organization_id')
        .onRef('m.company_id', '=', 'c.id')
        .on('m.status', '=', 'active'),
    )
    .select(['c.id', 'c.customer_id as customerId', 'c.name', 'c.created_at as since'])
    .select((it) => [
      it.fn.count<bigint>('m.id').as('people'),
      it.fn.count<bigint>('m.id').filterWhere('m.company_role', '=', 'manager').as('managers'),
    ])
    .where('c.location_id', '=', locationId)
    .where('c.removed_at', removed ? 'is not' : 'is', null)
    .$if(search !== '', (query) => query.where(holds('c.name', search)))
    .$if(plan !== '' && hasPlan !== undefined, (query) => query.where(planned('c.customer_id', plan, hasPlan!)))
    .groupBy(['c.organization_id', 'c.id', 'c.customer_id', 'c.name', 'c.created_at']);
}

function peopleAt(db: Tx, locationId: string, search: string) {
  return db
    .selectFrom('memberships as m')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'm.organization_id').onRef('u.id', '=', 'm.user_id'),
    )
    .leftJoin('companies as c', (join) =>
      join
        .onRef('c.organization_id', '=', 'm.organization_id')
        .onRef('c.id', '=', 'm.company_id')
        .on('c.removed_at', 'is', null),
    )
    .where('m.location_id', '=', locationId)
    .$if(search !== '', (query) =>
      query.where((is) => is.or([holds('u.name', search), holds('u.email', search), holds('c.name', search)])),
    );
}

function planned(column: 'm.customer_id' | 'c.customer_id', plan: Filter['plan'], hasPlan: HasPlan) {
  const has = hasPlan(sql.ref(column));
  return plan === 'with' ? has : sql<SqlBool>`not ${has}`;
}

/** Whether a column holds the text, whatever its case; what is typed is no pattern. */
function holds(column: 'u.name' | 'u.email' | 'c.name', search: string) {
  return sql<boolean>`strpos(lower(coalesce(${sql.ref(column)}, '')), lower(${search})) > 0`;
}

type Found<Row> = Omit<Row, 'company' | 'role'> & { company: string | null; role: 'manager' | 'member' | null };

function toMember({ company, role, ...row }: Found<MemberRow>): MemberRow {
  return { ...row, company: company ?? undefined, role: (company !== null && role) || undefined };
}

function toCompany(row: Omit<CompanyRow, 'people' | 'managers'> & { people: bigint; managers: bigint }): CompanyRow {
  return { ...row, people: Number(row.people), managers: Number(row.managers) };
}
