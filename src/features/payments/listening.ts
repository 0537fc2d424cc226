import type { Core } from '../../platform/core.ts';
import { hashToken } from '../../platform/ids.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { aboutHints, hintUrl } from './connections.ts';
import { type Gateways, gatewayAt } from './offers.ts';

/**
 * Asks the gateways of connections that do not send hints yet to do so. A gateway that cannot reach us is asked again at
 * the next start, or by an administrator: the checks of due payments do the work meanwhile.
 */
export async function listenToGateways(core: Core, gateways: Gateways, asked: Set<string>): Promise<void> {
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    const silent = await core.database.read(organizationId, (db) =>
      db
        .selectFrom('gateway_connections')
        .select('id')
        .where('disconnected_at', 'is', null)
        .where('sealed_webhook_secret', 'is', null)
        .execute(),
    );
    for (const { id } of silent) {
      if (asked.has(id)) continue;
      asked.add(id);
      await listenTo(core, gateways, organizationId, id);
    }
  }
}

/** Asks the gateway of a connection to send hints, unless it does already; answers whether it will. */
export async function listenTo(
  core: Core,
  gateways: Gateways,
  organizationId: string,
  connectionId: string,
): Promise<boolean> {
  const row = await core.database.read(organizationId, (db) =>
    db
      .selectFrom('gateway_connections')
      .select(['id', 'kind', 'sealed_settings', 'webhook_path', 'sealed_webhook_secret'])
      .where('id', '=', connectionId)
      .executeTakeFirstOrThrow(),
  );
  if (row.sealed_webhook_secret) return true;
  const url = hintUrl(core, organizationId, { connectionId, webhookPath: row.webhook_path });
  // The same key with another address would be refused.
  const key = `listen:${connectionId}:${hashToken(url).toString('base64url').slice(0, 16)}`;
  const answer = await gatewayAt(core, gateways, { id: row.id, kind: row.kind, sealedSettings: row.sealed_settings })
    .listen(url, key)
    .catch((error: Error) => ({ unavailable: error.message }));
  if ('unavailable' in answer) {
    core.log('warn', 'gateway.does-not-send', { connectionId, why: answer.unavailable });
    return false;
  }
  const sealed = core.secrets.seal(answer.secret, aboutHints(connectionId));
  await core.database.write(organizationId, (tx) =>
    tx
      .updateTable('gateway_connections')
      .set({ sealed_webhook_secret: sealed })
      .where('id', '=', connectionId)
      .execute(),
  );
  return true;
}
