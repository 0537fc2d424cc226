import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectTo, httpPayer, startSimulator, type TestSimulator } from '../../../../test/support/simulator.ts';
import type { Dashboard } from '../../../../test/support/simulator-dashboard.ts';

describe('Telling webhook endpoints, on good days and bad ones', () => {
  const received: { id: string; type: string }[] = [];
  let answer = 204;
  let secret = '';
  let simulator: TestSimulator;
  let dashboard: Dashboard;
  let gateway: ReturnType<typeof connectTo>['gateway'];

  beforeAll(async () => {
    simulator = await startSimulator({
      fetch: async (_, init) => {
        const signature = new Headers(init?.headers).get('stripe-signature')!;
        const event = await Stripe.webhooks.constructEventAsync(String(init?.body), signature, secret);
        received.push({ id: event.id, type: event.type });
        return new Response(null, { status: answer });
      },
    });
    ({ dashboard } = simulator);
    ({ gateway } = connectTo(simulator));
    const listening = await gateway.listen('http://localhost:3000/webhooks/1', randomUUID());
    if ('secret' in listening) ({ secret } = listening);
  });
  beforeEach(() => {
    received.length = 0;
    answer = 204;
  });
  afterEach(() => dashboard.quiet());
  afterAll(() => simulator.close());

  const buy = async () => {
    const customer = await gateway.customer({ customerId: 'c', name: 'Ann' }, randomUUID());
    const order = {
      ...{ paymentId: randomUUID(), money: { minor: 4900n, currency: 'EUR' }, title: '50 credits', customer },
      ...{ returnUrl: 'https://roost.example/r', cancelUrl: 'https://roost.example/c', hintUrl: '', locale: 'en' },
      expiresAt: new Date(Date.now() + 31 * 60_000),
    };
    const { ref, next } = await gateway.open(order, { kind: 'page' }, randomUUID());
    await httpPayer.pay(next!, 'approved');
    return ref;
  };
  const types = () => received.map(({ type }) => type).toSorted();
  const PAID = ['checkout.session.completed', 'payment_intent.succeeded'];
  const arrived = (expected: string[]) => vi.waitFor(() => expect(types()).toEqual(expected), { timeout: 10_000 });
  /** Time enough for anything that should not come. */
  const quietly = () => new Promise((resolve) => setTimeout(resolve, 400));
  const dashboardSays = async (path: string) => (await fetch(dashboard.url + path)).text();

  test('an event is sent again from the dashboard, and twice when asked, under the same id', async () => {
    const ref = await buy();
    await arrived(PAID);
    await dashboard.sendAgain(ref, 'payment_intent.succeeded');
    await arrived([...PAID, 'payment_intent.succeeded']);
    await dashboard.sendAgain(ref, 'checkout.session.completed', 2);
    await vi.waitFor(() => expect(received).toHaveLength(5));
    expect(new Set(received.map(({ id }) => id)).size).toBe(2);
  });

  test('the next events of one payment get lost, those of others do not', async () => {
    const [ref, other] = [await buy(), await buy()];
    await arrived([...PAID, ...PAID].toSorted());
    received.length = 0;
    await dashboard.loseNext(ref, 2);
    await dashboard.refund(other, '1.00');
    await arrived(['charge.refunded']);
    // Two events come of a refund: refund.created, to which nobody listens, and charge.refunded.
    await dashboard.refund(ref, '1.00');
    await quietly();
    await arrived(['charge.refunded']);
    await dashboard.refund(ref, '1.00');
    await arrived(['charge.refunded', 'charge.refunded']);
  });

  test('all of them can get lost, and the dashboard says so', async () => {
    await dashboard.faults({ losesEvents: 100 });
    const ref = await buy();
    await quietly();
    expect(received).toEqual([]);
    await vi.waitFor(async () => expect(await dashboardSays(`/payments/${ref}`)).toContain('lost on purpose'));
    expect((await gateway.read(ref)).state).toBe('paid');
  });

  test('all of them can come twice', async () => {
    await dashboard.faults({ doublesEvents: 100 });
    await buy();
    await arrived([...PAID, ...PAID].toSorted());
  });

  test('some are overtaken by later ones, and some are late', async () => {
    await dashboard.faults({ reordersEvents: 100 });
    await buy();
    await quietly();
    expect(received).toEqual([]);
    await arrived(PAID);
    received.length = 0;
    await dashboard.faults({ delaysEvents: 100, delaySeconds: 1 });
    await buy();
    await quietly();
    expect(received).toEqual([]);
    await arrived(PAID);
  });

  test('what was answered to each attempt stands on the dashboard', async () => {
    answer = 500;
    const ref = await buy();
    await vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(3), { timeout: 10_000 });
    answer = 204;
    await vi.waitFor(
      async () => expect(await dashboardSays(`/payments/${ref}`)).toMatch(/answered 500.*answered 204/s),
      { timeout: 10_000 },
    );
    expect(await dashboardSays('/events')).toContain('answered 204');
  });

  test('every turn that a payment takes is told', async () => {
    await dashboard.faults({ settlesLate: 100 });
    const ref = await buy();
    await dashboard.quiet();
    await dashboard.settle(ref, true);
    await dashboard.refund(ref, '1.00');
    await dashboard.refundFails(ref);
    await dashboard.inquiry(ref);
    await dashboard.decide(ref, 'escalate');
    await dashboard.decide(ref, 'win');
    await arrived(
      [
        'payment_intent.processing',
        'checkout.session.completed',
        'payment_intent.succeeded',
        'checkout.session.async_payment_succeeded',
        'charge.refunded',
        'refund.failed',
        'charge.refund.updated',
        'charge.dispute.created',
        'charge.dispute.updated',
        'charge.dispute.closed',
      ].toSorted(),
    );
  });
});
