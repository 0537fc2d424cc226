import Stripe from 'stripe';
import { aboutHints, hintUrl } from '../../src/features/payments/connections.ts';
import { listenTo } from '../../src/features/payments/listening.ts';
import type { Gateways } from '../../src/features/payments/payments.ts';
import { type Shop, testGateways } from './shop.ts';

/** Where the hints about a connection go, and what signs them. */
export type Listening = { id: string; url: string; secret: string };

export type SignedHint = { body: string; headers: Record<string, string> };

/** Has the gateway that is connected now send hints. Those of the test gateway itself stay lost: tests send theirs. */
export async function listening(shop: Shop, gateways?: Gateways): Promise<Listening> {
  const { core, organizationId } = shop;
  const offers = gateways ?? testGateways(core);
  const { id, webhook_path } = await connectedNow(shop);
  await listenTo(core, offers, organizationId, id);
  const { sealed_webhook_secret } = await connectedNow(shop);
  return {
    id,
    url: hintUrl(core, organizationId, { connectionId: id, webhookPath: webhook_path }),
    secret: core.secrets.open(sealed_webhook_secret!, aboutHints(id)),
  };
}

async function connectedNow({ core, organizationId }: Shop) {
  return await core.database.read(organizationId, (db) =>
    db.selectFrom('gateway_connections').selectAll().where('disconnected_at', 'is', null).executeTakeFirstOrThrow(),
  );
}

/** A hint as Stripe signs it: an event about an object. */
export function hintOf(
  ref: string,
  secret: string,
  event: { id?: string; type?: string; timestamp?: number } = {},
): SignedHint {
  const { timestamp, ...given } = event;
  const object = ref.startsWith('pi_') ? 'payment_intent' : 'checkout.session';
  const body = JSON.stringify({ object: 'event', ...given, data: { object: { object, id: ref } } });
  const options = { payload: body, secret, ...(timestamp && { timestamp }) };
  return { body, headers: { 'Stripe-Signature': Stripe.webhooks.generateTestHeaderString(options) } };
}

/** Sends a hint over HTTP, as a gateway does. */
export function sendHint(url: string, { body, headers = {} }: { body: string; headers?: Record<string, string> }) {
  return fetch(url, { method: 'POST', body, headers });
}
