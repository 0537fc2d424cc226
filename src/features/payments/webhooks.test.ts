import { connect as openSocket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { hintOf as hint, listening as listeningAt, sendHint as send } from '../../../test/support/hints.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { newId } from '../../platform/ids.ts';
import { connectTestGateway, disconnectGateway } from './connections.ts';
import type { GatewayOffer, Order } from './gateway.ts';
import { forgetSecrets } from './parting.ts';
import { testOffer } from './stripe-offers.ts';

let shop: Shop;
let orders: Order[];
const { buy, again } = buyingIn(() => shop);

beforeEach(async () => {
  orders = [];
  shop = await openShop({ gateways: (core) => gatewaysOf(() => core.config.simulatorUrl) });
});
afterEach(() => shop.close());

/** The test gateway, and one whose hints nothing signs: the body is the reference, and only the address is secret. */
function gatewaysOf(simulatorUrl: () => string): GatewayOffer[] {
  const offer = testOffer({ timeoutMs: 5_000, simulatorUrl });
  const unsigned: GatewayOffer = {
    ...offer,
    kind: 'unsigned',
    make: (settings) => {
      const gateway = offer.make(settings);
      return {
        ...gateway,
        hints: async (body) => [{ ref: body }],
        listen: async () => ({ secret: '' }),
        open: async (order, by, key) => {
          orders.push(order);
          return await gateway.open(order, by, key);
        },
      };
    },
  };
  return [offer, unsigned];
}

const listening = () =>
  listeningAt(
    shop,
    gatewaysOf(() => shop.core.config.simulatorUrl),
  );

/** What was asked of the database about anything but the connection, and of the gateway, meanwhile. */
async function meanwhile(work: () => Promise<void>): Promise<string[]> {
  const asked: string[] = [];
  shop.between = async (c, next) => {
    asked.push(c.req.path);
    await next();
  };
  shop.core.db.statements.length = 0;
  await work();
  const about = /^(begin|commit|rollback)|from "gateway_connections"/;
  return [...asked, ...shop.core.db.statements.filter((text) => !about.test(text))];
}

/** A purchase that was paid at the gateway, and nobody here knows. */
async function paidUnseen() {
  const purchase = await buy(shop.press());
  await shop.payOnPage(purchase.nextUrl!, CARDS.good);
  const payment = await shop.core.database.read(shop.organizationId, (db) =>
    db.selectFrom('payments').selectAll().where('subject_id', '=', purchase.id).executeTakeFirstOrThrow(),
  );
  return { purchase, ref: payment.reference! };
}

describe('hints', () => {
  test('E2 E7 a signed hint has its payment looked at, twice as well as once', async () => {
    const { purchase, ref } = await paidUnseen();
    const { url, secret } = await listening();
    for (let sent = 0; sent < 2; sent++) expect((await send(url, hint(ref, secret))).status).toBe(204);
    expect((await again(purchase)).paidAt).not.toBeNull();
    expect(await shop.balance(shop.member.customerId)).toBe(5000n);
  });

  test('E20 one about a gateway that was disconnected is still heard, until its key is deleted', async () => {
    const { purchase, ref } = await paidUnseen();
    const { id, url, secret } = await listening();
    const { organizationId } = shop;
    await shop.core.database.write(organizationId, (tx) =>
      disconnectGateway(tx, { organizationId, connectionId: id, now: shop.core.now() }),
    );
    expect((await send(url, hint(ref, secret))).status).toBe(204);
    expect((await again(purchase)).paidAt).not.toBeNull();
    shop.core.clock.advance(60 * 60_000);
    await forgetSecrets(
      shop.core,
      gatewaysOf(() => shop.core.config.simulatorUrl),
    );
    expect((await send(url, hint(ref, secret))).status).toBe(400);
  });

  test('E25 forged, changed, stale, foreign and oversized ones are refused, and nothing is read or written', async () => {
    const { purchase, ref } = await paidUnseen();
    const { url, secret } = await listening();
    const good = hint(ref, secret);
    const old = Math.floor(Date.now() / 1000) - 301;
    const { origin } = new URL(url);
    const other = `${origin}/webhooks/${shop.organizationId}`;
    const bad: Record<string, [string, { body: string; headers?: Record<string, string> }]> = {
      unsigned: [url, { body: good.body }],
      forged: [url, { ...good, headers: { 'Stripe-Signature': 't=1,v1=00' } }],
      'signed by another secret': [url, hint(ref, 'whsec_of_another_connection')],
      changed: [url, { ...good, body: good.body.replace(ref, `${ref}x`) }],
      'sent again much later': [url, hint(ref, secret, { timestamp: old })],
      'cut short': [url, { ...good, body: good.body.slice(0, 30) }],
      empty: [url, { ...good, body: '' }],
      oversized: [url, { ...good, body: 'x'.repeat(257 * 1024) }],
      'at another path': [`${url}x`, good],
      'of another connection': [`${other}/${newId(new Date())}/${url.split('/').at(-1)}`, good],
      'of another organization': [url.replace(shop.organizationId, newId(new Date())), good],
      'at no path of ours': [`${origin}/webhooks/1/2/3`, good],
      'with a path that is no text': [`${url}%00`, good],
    };
    const touched = await meanwhile(async () => {
      for (const [name, [to, what]] of Object.entries(bad)) expect((await send(to, what)).status, name).toBe(400);
    });
    expect(touched).toEqual([]);
    expect((await again(purchase)).paidAt).toBeNull();
    expect((await send(url, good)).status).toBe(204);
  });

  test('E25 one that is cut off on its way is nothing', async () => {
    const { url, secret } = await listening();
    const { body, headers } = hint('cs_test_1', secret);
    const { port, pathname } = new URL(url);
    const touched = await meanwhile(async () => {
      const socket = openSocket(Number(port), '127.0.0.1');
      const head = [
        'Host: localhost',
        `Content-Length: ${body.length}`,
        ...Object.entries(headers).map((it) => it.join(': ')),
      ];
      socket.write(`POST ${pathname} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body.slice(0, 40)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(touched).toEqual([]);
    expect(shop.core.logged.filter((line) => line.includes('"error"'))).toEqual([]);
  });

  test('E25 a hint of one location does not reach the payments of another', async () => {
    const { purchase, ref } = await paidUnseen();
    const { organizationId } = shop;
    const now = shop.core.now();
    await shop.core.database.write(organizationId, (tx) =>
      tx.updateTable('gateway_connections').set({ disconnected_at: now }).execute(),
    );
    await shop.core.database.write(organizationId, (tx) =>
      connectTestGateway(tx, shop.core, { organizationId, locationId: shop.location.id, now }),
    );
    const { url, secret } = await listening();
    expect((await send(url, hint(ref, secret))).status).toBe(204);
    expect((await again(purchase)).paidAt).toBeNull();
  });
});

describe('hints that nothing signs', () => {
  beforeEach(() => shop.core.db.asOwner(shop.organizationId, `update gateway_connections set kind = 'unsigned'`));

  test('each order says where its hints go, and one that comes there has the payment looked at', async () => {
    const { purchase, ref } = await paidUnseen();
    const { url, secret } = await listening();
    expect([secret, orders.map(({ hintUrl }) => hintUrl)]).toEqual(['', [url]]);
    expect((await send(url, { body: ref })).status).toBe(204);
    expect((await again(purchase)).paidAt).not.toBeNull();
  });

  test('E25 what they bring besides a name of a payment of ours is nothing', async () => {
    const { ref } = await paidUnseen();
    const { url } = await listening();
    const touched = await meanwhile(async () => {
      for (const body of ['', '\0', `${ref}\0`, 'x'.repeat(300), 'ü', `${ref} paid`])
        expect((await send(url, { body })).status).toBe(204);
      expect((await send(`${url}x`, { body: ref })).status).toBe(400);
    });
    expect(touched).toEqual([]);
    expect((await send(url, { body: `${ref}x` })).status).toBe(204);
    expect(await shop.balance(shop.member.customerId)).toBe(0n);
  });
});

describe('many bad hints', () => {
  test('E25 are answered 429 within the minute, by connection and by address; good ones are not held up', async () => {
    const { purchase, ref } = await paidUnseen();
    const { url, secret } = await listening();
    const statuses: number[] = [];
    for (let count = 0; count < 22; count++) statuses.push((await send(url, { body: '{}' })).status);
    expect(statuses).toEqual([...Array(20).fill(400), 429, 429]);
    expect((await send(`${url}x`, { body: '{}' })).status).toBe(429);
    expect((await send(url, hint(ref, secret))).status).toBe(204);
    expect((await again(purchase)).paidAt).not.toBeNull();
    shop.core.clock.advance(60_000);
    expect((await send(url, { body: '{}' })).status).toBe(400);
  });

  test('E25 at a path that leads nowhere are not even looked up any more', async () => {
    const { url } = await listening();
    for (let count = 0; count < 21; count++) await send(`${url}x`, { body: '{}' });
    shop.core.db.statements.length = 0;
    expect((await send(`${url}x`, { body: '{}' })).status).toBe(429);
    expect(shop.core.db.statements).toEqual([]);
  });
});
