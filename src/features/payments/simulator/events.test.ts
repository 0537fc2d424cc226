import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectTo, httpPayer, startSimulator, type TestSimulator } from '../../../../test/support/simulator.ts';
import type { Hint } from '../gateway.ts';

describe('Events of the test gateway', () => {
  const received: { body: string; headers: Headers }[] = [];
  const asked: string[] = [];
  let failures = 0;
  let delivering = true;
  let simulator: TestSimulator;
  let gateway: ReturnType<typeof connectTo>['gateway'];
  let secret = '';

  beforeAll(async () => {
    simulator = await startSimulator({
      deliver: () => delivering,
      fetch: async (to, init) => {
        asked.push(String(to));
        if (failures-- > 0) return new Response(null, { status: 503 });
        received.push({ body: String(init?.body), headers: new Headers(init?.headers) });
        return new Response();
      },
    });
    ({ gateway } = connectTo(simulator));
    const listening = await gateway.listen('http://localhost:3000/webhooks/1', randomUUID());
    if ('secret' in listening) ({ secret } = listening);
  });
  beforeEach(() => {
    received.length = 0;
    failures = 0;
    delivering = true;
  });
  afterAll(() => simulator.close());

  const buy = async (kind: 'approved' | 'declined') => {
    const customer = await gateway.customer({ customerId: 'c', name: 'Ann', email: 'a@example.com' }, randomUUID());
    const order = {
      ...{
        paymentId: randomUUID(),
        money: { minor: 4900n, currency: 'EUR' },
        title: '50 credits',
        customer,
        locale: 'en',
      },
      ...{ returnUrl: 'https://app.example/return', cancelUrl: 'https://app.example/cancel', hintUrl: '' },
      expiresAt: new Date(Date.now() + 31 * 60_000),
    };
    const { ref, next } = await gateway.open(order, { kind: 'page' }, randomUUID());
    await httpPayer.pay(next!, kind);
    return ref;
  };
  const types = () => received.map(({ body }) => JSON.parse(body).type).toSorted();

  test('are signed, and our adapter takes them as hints at the payment', async () => {
    const ref = await buy('approved');
    await vi.waitFor(() => expect(types()).toEqual(['checkout.session.completed', 'payment_intent.succeeded']));
    const { also } = await gateway.read(ref);
    const hints: Hint[][] = [];
    for (const { body, headers } of received) hints.push(await gateway.hints(body, headers, secret));
    expect(hints.flat()).toEqual(expect.arrayContaining([{ ref }, { ref: also![0] }]));
  });

  test('tell of declines, expired pages and refunds', async () => {
    await gateway.close(await buy('declined'));
    await gateway.refund(await buy('approved'), 100n, randomUUID());
    await vi.waitFor(() =>
      expect(types()).toEqual([
        'charge.refunded',
        'checkout.session.completed',
        'checkout.session.expired',
        'payment_intent.payment_failed',
        'payment_intent.succeeded',
      ]),
    );
  });

  test('are sent again when nobody takes them', async () => {
    failures = 2;
    await buy('approved');
    await vi.waitFor(() => expect(types()).toHaveLength(2), { timeout: 3000 });
  });

  test('are sent no more once nobody listens', async () => {
    const url = 'http://localhost:3000/webhooks/2';
    await gateway.listen(url, randomUUID());
    await gateway.unlisten(url);
    await buy('approved');
    // Those of the endpoint that is still there have arrived; the other one has got none.
    await vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(2));
    expect(asked).not.toContain(url);
  });

  test('can be lost on purpose, and the payment is paid all the same', async () => {
    delivering = false;
    const ref = await buy('approved');
    expect((await gateway.read(ref)).state).toBe('paid');
    expect(received).toEqual([]);
  });
});
