import { allOrganizations } from '../organizations/organizations.ts';
import { raiseAlert, settleAlert, settleAlerts } from './alerts.ts';
import { apply } from './applying.ts';
import { hasAnswered } from './collecting.ts';
import { type GatewayRoute, gatewayOf, gatewayRoutes, sameAccount } from './connected.ts';
import { differenceOf, type Found, openDifferences } from './differences.ts';
import { type Gateway, Refused, type Snapshot, Unknown } from './gateway.ts';
import type { PaymentsContext } from './payments.ts';
import { type Payment, paidSince, paymentByAnyName, paymentById } from './records.ts';

/** One location, when it is not about all of them. */
export type Place = { organizationId: string; locationId: string };

/** A gateway whose books could not be read. */
export type Unread = { connectionId: string; kind: string };

const HOUR = 3_600_000;
/** The sweep reads a little twice, so that nothing falls between two of them. */
const OVERLAP_MS = HOUR;
/** Where no sweep has been yet. */
const FIRST_SWEEP_MS = 48 * HOUR;
const COMPARED_MS = 48 * HOUR;
/** What happened just now may be on its way on either side. */
const SETTLED_AFTER_MS = 10 * 60_000;
/** So often in a row a sweep got no answer, and administrators are told. */
const FAILING_AFTER = 2;

/**
 * Asks each gateway what was paid, refunded or disputed since the last sweep, and applies it: whatever hints were lost is
 * found here. A gateway that does not answer is asked again the next time, from where the last sweep ended; when that
 * happens twice in a row, administrators are told. Answers which did not.
 */
export async function sweepGateways(context: PaymentsContext, only?: Place): Promise<Unread[]> {
  const { core } = context;
  const sweep = async (route: GatewayRoute, gateway: Gateway) => {
    const now = core.now();
    const since = route.sweptUntil?.getTime() ?? now.getTime() - FIRST_SWEEP_MS;
    for await (const snapshot of gateway.recent(new Date(since - OVERLAP_MS), now)) {
      const payment = await known(context, route, [route.connection.id], snapshot);
      // A list is read over minutes; what differs is asked again, so that it is booked as it stands now.
      if (payment && differenceOf(payment, snapshot))
        await apply(context, payment, await gateway.read(payment.reference!));
    }
    const connectionId = route.connection.id;
    hasAnswered(connectionId);
    await core.database.write(route.organizationId, async (tx) => {
      await tx
        .updateTable('gateway_connections')
        .set({ swept_until: now, sweeps_failed: 0 })
        .where('id', '=', connectionId)
        .execute();
      await settleAlerts(tx, { kind: 'gateway-failing', connectionId, now });
    });
  };
  return await eachGateway(context, only, sweep, (route, error) => sweepFailed(context, route, error));
}

async function sweepFailed({ core }: PaymentsContext, route: GatewayRoute, error: Unknown | Refused): Promise<void> {
  const { organizationId, locationId } = route;
  const connectionId = route.connection.id;
  await core.database.write(organizationId, async (tx) => {
    const { sweeps_failed } = await tx
      .updateTable('gateway_connections')
      .set((row) => ({ sweeps_failed: row('sweeps_failed', '+', 1) }))
      .where('id', '=', connectionId)
      .returning('sweeps_failed')
      .executeTakeFirstOrThrow();
    if (sweeps_failed < FAILING_AFTER) return;
    const details = { why: error instanceof Refused ? 'refused' : 'no-answer' };
    await raiseAlert(tx, {
      organizationId,
      locationId,
      connectionId,
      kind: 'gateway-failing',
      details,
      now: core.now(),
    });
  });
}

/**
 * Compares the gateways' payments of two days with ours, both ways. Nothing is repaired here: what differs becomes an
 * alert, and one that has gone is closed. Answers which gateways could not be read.
 */
export async function compareBooks(context: PaymentsContext, only?: Place): Promise<Unread[]> {
  const { core } = context;
  return await eachGateway(context, only, async (route, gateway) => {
    const now = core.now();
    const from = new Date(now.getTime() - COMPARED_MS);
    const until = new Date(now.getTime() - SETTLED_AFTER_MS);
    const { organizationId } = route;
    const connectionId = route.connection.id;
    const { siblings, before } = await core.database.read(organizationId, async (db) => ({
      siblings: await sameAccount(db, connectionId),
      before: await openDifferences(db, connectionId),
    }));
    const seen = new Set<string>();
    for await (const snapshot of gateway.recent(from, now)) {
      for (const ref of [snapshot.ref, ...(snapshot.also ?? [])]) seen.add(ref);
      await compareOne(context, route, siblings, gateway, snapshot);
    }
    const paid = await core.database.read(organizationId, (db) => paidSince(db, connectionId, from, until));
    for (const payment of paid) {
      const names = [payment.reference!, ...payment.aliases];
      if (!names.some((ref) => seen.has(ref))) await lookForMissing(context, gateway, payment);
    }
    for (const found of before) await closeWhenGone(context, route, siblings, gateway, found);
    await core.database.write(organizationId, (tx) =>
      tx.updateTable('gateway_connections').set({ compared_at: now }).where('id', '=', connectionId).execute(),
    );
  });
}

async function compareOne(
  context: PaymentsContext,
  route: GatewayRoute,
  siblings: string[],
  gateway: Gateway,
  snapshot: Snapshot,
): Promise<void> {
  const { core } = context;
  const { organizationId, locationId, connection } = route;
  const payment = await known(context, route, siblings, snapshot);
  const about = { organizationId, locationId, now: core.now() };
  if (!payment) {
    if (!isOwed(snapshot)) return;
    const missing = { kind: 'missing-here', connectionId: connection.id, reference: snapshot.ref } as const;
    const { money, refunded } = snapshot;
    const details = { amount: String(money.minor), currency: money.currency, refunded: String(refunded) };
    await core.database.write(organizationId, (tx) => raiseAlert(tx, { ...about, ...missing, details }));
    return;
  }
  // Another location sells through the same account: it is compared there.
  if (payment.connectionId !== connection.id) return;
  const details =
    differenceOf(payment, snapshot) && differenceOf(payment, await gateway.read(payment.reference ?? snapshot.ref));
  if (details)
    await core.database.write(organizationId, (tx) =>
      raiseAlert(tx, { ...about, kind: 'differs', paymentId: payment.id, details }),
    );
}

/** Paid there, and not all of it given back. */
function isOwed({ state, money, refunded }: Snapshot): boolean {
  return state === 'paid' && refunded < money.minor;
}

/** A payment of ours that the gateway did not list: it may have settled just outside of the two days. */
async function lookForMissing(context: PaymentsContext, gateway: Gateway, payment: Payment): Promise<void> {
  const found = await look(gateway, payment.reference!);
  if (found?.state === 'paid') return;
  const { organizationId, locationId } = payment;
  const about = { organizationId, locationId, paymentId: payment.id, now: context.core.now() };
  const details = { theirs: found?.state ?? 'unknown' };
  await context.core.database.write(organizationId, (tx) =>
    raiseAlert(tx, { ...about, kind: 'missing-there', details }),
  );
}

/** A difference that was open before: whoever mended it on either side need not say so here. */
async function closeWhenGone(
  context: PaymentsContext,
  route: GatewayRoute,
  siblings: string[],
  gateway: Gateway,
  found: Found,
): Promise<void> {
  const { core } = context;
  const { organizationId } = route;
  const payment =
    found.paymentId === null
      ? await known(context, route, siblings, { ref: found.reference })
      : await core.database.read(organizationId, (db) => paymentById(db, found.paymentId));
  const snapshot = await look(gateway, found.reference ?? payment!.reference!);
  const isGone = {
    'missing-here': () => payment !== undefined || snapshot === undefined || !isOwed(snapshot),
    'missing-there': () => snapshot?.state === 'paid',
    differs: () => snapshot !== undefined && differenceOf(payment!, snapshot) === undefined,
  }[found.kind]();
  if (isGone) await core.database.write(organizationId, (tx) => settleAlert(tx, found.id, core.now()));
}

/** A payment as it stands now; nothing when its gateway does not know it. */
async function look(gateway: Gateway, ref: string): Promise<Snapshot | undefined> {
  return await gateway.read(ref).catch((error) => {
    if (error instanceof Refused) return undefined;
    throw error;
  });
}

/** Our payment that a snapshot is about; found by any of its names. */
async function known(
  context: PaymentsContext,
  { organizationId }: GatewayRoute,
  connectionIds: string[],
  { ref, also = [] }: Pick<Snapshot, 'ref' | 'also'>,
): Promise<Payment | undefined> {
  return await context.core.database.read(organizationId, (db) => paymentByAnyName(db, connectionIds, [ref, ...also]));
}

async function eachGateway(
  context: PaymentsContext,
  only: Place | undefined,
  work: (route: GatewayRoute, gateway: Gateway) => Promise<void>,
  failed: (route: GatewayRoute, error: Unknown | Refused) => Promise<void> = async () => {},
): Promise<Unread[]> {
  const { core } = context;
  const unread: Unread[] = [];
  for (const { id } of await allOrganizations(core.database)) {
    if (only && only.organizationId !== id) continue;
    const routes = await core.database.read(id, (db) => gatewayRoutes(db, id));
    for (const route of routes) {
      if (only && only.locationId !== route.locationId) continue;
      const { id: connectionId, kind } = route.connection;
      try {
        await work(route, gatewayOf(context, route));
      } catch (error) {
        if (!(error instanceof Unknown || error instanceof Refused)) throw error;
        core.log('warn', 'gateway.not-compared', { connectionId, message: error.message });
        unread.push({ connectionId, kind });
        await failed(route, error);
      }
    }
  }
  return unread;
}
