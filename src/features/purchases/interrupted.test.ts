import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop({ env: { GATEWAY_TIMEOUT_MS: '1500' } });
});
afterEach(() => shop.close());

const { again, buy, settle, rows, charges, savedCard } = buyingIn(() => shop);

describe('a bank that asks whether it is you', () => {
  const answer = (question: string, yes: boolean) =>
    fetch(question, { method: 'POST', body: new URLSearchParams({ answer: yes ? 'yes' : 'no' }), redirect: 'manual' });
  const savedCardThatAsks = async () => {
    const purchase = await buy(shop.press());
    const asked = await shop.payOnPage(purchase.nextUrl!, CARDS.asks);
    await answer(asked.headers.get('location')!, true);
    expect(await settle(purchase)).toMatchObject({ status: 'paid' });
    return (await rows('saved_methods'))[0]!.id as string;
  };

  test('a saved card whose bank asks leads to the bank, and yes pays once', async () => {
    const id = await savedCardThatAsks();
    const purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
    expect(purchase.status).toBe('action');
    expect(purchase.nextUrl).toContain('/3ds/');
    await answer(purchase.nextUrl!, true);
    expect(await settle(purchase)).toMatchObject({ status: 'paid', balanceAfterMinor: 10_000n });
    expect(await charges()).toHaveLength(2);
  });

  test('a saved card whose bank is told no is not charged, and says why', async () => {
    const id = await savedCardThatAsks();
    const purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
    await answer(purchase.nextUrl!, false);
    expect(await settle(purchase)).toMatchObject({ status: 'failed', failureCode: 'authentication-failed' });
    expect(await charges()).toHaveLength(1);
  });

  const halfAnHour = async () => {
    shop.core.clock.advance(31 * 60_000 + 1);
    await shop.app.checkPayments();
  };

  test('a saved card whose bank is never answered is given up after half an hour, and a late yes takes nothing', async () => {
    const id = await savedCardThatAsks();
    const purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
    shop.core.clock.advance(30 * 60_000);
    await shop.app.checkPayments();
    expect(await again(purchase)).toMatchObject({ status: 'action', failureCode: null });
    await halfAnHour();
    expect(await again(purchase)).toMatchObject({ status: 'failed', failureCode: 'abandoned' });
    await answer(purchase.nextUrl!, true);
    expect(await settle(purchase)).toMatchObject({ status: 'failed' });
    expect(await charges()).toHaveLength(1);
    expect(await shop.balance(shop.member.customerId)).toBe(5000n);
  });

  test('whoever leaves the bank’s question on the gateway’s page has paid nothing, and a late yes takes nothing', async () => {
    const purchase = await buy(shop.press());
    const asked = await shop.payOnPage(purchase.nextUrl!, CARDS.asks);
    await halfAnHour();
    expect(await again(purchase)).toMatchObject({ status: 'failed', failureCode: 'abandoned' });
    await answer(asked.headers.get('location')!, true);
    expect(await settle(purchase)).toMatchObject({ status: 'failed' });
    expect(await charges()).toHaveLength(0);
  });
});

describe('E8 E9 a gateway or a program that goes away', () => {
  const cut = (when: 'before' | 'after', path: string) => {
    let times = 0;
    shop.between = async (c, next) => {
      if (!c.req.path.includes(path) || c.req.method !== 'POST' || times++ > 0) return await next();
      if (when === 'after') await next();
      // An answer that never was: the connection ends without one.
      c.env.outgoing.destroy();
      await new Promise(() => {});
    };
  };

  test('E8 the gateway charges and its answer is lost: undecided first, then paid once when the gateway is asked', async () => {
    const id = await savedCard();
    cut('after', '/confirm');
    const purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
    expect(purchase.status).toBe('action');
    expect(await shop.balance(shop.member.customerId)).toBe(5000n);
    expect(await settle(purchase)).toMatchObject({ status: 'paid', balanceAfterMinor: 10_000n });
    expect(await charges()).toHaveLength(2);
  });

  test('E8 the gateway is cut off before it charges: it is asked, given up, and nothing is charged ever', async () => {
    const id = await savedCard();
    cut('before', '/confirm');
    const purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
    expect(purchase.status).toBe('action');
    shop.core.clock.advance(46_000);
    await shop.app.checkPayments();
    expect(await again(purchase)).toMatchObject({ status: 'failed' });
    expect(await charges()).toHaveLength(1);
  });

  test('a gateway that cannot be opened fails the purchase with nothing charged', async () => {
    cut('before', '/checkout/sessions');
    const purchase = await buy(shop.press());
    expect(purchase).toMatchObject({ status: 'failed', failureCode: 'gateway-refused' });
  });

  test('E9 a program that ended between the committed reference and the charge leaves a payment that is given up', async () => {
    const id = await savedCard();
    cut('before', '/confirm');
    const purchase = await buy(shop.press({ method: { kind: 'saved', id }, requestKey: newRequestKey() }));
    for (let second = 0; second < 60 && (await again(purchase)).status !== 'failed'; second += 5) {
      shop.core.clock.advance(5_000);
      await shop.app.checkPayments();
    }
    expect(await again(purchase)).toMatchObject({ status: 'failed' });
  });

  test('an amount that is not what we asked for goes to review and grants nothing', async () => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await shop.core.db.asOwner(shop.organizationId, 'update payments set amount_minor = 4901');
    expect(await settle(purchase)).toMatchObject({ status: 'review' });
    expect(await shop.balance(shop.member.customerId)).toBe(0n);
  });
});

test('E7 signed hints alone settle a payment, and the second one for it changes nothing', async () => {
  await shop.close();
  shop = await openShop({ hints: true });
  await shop.app.startWorking();
  const listens = async () => (await rows('gateway_connections'))[0]!.sealed_webhook_secret !== null;
  await vi.waitUntil(listens, { timeout: 10_000 });
  const purchase = await buy(shop.press());
  await shop.payOnPage(purchase.nextUrl!, CARDS.good);
  // The clock stands still: no check of due payments will look.
  await vi.waitUntil(async () => (await again(purchase)).status === 'paid', { timeout: 10_000 });
  expect(await shop.balance(shop.member.customerId)).toBe(5000n);
  expect(await rows('credit_entries')).toHaveLength(1);
});
