import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Element, get, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { Badge, type BadgeTone } from '../../web/ui/badge.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { type Column, Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import { customerOf, customerPage } from '../people/customer-frame.tsx';
import type { Guards } from '../sign-in/visit.ts';
import { paymentMessages } from './messages.ts';
import { type Payment, paymentsOf } from './payments.ts';

const PAGE_SIZE = 50;

/** Of the credits that were bought: what was spent before its money went back, and nobody has let go. */
type CreditsGone = { owedMinor: bigint };
/** The same for the subjects of some payments, by their id; it comes from those who sell. */
type CreditsGoneOf = (db: Tx, subjectIds: string[]) => Promise<ReadonlyMap<string, CreditsGone>>;

/** A customer's payments: Community > member or company > Payments > Transactions (S14). */
export function paymentsPages(core: Core, guards: Guards, creditsGoneOf?: CreditsGoneOf): Route[] {
  return [
    get(
      '/l/:location/community/customers/:customerId/payments',
      guards.administrator('customers'),
      async (visit, c) => {
        const { location } = visit;
        const before = c.req.query('before');
        if (before !== undefined && !isId(before)) throw new NotFound();
        const { customer, payments, next, gone } = await core.database.read(visit.organizationId, async (db) => {
          const customer = await customerOf(db, visit, c);
          const page = { limit: PAGE_SIZE, ...(before !== undefined && { before }) };
          const found = await paymentsOf(db, customer.id, page);
          const reversed = found.payments.filter(({ reversals }) => reversals > 0).map(({ subjectId }) => subjectId);
          return { customer, ...found, gone: (await creditsGoneOf?.(db, reversed)) ?? new Map() };
        });
        const at = `/l/${location.slug}/community/customers/${customer.id}/payments`;
        const sell = `/l/${location.slug}/community/customers/${customer.id}/sell`;
        const text = paymentMessages(location.locale);
        const mayRefund = visit.areas.includes('billing');
        return customerPage(c, visit, customer, {
          current: 'payments',
          children: (
            <Section
              title={text.transactions}
              lead={payments.length > 0 && zoneText(location, visit.now)}
              actions={mayRefund && <ButtonLink href={sell}>{text.sell}</ButtonLink>}
            >
              <div class="stack">
                <PaymentTable location={location} payments={payments} gone={gone} {...(mayRefund && { at })} />
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

type TableProps = {
  location: Location;
  payments: Payment[];
  gone: ReadonlyMap<string, CreditsGone>;
  /** Where the payments are, for whoever may refund them. */
  at?: string;
};

function PaymentTable({ location, payments, gone, at }: TableProps) {
  const text = paymentMessages(location.locale);
  const { locale } = location;
  const owedOf = ({ subjectId }: Payment) => gone.get(subjectId)?.owedMinor ?? 0n;
  const actions: Column<Payment> = {
    key: 'actions',
    header: text.columnActions,
    hideHeader: true,
    cell: (payment) => actionsOf({ payment, owedMinor: owedOf(payment), location, at: at! }),
  };
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
          cell: ({ createdAt }) => <time datetime={createdAt.toISOString()}>{timeText(createdAt, location)}</time>,
        },
        {
          key: 'what',
          header: text.columnWhat,
          primary: true,
          cell: ({ id, title }) => (at ? <a href={`${at}/${id}`}>{title}</a> : title),
        },
        { key: 'method', header: text.columnMethod, cell: (payment) => methodText(payment, locale) },
        {
          key: 'amount',
          header: text.columnAmount,
          align: 'end',
          cell: (payment) => <Amount payment={payment} locale={locale} />,
        },
        {
          key: 'status',
          header: text.columnStatus,
          cell: (payment) => <Status payment={payment} owedMinor={owedOf(payment)} locale={locale} />,
        },
        ...(at ? [actions] : []),
      ]}
    />
  );
}

/** What was paid, and what of it has gone back. */
function Amount({ payment, locale }: { payment: Payment; locale: string }) {
  const text = paymentMessages(locale);
  const { amount, refundedMinor, disputedMinor } = payment;
  const money = (minor: bigint) => formatMoney({ ...amount, minor }, locale);
  return (
    <>
      {formatMoney(amount, locale)}
      {refundedMinor > 0n && (
        <span class="block text-sm text-muted">{text.refunded({ amount: money(refundedMinor) })}</span>
      )}
      {disputedMinor > 0n && (
        <span class="block text-sm text-muted">{text.heldBack({ amount: money(disputedMinor) })}</span>
      )}
    </>
  );
}

function Status({ payment, owedMinor, locale }: { payment: Payment; owedMinor: bigint; locale: string }) {
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
  const owed = { one: owedMinor === 100n, credits: formatCredits(owedMinor, locale) };
  return (
    <span class="inline-flex flex-wrap gap-1">
      <Badge tone={tone}>{label}</Badge>
      {payment.refundedMinor === payment.amount.minor && payment.refundedMinor > 0n && (
        <Badge>{text.statusRefunded}</Badge>
      )}
      {payment.disputedMinor > 0n && <Badge tone="warn">{text.statusDisputed}</Badge>}
      {owedMinor > 0n && <Badge tone="warn">{text.shortfall(owed)}</Badge>}
      {!payment.live && payment.method === 'card' && <Badge>{text.testMoney}</Badge>}
    </span>
  );
}

type ActionsProps = { payment: Payment; owedMinor: bigint; location: Location; at: string };

/** What whoever looks after money may do with a payment; nothing for most. */
function actionsOf({ payment, owedMinor, location, at }: ActionsProps): Element {
  const text = paymentMessages(location.locale);
  const it = { title: payment.title, time: timeText(payment.createdAt, location) };
  const { status, method, amount, refundedMinor, disputedMinor } = payment;
  const mayRefund = status === 'paid' && method === 'card' && refundedMinor + disputedMinor < amount.minor;
  if (!mayRefund && owedMinor === 0n) return null;
  return (
    <span class="inline-flex flex-wrap gap-3">
      {mayRefund && (
        <a href={`${at}/${payment.id}/refund`} aria-label={text.refundOf(it)}>
          {text.refund}
        </a>
      )}
      {owedMinor > 0n && (
        <a href={`${at}/${payment.id}/waive`} aria-label={text.waiveOf(it)}>
          {text.waive}
        </a>
      )}
    </span>
  );
}

function timeText(at: Date, { locale, timeZone }: Location): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(at);
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
