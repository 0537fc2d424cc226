import { hashToken } from '../../platform/ids.ts';
import { raiseAlert, settleAlerts } from './alerts.ts';
import { apply } from './applying.ts';
import { gatewayOf } from './connected.ts';
import { hintUrl, routeOf } from './connections.ts';
import { type By, type Gateway, Refused, type Snapshot, Unknown } from './gateway.ts';
import type { Begun, PaymentsContext, ReturnUrls } from './payments.ts';
import { type Payment, paymentById } from './records.ts';

/** Longer than any call to a gateway can be under way: what was not sent by then never will be. */
const IN_FLIGHT_MARGIN_MS = 5_000;

type Payer = { name: string; email?: string; locale: string };

/**
 * Open → commit the reference → pay → apply. Money moves only on a reference that is committed here. When opening ends in
 * doubt nothing can have been paid, because nobody has the reference: the payment fails. When paying ends in doubt it stays
 * undecided, and only the gateway's `read` may say.
 */
export async function collect(
  context: PaymentsContext,
  { payment, route }: Begun,
  urls: ReturnUrls,
  payer: Payer,
): Promise<Payment> {
  const gateway = gatewayOf(context, route);
  const by: By = route.method ? { kind: 'saved', methodRef: route.method.reference } : { kind: 'page' };
  let opened: Snapshot;
  try {
    const customer = route.customerRef ?? (await introduce(context, payment, gateway, payer));
    opened = await gateway.open(
      {
        paymentId: payment.id,
        money: payment.amount,
        title: payment.title,
        customer,
        ...urls,
        hintUrl: hintUrl(context.core, payment.organizationId, {
          connectionId: route.connection.id,
          webhookPath: route.webhookPath,
        }),
        expiresAt: payment.giveUpAt,
        locale: payer.locale,
      },
      by,
      `open:${payment.id}`,
    );
  } catch (error) {
    const failure = failureToOpen(error);
    context.core.log('warn', 'payment.not-opened', { paymentId: payment.id, code: failure.code });
    return await apply(context, payment, { ...notOpened(payment), failure });
  }
  if (!(await commitReference(context, payment, opened))) {
    await gateway.close(opened.ref).catch(() => {});
    return await current(context, payment);
  }
  if (by.kind === 'page')
    return { ...payment, status: 'action', reference: opened.ref, nextUrl: opened.next?.href ?? null };
  return await pay(context, { ...payment, reference: opened.ref }, gateway, by, urls.returnUrl);
}

/** Asks the gateway how the payment stands, or closes it when its time is over, and applies the answer. */
export async function settle(
  context: PaymentsContext,
  organizationId: string,
  paymentId: string,
  how: { giveUp?: boolean } = {},
): Promise<Payment> {
  const { core } = context;
  const payment = await core.database.read(organizationId, (db) => paymentById(db, paymentId));
  if (!payment) throw new Error(`no payment ${paymentId}`);
  if (payment.method !== 'card' || payment.status === 'review') return payment;
  if (!payment.reference) {
    // Never opened, as far as we know: nobody can pay what nobody has the reference of.
    if (payment.status !== 'new' || mayBeInFlight(context, payment)) return payment;
    return await apply(context, payment, notOpened(payment));
  }
  const route = await core.database.read(organizationId, (db) => routeOf(db, payment));
  const gateway = gatewayOf(context, route);
  try {
    const isOver = payment.status !== 'paid' && (how.giveUp || core.now() >= payment.giveUpAt);
    let snapshot = isOver ? await gateway.close(payment.reference) : await gateway.read(payment.reference);
    // The charge of a saved card that we never sent, because we ended in between, is not sent any more.
    const unsent = snapshot.state === 'open' && payment.savedMethodId !== null;
    if (unsent && !mayBeInFlight(context, payment)) {
      snapshot = await gateway.close(payment.reference);
    }
    await answering(context, payment);
    return await apply(context, payment, snapshot);
  } catch (error) {
    if (!(error instanceof Unknown || error instanceof Refused)) throw error;
    core.log('warn', 'payment.no-answer', { paymentId, message: error.message });
    await silent(context, payment);
    return payment;
  }
}

/** So many looks without an answer, and administrators are told that the gateway is failing. */
const SILENT_AFTER = 4;
/** What this program has seen of each connection so far; an alert may stand from before it started. */
const seen = new Map<string, 'answering' | 'silent'>();

/** Somebody else had an answer of the gateway: when it is silent again, administrators are told again. */
export function hasAnswered(connectionId: string): void {
  seen.set(connectionId, 'answering');
}

async function silent({ core }: PaymentsContext, payment: Payment): Promise<void> {
  const { locationId, organizationId } = payment;
  const connectionId = payment.connectionId!;
  if (payment.checks < SILENT_AFTER || seen.get(connectionId) === 'silent') return;
  seen.set(connectionId, 'silent');
  const about = { organizationId, locationId, connectionId, now: core.now() };
  await core.database.write(organizationId, (tx) => raiseAlert(tx, { ...about, kind: 'gateway-failing' }));
}

async function answering({ core }: PaymentsContext, payment: Payment): Promise<void> {
  const connectionId = payment.connectionId!;
  // Another program may have raised one about a payment that was looked at so often.
  if (payment.checks < SILENT_AFTER && seen.get(connectionId) === 'answering') return;
  seen.set(connectionId, 'answering');
  const over = { kind: 'gateway-failing', connectionId, now: core.now() } as const;
  await core.database.write(payment.organizationId, (tx) => settleAlerts(tx, over));
}

async function pay(
  context: PaymentsContext,
  payment: Payment,
  gateway: Gateway,
  by: By & { kind: 'saved' },
  returnUrl: string,
): Promise<Payment> {
  try {
    return await apply(context, payment, await gateway.pay(payment.reference!, by, returnUrl, `pay:${payment.id}:1`));
  } catch (error) {
    // It certainly did not happen: close it, so that it never will, and let the gateway say how it stands.
    if (error instanceof Refused) return await settle(context, payment.organizationId, payment.id, { giveUp: true });
    if (!(error instanceof Unknown)) throw error;
    context.core.log('warn', 'payment.unknown', { paymentId: payment.id, message: error.message });
    return await current(context, payment);
  }
}

function mayBeInFlight({ core }: PaymentsContext, payment: Payment): boolean {
  const age = core.now().getTime() - payment.createdAt.getTime();
  return age < core.config.gatewayTimeoutMs + IN_FLIGHT_MARGIN_MS;
}

/** Makes the payer known to the gateway, once: of two at the same time the first one's name for the payer stays. */
async function introduce({ core }: PaymentsContext, payment: Payment, gateway: Gateway, payer: Payer): Promise<string> {
  const { name, email } = payer;
  // The same key with other particulars would be refused: a payer who was renamed since a lost answer has a key anew.
  const particulars = hashToken(JSON.stringify([name, email]))
    .toString('base64url')
    .slice(0, 16);
  const key = `customer:${payment.connectionId}:${payment.customerId}:${particulars}`;
  const made = await gateway.customer({ customerId: payment.customerId, name, ...(email && { email }) }, key);
  const at = {
    organization_id: payment.organizationId,
    connection_id: payment.connectionId!,
    customer_id: payment.customerId,
  };
  return await core.database.write(payment.organizationId, async (tx) => {
    await tx
      .insertInto('gateway_customers')
      .values({ ...at, reference: made })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { reference } = await tx
      .selectFrom('gateway_customers')
      .select('reference')
      .where('connection_id', '=', at.connection_id)
      .where('customer_id', '=', at.customer_id)
      .executeTakeFirstOrThrow();
    return reference;
  });
}

/** False when the payment was decided in the meantime: then nobody may pay on this reference. */
async function commitReference({ core }: PaymentsContext, payment: Payment, opened: Snapshot): Promise<boolean> {
  const rows = await core.database.write(payment.organizationId, (tx) =>
    tx
      .updateTable('payments')
      .set({
        status: 'action',
        reference: opened.ref,
        aliases: opened.also ?? [],
        next_url: opened.next?.href ?? null,
      })
      .where('id', '=', payment.id)
      .where('status', '=', 'new')
      .returning('id')
      .execute(),
  );
  return rows.length === 1;
}

function failureToOpen(error: unknown): { code: 'gateway-refused'; text: string } {
  if (error instanceof Unknown || error instanceof Refused) return { code: 'gateway-refused', text: error.message };
  throw error;
}

/** What we know of a payment that has no reference: it can never be paid. */
function notOpened(payment: Payment): Snapshot {
  const failure = { code: 'gateway-refused' as const, text: '' };
  const nothing = { refunded: 0n, disputed: 0n, ours: [] };
  return { ref: '', state: 'closed', money: payment.amount, ...nothing, live: payment.live, failure };
}

async function current({ core }: PaymentsContext, payment: Payment): Promise<Payment> {
  return (await core.database.read(payment.organizationId, (db) => paymentById(db, payment.id)))!;
}
