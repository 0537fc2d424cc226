import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import { CREDITED, type InvoiceSummary, summaries } from './records.ts';

/** Which invoices of a location: `open` waits to be paid, and is `overdue` when its last day is over. */
export type InvoiceFilter = 'draft' | 'open' | 'overdue' | 'paid' | 'void' | 'credit_note';

/**
 * A page of what there is at a location: active invoices first, then from the newest number on. `search` finds a number or
 * a part of a customer's name; `after` is the last id of the page before; `today` decides what is overdue.
 */
export async function invoicesAt(
  db: Tx,
  locationId: string,
  page: { show?: InvoiceFilter; search?: string; after?: string; limit: number; today: string },
): Promise<{ invoices: InvoiceSummary[]; next: string | undefined }> {
  const { after, limit, show } = page;
  const last = after === undefined ? undefined : await placeOf(db, locationId, after);
  if (after !== undefined && !last) return { invoices: [], next: undefined };
  const where = sql`i.location_id = ${locationId} and ${shown(page)} and ${found(page.search)}`;
  const rows: InvoiceSummary[] = [];
  if ((show === undefined || show === 'draft') && !last?.number) {
    const older = last ? sql`and i.id < ${last.id}` : sql``;
    rows.push(...(await summaries(db, sql`${where} and i.status = 'draft' ${older}`, { limit: limit + 1 })));
  }
  if (show !== 'draft' && rows.length <= limit) {
    const lower = last?.number ? sql`and d.number < ${last.number}` : sql``;
    const issued = sql`d.location_id = ${locationId} and ${where} ${lower}`;
    rows.push(...(await summaries(db, issued, { limit: limit + 1 - rows.length, among: 'issued' })));
  }
  const invoices = rows.slice(0, limit);
  return { invoices, next: rows.length > limit ? invoices.at(-1)!.id : undefined };
}

/** Where in the list something of a location stands: drafts by their ids, what was issued by its number. */
async function placeOf(
  db: Tx,
  locationId: string,
  id: string,
): Promise<{ id: string; number: bigint | null } | undefined> {
  if (!isId(id)) return undefined;
  return await db
    .selectFrom('invoices as i')
    .leftJoin('invoice_documents as d', (join) =>
      join.onRef('d.organization_id', '=', 'i.organization_id').onRef('d.invoice_id', '=', 'i.id'),
    )
    .select(['i.id', 'd.number'])
    .where('i.location_id', '=', locationId)
    .where('i.id', '=', id)
    .executeTakeFirst();
}

/** What a customer owes for credit packages: on the active invoice and on those that are not paid (E6). */
export async function onAccountMinorOf(db: Tx, customerId: string): Promise<bigint> {
  const { rows } = await sql<{ owed: bigint }>`
    select coalesce(sum(t.total_minor), 0)::bigint as owed
      from invoices i join invoice_items t on t.organization_id = i.organization_id and t.invoice_id = i.id
      where i.customer_id = ${customerId} and i.kind = 'invoice' and i.status in ('draft', 'issued')
        and t.kind = 'credit_package' and t.is_there and not ${CREDITED}`.execute(db);
  return rows[0]!.owed;
}

function shown({ show, today }: { show?: InvoiceFilter; today: string }) {
  switch (show) {
    case undefined:
      return sql`true`;
    case 'credit_note':
      return sql`i.kind = 'credit_note'`;
    case 'open':
      return sql`i.kind = 'invoice' and i.status = 'issued'`;
    case 'overdue':
      return sql`i.kind = 'invoice' and i.status = 'issued' and d.due_on < ${today}::date`;
    default:
      return sql`i.kind = 'invoice' and i.status = ${show}`;
  }
}

function found(search = '') {
  const text = search.trim();
  if (text === '') return sql`true`;
  const number = /^\d{1,18}$/.test(text) ? BigInt(text) : undefined;
  const part = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const name = sql`c.name ilike ${part} or d.document ->> 'customer' ilike ${part}`;
  return number === undefined ? sql`(${name})` : sql`(d.number = ${number} or ${name})`;
}
