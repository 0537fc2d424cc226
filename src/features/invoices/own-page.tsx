import type { Child } from 'hono/jsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { DocumentCard } from '../../web/ui/document.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { documentLogo } from '../billing/billing.ts';
import type { Location } from '../organizations/organizations.ts';
import { receiptNumber } from '../payments/payments.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { invoicePath } from './addresses.ts';
import { calendarDay, invoiceText, titleOf } from './invoice-text.ts';
import type { OwnShown } from './own-invoice.ts';
import { ownMessages } from './own-messages.ts';
import { ownHref, ownInvoiceHref, pdfHref } from './places.ts';
import type { InvoiceSummary } from './records.ts';
import { moneyOf, StateBadges } from './standing.tsx';

/** One's own invoice, and the way to pay it. */
export function OwnInvoicePage({ visit, shown }: { visit: AtMembership; shown: OwnShown }) {
  const { location, now } = visit;
  const { invoice, wallet, method, chargeOn } = shown;
  const text = ownMessages(location.locale);
  const it = invoiceText(invoice, location, method ? { method } : {});
  const logo = invoice.document?.seller.logo;
  return (
    <>
      <PageHead
        title={it.title}
        {...(it.against && { lead: it.against })}
        {...(wallet.kind === 'company' && { eyebrow: text.of({ name: wallet.name }) })}
        back={{ href: ownHref(location, wallet), label: text.back }}
      />
      <p>
        <StateBadges invoice={invoice} location={location} now={now} />
      </p>
      <Standing location={location} shown={shown} />
      {invoice.status === 'draft' && <Notice tone="info">{whenIssued(location, chargeOn)}</Notice>}
      <DocumentCard
        id="invoice"
        it={it}
        {...(logo && { logo: documentLogo(location, invoice.document!.location, logo) })}
      />
      <Documents location={location} shown={shown} />
    </>
  );
}

/** On which day an active invoice will be issued, as far as anybody knows (UX-11). */
export function whenIssued(location: Location, chargeOn: string | null): string {
  const text = ownMessages(location.locale);
  return chargeOn
    ? text.willBeIssued({ day: calendarDay(chargeOn, location.locale) })
    : text.willBeReady({ place: location.name });
}

/** What there is to do about it: pay, wait for the bank, or ask the team. */
function Standing({ location, shown }: { location: Location; shown: OwnShown }) {
  const { invoice, ways, underWay } = shown;
  const text = ownMessages(location.locale);
  if (underWay)
    return (
      <Notice
        tone="info"
        role="status"
        id="under-way"
        title={text.underWayTitle}
        actions={
          <ButtonLink href={ownInvoiceHref(location, invoice.id, `/payments/${underWay}`)}>
            {text.seeHowItStands}
          </ButtonLink>
        }
      >
        {text.underWay}
      </Notice>
    );
  if (invoice.dueMinor === 0n) return null;
  if (ways.kind === 'none')
    return (
      <Notice tone="warn" id="cannot-pay">
        {ways.why === 'no-gateway' ? text.noGateway({ place: location.name }) : text.notChargeable}
      </Notice>
    );
  return (
    <FormActions>
      <PayLink location={location} invoice={invoice} />
    </FormActions>
  );
}

/** The way to the pay sheet of an invoice; its name says which one. */
export function PayLink({ location, invoice }: { location: Location; invoice: InvoiceSummary }) {
  const text = ownMessages(location.locale);
  const amount = moneyOf(invoice, invoice.dueMinor, location.locale);
  return (
    <ButtonLink
      id={`pay-${invoice.id}`}
      href={ownInvoiceHref(location, invoice.id, '/pay')}
      tone="primary"
      label={text.payNamed({ amount, title: titleOf(invoice, location.locale) })}
      opensSheet
    >
      {text.pay({ amount })}
    </ButtonLink>
  );
}

/** Its PDF, its receipts, and the credit notes against it. */
function Documents({ location, shown }: { location: Location; shown: OwnShown }) {
  const { invoice, receipts, notes } = shown;
  const text = ownMessages(location.locale);
  return (
    <>
      {notes.length > 0 && (
        <List title={text.creditNotes}>
          {notes.map((note) => (
            <li>
              <a href={invoicePath(location, note)}>{titleOf(note, location.locale)}</a>
            </li>
          ))}
        </List>
      )}
      {receipts.length > 0 && (
        <List title={text.receipts}>
          {receipts.map(({ number, against }) => (
            <li>
              <a href={`/l/${location.slug}/receipts/${number}`}>
                {against === undefined
                  ? text.receipt({ number: receiptNumber(number) })
                  : text.refund({ number: receiptNumber(number) })}
              </a>
            </li>
          ))}
        </List>
      )}
      {invoice.number !== null && (
        <FormActions>
          <ButtonLink href={pdfHref(location, invoice.number)} id="pdf" icon="download" turbo={false}>
            {text.download}
          </ButtonLink>
        </FormActions>
      )}
    </>
  );
}

function List({ title, children }: { title: string; children: Child }) {
  return (
    <section>
      <h2 class="section-title">{title}</h2>
      <ul class="mt-2">{children}</ul>
    </section>
  );
}
