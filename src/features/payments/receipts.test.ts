import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { buyingIn } from '../../../test/support/buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';
import type { Purchase } from '../purchases/records.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { receiptsOf } from './payments.ts';

let shop: Shop;
const { buy, settle } = buyingIn(() => shop);

const TAX = { mode: 'exclusive', ratePpm: 190_000, label: 'VAT' } as const;

async function paid(changes: Parameters<Shop['press']>[0] = {}): Promise<Purchase> {
  const purchase = await buy(shop.press({ seenTotalMinor: 5831n, ...changes }));
  if (purchase.status === 'paid') return purchase;
  await shop.payOnPage(purchase.nextUrl!, '4242424242424242');
  return await settle(purchase);
}
const issue = (purchase: Purchase) => shop.app.payments.issueReceipts(shop.organizationId, purchase.paymentId!);
const receipts = (purchase: Purchase) =>
  shop.core.database.read(shop.organizationId, (db) => receiptsOf(db, purchase.paymentId!));
const refund = (purchase: Purchase, amountMinor: bigint) =>
  shop.app.payments.refund({
    organizationId: shop.organizationId,
    locationId: shop.location.id,
    paymentId: purchase.paymentId!,
    amountMinor,
    actorUserId: shop.administratorId,
    reason: 'Moved away',
    requestKey: newRequestKey(),
  });
async function signedIn(userId: string): Promise<Browser> {
  const browser = browserOn(shop.core, shop.app.http);
  const link = await createSignInLink(shop.core, { organizationId: shop.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

describe('UX-34 the receipt of a payment', () => {
  beforeEach(async () => {
    shop = await openShop({ location: { tax: TAX } });
  });
  afterEach(() => shop.close());

  test('UX-34 has a number, its tax and its method, and is issued once', async () => {
    const purchase = await paid();
    await Promise.all([issue(purchase), issue(purchase), issue(purchase)]);
    expect(await receipts(purchase)).toMatchObject([
      {
        number: 1n,
        against: undefined,
        document: {
          location: 'Nest Mitte',
          customer: 'Mia',
          buyer: 'Mia',
          lines: [{ title: 'Regular', netMinor: 4900n }],
          taxLabel: 'VAT',
          taxMinor: 931n,
          totalMinor: 5831n,
          method: 'Visa •••• 4242',
          isTest: true,
        },
      },
    ]);
  });

  test('numbers of a location have no gaps, whoever asks at once', async () => {
    const all = [];
    for (let at = 0; at < 6; at++) all.push(await paid());
    await Promise.all(all.map(issue));
    const numbers = (await Promise.all(all.map(receipts))).flat().map(({ number }) => number);
    expect(numbers.sort()).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  });

  test('what is free has a receipt of 0, and what is not paid has none', async () => {
    const free = await paid({ packageId: shop.packages.free, method: { kind: 'free' }, seenTotalMinor: 0n });
    await issue(free);
    expect(await receipts(free)).toMatchObject([{ document: { totalMinor: 0n, isFree: true } }]);
    const open = await buy(shop.press({ seenTotalMinor: 5831n }));
    await issue(open);
    expect(await receipts(open)).toEqual([]);
  });

  test('S19 each refund has a document against it, whose taxes add up to the tax that was paid', async () => {
    const purchase = await paid();
    await issue(purchase);
    for (const minor of [1000n, 1n, 4830n]) {
      await refund(purchase, minor);
      await issue(purchase);
    }
    const [own, ...against] = await receipts(purchase);
    expect(against.map((it) => [it.against, it.document.totalMinor])).toEqual([
      [1n, -1000n],
      [1n, -1n],
      [1n, -4830n],
    ]);
    const taxBack = against.reduce((sum, it) => sum + it.document.taxMinor, 0n);
    expect(taxBack + own!.document.taxMinor).toBe(0n);
  });

  test('renaming a person changes no receipt', async () => {
    const purchase = await paid();
    await issue(purchase);
    await shop.core.db.asOwner(shop.organizationId, `update customers set name = 'Someone else'`);
    expect((await receipts(purchase))[0]!.document.customer).toBe('Mia');
  });
});

describe('UX-34 who sees a receipt', () => {
  let number: bigint;
  beforeAll(async () => {
    shop = await openShop({ location: { tax: TAX } });
    const purchase = await paid();
    await issue(purchase);
    number = (await receipts(purchase))[0]!.number;
  });
  afterAll(() => shop.close());
  const at = (end = '') => `/l/${shop.location.slug}/receipts/${number}${end}`;

  test('UX-34 the member reads it, and has it as a PDF', async () => {
    const mia = await signedIn(shop.memberId);
    const page = await (await mia.get(at())).text();
    expect(page).toContain('Receipt 000001');
    expect(page).toContain('VAT 19 %');
    expect(page).toContain('€58.31');
    const pdf = await mia.get(at('/pdf'));
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    const bytes = Buffer.from(await pdf.arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.subarray(-6).toString()).toContain('%%EOF');
  });

  test('an administrator reads it too; another member, and who is of another organization, finds nothing', async () => {
    expect((await (await signedIn(shop.administratorId)).get(at())).status).toBe(200);
    const eve = await signedIn(shop.employee.userId);
    expect((await eve.get(at())).status).toBe(404);
    expect((await eve.get(at('/pdf'))).status).toBe(404);
    for (const bad of ['0', '-1', '1e3', '99', '9'.repeat(30), 'x'])
      expect((await (await signedIn(shop.memberId)).get(`/l/${shop.location.slug}/receipts/${bad}`)).status).toBe(404);
  });
});
