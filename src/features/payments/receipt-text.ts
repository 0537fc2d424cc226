import { formatMoney } from '../../shared/money.ts';
import type { BillingDetails } from '../billing/billing.ts';
import type { Location } from '../organizations/organizations.ts';
import { receiptMessages } from './receipt-messages.ts';
import type { Receipt } from './receipts.ts';

/** A receipt in words, line by line: its page and its PDF print the same. */
export type ReceiptText = {
  title: string;
  against: string | undefined;
  facts: { term: string; value: string }[];
  lines: { what: string; detail: string | undefined; amount: string }[];
  sums: { term: string; value: string; strong: boolean }[];
  test: string | undefined;
};

/** `000042`: numbers of one location, one after the other. */
export function receiptNumber(number: bigint): string {
  return String(number).padStart(6, '0');
}

export function receiptText(receipt: Receipt, { locale, timeZone }: Location): ReceiptText {
  const text = receiptMessages(locale);
  const { document: it } = receipt;
  const money = (minor: bigint) => formatMoney({ minor, currency: it.currency }, locale);
  // Read years later and elsewhere: with the year and the zone.
  const time = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const number = receiptNumber(receipt.number);
  const isCounter = receipt.against !== undefined;
  const named = { number };
  const method = it.isFree ? text.methodFree : it.method;
  const rate = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(it.taxRatePpm / 10_000);
  return {
    title: !isCounter ? text.receipt(named) : it.totalMinor < 0n ? text.refund(named) : text.correction(named),
    against: isCounter ? text.against({ number: receiptNumber(receipt.against!) }) : undefined,
    facts: [
      { term: text.issuedBy, value: whoIs(it.location, it.seller, locale) },
      { term: text.issuedTo, value: whoIs(it.customer, it.payer, locale) },
      ...(it.buyer === it.customer ? [] : [{ term: text.boughtBy, value: it.buyer }]),
      { term: isCounter ? text.issued : text.paid, value: time.format(isCounter ? receipt.issuedAt : it.paidAt) },
      ...(method ? [{ term: text.method, value: method }] : []),
    ],
    lines: it.lines.map((line) => ({
      what: line.title,
      detail:
        line.discountPercent > 0
          ? text.list({ price: money(line.listMinor), percent: String(line.discountPercent) })
          : undefined,
      amount: money(line.netMinor),
    })),
    sums: [
      ...(it.taxMinor === 0n
        ? []
        : [
            { term: text.net, value: money(it.totalMinor - it.taxMinor), strong: false },
            // What an invoice was for may have had several taxes: they stand on the invoice.
            {
              term: it.taxLabel === '' ? text.taxes : text.tax({ label: it.taxLabel, rate }),
              value: money(it.taxMinor),
              strong: false,
            },
          ]),
      { term: isCounter && it.totalMinor < 0n ? text.given : text.total, value: money(it.totalMinor), strong: true },
    ],
    test: it.isTest && !it.isFree ? text.test : undefined,
  };
}

/** A name with what stands below it, line by line. Whose legal name is another one is known by both. */
function whoIs(name: string, details: BillingDetails | undefined, locale: string): string {
  if (!details) return name;
  const { legalName, address, taxId } = details;
  const names = legalName === '' || legalName === name ? [name] : [legalName, name];
  const number = taxId === '' ? [] : [receiptMessages(locale).taxNumber({ taxId })];
  return [...names, ...(address === '' ? [] : [address]), ...number].join('\n');
}
