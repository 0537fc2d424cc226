import type { Tx } from '../../platform/database/database.ts';
import { locationById } from '../organizations/organizations.ts';
import { type Customer, customerAt, managersOf } from '../people/people.ts';
import type { Purchase } from './records.ts';

/** Whom a purchase concerns, where they look at it, and in which company's name it was made. */
export type Concerned = { userIds: Set<string>; href: string; company: { forCompany?: string } };

/** The buyer, and for a company its managers. What administrators sold concerns whoever it was sold to. */
export async function concernedBy(tx: Tx, purchase: Purchase): Promise<Concerned> {
  const owner = await tx
    .selectFrom('customers')
    .select('location_id')
    .where('id', '=', purchase.customerId)
    .executeTakeFirstOrThrow();
  const location = await locationById(tx, owner.location_id);
  const customer = (await customerAt(tx, location.id, purchase.customerId))!;
  const managers = customer.kind === 'company' ? await managersOf(tx, customer.id) : [];
  const buyers = purchase.onBehalf ? await peopleBehind(tx, customer) : [purchase.buyerUserId];
  return {
    userIds: new Set([...buyers, ...managers.map((manager) => manager.id)]),
    href: `/l/${location.slug}/membership/credits/purchases/${purchase.id}`,
    company: customer.kind === 'company' ? { forCompany: customer.name } : {},
  };
}

/** Who owns an individual customer's credits; nobody in particular those of a company. */
async function peopleBehind(tx: Tx, { kind, id }: Customer): Promise<string[]> {
  if (kind === 'company') return [];
  const rows = await tx.selectFrom('memberships').select('user_id').where('customer_id', '=', id).execute();
  return rows.map((row) => row.user_id);
}
