import { formatMoney } from '../../shared/money.ts';
import type { DocumentText } from '../../web/paper/document-text.ts';
import { partyLine, partyText } from '../billing/billing.ts';
import type { Location } from '../organizations/organizations.ts';
import { invoiceNumber } from './addresses.ts';
import { documentMessages } from './document-messages.ts';
import type { Invoice, InvoiceItem } from './records.ts';

/** What an invoice cannot say by itself. */
export type Besides = {
  /** What it was paid with. */
  method?: string;
  /** Where it can be paid online. */
  payAt?: string;
};

/** An invoice or credit note in words: its page and its PDF print the same. What was issued has the names of then. */
export function invoiceText(invoice: Invoice, location: Location, besides: Besides = {}): DocumentText {
  const { locale } = location;
  const text = documentMessages(locale);
  const { document } = invoice;
  const names = {
    seller: partyText(document?.location ?? location.name, document?.seller, locale),
    payer: partyText(document?.customer ?? invoice.customer, document?.payer, locale),
  };
  return {
    title: titleOf(invoice, locale),
    ...(invoice.against && { against: text.against({ number: invoiceNumber(invoice.against.number) }) }),
    ...stampOf(invoice, locale),
    parties: [
      { term: text.issuedBy, value: names.seller },
      { term: text.issuedTo, value: names.payer },
    ],
    facts: factsOf(invoice, location),
    columns: { what: text.what, list: text.list, discount: text.discount, amount: text.amount },
    lines: invoice.items.map((item) => lineOf(item, invoice.currency, locale)),
    sums: sumsOf(invoice, locale),
    notes: notesOf(invoice, location, besides),
    foot: partyLine(document?.location ?? location.name, document?.seller, locale),
  };
}

/** `Invoice 000042`, or what it is before it has a number. */
export function titleOf({ kind, number }: Pick<Invoice, 'kind' | 'number'>, locale: string): string {
  const text = documentMessages(locale);
  if (number === null) return text.active;
  const named = { number: invoiceNumber(number) };
  return kind === 'credit_note' ? text.creditNote(named) : text.invoice(named);
}

/** A day of the calendar, such as `2026-12-01`, with its year: documents are read years later. */
export function calendarDay(day: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
  return format.format(new Date(`${day}T00:00:00Z`));
}

/** The day of an instant in the location's zone, written the same. */
export function dayOf(at: Date, { locale, timeZone }: Pick<Location, 'locale' | 'timeZone'>): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'long', year: 'numeric' });
  return format.format(at);
}

function stampOf({ kind, status }: Invoice, locale: string): Pick<DocumentText, 'stamp'> {
  const text = documentMessages(locale);
  if (kind === 'credit_note') return {};
  if (status === 'paid') return { stamp: { text: text.stampPaid, tone: 'good' } };
  return status === 'void' ? { stamp: { text: text.stampVoid, tone: 'bad' } } : {};
}

function factsOf(invoice: Invoice, location: Location): DocumentText['facts'] {
  const text = documentMessages(location.locale);
  const { openedAt, issuedAt, dueOn, paidAt, voidedAt } = invoice;
  if (!issuedAt) return [{ term: text.opened, value: dayOf(openedAt, location) }];
  return [
    { term: text.issued, value: dayOf(issuedAt, location) },
    ...(dueOn ? [{ term: text.due, value: calendarDay(dueOn, location.locale) }] : []),
    ...(paidAt ? [{ term: text.paid, value: dayOf(paidAt, location) }] : []),
    ...(voidedAt ? [{ term: text.voided, value: dayOf(voidedAt, location) }] : []),
  ];
}

function lineOf(item: InvoiceItem, currency: string, locale: string): DocumentText['lines'][number] {
  const text = documentMessages(locale);
  const money = (minor: bigint) => formatMoney({ minor, currency }, locale);
  const { startsOn, endsOn } = item;
  const days = startsOn && endsOn ? shortDays(startsOn, endsOn, locale) : undefined;
  const detail = [days, item.isCredited && text.credited].filter(Boolean).join(' · ');
  return {
    what: item.title,
    ...(detail && { detail }),
    ...(item.discountPercent > 0 && {
      list: money(item.listMinor),
      discount: text.less({ percent: String(item.discountPercent) }),
    }),
    amount: money(item.netMinor),
  };
}

function shortDays(startsOn: string, endsOn: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
  const [from, to] = [startsOn, endsOn].map((day) => format.format(new Date(`${day}T00:00:00Z`)));
  return documentMessages(locale).days({ from: from!, to: to! });
}

/** Each rate of tax on a line of its own; sums are sums of lines. */
function sumsOf(invoice: Invoice, locale: string): DocumentText['sums'] {
  const text = documentMessages(locale);
  const money = (minor: bigint) => formatMoney({ minor, currency: invoice.currency }, locale);
  const rates = new Map<string, { label: string; ratePpm: number; netMinor: bigint; taxMinor: bigint }>();
  for (const { taxLabel: label, taxRatePpm: ratePpm, netMinor, taxMinor } of invoice.items) {
    if (taxMinor === 0n) continue;
    const sum = rates.get(`${ratePpm} ${label}`) ?? { label, ratePpm, netMinor: 0n, taxMinor: 0n };
    sum.netMinor += netMinor;
    sum.taxMinor += taxMinor;
    rates.set(`${ratePpm} ${label}`, sum);
  }
  const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });
  const taxes = [...rates.values()]
    .sort((a, b) => b.ratePpm - a.ratePpm)
    .map(({ label, ratePpm, netMinor, taxMinor }) => ({
      term: text.tax({ label, rate: percent.format(ratePpm / 10_000), net: money(netMinor) }),
      value: money(taxMinor),
      strong: false,
    }));
  const wasCredited = invoice.creditedMinor > 0n;
  return [
    ...(taxes.length > 0 ? [{ term: text.net, value: money(invoice.subtotalMinor), strong: false }, ...taxes] : []),
    { term: text.total, value: money(invoice.totalMinor), strong: true },
    ...(wasCredited ? [{ term: text.totalCredited, value: money(-invoice.creditedMinor), strong: false }] : []),
    ...(wasCredited && invoice.status === 'issued'
      ? [{ term: text.left, value: money(invoice.dueMinor), strong: true }]
      : []),
  ];
}

function notesOf(invoice: Invoice, location: Location, { method, payAt }: Besides): string[] {
  const { locale } = location;
  const text = documentMessages(locale);
  if (invoice.against) return [text.noteCredit({ number: invoiceNumber(invoice.against.number) })];
  if (invoice.status === 'void') return [text.noteVoid];
  if (invoice.paidAt) {
    if (invoice.paymentId === null) return [text.noteNothing];
    const day = dayOf(invoice.paidAt, location);
    return [method ? text.notePaidWith({ day, method }) : text.notePaid({ day })];
  }
  if (invoice.status !== 'issued' || !invoice.dueOn) return [];
  const amount = formatMoney({ minor: invoice.dueMinor, currency: invoice.currency }, locale);
  const due = text.noteDue({ amount, day: calendarDay(invoice.dueOn, locale) });
  return [due, ...(payAt ? [text.noteOnline({ url: payAt })] : [])];
}
