import type { Tx } from '../../platform/database/database.ts';
import { formatMoney } from '../../shared/money.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { type InvoiceSummary, invoiceNumber, invoicesOf } from '../invoices/invoices.ts';
import type { Location } from '../organizations/organizations.ts';
import { walletsOf } from '../people/people.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { addresses } from './addresses.ts';
import { purchaseMessages } from './messages.ts';

/** What is issued and not paid of a member, and of the company for its managers; what is due first is first. */
export async function invoicesToPay(db: Tx, visit: AtMembership): Promise<InvoiceSummary[]> {
  const found: InvoiceSummary[] = [];
  for (const { customerId } of walletsOf(visit)) found.push(...(await invoicesOf(db, customerId)));
  const open = found.filter(({ dueMinor }) => dueMinor > 0n);
  const isSooner = (a: InvoiceSummary, b: InvoiceSummary) =>
    a.dueOn === b.dueOn ? a.number! < b.number! : a.dueOn! < b.dueOn!;
  return open.sort((a, b) => (isSooner(a, b) ? -1 : 1));
}

/** That there is something to pay, and the way to it. */
export function ToPay({ location, invoices }: { location: Location; invoices: InvoiceSummary[] }) {
  const [first] = invoices;
  if (!first) return null;
  const { locale } = location;
  const text = purchaseMessages(locale);
  const day = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long' });
  const it = {
    number: invoiceNumber(first.number!),
    amount: formatMoney({ minor: first.dueMinor, currency: first.currency }, locale),
    name: first.customer,
    day: day.format(new Date(`${first.dueOn}T00:00:00Z`)),
  };
  return (
    <Notice
      tone="warn"
      id="to-pay"
      title={text.toPayTitle(it)}
      actions={<ButtonLink href={addresses.invoice(location, first.id)}>{text.toPayOpen}</ButtonLink>}
    >
      {text.toPay(it)}
    </Notice>
  );
}
