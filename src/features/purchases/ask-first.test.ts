import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { fieldOf, type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let mia: Person;
const { charges, savedCard } = buyingIn(() => shop);
const it = refundsIn(() => shop);

beforeEach(async () => {
  shop = await openShop({ env: { GATEWAY_TIMEOUT_MS: '1500' } });
  mia = await it.signedIn(shop.member.userId);
});
afterEach(() => shop.close());

const sheet = (id = shop.packages.fifty) => `/l/${shop.location.slug}/membership/credits/packages/${id}`;
const balance = () => shop.balance(shop.member.customerId);
const purchases = async () => (await it.rows('purchases')).length;

/** What the sheet of a package sends, as a browser does. */
async function formOf(path: string, method: string): Promise<Record<string, string>> {
  const html = await mia.page(path);
  const fields = ['requestKey', 'seenTotalMinor', 'wallet', 'another'].map((name) => [name, fieldOf(html, name)]);
  return { ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)), method };
}

const press = (changes: Record<string, string> = {}) => ({
  requestKey: newRequestKey(),
  seenTotalMinor: '4900',
  wallet: 'personal',
  method: 'page',
  ...changes,
});

describe('UX-16 buying while a purchase is unfinished', () => {
  test('UX-16 with the gateway’s page left open, the sheet of any package asks first, and leads on to what was begun', async () => {
    await mia.post(sheet(), press());
    for (const id of [shop.packages.fifty, shop.packages.small]) {
      const html = await mia.page(sheet(id));
      const words = wordsOf(html);
      expect(words).toContain('You have an unfinished purchase of Regular');
      expect(words).toContain('Another purchase is charged on its own.');
      expect(words).not.toContain('Pay €');
      const [, to] = /href="([^"]*\/purchases\/[^"]*)"[^>]*>(?:(?!<\/a>).)*Continue with Regular/s.exec(html)!;
      expect(wordsOf(await mia.page(to!))).toContain('Go on to pay');
    }
    expect(await purchases()).toBe(1);
  });

  test('UX-16 who wants another one anyway says so, and is not asked about that one again', async () => {
    await mia.post(sheet(), press());
    const html = await mia.page(sheet(shop.packages.small));
    const [, anyway] = /href="([^"]*another=[^"]*)"[^>]*>(?:(?!<\/a>).)*Buy Starter anyway/s.exec(html)!;
    const form = await formOf(anyway!, 'page');
    shop.core.clock.advance(1_000);
    expect((await mia.post(sheet(shop.packages.small), form)).status).toBe(303);
    expect(await purchases()).toBe(2);
    // The second one is unfinished too, and nobody has been asked about it.
    expect(wordsOf(await mia.page(anyway!))).toContain('You have an unfinished purchase of Starter');
  });

  test('UX-14 two tabs with the sheet open: the first one pays, and the second one asks before it charges again', async () => {
    const method = `saved-${await savedCard()}`;
    const [one, other] = [await formOf(sheet(), method), await formOf(sheet(), method)];
    let answered = () => {};
    const held = new Promise<void>((resolve) => (answered = resolve));
    const charging = Promise.withResolvers<void>();
    shop.between = async (c, next) => {
      await next();
      if (!c.req.path.endsWith('/confirm')) return;
      charging.resolve();
      await held;
    };
    const first = mia.post(sheet(), one);
    await charging.promise;
    const second = await mia.post(sheet(), other);
    expect(second.status).toBe(409);
    expect(wordsOf(await second.text())).toContain('You have an unfinished purchase of Regular');
    answered();
    expect(wordsOf(await mia.follow(await first))).toContain('50 credits added');
    expect([await balance(), (await charges()).length, await purchases()]).toEqual([10_000n, 2, 2]);
  });

  test('E1 the same press again is no other purchase, and is not asked about', async () => {
    const form = press();
    const first = await mia.post(sheet(), form);
    const again = await mia.post(sheet(), form);
    expect([first.status, again.status]).toEqual([303, 303]);
    expect(await purchases()).toBe(1);
  });

  test('UX-07 UX-16 what is free is not asked about, nor what was paid, given up, or begun in another wallet', async () => {
    const first = await it.buy(shop.press());
    const free = { ...press({ seenTotalMinor: '0', method: 'free' }) };
    expect(wordsOf(await mia.page(sheet(shop.packages.free)))).toContain('Get 5 credits free');
    expect((await mia.post(sheet(shop.packages.free), free)).status).toBe(303);
    await shop.payOnPage(first.nextUrl!, CARDS.good);
    await it.settle(first);
    expect(wordsOf(await mia.page(sheet()))).toContain('Pay €49.00');
    const second = await it.buy(shop.press());
    await shop.app.payments.settle(shop.organizationId, second.paymentId!, { giveUp: true });
    expect(wordsOf(await mia.page(sheet()))).toContain('Pay €49.00');
    const max = await it.signedIn(shop.manager.userId);
    await max.post(sheet(), press());
    expect(wordsOf(await max.page(sheet()))).toContain('You have an unfinished purchase of Regular');
    expect(wordsOf(await max.page(`${sheet()}?wallet=company`))).toContain('Pay €49.00');
  });

  test('E25 an unfinished purchase that is none is not taken for the one that was asked about', async () => {
    await mia.post(sheet(), press());
    for (const another of ['1', '', newRequestKey()])
      expect((await mia.post(sheet(), press({ another }))).status).toBe(409);
    expect(await purchases()).toBe(1);
  });
});
