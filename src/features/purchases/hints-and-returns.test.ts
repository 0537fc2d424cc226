import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { hintOf, type Listening, listening, sendHint } from '../../../test/support/hints.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { addresses } from './addresses.ts';
import type { Purchase } from './records.ts';
import { type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let mia: Person;
let to: Listening;
const { again, charges } = buyingIn(() => shop);
const it = refundsIn(() => shop);

// Hints are sent by the tests; those of the test gateway itself are lost.
beforeEach(async () => {
  shop = await openShop();
  to = await listening(shop);
  mia = await it.signedIn(shop.member.userId);
});
afterEach(() => shop.close());

const returnOf = (purchase: Purchase) => `${addresses.purchase(shop.location, purchase.id)}/return`;
const balance = () => shop.balance(shop.member.customerId);
const refOf = async (purchase: Purchase) => (await it.paymentOf(purchase)).reference!;
const send = async (ref: string, event = {}) => (await sendHint(to.url, hintOf(ref, to.secret, event))).status;

/** A purchase that is paid on the gateway's page, and nobody here knows. */
async function paidUnseen(): Promise<Purchase> {
  const purchase = await it.buy(shop.press());
  await shop.payOnPage(purchase.nextUrl!, CARDS.good);
  return purchase;
}

/** Names the payment of a purchase by the gateway's other id of it. */
async function intentOf(purchase: Purchase): Promise<string> {
  const ref = await refOf(purchase);
  const rows = await it.rows('simulator_objects');
  return rows.find(({ kind, belongs_to }) => kind === 'payment_intent' && belongs_to === ref)!.id as string;
}

describe('E7 hints and the browser that comes back', () => {
  test('E7 eight hints and eight return pages at the same instant grant once, and every page shows the credits', async () => {
    const purchase = await paidUnseen();
    const ref = await refOf(purchase);
    const [hinted, returned] = await Promise.all([
      Promise.all(Array.from({ length: 8 }, () => send(ref))),
      Promise.all(Array.from({ length: 8 }, () => mia.get(returnOf(purchase)))),
    ]);
    expect(hinted).toEqual(Array(8).fill(204));
    for (const answer of returned)
      expect(answer.headers.get('location')).toBe(
        `${`/l/${shop.location.slug}/membership/credits`}?bought=${purchase.id}`,
      );
    expect(await balance()).toBe(5_000n);
    expect(await it.rows('credit_entries')).toHaveLength(1);
    expect(await charges()).toHaveLength(1);
  });

  test('E7 sixteen looks that all read before any of them applies grant once', async () => {
    const purchase = await paidUnseen();
    let asked = 0;
    const all = Promise.withResolvers<void>();
    // Nobody is answered before everybody has asked: each of them holds "paid" in hands when the first one applies it.
    shop.between = async (c, next) => {
      await next();
      if (!c.req.path.includes('/checkout/sessions/')) return;
      if (++asked === 16) all.resolve();
      await all.promise;
    };
    const settle = () => shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    const settled = await Promise.all(Array.from({ length: 16 }, settle));
    expect(settled.map(({ status }) => status)).toEqual(Array(16).fill('paid'));
    expect(await balance()).toBe(5_000n);
    expect(await it.rows('credit_entries')).toHaveLength(1);
  });

  test('E7 hints that come late, or in another order than things happened, change nothing any more', async () => {
    const purchase = await paidUnseen();
    const ref = await refOf(purchase);
    // "Expired" overtakes "completed"; what the gateway answers when asked decides, not what a hint is called.
    expect(await send(ref, { type: 'checkout.session.expired' })).toBe(204);
    expect(await again(purchase)).toMatchObject({ status: 'paid' });
    expect(await send(ref, { type: 'checkout.session.completed' })).toBe(204);
    await (await it.dashboard()).refund(ref);
    expect(await send(ref, { type: 'charge.refunded' })).toBe(204);
    expect(await it.booked(purchase)).toEqual([5_000n, 0n, 0n]);
    shop.core.clock.advance(30 * 24 * 3_600_000);
    expect(await send(await intentOf(purchase), { type: 'payment_intent.succeeded' })).toBe(204);
    expect(await it.booked(purchase)).toEqual([5_000n, 0n, 0n]);
    expect(await balance()).toBe(0n);
  });
});

describe('paid after we gave up', () => {
  /** She went back without paying, and the gateway said that its page was closed; in another tab it took her money. */
  async function givenUp(): Promise<Purchase> {
    const purchase = await it.buy(shop.press());
    shop.between = async (c, next) => {
      if (c.req.path.endsWith('/expire'))
        return c.json({ error: { type: 'invalid_request_error' } }, 400, { 'Request-Id': 'req_1' });
      await next();
      c.res = Response.json({ ...(await c.res.json()), status: 'expired' });
    };
    expect((await mia.get(addresses.cancel(shop.location, purchase.id))).status).toBe(303);
    shop.between = (_, next) => next();
    expect(await again(purchase)).toMatchObject({ status: 'failed', failureCode: 'abandoned' });
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    return purchase;
  }

  test('E2 a payment that was given up and is paid after all brings its credits, and administrators are told', async () => {
    const purchase = await givenUp();
    expect(await balance()).toBe(0n);
    expect(await send(await refOf(purchase))).toBe(204);
    expect(await again(purchase)).toMatchObject({ status: 'paid', failureCode: null });
    expect(await balance()).toBe(5_000n);
    const ada = await it.signedIn(shop.administratorId);
    expect(wordsOf(await ada.page(it.check()))).toContain(
      'Mia paid €49.00 for Regular when we no longer expected it. The credits were added.',
    );
    expect(wordsOf(await mia.page(addresses.purchase(shop.location, purchase.id)))).toContain('50 credits added');
    // Once, however often it is told.
    expect(await send(await intentOf(purchase))).toBe(204);
    expect(await it.rows('credit_entries')).toHaveLength(1);
    expect(await it.rows('money_alerts')).toHaveLength(1);
  });

  test('E2 when every hint is lost the nightly sweep finds it', async () => {
    const purchase = await givenUp();
    shop.core.clock.advance(60_000);
    await shop.app.payments.sweep();
    expect(await again(purchase)).toMatchObject({ status: 'paid' });
    expect(await balance()).toBe(5_000n);
    expect(await it.alertAbout(purchase, 'late-payment')).toBeDefined();
  });
});
