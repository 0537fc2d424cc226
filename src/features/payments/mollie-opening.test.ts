import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type MollieShop, openMollieShop } from '../../../test/support/mollie-shop.ts';
import { choose } from '../../../test/support/mollie-simulator.ts';
import { type Order, Refused } from './gateway.ts';
import { isReachable } from './mollie-hints.ts';

describe('Opening and giving up at Mollie', () => {
  let shop: MollieShop;
  let sent: { path: string; body: Record<string, unknown>; key: string | undefined }[];
  const close: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    shop = await openMollieShop();
    close.push(shop.simulator.close);
    sent = [];
    shop.simulator.between = async (c, next) => {
      const { path, method } = c.req;
      const key = c.req.header('idempotency-key');
      if (method === 'POST') sent.push({ path, key, body: JSON.parse(await c.req.raw.clone().text()) });
      await next();
    };
  });
  afterAll(async () => {
    for (const one of close) await one();
  });

  const opened = async (change: Partial<Order>) => {
    await shop.open(change);
    return sent[0]!.body;
  };

  test('a payment is ordered with all that Mollie has to know', async () => {
    const order = shop.order();
    await shop.gateway.open(order, { kind: 'page' }, `open:${order.paymentId}`);
    expect(sent).toEqual([
      {
        path: '/mollie/v2/payments',
        key: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
        body: {
          amount: { currency: 'EUR', value: '49.00' },
          description: '50 credits',
          method: ['creditcard', 'applepay', 'ideal', 'bancontact'],
          customerId: order.customer,
          redirectUrl: 'https://roost.example/return',
          cancelUrl: 'https://roost.example/cancel',
          webhookUrl: 'https://roost.example/hints',
          locale: 'en_GB',
          metadata: { roost_payment: order.paymentId },
        },
      },
    ]);
  });

  test('yen have no decimals, and only cards take them', async () => {
    const body = await opened({ money: { minor: 4900n, currency: 'JPY' } });
    expect(body).toMatchObject({ amount: { currency: 'JPY', value: '4900' }, method: ['creditcard', 'applepay'] });
  });

  test('money that comes days later is not offered, and an account without any other way is told no', async () => {
    shop.simulator.books.methods = ['banktransfer', 'paypal'];
    await expect(shop.open()).rejects.toMatchObject({ code: 'no-method' });
    await expect(shop.open()).rejects.toBeInstanceOf(Refused);
    expect(sent).toEqual([]);
    expect(await shop.gateway.check()).toMatchObject({ problems: ['charges-disabled'] });
  });

  test('an amount that cannot be charged is not even asked for', async () => {
    for (const money of [
      { minor: 4900n, currency: 'KWD' },
      { minor: 0n, currency: 'EUR' },
    ])
      await expect(shop.open({ money })).rejects.toMatchObject({ code: 'amount' });
    expect(sent).toEqual([]);
  });

  test.each([
    ['en-GB', 'en_GB'],
    ['en', 'en_GB'],
    ['de', 'de_DE'],
    ['de-CH', 'de_CH'],
    ['nl-NL', 'nl_NL'],
    ['fr-CA', 'fr_FR'],
    ['ja', undefined],
    ['', undefined],
  ])('whoever reads %s has a page in %s', async (locale, page) => {
    expect((await opened({ locale })).locale).toBe(page);
  });

  test.each([
    ['https://roost.example/webhooks/a/b/c', true],
    ['https://shop.roost.example:8443/x', true],
    ['http://shop.roost.example/x', false],
    ['http://localhost:3000/x', false],
    ['http://roost.localhost/x', false],
    ['https://roost.local/x', false],
    ['https://roost/x', false],
    ['http://127.0.0.1/x', false],
    ['http://192.168.1.4:3000/x', false],
    ['http://[::1]/x', false],
  ])('Mollie can call %s: %s', async (hintUrl, can) => {
    expect(isReachable(hintUrl)).toBe(can);
    expect('webhookUrl' in (await opened({ hintUrl }))).toBe(can);
    const listening = await shop.gateway.listen(hintUrl, randomUUID());
    expect(listening).toEqual(can ? { secret: '' } : { unavailable: expect.any(String) });
  });

  test('giving up cancels a payment where Mollie lets it be canceled', async () => {
    shop.simulator.books.cancelable = true;
    const { ref, next } = await shop.open();
    expect(await shop.gateway.close(ref)).toMatchObject({ state: 'closed', failure: { code: 'abandoned', text: '' } });
    await choose(next!, 'pay');
    expect(await shop.gateway.read(ref)).toMatchObject({ state: 'closed' });
  });

  test('a payment that Mollie does not let go stays open until Mollie itself ends it', async () => {
    const { ref } = await shop.open();
    shop.simulator.between = async (c, next) => {
      expect(c.req.method).toBe('GET');
      await next();
    };
    expect(await shop.gateway.close(ref)).toMatchObject({ state: 'action' });
    await shop.simulator.dashboard.expire(ref);
    expect(await shop.gateway.close(ref)).toMatchObject({ state: 'closed', failure: { code: 'abandoned' } });
  });

  test('what was paid between looking and giving up is paid', async () => {
    shop.simulator.books.cancelable = true;
    const { ref, next } = await shop.open();
    shop.simulator.between = async (c, next_) => {
      if (c.req.method === 'DELETE') await choose(next!, 'pay');
      await next_();
    };
    expect(await shop.gateway.close(ref)).toMatchObject({ state: 'paid' });
  });

  test('a payment of another program with the same account is none of ours', async () => {
    const foreign = shop.simulator.dashboard.foreignPayment();
    await expect(shop.gateway.read(foreign)).rejects.toThrow('somebody else');
    await expect(shop.gateway.close(foreign)).rejects.toThrow('somebody else');
    await expect(shop.gateway.refund(foreign, 100n, randomUUID())).rejects.toThrow('somebody else');
  });

  test('the self-check says whose account it is, in which currencies it takes money, and what is in the way', async () => {
    const { books } = shop.simulator;
    const found = await shop.gateway.check();
    expect(found).toMatchObject({ account: 'pfl_simulated', live: false, problems: [] });
    expect(found.currencies).toContain('JPY');
    books.methods = ['ideal'];
    expect((await shop.gateway.check()).currencies).toEqual(['EUR']);
    books.profileStatus = 'blocked';
    expect((await shop.gateway.check()).problems).toEqual(['charges-disabled']);
    books.profileStatus = 'unverified';
    expect((await shop.gateway.check()).problems).toEqual([]);
    books.mode = 'live';
    expect((await shop.gateway.check()).problems).toEqual(['key-is-live']);
  });
});

describe('Calls of Mollie', () => {
  test('name the payment to look at, and are no facts', async () => {
    const { gateway, simulator, paid } = await openMollieShop();
    const { ref } = await paid();
    const body = new URLSearchParams({ id: ref, status: 'failed', amount: '0.01' }).toString();
    expect(await gateway.hints(body, new Headers(), '')).toEqual([{ ref }]);
    await simulator.close();
  });

  test('that name something else, nothing, or two, are refused', async () => {
    const { gateway, simulator } = await openMollieShop();
    for (const body of [
      'id=ord_1',
      'id=tr_',
      'id=tr_1&id=tr_2',
      'id=tr_1%2F..',
      `id=tr_${'1'.repeat(65)}`,
      'ID=tr_1',
      '{"id":"tr_1"}',
    ])
      await expect(gateway.hints(body, new Headers(), ''), body).rejects.toBeInstanceOf(Refused);
    await simulator.close();
  });
});
