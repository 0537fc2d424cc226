import type { Tx } from '../../platform/database/database.ts';
import { dayAt, nextCycleOf } from '../subscriptions/subscriptions.ts';

/**
 * The day on which a customer's active invoice will be issued by itself, as `2026-12-01`: where the next cycle of their plan
 * begins, if that is agreed. Null when somebody has to issue it (UX-11).
 */
export async function chargeOnOf(db: Tx, customerId: string, now: Date): Promise<string | null> {
  const next = await nextCycleOf(db, customerId);
  if (!next?.autoInvoice) return null;
  return dayAt(next.startsAt < now ? now : next.startsAt, next.timeZone);
}
