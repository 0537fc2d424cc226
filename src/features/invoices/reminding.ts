import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { type InvoiceEvent, tellOfInvoice } from './telling.ts';

/** The first comes when the last day to pay is over, the second so many days after it. */
const DAYS_APART = 3;
/** How many invoices a transaction reminds of. */
const BATCH = 500;

type Reminded = { id: string; organization_id: string; reminders_sent: number };

/** Reminds of what is overdue, everywhere: twice each, three days apart, and never both at once. */
export async function remindEverywhere(core: Core): Promise<void> {
  for (const { id } of await allOrganizations(core.database)) {
    const round = () => core.database.write(id, (tx) => remind(core, tx));
    while ((await round()) === BATCH);
  }
}

async function remind(core: Core, tx: Tx): Promise<number> {
  const { rows } = await sql<Reminded>`
    update invoices i set reminders_sent = i.reminders_sent + 1, reminded_on = due.today
      from (select x.organization_id, x.id, t.today
          from invoices x
          join invoice_documents d on d.organization_id = x.organization_id and d.invoice_id = x.id
          join locations l on l.organization_id = x.organization_id and l.id = x.location_id
          left join invoice_settings s on s.organization_id = x.organization_id and s.location_id = x.location_id
          cross join lateral (select (${core.now()}::timestamptz at time zone l.time_zone)::date as today) t
          where x.kind = 'invoice' and x.status = 'issued' and x.reminders_sent < 2 and coalesce(s.reminders, true)
            and t.today > coalesce(x.reminded_on + ${DAYS_APART - 1}::int, d.due_on)
          order by x.id limit ${BATCH} for update of x skip locked) due
      where i.organization_id = due.organization_id and i.id = due.id
      returning i.id, i.organization_id, i.reminders_sent`.execute(tx);
  for (const { id, organization_id: organizationId, reminders_sent } of rows) {
    const what: InvoiceEvent = reminders_sent === 1 ? 'overdue' : 'overdue-again';
    await tellOfInvoice({ core }, tx, { organizationId, id, what });
  }
  return rows.length;
}
