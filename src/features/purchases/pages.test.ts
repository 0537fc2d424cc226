import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { newId, newRequestKey } from '../../platform/ids.ts';
import { createSignInLink } from '../sign-in/links.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

async function signedIn(userId: string): Promise<Browser> {
  const browser = browserOn(shop.core, shop.app.http);
  const url = await createSignInLink(shop.core, { organizationId: shop.organizationId, userId });
  const answer = await browser.post(new URL(url).pathname, {}, FROM_US);
  expect(answer.status).toBe(303);
  return browser;
}

const FROM_US = { 'Sec-Fetch-Site': 'same-origin' };
const credits = () => `/l/${shop.location.slug}/membership/credits`;
const sheet = (id = shop.packages.fifty) => `${credits()}/packages/${id}`;
const press = (changes: Record<string, string> = {}) => ({
  requestKey: newRequestKey(),
  seenTotalMinor: '4900',
  wallet: 'personal',
  method: 'page',
  ...changes,
});
const count = async (table: string) =>
  Number((await shop.core.db.asOwner(shop.organizationId, `select count(*) from ${table}`)).rows[0].count);
const rowsOfSales = async () =>
  (await count('purchases')) + (await count('payments')) + (await count('credit_entries'));

describe('the Credits page and the sheet', () => {
  test('S1 UX-01 a member sees the balance, then the packages with price, price per credit and saving', async () => {
    const html = await (await (await signedIn(shop.member.userId)).get(credits())).text();
    expect(html).toMatch(/data-testid="balance">0</);
    for (const part of ['€49.00', '€0.98 per credit', '€1.20 per credit', 'Save 18 %', 'Get it free'])
      expect(html).toContain(part);
  });

  test('UX-08 UX-09 UX-12 the sheet says balance before and after, that it is final, and the amount in its button', async () => {
    const html = await (await (await signedIn(shop.member.userId)).get(sheet())).text();
    expect(html).toContain('0 → 50');
    expect(html).toContain('Purchases are final and cannot be refunded automatically.');
    expect(html).toMatch(/aria-describedby="final"[^>]*>[\s\S]*?Pay €49\.00/);
    expect(html.indexOf('id="final"')).toBeLessThan(html.indexOf('Pay €49.00'));
  });

  test('S1 S8 a press leads to our hand-off page and from there to the gateway, on the way back the credits are there', async () => {
    const browser = await signedIn(shop.member.userId);
    const answer = await browser.post(sheet(), press(), FROM_US);
    expect(answer.status).toBe(303);
    const handOff = await (await browser.get(answer.headers.get('location')!)).text();
    const to = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(handOff)![1]!;
    await shop.payOnPage(to, CARDS.good);
    const back = await browser.get(answer.headers.get('location')!.replace(/go$/, 'return'));
    const page = await (await browser.get(back.headers.get('location')!)).text();
    expect(page).toMatch(/role="status"[\s\S]*50 credits added\. New balance 50\./);
    expect(page).toMatch(/data-testid="balance">50</);
  });

  test('UX-17 a declined saved card is told inside the sheet with a new key and the choice kept', async () => {
    const browser = await signedIn(shop.member.userId);
    const first = await browser.post(sheet(), press(), FROM_US);
    const handOff = await (await browser.get(first.headers.get('location')!)).text();
    await shop.payOnPage(/content="0;url=([^"]+)"/.exec(handOff)![1]!, '4000000000000341');
    await browser.get(first.headers.get('location')!.replace(/go$/, 'return'));
    const { rows } = await shop.core.db.asOwner(shop.organizationId, 'select id from saved_methods');
    const sent = press({ method: `saved-${rows[0].id}` });
    const declined = await browser.post(sheet(), sent, FROM_US);
    const html = await declined.text();
    expect(declined.status).toBe(422);
    expect(html).toContain('role="alert"');
    expect(html).toContain('You have not been charged.');
    expect(html).not.toContain(sent.requestKey);
    expect(html).toMatch(new RegExp(`value="saved-${rows[0].id}"[^>]*checked`));
  });

  test('UX-16 whoever left at the gateway and comes back is told, and the page settles by itself when the payment does', async () => {
    const browser = await signedIn(shop.member.userId);
    const answer = await browser.post(sheet(), press(), FROM_US);
    const waiting = await (await browser.get(credits())).text();
    expect(waiting).toContain('Your payment for Regular is not finished');
    expect(waiting).toContain('data-refresh-after="2000"');
    const handOff = await (await browser.get(answer.headers.get('location')!)).text();
    await shop.payOnPage(/content="0;url=([^"]+)"/.exec(handOff)![1]!, CARDS.good);
    shop.core.clock.advance(2_001);
    await shop.app.checkPayments();
    const settled = await (await browser.get(credits())).text();
    expect(settled).toMatch(/data-testid="balance">50</);
    expect(settled).not.toContain('is not finished');
    expect(settled).not.toContain('data-refresh-after');
  });

  test('E1 UX-14 the same form sent again leads to what it bought, with the time and a way to buy again', async () => {
    const browser = await signedIn(shop.member.userId);
    const sent = press({ seenTotalMinor: '0', method: 'free' });
    await browser.post(sheet(shop.packages.free), sent, FROM_US);
    const again = await browser.post(sheet(shop.packages.free), sent, FROM_US);
    const html = await (await browser.get(again.headers.get('location')!)).text();
    expect(html).toContain('You bought this at 10 Mar, 10:00.');
    expect(html).toContain('Buy again');
    expect(await count('purchases')).toBe(1);
  });

  test('E3 a price that changed while the sheet was open is refused with the new price and nothing is written', async () => {
    const browser = await signedIn(shop.member.userId);
    await shop.core.db.asOwner(
      shop.organizationId,
      'update credit_packages set price_minor = 5900 where price_minor = 4900',
    );
    const answer = await browser.post(sheet(), press(), FROM_US);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('The price has changed to €59.00.');
    expect(await rowsOfSales()).toBe(0);
  });

  test('E15 UX-02 somebody in a company sees both wallets, each labelled with who pays and who receives', async () => {
    const html = await (await (await signedIn(shop.manager.userId)).get(`${credits()}?wallet=company`)).text();
    expect(html).toContain('You pay, and the credits are yours.');
    expect(html).toContain('Otter Works pays, and the credits are shared.');
    expect(html).toContain('Balance of Otter Works');
  });

  test('S15 a company member sees both wallets, buys personal credits only, and is told who buys for the company', async () => {
    const browser = await signedIn(shop.employee.userId);
    expect(await (await browser.get(credits())).text()).toContain('Bought by the managers of Otter Works.');
    const html = await (await browser.get(`${credits()}?wallet=company`)).text();
    expect(html).toContain('Credits of Otter Works are bought by its managers');
    expect(html).toContain('Ask Max');
    const answer = await browser.post(sheet(), press({ wallet: 'company' }), FROM_US);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('The managers of Otter Works do not let members pay this way.');
    expect(await rowsOfSales()).toBe(0);
  });
});

describe('discounts', () => {
  const withDiscount = async (percent: number) => {
    await shop.close();
    shop = await openShop({ discountFor: async () => ({ percent }) });
    return await signedIn(shop.member.userId);
  };

  test('UX-06 with 20 % off the old price is struck, the new one is in the button, and the receipt’s total is the button’s', async () => {
    const browser = await withDiscount(20);
    expect(await (await browser.get(credits())).text()).toMatch(/was <\/span><s[^>]*>€49\.00<\/s>[\s\S]*€39\.20/);
    expect(await (await browser.get(sheet())).text()).toContain('Pay €39.20');
    const answer = await browser.post(sheet(), press({ seenTotalMinor: '3920' }), FROM_US);
    const receipt = await (await browser.get(answer.headers.get('location')!.replace(/\/go$/, ''))).text();
    expect(receipt).toMatch(/Total<\/dt><dd>€39\.20/);
  });

  test('UX-07 S11 with 100 % off the package is free: no method is asked, no gateway is called, a payment of 0 stands in the books', async () => {
    const browser = await withDiscount(100);
    shop.between = () => {
      throw new Error('the gateway was called');
    };
    const html = await (await browser.get(sheet())).text();
    expect(html).toContain('Get 50 credits free');
    expect(html).not.toContain('Pay with');
    const answer = await browser.post(sheet(), press({ seenTotalMinor: '0', method: 'free' }), FROM_US);
    expect(await (await browser.get(answer.headers.get('location')!)).text()).toContain(
      '50 credits added. New balance 50.',
    );
  });

  test('E14 what is left after the discount is under the gateway’s minimum: card is not offered, with the reason', async () => {
    const browser = await withDiscount(97);
    const html = await (await browser.get(sheet(shop.packages.small))).text();
    expect(html).toContain('Cards can be charged €0.50 at the least');
    expect(html).not.toMatch(/<button[^>]*>(?:(?!<\/button>)[\s\S])*Pay €0\.36/);
    const answer = await browser.post(sheet(shop.packages.small), press({ seenTotalMinor: '36' }), FROM_US);
    expect(answer.status).toBe(409);
    expect(await rowsOfSales()).toBe(0);
  });
});

describe('E19 what is missing is said', () => {
  test('E19 UX-19 without a gateway packages are shown, with a sentence and one next step in place of the buttons', async () => {
    await shop.core.db.asOwner(shop.organizationId, 'update gateway_connections set disconnected_at = now()');
    const html = await (await (await signedIn(shop.member.userId)).get(credits())).text();
    expect(html).toContain('has not connected a payment gateway');
    expect(html).toContain('mailto:ada@example.com');
    expect(html).not.toContain('Buy for €49.00');
    expect(html).toContain('Get it free');
  });

  test('E19 UX-19 without packages the page says so and whom to write to', async () => {
    await shop.core.db.asOwner(shop.organizationId, 'update credit_packages set on_sale = false');
    const html = await (await (await signedIn(shop.member.userId)).get(credits())).text();
    expect(html).toContain('sells no credit packages at the moment');
  });

  test('S7 somebody who is not a member is sent to join, by page and by action, and nothing is written', async () => {
    await shop.core.db.asOwner(shop.organizationId, "update memberships set type = 'nonmember'");
    const browser = await signedIn(shop.member.userId);
    for (const answer of [await browser.get(credits()), await browser.post(sheet(), press(), FROM_US)]) {
      expect(answer.headers.get('location')).toBe(`/l/${shop.location.slug}/join`);
    }
    expect(await rowsOfSales()).toBe(0);
  });
});

describe('E25 hostile input', () => {
  test.each([
    ['an unknown field', { surprise: '1' }, 400],
    ['a total that is no number', { seenTotalMinor: '-4900' }, 422],
    ['a total with a decimal', { seenTotalMinor: '49.00' }, 422],
    ['a huge total', { seenTotalMinor: '9'.repeat(40) }, 422],
    ['no request key', { requestKey: '' }, 422],
    ['a huge request key', { requestKey: 'k'.repeat(256) }, 422],
    ['a request key with spaces', { requestKey: 'a b' }, 422],
    ['an unknown method', { method: 'cash' }, 422],
    ['free for what costs money', { method: 'free' }, 409],
    ['a card of nobody', { method: `saved-${newId(new Date())}` }, 409],
    ['a card that is no id', { method: 'saved-1; drop table payments' }, 422],
    ['an unknown wallet', { wallet: 'everybody' }, 404],
  ])('E25 %s is refused and nothing is written', async (_, changes, status) => {
    const browser = await signedIn(shop.member.userId);
    expect((await browser.post(sheet(), press(changes), FROM_US)).status).toBe(status);
    expect(await rowsOfSales()).toBe(0);
  });

  test.each(['x', '%00', '..%2f..', newId(new Date()), `${'9'.repeat(5000)}`])(
    'E25 the package %# that does not exist is a page that does not exist',
    async (id) => {
      const browser = await signedIn(shop.member.userId);
      expect((await browser.get(sheet(id))).status).toBe(404);
      expect((await browser.post(sheet(id), press(), FROM_US)).status).toBe(404);
    },
  );

  test('E25 what is not a form, or is too large, is refused before it is read', async () => {
    const browser = await signedIn(shop.member.userId);
    const json = { ...FROM_US, 'Content-Type': 'application/json' };
    expect((await browser.post(sheet(), '{}', json)).status).toBe(415);
    expect((await browser.post(sheet(), `method=${'x'.repeat(70_000)}`, FROM_US)).status).toBe(413);
    expect((await browser.post(sheet(), 'method=page&method=free', FROM_US)).status).toBe(400);
  });

  test('E25 a purchase of somebody else does not exist, paid or not', async () => {
    const { id } = await shop.app.purchases.buy(shop.press());
    const other = await signedIn(shop.employee.userId);
    for (const tail of ['', '/go', '/return', '/cancel']) {
      expect((await other.get(`${credits()}/purchases/${id}${tail}`)).status).toBe(404);
    }
  });
});

describe('requests from elsewhere', () => {
  test.each<Record<string, string>>([
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'https://evil.example' },
  ])('a form that another site sends in somebody’s name is refused: %o', async (headers) => {
    const browser = await signedIn(shop.member.userId);
    expect((await browser.post(sheet(), press(), headers)).status).toBe(403);
    expect(await rowsOfSales()).toBe(0);
  });

  test('pages carry a policy without inline scripts, and are kept by no cache', async () => {
    const { headers } = await (await signedIn(shop.member.userId)).get(credits());
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('UX-80 when something fails the page says so with a number to quote, and Retry', async () => {
    const browser = await signedIn(shop.member.userId);
    await shop.core.db.asOwner(shop.organizationId, 'alter table credit_packages rename to credit_packages_away');
    const answer = await browser.get(credits());
    expect(answer.status).toBe(500);
    const html = await answer.text();
    expect(html).toContain(answer.headers.get('x-request-id')!);
    expect(html).toContain('Retry');
    expect(html).not.toContain('credit_packages');
  });

  test('hints that are forged, foreign or too large are refused and nothing is read', async () => {
    const browser = browserOn(shop.core, shop.app.http);
    const { rows } = await shop.core.db.asOwner(
      shop.organizationId,
      'select id, webhook_path from gateway_connections',
    );
    const path = `/webhooks/${shop.organizationId}/${rows[0].id}/${rows[0].webhook_path}`;
    for (const to of [path, `${path}x`, `/webhooks/1/2/3`, `/webhooks/${newId(new Date())}/${rows[0].id}/x`]) {
      const answer = await browser.post(to, '{"type":"payment_intent.succeeded"}', { 'Stripe-Signature': 't=1,v1=00' });
      expect(answer.status).toBe(400);
    }
  });
});
