import type { Tx } from '../../platform/database/database.ts';

/** Somebody whose data is asked for, with the wallets of their own; a company's are not theirs. */
export type Subject = { userId: string; name: string; email: string; customers: { id: string; locationId: string }[] };

/** A person by id, with their own wallets everywhere, or at one location only. */
export async function subjectOf(db: Tx, userId: string, locationId?: string): Promise<Subject | undefined> {
  const user = await db
    .selectFrom('users')
    .select(['name', 'email'])
    .where('id', '=', userId)
    .where('anonymised_at', 'is', null)
    .executeTakeFirst();
  if (!user) return undefined;
  const customers = await db
    .selectFrom('memberships')
    .select(['customer_id', 'location_id'])
    .where('user_id', '=', userId)
    .$if(locationId !== undefined, (query) => query.where('location_id', '=', locationId!))
    .orderBy('created_at')
    .execute();
  return { userId, ...user, customers: customers.map((row) => ({ id: row.customer_id, locationId: row.location_id })) };
}
