import { catalog } from '../../shared/catalog.ts';
import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import type { News } from './notifications.ts';

type Counted = { one: boolean; credits: string };
type OfProduct = Counted & { product: string };
type Amount = { amount: string };
type OfInvoice = Amount & { number: string };

const of = ({ one, credits }: Counted) => `${credits} ${one ? 'credit' : 'credits'}`;

const en = {
  title: 'News',
  emptyTitle: 'No news yet',
  emptyText: 'When credits come into your wallet or your company’s, or others use them, it is told here.',
  list: 'News, newest first',
  unread: 'New',
  markRead: 'Mark all as read',
  older: 'Load more',
  newest: 'Back to the newest',

  added: (it: Counted) => `${of(it)} added`,
  used: ({ product, ...it }: OfProduct) => (product ? `${of(it)} used for ${product}` : `${of(it)} used`),
  returned: ({ product, ...it }: OfProduct) => (product ? `${of(it)} returned for ${product}` : `${of(it)} returned`),
  takenBack: ({ product, ...it }: OfProduct) => `${of(it)} taken back: ${product} was taken off the invoice`,
  soldBy: ({ by }: { by: string }) => `Done by ${by} of the team.`,
  addedByTeam: (it: Counted) => `${of(it)} added by the team`,
  deductedByTeam: (it: Counted) => `${of(it)} deducted by the team`,
  withPlan: (it: Counted) => `${of(it)} added with your plan`,
  ofPlan: ({ plan }: { plan: string }) => `${plan}.`,
  ofPlanLapsed: ({ plan, ...it }: { plan: string } & Counted) =>
    `${plan}. ${of(it)} of the cycle before ${it.one ? 'has' : 'have'} lapsed.`,
  newBalance: ({ balance }: { balance: string }) => `New balance ${balance}.`,
  forCompany: ({ company }: { company: string }) => `For ${company}.`,
  bought: ({ title }: { title: string }) => `${title}.`,
  boughtCompany: ({ title, company }: { title: string; company: string }) => `${title}, for ${company}.`,
  reason: ({ memo }: { memo: string }) => `Reason: ${memo}`,

  refunded: ({ amount }: Amount) => `${amount} refunded`,
  refundedWith: ({ amount, ...it }: Amount & Counted) => `${amount} refunded, ${of(it)} taken back`,
  refundFailed: ({ amount }: Amount) => `A refund of ${amount} did not arrive`,
  refundFailedWith: ({ amount, ...it }: Amount & Counted) =>
    `A refund of ${amount} did not arrive, ${of(it)} given back`,
  disputed: ({ amount }: Amount) => `${amount} held back by the bank`,
  disputedWith: ({ amount, ...it }: Amount & Counted) => `${amount} held back by the bank, ${of(it)} taken back`,
  disputeEnded: ({ amount }: Amount) => `${amount} no longer held back by the bank`,
  disputeEndedWith: ({ amount, ...it }: Amount & Counted) =>
    `${amount} no longer held back by the bank, ${of(it)} given back`,

  invoiceIssued: ({ number, amount }: OfInvoice) => `Invoice ${number}: ${amount}`,
  invoiceCredited: ({ number, amount }: OfInvoice) => `Credit note ${number}: ${amount}`,
  invoicePaid: ({ number }: OfInvoice) => `Invoice ${number} is paid`,
  invoiceVoided: ({ number }: OfInvoice) => `Invoice ${number} is void`,
  invoiceOverdue: ({ number, amount }: OfInvoice) => `Invoice ${number} is overdue: ${amount}`,
  invoicePaymentFailed: ({ number }: OfInvoice) => `The payment of invoice ${number} failed`,
  payBy: ({ day }: { day: string }) => `To be paid by ${day}.`,
  wasDue: ({ day }: { day: string }) => `It was due on ${day}.`,
  nothingToPay: 'There is nothing to pay.',
  nothingCharged: ({ amount }: Amount) => `Nothing of the ${amount} was charged.`,
  paidAmount: ({ amount }: Amount) => `${amount}, thank you.`,
  invited: ({ company }: { company: string }) => `${company} invites you`,
  invitedBy: ({ by }: { by: string }) => `${by} asks you to belong to it. Accept or decline.`,
  unmanaged: ({ company }: { company: string }) => `${company} has no manager any more`,
  unmanagedWhat: 'Nobody buys for it or looks after its people until you make somebody its manager.',

  permissionAsked: ({ person, company }: { person: string; company: string }) =>
    `${person} asks to buy credits for ${company}`,
  permissionAskedText: 'Open it to choose what members may pay with.',
  permissionGiven: ({ company }: { company: string }) => `You may buy credits for ${company} now`,
  permissionGivenText: 'Open it to see the packages.',

  erasure: ({ name }: { name: string }) => `${name} asks to be forgotten`,
  erasureWhat: 'See what that means and do it, or talk to them.',

  alertWhere: 'See at Money check what to do.',
  alertOther: 'Something about money needs a look',
  'alert-late-payment': 'A payment that was given up was paid after all',
  'alert-review': 'A payment is not what was asked for',
  'alert-shortfall': 'Credits were spent before their money went back',
  'alert-dispute': 'A payment is disputed',
  'alert-gateway-failing': 'The payment gateway does not answer',
  'alert-missing-here': 'The gateway has a payment that is not in our books',
  'alert-missing-there': 'The gateway does not know a payment of ours',
  'alert-differs': 'Our books and the gateway differ',
  'alert-refund-refused': 'A refund was not made',
  'alert-granted-while-removed': 'Somebody who was removed has paid',
  'alert-paid-too-much': 'More was paid for an invoice than was due',
};

export const notificationMessages = catalog({ en });

type NewsText = { heading: string; sentence: string };
type InvoiceNews = Extract<News, { details: { number: string } }>;
type MoneyNews = Exclude<Extract<News, { details: { amount: bigint } }>, InvoiceNews>;
type CompanyNews = Extract<News, { kind: 'company-invitation' | 'company-without-manager' }>;
type AlertNews = Extract<News, { kind: 'money-alert' }>;
type PermissionNews = Extract<News, { kind: 'permission-asked' | 'permission-given' }>;
type ErasureNews = Extract<News, { kind: 'erasure-asked' }>;
type CreditsNews = Exclude<News, MoneyNews | InvoiceNews | CompanyNews | AlertNews | PermissionNews | ErasureNews>;

/** What a piece of news says, made when it is shown: a heading and a sentence. */
export function newsText(news: News, locale: string): NewsText {
  if (news.kind === 'money-alert') return alertText(news, locale);
  if ('number' in news.details) return invoiceText(news as InvoiceNews, locale);
  if (news.kind === 'company-invitation' || news.kind === 'company-without-manager') return companyText(news, locale);
  if (news.kind === 'permission-asked' || news.kind === 'permission-given') return permissionText(news, locale);
  if (news.kind === 'erasure-asked') return erasureText(news, locale);
  return 'amount' in news.details ? moneyText(news as MoneyNews, locale) : creditsText(news as CreditsNews, locale);
}

function erasureText({ details }: ErasureNews, locale: string): NewsText {
  const text = notificationMessages(locale);
  return said(text.erasure(details), text.erasureWhat);
}

function creditsText(news: CreditsNews, locale: string): NewsText {
  const text = notificationMessages(locale);
  const { forCompany: company } = news.details;
  const counted = { one: news.details.credits === 100n, credits: formatCredits(news.details.credits, locale) };
  const newBalance = text.newBalance({ balance: formatCredits(news.details.balance, locale) });
  const owner = company ? [text.forCompany({ company })] : [];
  switch (news.kind) {
    case 'credits-added': {
      const { title } = news.details;
      const bought = company ? text.boughtCompany({ title, company }) : text.bought({ title });
      const by = news.details.soldBy ? [text.soldBy({ by: news.details.soldBy })] : [];
      return said(text.added(counted), bought, ...by, newBalance);
    }
    case 'credits-with-plan': {
      const { plan, lapsed } = news.details;
      const gone = { one: lapsed === 100n, credits: formatCredits(lapsed, locale) };
      const sentence = lapsed > 0n ? text.ofPlanLapsed({ plan, ...gone }) : text.ofPlan({ plan });
      return said(text.withPlan(counted), sentence, ...owner, newBalance);
    }
    case 'credits-used':
      return said(text.used({ ...counted, product: news.details.product }), ...owner, newBalance);
    case 'credits-returned':
      return said(text.returned({ ...counted, product: news.details.product }), ...owner, newBalance);
    case 'credits-taken-back':
      return said(text.takenBack({ ...counted, product: news.details.product }), ...owner, newBalance);
    case 'credits-added-by-team':
      return said(text.addedByTeam(counted), ...owner, newBalance, text.reason(news.details));
    case 'credits-deducted-by-team':
      return said(text.deductedByTeam(counted), ...owner, newBalance, text.reason(news.details));
  }
}

/** Money that went back or came again, and the credits that went with it, if any did. */
function moneyText({ kind, details }: MoneyNews, locale: string): NewsText {
  const text = notificationMessages(locale);
  const { credits, title, currency, forCompany: company } = details;
  const counted = { one: credits === 100n, credits: formatCredits(credits, locale) };
  const it = { ...counted, amount: formatMoney({ minor: details.amount, currency }, locale) };
  const words = {
    'money-refunded': [text.refunded, text.refundedWith],
    'refund-failed': [text.refundFailed, text.refundFailedWith],
    'payment-disputed': [text.disputed, text.disputedWith],
    'dispute-ended': [text.disputeEnded, text.disputeEndedWith],
  } as const;
  const [alone, withCredits] = words[kind];
  return said(
    credits > 0n ? withCredits(it) : alone(it),
    company ? text.boughtCompany({ title, company }) : text.bought({ title }),
  );
}

/** What happened to an invoice, or a credit note. */
function invoiceText({ kind, details }: InvoiceNews, locale: string): NewsText {
  const text = notificationMessages(locale);
  const it = {
    number: details.number,
    amount: formatMoney({ minor: details.amount, currency: details.currency }, locale),
    day: details.dueOn ? dayText(details.dueOn, locale) : '',
  };
  const owner = details.forCompany ? [text.forCompany({ company: details.forCompany })] : [];
  const words: Record<InvoiceNews['kind'], [string, string?]> = {
    'invoice-issued': [text.invoiceIssued(it), details.amount === 0n ? text.nothingToPay : text.payBy(it)],
    'invoice-credited': [text.invoiceCredited(it)],
    'invoice-paid': [text.invoicePaid(it), text.paidAmount(it)],
    'invoice-voided': [text.invoiceVoided(it), text.nothingToPay],
    'invoice-overdue': [text.invoiceOverdue(it), text.wasDue(it)],
    'invoice-payment-failed': [text.invoicePaymentFailed(it), text.nothingCharged(it)],
  };
  const [heading, sentence] = words[kind];
  return said(heading, ...(sentence ? [sentence] : []), ...owner);
}

/** A day of the calendar, such as `2026-12-01`, as it is written in a language. */
function dayText(day: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
  return format.format(new Date(`${day}T00:00:00Z`));
}

/** Who belongs to companies, and who looks after them. */
function companyText(news: CompanyNews, locale: string): NewsText {
  const text = notificationMessages(locale);
  return news.kind === 'company-invitation'
    ? said(text.invited(news.details), text.invitedBy(news.details))
    : said(text.unmanaged(news.details), text.unmanagedWhat);
}

function permissionText(news: PermissionNews, locale: string): NewsText {
  const text = notificationMessages(locale);
  if (news.kind === 'permission-given') return said(text.permissionGiven(news.details), text.permissionGivenText);
  return said(text.permissionAsked(news.details), text.permissionAskedText);
}

function alertText({ details }: AlertNews, locale: string): NewsText {
  const text = notificationMessages(locale);
  const known = Object.entries(text).find(([key]) => key === `alert-${details.alert}`);
  return said(typeof known?.[1] === 'string' ? known[1] : text.alertOther, text.alertWhere);
}

function said(heading: string, ...sentences: string[]): NewsText {
  return { heading, sentence: sentences.join(' ') };
}
