import type { Tx } from '../../platform/database/database.ts';
import { openSettings } from './connections.ts';
import { type By, type Gateway, Refused, type Snapshot, Unknown } from './gateway.ts';
import type { PaymentsContext, ReturnUrls } from './payments.ts';
import { type Payment, paymentById } from './records.ts';
import { keepMethod } from './saved-methods.ts';
import { isUndecided, transition } from './transition.ts';

/** A saved card whose charge we never sent (we ended in between) is given up after this long, not after the page's limit. */
const UNSENT_CHARGE_MS = 45_000;

type Payer = { name: string; email: string; locale: string };
type Reached = { gateway: Gateway; customerRef: string | undefined; methodRef: string | undefined };

/**
 * Open → commit the reference → pay → apply. Money moves only on a reference that is committed here. When opening ends in
 * doubt nothing can have been paid, because nobody has the reference: the payment fails. When paying ends in doubt it stays
 * undecided, and only the gateway's `read` may say.
 */
export async function collect(
  context: PaymentsContext,
  payment: Payment,
  urls: ReturnUrls,
  payer: Payer,
): Promise<Payment> {
  const reached = await reach(context, payment);
  const by: By = reached.methodRef ? { kind: 'saved', methodRef: reached.methodRef } : { kind: 'page' };
  let opened: Snapshot;
  try {
    const customer = reached.customerRef ?? (await introduce(context, payment, reached.gateway, payer));
    opened = await reached.gateway.open(
      {
        paymentId: payment.id,
        money: payment.amount,
        title: payment.title,
        customer,
        ...urls,
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
    await reached.gateway.close(opened.ref).catch(() => {});
    return await current(context, payment);
  }
  if (by.kind === 'page')
    return { ...payment, status: 'action', reference: opened.ref, nextUrl: opened.next?.href ?? null };
  return await pay(context, { ...payment, reference: opened.ref }, reached.gateway, by, urls.returnUrl);
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
  if (payment.method !== 'card' || payment.status === 'paid' || payment.status === 'review') return payment;
  if (!payment.reference) {
    // Never opened, as far as we know: nobody can pay what nobody has the reference of.
    const waited = core.now().getTime() - payment.createdAt.getTime();
    if (payment.status !== 'new' || waited < core.config.gatewayTimeoutMs * 2) return payment;
    return await apply(context, payment, notOpened(payment));
  }
  const { gateway } = await reach(context, payment);
  try {
    let snapshot =
      how.giveUp || core.now() >= payment.giveUpAt
        ? await gateway.close(payment.reference)
        : await gateway.read(payment.reference);
    const unsent = snapshot.state === 'open' && payment.savedMethodId !== null;
    if (unsent && core.now().getTime() - payment.createdAt.getTime() > UNSENT_CHARGE_MS) {
      snapshot = await gateway.close(payment.reference);
    }
    return await apply(context, payment, snapshot);
  } catch (error) {
    if (!(error instanceof Unknown || error instanceof Refused)) throw error;
    core.log('warn', 'payment.no-answer', { paymentId, message: error.message });
    return payment;
  }
}

/**
 * The one place where news of a payment becomes fact: under its row lock, in one transaction with whatever its subject
 * does when it is paid. Saying the same again changes nothing.
 */
async function apply(context: PaymentsContext, { organizationId, id }: Payment, snapshot: Snapshot): Promise<Payment> {
  const now = context.core.now();
  return await context.core.database.write(organizationId, async (tx) => {
    const payment = await paymentById(tx, id, true);
    if (!payment) throw new Error(`no payment ${id}`);
    const change = transition({ status: payment.status, money: payment.amount, live: payment.live }, snapshot);
    if (change.kind === 'none') return payment;
    const changed: Payment = {
      ...payment,
      status: change.status,
      failureCode: change.failure?.code ?? null,
      alert: change.alert ?? payment.alert,
      settledAt: change.status === 'paid' ? now : null,
      aliases: [...new Set([...payment.aliases, ...(snapshot.also ?? [])])],
      methodLabel: snapshot.method ? labelOf(snapshot.method) : payment.methodLabel,
      nextUrl: snapshot.next?.href ?? payment.nextUrl,
    };
    await writeChange(tx, changed, change.failure?.text ?? null);
    if (changed.status === 'paid') {
      if (snapshot.method)
        await keepMethod(tx, { ...changed, connectionId: changed.connectionId!, method: snapshot.method, now });
      await context.subjects[changed.subject].paid(tx, changed, now);
    }
    if (change.alert) context.core.log('error', 'payment.alert', { paymentId: id, alert: change.alert });
    return changed;
  });
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

/** The gateway of a payment, and what it calls the payer and the saved card. */
async function reach({ core, gateways }: PaymentsContext, payment: Payment): Promise<Reached> {
  const row = await core.database.read(payment.organizationId, (db) =>
    db
      .selectFrom('gateway_connections as c')
      .leftJoin('gateway_customers as g', (join) =>
        join
          .onRef('g.organization_id', '=', 'c.organization_id')
          .onRef('g.connection_id', '=', 'c.id')
          .on('g.customer_id', '=', payment.customerId),
      )
      .leftJoin('saved_methods as m', (join) =>
        join
          .onRef('m.organization_id', '=', 'c.organization_id')
          .onRef('m.connection_id', '=', 'c.id')
          .on('m.id', '=', payment.savedMethodId),
      )
      .select(['c.id', 'c.kind', 'c.sealed_settings', 'g.reference as customer', 'm.reference as method'])
      .where('c.id', '=', payment.connectionId)
      .executeTakeFirstOrThrow(),
  );
  const gateway = gateways[row.kind as keyof typeof gateways](openSettings(core, row.id, row.sealed_settings));
  return { gateway, customerRef: row.customer ?? undefined, methodRef: row.method ?? undefined };
}

async function introduce({ core }: PaymentsContext, payment: Payment, gateway: Gateway, payer: Payer): Promise<string> {
  const who = { customerId: payment.customerId, name: payer.name, email: payer.email };
  const reference = await gateway.customer(who, `customer:${payment.connectionId}:${payment.customerId}`);
  await core.database.write(payment.organizationId, (tx) =>
    tx
      .insertInto('gateway_customers')
      .values({
        organization_id: payment.organizationId,
        connection_id: payment.connectionId!,
        customer_id: payment.customerId,
        reference,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  return reference;
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

async function writeChange(tx: Tx, payment: Payment, failureText: string | null): Promise<void> {
  await tx
    .updateTable('payments')
    .set({
      status: payment.status,
      failure_code: payment.failureCode,
      failure_text: failureText,
      alert: payment.alert,
      settled_at: payment.settledAt,
      aliases: payment.aliases,
      method_label: payment.methodLabel,
      next_url: payment.nextUrl,
      ...(!isUndecided(payment.status) && { check_at: null }),
    })
    .where('id', '=', payment.id)
    .execute();
}

function labelOf(method: { brand: string; last4: string }): string {
  return `${method.brand.slice(0, 1).toUpperCase()}${method.brand.slice(1)} •••• ${method.last4}`;
}

function failureToOpen(error: unknown): { code: 'gateway-refused'; text: string } {
  if (error instanceof Unknown || error instanceof Refused) return { code: 'gateway-refused', text: error.message };
  throw error;
}

/** What we know of a payment that has no reference: it can never be paid. */
function notOpened(payment: Payment): Snapshot {
  const failure = { code: 'gateway-refused' as const, text: '' };
  return { ref: '', state: 'closed', money: payment.amount, refunded: 0n, disputed: 0n, live: payment.live, failure };
}

async function current({ core }: PaymentsContext, payment: Payment): Promise<Payment> {
  return (await core.database.read(payment.organizationId, (db) => paymentById(db, payment.id)))!;
}
