import type { BillingDetails } from './billing.ts';
import { billingMessages } from './messages.ts';

/** Who stands on a document, line by line. Whose legal name is another one is known by both. */
export function partyText(name: string, details: BillingDetails | undefined, locale: string): string {
  if (!details) return name;
  const { address } = details;
  return [...namesOf(name, details), ...(address === '' ? [] : [address]), ...taxNumberOf(details, locale)].join('\n');
}

/** The same in one line without the address, for the foot of a document. */
export function partyLine(name: string, details: BillingDetails | undefined, locale: string): string {
  if (!details) return name;
  return [...namesOf(name, details), ...taxNumberOf(details, locale)].join(' · ');
}

function namesOf(name: string, { legalName }: BillingDetails): string[] {
  return legalName === '' || legalName === name ? [name] : [legalName, name];
}

function taxNumberOf({ taxId }: BillingDetails, locale: string): string[] {
  return taxId === '' ? [] : [billingMessages(locale).taxNumber({ taxId })];
}
