import type { ItemHandlers } from '../invoices/invoices.ts';
import { shortfallItems } from './billing-shortfall.ts';
import { packageItems, type Tell } from './on-account.ts';

/** What the items of purchases on invoices mean: packages that were bought on one, and what was gone of refunded ones. */
export function purchaseItems(tell: Tell): ItemHandlers {
  return { credit_package: packageItems(tell), shortfall: shortfallItems };
}
