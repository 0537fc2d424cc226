import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import { type Invoice, invoiceById } from './records.ts';

/** What was asked for is for drafts: this one has been issued. */
export class NotADraft extends Refusal {
  constructor() {
    super('invoice-issued', 409);
  }
}

/** What was asked for is for invoices that wait to be paid; `details.status` is what it is instead. */
export class NotOpen extends Refusal {
  constructor(invoice: Pick<Invoice, 'kind' | 'status'>) {
    super('invoice-not-open', 409, { status: invoice.kind === 'credit_note' ? 'credit_note' : invoice.status });
  }
}

/** Nobody knows yet whether somebody is just paying the invoice. */
export class PaymentUnderWay extends Refusal {
  constructor() {
    super('invoice-payment-under-way', 409);
  }
}

/** An invoice of a location, locked: whoever else changes it waits. */
export async function lockInvoice(tx: Tx, it: { locationId: string; invoiceId: string }): Promise<Invoice> {
  if (!isId(it.invoiceId)) throw new NotFound();
  const row = await tx
    .selectFrom('invoices')
    .select('id')
    .where('id', '=', it.invoiceId)
    .where('location_id', '=', it.locationId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new NotFound();
  return (await invoiceById(tx, row.id))!;
}

/** The payment of an invoice that is undecided, if there is one. New ones are begun under the lock of the invoice. */
export async function paymentUnderWay(db: Tx, invoiceId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('payments')
    .select('id')
    .where('subject', '=', 'invoice')
    .where('subject_id', '=', invoiceId)
    .where('status', 'in', ['new', 'action', 'processing'])
    .executeTakeFirst();
  return row?.id;
}
