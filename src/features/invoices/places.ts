import type { Location } from '../organizations/organizations.ts';
import type { Wallet } from '../people/people.ts';

type Place = Pick<Location, 'slug'>;

/** Community > Invoices. */
export function communityHref({ slug }: Place): string {
  return `/l/${slug}/community/invoices`;
}

/** Membership > Invoices, of one of a person's wallets. */
export function ownHref({ slug }: Place, wallet?: Wallet): string {
  return `/l/${slug}/membership/invoices${wallet?.kind === 'company' ? '?wallet=company' : ''}`;
}

/** One's own invoice, and what is below it. */
export function ownInvoiceHref({ slug }: Place, invoiceId: string, below = ''): string {
  return `/l/${slug}/membership/invoices/${invoiceId}${below}`;
}

/** The PDF of what was issued. */
export function pdfHref({ slug }: Place, number: bigint): string {
  return `/l/${slug}/invoices/${number}/pdf`;
}
