import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fillingBrowser } from '../../../test/support/filling.ts';
import { listening } from '../../../test/support/hints.ts';
import { cardNumbersIn, gatewaySecretsIn, leaksIn } from '../../../test/support/leaks.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { type StripeByKey, stripeByKey } from '../../../test/support/stripe-by-key.ts';
import { newId, newRequestKey } from '../../platform/ids.ts';
import { testOffer } from '../payments/stripe-offers.ts';
import { addresses } from './addresses.ts';
import type { Purchase } from './records.ts';
import { type Person, refundsIn } from './test-refunds.ts';

let shop: Shop;
let stripe: StripeByKey;
let isAway: boolean;
const it = refundsIn(() => shop);

/** A card that somebody types although it is none of the test gateway's: it may be a real one. */
const REAL = '5555 5555 5555 4444';

beforeEach(async () => {
  isAway = false;
  shop = await openShop({
    hints: true,
    env: { GATEWAY_TIMEOUT_MS: '1500' },
    gateways: (core) => {
      stripe = stripeByKey(core);
      return [stripe.offer, testOffer({ timeoutMs: 1_500, simulatorUrl: () => core.config.simulatorUrl })];
    },
  });
});
afterEach(() => shop.close());

/** Everything that our pages, and the API of the test gateway, say meanwhile: heads and bodies. */
function listenIn(heard: string[]): void {
  const { http } = shop.app;
  const request = http.request.bind(http);
  http.request = (async (...given: Parameters<typeof request>) => {
    const answer = await request(...given);
    heard.push(JSON.stringify([...answer.headers]), Buffer.from(await answer.clone().arrayBuffer()).toString('latin1'));
    return answer;
  }) as typeof http.request;
  shop.between = async (c, next) => {
    heard.push(await c.req.raw.clone().text());
    if (isAway) return c.text('no healthy upstream', 503);
    await next();
    heard.push(await c.res.clone().text());
  };
}

/** Types a card into the form of the gateway's page. */
async function typed(url: string, number: string): Promise<Response> {
  const body = new URLSearchParams({ number, expires: '12/34', cvc: '123', name: 'Mia' });
  return await fetch(url, { method: 'POST', body, redirect: 'manual' });
}

/** Buys by card of every kind, refunds, is disputed, reads receipts, connects a gateway, and makes mistakes. */
async function aBusyDay(mia: Person, ada: Person): Promise<void> {
  const sheet = `/l/${shop.location.slug}/membership/credits/packages/${shop.packages.fifty}`;
  const press = (method: string) =>
    mia.post(sheet, { requestKey: newRequestKey(), seenTotalMinor: '4900', wallet: 'personal', method });
  const latest = async (): Promise<Purchase> => {
    const rows = await it.rows('purchases');
    const { id } = rows.sort((a, b) => ((a.id as string) < (b.id as string) ? 1 : -1))[0]!;
    return await it.settle({
      id,
      paymentId: (await it.rows('payments')).find((row) => row.subject_id === id)!.id,
    } as Purchase);
  };

  // On the gateway's page: a card that may be real, one that is declined, one that pays.
  await press('page');
  const first = await latest();
  expect((await typed(first.nextUrl!, REAL)).status).toBe(422);
  await typed(first.nextUrl!, '4000 0000 0000 0002');
  expect((await typed(first.nextUrl!, '4242 4242 4242 4242')).status).toBe(303);
  await mia.follow(await mia.get(`${addresses.purchase(shop.location, first.id)}/return`));

  // With the saved card, and with one whose bank asks.
  const [card] = await it.rows('saved_methods');
  shop.core.clock.advance(60_000);
  await press(`saved-${card!.id}`);
  const second = await latest();
  shop.core.clock.advance(60_000);
  await press('page');
  const third = await latest();
  await typed(third.nextUrl!, CARDS.asks);
  isAway = true;
  await mia.page(addresses.purchase(shop.location, third.id));
  isAway = false;

  // Refunded here, disputed and refunded there, and everything compared.
  await ada.follow(await it.refund(ada, first, '10.00'));
  const dashboard = await it.dashboard();
  await dashboard.dispute((await it.paymentOf(second)).reference!);
  await it.settle(second);
  await ada.follow(await ada.post(it.check()));
  for (const purchase of [first, second]) {
    await ada.page(it.at(purchase));
    await mia.page(addresses.purchase(shop.location, purchase.id));
  }
  const receipts = await it.rows('receipts');
  expect(receipts.length).toBeGreaterThan(2);
  for (const { number } of receipts)
    for (const path of [
      `/l/${shop.location.slug}/receipts/${number}`,
      `/l/${shop.location.slug}/receipts/${number}/pdf`,
    ])
      expect((await mia.get(path)).status).toBe(200);

  // What people type where it does not belong, and what fails.
  await mia.post(sheet, {
    requestKey: newRequestKey(),
    seenTotalMinor: '4900',
    wallet: 'personal',
    method: '4242 4242 4242 4242',
  });
  await mia.get(addresses.purchase(shop.location, newId(shop.core.now())));
  await connectAnother();
  await ada.page(it.check());
  await mia.page(`/l/${shop.location.slug}/membership/credits`);
}

const KEY = 'rk_test_51ConnectedLater00000000000000001';

/** Parts with the test gateway, and connects Stripe after a key that is refused. */
async function connectAnother(): Promise<void> {
  const { organizationId, administratorId: userId } = shop;
  await stripe.makeKey(organizationId, KEY);
  const settings = `/l/${shop.location.slug}/settings/payment-gateways`;
  const browser = await fillingBrowser(shop, { organizationId, userId });
  await browser.fill(`${settings}/disconnect`);
  for (const apiKey of [`${KEY.slice(0, -1)}2`, KEY])
    await browser.fill(`${settings}/stripe/connect`, { 'setting-apiKey': apiKey, forPackages: 'on' });
  expect(await browser.read(settings)).toContain('Stripe');
}

describe('what nobody may keep', () => {
  test('S3 E25 after a busy day no table, log or page has a card number or the secret of a gateway', async () => {
    const heard: string[] = [];
    listenIn(heard);
    const mia = await it.signedIn(shop.member.userId);
    const ada = await it.signedIn(shop.administratorId);
    await listening(shop);
    await aBusyDay(mia, ada);
    const { logged } = shop.core;
    expect(heard.length).toBeGreaterThan(100);
    expect(logged.length).toBeGreaterThan(0);
    // What the gateway tells us of its own secret, once, it tells in its API.
    const ours = heard.filter((text) => !text.includes('"webhook_endpoint"'));
    for (const texts of [logged, ours]) {
      expect(texts.flatMap(cardNumbersIn)).toEqual([]);
      expect(texts.flatMap(gatewaySecretsIn)).toEqual([]);
    }
    const rows = { query: (text: string) => shop.core.db.asOwner(shop.organizationId, text) };
    expect(await leaksIn(rows as never)).toEqual([]);
    // Nor in another guise.
    for (const number of [...Object.values(CARDS), REAL.replaceAll(' ', '')])
      for (const guise of [
        number,
        Buffer.from(number).toString('hex'),
        Buffer.from(number).toString('base64').slice(0, 20),
      ])
        expect([...logged, ...heard].filter((text) => text.includes(guise))).toEqual([]);
  });

  test('S3 E25 what looks for them would find them', async () => {
    const found = [
      ['Card 4242 4242 4242 4242, thank you', '4242424242424242'],
      ['{"number":"4242424242424242"}', '4242424242424242'],
      ['2026-03-10 5555-5555-5555-4444', '5555555555554444'],
      ['on 10 3782 822463 10005 today', '378282246310005'],
      ['6011.1111.1111.1117', '6011111111111117'],
    ];
    for (const [text, number] of found) expect(cardNumbersIn(text!), text).toContain(number);
    for (const text of ['4242 4242 4242 4241', newId(new Date()), '1773133200000', 'a4242424242424242', '4242 4242'])
      expect(cardNumbersIn(text), text).toEqual([]);
    expect(gatewaySecretsIn(`with ${KEY} and whsec_c2VjcmV0c2VjcmV0`)).toEqual([KEY, 'whsec_c2VjcmV0c2VjcmV0']);
    const { organizationId, core } = shop;
    await core.db.asOwner(organizationId, `update customers set name = 'Mia 4242 4242 4242 4242' where id = $1`, [
      shop.member.customerId,
    ]);
    await core.db.asOwner(organizationId, `update users set name = '${KEY}' where id = $1`, [shop.member.userId]);
    const rows = { query: (text: string) => core.db.asOwner(organizationId, text) };
    expect((await leaksIn(rows as never)).sort()).toEqual([
      'public.customers: 424242…4242',
      `public.users: rk_tes…${KEY.slice(-4)}`,
    ]);
    await core.db.asOwner(organizationId, `update customers set name = 'Mia'`);
    await core.db.asOwner(organizationId, `update users set name = 'Mia'`);
  });
});
