import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { companyBuyingIn, sheetForm } from '../../../test/support/company-buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { saveInvoiceSettings } from '../invoices/invoices.ts';
import { factOf, type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let mia: Person;
const { rows, subscribe } = companyBuyingIn(() => shop);
const { signedIn, bought } = refundsIn(() => shop);
const open = async (options: Parameters<typeof openShop>[0] = {}) => {
  shop = await openShop(options);
  mia = await signedIn(shop.member.userId);
};
beforeEach(() => open());
afterEach(() => shop.close());

const credits = () => `/l/${shop.location.slug}/membership/credits`;
const sheet = (id = shop.packages.fifty) => `${credits()}/packages/${id}`;
const press = (changes: Record<string, string> = {}) =>
  mia.post(sheet(), sheetForm({ wallet: 'personal', method: 'invoice', ...changes }));
/** The ways to pay in the sheet, in their order; the chosen one is marked, and those that cannot be. */
const offered = (html: string) =>
  [...html.matchAll(/<input type="radio"[^>]*name="method"[^>]*>/g)].map(([input]) => {
    const value = / value="([^"]*)"/.exec(input)![1]!.replace(/-.*/, '');
    return `${value}${/ checked/.test(input) ? ' chosen' : ''}${/ disabled/.test(input) ? ' disabled' : ''}`;
  });
const cap = (packageCapMinor: bigint) =>
  shop.core.database.write(shop.organizationId, (tx) =>
    saveInvoiceSettings(tx, {
      organizationId: shop.organizationId,
      locationId: shop.location.id,
      settings: { dueDays: 14, reminders: false, packageCapMinor },
      now: shop.core.now(),
    }),
  );

describe('UX-11 the invoice in the sheet', () => {
  test('UX-11 is there when the plan allows it, and says which invoice and when it is charged', async () => {
    expect(offered(await mia.page(sheet()))).toEqual(['page chosen']);
    await subscribe(shop.member.customerId, { autoInvoice: true });
    const html = await mia.page(sheet());
    expect(offered(html)).toEqual(['page chosen', 'invoice']);
    expect(wordsOf(html)).toContain('Added to your invoice of 10 Apr 2026.');
  });

  test('UX-11 without automatic invoices it is the next one, and a company’s is named', async () => {
    await subscribe(shop.member.customerId);
    expect(wordsOf(await mia.page(sheet()))).toContain('Added to your next invoice.');
    await subscribe(shop.company.customerId);
    const max = await signedIn(shop.manager.userId);
    const html = await max.page(`${sheet()}?wallet=company`);
    expect(wordsOf(html)).toContain('Added to the next invoice of Otter Works.');
  });

  test('S16 S17 pressing adds the credits, and history, home and purchase say that it is on account, with its invoice', async () => {
    await subscribe(shop.member.customerId);
    expect(await mia.follow(await press())).toContain('50 credits added. New balance 50.');
    for (const path of ['/membership/credits/transactions', '/home'])
      expect(wordsOf(await mia.page(`/l/${shop.location.slug}${path}`))).toContain('On account');
    const [{ id, customer_id } = { id: '', customer_id: '' }] = await rows('purchases');
    const page = await mia.page(`${credits()}/purchases/${id}`);
    expect([factOf(page, 'Paid with'), factOf(page, 'Invoice'), factOf(page, 'Owed')]).toEqual([
      'Invoice',
      'The next one',
      'On account',
    ]);
    const [, invoice] = /href="([^"]*\/membership\/invoices\/[^"]*)"/.exec(page)!;
    expect(wordsOf(await mia.page(invoice!))).toContain('Regular');
    const ada = await signedIn(shop.administratorId);
    const tab = `/l/${shop.location.slug}/community/customers/${customer_id}/credits`;
    expect(wordsOf(await ada.page(tab))).toContain('On account');
  });

  test('UX-17 a plan that allows it no more is told in the sheet, and nothing is written', async () => {
    await subscribe(shop.member.customerId);
    await shop.core.db.asOwner(shop.organizationId, 'update subscriptions set credits_on_invoice = false');
    const answer = await press();
    expect(answer.status).toBe(409);
    expect(wordsOf(await answer.text())).toContain('This way to pay is not available any more.');
    expect(await rows('purchases')).toEqual([]);
  });

  test('E6 what would be too much is listed with the figures and cannot be chosen', async () => {
    await subscribe(shop.member.customerId);
    await cap(6_000n);
    await press();
    const html = await mia.page(sheet());
    expect(offered(html)).toEqual(['page chosen', 'invoice disabled']);
    expect(wordsOf(html)).toContain('At most €60.00 of packages can be on account, and €49.00 are.');
    const answer = await press();
    expect(answer.status).toBe(409);
    expect(wordsOf(await answer.text())).toContain('At most €60.00 of packages can be on account, and €49.00 are.');
  });
});

describe('E14 E19 what is missing', () => {
  test('E19 without a gateway the invoice is the way, its button says so, and packages can be bought', async () => {
    await shop.close();
    await open({ connected: false });
    await subscribe(shop.member.customerId);
    const page = await mia.page(credits());
    expect(page).toContain('Buy for €49.00');
    expect(page).not.toContain('has not connected a payment gateway');
    const html = await mia.page(sheet());
    expect(offered(html)).toEqual(['invoice chosen']);
    expect(html).toContain('Put €49.00 on the invoice');
    expect(wordsOf(html)).toContain('has not connected a payment gateway');
    await cap(100n);
    const full = await mia.page(sheet());
    expect(offered(full)).toEqual([]);
    expect(wordsOf(full)).toContain('At most €1.00 of packages can be on account, and €0.00 are.');
  });

  test('E14 under the gateway’s minimum card is not offered, with the reason, and the invoice is', async () => {
    await subscribe(shop.member.customerId, { creditsDiscountPercent: 97 });
    const html = await mia.page(sheet(shop.packages.small));
    expect(offered(html)).toEqual(['invoice chosen']);
    expect(wordsOf(html)).toContain('Cards can be charged €0.50 at the least');
    const answer = await mia.post(
      sheet(shop.packages.small),
      sheetForm({ wallet: 'personal', method: 'invoice', seenTotalMinor: '36' }),
    );
    expect(answer.status).toBe(303);
  });
});

describe('UX-10 what is chosen before anybody chose', () => {
  test('UX-10 is what was used last: a card, the invoice, a card again', async () => {
    await subscribe(shop.member.customerId);
    await bought();
    expect(offered(await mia.page(sheet()))).toEqual(['saved chosen', 'page', 'invoice']);
    shop.core.clock.advance(60_000);
    await press();
    expect(offered(await mia.page(sheet()))).toEqual(['saved', 'page', 'invoice chosen']);
    shop.core.clock.advance(60_000);
    await bought({ now: shop.core.now() });
    expect(offered(await mia.page(sheet()))).toEqual(['saved chosen', 'saved', 'page', 'invoice']);
  });

  test('UX-10 an expired card is listed and cannot be, and the invoice used last is chosen', async () => {
    await subscribe(shop.member.customerId);
    await bought();
    await shop.core.db.asOwner(shop.organizationId, 'update saved_methods set expires_year = 2025');
    expect(offered(await mia.page(sheet()))).toEqual(['saved disabled', 'page chosen', 'invoice']);
    shop.core.clock.advance(60_000);
    await press();
    expect(offered(await mia.page(sheet()))).toEqual(['saved disabled', 'page', 'invoice chosen']);
  });
});
