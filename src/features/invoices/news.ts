import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { derivedId } from '../../platform/ids.ts';
import { queueMail } from '../../platform/mail.ts';
import { formatMoney } from '../../shared/money.ts';
import { type News, notify } from '../notifications/notifications.ts';
import { type Location, locationById } from '../organizations/organizations.ts';
import { type Payments, paymentById, reversalsOf } from '../payments/payments.ts';
import { customerAt, managersOf, type User } from '../people/people.ts';
import { invoiceNumber, invoicePath } from './addresses.ts';
import { invoicesMessages } from './messages.ts';
import { type Invoice, invoiceById } from './records.ts';
import type { InvoiceEvent } from './telling.ts';

/** What is told of invoices once their transactions are committed: to the member or the company's managers, and by mail. */
export function registerInvoiceJobs(core: Core, payments: Pick<Payments, 'issueReceipts'>): void {
  core.jobs.handle('invoice.told', ({ organizationId, invoiceId, what }) =>
    core.database.write(organizationId, async (tx) => {
      const invoice = await invoiceById(tx, invoiceId);
      if (invoice) await tell(core, tx, invoice, what);
    }),
  );
  core.jobs.handle('invoice.payment', async ({ organizationId, paymentId, what }) => {
    if (what !== 'failed') await payments.issueReceipts(organizationId, paymentId);
    if (what === 'paid') return;
    await core.database.write(organizationId, (tx) =>
      what === 'failed' ? tellOfFailure(core, tx, paymentId) : tellOfReversals(core, tx, paymentId),
    );
  });
}

type InvoiceNews = Extract<News, { details: { number: string } }>;

const KINDS: Record<InvoiceEvent, InvoiceNews['kind']> = {
  issued: 'invoice-issued',
  paid: 'invoice-paid',
  voided: 'invoice-voided',
  credited: 'invoice-credited',
  overdue: 'invoice-overdue',
  'overdue-again': 'invoice-overdue',
};

async function tell(core: Core, tx: Tx, invoice: Invoice, what: InvoiceEvent): Promise<void> {
  // Who has paid meanwhile is not reminded.
  const isReminder = what === 'overdue' || what === 'overdue-again';
  if (isReminder && invoice.status !== 'issued') return;
  const amount = isReminder ? invoice.dueMinor : invoice.totalMinor;
  const subjectId = what === 'overdue-again' ? derivedId(`${invoice.id}:${what}`) : invoice.id;
  await say(core, tx, invoice, { kind: KINDS[what], amount: amount < 0n ? -amount : amount, subjectId });
}

async function tellOfFailure(core: Core, tx: Tx, paymentId: string): Promise<void> {
  const payment = await paymentById(tx, paymentId);
  const invoice = payment && (await invoiceById(tx, payment.subjectId));
  if (!invoice) return;
  await say(core, tx, invoice, { kind: 'invoice-payment-failed', amount: payment.amount.minor, subjectId: paymentId });
}

/** What went back of the money of an invoice, or came again: no credits go with it. */
async function tellOfReversals(core: Core, tx: Tx, paymentId: string): Promise<void> {
  const payment = await paymentById(tx, paymentId);
  const invoice = payment && (await invoiceById(tx, payment.subjectId));
  if (!invoice) return;
  const { people, href, company } = await concernedBy(tx, invoice);
  const kinds = {
    refund: 'money-refunded',
    refund_failed: 'refund-failed',
    dispute: 'payment-disputed',
    dispute_ended: 'dispute-ended',
  } as const;
  for (const { kind, number, amountMinor } of await reversalsOf(tx, paymentId)) {
    const amount = amountMinor < 0n ? -amountMinor : amountMinor;
    const details = { amount, currency: invoice.currency, credits: 0n, title: payment.title, ...company };
    const news = { organizationId: invoice.organizationId, kind: kinds[kind], details, href };
    const subjectId = derivedId(`${paymentId}:${number}`);
    for (const { id: userId } of people) await notify(tx, { ...news, userId, subjectId, now: core.now() });
  }
}

type Said = { kind: InvoiceNews['kind']; amount: bigint; subjectId: string };

/** Writes it into the lists of those whom it concerns, and mails it to whom it is news. */
async function say(core: Core, tx: Tx, invoice: Invoice, { kind, amount, subjectId }: Said): Promise<void> {
  const { organizationId, currency, dueOn } = invoice;
  const { people, location, href, company } = await concernedBy(tx, invoice);
  const number = invoiceNumber(invoice.number!);
  const details = { number, amount, currency, ...(dueOn && { dueOn }), ...company };
  const letter = letterOf(kind, { invoice, location, amount });
  for (const { id: userId, name, email } of people) {
    const isNew = await notify(tx, { organizationId, userId, kind, subjectId, details, href, now: core.now() });
    if (!isNew) continue;
    const text = invoicesMessages(location.locale);
    const body = [text.hello({ name }), letter.body, `${core.config.baseUrl}${href}`, location.name].join('\n\n');
    await queueMail(tx, core, { organizationId, to: email, subject: letter.subject, body });
  }
}

type Concerned = { people: User[]; location: Location; href: string; company: { forCompany?: string } };

/** The member whose invoice it is, or the managers of the company. */
async function concernedBy(tx: Tx, invoice: Invoice): Promise<Concerned> {
  const location = await locationById(tx, invoice.locationId);
  const customer = (await customerAt(tx, location.id, invoice.customerId))!;
  const isCompany = customer.kind === 'company';
  const member = isCompany ? undefined : await userOf(tx, customer.id);
  return {
    people: isCompany ? await managersOf(tx, customer.id) : member ? [member] : [],
    location,
    href: invoicePath(location, invoice),
    company: isCompany ? { forCompany: customer.name } : {},
  };
}

/** Also of somebody who was removed since: they owe it still. */
async function userOf(tx: Tx, customerId: string): Promise<User | undefined> {
  return await tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'm.organization_id').onRef('u.id', '=', 'm.user_id'),
    )
    .select(['u.id', 'u.name', 'u.email'])
    .where('m.customer_id', '=', customerId)
    .executeTakeFirst();
}

function letterOf(
  kind: InvoiceNews['kind'],
  { invoice, location, amount }: { invoice: Invoice; location: Location; amount: bigint },
): { subject: string; body: string } {
  const { locale } = location;
  const text = invoicesMessages(locale);
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
  const it = {
    number: invoiceNumber(invoice.number!),
    amount: formatMoney({ minor: amount, currency: invoice.currency }, locale),
    day: invoice.dueOn ? format.format(new Date(`${invoice.dueOn}T00:00:00Z`)) : '',
    location: location.name,
  };
  const issued = amount === 0n ? text.bodySettled(it) : text.bodyIssued(it);
  const letters: Record<InvoiceNews['kind'], [string, string]> = {
    'invoice-issued': [text.mailIssued(it), issued],
    'invoice-paid': [text.mailPaid(it), text.bodyPaid(it)],
    'invoice-voided': [text.mailVoided(it), text.bodyVoided(it)],
    'invoice-credited': [text.mailCredited(it), text.bodyCredited(it)],
    'invoice-overdue': [text.mailOverdue(it), text.bodyOverdue(it)],
    'invoice-payment-failed': [text.mailFailed(it), text.bodyFailed(it)],
  };
  const [subject, body] = letters[kind];
  return { subject, body };
}
