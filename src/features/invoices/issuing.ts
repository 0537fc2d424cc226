import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { billingOfCustomer, billingOfLocation } from '../billing/billing.ts';
import { type Location, locationById } from '../organizations/organizations.ts';
import { dayAfter, dayAt } from '../subscriptions/subscriptions.ts';
import type { InvoicesContext } from './invoices.ts';
import { lockInvoice } from './locking.ts';
import { type Invoice, type InvoiceDocument, type InvoiceItem, invoiceById } from './records.ts';
import { invoiceSettingsAt } from './settings.ts';
import { tellOfInvoice } from './telling.ts';

/** There is nothing on the draft. */
export class NothingToIssue extends Refusal {
  constructor() {
    super('invoice-empty', 409);
  }
}

/**
 * Makes a draft ready for payment: it gets its number and the day on which it is due, and names, addresses, items and tax
 * are frozen as they are now. One with nothing to pay is paid at once. Issuing again changes nothing.
 */
export async function issue(
  context: InvoicesContext,
  tx: Tx,
  it: { locationId: string; invoiceId: string; actorUserId?: string; now: Date },
): Promise<Invoice> {
  const draft = await lockInvoice(tx, it);
  if (draft.status !== 'draft') return draft;
  if (draft.items.length === 0) throw new NothingToIssue();
  const location = await locationById(tx, draft.locationId);
  const { dueDays } = await invoiceSettingsAt(tx, location.id);
  const dueOn = dayAfter(dayAt(it.now, location.timeZone), { days: dueDays });
  await writeDocument(tx, draft, { location, dueOn, againstId: null, items: draft.items, now: it.now });
  const isPaid = draft.totalMinor === 0n;
  await tx
    .updateTable('invoices')
    .set({
      issue_at: null,
      issued_by: it.actorUserId ?? null,
      ...(isPaid ? { status: 'paid', paid_at: it.now } : { status: 'issued' }),
    })
    .where('id', '=', draft.id)
    .execute();
  if (isPaid) await settleItems(context, tx, draft.items, it.now);
  await tellOfInvoice(context, tx, { ...draft, what: 'issued' });
  return (await invoiceById(tx, draft.id))!;
}

/** What was bought is owed no longer. */
export async function settleItems(
  { items: handlers }: InvoicesContext,
  tx: Tx,
  items: readonly InvoiceItem[],
  now: Date,
): Promise<void> {
  for (const item of items) if (!item.isCredited) await handlers[item.kind]?.settled(tx, item, { now });
}

type Writing = {
  location: Location;
  dueOn: string | null;
  againstId: string | null;
  items: readonly Pick<InvoiceItem, 'id' | 'netMinor' | 'taxMinor'>[];
  now: Date;
};

/** Writes what is issued: its lines with their running sums, the next number of the location, and who stands on it. */
export async function writeDocument(
  tx: Tx,
  invoice: Pick<Invoice, 'id' | 'organizationId' | 'customerId' | 'kind'>,
  { location, dueOn, againstId, items, now }: Writing,
): Promise<void> {
  const sums = await writeLines(tx, invoice, items);
  const at = { organization_id: invoice.organizationId, location_id: location.id };
  await tx
    .insertInto('invoice_documents')
    .values({
      ...at,
      invoice_id: invoice.id,
      kind: invoice.kind,
      number: await nextNumber(tx, at),
      against_id: againstId,
      line_count: items.length,
      ...sums,
      total_minor: sums.net_minor + sums.tax_minor,
      issued_at: now,
      due_on: dueOn,
      document: JSON.stringify(await whoStandsOn(tx, invoice.customerId, location)),
    })
    .execute();
}

/** Whoever issues at the same location waits here until this transaction is over: a number is used, or taken back. */
async function nextNumber(tx: Tx, at: { organization_id: string; location_id: string }): Promise<bigint> {
  const { last_number } = await tx
    .insertInto('invoice_counters')
    .values({ ...at, last_number: 1n })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'location_id'])
        .doUpdateSet({ last_number: sql<bigint>`invoice_counters.last_number + 1` }),
    )
    .returning('last_number')
    .executeTakeFirstOrThrow();
  return last_number;
}

async function writeLines(
  tx: Tx,
  { id, organizationId }: Pick<Invoice, 'id' | 'organizationId'>,
  items: Writing['items'],
): Promise<{ net_minor: bigint; tax_minor: bigint }> {
  let [net, tax] = [0n, 0n];
  const lines = items.map((item, index) => {
    const before = { net_before_minor: String(net), tax_before_minor: String(tax) };
    net += item.netMinor;
    tax += item.taxMinor;
    const own = { net_minor: String(item.netMinor), tax_minor: String(item.taxMinor) };
    return { item_id: item.id, position: index + 1, ...own, ...before };
  });
  await sql`
    insert into invoice_lines (organization_id, invoice_id, line_count, item_id, position, net_minor, tax_minor,
        net_before_minor, tax_before_minor, net_so_far_minor, tax_so_far_minor)
      select ${organizationId}, ${id}, ${items.length}, item_id, position, net_minor, tax_minor, net_before_minor,
          tax_before_minor, net_before_minor + net_minor, tax_before_minor + tax_minor
        from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as u (item_id uuid, position int, net_minor bigint,
          tax_minor bigint, net_before_minor bigint, tax_before_minor bigint)`.execute(tx);
  return { net_minor: net, tax_minor: tax };
}

async function whoStandsOn(tx: Tx, customerId: string, location: Location): Promise<InvoiceDocument> {
  const { name } = await tx
    .selectFrom('customers')
    .select('name')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow();
  return {
    location: location.name,
    customer: name,
    seller: await billingOfLocation(tx, location.id),
    payer: await billingOfCustomer(tx, customerId),
  };
}
