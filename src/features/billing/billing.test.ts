import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { buyingIn } from '../../../test/support/buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { createUser } from '../people/people.ts';
import { PriceChanged } from '../purchases/purchases.ts';
import type { Purchase } from '../purchases/records.ts';
import { createSignInLink } from '../sign-in/links.ts';

let shop: Shop;
const { buy, settle, rows } = buyingIn(() => shop);

beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

type Person = Pick<Browser, 'get' | 'post'>;
const FROM_US = { 'Sec-Fetch-Site': 'same-origin' };
async function signedIn(userId: string): Promise<Person> {
  const browser = browserOn(shop.core, shop.app.http);
  const link = await createSignInLink(shop.core, { organizationId: shop.organizationId, userId });
  const person: Person = { get: browser.get, post: (path, fields) => browser.post(path, fields, FROM_US) };
  await person.post(new URL(link).pathname);
  return person;
}
async function paid(seenTotalMinor = 4900n): Promise<Purchase> {
  const opened = await buy(shop.press({ seenTotalMinor, location: await locationNow() }));
  await shop.payOnPage(opened.nextUrl!, '4242424242424242');
  const purchase = await settle(opened);
  await shop.app.payments.issueReceipts(shop.organizationId, purchase.paymentId!);
  return purchase;
}
/** The location as a new visit finds it. */
async function locationNow(): Promise<Shop['location']> {
  const [row] = await rows('locations');
  return {
    ...shop.location,
    tax: { mode: row!.tax_mode as 'none', ratePpm: row!.tax_rate_ppm as number, label: row!.tax_label as string },
  };
}
const SETTINGS = '/l/nest-mitte/settings/tax-and-billing';
const OWN = '/l/nest-mitte/membership/billing';
const NOTHING = { legalName: '', address: '', taxId: '' };
const NO_TAX = { taxMode: 'none', taxRate: '', taxLabel: '' };
const NEST = { legalName: 'Nest Coworking GmbH', address: 'Ufer 1\r\n10115 Berlin', taxId: 'DE 123' };
const textOf = async (browser: Person, path: string) => {
  const page = await browser.get(path);
  expect(page.status).toBe(200);
  return (await page.text()).replace(/<[^>]*>/g, ' ');
};

describe('billing details on documents', () => {
  test('UX-34 a receipt names both sides as they are when it is issued, and keeps them', async () => {
    const [ada, mia] = [await signedIn(shop.administratorId), await signedIn(shop.member.userId)];
    expect((await ada.post(SETTINGS, { ...NEST, ...NO_TAX })).status).toBe(303);
    const mine = { legalName: 'Mia Winter', address: 'Am Teich 5\n20095 Hamburg', taxId: '' };
    expect((await mia.post(`${OWN}/personal`, mine)).status).toBe(303);
    await paid();
    expect((await ada.post(SETTINGS, { ...NEST, legalName: 'Another GmbH', ...NO_TAX })).status).toBe(303);
    await paid();
    const first = await textOf(mia, '/l/nest-mitte/receipts/1');
    expect(first).toMatch(/Nest Coworking GmbH\s+Nest Mitte\s+Ufer 1\s+10115 Berlin\s+Tax number DE 123/);
    expect(first).toMatch(/Mia Winter\s+Mia\s+Am Teich 5\s+20095 Hamburg/);
    expect(await textOf(mia, '/l/nest-mitte/receipts/2')).toContain('Another GmbH');
    const pdf = await mia.get('/l/nest-mitte/receipts/1/pdf');
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
  });

  test('members type their own, managers those of their company, administrators those of everybody', async () => {
    const [max, eve, ada] = [
      await signedIn(shop.manager.userId),
      await signedIn(shop.employee.userId),
      await signedIn(shop.administratorId),
    ];
    const otter = { ...NOTHING, legalName: 'Otter Works Ltd' };
    expect((await max.post(`${OWN}/company`, otter)).status).toBe(303);
    expect((await eve.post(`${OWN}/company`, { ...otter, legalName: 'Eve Ltd' })).status).toBe(404);
    expect(await textOf(eve, OWN)).not.toContain('Otter');
    const ofMia = `/l/nest-mitte/community/customers/${shop.member.customerId}/billing`;
    expect((await ada.post(ofMia, { ...NOTHING, taxId: 'X-9' })).status).toBe(303);
    expect((await max.post(ofMia, { ...NOTHING, taxId: 'X-8' })).status).toBe(404);
    expect((await rows('customer_billing')).map((row) => [row.customer_id, row.legal_name, row.tax_id])).toEqual(
      expect.arrayContaining([
        [shop.company.customerId, 'Otter Works Ltd', ''],
        [shop.member.customerId, '', 'X-9'],
      ]),
    );
    expect(await rows('customer_billing')).toHaveLength(2);
  });

  test('those who administer no settings, and those of no location, change nothing', async () => {
    const mia = await signedIn(shop.member.userId);
    expect((await mia.post(SETTINGS, { ...NEST, ...NO_TAX })).status).toBe(404);
    const strangerId = await shop.core.database.write(shop.organizationId, (tx) =>
      createUser(tx, {
        organizationId: shop.organizationId,
        email: 'kim@example.com',
        name: 'Kim',
        now: shop.core.now(),
      }),
    );
    const kim = await signedIn(strangerId);
    expect((await kim.post(`${OWN}/personal`, NOTHING)).headers.get('location')).toContain('/join');
    expect(await rows('location_billing')).toEqual([]);
    expect(await rows('customer_billing')).toEqual([]);
  });

  test.each([
    ['a name of 10,000 characters', { legalName: 'N'.repeat(10_000) }, 'At most 200 characters.'],
    ['an address of ten lines', { address: 'A\n'.repeat(9).concat('A') }, 'At most 8 lines.'],
    ['an address of 601 characters', { address: 'A'.repeat(601) }, 'At most 600 characters.'],
    ['a tax number that is turned around', { taxId: 'DE\u202e123' }, 'cannot be seen'],
    ['a name with something unseen in it', { legalName: 'Nest\u200bGmbH' }, 'cannot be seen'],
  ])('E25 %s is refused beside its field', async (_, changes, sentence) => {
    const mia = await signedIn(shop.member.userId);
    const answer = await mia.post(`${OWN}/personal`, { ...NOTHING, ...changes });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain(sentence);
    expect(await rows('customer_billing')).toEqual([]);
  });
});

describe('the tax of a location', () => {
  const save = async (changes: Record<string, string>) =>
    (await signedIn(shop.administratorId)).post(SETTINGS, { ...NOTHING, ...NO_TAX, ...changes });

  test('is in what is sold from now on, and in nothing that was sold before', async () => {
    const before = await paid();
    expect((await save({ taxMode: 'exclusive', taxRate: '8.875', taxLabel: 'Sales tax' })).status).toBe(303);
    const after = await paid(5335n);
    expect([before.id, after.id].map((id) => id.length)).toEqual([36, 36]);
    const sold = (await rows('purchases')).sort((a, b) => Number(a.total_minor) - Number(b.total_minor));
    expect(sold.map((row) => [row.net_minor, row.tax_minor, row.tax_rate_ppm, row.tax_label].map(String))).toEqual([
      ['4900', '0', '0', ''],
      ['4900', '435', '88750', 'Sales tax'],
    ]);
  });

  test('E3 whoever saw the old price is asked again', async () => {
    await save({ taxMode: 'exclusive', taxRate: '19', taxLabel: 'VAT' });
    const press = shop.press({ location: await locationNow() });
    await expect(shop.app.purchases.buy(press)).rejects.toThrow(PriceChanged);
  });

  test('may be inside the prices: then nobody pays more', async () => {
    await save({ taxMode: 'inclusive', taxRate: '7,7', taxLabel: 'MWST' });
    await paid();
    const [sold] = await rows('purchases');
    expect([sold!.total_minor, sold!.tax_minor, sold!.tax_rate_ppm].map(String)).toEqual(['4900', '350', '77000']);
  });

  test.each([
    ['a rate of 0', { taxMode: 'exclusive', taxRate: '0', taxLabel: 'VAT' }, 'A percentage over 0'],
    ['a rate over 100', { taxMode: 'exclusive', taxRate: '100.0001', taxLabel: 'VAT' }, 'A percentage over 0'],
    ['a rate below 0', { taxMode: 'exclusive', taxRate: '-1', taxLabel: 'VAT' }, 'A percentage over 0'],
    ['an exponent', { taxMode: 'exclusive', taxRate: '1e1', taxLabel: 'VAT' }, 'A percentage over 0'],
    ['a fifth decimal', { taxMode: 'exclusive', taxRate: '19.00001', taxLabel: 'VAT' }, 'A percentage over 0'],
    ['a tax without a name', { taxMode: 'inclusive', taxRate: '19', taxLabel: '' }, 'Say what the tax is called.'],
    ['a way that is none', { taxMode: 'sometimes', taxRate: '19', taxLabel: 'VAT' }, 'Choose one of these.'],
  ])('E25 %s is refused, and the tax stays', async (_, changes, sentence) => {
    const answer = await save(changes);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain(sentence);
    expect((await rows('locations'))[0]).toMatchObject({ tax_mode: 'none', tax_rate_ppm: 0 });
  });
});
