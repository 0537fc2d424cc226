import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, startSimulator, type TestSimulator } from '../../../test/support/simulator.ts';
import type { Dashboard } from '../../../test/support/simulator-dashboard.ts';
import { Refused } from './gateway.ts';

describe('Money that goes back, as Stripe tells it', () => {
  let simulator: TestSimulator;
  let gateway: ReturnType<typeof connectTo>['gateway'];
  let dashboard: Dashboard;
  let customer: string;
  let card: string;

  beforeAll(async () => {
    simulator = await startSimulator();
    ({ dashboard } = simulator);
    const connected = connectTo(simulator);
    ({ gateway } = connected);
    customer = await gateway.customer({ customerId: 'c', name: 'Ann' }, randomUUID());
    card = await connected.savedCard(customer, 'approved');
  });
  afterEach(() => {
    simulator.between = (_, next) => next();
  });
  afterAll(() => simulator.close());

  const buy = async () => {
    const by = { kind: 'saved', methodRef: card } as const;
    const order = {
      ...{ paymentId: randomUUID(), money: { minor: 4900n, currency: 'EUR' }, title: '50 credits', customer },
      ...{ returnUrl: 'https://roost.example/r', cancelUrl: 'https://roost.example/c', hintUrl: '', locale: 'en' },
      expiresAt: new Date(Date.now() + 31 * 60_000),
    };
    const { ref } = await gateway.open(order, by, randomUUID());
    expect(await gateway.pay(ref, by, order.returnUrl, randomUUID())).toMatchObject({ state: 'paid' });
    return ref;
  };
  const gone = async (ref: string) => {
    const { state, money, refunded, disputed } = await gateway.read(ref);
    expect([state, money]).toEqual(['paid', { minor: 4900n, currency: 'EUR' }]);
    return [refunded, disputed];
  };

  test('a refund made in the dashboard counts like one of ours', async () => {
    const ref = await buy();
    await gateway.refund(ref, 1000n, randomUUID());
    await dashboard.refund(ref, '12.50');
    expect(await gone(ref)).toEqual([2250n, 0n]);
  });

  test('only a refund that we asked for carries our key', async () => {
    const ref = await buy();
    await gateway.refund(ref, 1000n, 'refund:ours');
    await dashboard.refund(ref, '10.00');
    expect(await gateway.read(ref)).toMatchObject({ refunded: 2000n, ours: [{ key: 'refund:ours', minor: 1000n }] });
  });

  test('a refund that fails later no longer counts, and its money can be refunded again', async () => {
    const ref = await buy();
    await gateway.refund(ref, 1000n, randomUUID());
    expect(await gateway.refund(ref, 3900n, 'refund:1')).toMatchObject({ refunded: 4900n });
    await dashboard.refundFails(ref);
    expect(await gone(ref)).toEqual([1000n, 0n]);
    expect((await gateway.read(ref)).ours).toContainEqual({ key: 'refund:1', minor: 0n });
    await expect(gateway.refund(ref, 3900n, 'refund:1')).rejects.toMatchObject({ code: 'refund-failed' });
    expect(await gateway.refund(ref, 3900n, 'refund:2')).toMatchObject({ refunded: 4900n });
  });

  test('a refund that is still under way counts: the money has left', async () => {
    const ref = await buy();
    await gateway.refund(ref, 1000n, randomUUID());
    simulator.between = async (c, next) => {
      await next();
      const intent = (await c.res.json()) as { latest_charge: { refunds: { data: { status: string }[] } } };
      intent.latest_charge.refunds.data[0]!.status = status;
      c.res = Response.json(intent);
    };
    let status = 'pending';
    expect(await gone(ref)).toEqual([1000n, 0n]);
    status = 'requires_action';
    expect(await gone(ref)).toEqual([1000n, 0n]);
    status = 'canceled';
    expect(await gone(ref)).toEqual([0n, 0n]);
  });

  test('more refunds than come along at once are all counted', async () => {
    const ref = await buy();
    for (let nth = 0; nth < 12; nth++) await dashboard.refund(ref, '1.00');
    expect(await gone(ref)).toEqual([1200n, 0n]);
  });

  test('the same refund is made once, also when Stripe has forgotten the key', async () => {
    const ref = await buy();
    await gateway.refund(ref, 1000n, 'refund:3');
    simulator.between = async (c, next) => {
      const headers = new Headers(c.req.raw.headers);
      headers.delete('Idempotency-Key');
      c.req.raw = new Request(c.req.raw, { headers });
      await next();
    };
    expect(await gateway.refund(ref, 1000n, 'refund:3')).toMatchObject({ refunded: 1000n });
    expect(await gateway.refund(ref, 1000n, 'refund:4')).toMatchObject({ refunded: 2000n });
  });

  test('a dispute counts until it is won, and for good when it is lost', async () => {
    const [won, lost] = [await buy(), await buy()];
    for (const ref of [won, lost]) await dashboard.dispute(ref);
    expect([await gone(won), await gone(lost)]).toEqual([
      [0n, 4900n],
      [0n, 4900n],
    ]);
    await expect(gateway.refund(won, 100n, randomUUID())).rejects.toBeInstanceOf(Refused);
    await dashboard.decide(won, 'win');
    await dashboard.decide(lost, 'lose');
    expect([await gone(won), await gone(lost)]).toEqual([
      [0n, 0n],
      [0n, 4900n],
    ]);
    expect([(await gateway.read(won)).lost, (await gateway.read(lost)).lost]).toEqual([0n, 4900n]);
  });

  test('a dispute of a part, after a refund of another', async () => {
    const ref = await buy();
    await gateway.refund(ref, 1000n, randomUUID());
    await dashboard.dispute(ref, '9.00');
    expect(await gone(ref)).toEqual([1000n, 900n]);
  });

  test('a question of the bank takes nothing, until it becomes a dispute', async () => {
    const ref = await buy();
    await dashboard.inquiry(ref);
    expect(await gone(ref)).toEqual([0n, 0n]);
    await dashboard.decide(ref, 'escalate');
    expect(await gone(ref)).toEqual([0n, 4900n]);
    const other = await buy();
    await dashboard.inquiry(other);
    await dashboard.decide(other, 'close');
    expect(await gone(other)).toEqual([0n, 0n]);
  });

  test('an answer that Stripe only repeats is not taken for how it stands now', async () => {
    const by = { kind: 'saved', methodRef: card } as const;
    const ref = await buy();
    await gateway.pay(ref, by, 'https://roost.example/r', 'pay:1').catch(() => {});
    await dashboard.refund(ref);
    expect(await gateway.pay(ref, by, 'https://roost.example/r', 'pay:1')).toMatchObject({ refunded: 4900n });
  });
});
