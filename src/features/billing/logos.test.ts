import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { buyingIn } from '../../../test/support/buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { jpeg, png } from './test-pictures.ts';

let shop: Shop;
const { buy, settle, rows } = buyingIn(() => shop);

beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const SETTINGS = '/l/nest-mitte/settings/tax-and-billing';
const PICTURE = png({ width: 120, height: 40, bits: 8, colour: 6 });
const OTHER = png({ width: 64, height: 64, bits: 8, colour: 2 });

async function signedIn(userId: string): Promise<Browser> {
  const browser = browserOn(shop.core, shop.app.http);
  const link = await createSignInLink(shop.core, { organizationId: shop.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}
const cookiesOf = ({ cookies }: Browser) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** Sends a form with a file, as browsers do. */
async function upload(
  browser: Browser,
  file: Buffer | undefined,
  it: { name?: string; type?: string; field?: string } = {},
) {
  const form = new FormData();
  const blob = file && new Blob([new Uint8Array(file)], { type: it.type ?? 'image/png' });
  form.append(it.field ?? 'logo', blob ?? new Blob([]), it.name ?? (file ? 'logo.png' : ''));
  return await send(browser, form);
}
async function send(browser: Browser, body: FormData | string, headers: Record<string, string> = {}) {
  const url = new URL(`${SETTINGS}/logo`, shop.core.config.baseUrl);
  const from = { Cookie: cookiesOf(browser), 'Sec-Fetch-Site': 'same-origin' };
  return await shop.app.http.request(url.href, { method: 'POST', body, headers: { ...from, ...headers } });
}
async function receiptOf(): Promise<void> {
  const opened = await buy(shop.press());
  await shop.payOnPage(opened.nextUrl!, '4242424242424242');
  await shop.app.payments.issueReceipts(shop.organizationId, (await settle(opened)).paymentId!);
}
const logoIn = async (page: Response) => /src="(\/l\/nest-mitte\/logos\/[0-9a-f]{64})"/.exec(await page.text())?.[1];

describe('the logo of a location', () => {
  test('UX-34 stands on receipts, as a page and as a PDF, and each receipt keeps the one it was issued with', async () => {
    const [ada, mia] = [await signedIn(shop.administratorId), await signedIn(shop.member.userId)];
    await receiptOf();
    expect((await upload(ada, PICTURE)).status).toBe(303);
    await receiptOf();
    expect((await upload(ada, OTHER)).status).toBe(303);
    await receiptOf();
    expect((await ada.post(`${SETTINGS}/logo/remove`, {}, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(303);
    await receiptOf();
    const on = async (number: number) => await logoIn(await mia.get(`/l/nest-mitte/receipts/${number}`));
    const [without, first, second, again] = [await on(1), await on(2), await on(3), await on(4)];
    expect([without, again]).toEqual([undefined, undefined]);
    expect(first).toBeDefined();
    expect(second).not.toBe(first);
    const picture = await mia.get(first!);
    expect(picture.headers.get('content-type')).toBe('image/png');
    const sizeOf = async (number: number) =>
      (await (await mia.get(`/l/nest-mitte/receipts/${number}/pdf`)).arrayBuffer()).byteLength;
    expect(await sizeOf(2)).toBeGreaterThan((await sizeOf(1)) + 300);
  });

  test('is served with a type of its own that nobody may guess again, and only within the organization', async () => {
    const [ada, mia] = [await signedIn(shop.administratorId), await signedIn(shop.member.userId)];
    await upload(ada, jpeg({ width: 120, height: 40 }), { name: 'x.html', type: 'text/html' });
    const at = await logoIn(await ada.get(SETTINGS));
    const answer = await mia.get(at!);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect((await browserOn(shop.core, shop.app.http).get(at!)).status).toBe(303);
    for (const bad of ['0'.repeat(64), 'x', `${'0'.repeat(63)}g`, '%00', 'A'.repeat(64)])
      expect((await mia.get(`/l/nest-mitte/logos/${bad}`)).status).toBe(404);
  });

  test('the same picture twice is kept once', async () => {
    const ada = await signedIn(shop.administratorId);
    await Promise.all([upload(ada, PICTURE), upload(ada, PICTURE)]);
    await upload(ada, OTHER);
    await upload(ada, PICTURE);
    expect(await rows('logos')).toHaveLength(2);
  });

  test('saving name and address leaves it, and it may be there without them', async () => {
    const ada = await signedIn(shop.administratorId);
    await upload(ada, PICTURE);
    const details = { legalName: 'Nest GmbH', address: '', taxId: '', taxMode: 'none', taxRate: '', taxLabel: '' };
    await ada.post(SETTINGS, details, { 'Sec-Fetch-Site': 'same-origin' });
    expect(await logoIn(await ada.get(SETTINGS))).toBeDefined();
    expect(await rows('location_billing')).toMatchObject([{ legal_name: 'Nest GmbH' }]);
  });

  test('only administrators of settings give or take it', async () => {
    const mia = await signedIn(shop.member.userId);
    expect((await upload(mia, PICTURE)).status).toBe(404);
    expect((await mia.post(`${SETTINGS}/logo/remove`, {}, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(404);
    const ada = await signedIn(shop.administratorId);
    expect((await send(ada, new FormData(), { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect(await rows('logos')).toEqual([]);
  });

  test.each([
    ['no file', undefined, 'Choose a picture first.'],
    ['an SVG that is called a PNG', Buffer.from('<svg onload="alert(1)"/>'), 'This is no PNG or JPEG'],
    ['a PNG that is cut off', PICTURE.subarray(0, 60), 'cannot be read'],
    ['a file that is too large', Buffer.concat([PICTURE, Buffer.alloc(1_048_576)]), 'too large'],
    ['a file that is far too large', Buffer.alloc(8_000_000), 'too large'],
    ['a picture of too many pixels', jpeg({ width: 9_000, height: 9_000 }), 'too many pixels: at most 3,000'],
    ['a picture that is too small', png({ width: 8, height: 8, bits: 8, colour: 2 }), 'at least 16 pixels'],
  ])('E25 %s is refused in words, and nothing is kept', async (_, file, sentence) => {
    const ada = await signedIn(shop.administratorId);
    const answer = await upload(ada, file);
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain(sentence);
    expect(page).toContain('aria-invalid');
    expect(await rows('logos')).toEqual([]);
  });

  test('E25 what is no form with one file is refused', async () => {
    const ada = await signedIn(shop.administratorId);
    expect((await ada.post(`${SETTINGS}/logo`, { logo: 'x' }, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(415);
    expect((await upload(ada, PICTURE, { field: 'picture' })).status).toBe(400);
    const twice = new FormData();
    for (const name of ['a.png', 'b.png']) twice.append('logo', new Blob([new Uint8Array(PICTURE)]), name);
    expect((await send(ada, twice)).status).toBe(400);
    const typed = new FormData();
    typed.append('logo', 'a picture');
    expect((await send(ada, typed)).status).toBe(400);
    const torn = { 'Content-Type': 'multipart/form-data; boundary=x' };
    expect((await send(ada, '--x\r\nContent-Disposition: form-data; name="logo"', torn)).status).toBe(400);
    expect(await rows('logos')).toEqual([]);
  });
});
