import type { Child } from 'hono/jsx';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import type { Ctx, Element } from '../../platform/http/routes.ts';
import { formatMoney } from '../../shared/money.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { Payments } from '../payments/payments.ts';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import { invoiceNumber } from './addresses.ts';
import { administrationMessages } from './administration-messages.ts';
import type { Invoices } from './invoices.ts';
import { NothingToIssue } from './issuing.ts';
import { NotADraft, NotOpen, PaymentUnderWay } from './locking.ts';
import { CardNotAvailable, DueChanged, PaymentKeyReused } from './paying.ts';
import { communityHref } from './places.ts';
import { type Invoice, invoiceById } from './records.ts';
import { moneyOf } from './standing.tsx';
import { AlreadyCredited, NothingToCredit } from './voiding.ts';

/** What the pages of an administrator about one invoice work with. */
export type InvoiceParts = {
  core: Core;
  invoices: Invoices;
  payments: Pick<Payments, 'settle' | 'unchargeable'>;
};

/** One request about an invoice. */
export type AtInvoice = InvoiceParts & { visit: AtLocation; c: Ctx };

/** The invoice that the address names; what is of another location or organization is not there. */
export async function invoiceIn(db: Tx, { visit, c }: Pick<AtInvoice, 'visit' | 'c'>): Promise<Invoice> {
  const invoice = await invoiceById(db, c.req.param('invoiceId') ?? '');
  if (invoice?.locationId !== visit.location.id) throw new NotFound();
  return invoice;
}

export async function readInvoice(at: AtInvoice): Promise<Invoice> {
  return await at.core.database.read(at.visit.organizationId, (db) => invoiceIn(db, at));
}

export function invoiceHref({ visit }: Pick<AtInvoice, 'visit'>, { id }: Pick<Invoice, 'id'>, below = ''): string {
  return `${communityHref(visit.location)}/${id}${below}`;
}

/** Amount, name and number of an invoice, as sentences about it take them. */
export function wordsOf(invoice: Invoice, { locale }: Location): { amount: string; name: string; number: string } {
  const minor = invoice.status === 'issued' ? invoice.dueMinor : invoice.totalMinor;
  return {
    amount: moneyOf(invoice, minor, locale),
    name: invoice.customer,
    number: invoice.number === null ? '' : invoiceNumber(invoice.number),
  };
}

type Below = { title: string; lead?: string; status?: 200 | 409 | 422; children: Element };

/** A page below an invoice: what is about to be done with it. */
export function pageBelow(at: AtInvoice, invoice: Invoice, { title, lead, status, children }: Below): Response {
  const { visit, c } = at;
  const text = administrationMessages(visit.location.locale);
  return administratorPage(c, visit, {
    title,
    current: 'invoices',
    width: 'narrow',
    ...(status && { status }),
    children: (
      <>
        <PageHead back={{ href: invoiceHref(at, invoice), label: text.backToInvoice }} title={title} lead={lead} />
        {children}
      </>
    ),
  });
}

type ConfirmProps = {
  at: AtInvoice;
  invoice: Invoice;
  id: string;
  tone: 'primary' | 'danger';
  pendingLabel: string;
  describedBy?: string;
  children?: Child;
};

/** The foot of such a page: the button that does it, and the way back. */
export function Confirm({ at, invoice, children, ...button }: ConfirmProps) {
  return (
    <FormActions>
      <Button {...button}>{children}</Button>
      <ButtonLink href={invoiceHref(at, invoice)} tone="quiet">
        {administrationMessages(at.visit.location.locale).cancel}
      </ButtonLink>
    </FormActions>
  );
}

/** Back to the invoice, with a sentence about what was done or why it could not be. */
export function backTo(
  at: AtInvoice,
  invoice: Invoice,
  told: { tone: 'good' | 'bad' | 'plain'; text: string },
): Response {
  setFlash(at.c, told);
  return at.c.redirect(invoiceHref(at, invoice), 303);
}

/** Does it, and when it is refused because something has changed leads back to the invoice with the reason. */
export async function unlessRefused(at: AtInvoice, invoice: Invoice, act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (error) {
    const why = whyRefused(error, at.visit.location.locale);
    if (why === undefined) throw error;
    return backTo(at, invoice, { tone: 'bad', text: why });
  }
}

/** Why something cannot be done with an invoice as it is now; `undefined` for what is no refusal of an invoice. */
function whyRefused(error: unknown, locale: string): string | undefined {
  const text = administrationMessages(locale);
  if (error instanceof NotADraft) return text.goneIssued;
  if (error instanceof NotOpen) {
    const words: Record<string, string> = {
      draft: text.goneDraft,
      paid: text.gonePaid,
      void: text.goneVoid,
      credit_note: text.goneNote,
    };
    return words[error.details.status ?? ''] ?? text.goneDraft;
  }
  if (error instanceof NothingToIssue) return text.goneEmpty;
  if (error instanceof PaymentUnderWay) return text.goneUnderWay;
  if (error instanceof DueChanged) return text.goneDue({ amount: formatMoney(error.now, locale) });
  if (error instanceof CardNotAvailable) return text.goneCard;
  if (error instanceof PaymentKeyReused) return text.goneKey;
  if (error instanceof AlreadyCredited) return text.goneCredited;
  return error instanceof NothingToCredit ? text.goneItems : undefined;
}
