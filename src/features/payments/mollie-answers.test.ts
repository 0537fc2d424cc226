import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type MollieShop, openMollieShop } from '../../../test/support/mollie-shop.ts';
import { choose, connectToMollie, cutAfterActing, outage } from '../../../test/support/mollie-simulator.ts';
import { type Gateway, Refused, type Snapshot, Unknown } from './gateway.ts';
import { mollieGateway } from './mollie.ts';

describe('When Mollie does not answer as Mollie', () => {
  let shop: MollieShop;
  let gateway: Gateway;
  let impatient: Gateway;
  let paid: Snapshot;
  beforeAll(async () => {
    shop = await openMollieShop();
    ({ gateway } = shop);
    impatient = connectToMollie(shop.simulator, 200);
    paid = await shop.paid();
  });
  afterEach(() => {
    shop.simulator.between = (_, next) => next();
  });
  afterAll(() => shop.simulator.close());

  const openPage = (key: string = randomUUID()) => gateway.open(shop.order(), { kind: 'page' }, key);
  const recent = async () => {
    for await (const _ of gateway.recent(new Date(0), new Date())) throw new Error('named one');
  };

  test.each<[string, (paid: object) => Response | Promise<Response>]>([
    ['a 503 of a proxy that is a page', outage],
    ['a 503 that looks like the paid payment', (paid) => Response.json(paid, { status: 503 })],
    ['a 202 that looks like the paid payment', (paid) => Response.json(paid, { status: 202 })],
    ['a 200 that is a page', () => new Response('<html>Welcome to the Wi-Fi</html>', { status: 200 })],
    ['a 200 that is empty', () => new Response('', { status: 200 })],
    ['a 204', () => new Response(null, { status: 204 })],
    ['a 200 that is null', () => Response.json(null)],
    ['a 200 that is a list of nothing', () => Response.json([])],
    ['a 200 that is another resource', () => Response.json({ resource: 'order', id: 'ord_1' })],
    ['a 200 that is another payment', (paid) => Response.json({ ...paid, id: 'tr_other' })],
    ['a 403 of a proxy', () => Response.json({ error: 'forbidden' }, { status: 403 })],
    [
      'a 403 of a proxy that speaks almost as Mollie',
      () => Response.json({ status: 403, title: 'x' }, { status: 403 }),
    ],
    ['a 404 that says another status', () => mollieError(404, { status: 400 })],
    ['a redirect elsewhere', () => Response.redirect('https://elsewhere.example/')],
    ['a 500 of Mollie', () => mollieError(500)],
    ['a 400 of Mollie, as for a reused key', () => mollieError(400)],
    ['a 409 of Mollie, as for a call whose twin is under way', () => mollieError(409)],
    ['a rate limit', () => mollieError(429)],
  ])('%s decides nothing', async (_, falseAnswer) => {
    shop.simulator.between = async () => falseAnswer({ ...PAID, id: paid.ref });
    await expect(gateway.read(paid.ref)).rejects.toBeInstanceOf(Unknown);
    await expect(gateway.close(paid.ref)).rejects.toBeInstanceOf(Unknown);
    await expect(gateway.refund(paid.ref, 100n, randomUUID())).rejects.toBeInstanceOf(Unknown);
    await expect(openPage()).rejects.toBeInstanceOf(Unknown);
    await expect(gateway.customer({ customerId: '', name: 'x' }, randomUUID())).rejects.toBeInstanceOf(Unknown);
    await expect(recent()).rejects.toBeInstanceOf(Unknown);
    expect(await gateway.check()).toMatchObject({ account: '', problems: ['no-answer'] });
  });

  test.each([401, 403, 404, 405, 410, 422])('a %i of Mollie is a clear no', async (status) => {
    shop.simulator.between = async () => mollieError(status);
    await expect(gateway.read(paid.ref)).rejects.toBeInstanceOf(Refused);
    await expect(openPage()).rejects.toBeInstanceOf(Refused);
    await expect(gateway.refund(paid.ref, 100n, randomUUID())).rejects.toBeInstanceOf(Refused);
  });

  test('an outage is asked once: when to ask again is for us to say', async () => {
    let asked = 0;
    shop.simulator.between = async () => {
      asked++;
      return outage();
    };
    await expect(gateway.read(paid.ref)).rejects.toBeInstanceOf(Unknown);
    expect(asked).toBe(1);
  });

  test('an opening whose answer is lost may be asked again by its key, and opens one page', async () => {
    const order = shop.order();
    const known = shop.simulator.books.payments.size;
    const open = () => gateway.open(order, { kind: 'page' }, `open:${order.paymentId}`);
    shop.simulator.between = (c, next) => (c.req.method === 'POST' ? cutAfterActing(c, next) : next());
    await expect(open()).rejects.toBeInstanceOf(Unknown);
    shop.simulator.between = (_, next) => next();
    const opened = await open();
    await choose(opened.next!, 'pay');
    // The answer of then would still call it open.
    expect(await open()).toMatchObject({ ref: opened.ref, state: 'paid' });
    expect(shop.simulator.books.payments.size).toBe(known + 1);
  });

  test('a key that came with another order decides nothing', async () => {
    await openPage('open:shared');
    await expect(openPage('open:shared')).rejects.toBeInstanceOf(Unknown);
  });

  test('an answer that is cut short decides nothing', async () => {
    shop.simulator.between = async (c, next) => {
      await next();
      const whole = await c.res.text();
      c.res = new Response(whole.slice(0, whole.length / 2), { status: 200 });
    };
    await expect(gateway.read(paid.ref)).rejects.toBeInstanceOf(Unknown);
  });

  test('silence until the timeout decides nothing', async () => {
    shop.simulator.between = () => new Promise(() => {});
    await expect(impatient.read(paid.ref)).rejects.toBeInstanceOf(Unknown);
  });

  test('an answer that begins and never ends decides nothing', async () => {
    shop.simulator.between = async () =>
      new Response(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{"id":')) }));
    await expect(impatient.read(paid.ref)).rejects.toBeInstanceOf(Unknown);
  });

  test('an opened payment that is not the one ordered decides nothing', async () => {
    for (const change of [
      { metadata: { roost_payment: 'another' } },
      { amount: { currency: 'EUR', value: '49.01' } },
    ]) {
      shop.simulator.between = async (c, next) => {
        await next();
        if (c.req.method === 'POST') c.res = Response.json({ ...(await c.res.json()), ...change });
      };
      await expect(openPage()).rejects.toBeInstanceOf(Unknown);
    }
  });

  test('a customer that is another one decides nothing', async () => {
    shop.simulator.between = async () =>
      Response.json({ resource: 'customer', id: 'cst_1', metadata: { roost_customer: 'another' } }, { status: 201 });
    const made = gateway.customer({ customerId: 'c', name: 'Ann' }, randomUUID());
    await expect(made).rejects.toBeInstanceOf(Unknown);
  });

  test('a redirect is never followed: it would carry the key along', async () => {
    const asked: string[] = [];
    shop.simulator.between = async (c) => {
      asked.push(c.req.path);
      return c.redirect('/mollie/v2/stolen', 307);
    };
    await expect(gateway.read(paid.ref)).rejects.toBeInstanceOf(Unknown);
    expect(asked).toEqual([`/mollie/v2/payments/${paid.ref}`]);
  });

  test('nobody at the address decides nothing', async () => {
    const alone = connectToMollie({ ...shop.simulator, baseUrl: 'http://127.0.0.1:1/mollie' });
    await expect(alone.read(paid.ref)).rejects.toBeInstanceOf(Unknown);
  });

  test('a revoked key is a clear no', async () => {
    const locked = connectToMollie({ ...shop.simulator, apiKey: `test_${'x'.repeat(30)}` });
    await expect(locked.read(paid.ref)).rejects.toBeInstanceOf(Refused);
    expect(await locked.check()).toMatchObject({ account: '', problems: ['key-refused'] });
  });

  test('a key that cannot be sent at all decides nothing and is not told', async () => {
    const broken = mollieGateway({
      apiKey: 'test_\nsecret',
      apiBase: new URL(shop.simulator.baseUrl),
      timeoutMs: 1000,
    });
    const error = await broken.read(paid.ref).catch((it: Error) => it);
    expect(error).toBeInstanceOf(Unknown);
    expect((error as Error).message).not.toContain('secret');
  });
});

const PAID = {
  ...{ resource: 'payment', mode: 'test', status: 'paid', amount: { currency: 'EUR', value: '49.00' } },
  ...{ metadata: { roost_payment: 'p' }, _links: {}, _embedded: { refunds: [], chargebacks: [] } },
};

function mollieError(status: number, change: object = {}): Response {
  return Response.json({ status, title: 'No', detail: 'no', ...change }, { status });
}
