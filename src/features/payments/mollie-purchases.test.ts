import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import {
  choose,
  cutAfterActing,
  type MollieSimulator,
  startMollieSimulator,
} from '../../../test/support/mollie-simulator.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newId, newRequestKey } from '../../platform/ids.ts';
import { connectGateway } from './connecting.ts';
import { listenToGateways } from './listening.ts';
import { mollieOffer } from './mollie.ts';

const MINUTE = 60_000;

describe('Buying where a location sells through Mollie', () => {
  let shop: Shop;
  let mollie: MollieSimulator;
  beforeEach(async () => {
    // Both sides have the same clock.
    mollie = await startMollieSimulator({ now: () => shop.core.now() });
    shop = await openShop({ connected: false, gateways: () => [offer()] });
    const { organizationId, location, core } = shop;
    const uses = { forPackages: true, forInvoices: true };
    const place = { organizationId, locationId: location.id, currency: 'EUR', now: core.now() };
    const settings = { apiKey: mollie.apiKey };
    const connected = await connectGateway(core, {
      ...place,
      ...uses,
      id: newId(core.now()),
      offer: offer(),
      settings,
    });
    expect(connected).toEqual({ kind: 'connected' });
  });
  afterEach(async () => {
    await shop.close();
    await mollie.close();
  });

  const offer = () => mollieOffer({ timeoutMs: 2000, apiBase: new URL(mollie.baseUrl) });
  const { again, buy, settle, rows } = buyingIn(() => shop);
  const credits = () => shop.balance(shop.member.customerId);
  const look = async (later: number) => {
    shop.core.clock.advance(later);
    return shop.app.checkPayments();
  };

  /** The address that Mollie is told is public, and leads to this program. */
  const becomePublic = async () => {
    const local = shop.core.config.baseUrl;
    shop.core.config.baseUrl = 'https://roost.example';
    mollie.tunnel = (url) => url.replace('https://roost.example', local);
    await listenToGateways(shop.core, [offer()], new Set());
  };

  test('a package is paid on the page of Mollie, and its credits come with every hint lost', async () => {
    const purchase = await buy(shop.press());
    expect(purchase.nextUrl).toContain(`${mollie.baseUrl}/checkout/`);
    expect(await choose(purchase.nextUrl!, 'pay')).toContain(shop.core.config.baseUrl);
    expect(await credits()).toBe(0n);
    expect(await look(2000)).toBe(1);
    expect(await again(purchase)).toMatchObject({ status: 'paid' });
    expect(await credits()).toBe(5000n);
    expect(mollie.hints).toEqual([]);
    expect(await rows('payments')).toEqual([
      expect.objectContaining({ status: 'paid', live: false, reference: expect.stringMatching(/^tr_/), alert: null }),
    ]);
    expect(await rows('saved_methods')).toEqual([]);
  });

  test('a call with nothing but an id brings the credits at once', async () => {
    await becomePublic();
    const purchase = await buy(shop.press());
    await choose(purchase.nextUrl!, 'pay');
    expect(mollie.hints).toHaveLength(1);
    expect(await again(purchase)).toMatchObject({ status: 'paid' });
    expect(await credits()).toBe(5000n);
  });

  test('a call is no fact: whoever knows the address and the id gets nothing by it', async () => {
    await becomePublic();
    const purchase = await buy(shop.press());
    const { id, webhookUrl } = [...mollie.books.payments.values()][0]!;
    const call = (body: string) =>
      fetch(mollie.tunnel(webhookUrl!)!, { method: 'POST', body: new URLSearchParams(body) });
    expect((await call(`id=${id}&status=paid`)).status).toBe(204);
    expect((await call('id=tr_another')).status).toBe(204);
    expect((await call('id=ord_1')).status).toBe(400);
    expect((await call('status=paid')).status).toBe(400);
    expect((await again(purchase)).status).not.toBe('paid');
    expect(await credits()).toBe(0n);
  });

  test('who cancels on the page has bought nothing, and may buy anew', async () => {
    const purchase = await buy(shop.press());
    await choose(purchase.nextUrl!, 'cancel');
    expect((await settle(purchase)).status).toBe('failed');
    const other = await buy(shop.press());
    await choose(other.nextUrl!, 'pay');
    expect((await settle(other)).status).toBe('paid');
    expect(await credits()).toBe(5000n);
  });

  test('a page that cannot be taken back stays undecided after its time, until Mollie ends it', async () => {
    const purchase = await buy(shop.press());
    const before = purchase.status;
    await look(32 * MINUTE);
    expect((await again(purchase)).status).toBe(before);
    await mollie.dashboard.expire([...mollie.books.payments.keys()][0]!);
    await look(61 * MINUTE);
    expect((await again(purchase)).status).toBe('failed');
  });

  test('and what is paid there meanwhile is paid, and nothing to be alarmed about', async () => {
    const purchase = await buy(shop.press());
    await look(32 * MINUTE);
    await choose(purchase.nextUrl!, 'pay');
    await look(61 * MINUTE);
    expect((await again(purchase)).status).toBe('paid');
    expect(await credits()).toBe(5000n);
    expect(await rows('payments')).toEqual([expect.objectContaining({ status: 'paid', alert: null })]);
  });

  test('an opening whose answer was lost leaves a page that nobody has, and fails', async () => {
    mollie.between = async (c, next) => {
      await next();
      if (c.req.method === 'POST' && c.req.path.endsWith('/payments')) c.res = new Response('<html>', { status: 502 });
    };
    const purchase = await buy(shop.press());
    expect(purchase).toMatchObject({ status: 'failed', nextUrl: null });
    expect(mollie.books.payments.size).toBe(1);
  });

  test('pressing twice opens one page', async () => {
    const press = shop.press({ requestKey: newRequestKey() });
    const [one, other] = [await buy(press), await buy(press)];
    expect(other.id).toBe(one.id);
    expect(mollie.books.payments.size).toBe(1);
  });

  test('a charge back that no call told of is found by the sweep, and so is its reversal', async () => {
    const purchase = await buy(shop.press());
    await choose(purchase.nextUrl!, 'pay');
    await settle(purchase);
    const [ref] = [...mollie.books.payments.keys()];
    const chargeback = await mollie.dashboard.chargeBack(ref!);
    shop.core.clock.advance(MINUTE);
    await shop.app.payments.sweep();
    expect(await rows('payments')).toEqual([expect.objectContaining({ disputed_minor: '4900', status: 'paid' })]);
    shop.core.clock.advance(40 * 24 * 60 * MINUTE);
    await mollie.dashboard.reverse(chargeback);
    shop.core.clock.advance(MINUTE);
    await shop.app.payments.sweep();
    expect(await rows('payments')).toEqual([expect.objectContaining({ disputed_minor: '0', status: 'paid' })]);
  });

  test('a refund is booked once, and a call that it failed takes the booking back', async () => {
    await becomePublic();
    const purchase = await buy(shop.press());
    await choose(purchase.nextUrl!, 'pay');
    const { organizationId, location } = shop;
    const about = { organizationId, locationId: location.id, paymentId: (await again(purchase)).paymentId! };
    const wanted = {
      ...about,
      amountMinor: 4900n,
      actorUserId: shop.administratorId,
      reason: 'Sorry',
      requestKey: newRequestKey(),
    };
    mollie.between = (c, next) => (c.req.path.endsWith('/refunds') ? cutAfterActing(c, next) : next());
    expect(await shop.app.payments.refund(wanted)).toMatchObject({ status: 'new' });
    mollie.between = (_, next) => next();
    shop.core.clock.advance(MINUTE);
    expect(await shop.app.payments.checkRefunds()).toBe(1);
    expect(mollie.books.refunds.size).toBe(1);
    expect(await rows('payments')).toEqual([expect.objectContaining({ refunded_minor: '4900' })]);
    await mollie.dashboard.endRefunds([...mollie.books.payments.keys()][0]!, 'failed');
    expect(await rows('payments')).toEqual([expect.objectContaining({ refunded_minor: '0', status: 'paid' })]);
  });
});
