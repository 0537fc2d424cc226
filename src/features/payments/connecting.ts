import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import {
  type Connection,
  connectionAt,
  sealSettings,
  type Uses,
  writeConnection,
  writeTestConnection,
} from './connections.ts';
import { type Gateway, type GatewayOffer, type GatewayProblem, Refused, Unknown } from './gateway.ts';
import { type Gateways, gatewayAt, gatewayWith } from './offers.ts';

/** Whose connection it is about. */
type Place = { organizationId: string; locationId: string; currency: string; now: Date };

export type ConnectRequest = Place &
  Uses & {
    /** Minted with the form, so that pressing twice connects once. */
    id: string;
    offer: GatewayOffer;
    settings: Record<string, string>;
  };

/** How connecting went: done, not because of what the self-check found, or not because one is connected already. */
export type Connected = { kind: 'connected' } | { kind: 'problems'; problems: GatewayProblem[] } | { kind: 'taken' };

/**
 * Connects a location to a gateway, once its self-check found nothing wrong: before that nothing is stored. The gateway is
 * asked outside of any transaction; whoever connects another one in the meantime was first.
 */
export async function connectGateway(core: Core, it: ConnectRequest): Promise<Connected> {
  const { organizationId, locationId, offer, settings } = it;
  const before = await core.database.read(organizationId, (db) => connectionAt(db, locationId));
  if (before) return before.id === it.id ? { kind: 'connected' } : { kind: 'taken' };
  const needsAccount = offer.fields.length > 0;
  const found = needsAccount
    ? await selfCheck(gatewayWith(offer, settings), it.currency, offer.isLive(settings))
    : undefined;
  if (found && found.problems.length > 0) return { kind: 'problems', problems: found.problems };
  const row = {
    organizationId,
    locationId,
    id: it.id,
    forPackages: it.forPackages,
    forInvoices: it.forInvoices,
    now: it.now,
  };
  try {
    await core.database.write(organizationId, async (tx) => {
      if (!found) return await writeTestConnection(tx, core, row);
      const { account } = found;
      const { kind } = offer;
      await writeConnection(tx, core, { ...row, kind, live: offer.isLive(settings), account, settings, checked: true });
    });
  } catch (error) {
    if (!isTwice(error)) throw error;
    const now = await core.database.read(organizationId, (db) => connectionAt(db, locationId));
    // Back in the browser, to the form of a connection that was ended since: it is a new one.
    if (!now) return await connectGateway(core, { ...it, id: newId(it.now) });
    return { kind: now.id === it.id ? 'connected' : 'taken' };
  }
  return { kind: 'connected' };
}

export type Replaced =
  | { kind: 'replaced' | 'gone' }
  | { kind: 'problems'; problems: (GatewayProblem | 'other-account' | 'other-mode')[] };

/** Puts another key of the same account into a connection. What was begun with the old key goes on with the new one. */
export async function replaceKey(
  core: Core,
  it: Place & { connection: Connection; offer: GatewayOffer; settings: Record<string, string> },
): Promise<Replaced> {
  const { connection, offer, settings } = it;
  // An account has one name in test mode and live: its payments, cards and customers do not.
  if (offer.isLive(settings) !== connection.live) return { kind: 'problems', problems: ['other-mode'] };
  const found = await selfCheck(gatewayWith(offer, settings), it.currency, connection.live);
  if (found.problems.length > 0) return { kind: 'problems', problems: found.problems };
  if (found.account !== connection.account) return { kind: 'problems', problems: ['other-account'] };
  const sealed = sealSettings(core, connection.id, settings);
  const isReplaced = await change(core, it.organizationId, connection.id, {
    sealed_settings: sealed,
    checked_at: it.now,
    problems: [],
  });
  return { kind: isReplaced ? 'replaced' : 'gone' };
}

/** Runs the self-check of a connected gateway again, and keeps what it found. */
export async function checkConnection(
  core: Core,
  gateways: Gateways,
  it: Place & { connection: Connection },
): Promise<GatewayProblem[]> {
  const { id, kind, live } = it.connection;
  const sealedSettings = await core.database.read(it.organizationId, (db) => sealedSettingsOf(db, id));
  const gateway = gatewayAt(core, gateways, { id, kind, sealedSettings });
  const { problems } = await selfCheck(gateway, it.currency, live);
  await change(core, it.organizationId, id, { checked_at: it.now, problems });
  return problems;
}

/** Changes what a connection may be used for; payments under way are honoured. */
export async function changeUses(core: Core, organizationId: string, connectionId: string, uses: Uses): Promise<void> {
  await change(core, organizationId, connectionId, {
    for_packages: uses.forPackages,
    for_invoices: uses.forInvoices,
  });
}

async function selfCheck(
  gateway: Gateway,
  currency: string,
  live: boolean,
): Promise<{ account: string; problems: GatewayProblem[] }> {
  try {
    const found = await gateway.check();
    const problems = new Set(found.problems);
    if (found.live !== live) problems.add(found.live ? 'key-is-live' : 'key-is-test');
    if (found.currencies && !found.currencies.includes(currency)) problems.add('currency-not-supported');
    if (found.account === '' && problems.size === 0) problems.add('account-unreadable');
    return { account: found.account, problems: [...problems] };
  } catch (error) {
    if (error instanceof Refused) return { account: '', problems: ['key-refused'] };
    if (error instanceof Unknown) return { account: '', problems: ['no-answer'] };
    throw error;
  }
}

type Change = Partial<
  Record<'for_packages' | 'for_invoices', boolean> & {
    sealed_settings: Buffer;
    checked_at: Date;
    problems: string[];
  }
>;

/** False when it was disconnected meanwhile: then nothing is changed any more. */
async function change(core: Core, organizationId: string, connectionId: string, to: Change): Promise<boolean> {
  const changed = await core.database.write(organizationId, (tx) =>
    tx
      .updateTable('gateway_connections')
      .set(to)
      .where('id', '=', connectionId)
      .where('disconnected_at', 'is', null)
      .returning('id')
      .executeTakeFirst(),
  );
  return changed !== undefined;
}

async function sealedSettingsOf(db: Tx, connectionId: string): Promise<Buffer> {
  const row = await db
    .selectFrom('gateway_connections')
    .select('sealed_settings')
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow();
  return row.sealed_settings;
}

/** The database has refused a second connection of the location, or a second one of the same form. */
function isTwice(error: unknown): boolean {
  return (error as { code?: string }).code === '23505';
}
