import { formatMoney, type Money } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import { purchaseMessages } from './messages.ts';
import type { InvoiceWay } from './on-account.ts';

/** Which invoice, and when it is charged (UX-11): the reader's own, or that of `owner`. */
export function invoiceText({ chargeOn }: Pick<InvoiceWay, 'chargeOn'>, { locale }: Location, owner?: string): string {
  const text = purchaseMessages(locale);
  const day = chargeOn === null ? undefined : dayText(chargeOn, locale);
  if (owner !== undefined)
    return day === undefined ? text.addedToNextOf({ owner }) : text.addedToInvoiceOf({ owner, day });
  return day === undefined ? text.addedToNext : text.addedToInvoice({ day });
}

/** That more would be on account than the location allows, with the figures (E6). */
export function tooMuchText(it: { limit: Money | undefined; owed: Money }, { locale }: Location): string {
  const text = purchaseMessages(locale);
  return text.tooMuchOnAccount({ limit: formatMoney(it.limit ?? it.owed, locale), owed: formatMoney(it.owed, locale) });
}

/** A day such as `2026-12-01`, with its year: invoices are read later. */
function dayText(day: string, locale: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' }).format(
    at,
  );
}
