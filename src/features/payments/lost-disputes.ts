import type { Tx } from '../../platform/database/database.ts';
import { least } from '../../shared/money.ts';
import { settleAlerts } from './alerts.ts';
import type { Snapshot } from './gateway.ts';
import type { Payment } from './records.ts';

/**
 * Notes what a bank has decided against us of what is disputed, and closes the alert when nothing is left to be decided.
 * An answer that is overtaken by a later one takes nothing of it back; only the end of the dispute does.
 */
export async function noteLost(tx: Tx, payment: Payment, snapshot: Snapshot, now: Date): Promise<Payment> {
  const lostMinor = least(snapshot.lost ?? 0n, payment.disputedMinor);
  if (lostMinor <= payment.lostMinor) return payment;
  await tx.updateTable('payments').set({ lost_minor: lostMinor }).where('id', '=', payment.id).execute();
  if (lostMinor === payment.disputedMinor)
    await settleAlerts(tx, { kind: 'dispute', paymentId: payment.id, outcome: 'lost', now });
  return { ...payment, lostMinor };
}
