import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { type CompanyPlace, companyAt, mayBelongToCompany, NoCompanyForNonmembers } from './company-place.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { createCompany, createMembership, createUser, type Membership, membershipOf, type User } from './people.ts';

/** Whoever is to be added is known at this location: as a member, asking to join, removed, or otherwise. */
export class AlreadyHere extends Refusal {
  readonly person: { name: string; customerId: string; standing: 'member' | 'requested' | 'removed' | 'other' };

  constructor(name: string, { type, status, customerId }: Membership) {
    super('already-here', 409);
    const isMember = type === 'member' && status === 'active';
    const standing = status === 'requested' || status === 'removed' ? status : 'other';
    this.person = { name, customerId, standing: isMember ? 'member' : standing };
  }
}

/** A company of this name exists at the location. */
export class NameTaken extends Refusal {
  constructor() {
    super('name-taken', 409);
  }
}

/** The form whose id this is was saved before, with something else in it. */
export class AlreadyAdded extends Refusal {
  constructor() {
    super('already-added', 409);
  }
}

type Adding = { organizationId: string; locationId: string /** Minted with the form. */; id: string; now: Date };

/**
 * Adds a person to a location at once, without a request. The user whom the organization knows by the address is
 * reused under the name they have. The same `id` again changes nothing and answers the same.
 */
export async function addMember(
  tx: Tx,
  it: Adding & { name: string; email: string; type: Membership['type']; place: CompanyPlace | undefined },
): Promise<{ user: User; customerId: string; isNew: boolean }> {
  if (it.place && !mayBelongToCompany(it.type)) throw new NoCompanyForNonmembers();
  await oneAtATime(tx, `membership ${it.organizationId} ${it.id}`);
  await oneAtATime(tx, `address ${it.organizationId} ${it.email}`);
  const company = it.place && { ...(await companyAt(tx, it.locationId, it.place.customerId)), role: it.place.role };
  const user = await userOf(tx, it);
  const before = await membershipOf(tx, it.locationId, user.id);
  if (before && before.id !== it.id) throw new AlreadyHere(user.name, before);
  if (before && !isSame(before, it)) throw new AlreadyAdded();
  if (before) return { user, customerId: before.customerId, isNew: false };
  if (await tx.selectFrom('memberships').select('id').where('id', '=', it.id).executeTakeFirst()) {
    throw new AlreadyAdded();
  }
  const { customerId } = await createMembership(tx, {
    ...it,
    userId: user.id,
    name: user.name,
    ...(company && { company }),
  });
  return { user, customerId, isNew: true };
}

/** Adds a company to a location; its name must be new there. The same `id` again changes nothing and answers the same. */
export async function addCompany(tx: Tx, it: Adding & { name: string }): Promise<{ customerId: string }> {
  await oneAtATime(tx, `companies ${it.locationId}`);
  const made = await tx.selectFrom('companies').selectAll().where('id', '=', it.id).executeTakeFirst();
  if (made) {
    if (made.location_id !== it.locationId || made.name !== it.name) throw new AlreadyAdded();
    return { customerId: made.customer_id };
  }
  const twin = await tx
    .selectFrom('companies')
    .select('id')
    .where('location_id', '=', it.locationId)
    .where(sql`lower(name)`, '=', sql`lower(${it.name})`)
    .executeTakeFirst();
  if (twin) throw new NameTaken();
  return await createCompany(tx, it);
}

/** The organization's user with an address, made when nobody has it; locked, as asking to join locks it. */
async function userOf(tx: Tx, it: Adding & { name: string; email: string }): Promise<User> {
  const known = await tx
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('email', '=', it.email)
    .forUpdate()
    .executeTakeFirst();
  return known ?? { id: await createUser(tx, it), name: it.name, email: it.email };
}

function isSame(made: Membership, it: { type: Membership['type']; place: CompanyPlace | undefined }): boolean {
  return (
    made.type === it.type &&
    made.status === 'active' &&
    made.company?.customerId === it.place?.customerId &&
    made.company?.role === it.place?.role
  );
}
