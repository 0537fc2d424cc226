import type { Element } from '../../platform/http/routes.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { DocumentCard } from '../../web/ui/document.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Table } from '../../web/ui/table.tsx';
import { documentLogo } from '../billing/billing.ts';
import type { Location } from '../organizations/organizations.ts';
import { paymentById } from '../payments/payments.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import { invoiceNumber } from './addresses.ts';
import { administrationMessages } from './administration-messages.ts';
import { type AtInvoice, invoiceHref, invoiceIn } from './at-invoice.tsx';
import { chargeOnOf } from './charge-day.ts';
import { chargeableCards } from './charge-pages.tsx';
import { historyOf, type InvoiceStep } from './history.ts';
import { calendarDay, invoiceText } from './invoice-text.ts';
import { paymentUnderWay } from './locking.ts';
import { communityHref, pdfHref } from './places.ts';
import type { Invoice } from './records.ts';
import { moneyOf, StateBadges } from './standing.tsx';

/** While a payment is under way the page looks again this often. */
const LOOK_AGAIN_MS = 3_000;

/** Everything the page of an invoice shows besides the invoice itself. */
type Around = {
  invoice: Invoice;
  underWay: string | undefined;
  chargeOn: string | null;
  method: string | undefined;
  hasCard: boolean;
  steps: InvoiceStep[];
};

async function read(at: AtInvoice): Promise<Around> {
  const { core, visit } = at;
  return await core.database.read(visit.organizationId, async (db) => {
    const invoice = await invoiceIn(db, at);
    const payment = invoice.paymentId ? await paymentById(db, invoice.paymentId) : undefined;
    const isOpen = invoice.status === 'issued' && invoice.kind === 'invoice';
    const cards = isOpen ? await chargeableCards(db, invoice, visit.now) : undefined;
    return {
      invoice,
      underWay: await paymentUnderWay(db, invoice.id),
      chargeOn: invoice.status === 'draft' ? await chargeOnOf(db, invoice.customerId, visit.now) : null,
      method: payment?.methodLabel,
      hasCard: cards?.some(({ expired }) => !expired) ?? false,
      steps: await historyOf(db, invoice),
    };
  });
}

/** An invoice for whoever looks after money: as it stands, what can be done with it, and who did what. */
export async function showInvoice(at: AtInvoice): Promise<Response> {
  const { payments, visit, c } = at;
  const { location } = visit;
  let found = await read(at);
  if (found.underWay) {
    // A page that is looked at asks the gateway itself.
    await payments.settle(visit.organizationId, found.underWay);
    found = await read(at);
  }
  const { invoice, underWay, method } = found;
  const text = administrationMessages(location.locale);
  const it = invoiceText(invoice, location, method ? { method } : {});
  const logo = invoice.document?.seller.logo;
  return administratorPage(c, visit, {
    title: `${it.title} – ${invoice.customer}`,
    current: 'invoices',
    width: 'normal',
    ...(underWay && { refreshAfterMs: LOOK_AGAIN_MS }),
    children: (
      <>
        <PageHead
          back={{ href: communityHref(location), label: text.back }}
          title={it.title}
          {...(it.against && { lead: it.against })}
          eyebrow={<Customer at={at} invoice={invoice} />}
        />
        <p>
          <StateBadges invoice={invoice} location={location} now={visit.now} />
        </p>
        <Notices at={at} {...found} />
        <Actions at={at} {...found} />
        <DocumentCard
          id="invoice"
          it={it}
          {...(logo && { logo: documentLogo(location, invoice.document!.location, logo) })}
          {...(invoice.status === 'draft' && { action: { header: text.remove, of: removeOf(at, invoice) } })}
        />
        <History location={location} invoice={invoice} steps={found.steps} hrefOf={(id) => invoiceHref(at, { id })} />
      </>
    ),
  });
}

function Customer({ at, invoice }: { at: AtInvoice; invoice: Invoice }) {
  const { areas, location } = at.visit;
  if (!areas.includes('customers')) return <>{invoice.customer}</>;
  return <a href={`/l/${location.slug}/community/customers/${invoice.customerId}/invoices`}>{invoice.customer}</a>;
}

function Notices({ at, invoice, underWay, chargeOn }: Around & { at: AtInvoice }) {
  const { location } = at.visit;
  const { locale } = location;
  const text = administrationMessages(locale);
  const { refundedMinor, disputedMinor, paymentId, customerId, status } = invoice;
  const seePayment = paymentId && (
    <ButtonLink href={`/l/${location.slug}/community/customers/${customerId}/payments/${paymentId}`}>
      {text.seePayment}
    </ButtonLink>
  );
  return (
    <>
      {status === 'draft' && (
        <Notice tone="info" title={text.draftTitle}>
          {chargeOn ? text.draftOn({ day: calendarDay(chargeOn, locale) }) : text.draftByHand}
        </Notice>
      )}
      {underWay && (
        <Notice tone="info" role="status" id="under-way" title={text.underWayTitle}>
          {text.underWay}
        </Notice>
      )}
      {refundedMinor > 0n && (
        <Notice tone="info" actions={seePayment}>
          {text.wasRefunded({ amount: moneyOf(invoice, refundedMinor, locale) })}
        </Notice>
      )}
      {disputedMinor > 0n && (
        <Notice tone="warn" actions={seePayment}>
          {text.wasDisputed({ amount: moneyOf(invoice, disputedMinor, locale) })}
        </Notice>
      )}
    </>
  );
}

/** What can be done with an invoice as it is: nothing that would be refused. */
function Actions({ at, invoice, underWay, hasCard }: Around & { at: AtInvoice }) {
  const { location } = at.visit;
  const text = administrationMessages(location.locale);
  const { kind, status, items, number, creditedMinor, paymentId, customerId } = invoice;
  const isInvoice = kind === 'invoice';
  const isOpen = isInvoice && status === 'issued' && !underWay;
  const mayCredit =
    isInvoice && !underWay && ['issued', 'paid'].includes(status) && items.some(({ isCredited }) => !isCredited);
  const href = (below: string) => invoiceHref(at, invoice, below);
  return (
    <FormActions>
      {status === 'draft' && items.length > 0 && (
        <ButtonLink href={href('/issue')} id="issue" tone="primary">
          {text.issue}
        </ButtonLink>
      )}
      {isOpen && (
        <ButtonLink href={href('/external')} id="external" tone="primary">
          {text.external}
        </ButtonLink>
      )}
      {isOpen && hasCard && (
        <ButtonLink href={href('/charge')} id="charge">
          {text.charge}
        </ButtonLink>
      )}
      {number !== null && (
        <ButtonLink href={pdfHref(location, number)} id="pdf" icon="receipt" turbo={false}>
          {text.pdf}
        </ButtonLink>
      )}
      {status === 'paid' && paymentId && (
        <ButtonLink href={`/l/${location.slug}/community/customers/${customerId}/payments/${paymentId}`} id="payment">
          {text.seePayment}
        </ButtonLink>
      )}
      {mayCredit && (
        <ButtonLink href={href('/credit')} id="credit" tone="quiet">
          {text.credit}
        </ButtonLink>
      )}
      {isOpen && creditedMinor === 0n && (
        <ButtonLink href={href('/void')} id="void" tone="quiet">
          {text.void}
        </ButtonLink>
      )}
    </FormActions>
  );
}

/** The way to removing an item of a draft. */
function removeOf(at: AtInvoice, invoice: Invoice): (index: number) => Element {
  const text = administrationMessages(at.visit.location.locale);
  return (index) => {
    const { id, title } = invoice.items[index]!;
    return (
      <a href={invoiceHref(at, invoice, `/items/${id}/remove`)} aria-label={text.removeOf({ title })}>
        {text.remove}
      </a>
    );
  };
}

type HistoryProps = { location: Location; invoice: Invoice; steps: InvoiceStep[]; hrefOf: (id: string) => string };

function History({ location, invoice, steps, hrefOf }: HistoryProps) {
  const { locale, timeZone } = location;
  const text = administrationMessages(locale);
  const time = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Section title={text.history} id="history">
      <Table
        caption={text.history}
        hideCaption
        rows={steps}
        columns={[
          {
            key: 'what',
            header: text.columnStep,
            primary: true,
            cell: (step) => {
              const words = stepText(step, invoice, locale);
              return step.what === 'credited' ? <a href={hrefOf(step.id)}>{words}</a> : words;
            },
          },
          {
            key: 'when',
            header: text.columnWhen,
            cell: ({ at }) => <time datetime={at.toISOString()}>{time.format(at)}</time>,
          },
          { key: 'by', header: text.columnBy, cell: ({ by }) => by ?? text.byItself },
        ]}
      />
    </Section>
  );
}

function stepText(step: InvoiceStep, invoice: Invoice, locale: string): string {
  const text = administrationMessages(locale);
  const money = (minor: bigint) => moneyOf(invoice, minor, locale);
  switch (step.what) {
    case 'added':
      return text.stepAdded(step);
    case 'removed':
      return text.stepRemoved(step);
    case 'issued':
      return text.stepIssued;
    case 'voided':
      return text.stepVoided;
    case 'settled':
      return text.stepSettled;
    case 'credited':
      return text.stepCredited({ number: invoiceNumber(step.number), amount: money(step.amountMinor) });
    default: {
      const it = { amount: money(step.amountMinor), method: step.label || text.methodCard };
      if (step.status === 'paid') return text.stepPaid(it);
      if (step.status === 'failed') return text.stepFailed(it);
      return step.status === 'review' ? text.stepReview(it) : text.stepPaying(it);
    }
  }
}
