import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import type { Money } from '../../shared/money.ts';
import { collect, settle } from './collecting.ts';
import type { CardRoute, GatewayKind, GatewayMakers } from './connections.ts';
import type { Payment } from './records.ts';

export {
  type CardRoute,
  type Connection,
  cardRouteAt,
  connectionAt,
  connectTestGateway,
  disconnectGateway,
  type GatewayMakers,
} from './connections.ts';
export { type Payment, paymentsOf } from './records.ts';
export { isExpired, type SavedMethod, savedMethodsOf } from './saved-methods.ts';
export { isUndecided, type PaymentStatus } from './transition.ts';

/** What happens in the very transaction that makes a payment of a subject paid: purchases grant their credits here. */
export type SubjectHandlers = Record<Payment['subject'], { paid(tx: Tx, payment: Payment, now: Date): Promise<void> }>;

/** Where the browser comes back to from the gateway. */
export type ReturnUrls = { returnUrl: string; cancelUrl: string };

/** What there is to collect, and for what. */
export type NewPayment = {
  organizationId: string;
  locationId: string;
  customerId: string;
  actorUserId: string | null;
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
  /** Opens the payment at its gateway, commits the reference, and charges a saved card. Answers how it stands then. */
  collect(begun: Begun, urls: ReturnUrls, payer: { name: string; email?: string; locale: string }): Promise<Payment>;
  /** Asks the gateway and applies its answer; with `giveUp` the gateway is asked to close the payment first. */
  settle(organizationId: string, paymentId: string, how?: { giveUp?: boolean }): Promise<Payment>;
  /** Why a gateway of this kind could not charge `money`: under its `least`, or not a multiple of `step`. */
  unchargeable(kind: GatewayKind, money: Money): { least?: Money; step?: bigint } | undefined;
};

/** A payment that is written as `new`, and the way to its gateway. */
export type Begun = { payment: Payment; route: CardRoute };

/** What the parts of this feature share. */
export type PaymentsContext = { core: Core; gateways: GatewayMakers; subjects: SubjectHandlers };

export function createPayments(core: Core, gateways: GatewayMakers, subjects: SubjectHandlers): Payments {
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
    collect: (begun, urls, payer) => collect(context, begun, urls, payer),
    settle: (organizationId, paymentId, how) => settle(context, organizationId, paymentId, how),
    unchargeable(kind, money) {
      // Amount rules are the adapter's and need no account: it is made without one and asked nothing else.
      const answer = gateways[kind]({ apiKey: 'rk_test_none' }).amount(money);
      return answer.ok ? undefined : { least: answer.least, step: answer.step };
    },
  };
}

type How = {
  method: 'card' | 'free';
  status: 'new' | 'paid';
  live: boolean;
  give_up_at: Date;
  connection_id?: string;
  saved_method_id?: string | null;
  check_at?: Date;
  settled_at?: Date;
};

async function insertPayment(tx: Tx, it: NewPayment, how: How): Promise<Payment> {
  const id = newId(it.now);
  await tx
    .insertInto('payments')
    .values({
      organization_id: it.organizationId,
      id,
      location_id: it.locationId,
      customer_id: it.customerId,
      actor_user_id: it.actorUserId,
      subject: 'purchase',
      subject_id: it.subjectId,
      source: 'credits',
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
    subject: 'purchase',
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
    methodLabel: '',
    nextUrl: null,
    failureCode: null,
    alert: null,
    createdAt: it.now,
    settledAt: how.settled_at ?? null,
    giveUpAt: how.give_up_at,
    checks: 0,
  };
}
