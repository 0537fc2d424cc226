import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MollieShop, openMollieShop } from '../../../test/support/mollie-shop.ts';
import { choose, cutAfterActing } from '../../../test/support/mollie-simulator.ts';
import { Refused, Unknown } from './gateway.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let shop: MollieShop;
let now: Date;
beforeEach(async () => {
  now = new Date('2026-03-10T09:00:00.700Z');
  shop = await openMollieShop({ now: () => new Date(now) });
});
afterEach(() => shop.simulator.close());

const pass = (ms: number) => {
  now = new Date(now.getTime() + ms);
};

describe('Refunds at Mollie', () => {
  test('more than was paid does not go back, although Mollie would let it', async () => {
    const { ref } = await shop.paid();
    await expect(shop.gateway.refund(ref, 4901n, randomUUID())).rejects.toMatchObject({ code: 'amount' });
    await shop.gateway.refund(ref, 4000n, randomUUID());
    await expect(shop.gateway.refund(ref, 901n, randomUUID())).rejects.toBeInstanceOf(Refused);
    await shop.simulator.dashboard.refund(ref, '0.50');
    await expect(shop.gateway.refund(ref, 900n, randomUUID())).rejects.toBeInstanceOf(Refused);
    expect(await shop.gateway.refund(ref, 850n, randomUUID())).toMatchObject({ refunded: 4900n });
  });

  test('a refund whose answer is lost is made once, even when Mollie has forgotten the key since', async () => {
    const { ref } = await shop.paid();
    shop.simulator.between = (c, next) => (c.req.method === 'POST' ? cutAfterActing(c, next) : next());
    await expect(shop.gateway.refund(ref, 700n, 'refund:1')).rejects.toBeInstanceOf(Unknown);
    shop.simulator.between = (_, next) => next();
    shop.simulator.books.keys.clear();
    expect(await shop.gateway.refund(ref, 700n, 'refund:1')).toMatchObject({ refunded: 700n });
    expect(shop.simulator.books.refunds.size).toBe(1);
  });

  test('eight calls with one key at the same instant give back once', async () => {
    const { ref } = await shop.paid();
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => shop.gateway.refund(ref, 700n, 'refund:at-once')),
    );
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(Unknown);
    expect(await shop.gateway.refund(ref, 700n, 'refund:at-once')).toMatchObject({ refunded: 700n });
    expect(shop.simulator.books.refunds.size).toBe(1);
  });

  test('a refund that failed is not asked for again by its key, but can be by another', async () => {
    const { ref } = await shop.paid();
    await shop.gateway.refund(ref, 4900n, 'refund:1');
    await shop.simulator.dashboard.endRefunds(ref, 'failed');
    await expect(shop.gateway.refund(ref, 4900n, 'refund:1')).rejects.toMatchObject({ code: 'refund-failed' });
    expect(await shop.gateway.refund(ref, 4900n, 'refund:2')).toMatchObject({ refunded: 4900n });
  });

  test('a refund in yen has no decimals', async () => {
    const { ref } = await shop.paid({ money: { minor: 4900n, currency: 'JPY' } });
    expect(await shop.gateway.refund(ref, 7n, randomUUID())).toMatchObject({
      refunded: 7n,
      money: { minor: 4900n, currency: 'JPY' },
    });
  });
});

describe("Mollie's own books", () => {
  const named = async (from: Date, to: Date = now) => {
    const refs: string[] = [];
    for await (const { ref } of shop.gateway.recent(from, to)) refs.push(ref);
    return refs;
  };

  test('name each payment of ours once, whatever happened to it, and none of other programs', async () => {
    const { dashboard } = shop.simulator;
    const { ref } = await shop.paid();
    await shop.gateway.refund(ref, 100n, randomUUID());
    await shop.gateway.refund(ref, 200n, randomUUID());
    await dashboard.chargeBack(ref, '1.00');
    const foreign = dashboard.foreignPayment();
    await dashboard.refund(foreign, '1.00');
    await dashboard.chargeBack(foreign, '1.00');
    const { ref: open } = await shop.open();
    expect((await named(new Date(now.getTime() - MINUTE))).sort()).toEqual([ref, open].sort());
  });

  test('tell whole seconds, and a payment of the first one is not lost', async () => {
    const { ref } = await shop.paid();
    expect(await named(now)).toEqual([ref]);
  });

  test('name what was paid, refunded, charged back or came back later than it was made', async () => {
    const { dashboard } = shop.simulator;
    const { ref, next } = await shop.open();
    const since = async (step: () => Promise<unknown>) => {
      pass(3 * HOUR);
      const before = new Date(now);
      pass(MINUTE);
      expect(await named(before)).toEqual([]);
      await step();
      expect(await named(before)).toEqual([ref]);
      pass(MINUTE);
      expect(await named(new Date(now.getTime() - 30_000))).toEqual([]);
    };
    await since(() => choose(next!, 'pay'));
    pass(40 * DAY);
    await since(() => shop.gateway.refund(ref, 100n, randomUUID()));
    pass(40 * DAY);
    let chargeback = '';
    await since(async () => {
      chargeback = await dashboard.chargeBack(ref, '1.00');
    });
    pass(100 * DAY);
    await since(() => dashboard.reverse(chargeback));
  });

  test('name for weeks a payment whose refund failed: Mollie does not say when', async () => {
    const { ref } = await shop.paid();
    await shop.gateway.refund(ref, 100n, randomUUID());
    pass(20 * DAY);
    expect(await named(new Date(now.getTime() - DAY))).toEqual([]);
    await shop.simulator.dashboard.endRefunds(ref, 'failed');
    expect(await named(new Date(now.getTime() - DAY))).toEqual([ref]);
    pass(60 * DAY);
    expect(await named(new Date(now.getTime() - DAY))).toEqual([]);
  });

  test('are read to their end, page by page, and no further than the time that was asked for', async () => {
    const { books } = shop.simulator;
    const { ref } = await shop.paid();
    const pattern = books.payments.get(ref)!;
    const refs = [ref];
    for (let count = 1; count < 600; count++) {
      pass(1000);
      const id = `tr_copy${count}`;
      books.payments.set(id, { ...pattern, id, createdAt: new Date(now), paidAt: new Date(now) });
      refs.push(id);
    }
    let pages = 0;
    shop.simulator.between = (c, next) => {
      if (c.req.path.endsWith('/v2/payments')) pages++;
      return next();
    };
    expect((await named(new Date(now.getTime() - HOUR))).sort()).toEqual(refs.sort());
    expect(pages).toBe(3);
    pass(30 * DAY);
    pages = 0;
    expect(await named(new Date(now.getTime() - HOUR))).toEqual([]);
    expect(pages).toBe(1);
  });

  test.each<[string, object]>([
    ['that is no list', { resource: 'payment', id: 'tr_1' }],
    ['of something else', { _embedded: { orders: [] }, _links: {} }],
    ['that goes on nowhere', { _embedded: LISTS(), _links: { next: { href: 'https://api.mollie.com/v2/payments' } } }],
    ['that goes on with itself', { _embedded: LISTS(), _links: { next: { href: 'https://x.example/?from=tr_1' } } }],
  ])('an answer %s decides nothing', async (_, answer) => {
    shop.simulator.between = async () => Response.json(answer);
    await expect(named(new Date(0))).rejects.toBeInstanceOf(Unknown);
  });
});

function LISTS() {
  return { payments: [], refunds: [], chargebacks: [] };
}
