import { sql } from 'kysely';
import type { Database, Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';

export { lookingAfter } from './administrators.ts';
export type { Elsewhere } from './elsewhere.ts';
export { emailAddress, MAX_EMAIL_LENGTH } from './email-address.ts';
export { forgetPerson } from './forgetting.ts';
export { AddressTaken, changeAddress } from './own-address.ts';
export { ownerOf } from './owner-offer.ts';
export { type Wallet, walletNamed, walletsOf } from './wallets.ts';

/** A person who can sign in. */
export type User = { id: string; name: string; email: string };
/** What an administrator of a location may look after. */
export type Area = 'customers' | 'billing' | 'analytics' | 'settings';
export const ALL_AREAS: readonly Area[] = ['customers', 'billing', 'analytics', 'settings'];

/** Joins a user to a location. `customerId` owns the personal credits; a company's credits belong to the company's. */
export type Membership = {
  id: string;
  type: 'member' | 'nonmember';
  status: 'requested' | 'invited' | 'active' | 'removed';
  customerId: string;
  company: { id: string; customerId: string; name: string; role: 'manager' | 'member' } | undefined;
};

/** Who pays and who owns credits. */
export type Customer = { id: string; locationId: string; kind: 'individual' | 'company'; name: string };

type Made = { organizationId: string; now: Date };

/** Makes a person; e-mail addresses are compared in lower case. Answers the id; the address must be new here. */
export async function createUser(tx: Tx, it: Made & { email: string; name: string }): Promise<string> {
  const id = newId(it.now);
  const email = it.email.toLowerCase();
  const row = { organization_id: it.organizationId, id, email, name: it.name, created_at: it.now };
  await tx.insertInto('users').values(row).execute();
  await tx.insertInto('sign_in_addresses').values({ email, organization_id: it.organizationId, user_id: id }).execute();
  return id;
}

/** Makes a membership and the customer that owns its personal credits. */
export async function createMembership(
  tx: Tx,
  it: Made & {
    id?: string;
    locationId: string;
    userId: string;
    name: string;
    type: Membership['type'];
    status?: Membership['status'];
    company?: { id: string; role: 'manager' | 'member' };
  },
): Promise<{ id: string; customerId: string }> {
  const customerId = await createCustomer(tx, { ...it, kind: 'individual' });
  const id = it.id ?? newId(it.now);
  await tx
    .insertInto('memberships')
    .values({
      organization_id: it.organizationId,
      id,
      location_id: it.locationId,
      user_id: it.userId,
      customer_id: customerId,
      type: it.type,
      status: it.status ?? 'active',
      company_id: it.company?.id ?? null,
      company_role: it.company?.role ?? null,
      created_at: it.now,
    })
    .execute();
  return { id, customerId };
}

/** Makes a company and the customer that owns its credits. */
export async function createCompany(
  tx: Tx,
  it: Made & { id?: string; locationId: string; name: string },
): Promise<{ id: string; customerId: string }> {
  const customerId = await createCustomer(tx, { ...it, kind: 'company' });
  const id = it.id ?? newId(it.now);
  const { organizationId: organization_id, locationId: location_id, name, now: created_at } = it;
  await tx
    .insertInto('companies')
    .values({ organization_id, id, location_id, customer_id: customerId, name, created_at })
    .execute();
  return { id, customerId };
}

/** Makes a user an administrator of a location for some areas. */
export async function createAdministrator(
  tx: Tx,
  it: { organizationId: string; locationId: string; userId: string; areas: readonly Area[] },
): Promise<void> {
  const row = {
    organization_id: it.organizationId,
    location_id: it.locationId,
    user_id: it.userId,
    areas: [...it.areas],
  };
  await tx.insertInto('administrators').values(row).execute();
}

/** The first owner of an organization; there is exactly one. */
export async function setFirstOwner(tx: Tx, it: { organizationId: string; userId: string }): Promise<void> {
  await tx
    .insertInto('organization_owners')
    .values({ organization_id: it.organizationId, user_id: it.userId })
    .execute();
}

/** In which organizations an e-mail address may sign in. */
export async function organizationsOfAddress(
  database: Database,
  email: string,
): Promise<{ organizationId: string; userId: string }[]> {
  const rows = await database.directory
    .selectFrom('sign_in_addresses')
    .selectAll()
    .where('email', '=', email.toLowerCase())
    .execute();
  return rows.map((row) => ({ organizationId: row.organization_id, userId: row.user_id }));
}

/** A user's membership of a location, with its company if there is one. */
export async function membershipOf(db: Tx, locationId: string, userId: string): Promise<Membership | undefined> {
  const row = await db
    .selectFrom('memberships as m')
    // Whose company is removed has none, until it is restored.
    .leftJoin('companies as c', (join) =>
      join
        .onRef('c.organization_id', '=', 'm.organization_id')
        .onRef('c.id', '=', 'm.company_id')
        .on('c.removed_at', 'is', null),
    )
    .select(['c.id as company_id', 'm.id', 'm.type', 'm.status', 'm.customer_id', 'm.company_role'])
    .select(['c.customer_id as company_customer_id', 'c.name as company_name'])
    .where('m.location_id', '=', locationId)
    .where('m.user_id', '=', userId)
    .executeTakeFirst();
  if (!row) return undefined;
  const company = row.company_id
    ? { id: row.company_id, customerId: row.company_customer_id!, name: row.company_name!, role: row.company_role! }
    : undefined;
  return { id: row.id, type: row.type, status: row.status, customerId: row.customer_id, company };
}

/** The areas in which a user administers a location; none for everybody else. The owner administers everything. */
export async function areasOf(db: Tx, locationId: string, userId: string): Promise<Area[]> {
  const owner = await db
    .selectFrom('organization_owners')
    .select('user_id')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (owner) return [...ALL_AREAS];
  const row = await db
    .selectFrom('administrators')
    .select('areas')
    .where('location_id', '=', locationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return (row?.areas ?? []) as Area[];
}

/** A location where somebody is a member or looks after something. */
export type Place = { slug: string; name: string; isMember: boolean; areas: Area[] };

/** The locations where a user is an active member or looks after something, by name. */
export async function placesOf(db: Tx, userId: string): Promise<Place[]> {
  const { rows } = await sql<{ slug: string; name: string; member: boolean; owner: boolean; areas: Area[] | null }>`
    select l.slug, l.name, m.id is not null as member, o.user_id is not null as owner, a.areas
      from locations l
      left join memberships m on m.organization_id = l.organization_id and m.location_id = l.id
        and m.user_id = ${userId} and m.type = 'member' and m.status = 'active'
      left join organization_owners o on o.organization_id = l.organization_id and o.user_id = ${userId}
      left join administrators a on a.organization_id = l.organization_id and a.location_id = l.id
        and a.user_id = ${userId}
      where m.id is not null or o.user_id is not null or cardinality(a.areas) > 0
      order by l.name, l.id`.execute(db);
  return rows.map(({ slug, name, member, owner, areas }) => ({
    ...{ slug, name, isMember: member },
    areas: owner ? [...ALL_AREAS] : (areas ?? []),
  }));
}

/** Whether a user looks after anything in the organization, at whichever location. */
export async function isAdministrator(db: Tx, userId: string): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select exists (select from organization_owners where user_id = ${userId})
      or exists (select from administrators where user_id = ${userId} and cardinality(areas) > 0) as is`.execute(db);
  return rows[0]!.is;
}

/** A customer of a location; `undefined` when there is none with this id there. */
export async function customerAt(db: Tx, locationId: string, id: string): Promise<Customer | undefined> {
  const row = await db
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', id)
    .where('location_id', '=', locationId)
    .executeTakeFirst();
  return row && { id: row.id, locationId: row.location_id, kind: row.kind, name: row.name };
}

/** Who is told about a company's credits: its active managers. */
export async function managersOf(db: Tx, companyCustomerId: string): Promise<User[]> {
  return await db
    .selectFrom('companies as c')
    .innerJoin('memberships as m', (join) =>
      join.onRef('m.organization_id', '=', 'c.organization_id').onRef('m.company_id', '=', 'c.id'),
    )
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'm.organization_id').onRef('u.id', '=', 'm.user_id'),
    )
    .select(['u.id', 'u.name', 'u.email'])
    .where('c.customer_id', '=', companyCustomerId)
    .where('m.company_role', '=', 'manager')
    .where('m.status', '=', 'active')
    .orderBy('m.created_at')
    .orderBy('m.id')
    .execute();
}

async function createCustomer(
  tx: Tx,
  it: Made & { locationId: string; kind: Customer['kind']; name: string },
): Promise<string> {
  const id = newId(it.now);
  const { organizationId: organization_id, locationId: location_id, kind, name, now: created_at } = it;
  await tx.insertInto('customers').values({ organization_id, id, location_id, kind, name, created_at }).execute();
  return id;
}
