import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId, newToken } from '../../platform/ids.ts';
import type { Gateway } from './gateway.ts';
import { createSimulatorAccount } from './simulator/accounts.ts';

/** A location's tie to a gateway. `live` is real money; its settings stay sealed. */
export type Connection = { id: string; kind: GatewayKind; live: boolean; account: string; connectedAt: Date };
export type GatewayKind = 'test';

/** How a gateway of each kind is made from the settings an administrator typed. One line per gateway, in app.ts. */
export type GatewayMakers = Record<GatewayKind, (settings: Record<string, string>) => Gateway>;

/** The gateway through which a location sells now, if one is connected. */
export async function connectionAt(db: Tx, locationId: string): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('gateway_connections')
    .select(['id', 'kind', 'live', 'account', 'created_at'])
    .where('location_id', '=', locationId)
    .where('disconnected_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    id: row.id,
    kind: row.kind as GatewayKind,
    live: row.live,
    account: row.account,
    connectedAt: row.created_at,
  };
}

/** Everything that a card payment needs to reach its gateway, read at once: whose account, which payer, which card. */
export type CardRoute = {
  connection: Pick<Connection, 'id' | 'kind' | 'live'>;
  sealedSettings: Buffer;
  customerRef: string | undefined;
  /** The saved card that was asked for; not there when it is not this customer's, or was removed. */
  method: { id: string; reference: string; expiresMonth: number; expiresYear: number } | undefined;
};

type Payer = { customerId: string; savedMethodId: string | null };

/** The way to the gateway through which a location sells now; none when it sells through none. */
export async function cardRouteAt(db: Tx, it: Payer & { locationId: string }): Promise<CardRoute | undefined> {
  const row = await routes(db, it)
    .where('c.location_id', '=', it.locationId)
    .where('c.disconnected_at', 'is', null)
    .executeTakeFirst();
  return row && toRoute(row);
}

/** The way to the gateway of a payment that is under way, connected still or not (E20). */
export async function routeOf(db: Tx, it: Payer & { connectionId: string | null }): Promise<CardRoute> {
  return toRoute(await routes(db, it).where('c.id', '=', it.connectionId).executeTakeFirstOrThrow());
}

/**
 * Connects a location to the test gateway: our own simulator, no real money. Nothing happens when the location is
 * connected already. Answers the connection's id.
 */
export async function connectTestGateway(
  tx: Tx,
  core: Pick<Core, 'secrets'>,
  it: { organizationId: string; locationId: string; now: Date },
): Promise<string> {
  const present = await connectionAt(tx, it.locationId);
  if (present) return present.id;
  const id = newId(it.now);
  const apiKey = await createSimulatorAccount(tx, { organizationId: it.organizationId, accountId: id });
  await tx
    .insertInto('gateway_connections')
    .values({
      organization_id: it.organizationId,
      id,
      location_id: it.locationId,
      kind: 'test',
      live: false,
      account: `acct_${id.slice(-12)}`,
      sealed_settings: core.secrets.seal(JSON.stringify({ apiKey }), id),
      webhook_path: newToken(),
      created_at: it.now,
    })
    .execute();
  return id;
}

/** Ends a connection for new payments. Its secrets stay, so that payments under way can settle. */
export async function disconnectGateway(
  tx: Tx,
  it: { organizationId: string; connectionId: string; now: Date },
): Promise<void> {
  await tx
    .updateTable('gateway_connections')
    .set({ disconnected_at: it.now })
    .where('id', '=', it.connectionId)
    .where('disconnected_at', 'is', null)
    .execute();
}

/** The settings of a connection, opened for use. Never shown, logged or exported. */
export function openSettings(
  core: Pick<Core, 'secrets'>,
  connectionId: string,
  sealed: Buffer,
): Record<string, string> {
  return JSON.parse(core.secrets.open(sealed, connectionId));
}

function routes(db: Tx, payer: Payer) {
  return db
    .selectFrom('gateway_connections as c')
    .leftJoin('gateway_customers as g', (join) =>
      join
        .onRef('g.organization_id', '=', 'c.organization_id')
        .onRef('g.connection_id', '=', 'c.id')
        .on('g.customer_id', '=', payer.customerId),
    )
    .leftJoin('saved_methods as m', (join) =>
      join
        .onRef('m.organization_id', '=', 'c.organization_id')
        .onRef('m.connection_id', '=', 'c.id')
        .on('m.customer_id', '=', payer.customerId)
        .on('m.id', '=', payer.savedMethodId)
        .on('m.removed_at', 'is', null),
    )
    .select(['c.id', 'c.kind', 'c.live', 'c.sealed_settings', 'g.reference as customer'])
    .select(['m.id as method_id', 'm.reference as method', 'm.expires_month', 'm.expires_year']);
}

type RouteRow = Awaited<ReturnType<ReturnType<typeof routes>['executeTakeFirstOrThrow']>>;

function toRoute(row: RouteRow): CardRoute {
  return {
    connection: { id: row.id, kind: row.kind as GatewayKind, live: row.live },
    sealedSettings: row.sealed_settings,
    customerRef: row.customer ?? undefined,
    method: row.method_id
      ? {
          id: row.method_id,
          reference: row.method!,
          expiresMonth: row.expires_month!,
          expiresYear: row.expires_year!,
        }
      : undefined,
  };
}
