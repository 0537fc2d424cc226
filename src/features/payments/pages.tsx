import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { get, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { formatMoney } from '../../shared/money.ts';
import { Badge, type BadgeTone } from '../../web/ui/badge.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import { customerOf, customerPage } from '../people/customer-frame.tsx';
import type { Guards } from '../sign-in/visit.ts';
import { paymentMessages } from './messages.ts';
import { type Payment, paymentsOf } from './payments.ts';

const PAGE_SIZE = 50;

/** A customer's payments: Community > member or company > Payments > Transactions (S14). */
export function paymentsPages(core: Core, guards: Guards): Route[] {
  return [
    get(
      '/l/:location/community/customers/:customerId/payments',
      guards.administrator('customers'),
      async (visit, c) => {
        const { location } = visit;
        const before = c.req.query('before');
        if (before !== undefined && !isId(before)) throw new NotFound();
        const { customer, payments, next } = await core.database.read(visit.organizationId, async (db) => {
          const customer = await customerOf(db, visit, c);
          const page = { limit: PAGE_SIZE, ...(before !== undefined && { before }) };
          return { customer, ...(await paymentsOf(db, customer.id, page)) };
        });
        const at = `/l/${location.slug}/community/customers/${customer.id}/payments`;
        const text = paymentMessages(location.locale);
        return customerPage(c, visit, customer, {
          current: 'payments',
          children: (
            <Section title={text.transactions} lead={payments.length > 0 && zoneText(location, visit.now)}>
              <div class="stack">
                <PaymentTable location={location} payments={payments} />
                <FormActions>
                  {next !== undefined && <ButtonLink href={`${at}?before=${next}`}>{text.older}</ButtonLink>}
                  {before !== undefined && (
                    <ButtonLink href={at} tone="quiet">
                      {text.newest}
                    </ButtonLink>
                  )}
                </FormActions>
              </div>
            </Section>
          ),
        });
      },
    ),
  ];
}

function PaymentTable({ location, payments }: { location: Location; payments: Payment[] }) {
  const text = paymentMessages(location.locale);
  const { locale, timeZone } = location;
  const date = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Table
      caption={text.transactions}
      hideCaption
      rows={payments}
      rowId={(payment) => `payment-${payment.id}`}
      empty={
        <EmptyState title={text.emptyTitle} headingLevel={3}>
          {text.emptyText}
        </EmptyState>
      }
      columns={[
        {
          key: 'date',
          header: text.columnDate,
          cell: (payment) => <time datetime={payment.createdAt.toISOString()}>{date.format(payment.createdAt)}</time>,
        },
        { key: 'what', header: text.columnWhat, primary: true, cell: (payment) => payment.title },
        { key: 'method', header: text.columnMethod, cell: (payment) => methodText(payment, locale) },
        {
          key: 'amount',
          header: text.columnAmount,
          align: 'end',
          cell: (payment) => formatMoney(payment.amount, locale),
        },
        { key: 'status', header: text.columnStatus, cell: (payment) => <Status payment={payment} locale={locale} /> },
      ]}
    />
  );
}

function Status({ payment, locale }: { payment: Payment; locale: string }) {
  const text = paymentMessages(locale);
  const words: Record<Payment['status'], [string, BadgeTone]> = {
    new: [text.statusNew, 'plain'],
    action: [text.statusAction, 'info'],
    processing: [text.statusProcessing, 'info'],
    paid: [text.statusPaid, 'good'],
    failed: [text.statusFailed, 'bad'],
    review: [text.statusReview, 'warn'],
  };
  const [label, tone] = words[payment.status];
  return (
    <span class="inline-flex flex-wrap gap-1">
      <Badge tone={tone}>{label}</Badge>
      {!payment.live && payment.method === 'card' && <Badge>{text.testMoney}</Badge>}
    </span>
  );
}

function methodText(payment: Payment, locale: string): string {
  const text = paymentMessages(locale);
  if (payment.method === 'card') return payment.methodLabel || text.methodCard;
  return payment.method === 'free' ? text.methodFree : payment.methodLabel || text.methodExternal;
}

function zoneText({ name, locale, timeZone }: Location, now: Date): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(now);
  const zone = parts.find((part) => part.type === 'timeZoneName')!.value;
  return paymentMessages(locale).zone({ location: name, zone });
}
