import type { Tx } from '../../platform/database/database.ts';

/** Whether the person behind an individual customer is an active member of the location (S7). */
export async function isMember(db: Tx, customerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('memberships')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('type', '=', 'member')
    .where('status', '=', 'active')
    .executeTakeFirst();
  return row !== undefined;
}
