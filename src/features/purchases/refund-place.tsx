import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import type { Ctx, Element } from '../../platform/http/routes.ts';
import { formatCredits } from '../../shared/credits.ts';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { Payment, Payments } from '../payments/payments.ts';
import { customerOf } from '../people/customer-frame.tsx';
import type { Customer } from '../people/people.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import { refundMessages } from './refund-messages.ts';
import { type Refundable, refundableOf } from './refund-preview.ts';

/** A payment of a customer, below the tab Payments. */
export const PAYMENT_OF_CUSTOMER = '/l/:location/community/customers/:customerId/payments/:paymentId';

/** One request about a payment. */
export type AtPayment = {
  core: Core;
  payments: Pick<Payments, 'refundable' | 'refund'>;
  visit: AtLocation;
  c: Ctx;
};

/** A customer and the payment that the address names. */
export type CustomersPayment = { customer: Customer; it: Refundable };

/** The customer and the payment that the address names; what is not this customer's is not there. */
export async function paymentIn(db: Tx, { payments, visit, c }: AtPayment): Promise<CustomersPayment> {
  const customer = await customerOf(db, visit, c);
  const paymentId = c.req.param('paymentId');
  const it = await refundableOf(db, payments, { customerId: customer.id, paymentId, now: visit.now });
  if (!it) throw new NotFound();
  return { customer, it };
}

export async function readPayment(at: AtPayment): Promise<CustomersPayment> {
  return await at.core.database.read(at.visit.organizationId, (db) => paymentIn(db, at));
}

export function paymentHref({ slug }: Location, { customerId, id }: Pick<Payment, 'customerId' | 'id'>): string {
  return `/l/${slug}/community/customers/${customerId}/payments/${id}`;
}

type Below = {
  title: string;
  lead?: string;
  /** The page of the payment itself leads further up. */
  isPayment?: boolean;
  status?: 200 | 409 | 422;
  refreshAfterMs?: number;
  children: Element;
};

/** The page of a payment, or one below it. */
export function pageOfPayment({ visit, c }: AtPayment, { customer, it }: CustomersPayment, page: Below): Response {
  const { location, areas } = visit;
  const text = refundMessages(location.locale);
  const { title, lead, isPayment, children, ...shown } = page;
  // Whoever looks after money need not look after people.
  const up = areas.includes('customers')
    ? {
        href: `/l/${location.slug}/community/customers/${customer.id}/payments`,
        label: text.backToPayments({ name: customer.name }),
      }
    : { href: `/l/${location.slug}/settings/money-check`, label: text.backToCheck };
  const back = isPayment ? up : { href: paymentHref(location, it.payment), label: text.backToPayment };
  return administratorPage(c, visit, {
    ...shown,
    title,
    current: customer.kind === 'company' ? 'companies' : 'members',
    width: 'narrow',
    children: (
      <>
        <PageHead back={back} title={title} lead={lead} />
        {children}
      </>
    ),
  });
}

/** What is wrong with a form, above it. */
export function Wrong({ locale, errors }: { locale: string; errors: Record<string, string> }) {
  const list = Object.entries(errors).map(([field, text]) => ({ text, ...(field && { fieldId: `field-${field}` }) }));
  return <ErrorSummary locale={locale} errors={list} />;
}

/** An amount of credits for a sentence that tells one from many. */
export function counted(creditsMinor: bigint, locale: string): { one: boolean; credits: string } {
  return { one: creditsMinor === 100n, credits: formatCredits(creditsMinor, locale) };
}

/** An instant with its year and zone. */
export function fullTime(at: Date, { locale, timeZone }: Location): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
