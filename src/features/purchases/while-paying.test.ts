import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { fillingBrowser } from '../../../test/support/filling.ts';
import { CARDS, openShop, type Shop, testGateways } from '../../../test/support/shop.ts';
import { type StripeByKey, stripeByKey } from '../../../test/support/stripe-by-key.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { forgetSecrets } from '../payments/parting.ts';
import { testOffer } from '../payments/stripe-offers.ts';
import { type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let stripe: StripeByKey;
let ada: Person;
const { again, settle, savedCard } = buyingIn(() => shop);
const it = refundsIn(() => shop);

beforeEach(async () => {
  shop = await openShop({
    gateways: (core) => {
      stripe = stripeByKey(core);
      return [stripe.offer, testOffer({ timeoutMs: 5_000, simulatorUrl: () => core.config.simulatorUrl })];
    },
  });
  ada = await it.signedIn(shop.administratorId);
});
afterEach(() => shop.close());

const balance = (customerId = shop.member.customerId) => shop.balance(customerId);
const profile = (below: string) => `/l/${shop.location.slug}/community/customers/${shop.member.customerId}/${below}`;
const remove = async () => expect((await ada.post(profile('remove'), { type: 'member' })).status).toBe(303);
const spend = () => it.spend(100n);

describe('E4 a member who is removed while paying', () => {
  test('E4 is honoured: the credits join the balance, which is frozen until they are restored, and administrators are told', async () => {
    const purchase = await it.buy(shop.press());
    await remove();
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({ status: 'paid' });
    expect(await balance()).toBe(5_000n);
    await expect(spend()).rejects.toMatchObject({ code: 'credits-frozen' });
    const words = wordsOf(await ada.page(it.check()));
    expect(words).toContain('Mia was removed while paying €49.00 for Regular. The credits were added and are frozen.');
    expect(words).toContain('Restore Mia, or refund the payment.');
    const news = wordsOf(await ada.page(`/l/${shop.location.slug}/notifications`));
    expect(news).toContain('Somebody who was removed has paid');
    await ada.post(profile('restore'));
    await spend();
    expect(await balance()).toBe(4_900n);
  });

  test('E4 is told of once, however many looks find it paid', async () => {
    const purchase = await it.buy(shop.press());
    await remove();
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await Promise.all(Array.from({ length: 4 }, () => settle(purchase)));
    expect((await it.rows('money_alerts')).map(({ kind }) => kind)).toEqual(['granted-while-removed']);
    expect((await it.rows('notifications')).filter(({ kind }) => kind === 'money-alert')).toHaveLength(1);
  });

  test('E4 and restored before the money came has nothing to be told', async () => {
    const purchase = await it.buy(shop.press());
    await remove();
    await ada.post(profile('restore'));
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await settle(purchase);
    expect(await it.rows('money_alerts')).toEqual([]);
    await spend();
  });

  test('E4 cannot begin to pay once removed', async () => {
    const mia = await it.signedIn(shop.member.userId);
    await remove();
    const press = { requestKey: newRequestKey(), seenTotalMinor: '4900', wallet: 'personal', method: 'page' };
    const answer = await mia.post(`/l/${shop.location.slug}/membership/credits/packages/${shop.packages.fifty}`, press);
    expect(answer.headers.get('location')).toContain('/join');
    expect(await it.rows('payments')).toEqual([]);
  });

  test('E4 a manager who is removed while paying for the company: the company has its credits, and can use them', async () => {
    const { manager, company } = shop;
    const purchase = await it.buy(
      shop.press({
        wallet: { kind: 'company', customerId: company.customerId, name: 'Otter Works' },
        buyer: { id: manager.userId, name: manager.name, email: manager.email },
      }),
    );
    const at = `/l/${shop.location.slug}/community/customers/${manager.customerId}/remove`;
    expect((await ada.post(at, { type: 'member' })).status).toBe(303);
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({ status: 'paid' });
    await it.spend(100n, company.customerId);
    expect(await balance(company.customerId)).toBe(4_900n);
  });
});

describe('what changes while the gateway’s page is open', () => {
  test('E3 UX-42 a package that gets another price and is removed is sold as it was seen', async () => {
    const purchase = await it.buy(shop.press());
    await shop.core.db.asOwner(
      shop.organizationId,
      `update credit_packages set price_minor = 9900, credits_minor = 100, name = 'Other', on_sale = false, removed_at = now()
       where id = $1`,
      [shop.packages.fifty],
    );
    await expect(shop.app.purchases.buy(shop.press())).rejects.toMatchObject({ code: 'package-not-on-sale' });
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({ status: 'paid', title: 'Regular', totalMinor: 4900n });
    expect(await balance()).toBe(5_000n);
  });

  test('E14 a price that the gateway cannot charge is not taken by card, however the press arrives, and nothing is written', async () => {
    await shop.core.db.asOwner(shop.organizationId, 'update credit_packages set price_minor = 36 where id = $1', [
      shop.packages.small,
    ]);
    const press = shop.press({ packageId: shop.packages.small, seenTotalMinor: 36n });
    await expect(shop.app.purchases.buy(press)).rejects.toMatchObject({ code: 'method-not-available' });
    const mia = await it.signedIn(shop.member.userId);
    const sheet = wordsOf(
      await mia.page(`/l/${shop.location.slug}/membership/credits/packages/${shop.packages.small}`),
    );
    expect(sheet).toContain('Cards can be charged €0.50 at the least');
    expect(await it.rows('payments')).toEqual([]);
    expect(await it.rows('simulator_objects')).toEqual([]);
  });

  test('E20 a gateway is switched: who is paying at the old one has the credits, the next one pays at the new one', async () => {
    const key = 'rk_test_51SwitchedTo000000000000000001';
    await stripe.makeKey(shop.organizationId, key);
    const settings = `/l/${shop.location.slug}/settings/payment-gateways`;
    const administrator = await fillingBrowser(shop, {
      organizationId: shop.organizationId,
      userId: shop.administratorId,
    });
    const card = await savedCard();
    const purchase = await it.buy(shop.press());
    await administrator.fill(`${settings}/disconnect`);
    await administrator.fill(`${settings}/stripe/connect`, { 'setting-apiKey': key, forPackages: 'on' });
    // A card that the old gateway keeps cannot pay at the new one.
    const bySaved = shop.press({ method: { kind: 'saved', id: card } });
    await expect(shop.app.purchases.buy(bySaved)).rejects.toMatchObject({ code: 'method-not-available' });
    stripe.asked.length = 0;
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({ status: 'paid' });
    expect(stripe.asked).toEqual([]);
    const next = await it.buy(shop.press());
    expect(stripe.asked).toContain('/v1/checkout/sessions');
    await shop.payOnPage(next.nextUrl!, CARDS.good);
    expect(await settle(next)).toMatchObject({ status: 'paid' });
    expect(await balance()).toBe(15_000n);
    // The old one's key goes when nothing is under way there; what was bought there stays bought.
    shop.core.clock.advance(60 * 60_000);
    expect(await forgetSecrets(shop.core, testGateways(shop.core))).toBe(1);
    expect(await again(purchase)).toMatchObject({ status: 'paid' });
  });
});
