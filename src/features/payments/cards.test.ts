import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { buyingIn } from '../../../test/support/buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { savedMethodsOf } from './payments.ts';

let shop: Shop;
const { buy, settle, rows } = buyingIn(() => shop);

beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

async function signedIn(userId: string): Promise<Browser> {
  const browser = browserOn(shop.core, shop.app.http);
  const link = await createSignInLink(shop.core, { organizationId: shop.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}
const FROM_US = { 'Sec-Fetch-Site': 'same-origin' };
const at = (end = '') => `/l/${shop.location.slug}/membership/cards${end}`;
const cards = (customerId = shop.member.customerId) =>
  shop.core.database.read(shop.organizationId, (db) =>
    savedMethodsOf(db, shop.connectionId!, customerId, shop.core.now()),
  );

/** Pays on the gateway's page with a card, which is saved; answers it. */
async function saveCard(number: string, changes: Parameters<Shop['press']>[0] = {}): Promise<string> {
  shop.core.clock.advance(60_000);
  const purchase = await buy(shop.press(changes));
  await shop.payOnPage(purchase.nextUrl!, number);
  await settle(purchase);
  return (await cards(purchase.customerId))[0]!.id;
}
const press = async (browser: Browser, what: 'prefer' | 'remove', cardId: string, wallet = 'personal') => {
  const answer = await browser.post(at(`/${what}`), { wallet, cardId }, FROM_US);
  expect(answer.status).toBe(303);
  return await (await browser.get(at())).text();
};

test('a member sees own cards apart from those of the company, which only its managers see', async () => {
  await saveCard('4242424242424242');
  const wallet = { kind: 'company', customerId: shop.company.customerId, name: 'Otter Works' } as const;
  const buyer = { id: shop.manager.userId, name: 'Max', email: shop.manager.email };
  await saveCard('4000000000000259', { wallet, buyer });
  const mias = await (await signedIn(shop.memberId)).get(at());
  expect(await mias.text()).toMatch(/My cards[\s\S]*•••• 4242/);
  const max = await (await (await signedIn(shop.manager.userId)).get(at())).text();
  expect(max).toMatch(/My cards[\s\S]*No saved cards yet[\s\S]*Cards of Otter Works[\s\S]*•••• 0259/);
  expect(max).not.toContain('4242');
  const eve = await (await (await signedIn(shop.employee.userId)).get(at())).text();
  expect(eve).not.toContain('Otter Works');
  expect(eve).not.toContain('0259');
});

test('the card used last is offered first, until another one is made the default', async () => {
  const first = await saveCard('4242424242424242');
  const second = await saveCard('4000000000000259');
  expect((await cards()).map(({ id }) => id)).toEqual([second, first]);
  shop.core.clock.advance(60_000);
  expect(await press(await signedIn(shop.memberId), 'prefer', first)).toContain('is offered first from now on');
  expect((await cards()).map(({ id }) => id)).toEqual([first, second]);
});

test('the default goes only after another took its place, and the gateway forgets what was removed', async () => {
  const first = await saveCard('4242424242424242');
  const second = await saveCard('4000000000000259');
  const mia = await signedIn(shop.memberId);
  expect(await press(mia, 'remove', second)).toContain('Make another card the default first');
  expect(await cards()).toHaveLength(2);
  shop.core.clock.advance(60_000);
  await press(mia, 'prefer', first);
  expect(await press(mia, 'remove', second)).toContain('was removed');
  expect(await press(mia, 'remove', first)).toContain('was removed');
  expect(await cards()).toEqual([]);
  await shop.app.payments.forgetCards();
  const kept = (await rows('simulator_objects')).filter(
    ({ kind, body }) => kind === 'payment_method' && (body as { customer: unknown }).customer !== null,
  );
  expect(kept).toEqual([]);
});

test('a gateway that does not answer is asked again to forget a card', async () => {
  const card = await saveCard('4242424242424242');
  await press(await signedIn(shop.memberId), 'remove', card);
  shop.between = async (c) => c.html('<h1>Bad gateway</h1>', 502);
  await shop.app.payments.forgetCards();
  expect((await rows('saved_methods'))[0]!.forgotten_at).toBeNull();
  shop.between = (_, next) => next();
  await shop.app.payments.forgetCards();
  expect((await rows('saved_methods'))[0]!.forgotten_at).not.toBeNull();
});

test('UX-10 an expired card is shown as such, cannot be the default and can be removed', async () => {
  const card = await saveCard('4242424242424242');
  await shop.core.db.asOwner(shop.organizationId, 'update saved_methods set expires_month = 1, expires_year = 2026');
  const mia = await signedIn(shop.memberId);
  expect(await (await mia.get(at())).text()).toContain('Expired 01/26');
  expect(await press(mia, 'prefer', card)).toContain('not there any more');
  expect(await press(mia, 'remove', card)).toContain('was removed');
});

test("nobody changes somebody else's cards, nor the company's without being its manager", async () => {
  const card = await saveCard('4242424242424242');
  const eve = await signedIn(shop.employee.userId);
  expect(await press(eve, 'remove', card)).toContain('not there any more');
  expect((await eve.post(at('/remove'), { wallet: 'company', cardId: card }, FROM_US)).status).toBe(404);
  expect((await eve.post(at('/remove'), { wallet: 'personal', cardId: 'x' }, FROM_US)).status).toBe(303);
  expect(await cards()).toHaveLength(1);
});
