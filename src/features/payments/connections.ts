import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId, newToken } from '../../platform/ids.ts';
import type { SealedColumn } from '../../platform/key-change.ts';
import { createSimulatorAccount } from './simulator/accounts.ts';

/** What a connection may be used for. */
export type Uses = { forPackages: boolean; forInvoices: boolean };

/** A location's tie to a gateway. `live` is real money; its settings stay sealed. */
export type Connection = Uses & {
  id: string;
  kind: string;
  live: boolean;
  account: string;
  connectedAt: Date;
  /** When it was checked last, and what was wrong then. */
  checkedAt: Date | undefined;
  problems: string[];
  /** The gateway tells us when something happened; else payments are only looked after. */
  sendsHints: boolean;
};

/** The gateway through which a location sells now, if one is connected. */
export async function connectionAt(db: Tx, locationId: string): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('gateway_connections')
    .select(['id', 'kind', 'live', 'account', 'created_at', 'checked_at', 'problems', 'for_packages', 'for_invoices'])
    .select((row) => row('sealed_webhook_secret', 'is not', null).as('sends_hints'))
    .where('location_id', '=', locationId)
    .where('disconnected_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    id: row.id,
    kind: row.kind,
    live: row.live,
    account: row.account,
    connectedAt: row.created_at,
    checkedAt: row.checked_at ?? undefined,
    problems: row.problems,
    forPackages: row.for_packages,
    forInvoices: row.for_invoices,
    sendsHints: Boolean(row.sends_hints),
  };
}

/** The same, when it may be used for selling packages. */
export async function packageConnectionAt(db: Tx, locationId: string): Promise<Connection | undefined> {
  const connection = await connectionAt(db, locationId);
  return connection?.forPackages ? connection : undefined;
}

/** Everything that a card payment needs to reach its gateway, read at once: whose account, which payer, which card. */
export type CardRoute = {
  connection: Pick<Connection, 'id' | 'kind' | 'live'>;
  sealedSettings: Buffer;
  /** The last part of the address to which hints come. */
  webhookPath: string;
  customerRef: string | undefined;
  /** The saved card that was asked for; not there when it is not this customer's, or was removed. */
  method: { id: string; reference: string; expiresMonth: number; expiresYear: number } | undefined;
};

type Payer = { customerId: string; savedMethodId: string | null };

/** The way to the gateway through which a location takes money for packages, or invoices, now; none when through none. */
export async function cardRouteAt(
  db: Tx,
  it: Payer & { locationId: string; use?: 'packages' | 'invoices' },
): Promise<CardRoute | undefined> {
  const row = await routes(db, it)
    .where('c.location_id', '=', it.locationId)
    .where('c.disconnected_at', 'is', null)
    .where(it.use === 'invoices' ? 'c.for_invoices' : 'c.for_packages', '=', true)
    .executeTakeFirst();
  return row && toRoute(row);
}

/** The way to the gateway of a payment that is under way, connected still or not (E20). */
export async function routeOf(db: Tx, it: Payer & { connectionId: string | null }): Promise<CardRoute> {
  return toRoute(await routes(db, it).where('c.id', '=', it.connectionId).executeTakeFirstOrThrow());
}

/** Where a gateway sends its hints about a connection, or about one payment of it. */
export function hintUrl(
  { config }: Pick<Core, 'config'>,
  organizationId: string,
  { connectionId, webhookPath }: { connectionId: string; webhookPath: string },
): string {
  return `${config.baseUrl}/webhooks/${organizationId}/${connectionId}/${webhookPath}`;
}

export type NewConnection = Uses & {
  organizationId: string;
  locationId: string;
  /** Minted with the form, so that pressing twice connects once. */
  id: string;
  kind: string;
  live: boolean;
  account: string;
  settings: Record<string, string>;
  /** The gateway has answered for these settings. */
  checked: boolean;
  now: Date;
};

/** Writes a connection with its settings sealed. The database refuses a second one at a location. */
export async function writeConnection(tx: Tx, core: Pick<Core, 'secrets'>, it: NewConnection): Promise<void> {
  await tx
    .insertInto('gateway_connections')
    .values({
      organization_id: it.organizationId,
      id: it.id,
      location_id: it.locationId,
      kind: it.kind,
      live: it.live,
      account: it.account,
      sealed_settings: sealSettings(core, it.id, it.settings),
      webhook_path: newToken(),
      created_at: it.now,
      for_packages: it.forPackages,
      for_invoices: it.forInvoices,
      checked_at: it.checked ? it.now : null,
    })
    .execute();
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
  await writeTestConnection(tx, core, { ...it, id, forPackages: true, forInvoices: true });
  return id;
}

/** The test gateway's account is made with the connection, by the same id. */
export async function writeTestConnection(
  tx: Tx,
  core: Pick<Core, 'secrets'>,
  it: Omit<NewConnection, 'kind' | 'live' | 'account' | 'settings' | 'checked'>,
): Promise<void> {
  const apiKey = await createSimulatorAccount(tx, { organizationId: it.organizationId, accountId: it.id });
  const account = `acct_${it.id.slice(-12)}`;
  await writeConnection(tx, core, { ...it, kind: 'test', live: false, account, settings: { apiKey }, checked: false });
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

/** Settings as they are stored: bound to their connection, opened by `gatewayAt` only. */
export function sealSettings(
  core: Pick<Core, 'secrets'>,
  connectionId: string,
  settings: Record<string, string>,
): Buffer {
  return core.secrets.seal(JSON.stringify(settings), connectionId);
}

/** What the secret of a connection's hints is bound to. */
export const aboutHints = (connectionId: string): string => `${connectionId} webhook`;

/** What is sealed anew when the key is changed. */
export const SEALED_CONNECTIONS: SealedColumn[] = [
  { table: 'gateway_connections', column: 'sealed_settings', about: (id) => id },
  { table: 'gateway_connections', column: 'sealed_webhook_secret', about: aboutHints },
];

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
    .select(['c.id', 'c.kind', 'c.live', 'c.sealed_settings', 'c.webhook_path', 'g.reference as customer'])
    .select(['m.id as method_id', 'm.reference as method', 'm.expires_month', 'm.expires_year']);
}

type RouteRow = Awaited<ReturnType<ReturnType<typeof routes>['executeTakeFirstOrThrow']>>;

function toRoute(row: RouteRow): CardRoute {
  return {
    connection: { id: row.id, kind: row.kind, live: row.live },
    sealedSettings: row.sealed_settings,
    webhookPath: row.webhook_path,
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
