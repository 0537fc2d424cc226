import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import type { Ctx } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import {
  cardRouteAt,
  type Payment,
  type Payments,
  paymentById,
  type Receipt,
  receiptsOf,
  type SavedMethod,
  savedMethodsOf,
} from '../payments/payments.ts';
import { type Wallet, walletsOf } from '../people/people.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { chargeOnOf } from './charge-day.ts';
import type { Invoices } from './invoices.ts';
import { paymentUnderWay } from './locking.ts';
import { creditNotesOf, type Invoice, type InvoiceSummary, invoiceById, invoiceNumbered } from './records.ts';

/** A number as addresses have it; what is none finds nothing. */
export function parseNumber(typed: string): bigint {
  return /^[1-9]\d{0,17}$/.test(typed) ? BigInt(typed) : 0n;
}

/** What the pages on which people see and pay their invoices work with. */
export type OwnParts = { core: Core; invoices: Invoices; payments: Payments };

/** An invoice with the wallet whose it is. */
export type Own = { invoice: Invoice; wallet: Wallet };

/** An invoice of one of the visitor's wallets: their own, or their company's when they manage it. Others are not there. */
export async function ownInvoice(db: Tx, visit: AtMembership, c: Ctx): Promise<Own> {
  const number = c.req.param('number');
  const invoice =
    number === undefined
      ? await invoiceById(db, c.req.param('invoiceId') ?? '')
      : await invoiceNumbered(db, visit.location.id, parseNumber(number));
  const wallet = walletsOf(visit).find(({ customerId }) => customerId === invoice?.customerId);
  if (!invoice || !wallet) throw new NotFound();
  return { invoice, wallet };
}

/** Everything the page of one's own invoice shows. */
export type OwnShown = {
  invoice: Invoice;
  wallet: Wallet;
  ways: Ways;
  underWay: string | undefined;
  chargeOn: string | null;
  method: string | undefined;
  receipts: Receipt[];
  notes: InvoiceSummary[];
};

/** One's own invoice with all that its page shows. */
export async function readOwn({ core, payments }: OwnParts, visit: AtMembership, c: Ctx): Promise<OwnShown> {
  return await core.database.read(visit.organizationId, async (db) => {
    const { invoice, wallet } = await ownInvoice(db, visit, c);
    const payment = invoice.paymentId ? await paymentById(db, invoice.paymentId) : undefined;
    return {
      invoice,
      wallet,
      ways: await waysToPayInvoice(db, payments, invoice, visit.now),
      underWay: await paymentUnderWay(db, invoice.id),
      chargeOn: invoice.status === 'draft' ? await chargeOnOf(db, invoice.customerId, visit.now) : null,
      method: payment?.methodLabel,
      receipts: payment ? await receiptsOf(db, payment.id) : [],
      notes: await creditNotesOf(db, invoice.id),
    };
  });
}

/** A payment of an invoice that the address names. */
export async function paymentOf(db: Tx, invoice: Invoice, c: Ctx): Promise<Payment> {
  const id = c.req.param('paymentId');
  const payment = isId(id) ? await paymentById(db, id) : undefined;
  if (payment?.subject !== 'invoice' || payment.subjectId !== invoice.id) throw new NotFound();
  return payment;
}

/** How an invoice can be paid here: with which cards, or why not. */
export type Ways = { kind: 'card'; saved: SavedMethod[] } | { kind: 'none'; why: 'no-gateway' | 'not-chargeable' };

async function waysToPayInvoice(
  db: Tx,
  payments: Pick<Payments, 'unchargeable'>,
  invoice: Invoice,
  now: Date,
): Promise<Ways> {
  const { locationId, customerId, dueMinor: minor, currency } = invoice;
  const route = await cardRouteAt(db, { locationId, customerId, savedMethodId: null, use: 'invoices' });
  if (!route) return { kind: 'none', why: 'no-gateway' };
  if (payments.unchargeable(route.connection.kind, { minor, currency })) return { kind: 'none', why: 'not-chargeable' };
  return { kind: 'card', saved: await savedMethodsOf(db, route.connection.id, customerId, now) };
}
