import type { Element } from '../../platform/http/routes.ts';
import { type Column, Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import { calendarDay, dayOf, titleOf } from './invoice-text.ts';
import { listMessages } from './list-messages.ts';
import type { InvoiceSummary } from './records.ts';
import { moneyOf, StateBadges } from './standing.tsx';

type Props = {
  location: Location;
  now: Date;
  invoices: InvoiceSummary[];
  /** Where an invoice is; `undefined` for whoever may not open it. */
  hrefOf: (invoice: InvoiceSummary) => string | undefined;
  /** Where its customer is; without it there is no such column. */
  customerHrefOf?: (invoice: InvoiceSummary) => string;
  /** What may be done with it, at the end of its row. */
  actionOf?: { header: string; cell: (invoice: InvoiceSummary) => Element };
  empty: Element;
};

/** Invoices row by row: number, customer, state, days and total. */
export function InvoiceTable({ location, now, invoices, hrefOf, customerHrefOf, actionOf, empty }: Props) {
  const { locale } = location;
  const text = listMessages(locale);
  const customer: Column<InvoiceSummary>[] = customerHrefOf
    ? [
        {
          key: 'customer',
          header: text.columnCustomer,
          cell: (invoice) => <a href={customerHrefOf(invoice)}>{invoice.customer}</a>,
        },
      ]
    : [];
  return (
    <Table
      caption={text.title}
      hideCaption
      rows={invoices}
      rowId={({ id }) => `invoice-${id}`}
      empty={empty}
      columns={[
        {
          key: 'invoice',
          header: text.columnInvoice,
          primary: true,
          cell: (invoice) => {
            const href = hrefOf(invoice);
            return href ? <a href={href}>{titleOf(invoice, locale)}</a> : titleOf(invoice, locale);
          },
        },
        ...customer,
        {
          key: 'state',
          header: text.columnState,
          cell: (invoice) => <StateBadges invoice={invoice} location={location} now={now} />,
        },
        {
          key: 'issued',
          header: text.columnIssued,
          cell: ({ issuedAt }) =>
            issuedAt && <time datetime={issuedAt.toISOString()}>{dayOf(issuedAt, location)}</time>,
        },
        {
          key: 'due',
          header: text.columnDue,
          cell: ({ dueOn }) => dueOn && <time datetime={dueOn}>{calendarDay(dueOn, locale)}</time>,
        },
        {
          key: 'total',
          header: text.columnTotal,
          align: 'end',
          cell: (invoice) => <Total invoice={invoice} locale={locale} />,
        },
        ...(actionOf
          ? [
              {
                key: 'action',
                header: actionOf.header,
                hideHeader: true,
                cell: actionOf.cell,
              } as Column<InvoiceSummary>,
            ]
          : []),
      ]}
    />
  );
}

/** What stands on it, and what of that is to be paid when it is less. */
function Total({ invoice, locale }: { invoice: InvoiceSummary; locale: string }) {
  const { totalMinor, dueMinor } = invoice;
  return (
    <>
      {moneyOf(invoice, totalMinor, locale)}
      {dueMinor > 0n && dueMinor !== totalMinor && (
        <span class="block text-sm text-muted">
          {listMessages(locale).toPay({ amount: moneyOf(invoice, dueMinor, locale) })}
        </span>
      )}
    </>
  );
}
