import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import type { Money } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import {
  type Begun,
  type CardRoute,
  cardRouteAt,
  isExpired,
  type NewPayment,
  type Payment,
  type Payments,
  paymentById,
} from '../payments/payments.ts';
import type { User } from '../people/people.ts';
import { invoiceNumber, invoicePath } from './addresses.ts';
import { markPaid } from './handling.ts';
import type { InvoicesContext } from './invoices.ts';
import { lockInvoice, NotOpen, PaymentUnderWay, paymentUnderWay } from './locking.ts';
import { invoicesMessages } from './messages.ts';
import { type Invoice, invoiceById } from './records.ts';
import { tellOfPayment } from './telling.ts';

/** What is due is not what the payer saw; `now` is what it is. */
export class DueChanged extends Refusal {
  readonly now: Money;
  constructor(now: Money) {
    super('invoice-due-changed', 409);
    this.now = now;
  }
}

/** The card, or the gateway, is not one by which this invoice can be paid. */
export class CardNotAvailable extends Refusal {
  constructor() {
    super('card-not-available', 422);
  }
}

/** The id that was minted with the form, of a payment or a credit note, came before with something else in it. */
export class PaymentKeyReused extends Refusal {
  constructor() {
    super('idempotency-key-reused', 422);
  }
}

/** What stands on the label of an external payment is missing or too long. */
export class ExternalLabelOutOfRange extends Refusal {
  constructor() {
    super('external-label-out-of-range', 422);
  }
}

/** One press of the button that pays an invoice by card. */
export type PayRequest = {
  organizationId: string;
  location: Location;
  invoiceId: string;
  /** The payment's id, minted with the form: pressing twice pays once. */
  id: string;
  payer: User;
  method: { kind: 'page' } | { kind: 'saved'; id: string };
  seenDueMinor: bigint;
  now: Date;
};

/** What an administrator says was paid elsewhere. */
export type ExternalPayment = {
  location: Location;
  invoiceId: string;
  /** The payment's id, minted with the form. */
  id: string;
  actorUserId: string;
  /** How it was paid: `Bank transfer, 3 March`. */
  label: string;
  seenDueMinor: bigint;
  now: Date;
};

export const MAX_EXTERNAL_LABEL_LENGTH = 80;

/**
 * Pays what is due of an issued invoice, by a saved card or on the gateway's page. Answers how the payment stands then;
 * with `nextUrl` the payer goes on there. The same id again answers with the payment that it made.
 */
export async function payByCard(
  context: InvoicesContext & { payments: Payments },
  request: PayRequest,
): Promise<Payment> {
  const { core, payments } = context;
  const { organizationId, location, payer } = request;
  const begun = await core.database.write(organizationId, (tx) => begin(payments, tx, request));
  if (!('route' in begun)) return begun.payment;
  const { invoice } = begun;
  const base = `${core.config.baseUrl}${invoicePath(location, invoice)}/payments/${begun.payment.id}`;
  return await payments.collect(
    begun,
    { returnUrl: `${base}/return`, cancelUrl: `${base}/cancel` },
    {
      name: invoice.customer,
      ...(begun.isPersonal && { email: payer.email }),
      locale: location.locale,
    },
  );
}

type Started = Begun & { invoice: Invoice; isPersonal: boolean };

async function begin(payments: Payments, tx: Tx, request: PayRequest): Promise<Started | { payment: Payment }> {
  const { location, method, now } = request;
  const invoice = await lockInvoice(tx, { ...request, locationId: location.id });
  const before = await madeBefore(tx, invoice, request.id);
  if (before) return { payment: before };
  await refuseUnlessDue(tx, invoice);
  const due = { minor: invoice.dueMinor, currency: invoice.currency };
  if (due.minor !== request.seenDueMinor) throw new DueChanged(due);
  const savedMethodId = method.kind === 'saved' ? method.id : null;
  const route = await cardRouteAt(tx, {
    locationId: location.id,
    customerId: invoice.customerId,
    savedMethodId,
    use: 'invoices',
  });
  if (!route || !canCharge(payments, route, savedMethodId, { due, now })) throw new CardNotAvailable();
  const order = await orderFor(tx, invoice, { location, actorUserId: request.payer.id, id: request.id, now });
  const { kind } = await tx
    .selectFrom('customers')
    .select('kind')
    .where('id', '=', invoice.customerId)
    .executeTakeFirstOrThrow();
  return { ...(await payments.beginCard(tx, { ...order, route })), invoice, isPersonal: kind === 'individual' };
}

function canCharge(
  payments: Payments,
  route: CardRoute,
  savedMethodId: string | null,
  { due, now }: { due: Money; now: Date },
): boolean {
  if (payments.unchargeable(route.connection.kind, due)) return false;
  return savedMethodId === null || (route.method !== undefined && !isExpired(route.method, now));
}

/**
 * Records that an issued invoice was paid elsewhere, in full: the label says how, such as `Bank transfer`. Refuses while a
 * payment by card is undecided. The same id again answers with the payment that it made.
 */
export async function recordExternalPayment(
  context: InvoicesContext & { payments: Payments },
  tx: Tx,
  it: ExternalPayment,
): Promise<Payment> {
  const { location, now } = it;
  const invoice = await lockInvoice(tx, { ...it, locationId: location.id });
  const before = await madeBefore(tx, invoice, it.id);
  if (before) return before;
  await refuseUnlessDue(tx, invoice);
  const due = { minor: invoice.dueMinor, currency: invoice.currency };
  if (due.minor !== it.seenDueMinor) throw new DueChanged(due);
  const label = it.label.trim();
  if (label === '' || label.length > MAX_EXTERNAL_LABEL_LENGTH) throw new ExternalLabelOutOfRange();
  const order = await orderFor(tx, invoice, it);
  const payment = await context.payments.recordExternal(tx, { ...order, label });
  await markPaid(context, tx, invoice, { paymentId: payment.id, now });
  await tellOfPayment(context, tx, { payment, what: 'paid' });
  return payment;
}

async function madeBefore(tx: Tx, invoice: Invoice, id: string): Promise<Payment | undefined> {
  if (!isId(id)) throw new NotFound();
  const payment = await paymentById(tx, id);
  if (payment && (payment.subject !== 'invoice' || payment.subjectId !== invoice.id)) throw new PaymentKeyReused();
  return payment;
}

async function refuseUnlessDue(tx: Tx, invoice: Invoice): Promise<void> {
  if (invoice.kind !== 'invoice' || invoice.status !== 'issued') throw new NotOpen(invoice);
  if (await paymentUnderWay(tx, invoice.id)) throw new PaymentUnderWay();
}

/** A payment is of all that is due; its tax is that of what was not credited. */
async function orderFor(
  tx: Tx,
  invoice: Invoice,
  it: { location: Location; actorUserId: string; id: string; now: Date },
): Promise<NewPayment> {
  const { items } = (await invoiceById(tx, invoice.id))!;
  return {
    id: it.id,
    organizationId: invoice.organizationId,
    locationId: invoice.locationId,
    customerId: invoice.customerId,
    actorUserId: it.actorUserId,
    subject: 'invoice',
    subjectId: invoice.id,
    title: invoicesMessages(it.location.locale).invoice({ number: invoiceNumber(invoice.number!) }),
    amount: { minor: invoice.dueMinor, currency: invoice.currency },
    taxMinor: items.filter(({ isCredited }) => !isCredited).reduce((sum, { taxMinor }) => sum + taxMinor, 0n),
    now: it.now,
  };
}
