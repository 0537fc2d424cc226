import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import type { Money } from '../../shared/money.ts';
import { forgetRemovedCards } from './cards.ts';
import { collect, settle } from './collecting.ts';
import { compareBooks, type Place, sweepGateways, type Unread } from './comparing.ts';
import type { CardRoute } from './connections.ts';
import { type Gateways, unchargeableBy } from './offers.ts';
import { issueReceipts, type PaidFor } from './receipts.ts';
import type { Payment } from './records.ts';
import type { Refund } from './refund-records.ts';
import { checkDueRefunds, type RefundRequest, refund, refundable } from './refunding.ts';

export { openAlertAbout } from './alert-list.ts';
export {
  aboutPayment,
  raiseAlert,
  resolveAlert,
  settleAlerts,
} from './alerts.ts';
export {
  type CardRoute,
  type Connection,
  cardRouteAt,
  connectionAt,
  connectTestGateway,
  packageConnectionAt,
} from './connections.ts';
export type { Gateways } from './offers.ts';
export { receiptNumber } from './receipt-text.ts';
export { type PaidFor, type Receipt, receiptsOf } from './receipts.ts';
export { type Payment, paymentById, paymentsOf } from './records.ts';
export { type Refund, type ReversalLine, refundByKey, refundsOf, reversalsOf } from './refund-records.ts';
export { NotRefundable, RefundKeyReused, type RefundRequest, RefundTooMuch } from './refunding.ts';
export { refusalText } from './refusal-messages.ts';
export { creditsToBeGone } from './reversals.ts';
export { forgetCardsOf, isExpired, type SavedMethod, savedMethodsOf } from './saved-methods.ts';
export { rememberPastPayment } from './simulator/past.ts';
export { isUndecided, type PaymentStatus } from './transition.ts';

/**
 * What happens in the very transaction that makes a payment of a subject paid: purchases grant their credits here. And in
 * the one that books what has gone back of it in total (`refundedMinor`, `disputedMinor`): credits follow.
 */
export type SubjectHandlers = Record<
  Payment['subject'],
  {
    paid(tx: Tx, payment: Payment, now: Date): Promise<void>;
    reversed(tx: Tx, payment: Payment, now: Date): Promise<void>;
    /** An attempt to pay has failed. */
    failed?(tx: Tx, payment: Payment, now: Date): Promise<void>;
    /** What its receipt says that it was for. */
    paidFor(tx: Tx, payment: Payment): Promise<PaidFor>;
  }
>;

/** Where the browser comes back to from the gateway. */
export type ReturnUrls = { returnUrl: string; cancelUrl: string };

/** What there is to collect, and for what. */
export type NewPayment = {
  /** Minted with a form, so that pressing twice makes one; a new one otherwise. */
  id?: string;
  organizationId: string;
  locationId: string;
  customerId: string;
  actorUserId: string | null;
  subject: Payment['subject'];
  subjectId: string;
  title: string;
  amount: Money;
  taxMinor: bigint;
  now: Date;
};

/**
 * Collects money: open, commit the reference, pay, apply. Every way in which news of a payment arrives ends in one
 * `apply` under the payment's row lock (see collecting.ts and the README).
 */
export type Payments = {
  /** Writes a card payment as `new`; no money can move before `collect`. Its first check is due shortly. */
  beginCard(tx: Tx, it: NewPayment & { route: CardRoute }): Promise<Begun>;
  /** Writes a payment of 0, paid at once, with no gateway. The caller grants in the same transaction. */
  recordFree(tx: Tx, it: NewPayment): Promise<Payment>;
  /** Writes that money was taken elsewhere; `label` says how. The caller does what follows in the same transaction. */
  recordExternal(tx: Tx, it: NewPayment & { label: string }): Promise<Payment>;
  /** Opens the payment at its gateway, commits the reference, and charges a saved card. Answers how it stands then. */
  collect(begun: Begun, urls: ReturnUrls, payer: { name: string; email?: string; locale: string }): Promise<Payment>;
  /** Asks the gateway and applies its answer; with `giveUp` the gateway is asked to close the payment first. */
  settle(organizationId: string, paymentId: string, how?: { giveUp?: boolean }): Promise<Payment>;
  /** Whether what was paid can be given back: `full` for whole payments only. What was taken elsewhere is given back by hand. */
  refundable(db: Tx, payment: Payment): Promise<'full' | 'partial' | false>;
  /** Gives money back, by an administrator's deliberate action. Of a card it is booked by `apply`, of money taken elsewhere at once. */
  refund(it: RefundRequest): Promise<Refund>;
  /** Issues what is missing of a payment's receipts; asked again, nothing. */
  issueReceipts(organizationId: string, paymentId: string): Promise<void>;
  /** Asks gateways to forget the cards that were removed here. */
  forgetCards(): Promise<void>;
  /** Looks again at refunds that are not known to be done; answers at how many. */
  checkRefunds(): Promise<number>;
  /**
   * Asks the gateways what was refunded, disputed or paid since the last time, and books what was missed. Answers which
   * could not be asked.
   */
  sweep(only?: Place): Promise<Unread[]>;
  /**
   * Compares two days of the gateways' books with ours, both ways: each difference becomes an alert, and one that is gone is
   * closed. Answers which could not be compared.
   */
  compare(only?: Place): Promise<Unread[]>;
  /** Why a gateway of this kind could not charge `money`: under its `least`, or not a multiple of `step`. */
  unchargeable(kind: string, money: Money): { least?: Money; step?: bigint } | undefined;
};

/** A payment that is written as `new`, and the way to its gateway. */
export type Begun = { payment: Payment; route: CardRoute };

/** What the parts of this feature share. */
export type PaymentsContext = { core: Core; gateways: Gateways; subjects: SubjectHandlers };

export function createPayments(core: Core, gateways: Gateways, subjects: SubjectHandlers): Payments {
  const context: PaymentsContext = { core, gateways, subjects };
  return {
    beginCard: async (tx, { route, ...it }) => ({
      route,
      payment: await insertPayment(tx, it, {
        method: 'card',
        status: 'new',
        live: route.connection.live,
        connection_id: route.connection.id,
        saved_method_id: route.method?.id ?? null,
        give_up_at: new Date(it.now.getTime() + core.config.checkoutLimitSeconds * 1000),
        check_at: new Date(it.now.getTime() + core.config.firstCheckMs),
      }),
    }),
    recordFree: (tx, it) =>
      insertPayment(tx, it, { method: 'free', status: 'paid', live: true, settled_at: it.now, give_up_at: it.now }),
    recordExternal: (tx, { label, ...it }) =>
      insertPayment(tx, it, {
        method: 'external',
        method_label: label,
        status: 'paid',
        live: true,
        settled_at: it.now,
        give_up_at: it.now,
      }),
    collect: (begun, urls, payer) => collect(context, begun, urls, payer),
    settle: (organizationId, paymentId, how) => settle(context, organizationId, paymentId, how),
    refundable: (db, payment) => refundable(context, db, payment),
    refund: (it) => refund(context, it),
    issueReceipts: (organizationId, paymentId) =>
      core.database.write(organizationId, (tx) => issueReceipts(tx, subjects, { paymentId, now: core.now() })),
    forgetCards: () => forgetRemovedCards(context),
    checkRefunds: () => checkDueRefunds(context),
    sweep: (only) => sweepGateways(context, only),
    compare: (only) => compareBooks(context, only),
    unchargeable: (kind, money) => unchargeableBy(gateways, kind, money),
  };
}

type How = {
  method: Payment['method'];
  method_label?: string;
  status: 'new' | 'paid';
  live: boolean;
  give_up_at: Date;
  connection_id?: string;
  saved_method_id?: string | null;
  check_at?: Date;
  settled_at?: Date;
};

async function insertPayment(tx: Tx, it: NewPayment, how: How): Promise<Payment> {
  const id = it.id ?? newId(it.now);
  await tx
    .insertInto('payments')
    .values({
      organization_id: it.organizationId,
      id,
      location_id: it.locationId,
      customer_id: it.customerId,
      actor_user_id: it.actorUserId,
      subject: it.subject,
      subject_id: it.subjectId,
      // What stands on an invoice is counted item by item.
      source: it.subject === 'purchase' ? 'credits' : null,
      title: it.title,
      amount_minor: it.amount.minor,
      tax_minor: it.taxMinor,
      currency: it.amount.currency,
      created_at: it.now,
      ...how,
    })
    .execute();
  return {
    id,
    organizationId: it.organizationId,
    locationId: it.locationId,
    customerId: it.customerId,
    actorUserId: it.actorUserId,
    subject: it.subject,
    subjectId: it.subjectId,
    title: it.title,
    method: how.method,
    status: how.status,
    amount: it.amount,
    taxMinor: it.taxMinor,
    live: how.live,
    connectionId: how.connection_id ?? null,
    reference: null,
    aliases: [],
    savedMethodId: how.saved_method_id ?? null,
    methodLabel: how.method_label ?? '',
    nextUrl: null,
    failureCode: null,
    alert: null,
    createdAt: it.now,
    settledAt: how.settled_at ?? null,
    giveUpAt: how.give_up_at,
    checks: 0,
    refundedMinor: 0n,
    disputedMinor: 0n,
    lostMinor: 0n,
    reversals: 0,
  };
}
