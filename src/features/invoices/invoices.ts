import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import type { Payment, Payments } from '../payments/payments.ts';
import type { Period } from '../subscriptions/subscriptions.ts';
import { billCycles } from './billing-cycles.ts';
import { issue } from './issuing.ts';
import { issueDueEverywhere } from './issuing-due.ts';
import { type RemoveRequest, removeItem } from './items.ts';
import { type ExternalPayment, type PayRequest, payByCard, recordExternalPayment } from './paying.ts';
import type { Invoice, InvoiceItem, ItemKind } from './records.ts';
import { remindEverywhere } from './reminding.ts';
import { type CreditRequest, credit, type Undoing, voidInvoice } from './voiding.ts';

export { invoiceNumber, invoicePath } from './addresses.ts';
export { chargeOnOf } from './charge-day.ts';
export { invoiceHandler } from './handling.ts';
export { NothingToIssue } from './issuing.ts';
export {
  addInvoiceItem,
  InvoiceItemKeyReused,
  InvoiceItemOutOfRange,
  type NewInvoiceItem,
} from './items.ts';
export { type InvoiceFilter, invoicesAt, onAccountMinorOf } from './list.ts';
export { NotADraft, NotOpen, PaymentUnderWay, paymentUnderWay } from './locking.ts';
export { registerInvoiceJobs } from './news.ts';
export {
  CardNotAvailable,
  DueChanged,
  ExternalLabelOutOfRange,
  type ExternalPayment,
  MAX_EXTERNAL_LABEL_LENGTH,
  PaymentKeyReused,
  type PayRequest,
} from './paying.ts';
export {
  activeInvoiceOf,
  creditNotesOf,
  type Invoice,
  type InvoiceDocument,
  type InvoiceItem,
  type InvoiceStatus,
  type InvoiceSummary,
  type ItemKind,
  invoiceById,
  invoiceNumbered,
  invoiceOfItem,
  invoicesOf,
} from './records.ts';
export {
  type InvoiceSettings,
  InvoiceSettingsOutOfRange,
  invoiceSettingsAt,
  MAX_DUE_DAYS,
  saveInvoiceSettings,
} from './settings.ts';
export { AlreadyCredited, NothingToCredit } from './voiding.ts';

/** What an item of a kind means to whoever sells it, plugged in by app.ts. */
export type ItemHandler = {
  /** Its invoice has been paid, or has nothing left to pay: it is owed no longer. In that very transaction. */
  settled(tx: Tx, item: InvoiceItem, it: { now: Date }): Promise<void>;
  /**
   * It was taken off a draft, its invoice was voided, or it was credited: it is owed no longer. With `takeBack` what is
   * unspent of it goes too. In that very transaction, once for each item.
   */
  undone(tx: Tx, item: InvoiceItem, it: { takeBack: boolean; actorUserId: string; now: Date }): Promise<void>;
  /** How many credits of it could be taken back now: for the question. */
  unspentOf(db: Tx, item: InvoiceItem, now: Date): Promise<bigint>;
};

/** Handlers by kind of item; a kind without one means nothing to anybody else. */
export type ItemHandlers = Partial<Record<ItemKind, ItemHandler>>;

/** What the parts of this feature share. */
export type InvoicesContext = { core: Core; items: ItemHandlers };

/**
 * What happens to invoices. Whoever changes one locks it first; locks are taken in the order payment, subscription,
 * invoice, purchase, account.
 */
export type Invoices = {
  /**
   * Takes an item off a draft. Done once, however often it is pressed; refuses `NotADraft` when it was issued meanwhile, and
   * `NotFound` for what never stood there.
   */
  removeItem(tx: Tx, it: RemoveRequest): Promise<void>;
  /**
   * Makes a draft ready for payment: number, day due, and names, addresses, items and tax frozen. With nothing to pay it is
   * paid at once. Issuing again changes nothing; refuses `NothingToIssue`.
   */
  issue(tx: Tx, it: { locationId: string; invoiceId: string; actorUserId?: string; now: Date }): Promise<Invoice>;
  /**
   * Pays what is due by a saved card, or on the gateway's page (`nextUrl`). Opens transactions of its own, because gateways
   * are called outside of them. The same id again answers with the payment that it made. Comes back to
   * `{invoicePath}/payments/{id}/return` or `…/cancel`. Refuses `NotOpen`, `PaymentUnderWay`, `DueChanged` and
   * `CardNotAvailable`.
   */
  payByCard(request: PayRequest): Promise<Payment>;
  /** Records that all that is due was paid elsewhere. Refuses `NotOpen`, `PaymentUnderWay` and `DueChanged`. */
  recordExternalPayment(tx: Tx, it: ExternalPayment): Promise<Payment>;
  /** Voids an issued invoice, which keeps its number. Refuses `NotOpen`, `PaymentUnderWay` and `AlreadyCredited`. */
  void(tx: Tx, it: Undoing): Promise<Invoice>;
  /**
   * Writes a credit note against an issued or paid invoice, for chosen items or all that is left, each whole and once.
   * Answers the note. Refuses `NotOpen`, `PaymentUnderWay` and `NothingToCredit`.
   */
  credit(tx: Tx, it: CreditRequest): Promise<Invoice>;
  /** How many credits of these items could be taken back now. */
  unspentOf(db: Tx, items: readonly InvoiceItem[], now: Date): Promise<bigint>;
  /** Cycles of plans that have begun become items: the hook of subscriptions. */
  periodsBegun(tx: Tx, periods: readonly Period[]): Promise<void>;
  /** Issues every draft whose time has come, everywhere. */
  issueDue(): Promise<void>;
  /** Reminds of what is overdue, everywhere. */
  remind(): Promise<void>;
};

export function createInvoices(core: Core, payments: Payments, items: ItemHandlers): Invoices {
  const context = { core, items, payments };
  return {
    removeItem: (tx, it) => removeItem(context, tx, it),
    issue: (tx, it) => issue(context, tx, it),
    payByCard: (request) => payByCard(context, request),
    recordExternalPayment: (tx, it) => recordExternalPayment(context, tx, it),
    void: (tx, it) => voidInvoice(context, tx, it),
    credit: (tx, it) => credit(context, tx, it),
    async unspentOf(db, list, now) {
      let unspent = 0n;
      for (const item of list) unspent += (await items[item.kind]?.unspentOf(db, item, now)) ?? 0n;
      return unspent;
    },
    periodsBegun: (tx, periods) => billCycles(tx, periods, core.now()),
    issueDue: () => issueDueEverywhere(context),
    remind: () => remindEverywhere(core),
  };
}
