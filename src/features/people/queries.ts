import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import type { Membership } from './people.ts';

/** A line of the list of people. */
export type MemberRow = {
  customerId: string;
  name: string;
  email: string;
  type: Membership['type'];
  status: Membership['status'];
  company: string | undefined;
};

/** A line of the list of companies; people and managers are counted while they are active. */
export type CompanyRow = { customerId: string; name: string; people: number; managers: number };

/** How many lines a list has at most. */
export const MOST_ROWS = 200;

/**
 * People of a location by name, those who ask to join first; `search` looks into name, address and company. Those who were
 * removed or declined are a list of their own.
 */
export async function findMembers(
  db: Tx,
  locationId: string,
  { search, removed }: { search: string; removed: boolean },
): Promise<MemberRow[]> {
  const rows = await peopleAt(db, locationId, search)
    .where('m.status', removed ? '=' : '<>', 'removed')
    .select(['m.customer_id as customerId', 'm.type', 'm.status', 'u.name', 'u.email', 'c.name as company'])
    .orderBy(sql`m.status <> 'requested'`)
    .orderBy(sql`lower(u.name)`)
    .orderBy('m.id')
    .limit(MOST_ROWS)
    .execute();
  return rows.map((row) => ({ ...row, company: row.company ?? undefined }));
}

/** How many of those who were removed or declined a search finds. */
export async function countRemoved(db: Tx, locationId: string, search: string): Promise<number> {
  const { count } = await peopleAt(db, locationId, search)
    .where('m.status', '=', 'removed')
    .select((it) => it.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Companies of a location by name; those that were removed are a list of their own. */
export async function findCompanies(
  db: Tx,
  locationId: string,
  { search, removed }: { search: string; removed: boolean },
): Promise<CompanyRow[]> {
  const rows = await db
    .selectFrom('companies as c')
    .leftJoin('memberships as m', (join) =>
      join
        .onRef('m.organization_id', '=', 'c.organization_id')
        .onRef('m.company_id', '=', 'c.id')
        .on('m.status', '=', 'active'),
    )
    .select(['c.customer_id as customerId', 'c.name'])
    .select((it) => [
      it.fn.count<bigint>('m.id').as('people'),
      it.fn.count<bigint>('m.id').filterWhere('m.company_role', '=', 'manager').as('managers'),
    ])
    .where('c.location_id', '=', locationId)
    .where('c.removed_at', removed ? 'is not' : 'is', null)
    .$if(search !== '', (query) => query.where(holds('c.name', search)))
    .groupBy(['c.organization_id', 'c.id', 'c.customer_id', 'c.name'])
    .orderBy(sql`lower(c.name)`)
    .orderBy('c.id')
    .limit(MOST_ROWS)
    .execute();
  return rows.map((row) => ({ ...row, people: Number(row.people), managers: Number(row.managers) }));
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

/** Whether a column holds the text, whatever its case; what is typed is no pattern. */
function holds(column: 'u.name' | 'u.email' | 'c.name', search: string) {
  return sql<boolean>`strpos(lower(coalesce(${sql.ref(column)}, '')), lower(${search})) > 0`;
}
