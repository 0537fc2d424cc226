import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import type { CardRoute, Connection } from './connections.ts';
import type { Gateway } from './gateway.ts';
import { gatewayAt } from './offers.ts';
import type { PaymentsContext } from './payments.ts';

/** The gateway at the end of a route, with its settings opened. */
export function gatewayOf(
  { core, gateways }: Pick<PaymentsContext, 'core' | 'gateways'>,
  route: Pick<CardRoute, 'connection' | 'sealedSettings'>,
): Gateway {
  return gatewayAt(core, gateways, { ...route.connection, sealedSettings: route.sealedSettings });
}

/** The way to a gateway whose books are read: which location's it is, and how far they were read last. */
export type GatewayRoute = Pick<CardRoute, 'connection' | 'sealedSettings'> & {
  organizationId: string;
  locationId: string;
  sweptUntil: Date | undefined;
};

/** The gateways of an organization that can be asked: those connected, and those that still have their secrets. */
export async function gatewayRoutes(db: Tx, organizationId: string): Promise<GatewayRoute[]> {
  const rows = await db
    .selectFrom('gateway_connections')
    .select(['id', 'kind', 'live', 'location_id', 'sealed_settings', 'swept_until'])
    .where(sql<boolean>`octet_length(sealed_settings) > 0`)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    organizationId,
    locationId: row.location_id,
    connection: { id: row.id, kind: row.kind as Connection['kind'], live: row.live },
    sealedSettings: row.sealed_settings,
    sweptUntil: row.swept_until ?? undefined,
  }));
}

/** The connections of an organization to the account of one of them, itself included: what is paid there may be any of theirs. */
export async function sameAccount(db: Tx, connectionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('gateway_connections as own')
    .innerJoin('gateway_connections as c', (join) =>
      join
        .onRef('c.organization_id', '=', 'own.organization_id')
        .onRef('c.kind', '=', 'own.kind')
        .onRef('c.account', '=', 'own.account')
        .onRef('c.live', '=', 'own.live'),
    )
    .select('c.id')
    .where('own.id', '=', connectionId)
    .execute();
  return rows.map(({ id }) => id);
}
