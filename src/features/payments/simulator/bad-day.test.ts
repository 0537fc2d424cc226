import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, httpPayer, startSimulator, type TestSimulator } from '../../../../test/support/simulator.ts';
import type { Dashboard } from '../../../../test/support/simulator-dashboard.ts';
import { type Order, Unknown } from '../gateway.ts';

const TIMEOUT_MS = 2_000;

describe('A bad day at the test gateway', () => {
  let simulator: TestSimulator;
  let dashboard: Dashboard;
  let gateway: ReturnType<typeof connectTo>['gateway'];
  let order: Order;
  let by: { kind: 'saved'; methodRef: string };

  beforeAll(async () => {
    simulator = await startSimulator();
    ({ dashboard } = simulator);
    const patient = connectTo(simulator);
    ({ gateway } = connectTo(simulator, TIMEOUT_MS));
    const customer = await patient.gateway.customer({ customerId: 'c', name: 'Ann' }, randomUUID());
    by = { kind: 'saved', methodRef: await patient.savedCard(customer, 'approved') };
    order = {
      ...{ paymentId: randomUUID(), money: { minor: 4900n, currency: 'EUR' }, title: '50 credits', customer },
      ...{ returnUrl: 'https://roost.example/r', cancelUrl: 'https://roost.example/c', hintUrl: '', locale: 'en' },
      expiresAt: new Date(Date.now() + 31 * 60_000),
    };
  });
  afterEach(() => dashboard.quiet());
  afterAll(() => simulator.close());

  const opened = async () => (await gateway.open(order, by, randomUUID())).ref;
  const pay = (ref: string) => gateway.pay(ref, by, order.returnUrl, `pay:${ref}`);

  test.each([
    ['it fails before it has done anything', { failsBefore: 100 }, 'open'],
    ['a proxy answers with a page', { proxyPage: 100 }, 'open'],
    ['a proxy answers with JSON of its own', { proxyJson: 100 }, 'open'],
    ['it does nothing and says nothing', { silentBefore: 100 }, 'open'],
    ['it does it, and the connection breaks', { cutsAfter: 100 }, 'paid'],
    ['it does it and says nothing', { silentAfter: 100 }, 'paid'],
  ] as const)('%s: the caller is in doubt, and finds out afterwards', async (_, faults, state) => {
    const ref = await opened();
    await dashboard.faults(faults);
    await expect(pay(ref)).rejects.toBeInstanceOf(Unknown);
    await expect(gateway.read(ref)).rejects.toBeInstanceOf(Unknown);
    await dashboard.quiet();
    expect((await gateway.read(ref)).state).toBe(state);
    expect((await pay(ref)).state).toBe('paid');
  });

  test('outlives a restart', async () => {
    await dashboard.faults({ failsBefore: 100 });
    await simulator.restart();
    await expect(opened()).rejects.toBeInstanceOf(Unknown);
  });

  test('can be repeated by its seed, and looking at the dashboard does not change it', async () => {
    const day = async (seed: number) => {
      await dashboard.faults({ failsBefore: 40 }, seed);
      const went: boolean[] = [];
      for (let nth = 0; nth < 12; nth++) {
        await fetch(dashboard.url);
        went.push(
          await gateway.methods(order.customer).then(
            () => true,
            () => false,
          ),
        );
      }
      return went;
    };
    const first = await day(42);
    expect(new Set(first).size).toBe(2);
    expect(await day(42)).toEqual(first);
    expect(await day(43)).not.toEqual(first);
  });

  test.each([
    [true, 'paid'],
    [false, 'closed'],
  ] as const)('a payment that settles late: arrives is %s', async (arrives, state) => {
    await dashboard.faults({ settlesLate: 100 });
    const saved = await opened();
    expect((await pay(saved)).state).toBe('processing');
    const page = await gateway.open(order, { kind: 'page' }, randomUUID());
    await httpPayer.pay(page.next!, 'approved');
    expect((await gateway.read(page.ref)).state).toBe('processing');
    // What is under way can neither be given up nor paid again.
    expect((await gateway.close(page.ref)).state).toBe('processing');
    expect((await pay(saved)).state).toBe('processing');
    for (const ref of [saved, page.ref]) {
      await dashboard.settle(ref, arrives);
      expect((await gateway.read(ref)).state).toBe(state);
    }
  });

  test('a card of a payment that settles late is kept only once it has paid', async () => {
    await dashboard.faults({ settlesLate: 100 });
    const page = await gateway.open(order, { kind: 'page' }, randomUUID());
    await httpPayer.pay(page.next!, 'approved');
    expect((await gateway.read(page.ref)).method).toBeUndefined();
    await dashboard.settle(page.ref, true);
    expect((await gateway.read(page.ref)).method).toMatchObject({ last4: '4242' });
  });

  test('of one account is none of another', async () => {
    const other = await startSimulator({ on: simulator.database });
    await dashboard.faults({ failsBefore: 100 });
    const fine = connectTo(other).gateway;
    expect(await fine.check()).toMatchObject({ problems: [] });
    await other.close();
  });
});
