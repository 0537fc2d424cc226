import { afterEach, beforeEach, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newId, newRequestKey } from '../../platform/ids.ts';
import type { Purchase } from './records.ts';
import { type Person, refundsIn, wordsOf } from './test-refunds.ts';

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

const REVIEW = '/refund/review';
const refunds = () => it.rows('refunds');

test('S19 administrators without the area, members and strangers find no page, and the tab offers them nothing', async () => {
  const desk = await it.administratorOf(['customers', 'settings', 'analytics']);
  expect(await desk.page(it.tab())).not.toContain(`payments/${purchase.paymentId}`);
  const member = await it.signedIn(shop.member.userId);
  const typed = { requestKey: newRequestKey(), amount: '1', reason: 'x', seen: '0-0' };
  for (const person of [desk, member]) {
    for (const below of ['', '/refund', '/waive']) expect((await person.get(it.at(purchase, below))).status).toBe(404);
    expect((await person.get(`${it.at(purchase, REVIEW)}?${new URLSearchParams(typed)}`)).status).toBe(404);
    expect((await person.post(it.at(purchase, REVIEW), typed)).status).toBe(404);
    expect((await person.post(it.at(purchase, '/waive'), { reason: 'x', seen: '1' })).status).toBe(404);
  }
  expect(await refunds()).toEqual([]);
});

test('S19 whoever looks after money only refunds as well, and is led back to Money check', async () => {
  const clerk = await it.administratorOf(['billing']);
  const html = await clerk.follow(await it.refund(clerk, purchase, '49.00'));
  expect(wordsOf(html)).toContain('€49.00 refunded to Mia.');
  expect(html).toContain(`href="${it.check()}"`);
});

test('E25 unknown payments, those of others and spoilt addresses are not there', async () => {
  const others = await it.bought({
    wallet: { kind: 'company', customerId: shop.company.customerId, name: 'Otter Works' },
    buyer: { id: shop.manager.userId, name: 'Max', email: shop.manager.email },
  });
  const of = (paymentId: string, customerId = purchase.customerId) => it.at({ ...purchase, paymentId, customerId });
  for (const path of [
    of(newId(shop.core.now())),
    of('x'),
    of(others.paymentId!),
    of(purchase.paymentId!, shop.company.customerId),
  ]) {
    for (const below of ['', '/refund', '/waive']) expect((await ada.get(path + below)).status, path + below).toBe(404);
    const typed = { requestKey: newRequestKey(), amount: '1', reason: 'x', seen: '0-0' };
    expect((await ada.post(`${path}${REVIEW}`, typed)).status).toBe(404);
  }
  const spoils: Record<string, string>[] = [{ seen: '' }, { seen: 'x' }, { requestKey: 'x' }];
  for (const spoilt of spoils) expect((await it.refund(ada, purchase, '1.00', spoilt)).status).toBe(404);
  expect((await ada.post(it.at(purchase, REVIEW), { amount: '1', more: 'x' })).status).toBe(400);
});

test('S19 what was free, not paid or held back by a bank cannot be refunded, and the page says why', async () => {
  const free = await it.buy(
    shop.press({ packageId: shop.packages.free, method: { kind: 'free' }, seenTotalMinor: 0n }),
  );
  const open = await it.buy(shop.press());
  for (const it_ of [free, open]) {
    const html = await ada.page(it.at(it_, '/refund'));
    expect(wordsOf(html)).toContain('Nothing was paid.');
    expect((await it.refund(ada, it_, '1.00')).status).toBe(422);
    expect((await it.refund(ada, it_, '1.00', { seen: '0-0' })).status).toBe(422);
  }
  await (await it.dashboard()).dispute((await it.paymentOf(purchase)).reference!);
  await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
  expect(wordsOf(await ada.page(it.at(purchase, '/refund')))).toContain(
    'The bank holds the money back, so it is not ours to give.',
  );
  const html = await ada.page(it.at(purchase));
  expect(wordsOf(html)).toContain('The bank holds this payment back');
  expect(wordsOf(html)).toMatch(/Held back by the bank 10 Mar 2026, 10:00 The bank of the card −€49\.00/);
});

test('E20 without the key of its gateway a payment cannot be refunded here, and the page says where', async () => {
  await shop.core.db.asOwner(
    shop.organizationId,
    `update gateway_connections set sealed_settings = '', disconnected_at = now()`,
  );
  expect(wordsOf(await ada.page(it.at(purchase, '/refund')))).toContain(
    'The key of the gateway it was paid with was deleted.',
  );
  expect((await it.refund(ada, purchase, '1.00')).status).toBe(422);
});
