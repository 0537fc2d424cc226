import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { hintUrl } from './connections.ts';
import { Refused, Unknown } from './gateway.ts';
import { type Gateways, gatewayAt } from './offers.ts';

/** Longer than any transaction that still saw the connection: what it began is on record by then. */
const SETTLES_AFTER_MS = 10 * 60_000;

/** What is under way at a gateway: payments nobody knows the end of, and refunds that are to be made. */
export type Pending = { payments: number; refunds: number };

/** What is under way at a connection, connected still or not. */
export async function pendingAt(db: Tx, connectionId: string): Promise<Pending> {
  const { payments } = await db
    .selectFrom('payments')
    .select(({ fn }) => fn.countAll<bigint>().as('payments'))
    .where('connection_id', '=', connectionId)
    .where('check_at', 'is not', null)
    .executeTakeFirstOrThrow();
  const { refunds } = await db
    .selectFrom('refunds as r')
    .innerJoin('payments as p', (join) =>
      join.onRef('p.organization_id', '=', 'r.organization_id').onRef('p.id', '=', 'r.payment_id'),
    )
    .select(({ fn }) => fn.countAll<bigint>().as('refunds'))
    .where('p.connection_id', '=', connectionId)
    .where('r.status', '=', 'new')
    .executeTakeFirstOrThrow();
  return { payments: Number(payments), refunds: Number(refunds) };
}

/** A connection that was ended and keeps its key, because of what is under way. */
export type Parting = { id: string; kind: string; account: string; disconnectedAt: Date; pending: Pending };

export async function partingsAt(db: Tx, locationId: string): Promise<Parting[]> {
  const rows = await parted(db)
    .where('location_id', '=', locationId)
    .orderBy('disconnected_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const partings: Parting[] = [];
  for (const row of rows) {
    const { id, kind, account } = row;
    partings.push({ id, kind, account, disconnectedAt: row.disconnected_at!, pending: await pendingAt(db, id) });
  }
  return partings;
}

/** So long a gateway that does not answer is asked to send no more hints; then its key is deleted all the same. */
const GIVES_UP_AFTER_MS = 24 * 60 * 60_000;

/**
 * Deletes the secrets of connections that were ended and have nothing under way any more (E20), after the gateway was asked
 * to send no more hints. From then on nobody can ask that gateway in their name. Answers of how many.
 */
export async function forgetSecrets(core: Core, gateways: Gateways): Promise<number> {
  let forgotten = 0;
  const before = new Date(core.now().getTime() - SETTLES_AFTER_MS);
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    const ended = await core.database.read(organizationId, async (db) => {
      const rows = await parted(db).where('disconnected_at', '<', before).execute();
      const settled = [];
      for (const row of rows) if (await hasSettled(db, row.id)) settled.push(row);
      return settled;
    });
    for (const row of ended) {
      if (await mayHearMore(core, gateways, organizationId, row)) continue;
      if (await deleteSecrets(core, organizationId, row.id)) forgotten++;
    }
  }
  return forgotten;
}

async function hasSettled(db: Tx, connectionId: string): Promise<boolean> {
  const { payments, refunds } = await pendingAt(db, connectionId);
  return payments + refunds === 0;
}

/** False when it begins anew with something under way: a late payment, or another program was faster. */
async function deleteSecrets(core: Core, organizationId: string, id: string): Promise<boolean> {
  return await core.database.write(organizationId, async (tx) => {
    if (!(await hasSettled(tx, id))) return false;
    const deleted = await tx
      .updateTable('gateway_connections')
      .set({ sealed_settings: Buffer.alloc(0), sealed_webhook_secret: null })
      .where('id', '=', id)
      .where(sql<boolean>`octet_length(sealed_settings) > 0`)
      .returning('id')
      .executeTakeFirst();
    if (!deleted) return false;
    core.log('info', 'gateway.forgotten', { connectionId: id });
    return true;
  });
}

type Ended = { id: string; kind: string; sealed_settings: Buffer; webhook_path: string; disconnected_at: Date | null };

/** Whether the gateway may have to be asked again to send no more hints: without the key nobody could. */
async function mayHearMore(core: Core, gateways: Gateways, organizationId: string, row: Ended): Promise<boolean> {
  const { id, kind, sealed_settings: sealedSettings, webhook_path: webhookPath } = row;
  try {
    const url = hintUrl(core, organizationId, { connectionId: id, webhookPath });
    await gatewayAt(core, gateways, { id, kind, sealedSettings }).unlisten(url);
    return false;
  } catch (error) {
    if (!(error instanceof Unknown || error instanceof Refused)) throw error;
    core.log('warn', 'gateway.sends-still', { connectionId: id, message: error.message });
    return error instanceof Unknown && core.now().getTime() - row.disconnected_at!.getTime() < GIVES_UP_AFTER_MS;
  }
}

function parted(db: Tx) {
  return db
    .selectFrom('gateway_connections')
    .select(['id', 'kind', 'account', 'disconnected_at', 'sealed_settings', 'webhook_path'])
    .where('disconnected_at', 'is not', null)
    .where(sql<boolean>`octet_length(sealed_settings) > 0`);
}
