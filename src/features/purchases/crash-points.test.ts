import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { checkLedger } from '../credits/verify.ts';
import type { Gateway } from '../payments/gateway.ts';
import { testOffer } from '../payments/stripe-offers.ts';
import type { BuyRequest } from './purchases.ts';
import { purchaseByKey } from './records.ts';

/** Where the program ends: everything up to there has happened, nothing after it ever will. */
type Point = `${'before' | 'after'} ${'customer' | 'open' | 'pay' | 'read'}`;

class Killed extends Error {}

let shop: Shop;
let point: Point | undefined;
const { again, charges, savedCard, rows } = buyingIn(() => shop);

beforeEach(async () => {
  point = undefined;
  shop = await openShop({
    gateways: ({ config }) => {
      const offer = testOffer({ timeoutMs: 5_000, simulatorUrl: () => config.simulatorUrl });
      return [{ ...offer, make: (settings) => mortal(offer.make(settings)) }];
    },
  });
});
afterEach(() => shop.close());

/** A gateway whose program is killed around one call to it, once. */
function mortal(gateway: Gateway): Gateway {
  const kills = (at: Point) => {
    if (point !== at) return;
    point = undefined;
    throw new Killed();
  };
  const around = <G extends unknown[], T>(
    name: 'customer' | 'open' | 'pay' | 'read',
    call: (...given: G) => Promise<T>,
  ) => {
    return async (...given: G): Promise<T> => {
      kills(`before ${name}`);
      const answer = await call(...given);
      kills(`after ${name}`);
      return answer;
    };
  };
  return {
    ...gateway,
    customer: around('customer', gateway.customer),
    open: around('open', gateway.open),
    pay: around('pay', gateway.pay),
    read: around('read', gateway.read),
  };
}

/** Presses the button in a program that is killed there; then a new one runs for an hour. */
async function killedWhileBuying(at: Point, press: BuyRequest) {
  point = at;
  await expect(shop.app.purchases.buy(press)).rejects.toBeInstanceOf(Killed);
  await anHour();
  return await shop.core.database.read(
    shop.organizationId,
    async (db) => (await purchaseByKey(db, press.buyer.id, press.requestKey))!,
  );
}

async function anHour(): Promise<void> {
  for (let round = 0; round < 12; round++) {
    shop.core.clock.advance(5 * 60_000);
    await shop.app.checkPayments();
  }
}

const balance = () => shop.balance(shop.member.customerId);

async function booksBalance(credits: bigint, charged: number): Promise<void> {
  expect(await balance()).toBe(credits);
  expect(await charges()).toHaveLength(charged);
  const { faults } = await shop.core.database.read(shop.organizationId, (db) => checkLedger(db));
  expect(faults).toEqual([]);
  const undecided = (await rows('payments')).filter(({ check_at }) => check_at !== null);
  expect(undecided).toEqual([]);
}

describe('E9 the program ends in the middle of a sale, and a new one goes on', () => {
  test.each<[Point, string, bigint, number]>([
    ['before open', 'failed', 5_000n, 1],
    ['after open', 'failed', 5_000n, 1],
    ['before pay', 'failed', 5_000n, 1],
    ['after pay', 'paid', 10_000n, 2],
  ])('E9 with a saved card, %s: %s, and nobody is charged without credits', async (at, status, credits, charged) => {
    const id = await savedCard();
    const press = shop.press({ method: { kind: 'saved', id } });
    const purchase = await killedWhileBuying(at, press);
    expect(purchase.status).toBe(status);
    await booksBalance(credits, charged);
    // Who presses the same button again finds what became of it.
    expect(await shop.app.purchases.buy({ ...press, now: shop.core.now() })).toMatchObject({
      id: purchase.id,
      status,
      repeated: true,
    });
    await booksBalance(credits, charged);
  });

  test.each<[Point]>([['before customer'], ['after customer'], ['before open'], ['after open']])(
    'E9 before anybody has the address of the gateway’s page, %s: it failed, and nobody can pay it',
    async (at) => {
      const purchase = await killedWhileBuying(at, shop.press());
      expect(purchase).toMatchObject({ status: 'failed', nextUrl: null });
      await booksBalance(0n, 0);
    },
  );

  test.each<[Point]>([['before read'], ['after read']])(
    'E9 while it asks about a page that was paid, %s: the next one asks again and grants once',
    async (at) => {
      const { id, nextUrl } = await shop.app.purchases.buy(shop.press());
      await shop.payOnPage(nextUrl!, CARDS.good);
      const { paymentId } = await again({ id });
      point = at;
      await expect(shop.app.payments.settle(shop.organizationId, paymentId!)).rejects.toBeInstanceOf(Killed);
      expect(await balance()).toBe(0n);
      await anHour();
      expect(await again({ id })).toMatchObject({ status: 'paid' });
      await booksBalance(5_000n, 1);
    },
  );
});
