import { formatMoney } from '../../shared/money.ts';
import type { DocumentText } from '../../web/paper/document-text.ts';
import { partyLine, partyText } from '../billing/billing.ts';
import type { Location } from '../organizations/organizations.ts';
import { receiptMessages } from './receipt-messages.ts';
import type { Receipt } from './receipts.ts';

/** `000042`: numbers of one location, one after the other. */
export function receiptNumber(number: bigint): string {
  return String(number).padStart(6, '0');
}

/** A receipt in words: its page and its PDF print the same. */
export function receiptText(receipt: Receipt, { locale, timeZone }: Location): DocumentText {
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
    ...(isCounter && { against: text.against({ number: receiptNumber(receipt.against!) }) }),
    ...(it.isTest && !it.isFree && { warning: text.test }),
    parties: [
      { term: text.issuedBy, value: partyText(it.location, it.seller, locale) },
      { term: text.issuedTo, value: partyText(it.customer, it.payer, locale) },
    ],
    facts: [
      ...(it.buyer === it.customer ? [] : [{ term: text.boughtBy, value: it.buyer }]),
      { term: isCounter ? text.issued : text.paid, value: time.format(isCounter ? receipt.issuedAt : it.paidAt) },
      ...(method ? [{ term: text.method, value: method }] : []),
    ],
    columns: { what: text.what, list: text.list, discount: text.discount, amount: text.amount },
    lines: it.lines.map((line) => ({
      what: line.title,
      ...(line.discountPercent > 0 && {
        list: money(line.listMinor),
        discount: text.less({ percent: String(line.discountPercent) }),
      }),
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
    notes: [],
    foot: partyLine(it.location, it.seller, locale),
  };
}
