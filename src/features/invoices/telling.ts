import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';

/** What there is to tell of an invoice: `overdue` and `overdue-again` are the two reminders. */
export type InvoiceEvent = 'issued' | 'paid' | 'voided' | 'credited' | 'overdue' | 'overdue-again';

declare module '../../platform/jobs.ts' {
  interface Queues {
    'invoice.told': { organizationId: string; invoiceId: string; what: InvoiceEvent };
    'invoice.payment': { organizationId: string; paymentId: string; what: 'paid' | 'failed' | 'reversed' };
  }
}

/** Has it told, once this transaction is committed, what has happened to an invoice. */
export async function tellOfInvoice(
  { core }: { core: Core },
  tx: Tx,
  { organizationId, id: invoiceId, what }: { organizationId: string; id: string; what: InvoiceEvent },
): Promise<void> {
  await core.jobs.enqueue(tx, 'invoice.told', newId(core.now()), { organizationId, invoiceId, what });
}

/** The same of a payment of an invoice; its receipts are issued then too. */
export async function tellOfPayment(
  { core }: { core: Core },
  tx: Tx,
  it: { payment: { organizationId: string; id: string }; what: 'paid' | 'failed' | 'reversed' },
): Promise<void> {
  const { organizationId, id: paymentId } = it.payment;
  await core.jobs.enqueue(tx, 'invoice.payment', newId(core.now()), { organizationId, paymentId, what: it.what });
}
