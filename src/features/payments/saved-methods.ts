import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import type { GatewayMethod } from './gateway.ts';

/** A card that the gateway keeps for a customer; ours is only what a person recognises it by. */
export type SavedMethod = {
  id: string;
  brand: string;
  last4: string;
  expiresMonth: number;
  expiresYear: number;
  /** Past its expiry at the time asked about: shown, not offered. */
  expired: boolean;
  /** When it was used last, or made the default. */
  chosenAt: Date;
};

/** A customer's cards on a connection, the one used or chosen last first. Expired ones are included. */
export async function savedMethodsOf(
  db: Tx,
  connectionId: string,
  customerId: string,
  now: Date,
): Promise<SavedMethod[]> {
  const rows = await db
    .selectFrom('saved_methods')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('customer_id', '=', customerId)
    .where('removed_at', 'is', null)
    .orderBy(sql`greatest(last_used_at, preferred_at)`, 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => {
    const expiry = { expiresMonth: row.expires_month, expiresYear: row.expires_year };
    const { last_used_at: used, preferred_at: preferred } = row;
    const chosenAt = preferred && preferred > used ? preferred : used;
    return { id: row.id, brand: row.brand, last4: row.last4, ...expiry, expired: isExpired(expiry, now), chosenAt };
  });
}

/** Keeps or refreshes the card that a payment was made with. */
export async function keepMethod(
  tx: Tx,
  it: { organizationId: string; connectionId: string; customerId: string; method: GatewayMethod; now: Date },
): Promise<void> {
  const seen = {
    brand: it.method.brand,
    last4: it.method.last4,
    expires_month: it.method.expiresMonth,
    expires_year: it.method.expiresYear,
    last_used_at: it.now,
  };
  await tx
    .insertInto('saved_methods')
    .values({
      organization_id: it.organizationId,
      id: newId(it.now),
      connection_id: it.connectionId,
      customer_id: it.customerId,
      reference: it.method.ref,
      created_at: it.now,
      ...seen,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'connection_id', 'reference']).doUpdateSet(seen))
    .execute();
}

/** A card is good to the end of its month, wherever the payer is. */
export function isExpired(card: { expiresMonth: number; expiresYear: number }, now: Date): boolean {
  return now.getTime() >= Date.UTC(card.expiresYear, card.expiresMonth, 1) + 12 * 3_600_000;
}

/** Removes every card of customers who are forgotten; their gateways are asked to forget them afterwards. */
export async function forgetCardsOf(tx: Tx, customerIds: string[], now: Date): Promise<void> {
  if (customerIds.length === 0) return;
  await tx
    .updateTable('saved_methods')
    .set({ removed_at: now })
    .where('customer_id', 'in', customerIds)
    .where('removed_at', 'is', null)
    .execute();
}
