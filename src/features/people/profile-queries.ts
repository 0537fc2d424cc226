import type { Tx } from '../../platform/database/database.ts';
import type { Customer, Membership } from './people.ts';

/** What is known of an individual customer, or of one of a company's people. */
export type Person = {
  customerId: string;
  userId: string;
  name: string;
  email: string;
  type: Membership['type'];
  status: Membership['status'];
  since: Date;
  /** Their data is gone for good. */
  isForgotten: boolean;
  /** The company they belong to; while it is removed they have no part in it. */
  company: { name: string; customerId: string; role: 'manager' | 'member'; isRemoved: boolean } | undefined;
};

/** The person behind an individual customer. */
export async function personOf(db: Tx, customer: Customer): Promise<Person> {
  return toPerson(await people(db).where('m.customer_id', '=', customer.id).executeTakeFirstOrThrow());
}

/** The people of a company, its managers first; whoever was removed from the location is left out. */
export async function peopleOf(db: Tx, company: Customer): Promise<Person[]> {
  const rows = await people(db)
    .where('c.customer_id', '=', company.id)
    .where('m.status', '<>', 'removed')
    .orderBy('m.company_role')
    .orderBy('u.name')
    .orderBy('m.id')
    .execute();
  return rows.map(toPerson);
}

function people(db: Tx) {
  return db
    .selectFrom('memberships as m')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'm.organization_id').onRef('u.id', '=', 'm.user_id'),
    )
    .leftJoin('companies as c', (join) =>
      join.onRef('c.organization_id', '=', 'm.organization_id').onRef('c.id', '=', 'm.company_id'),
    )
    .select([
      'm.customer_id',
      'm.user_id',
      'm.type',
      'm.status',
      'm.company_role',
      'm.created_at',
      'u.name',
      'u.email',
      'u.anonymised_at',
    ])
    .select(['c.name as company_name', 'c.customer_id as company_customer_id', 'c.removed_at as company_removed_at']);
}

type Row = Awaited<ReturnType<ReturnType<typeof people>['executeTakeFirstOrThrow']>>;

function toPerson(row: Row): Person {
  const company =
    row.company_name === null
      ? undefined
      : {
          name: row.company_name,
          customerId: row.company_customer_id!,
          role: row.company_role!,
          isRemoved: row.company_removed_at !== null,
        };
  return {
    customerId: row.customer_id,
    userId: row.user_id,
    name: row.name,
    email: row.email,
    type: row.type,
    status: row.status,
    since: row.created_at,
    isForgotten: row.anonymised_at !== null,
    company,
  };
}
