import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { listenTo } from '../payments/listening.ts';
import { refundsOf, reversalsOf } from '../payments/payments.ts';
import { testOffer } from '../payments/stripe-offers.ts';
import type { Purchase } from './records.ts';
import { factOf, type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let purchase: Purchase;
let ada: Person;
const it = refundsIn(() => shop);

// Mia has bought 50 credits for €49.00; Ada administers everything.
beforeEach(async () => {
  shop = await openShop();
  purchase = await it.bought();
  ada = await it.signedIn(shop.administratorId);
});
afterEach(() => shop.close());

test('S19 a refund in the dashboard of the gateway is a line that says so', async () => {
  await (await it.dashboard()).refund((await it.paymentOf(purchase)).reference!, '24.50');
  await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
  const html = await ada.page(it.at(purchase));
  expect(wordsOf(html)).toMatch(/Refunded 10 Mar 2026, 10:00 In the dashboard of the gateway −€24\.50/);
  expect(factOf(html, 'Taken back')).toBe('25');
  const lines = await it.read((db) => reversalsOf(db, purchase.paymentId!));
  expect(lines).toMatchObject([{ kind: 'refund', actorName: null }]);
});

test('S19 a refund that fails later gives the credits back, and can be made again', async () => {
  const dashboard = await it.dashboard();
  const { reference } = await it.paymentOf(purchase);
  await ada.follow(await it.refund(ada, purchase, '49.00'));
  await dashboard.refundFails(reference!);
  await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
  expect(await shop.balance(shop.member.customerId)).toBe(5_000n);
  const html = await ada.page(it.at(purchase));
  expect(wordsOf(html)).toMatch(
    /Refunded 10 Mar 2026, 10:00 Ada: Moved away −€49\.00 A refund did not arrive 10 Mar 2026, 10:00 The bank of the card \+€49\.00/,
  );
  await ada.follow(await it.refund(ada, purchase, '49.00'));
  expect(await it.booked(purchase)).toEqual([5_000n, 0n, 0n]);
});

test('S19 E8 a refund that is made while another fails is booked by itself, and so is the other’s failure', async () => {
  const { reference } = await it.paymentOf(purchase);
  await ada.follow(await it.refund(ada, purchase, '20.00'));
  // Nobody has told us yet when the next one is asked for.
  await (await it.dashboard()).refundFails(reference!);
  shop.core.clock.advance(1_000);
  await ada.follow(await it.refund(ada, purchase, '25.00'));
  expect((await it.paymentOf(purchase)).refundedMinor).toBe(2_500n);
  expect(await it.read((db) => refundsOf(db, purchase.paymentId!))).toMatchObject([
    { amountMinor: 2_500n, status: 'done' },
    { amountMinor: 2_000n, status: 'done' },
  ]);
  const lines = await it.read((db) => reversalsOf(db, purchase.paymentId!));
  expect(lines.map(({ kind, amountMinor, actorName }) => [kind, amountMinor, actorName])).toEqual([
    ['refund', 2_000n, 'Ada'],
    ['refund_failed', -2_000n, null],
    ['refund', 2_500n, 'Ada'],
  ]);
  expect(await it.booked(purchase)).toEqual([2_551n, 0n, 0n]);
  shop.core.clock.advance(48 * 3_600_000);
  expect(await shop.app.payments.checkRefunds()).toBe(0);
  expect(await it.alertAbout(purchase, 'refund-refused')).toBeUndefined();
});

test('S19 a dispute takes credits back and raises an alert; won it gives them back, lost it keeps them', async () => {
  const dashboard = await it.dashboard();
  const { reference } = await it.paymentOf(purchase);
  const look = () => shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
  await dashboard.dispute(reference!);
  await look();
  expect(await it.booked(purchase)).toEqual([5_000n, 0n, 0n]);
  expect(await it.alertAbout(purchase, 'dispute')).toBeDefined();
  await dashboard.decide(reference!, 'win');
  await look();
  expect(await shop.balance(shop.member.customerId)).toBe(5_000n);
  expect(await it.booked(purchase)).toEqual([0n, 0n, 0n]);
  expect(wordsOf(await ada.page(it.at(purchase)))).toMatch(
    /No longer held back 10 Mar 2026, 10:00 The bank of the card \+€49\.00/,
  );
  shop.core.clock.advance(60_000);
  const second = await it.bought();
  const { reference: other } = await it.paymentOf(second);
  await it.spend(7_000n);
  await dashboard.dispute(other!);
  await shop.app.payments.settle(shop.organizationId, second.paymentId!);
  await dashboard.decide(other!, 'lose');
  await shop.app.payments.settle(shop.organizationId, second.paymentId!);
  expect(await it.booked(second)).toEqual([3_000n, 2_000n, 0n]);
  expect(await shop.balance(shop.member.customerId)).toBe(0n);
});

describe('how it is found', () => {
  test('S19 E2 by the hint that the gateway sends', async () => {
    await shop.close();
    shop = await openShop({ hints: true });
    const { core, organizationId, connectionId } = shop;
    const offer = testOffer({ timeoutMs: 5_000, simulatorUrl: () => core.config.simulatorUrl });
    expect(await listenTo(core, [offer], organizationId, connectionId!)).toBe(true);
    purchase = await it.bought();
    await (await it.dashboard()).refund((await it.paymentOf(purchase)).reference!, '49.00');
    await expect.poll(() => it.booked(purchase)).toEqual([5_000n, 0n, 0n]);
  });

  test('S19 E2 by the sweep when every hint is lost, once however often it sweeps', async () => {
    await (await it.dashboard()).refund((await it.paymentOf(purchase)).reference!, '24.50');
    for (let time = 0; time < 2; time++) {
      shop.core.clock.advance(60_000);
      await shop.app.payments.sweep();
    }
    expect(await it.booked(purchase)).toEqual([2_500n, 0n, 0n]);
    expect(await it.rows('payment_reversals')).toHaveLength(1);
  });
});
