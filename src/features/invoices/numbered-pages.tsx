import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { paperOf } from '../../web/paper/paper.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { DocumentCard } from '../../web/ui/document.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { logoFile } from '../billing/billing.ts';
import { type Payments, paymentById } from '../payments/payments.ts';
import { walletsOf } from '../people/people.ts';
import { memberPage } from '../sign-in/frame.tsx';
import { type AtLocation, type Guards, isActiveMember, looksAfter } from '../sign-in/visit.ts';
import { invoiceNumber, invoicePath } from './addresses.ts';
import { invoiceText } from './invoice-text.ts';
import type { Invoices } from './invoices.ts';
import { type OwnParts, parseNumber } from './own-invoice.ts';
import { ownMessages } from './own-messages.ts';
import { comeBack } from './pay-pages.tsx';
import { communityHref, ownInvoiceHref, pdfHref } from './places.ts';
import { type Invoice, invoiceNumbered } from './records.ts';

const NUMBERED = '/l/:location/invoices/:number';

/** What was issued, by its number: the address that messages name, its PDF, and where gateways lead back to. */
export function numberedPages(core: Core, guards: Guards, invoices: Invoices, payments: Payments): Route[] {
  const parts: OwnParts = { core, invoices, payments };
  const payment = `${NUMBERED}/payments/:paymentId`;
  return [
    get(NUMBERED, guards.atLocation, (visit, c) => showNumbered(core, visit, c)),
    get(`${NUMBERED}/pdf`, guards.atLocation, (visit, c) => downloadPdf(core, visit, c)),
    get(`${payment}/return`, guards.member, (visit, c) => comeBack(parts, visit, c, false)),
    get(`${payment}/cancel`, guards.member, (visit, c) => comeBack(parts, visit, c, true)),
  ];
}

/** Leads whoever may see it to where they see their other invoices. Whoever was removed reads it here: they owe it still. */
async function showNumbered(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const invoice = await numbered(core, visit, c);
  const { location, membership } = visit;
  if (isActiveMember(membership) && isOwn(visit, invoice)) return c.redirect(ownInvoiceHref(location, invoice.id), 303);
  if (looksAfter(visit, 'billing')) return c.redirect(`${communityHref(location)}/${invoice.id}`, 303);
  const it = invoiceText(invoice, location);
  return memberPage(c, visit, {
    title: it.title,
    current: 'more',
    children: (
      <>
        <PageHead title={it.title} {...(it.against && { lead: it.against })} />
        <DocumentCard id="invoice" it={it} />
        <FormActions>
          <ButtonLink href={pdfHref(location, invoice.number!)} id="pdf" icon="download" turbo={false}>
            {ownMessages(location.locale).download}
          </ButtonLink>
        </FormActions>
      </>
    ),
  });
}

async function downloadPdf(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const invoice = await numbered(core, visit, c);
  const { location, organizationId } = visit;
  const hash = invoice.document?.seller.logo?.hash;
  const { logo, payment } = await core.database.read(organizationId, async (db) => ({
    logo: hash ? await logoFile(db, hash) : undefined,
    payment: invoice.paymentId ? await paymentById(db, invoice.paymentId) : undefined,
  }));
  const text = invoiceText(invoice, location, {
    payAt: `${core.config.baseUrl}${invoicePath(location, invoice)}`,
    ...(payment?.methodLabel && { method: payment.methodLabel }),
  });
  const paper = { locale: location.locale, issuedAt: invoice.issuedAt!, ...(logo && { logo: logo.bytes }) };
  const pdf = await paperOf(text, paper);
  const name = invoice.kind === 'credit_note' ? 'credit-note' : 'invoice';
  return c.body(new Uint8Array(pdf), 200, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/pdf',
    'Content-Disposition': `attachment; filename="${name}-${invoiceNumber(invoice.number!)}.pdf"`,
  });
}

/** What is not for this person is not there. */
async function numbered(core: Core, visit: AtLocation, c: Ctx): Promise<Invoice> {
  const number = parseNumber(c.req.param('number') ?? '');
  const invoice = await core.database.read(visit.organizationId, (db) =>
    invoiceNumbered(db, visit.location.id, number),
  );
  if (!invoice || !(isOwn(visit, invoice) || looksAfter(visit, 'billing'))) throw new NotFound();
  return invoice;
}

/** Whoever was removed has no part in the company any more, but what they owe themselves stays theirs. */
function isOwn({ membership, user }: AtLocation, { customerId }: Invoice): boolean {
  if (membership?.customerId === customerId) return true;
  return isActiveMember(membership) && walletsOf({ membership, user }).some((it) => it.customerId === customerId);
}
