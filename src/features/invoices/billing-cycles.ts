import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import type { Location } from '../organizations/organizations.ts';
import { locationById } from '../organizations/organizations.ts';
import { priceFor } from '../packages/packages.ts';
import { cycleKey, dayAt, type Period } from '../subscriptions/subscriptions.ts';
import { addInvoiceItems, type NewInvoiceItem } from './items.ts';

/**
 * Cycles that have begun become items of their customers' active invoices, each once: those that cost something. Where it
 * is agreed so, the invoice is to be issued now, also with nothing new on it.
 */
export async function billCycles(tx: Tx, periods: readonly Period[], now: Date): Promise<void> {
  const locations = new Map<string, Location>();
  for (const id of new Set(periods.map(({ locationId }) => locationId))) locations.set(id, await locationById(tx, id));
  const costly = periods.filter(({ priceMinor }) => priceMinor > 0n);
  const items = costly.map((period) => itemOf(period, locations.get(period.locationId)!, now));
  if (items.length > 0) await addInvoiceItems(tx, items);
  const auto = periods.filter(({ autoInvoice }) => autoInvoice).map(({ customerId }) => customerId);
  if (auto.length > 0) await toBeIssued(tx, auto, now);
}

/** What a cycle costs: the price of the plan, with the tax of the location as it is now. */
function itemOf(period: Period, { tax, currency, timeZone }: Location, now: Date): NewInvoiceItem {
  const price = priceFor(period, 0, tax, currency);
  return {
    organizationId: period.organizationId,
    locationId: period.locationId,
    customerId: period.customerId,
    currency,
    key: cycleKey(period),
    kind: 'plan',
    subjectId: period.subscriptionId,
    title: period.planName,
    startsOn: period.startsOn,
    endsOn: dayAt(new Date(period.endsAt.getTime() - 1), timeZone),
    listMinor: price.list.minor,
    discountPercent: 0,
    netMinor: price.net.minor,
    taxMinor: price.tax.minor,
    taxLabel: tax.label,
    taxRatePpm: tax.ratePpm,
    actorUserId: null,
    now,
  };
}

async function toBeIssued(tx: Tx, customerIds: readonly string[], now: Date): Promise<void> {
  await sql`
    update invoices set issue_at = ${now}
      where id in (select id from invoices where status = 'draft' and issue_at is null
        and customer_id = any (${customerIds}::uuid[]) order by customer_id for update)`.execute(tx);
}
