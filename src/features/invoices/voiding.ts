import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { isId, newId } from '../../platform/ids.ts';
import { locationById } from '../organizations/organizations.ts';
import type { InvoicesContext } from './invoices.ts';
import { settleItems, writeDocument } from './issuing.ts';
import { lockInvoice, NotOpen, PaymentUnderWay, paymentUnderWay } from './locking.ts';
import { PaymentKeyReused } from './paying.ts';
import { type Invoice, type InvoiceItem, invoiceById } from './records.ts';
import { tellOfInvoice } from './telling.ts';

/** A credit note took something off the invoice: the rest is credited too, not voided. */
export class AlreadyCredited extends Refusal {
  constructor() {
    super('invoice-credited', 409);
  }
}

/** What is to be credited is not on the invoice, or was credited before. */
export class NothingToCredit extends Refusal {
  constructor() {
    super('nothing-to-credit', 409);
  }
}

/** An administrator's decision about an invoice; with `takeBack` what is unspent of its credits goes too. */
export type Undoing = {
  locationId: string;
  invoiceId: string;
  takeBack: boolean;
  actorUserId: string;
  now: Date;
};

/** The same about chosen items, or all that is left; the note's id is minted with the form. */
export type CreditRequest = Undoing & { id: string; itemIds: readonly string[] | 'all' };

/**
 * Voids an issued invoice: nobody owes it any more, and it keeps its number. Refuses while a payment of it is under way, and
 * one that was paid or credited. Voiding again changes nothing.
 */
export async function voidInvoice(context: InvoicesContext, tx: Tx, it: Undoing): Promise<Invoice> {
  const invoice = await lockInvoice(tx, it);
  if (invoice.status === 'void') return invoice;
  if (invoice.status !== 'issued' || invoice.kind !== 'invoice') throw new NotOpen(invoice);
  if (await paymentUnderWay(tx, invoice.id)) throw new PaymentUnderWay();
  if (invoice.items.some(({ isCredited }) => isCredited)) throw new AlreadyCredited();
  await tx
    .updateTable('invoices')
    .set({ status: 'void', voided_at: it.now, voided_by: it.actorUserId })
    .where('id', '=', invoice.id)
    .execute();
  await undoItems(context, tx, invoice.items, it);
  await tellOfInvoice(context, tx, { ...invoice, what: 'voided' });
  return (await invoiceById(tx, invoice.id))!;
}

/**
 * Writes a credit note against an issued or paid invoice, for chosen items or for all that is left of it: numbered as the
 * invoices are, with their amounts as they were. Each item is credited once, and whole. When nothing is left to pay of an
 * unpaid invoice it is settled. Money that was paid is given back by refunding its payment. The same id again answers with
 * the note that it made.
 */
export async function credit(context: InvoicesContext, tx: Tx, it: CreditRequest): Promise<Invoice> {
  const invoice = await lockInvoice(tx, it);
  const made = isId(it.id) ? await invoiceById(tx, it.id) : undefined;
  if (made?.against?.id === invoice.id) return made;
  const isOpen = invoice.status === 'issued';
  if (made) throw new PaymentKeyReused();
  if (invoice.kind !== 'invoice' || !(isOpen || invoice.status === 'paid')) throw new NotOpen(invoice);
  if (await paymentUnderWay(tx, invoice.id)) throw new PaymentUnderWay();
  const chosen = itemsToCredit(invoice, it.itemIds);
  await writeNote(tx, invoice, chosen, it);
  const left = await invoiceById(tx, invoice.id);
  if (isOpen && left!.dueMinor === 0n) {
    await tx.updateTable('invoices').set({ status: 'paid', paid_at: it.now }).where('id', '=', invoice.id).execute();
    await settleItems(context, tx, left!.items, it.now);
  }
  await undoItems(context, tx, chosen, it);
  const note = (await invoiceById(tx, it.id))!;
  await tellOfInvoice(context, tx, { ...note, what: 'credited' });
  return note;
}

function itemsToCredit({ items }: Invoice, itemIds: readonly string[] | 'all'): InvoiceItem[] {
  const left = items.filter(({ isCredited }) => !isCredited);
  const chosen = itemIds === 'all' ? left : left.filter(({ id }) => itemIds.includes(id));
  const isMissing = itemIds !== 'all' && chosen.length !== new Set(itemIds).size;
  if (chosen.length === 0 || isMissing) throw new NothingToCredit();
  return chosen;
}

/** The chosen items with their signs turned around; the database refuses to turn one around twice, or by another amount. */
async function writeNote(
  tx: Tx,
  invoice: Invoice,
  chosen: readonly InvoiceItem[],
  { id, actorUserId, now }: { id: string; actorUserId: string; now: Date },
): Promise<void> {
  const { organizationId: organization_id } = invoice;
  await tx
    .insertInto('invoices')
    .values({
      organization_id,
      id,
      location_id: invoice.locationId,
      customer_id: invoice.customerId,
      kind: 'credit_note',
      currency: invoice.currency,
      status: 'issued',
      opened_at: now,
      issued_by: actorUserId,
    })
    .execute();
  const items = chosen.map((item) => ({
    id: newId(now),
    itemId: item.id,
    netMinor: -item.netMinor,
    taxMinor: -item.taxMinor,
  }));
  await sql`
    insert into invoice_items (organization_id, id, invoice_id, position, key, kind, source, subject_id, title, starts_on, ends_on,
        list_minor, discount_percent, net_minor, tax_minor, total_minor, tax_label, tax_rate_ppm, credits_item_id, added_at,
        added_by)
      select t.organization_id, u.id, ${id}, row_number() over (order by t.position), 'credit:' || t.id, t.kind, t.source, t.subject_id, t.title, t.starts_on, t.ends_on,
          -t.list_minor, t.discount_percent, -t.net_minor, -t.tax_minor, -t.total_minor, t.tax_label, t.tax_rate_ppm, t.id,
          ${now}, ${actorUserId}
        from invoice_items t
        join unnest(${items.map((item) => item.id)}::uuid[], ${items.map((item) => item.itemId)}::uuid[]) u (id, item_id)
          on t.id = u.item_id
        where t.invoice_id = ${invoice.id}`.execute(tx);
  const location = await locationById(tx, invoice.locationId);
  const note = { id, organizationId: organization_id, customerId: invoice.customerId, kind: 'credit_note' } as const;
  await writeDocument(tx, note, { location, dueOn: null, againstId: invoice.id, items, now });
}

async function undoItems(
  { items: handlers }: InvoicesContext,
  tx: Tx,
  items: readonly InvoiceItem[],
  it: Undoing,
): Promise<void> {
  for (const item of items) await handlers[item.kind]?.undone(tx, item, it);
}
