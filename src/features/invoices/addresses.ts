import { z } from 'zod';

/** `000042`: numbers of one location, one after the other, whatever was issued. */
export function invoiceNumber(number: bigint): string {
  return String(number).padStart(6, '0');
}

/** The page of what was issued, for whoever may see it. */
export function invoicePath({ slug }: { slug: string }, { number }: { number: bigint | null }): string {
  return `/l/${slug}/invoices/${number}`;
}

/** An amount in minor units or hundredths that somebody was shown, as the form sends it back. */
export const seenMinor = z.string().regex(/^\d{1,19}$/);
