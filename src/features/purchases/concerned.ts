import type { Tx } from '../../platform/database/database.ts';
import { locationById } from '../organizations/organizations.ts';
import { customerAt, managersOf } from '../people/people.ts';
import type { Purchase } from './records.ts';

/** Whom a purchase concerns, where they look at it, and in which company's name it was made. */
export type Concerned = { userIds: Set<string>; href: string; company: { forCompany?: string } };

/** The buyer, and for a company its managers. */
export async function concernedBy(tx: Tx, purchase: Purchase): Promise<Concerned> {
  const owner = await tx
    .selectFrom('customers')
    .select('location_id')
    .where('id', '=', purchase.customerId)
    .executeTakeFirstOrThrow();
  const location = await locationById(tx, owner.location_id);
  const customer = (await customerAt(tx, location.id, purchase.customerId))!;
  const managers = customer.kind === 'company' ? await managersOf(tx, customer.id) : [];
  return {
    userIds: new Set([purchase.buyerUserId, ...managers.map((manager) => manager.id)]),
    href: `/l/${location.slug}/membership/credits/purchases/${purchase.id}`,
    company: customer.kind === 'company' ? { forCompany: customer.name } : {},
  };
}
