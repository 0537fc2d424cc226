import type { Tx } from '../../platform/database/database.ts';
import { type Logo, logoOfLocation } from './logos.ts';

export { documentLogo, type Logo, logoFile } from './logos.ts';
export { partyLine, partyText } from './party.ts';

/** Who stands on a document. `address` has lines; each may be empty. */
export type BillingDetails = { legalName: string; address: string; taxId: string };

/** The same of a location, whose documents have its logo. */
export type SellerDetails = BillingDetails & { logo?: Logo };

export const MAX_LEGAL_NAME_LENGTH = 200;
export const MAX_ADDRESS_LENGTH = 600;
export const MAX_ADDRESS_LINES = 8;
export const MAX_TAX_ID_LENGTH = 60;

const NOTHING: BillingDetails = { legalName: '', address: '', taxId: '' };

/** The billing details of a location, as documents that are issued now copy them; empty until somebody has typed them. */
export async function billingOfLocation(db: Tx, locationId: string): Promise<SellerDetails> {
  const row = await db
    .selectFrom('location_billing')
    .select(['legal_name', 'address', 'tax_id'])
    .where('location_id', '=', locationId)
    .executeTakeFirst();
  const logo = await logoOfLocation(db, locationId);
  return { ...(row ? toDetails(row) : NOTHING), ...(logo && { logo }) };
}

/** The same of a customer. */
export async function billingOfCustomer(db: Tx, customerId: string): Promise<BillingDetails> {
  const row = await db
    .selectFrom('customer_billing')
    .select(['legal_name', 'address', 'tax_id'])
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return row ? toDetails(row) : NOTHING;
}

/** Writes a location's billing details. Documents that were issued before keep theirs. */
export async function saveLocationBilling(
  tx: Tx,
  it: { organizationId: string; locationId: string; details: BillingDetails; now: Date },
): Promise<void> {
  const columns = columnsOf(it.details, it.now);
  await tx
    .insertInto('location_billing')
    .values({ organization_id: it.organizationId, location_id: it.locationId, ...columns })
    .onConflict((conflict) => conflict.columns(['organization_id', 'location_id']).doUpdateSet(columns))
    .execute();
}

/** Writes a customer's billing details. Documents that were issued before keep theirs. */
export async function saveCustomerBilling(
  tx: Tx,
  it: { organizationId: string; customerId: string; details: BillingDetails; now: Date },
): Promise<void> {
  const columns = columnsOf(it.details, it.now);
  await tx
    .insertInto('customer_billing')
    .values({ organization_id: it.organizationId, customer_id: it.customerId, ...columns })
    .onConflict((conflict) => conflict.columns(['organization_id', 'customer_id']).doUpdateSet(columns))
    .execute();
}

function toDetails(row: { legal_name: string; address: string; tax_id: string }): BillingDetails {
  return { legalName: row.legal_name, address: row.address, taxId: row.tax_id };
}

function columnsOf({ legalName, address, taxId }: BillingDetails, now: Date) {
  return { legal_name: legalName, address, tax_id: taxId, changed_at: now };
}

/** Takes customers' billing details away; documents keep the copies they were written with. */
export async function forgetCustomerBilling(tx: Tx, customerIds: string[]): Promise<void> {
  if (customerIds.length === 0) return;
  await tx.deleteFrom('customer_billing').where('customer_id', 'in', customerIds).execute();
}
