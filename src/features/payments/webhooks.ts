import type { Core } from '../../platform/core.ts';
import { Refusal } from '../../platform/errors.ts';
import { readText } from '../../platform/http/body.ts';
import type { Ctx, Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { openSettings } from './connections.ts';
import { Refused } from './gateway.ts';
import type { GatewayMakers, Payments } from './payments.ts';
import { paymentByReference } from './records.ts';

const MOST_BYTES = 256 * 1024;

/** Not a hint of a gateway of ours: nothing is read, nothing is written. */
class ForeignHint extends Refusal {
  constructor() {
    super('foreign-hint', 400);
  }
}

/**
 * Where gateways send hints. A hint says "look at this reference again" and is never a fact: what the gateway answers to
 * our own question is. Forged, stale, oversized and foreign ones are refused alike (400).
 */
export function webhookRoute(core: Core, gateways: GatewayMakers, payments: Pick<Payments, 'settle'>): Route {
  return {
    method: 'POST',
    path: '/webhooks/:organization/:connection/:secret',
    access: 'gateway',
    crossSite: true,
    handle: async (c) => {
      const { organizationId, connectionId, refs } = await hintedBy(core, gateways, c);
      for (const ref of refs) {
        const payment = await core.database.read(organizationId, (db) => paymentByReference(db, connectionId, ref));
        if (payment) await payments.settle(organizationId, payment.id);
      }
      return c.body(null, 204);
    },
  };
}

async function hintedBy(core: Core, gateways: GatewayMakers, c: Ctx) {
  const { organization, connection, secret } = c.req.param() as Record<string, string>;
  if (!isId(organization) || !isId(connection)) throw new ForeignHint();
  const body = await readText(c, MOST_BYTES).catch(() => {
    throw new ForeignHint();
  });
  const row = await core.database.read(organization, (db) =>
    db
      .selectFrom('gateway_connections')
      .select(['id', 'kind', 'sealed_settings', 'sealed_webhook_secret'])
      .where('id', '=', connection)
      .where('webhook_path', '=', secret ?? '')
      .executeTakeFirst(),
  );
  if (!row?.sealed_webhook_secret) throw new ForeignHint();
  const gateway = gateways[row.kind as keyof GatewayMakers](openSettings(core, row.id, row.sealed_settings));
  const signing = core.secrets.open(row.sealed_webhook_secret, `${row.id} webhook`);
  try {
    const hints = await gateway.hints(body, c.req.raw.headers, signing);
    return { organizationId: organization, connectionId: row.id, refs: hints.map((hint) => hint.ref) };
  } catch (error) {
    if (error instanceof Refused) throw new ForeignHint();
    throw error;
  }
}

/**
 * Asks the gateways of connections that do not send hints yet to do so. A gateway that cannot reach us is asked again at
 * the next start: the checks of due payments do the work meanwhile.
 */
export async function listenToGateways(core: Core, gateways: GatewayMakers, asked: Set<string>): Promise<void> {
  for (const organization of await allOrganizations(core.database)) {
    const silent = await core.database.read(organization.id, (db) =>
      db
        .selectFrom('gateway_connections')
        .select(['id', 'kind', 'sealed_settings', 'webhook_path'])
        .where('disconnected_at', 'is', null)
        .where('sealed_webhook_secret', 'is', null)
        .execute(),
    );
    for (const row of silent) {
      if (asked.has(row.id)) continue;
      asked.add(row.id);
      const gateway = gateways[row.kind as keyof GatewayMakers](openSettings(core, row.id, row.sealed_settings));
      const url = `${core.config.baseUrl}/webhooks/${organization.id}/${row.id}/${row.webhook_path}`;
      const answer = await gateway
        .listen(url, `listen:${row.id}`)
        .catch((error: Error) => ({ unavailable: error.message }));
      if ('unavailable' in answer) {
        core.log('warn', 'gateway.does-not-send', { connectionId: row.id, why: answer.unavailable });
        continue;
      }
      const sealed = core.secrets.seal(answer.secret, `${row.id} webhook`);
      await core.database.write(organization.id, (tx) =>
        tx.updateTable('gateway_connections').set({ sealed_webhook_secret: sealed }).where('id', '=', row.id).execute(),
      );
    }
  }
}
