import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import {
  aboutPayment,
  type PaidFor,
  type Payment,
  raiseAlert,
  type SubjectHandlers,
  settleAlerts,
} from '../payments/payments.ts';
import type { ItemHandlers } from './invoices.ts';
import { settleItems } from './issuing.ts';
import { lockInvoice } from './locking.ts';
import { type Invoice, type InvoiceItem, invoiceById } from './records.ts';
import { tellOfInvoice, tellOfPayment } from './telling.ts';

/**
 * What happens when a payment of an invoice is paid: the invoice is paid in that very transaction, and what stands on it is
 * owed no longer. An attempt that was given up and is paid after all may come too late: then administrators are told.
 */
export function invoiceHandler(core: Core, items: ItemHandlers): SubjectHandlers['invoice'] {
  const context = { core, items };
  return {
    async paid(tx, payment, now) {
      const invoice = await lockInvoice(tx, { locationId: payment.locationId, invoiceId: payment.subjectId });
      const isOpen = invoice.status === 'issued';
      if (isOpen) await markPaid(context, tx, invoice, { paymentId: payment.id, now });
      if (!isOpen || payment.amount.minor > invoice.dueMinor)
        await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'paid-too-much' });
      await tellOfPayment(context, tx, { payment, what: 'paid' });
    },
    async reversed(tx, payment, now) {
      await settleSurplus(tx, payment, now);
      await tellOfPayment(context, tx, { payment, what: 'reversed' });
    },
    async failed(tx, payment) {
      await tellOfPayment(context, tx, { payment, what: 'failed' });
    },
    paidFor,
  };
}

/** When no more is left of a payment than what it paid of its invoice, nobody has to look at it any more. */
async function settleSurplus(tx: Tx, payment: Payment, now: Date): Promise<void> {
  const invoice = (await invoiceById(tx, payment.subjectId))!;
  const isDue = invoice.paymentId === payment.id ? invoice.totalMinor - invoice.creditedMinor : 0n;
  if (payment.amount.minor - payment.refundedMinor <= isDue)
    await settleAlerts(tx, { kind: 'paid-too-much', paymentId: payment.id, now });
}

/** An issued invoice, locked, has been paid. */
export async function markPaid(
  context: { core: Core; items: ItemHandlers },
  tx: Tx,
  invoice: Invoice,
  { paymentId, now }: { paymentId: string; now: Date },
): Promise<void> {
  await tx
    .updateTable('invoices')
    .set({ status: 'paid', paid_at: now, payment_id: paymentId })
    .where('id', '=', invoice.id)
    .execute();
  await settleItems(context, tx, invoice.items, now);
  await tellOfInvoice(context, tx, { ...invoice, what: 'paid' });
}

/** What the receipt of such a payment says: what stood on the invoice and was not credited before it was paid. */
async function paidFor(tx: Tx, payment: Payment): Promise<PaidFor> {
  const invoice = (await invoiceById(tx, payment.subjectId))!;
  const actor = await tx.selectFrom('users').select('name').where('id', '=', payment.actorUserId).executeTakeFirst();
  const items = await itemsPaidBy(tx, invoice, payment);
  const first = items[0]!;
  const sameTax = items.every((item) => item.taxLabel === first.taxLabel && item.taxRatePpm === first.taxRatePpm);
  return {
    buyer: actor?.name ?? invoice.customer,
    lines: items.map(({ title, listMinor, discountPercent, netMinor }) => ({
      title,
      listMinor,
      discountPercent,
      netMinor,
    })),
    taxLabel: sameTax ? first.taxLabel : '',
    taxRatePpm: sameTax ? first.taxRatePpm : 0,
  };
}

/** A credit note takes off what is still to be paid, so it was written before the payment was begun; or long after it. */
async function itemsPaidBy(tx: Tx, invoice: Invoice, payment: Payment): Promise<InvoiceItem[]> {
  const { rows } = await sql<{ id: string }>`
    select t.credits_item_id as id from invoice_items t
      join invoice_documents d on d.organization_id = t.organization_id and d.invoice_id = t.invoice_id
      where d.against_id = ${invoice.id} and d.issued_at <= ${payment.createdAt}`.execute(tx);
  const before = new Set(rows.map(({ id }) => id));
  return invoice.items.filter(({ id }) => !before.has(id));
}
