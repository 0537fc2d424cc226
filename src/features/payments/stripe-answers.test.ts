import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, Next } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, startSimulator, type TestSimulator } from '../../../test/support/simulator.ts';
import { type Order, Refused, Unknown } from './gateway.ts';

const TIMEOUT_MS = 1500;
const RETURN_URL = 'https://roost.example/return';

describe('When Stripe does not answer as Stripe', () => {
  let simulator: TestSimulator;
  let { gateway, savedCard } = {} as ReturnType<typeof connectTo>;
  let order: Order;
  let card: string;

  beforeAll(async () => {
    simulator = await startSimulator();
    ({ gateway, savedCard } = connectTo(simulator, TIMEOUT_MS));
    const customer = await gateway.customer({ customerId: 'c', name: 'Ann', email: 'a@example.com' }, randomUUID());
    card = await savedCard(customer, 'approved');
    order = {
      ...{ paymentId: randomUUID(), money: { minor: 4900n, currency: 'EUR' }, title: '50 credits', customer },
      ...{
        returnUrl: RETURN_URL,
        cancelUrl: RETURN_URL,
        hintUrl: '',
        expiresAt: new Date(Date.now() + 31 * 60_000),
        locale: 'en',
      },
    };
  });
  afterEach(() => {
    simulator.between = (_, next) => next();
  });
  afterAll(() => simulator.close());

  const openSaved = () => gateway.open(order, { kind: 'saved', methodRef: card }, randomUUID());
  const pay = (ref: string, key = `pay:${ref}`) =>
    gateway.pay(ref, { kind: 'saved', methodRef: card }, RETURN_URL, key);

  test.each<[string, () => Response]>([
    ['a 503 of a proxy in JSON without an error', () => Response.json({ message: 'try later' }, { status: 503 })],
    ['a 503 that looks like a paid payment', () => Response.json(PAID, { status: 503 })],
    ['a 200 that is a page', () => new Response('<html>Welcome to the Wi-Fi</html>', { status: 200 })],
    ['a 200 that is empty', () => new Response('', { status: 200 })],
    ['a 200 that is null', () => Response.json(null)],
    ['a 200 that is another object', () => Response.json({ object: 'charge', id: 'ch_1' })],
    ['a 200 that is another payment', () => Response.json({ ...PAID, id: 'pi_other' })],
    ['a 200 with a state that nobody knows', () => Response.json({ ...PAID, status: 'on_the_moon' })],
    ['a 200 without an amount', () => Response.json({ ...PAID, amount_received: null })],
    ['a 403 of a proxy', () => Response.json({ error: 'forbidden' }, { status: 403 })],
    [
      'a 403 of a proxy that speaks almost as Stripe',
      () => Response.json({ error: { message: 'no' } }, { status: 403 }),
    ],
    ['a 403 of a proxy that speaks as Stripe does', () => stripeError(403, 'invalid_request_error', undefined, {})],
    ['a redirect elsewhere', () => Response.redirect('https://elsewhere.example/')],
    ['a 500 of Stripe', () => stripeError(500, 'api_error')],
    ['a conflict', () => stripeError(409, 'invalid_request_error', 'lock_timeout')],
    ['a rate limit', () => stripeError(429, 'invalid_request_error', 'rate_limit')],
  ])('%s decides nothing', async (_, falseAnswer) => {
    simulator.between = async () => falseAnswer();
    await expect(gateway.read('pi_1')).rejects.toBeInstanceOf(Unknown);
    await expect(pay('pi_1')).rejects.toBeInstanceOf(Unknown);
    await expect(gateway.close('pi_1')).rejects.toBeInstanceOf(Unknown);
    await expect(openSaved()).rejects.toBeInstanceOf(Unknown);
    await expect(gateway.open(order, { kind: 'page' }, randomUUID())).rejects.toBeInstanceOf(Unknown);
    await expect(gateway.customer({ customerId: '', name: 'x', email: 'x' }, randomUUID())).rejects.toBeInstanceOf(
      Unknown,
    );
    await expect(gateway.refund('pi_1', 100n, randomUUID())).rejects.toBeInstanceOf(Unknown);
    await expect(gateway.methods('cus_1')).rejects.toBeInstanceOf(Unknown);
    await expect(all(gateway.recent(new Date(0), new Date()))).rejects.toBeInstanceOf(Unknown);
    expect(await gateway.check()).toMatchObject({ account: '', problems: ['no-answer'] });
    await expect(gateway.listen('https://roost.example/webhook', randomUUID())).rejects.toBeInstanceOf(Unknown);
  });

  test('a connection that breaks before the answer decides nothing, and reading later says paid', async () => {
    const { ref } = await openSaved();
    simulator.between = async (c: Context<{ Bindings: HttpBindings }>, next: Next) => {
      await next();
      c.env.outgoing.destroy();
    };
    await expect(pay(ref)).rejects.toBeInstanceOf(Unknown);
    simulator.between = (_, next) => next();
    expect((await gateway.read(ref)).state).toBe('paid');
  });

  test('an answer that is cut short decides nothing', async () => {
    const { ref } = await openSaved();
    simulator.between = async (c: Context, next: Next) => {
      await next();
      const whole = await c.res.text();
      c.res = new Response(whole.slice(0, whole.length / 2), { status: 200 });
    };
    await expect(gateway.read(ref)).rejects.toBeInstanceOf(Unknown);
  });

  test('silence until the timeout decides nothing, and nothing was paid when Stripe had not acted', async () => {
    const { ref } = await openSaved();
    simulator.between = () => never();
    await expect(pay(ref)).rejects.toBeInstanceOf(Unknown);
    simulator.between = (_, next) => next();
    expect((await gateway.read(ref)).state).toBe('open');
  });

  test('a timeout after Stripe had acted is found to be paid, and the same key does not charge again', async () => {
    const { ref } = await openSaved();
    simulator.between = async (_, next) => {
      await next();
      await never();
    };
    await expect(pay(ref)).rejects.toBeInstanceOf(Unknown);
    simulator.between = (_, next) => next();
    expect(await gateway.read(ref)).toMatchObject({ state: 'paid', money: order.money });
    expect(await pay(ref)).toMatchObject({ state: 'paid', money: order.money });
    expect(await chargesOf(ref)).toBe(1);
  });

  test('a crash between a decline and our cancelling still ends with a payment that nobody can pay', async () => {
    const { ref } = await openSaved();
    const bad = await savedCard(order.customer, 'declined-when-saved');
    simulator.between = (c, next) => (c.req.path.endsWith('/cancel') ? never() : next());
    const declined = gateway.pay(ref, { kind: 'saved', methodRef: bad }, RETURN_URL, randomUUID());
    await expect(declined).rejects.toBeInstanceOf(Unknown);
    simulator.between = (_, next) => next();
    expect(await gateway.read(ref)).toMatchObject({ state: 'closed', failure: { code: 'declined' } });
    expect(await pay(ref)).toMatchObject({ state: 'closed' });
  });

  test('one key for two different payments decides nothing', async () => {
    const [one, other] = [await openSaved(), await openSaved()];
    await pay(one.ref, 'pay:shared');
    await expect(pay(other.ref, 'pay:shared')).rejects.toBeInstanceOf(Unknown);
  });

  test('a revoked key is a clear no', async () => {
    const revoked = simulator.apiKey.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const { gateway: locked } = connectTo({ ...simulator, apiKey: revoked });
    await expect(locked.read('pi_1')).rejects.toBeInstanceOf(Refused);
    expect(await locked.check()).toMatchObject({ account: '', problems: ['key-refused'] });
  });

  test('a key that may not do it is a clear no', async () => {
    simulator.between = async () => stripeError(403, 'invalid_request_error');
    await expect(openSaved()).rejects.toMatchObject({ code: 'permission' });
    expect(await gateway.listen('https://roost.example/webhook', randomUUID())).toEqual({ unavailable: 'no' });
    expect(await gateway.check()).toMatchObject({ problems: ['account-unreadable', 'refunds-not-allowed'] });
  });

  test('a redirect is never followed: it would carry the key along', async () => {
    const asked: string[] = [];
    simulator.between = async (c) => {
      asked.push(c.req.path);
      return c.req.path.endsWith('/stolen') ? Response.json(PAID) : c.redirect('/simulator/stolen', 307);
    };
    await expect(gateway.read('pi_1')).rejects.toBeInstanceOf(Unknown);
    expect(asked).toEqual(['/simulator/v1/payment_intents/pi_1']);
  });

  test('nobody at the address decides nothing', async () => {
    const { gateway: alone } = connectTo({ ...simulator, baseUrl: 'http://127.0.0.1:1/simulator' });
    await expect(alone.read('pi_1')).rejects.toBeInstanceOf(Unknown);
  });

  async function chargesOf(ref: string): Promise<number> {
    const rows = await simulator.database.read(simulator.organizationId, (db) =>
      db
        .selectFrom('simulator_objects')
        .where('kind', '=', 'charge')
        .where('belongs_to', '=', ref)
        .select('id')
        .execute(),
    );
    return rows.length;
  }
});

const PAID = {
  ...{
    object: 'payment_intent',
    id: 'pi_1',
    status: 'succeeded',
    amount: 4900,
    amount_received: 4900,
    currency: 'eur',
  },
  ...{ livemode: false, latest_charge: null, payment_method: null, last_payment_error: null, metadata: {} },
};

const FROM_STRIPE = { 'Request-Id': 'req_1' };

function stripeError(
  status: number,
  type: string,
  code?: string,
  headers: Record<string, string> = FROM_STRIPE,
): Response {
  return Response.json({ error: { type, code, message: 'no' } }, { status, headers });
}

async function all<T>(found: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const it of found) list.push(it);
  return list;
}

function never(): Promise<never> {
  return new Promise(() => {});
}
