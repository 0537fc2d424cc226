import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { type FillingBrowser, fillingBrowser } from '../../../test/support/filling.ts';
import { listening } from '../../../test/support/hints.ts';
import { CARDS, openShop, type Shop, testGateways } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { cardRouteAt } from './connections.ts';
import { forgetSecrets } from './parting.ts';
import { connectionAt, packageConnectionAt } from './payments.ts';

let shop: Shop;
let administrator: FillingBrowser;
const { buy, again, rows, savedCard } = buyingIn(() => shop);

beforeEach(async () => {
  shop = await openShop();
  administrator = await fillingBrowser(shop, { organizationId: shop.organizationId, userId: shop.administratorId });
});
afterEach(() => shop.close());

const page = () => `/l/${shop.location.slug}/settings/payment-gateways`;
const hour = () => shop.core.clock.advance(60 * 60_000);
/** Longer than a connection's end takes to be seen everywhere, shorter than a payer has on the gateway's page. */
const elevenMinutes = () => shop.core.clock.advance(11 * 60_000);
const sealed = async () => (await rows('gateway_connections')).map((row) => (row.sealed_settings as Buffer).length > 0);
const disconnect = () => administrator.fill(`${page()}/disconnect`);

/** What the hourly loop does. */
const forget = () => forgetSecrets(shop.core, testGateways(shop.core));

describe('disconnecting', () => {
  test('E20 asks first and says what is under way; the page goes on to say so until it has ended', async () => {
    expect(await administrator.read(`${page()}/disconnect`)).toContain('Nothing is under way.');
    await buy(shop.press());
    await buy(shop.press({ requestKey: newRequestKey() }));
    const asked = await administrator.read(`${page()}/disconnect`);
    expect(asked).toContain('Disconnect Test gateway?');
    expect(asked).toContain('2 payments are under way. That is still brought to its end');
    await disconnect();
    const text = await administrator.read(page());
    expect(text).toContain('Test gateway is disconnected.');
    expect(text).toContain('2 payments are under way. The key is deleted when that has ended.');
    expect(text).toContain('Connect Test gateway');
  });

  test('E20 what was paid before still arrives, and only then the key is deleted', async () => {
    await shop.core.db.asOwner(shop.organizationId, `update gateway_connections set sealed_webhook_secret = 'x'`);
    const purchase = await buy(shop.press());
    await disconnect();
    elevenMinutes();
    expect(await forget()).toBe(0);
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await shop.app.checkPayments();
    expect((await again(purchase)).paidAt).not.toBeNull();
    expect(await shop.balance(shop.member.customerId)).toBe(5000n);
    expect(await administrator.read(page())).toContain('The key is deleted within two hours.');
    expect(await sealed()).toEqual([true]);
    expect(await forget()).toBe(1);
    expect(await sealed()).toEqual([false]);
    expect((await rows('gateway_connections'))[0]!.sealed_webhook_secret).toBeNull();
    expect(await administrator.read(page())).not.toContain('Disconnected, with its key still here');
    expect(await forget()).toBe(0);
  });

  test('E20 the key of a gateway that is connected, or was a moment ago, stays', async () => {
    hour();
    expect(await forget()).toBe(0);
    await disconnect();
    expect(await forget()).toBe(0);
    hour();
    expect(await forget()).toBe(1);
  });

  test('E20 S3 the gateway is asked to send no more hints before its key is deleted', async () => {
    const endpoints = async () => (await rows('simulator_objects')).filter(({ kind }) => kind === 'webhook_endpoint');
    await listening(shop);
    expect(await endpoints()).toHaveLength(1);
    const purchase = await buy(shop.press());
    await disconnect();
    elevenMinutes();
    await forget();
    // Somebody is paying still: hints are wanted.
    expect(await endpoints()).toHaveLength(1);
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await shop.app.checkPayments();
    expect(await forget()).toBe(1);
    expect(await endpoints()).toEqual([]);
  });

  test('E20 a gateway that does not answer is asked again for a day, and then its key is deleted all the same', async () => {
    await disconnect();
    shop.between = async (c) => c.text('', 503);
    for (const hours of [1, 22]) {
      shop.core.clock.advance(hours * 60 * 60_000);
      expect(await forget()).toBe(0);
    }
    expect(shop.core.logged.some((line) => line.includes('gateway.sends-still'))).toBe(true);
    shop.core.clock.advance(2 * 60 * 60_000);
    expect(await forget()).toBe(1);
  });

  test('E20 a key that is revoked cannot ask for anything, and is deleted', async () => {
    await disconnect();
    hour();
    shop.between = async (c) => c.json({ error: { type: 'invalid_request_error' } }, 401, { 'Request-Id': 'req_1' });
    expect(await forget()).toBe(1);
  });

  test('E20 a refund that is still to be made keeps the key', async () => {
    await savedCard();
    const [payment] = await rows('payments');
    const { organizationId } = shop;
    await shop.core.db.asOwner(
      organizationId,
      `insert into refunds (organization_id, id, payment_id, amount_minor, actor_user_id, reason, request_key, status,
         created_at, check_at)
       values ($1, gen_random_uuid(), $2, 100, $3, 'a mistake', 'key', 'new', now(), now())`,
      [organizationId, payment!.id, shop.administratorId],
    );
    expect(await administrator.read(`${page()}/disconnect`)).toContain('1 refund is under way.');
    await disconnect();
    hour();
    expect(await forget()).toBe(0);
    await shop.core.db.asOwner(
      organizationId,
      `update refunds set status = 'done', check_at = null, settled_at = now()`,
    );
    expect(await forget()).toBe(1);
  });

  test('E20 without its key a gateway is asked nothing more, and nothing is decided from that', async () => {
    await savedCard();
    const [payment] = await rows('payments');
    await disconnect();
    hour();
    await forget();
    const settled = await shop.app.payments.settle(shop.organizationId, payment!.id as string);
    expect(settled.status).toBe('paid');
    expect(shop.core.logged.some((line) => line.includes('the key of this connection was deleted'))).toBe(true);
    await shop.app.payments.sweep();
    await shop.app.payments.compare();
    expect(await shop.balance(shop.member.customerId)).toBe(5000n);
  });
});

describe('what a gateway may be used for', () => {
  test('S3 a gateway that is not for packages takes no card for them; what is under way is honoured', async () => {
    const { organizationId, location } = shop;
    const purchase = await buy(shop.press());
    const { id } = (await shop.core.database.read(organizationId, (db) => connectionAt(db, location.id)))!;
    await administrator.post(`${page()}/uses`, { connectionId: id, forInvoices: 'on' });
    await expect(shop.app.purchases.buy(shop.press())).rejects.toMatchObject({ code: 'method-not-available' });
    const seen = await shop.core.database.read(organizationId, async (db) => [
      await packageConnectionAt(db, location.id),
      await cardRouteAt(db, { locationId: location.id, customerId: shop.member.customerId, savedMethodId: null }),
      (await connectionAt(db, location.id))?.forInvoices,
    ]);
    expect(seen).toEqual([undefined, undefined, true]);
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await shop.app.payments.settle(organizationId, purchase.paymentId!);
    expect((await again(purchase)).paidAt).not.toBeNull();
  });

  test('S3 E14 with a gateway that this program does not know nobody can pay, and payments under way wait', async () => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await shop.core.db.asOwner(shop.organizationId, `update gateway_connections set kind = 'paypal'`);
    await expect(shop.app.purchases.buy(shop.press())).rejects.toMatchObject({ code: 'method-not-available' });
    hour();
    await shop.app.checkPayments();
    await shop.app.payments.sweep();
    expect((await rows('payments')).map((row) => row.status)).toEqual(['action']);
    expect(shop.core.logged.some((line) => line.includes('knows no gateway \\"paypal\\"'))).toBe(true);
    await shop.core.db.asOwner(shop.organizationId, `update gateway_connections set kind = 'test'`);
    await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    expect((await again(purchase)).paidAt).not.toBeNull();
  });
});
