import { allOrganizations } from '../organizations/organizations.ts';
import { raiseAlert, settleAlerts } from './alerts.ts';
import { apply } from './applying.ts';
import { type GatewayRoute, gatewayOf, gatewayRoutes } from './connected.ts';
import { type Gateway, Refused, type Snapshot, Unknown } from './gateway.ts';
import type { PaymentsContext } from './payments.ts';
import { type Payment, paidSince, paymentById, paymentByReference } from './records.ts';

/** One location, when it is not about all of them. */
export type Place = { organizationId: string; locationId: string };

const HOUR = 3_600_000;
/** The sweep reads a little twice, so that nothing falls between two of them. */
const OVERLAP_MS = HOUR;
/** Where no sweep has been yet. */
const FIRST_SWEEP_MS = 48 * HOUR;
const COMPARED_MS = 48 * HOUR;
/** What happened just now may be on its way on either side. */
const SETTLED_AFTER_MS = 10 * 60_000;

/**
 * Asks each gateway what was paid, refunded or disputed since the last sweep, and applies it: whatever hints were lost is
 * found here. A gateway that does not answer is asked again the next time, from where the last sweep ended.
 */
export async function sweepGateways(context: PaymentsContext, only?: Place): Promise<void> {
  const { core } = context;
  await eachGateway(context, only, async (route, gateway) => {
    const now = core.now();
    const since = route.sweptUntil?.getTime() ?? now.getTime() - FIRST_SWEEP_MS;
    for await (const snapshot of gateway.recent(new Date(since - OVERLAP_MS), now)) {
      const payment = await ours(context, route, snapshot);
      // A list is read over minutes; what differs is asked again, so that it is booked as it stands now.
      if (payment && differenceOf(payment, snapshot))
        await apply(context, payment, await gateway.read(payment.reference!));
    }
    await core.database.write(route.organizationId, (tx) =>
      tx.updateTable('gateway_connections').set({ swept_until: now }).where('id', '=', route.connection.id).execute(),
    );
  });
}

/**
 * Compares the gateways' payments of two days with ours, both ways. Nothing is repaired here: what differs becomes an
 * alert, and one that has gone is closed.
 */
export async function compareBooks(context: PaymentsContext, only?: Place): Promise<void> {
  const { core } = context;
  await eachGateway(context, only, async (route, gateway) => {
    const now = core.now();
    const from = new Date(now.getTime() - COMPARED_MS);
    const until = new Date(now.getTime() - SETTLED_AFTER_MS);
    const seen = new Set<string>();
    for await (const snapshot of gateway.recent(from, now)) {
      for (const ref of [snapshot.ref, ...(snapshot.also ?? [])]) seen.add(ref);
      await compareOne(context, route, gateway, snapshot);
    }
    const paid = await core.database.read(route.organizationId, (db) =>
      paidSince(db, route.connection.id, from, until),
    );
    for (const payment of paid) {
      const names = [payment.reference!, ...payment.aliases];
      if (names.some((ref) => seen.has(ref))) continue;
      await lookForMissing(context, gateway, payment);
    }
  });
}

async function compareOne(
  context: PaymentsContext,
  route: GatewayRoute,
  gateway: Gateway,
  snapshot: Snapshot,
): Promise<void> {
  const { core } = context;
  const { organizationId, locationId, connection } = route;
  const payment = await ours(context, route, snapshot);
  const about = { organizationId, locationId, now: core.now() };
  if (!payment) {
    if (snapshot.state !== 'paid') return;
    const missing = { kind: 'missing-here', connectionId: connection.id, reference: snapshot.ref } as const;
    const details = { amount: String(snapshot.money.minor), currency: snapshot.money.currency };
    await core.database.write(organizationId, (tx) => raiseAlert(tx, { ...about, ...missing, details }));
    return;
  }
  const what =
    differenceOf(payment, snapshot) && differenceOf(payment, await gateway.read(payment.reference ?? snapshot.ref));
  await core.database.write(organizationId, (tx) =>
    what
      ? raiseAlert(tx, { ...about, kind: 'differs', paymentId: payment.id, details: { what } })
      : settleAlerts(tx, { kind: 'differs', paymentId: payment.id, now: about.now }),
  );
}

function differenceOf(payment: Payment, snapshot: Snapshot): string | undefined {
  if ((payment.status === 'paid') !== (snapshot.state === 'paid')) return 'state';
  if (payment.status !== 'paid') return undefined;
  if (snapshot.money.minor !== payment.amount.minor || snapshot.money.currency !== payment.amount.currency)
    return 'amount';
  if (snapshot.refunded !== payment.refundedMinor) return 'refunded';
  if (snapshot.disputed !== payment.disputedMinor) return 'disputed';
  return undefined;
}

/** A payment of ours that the gateway did not list: it may have settled just outside of the two days. */
async function lookForMissing(context: PaymentsContext, gateway: Gateway, payment: Payment): Promise<void> {
  const found = await gateway.read(payment.reference!).catch((error) => {
    if (error instanceof Refused) return undefined;
    throw error;
  });
  if (found?.state === 'paid') return;
  const { organizationId, locationId } = payment;
  const about = { organizationId, locationId, paymentId: payment.id, now: context.core.now() };
  await context.core.database.write(organizationId, (tx) => raiseAlert(tx, { ...about, kind: 'missing-there' }));
}

/** Our payment that a snapshot is about; found by any of its names. */
async function ours(context: PaymentsContext, route: GatewayRoute, snapshot: Snapshot): Promise<Payment | undefined> {
  const { core } = context;
  const { organizationId, connection } = route;
  return await core.database.read(organizationId, async (db) => {
    for (const ref of [snapshot.ref, ...(snapshot.also ?? [])]) {
      const found = await paymentByReference(db, connection.id, ref);
      if (found) return await paymentById(db, found.id);
    }
    return undefined;
  });
}

async function eachGateway(
  context: PaymentsContext,
  only: Place | undefined,
  work: (route: GatewayRoute, gateway: Gateway) => Promise<void>,
): Promise<void> {
  const { core } = context;
  for (const { id } of await allOrganizations(core.database)) {
    if (only && only.organizationId !== id) continue;
    const routes = await core.database.read(id, (db) => gatewayRoutes(db, id));
    for (const route of routes) {
      if (only && only.locationId !== route.locationId) continue;
      try {
        await work(route, gatewayOf(context, route));
      } catch (error) {
        if (!(error instanceof Unknown || error instanceof Refused)) throw error;
        core.log('warn', 'gateway.not-compared', { connectionId: route.connection.id, message: error.message });
      }
    }
  }
}
