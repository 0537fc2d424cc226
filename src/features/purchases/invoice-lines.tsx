import { Badge } from '../../web/ui/badge.tsx';
import type { FactsProps } from '../../web/ui/facts.tsx';
import { type Invoice, invoiceNumber } from '../invoices/invoices.ts';
import type { Location } from '../organizations/organizations.ts';
import { addresses } from './addresses.ts';
import { purchaseMessages } from './messages.ts';
import type { Purchase } from './records.ts';

/** On which invoice a purchase stands, and whether it is owed still (E6). */
export function invoiceLines(
  location: Location,
  purchase: Purchase,
  invoice: Invoice | undefined,
): FactsProps['items'] {
  if (purchase.method !== 'invoice') return [];
  const text = purchaseMessages(location.locale);
  const lines: FactsProps['items'] = [];
  if (invoice) {
    const { id, number } = invoice;
    const name = number === null ? text.invoiceNext : text.invoiceNamed({ number: invoiceNumber(number) });
    lines.push({ term: text.invoice, value: <a href={addresses.invoice(location, id)}>{name}</a> });
  }
  const [tone, label] = purchase.onAccount
    ? (['info', text.onAccount] as const)
    : invoice && invoice.status !== 'paid'
      ? (['plain', text.notOwed] as const)
      : (['good', text.settled] as const);
  lines.push({ term: text.owed, value: <Badge tone={tone}>{label}</Badge> });
  return lines;
}
