import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { MAX_PRICE_MINOR } from '../packages/packages.ts';

/** How a location invoices. */
export type InvoiceSettings = {
  /** Whole days from the day of issue to the last day to pay. */
  dueDays: number;
  /** Whether customers are reminded of what is overdue. */
  reminders: boolean;
  /** The most that a customer may owe for credit packages (E6); null: no limit. */
  packageCapMinor: bigint | null;
};

export const MAX_DUE_DAYS = 365;

const DEFAULTS: InvoiceSettings = { dueDays: 14, reminders: true, packageCapMinor: null };

/** A number of days or a limit that cannot be; `details.field` names it. */
export class InvoiceSettingsOutOfRange extends Refusal {
  constructor(field: 'dueDays' | 'packageCap') {
    super('invoice-settings-out-of-range', 422, { field });
  }
}

/** How a location invoices now: 14 days, reminders and no limit until somebody has decided otherwise. */
export async function invoiceSettingsAt(db: Tx, locationId: string): Promise<InvoiceSettings> {
  const row = await db
    .selectFrom('invoice_settings')
    .select(['due_days', 'reminders', 'package_cap_minor'])
    .where('location_id', '=', locationId)
    .executeTakeFirst();
  if (!row) return DEFAULTS;
  return { dueDays: row.due_days, reminders: row.reminders, packageCapMinor: row.package_cap_minor };
}

/** Changes how a location invoices. What was issued before keeps the day on which it is due. */
export async function saveInvoiceSettings(
  tx: Tx,
  it: { organizationId: string; locationId: string; settings: InvoiceSettings; now: Date },
): Promise<void> {
  const { dueDays, reminders, packageCapMinor: cap } = it.settings;
  if (!(Number.isInteger(dueDays) && dueDays >= 0 && dueDays <= MAX_DUE_DAYS))
    throw new InvoiceSettingsOutOfRange('dueDays');
  if (cap !== null && (cap < 0n || cap > MAX_PRICE_MINOR)) throw new InvoiceSettingsOutOfRange('packageCap');
  const columns = { due_days: dueDays, reminders, package_cap_minor: cap, changed_at: it.now };
  await tx
    .insertInto('invoice_settings')
    .values({ organization_id: it.organizationId, location_id: it.locationId, ...columns })
    .onConflict((conflict) => conflict.columns(['organization_id', 'location_id']).doUpdateSet(columns))
    .execute();
}
