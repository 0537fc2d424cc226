import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { allOrganizations } from '../organizations/organizations.ts';

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

/**
 * Deletes the secrets of connections that were ended and have nothing under way any more (E20). From then on nobody can
 * ask that gateway in their name. Answers of how many.
 */
export async function forgetSecrets(core: Core): Promise<number> {
  let forgotten = 0;
  const before = new Date(core.now().getTime() - SETTLES_AFTER_MS);
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    await core.database.write(organizationId, async (tx) => {
      for (const { id } of await parted(tx).where('disconnected_at', '<', before).execute()) {
        const { payments, refunds } = await pendingAt(tx, id);
        if (payments + refunds > 0) continue;
        await tx
          .updateTable('gateway_connections')
          .set({ sealed_settings: Buffer.alloc(0), sealed_webhook_secret: null })
          .where('id', '=', id)
          .execute();
        core.log('info', 'gateway.forgotten', { connectionId: id });
        forgotten++;
      }
    });
  }
  return forgotten;
}

function parted(db: Tx) {
  return db
    .selectFrom('gateway_connections')
    .select(['id', 'kind', 'account', 'disconnected_at'])
    .where('disconnected_at', 'is not', null)
    .where(sql<boolean>`octet_length(sealed_settings) > 0`);
}
