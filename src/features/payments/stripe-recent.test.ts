import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, httpPayer, startSimulator, type TestSimulator } from '../../../test/support/simulator.ts';
import type { Dashboard } from '../../../test/support/simulator-dashboard.ts';
import { type By, type Snapshot, Unknown } from './gateway.ts';

const HOUR = 3_600_000;

describe('What happened at Stripe in an interval', () => {
  const begun = Math.floor(Date.now() / 1000) * 1000;
  let now = new Date(begun);
  let simulator: TestSimulator;
  let gateway: ReturnType<typeof connectTo>['gateway'];
  let dashboard: Dashboard;
  let customer: string;
  let by: By & { kind: 'saved' };

  beforeAll(async () => {
    simulator = await startSimulator({ now: () => now });
    ({ dashboard } = simulator);
    const connected = connectTo(simulator);
    ({ gateway } = connected);
    customer = await gateway.customer({ customerId: 'c', name: 'Ann' }, randomUUID());
    by = { kind: 'saved', methodRef: await connected.savedCard(customer, 'approved') };
  });
  afterEach(() => {
    simulator.between = (_, next) => next();
  });
  afterAll(() => simulator.close());

  /** A day of its own for each test. */
  const nextDay = () => {
    now = new Date(now.getTime() + 24 * HOUR);
    return now;
  };
  const later = (ms: number) => {
    now = new Date(now.getTime() + ms);
    return now;
  };
  const open = (how: By) => {
    const order = {
      ...{ paymentId: randomUUID(), money: { minor: 4900n, currency: 'EUR' }, title: '50 credits', customer },
      ...{ returnUrl: 'https://roost.example/r', cancelUrl: 'https://roost.example/c', hintUrl: '', locale: 'en' },
      expiresAt: new Date(now.getTime() + 31 * 60_000),
    };
    return gateway.open(order, how, randomUUID());
  };
  const buySaved = async () => {
    const { ref } = await open(by);
    await gateway.pay(ref, by, 'https://roost.example/r', randomUUID());
    return ref;
  };
  const buyOnPage = async () => {
    const { ref, next } = await open({ kind: 'page' });
    await httpPayer.pay(next!, 'approved');
    return ref;
  };
  const recent = async (from: Date, to: Date): Promise<Snapshot[]> => {
    const found: Snapshot[] = [];
    for await (const snapshot of gateway.recent(from, to)) found.push(snapshot);
    return found;
  };
  const refs = async (from: Date, to: Date) => (await recent(from, to)).map(({ ref }) => ref).toSorted();

  test('are the payments that were made in it, whole, each once', async () => {
    const day = nextDay();
    const [card, page, unpaid] = [await buySaved(), await buyOnPage(), (await open({ kind: 'page' })).ref];
    await gateway.refund(page, 500n, randomUUID());
    const found = await recent(day, later(HOUR));
    expect(found.map(({ ref }) => ref).toSorted()).toEqual([card, page, unpaid].toSorted());
    for (const snapshot of found) expect(snapshot).toEqual(await gateway.read(snapshot.ref));
    // The page of the third has expired meanwhile.
    expect(found.map(({ state }) => state).toSorted()).toEqual(['closed', 'paid', 'paid']);
  });

  test('are not those of before or after', async () => {
    nextDay();
    await buySaved();
    const from = later(HOUR);
    const ref = await buySaved();
    const to = later(HOUR);
    await buyOnPage();
    expect(await refs(from, to)).toEqual([ref]);
    expect(await refs(to, from)).toEqual([]);
  });

  test('are older payments too, when something of them was refunded or disputed in it', async () => {
    nextDay();
    const [refunded, disputed, asked, untouched] = [
      await buySaved(),
      await buyOnPage(),
      await buySaved(),
      await buySaved(),
    ];
    const from = later(HOUR);
    await gateway.refund(refunded, 500n, randomUUID());
    await dashboard.dispute(disputed);
    await dashboard.inquiry(asked);
    const to = later(HOUR);
    expect(await refs(from, to)).toEqual([refunded, disputed, asked].toSorted());
    expect(await refs(from, to)).not.toContain(untouched);
  });

  test('are older payments whose refund or dispute has only changed in it', async () => {
    nextDay();
    const [failed, won] = [await buyOnPage(), await buySaved()];
    await dashboard.refund(failed);
    await dashboard.dispute(won);
    const from = later(48 * HOUR);
    await dashboard.refundFails(failed);
    await dashboard.decide(won, 'win');
    const found = await recent(from, later(HOUR));
    expect(found.map(({ ref }) => ref).toSorted()).toEqual([failed, won].toSorted());
    expect(found.map(({ refunded, disputed }) => [refunded, disputed])).toEqual([
      [0n, 0n],
      [0n, 0n],
    ]);
  });

  test('a page that was opened before and paid in it is there under its own name', async () => {
    nextDay();
    const { ref, next } = await open({ kind: 'page' });
    const from = later(10 * 60_000);
    await httpPayer.pay(next!, 'approved');
    expect(await refs(from, later(HOUR))).toEqual([ref]);
  });

  test('goes through every page of every list', async () => {
    const day = nextDay();
    const made: string[] = [];
    for (let nth = 0; nth < 27; nth++) made.push((await open(by)).ref);
    const asked: string[] = [];
    simulator.between = async (c, next) => {
      if (c.req.path.endsWith('/payment_intents')) asked.push(c.req.query('starting_after') ?? 'first');
      await next();
    };
    expect(await refs(day, later(HOUR))).toEqual(made.toSorted());
    expect(asked).toHaveLength(2);
  });

  test('are only payments that we opened: others may use the account too', async () => {
    const day = nextDay();
    const own = await buySaved();
    await fetch(`${simulator.baseUrl}/v1/payment_intents`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${simulator.apiKey}` },
      body: new URLSearchParams({ amount: '9900', currency: 'eur' }),
    });
    expect(await refs(day, later(HOUR))).toEqual([own]);
  });

  test('a list that breaks off is no list: what was missed must not stay missed', async () => {
    const day = nextDay();
    for (let nth = 0; nth < 26; nth++) await open(by);
    simulator.between = async (c, next) => {
      if (c.req.query('starting_after')) return c.json({ message: 'try later' }, 503);
      await next();
    };
    await expect(recent(day, later(HOUR))).rejects.toBeInstanceOf(Unknown);
  });

  test('the cards of a customer are those that Stripe keeps', async () => {
    const others = await gateway.customer({ customerId: 'd', name: 'Bob' }, randomUUID());
    expect(await gateway.methods(others)).toEqual([]);
    expect(await gateway.methods(customer)).toContainEqual(
      expect.objectContaining({ ref: by.methodRef, brand: 'visa', last4: '4242' }),
    );
    const before = (await gateway.methods(customer)).length;
    const extra = (await gateway.methods(customer)).at(-1)!.ref;
    if (extra !== by.methodRef) await gateway.forget(extra);
    expect((await gateway.methods(customer)).length).toBeLessThanOrEqual(before);
  });
});
