import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import type { Tell } from './elsewhere.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { createMembership, createUser, type Membership, membershipOf, type User } from './people.ts';
import { lockUser } from './standing.ts';
import { holdManagers, tellIfUnmanaged } from './unmanaged.ts';

/** A company's wish that somebody belongs to it. */
export type Invitation = {
  id: string;
  company: { id: string; customerId: string; name: string };
  role: 'manager' | 'member';
  /** Who is invited, and by whom. */
  to: User;
  by: string;
  createdAt: Date;
};

/** Whoever is to be invited belongs to the company. */
export class InCompanyAlready extends Refusal {
  readonly person: string;

  constructor(person: string) {
    super('in-company-already', 409);
    this.person = person;
  }
}

/** Only the team lets this person in: it removed or declined them, or has not answered their request. */
export class TeamDecides extends Refusal {
  constructor() {
    super('team-decides', 409);
  }
}

/** The invitation was taken back or answered, or the company is removed. */
export class InvitationGone extends Refusal {
  constructor() {
    super('invitation-gone', 409);
  }
}

type Company = NonNullable<Membership['company']>;
type At = { organizationId: string; locationId: string; now: Date };

/**
 * Invites somebody into a company by their e-mail address, in the name of its manager `by`. Whoever is unknown is known
 * from then on, and no member of anything before they accept. The same again changes nothing.
 */
export async function inviteToCompany(
  tx: Tx,
  it: At & { company: Company; by: User; name: string; email: string; role: Invitation['role']; tell: Tell },
): Promise<{ user: User; isNew: boolean }> {
  await oneAtATime(tx, `address ${it.organizationId} ${it.email}`);
  const known = await tx.selectFrom('users').select('id').where('email', '=', it.email).executeTakeFirst();
  const user = known ? await lockUser(tx, known.id) : { ...it, id: await createUser(tx, it) };
  const membership = await membershipOf(tx, it.locationId, user.id);
  if (membership?.company?.id === it.company.id && membership.status === 'active')
    throw new InCompanyAlready(user.name);
  if (membership?.status === 'removed') throw new TeamDecides();
  const made = await tx
    .insertInto('company_invitations')
    .values({
      organization_id: it.organizationId,
      id: newId(it.now),
      location_id: it.locationId,
      company_id: it.company.id,
      user_id: user.id,
      company_role: it.role,
      invited_by_user_id: it.by.id,
      created_at: it.now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'company_id', 'user_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  const invited = { id: user.id, name: user.name, email: user.email };
  if (!made) return { user: invited, isNew: false };
  const { slug } = await tx
    .selectFrom('locations')
    .select('slug')
    .where('id', '=', it.locationId)
    .executeTakeFirstOrThrow();
  await it.tell(tx, {
    organizationId: it.organizationId,
    userIds: [user.id],
    kind: 'company-invitation',
    subjectId: made.id,
    details: { company: it.company.name, by: it.by.name },
    href: `/l/${slug}/invitations`,
    now: it.now,
  });
  return { user: invited, isNew: true };
}

/** What a person is invited to at a location, or whom a company invites. */
export async function invitationsOf(
  db: Tx,
  locationId: string,
  of: { userId: string } | { companyId: string },
): Promise<Invitation[]> {
  const rows = await db
    .selectFrom('company_invitations as i')
    .innerJoin('companies as c', (join) =>
      join.onRef('c.organization_id', '=', 'i.organization_id').onRef('c.id', '=', 'i.company_id'),
    )
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'i.organization_id').onRef('u.id', '=', 'i.user_id'),
    )
    .innerJoin('users as b', (join) =>
      join.onRef('b.organization_id', '=', 'i.organization_id').onRef('b.id', '=', 'i.invited_by_user_id'),
    )
    .select(['i.id', 'i.company_role', 'i.created_at', 'b.name as by'])
    .select(['c.id as company_id', 'c.customer_id', 'c.name as company', 'u.id as user_id', 'u.name', 'u.email'])
    .where('i.location_id', '=', locationId)
    .where('c.removed_at', 'is', null)
    .where('userId' in of ? 'i.user_id' : 'i.company_id', '=', 'userId' in of ? of.userId : of.companyId)
    .orderBy('i.created_at')
    .orderBy('i.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    company: { id: row.company_id, customerId: row.customer_id, name: row.company },
    role: row.company_role,
    to: { id: row.user_id, name: row.name, email: row.email },
    by: row.by,
    createdAt: row.created_at,
  }));
}

/**
 * Accepts an invitation: whoever was invited is an active member, in that company and in no other any more; credits stay
 * with their owners (E17). Whoever the team removed, or has not let in yet, waits for the team.
 */
export async function acceptInvitation(
  tx: Tx,
  it: At & { userId: string; id: string; tell: Tell },
): Promise<{ company: string; left: string | undefined }> {
  const user = await lockUser(tx, it.userId);
  const invitation = (await invitationsOf(tx, it.locationId, { userId: user.id })).find(({ id }) => id === it.id);
  if (!invitation) throw new InvitationGone();
  const { company, role } = invitation;
  await endInvitation(tx, { id: it.id });
  const membership = await membershipOf(tx, it.locationId, user.id);
  if (membership && membership.status !== 'active') throw new TeamDecides();
  if (!membership) {
    const place = { id: company.id, role };
    await createMembership(tx, { ...it, id: newId(it.now), name: user.name, type: 'member', company: place });
    return { company: company.name, left: undefined };
  }
  const { company: before } = membership;
  if (before) await holdManagers(tx, before);
  await tx
    .updateTable('memberships')
    .set({ type: 'member', company_id: company.id, company_role: role })
    .where('id', '=', membership.id)
    .execute();
  if (before && before.id !== company.id) await tellIfUnmanaged(tx, { ...it, company: before });
  return { company: company.name, left: before?.name };
}

/** Ends an invitation: of a company that takes it back, or of somebody who declines. One that is over stays over. */
export async function endInvitation(tx: Tx, it: { id: string; companyId?: string; userId?: string }): Promise<void> {
  await tx
    .deleteFrom('company_invitations')
    .where('id', '=', it.id)
    .$if(it.companyId !== undefined, (query) => query.where('company_id', '=', it.companyId!))
    .$if(it.userId !== undefined, (query) => query.where('user_id', '=', it.userId!))
    .execute();
}

/** The company of which somebody is an active manager now; whoever is none any more finds nothing. */
export function managedBy(membership: Membership | undefined): Company {
  if (membership?.status !== 'active' || membership.company?.role !== 'manager') throw new NotFound();
  return membership.company;
}
