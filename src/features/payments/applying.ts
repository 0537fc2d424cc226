import type { Tx } from '../../platform/database/database.ts';
import { least } from '../../shared/money.ts';
import { aboutPayment, raiseAlert, settleAlerts } from './alerts.ts';
import { gatewayOf } from './connected.ts';
import { routeOf } from './connections.ts';
import { differenceOf } from './differences.ts';
import { type Snapshot, Unknown } from './gateway.ts';
import { noteLost } from './lost-disputes.ts';
import type { PaymentsContext } from './payments.ts';
import { type Payment, paymentById } from './records.ts';
import { askedRefunds, keyOfRefund, writeLines } from './refund-records.ts';
import { linesOf, type Reversal, reversalsBetween } from './reversals.ts';
import { keepMethod } from './saved-methods.ts';
import { foreignness, isUndecided, transition } from './transition.ts';

/** So often a payment is looked at again because it was changed meanwhile. */
const LOOKS = 20;

/**
 * The one place where news of a payment becomes fact: under its row lock, in one transaction with whatever its subject
 * does when it is paid, or when some of it goes back. Saying the same again changes nothing.
 *
 * `asked` is the payment as it stood *before* its gateway was asked for the snapshot. Of two looks the older may arrive
 * last, and would make a refund look as if it had failed, or what is paid as if it were not: when the payment was paid or
 * something of it booked since, the gateway is asked again.
 */
export async function apply(context: PaymentsContext, asked: Payment, snapshot: Snapshot): Promise<Payment> {
  let applied = await book(context, asked, snapshot);
  for (let look = 1; applied.outdated; look++) {
    if (look === LOOKS) throw new Unknown('the payment changes faster than it can be looked at');
    applied = await book(context, applied.payment, await lookAt(context, applied.payment));
  }
  return applied.payment;
}

/** Money that was taken elsewhere has gone back by hand: books it, under the payment's row lock. */
export async function applyByHand(
  context: PaymentsContext,
  tx: Tx,
  payment: Payment,
  { id, amountMinor }: { id: string; amountMinor: bigint },
): Promise<void> {
  const { amount, live, refundedMinor, disputedMinor } = payment;
  const gone = { refunded: refundedMinor + amountMinor, disputed: disputedMinor };
  const ours = [{ key: keyOfRefund(id), minor: amountMinor }];
  const snapshot = { ref: '', state: 'paid', money: amount, live, ...gone, ours, outdated: false } as const;
  await reverse(context, tx, payment, snapshot, context.core.now());
}

async function lookAt(context: PaymentsContext, payment: Payment): Promise<Snapshot> {
  const route = await context.core.database.read(payment.organizationId, (db) => routeOf(db, payment));
  return await gatewayOf(context, route).read(payment.reference!);
}

type Booked = { payment: Payment; outdated: boolean };

async function book(context: PaymentsContext, asked: Payment, snapshot: Snapshot): Promise<Booked> {
  const now = context.core.now();
  return await context.core.database.write(asked.organizationId, async (tx) => {
    const payment = await paymentById(tx, asked.id, true);
    if (!payment) throw new Error(`no payment ${asked.id}`);
    const decided = await decide(context, tx, payment, snapshot, now);
    if (decided.status !== 'paid' || decided.method !== 'card') return { payment: decided, outdated: false };
    const paidSince = payment.status === 'paid' && asked.status !== 'paid';
    const outdated = paidSince || payment.reversals !== asked.reversals;
    const booked = await reverse(context, tx, decided, { ...snapshot, outdated }, now);
    const reversed = booked && (await noteLost(tx, booked, snapshot, now));
    return reversed ? { payment: reversed, outdated: false } : { payment: decided, outdated: true };
  });
}

async function decide(
  context: PaymentsContext,
  tx: Tx,
  payment: Payment,
  snapshot: Snapshot,
  now: Date,
): Promise<Payment> {
  const change = transition({ status: payment.status, money: payment.amount, live: payment.live }, snapshot);
  const nextUrl = snapshot.next?.href ?? payment.nextUrl;
  if (change.kind === 'none') return await keepWay(tx, payment, nextUrl);
  const changed: Payment = {
    ...payment,
    status: change.status,
    failureCode: change.failure?.code ?? null,
    alert: change.alert ?? payment.alert,
    settledAt: change.status === 'paid' ? now : null,
    aliases: [...new Set([...payment.aliases, ...(snapshot.also ?? [])])],
    methodLabel: snapshot.method ? labelOf(snapshot.method) : payment.methodLabel,
    nextUrl,
  };
  await writeChange(tx, changed, change.failure?.text ?? null);
  if (changed.status === 'paid') {
    if (snapshot.method)
      await keepMethod(tx, { ...changed, connectionId: changed.connectionId!, method: snapshot.method, now });
    await context.subjects[changed.subject].paid(tx, changed, now);
  }
  if (changed.status === 'failed') await context.subjects[changed.subject].failed?.(tx, changed, now);
  if (change.alert) {
    context.core.log('error', 'payment.alert', { paymentId: payment.id, alert: change.alert });
    const kind = change.status === 'paid' ? 'late-payment' : 'review';
    await raiseAlert(tx, { ...aboutPayment(payment, now), kind, details: { what: change.alert } });
  }
  return changed;
}

/**
 * Refunds and disputes of a paid payment, wherever they were made: the difference from what is booked is booked. Nothing
 * when the snapshot is older than what is booked, and differs from it.
 */
async function reverse(
  context: PaymentsContext,
  tx: Tx,
  payment: Payment,
  snapshot: Snapshot & { outdated: boolean },
  now: Date,
): Promise<Payment | undefined> {
  if (snapshot.outdated && snapshot.state !== 'paid') return undefined;
  const what = snapshot.state === 'paid' ? foreignness({ ...payment, money: payment.amount }, snapshot) : 'state';
  if (what) {
    // Paid is final. What the gateway says otherwise is for a person to look at.
    const details = differenceOf(payment, snapshot) ?? { what };
    await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'differs', details });
    return payment;
  }
  const gone = { refundedMinor: snapshot.refunded, disputedMinor: snapshot.disputed };
  const asked = await askedRefunds(tx, payment.id, snapshot.ours);
  const found = linesOf(reversalsBetween(payment, gone, payment.amount.minor), asked);
  if (found.length === 0) return payment;
  if (snapshot.outdated) return undefined;
  await writeLines(tx, payment, found, now);
  const changed: Payment = {
    ...payment,
    refundedMinor: payment.refundedMinor + sumOf(found, 'refund'),
    disputedMinor: payment.disputedMinor + sumOf(found, 'dispute'),
    lostMinor: least(payment.lostMinor, payment.disputedMinor + sumOf(found, 'dispute')),
    reversals: payment.reversals + found.length,
  };
  await tx
    .updateTable('payments')
    .set({
      refunded_minor: changed.refundedMinor,
      disputed_minor: changed.disputedMinor,
      lost_minor: changed.lostMinor,
      reversals: changed.reversals,
    })
    .where('id', '=', payment.id)
    .execute();
  await context.subjects[changed.subject].reversed(tx, changed, now);
  await settleOrRaise(tx, { before: payment, changed, found, tellsLost: snapshot.lost !== undefined }, now);
  return changed;
}

/** What administrators have to look at, or no longer have to, because of what has gone back. */
async function settleOrRaise(
  tx: Tx,
  it: { before: Payment; changed: Payment; found: Reversal[]; tellsLost: boolean },
  now: Date,
): Promise<void> {
  const { before, changed, found, tellsLost } = it;
  const paymentId = changed.id;
  if (found.some(({ kind }) => kind === 'dispute')) {
    const details: Record<string, string> = tellsLost ? {} : { outcome: 'not-told' };
    await raiseAlert(tx, { ...aboutPayment(changed, now), kind: 'dispute', details });
  } else if (before.disputedMinor > 0n && changed.disputedMinor === 0n)
    await settleAlerts(tx, { kind: 'dispute', paymentId, outcome: 'won', now });
  if (found.some(({ kind }) => kind === 'refund')) await settleAlerts(tx, { kind: 'refund-refused', paymentId, now });
}

function sumOf(found: Reversal[], what: 'refund' | 'dispute'): bigint {
  return found.filter(({ kind }) => kind.startsWith(what)).reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** A payment that stands as it stood may have a new way to go on: the question of a saved card's bank. */
async function keepWay(tx: Tx, payment: Payment, nextUrl: string | null): Promise<Payment> {
  if (!isUndecided(payment.status) || nextUrl === payment.nextUrl) return payment;
  await tx.updateTable('payments').set({ next_url: nextUrl }).where('id', '=', payment.id).execute();
  return { ...payment, nextUrl };
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
