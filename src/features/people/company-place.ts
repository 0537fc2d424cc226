import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import type { Tell } from './elsewhere.ts';
import type { Membership } from './people.ts';
import { lockMembership } from './standing.ts';
import { holdManagers, tellIfUnmanaged } from './unmanaged.ts';

/** Where somebody stands in a company, which its customer's id names. */
export type CompanyPlace = { customerId: string; role: 'manager' | 'member' };

/** Only members belong to a company. */
export class NoCompanyForNonmembers extends Refusal {
  constructor() {
    super('no-company-for-nonmembers', 409);
  }
}

/** The company of a location that a customer is; there must be one, and it must not be removed. */
export async function companyAt(db: Tx, locationId: string, customerId: string): Promise<{ id: string; name: string }> {
  const company = await db
    .selectFrom('companies')
    .select(['id', 'name'])
    .where('location_id', '=', locationId)
    .where('customer_id', '=', customerId)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (!company) throw new NotFound();
  return company;
}

/** Whether whoever has this type may belong to a company. */
export function mayBelongToCompany(type: Membership['type']): boolean {
  return type === 'member';
}

/**
 * Puts a member into a company of their location, or takes them out of theirs when there is no `place`. A membership
 * belongs to one company at most, so the one before is left; credits stay with their owners (E17).
 */
export async function placeInCompany(
  tx: Tx,
  it: {
    organizationId: string;
    locationId: string;
    customerId: string;
    place: CompanyPlace | undefined;
    tell: Tell;
    now: Date;
  },
): Promise<{ name: string; company: string | undefined; left: string | undefined }> {
  const { user, membership } = await lockMembership(tx, it.locationId, it.customerId);
  const { company: before } = membership;
  if (it.place && !mayBelongToCompany(membership.type)) throw new NoCompanyForNonmembers();
  const company = it.place && (await companyAt(tx, it.locationId, it.place.customerId));
  if (before) await holdManagers(tx, before);
  await tx
    .updateTable('memberships')
    .set({ company_id: company?.id ?? null, company_role: it.place?.role ?? null })
    .where('id', '=', membership.id)
    .execute();
  if (before && membership.status === 'active') await tellIfUnmanaged(tx, { ...it, company: before });
  return { name: user.name, company: company?.name, left: before?.name };
}
