import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { companyBuyingIn } from '../../../test/support/company-buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { activeInvoiceOf } from '../invoices/invoices.ts';
import { notificationsOf } from '../notifications/notifications.ts';
import type { SellRequest } from './purchases.ts';
import { type Purchase, purchaseById } from './records.ts';
import { tellAll } from './test-jobs.ts';
import { factOf, fieldOf, type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let ada: Person;
const { rows, subscribe } = companyBuyingIn(() => shop);
const { signedIn, administratorOf, read, at, refund, booked, spend, paymentOf } = refundsIn(() => shop);
beforeEach(async () => {
  shop = await openShop();
  ada = await signedIn(shop.administratorId);
});
afterEach(() => shop.close());

const sellAt = (customerId = shop.member.customerId, below = '') =>
  `/l/${shop.location.slug}/community/customers/${customerId}/sell${below}`;
const typed = (changes: Record<string, string> = {}) => ({
  requestKey: newRequestKey(),
  packageId: shop.packages.fifty,
  method: 'external',
  label: 'Bank transfer, 9 March',
  memo: 'Agreed at the desk',
  ...changes,
});
const reviewed = (person: Person, fields: Record<string, string>, customerId?: string) =>
  person.get(`${sellAt(customerId, '/review')}?${new URLSearchParams(fields)}`);

/** From the form through the review to what came of it. */
async function sell(person: Person, changes: Record<string, string> = {}, customerId?: string): Promise<Response> {
  const fields = typed(changes);
  const html = await (await reviewed(person, fields, customerId)).text();
  return await person.post(sellAt(customerId, '/review'), { seen: fieldOf(html, 'seen') ?? '4900', ...fields });
}

const request = (changes: Partial<SellRequest> = {}): SellRequest => ({
  organizationId: shop.organizationId,
  location: shop.location,
  wallet: { kind: 'personal', customerId: shop.member.customerId, name: 'Mia' },
  buyer: { id: shop.administratorId, name: 'Ada', email: 'ada@example.com' },
  requestKey: newRequestKey(),
  packageId: shop.packages.fifty,
  method: { kind: 'external', label: 'Cash' },
  memo: '',
  seenTotalMinor: 4_900n,
  now: shop.core.now(),
  ...changes,
});

const soldByHand = async (): Promise<Purchase> => {
  const { id } = await shop.app.purchases.sellTo(request());
  return (await read((db) => purchaseById(db, id)))!;
};

describe('S11 money taken elsewhere', () => {
  test('UX-41 an administrator chooses, sees price and balance before and after, and sells; a payment and a receipt say how it was paid', async () => {
    expect(await ada.page(`${sellAt().replace('/sell', '/payments')}`)).toContain('Sell a package');
    const form = await ada.page(sellAt());
    expect(wordsOf(form)).toContain('Sell a package to Mia');
    expect(form).not.toContain('value="invoice"');
    const review = await (await reviewed(ada, typed())).text();
    expect(wordsOf(review)).toContain('Sell 50 credits to Mia for €49.00');
    expect([factOf(review, 'Paid by'), factOf(review, 'Note')]).toEqual([
      'Bank transfer, 9 March, paid already',
      'Agreed at the desk',
    ]);
    expect(review).toContain('0 → 50');
    expect(wordsOf(await ada.follow(await sell(ada)))).toContain('50 credits added to Mia. New balance 50.');
    expect(await rows('payments')).toMatchObject([
      { method: 'external', status: 'paid', amount_minor: '4900', method_label: 'Bank transfer, 9 March' },
    ]);
    expect(await rows('purchases')).toMatchObject([
      { method: 'external', on_behalf: true, memo: 'Agreed at the desk' },
    ]);
    expect(await rows('credit_lots')).toMatchObject([{ cost_minor: '4900' }]);
    const [{ id: paymentId } = { id: '' }] = await rows('payments');
    const payment = await ada.page(sellAt().replace('/sell', `/payments/${paymentId}`));
    expect([factOf(payment, 'Note'), payment.includes('id="refund"')]).toEqual(['Agreed at the desk', true]);
    await tellAll(shop);
    expect(await rows('receipts')).toMatchObject([{ document: { method: 'Bank transfer, 9 March', buyer: 'Ada' } }]);
  });

  test('S13 S17 the member is told who did it, and history and purchase say so; the administrator is told nothing', async () => {
    await sell(ada);
    await tellAll(shop);
    const newsOf = async (userId: string) => (await read((db) => notificationsOf(db, userId, { limit: 9 }))).news;
    expect(await newsOf(shop.member.userId)).toMatchObject([{ kind: 'credits-added', details: { soldBy: 'Ada' } }]);
    expect(await newsOf(shop.administratorId)).toEqual([]);
    const mia = await signedIn(shop.member.userId);
    const here = `/l/${shop.location.slug}`;
    expect(wordsOf(await mia.page(`${here}/notifications`))).toContain('Done by Ada of the team.');
    expect(wordsOf(await mia.page(`${here}/membership/credits/transactions`))).toContain('by Ada');
    const [{ id } = { id: '' }] = await rows('purchases');
    const page = await mia.page(`${here}/membership/credits/purchases/${id}`);
    expect([factOf(page, 'Bought by'), factOf(page, 'Paid with')]).toEqual([
      'Ada, of the team',
      'Bank transfer, 9 March',
    ]);
    expect(page).not.toContain('Agreed at the desk');
  });

  test('S9 for a company its managers are told, and no permission of it is asked', async () => {
    const { company, manager } = shop;
    await sell(ada, {}, company.customerId);
    await tellAll(shop);
    expect(await shop.balance(company.customerId)).toBe(5_000n);
    expect((await rows('notifications')).map((row) => row.user_id)).toEqual([manager.userId]);
  });

  test('S19 UX-54 is given back by hand and noted, whole or in part: the unspent credits go, and a receipt says so', async () => {
    const sold = await soldByHand();
    await spend(4_000n);
    const html = await ada.page(at(sold, '/refund'));
    expect(wordsOf(html)).toContain('Give the money back yourselves, and note it here.');
    const done = await ada.follow(await refund(ada, sold, '24.50'));
    expect(wordsOf(done)).toContain('€24.50 refunded to Mia. 10 credits taken back, 15 stay a shortfall.');
    expect(wordsOf(done)).toMatch(/Refunded 10 Mar 2026, 10:00 Ada: Moved away −€24\.50/);
    expect(await booked(sold)).toEqual([1_000n, 1_500n, 0n]);
    await tellAll(shop);
    expect((await rows('receipts')).map(({ reversal_number }) => reversal_number)).toEqual([null, 1]);
    expect((await refund(ada, sold, '24.51')).status).toBe(422);
    await ada.follow(await refund(ada, sold, '24.50'));
    expect(wordsOf(await ada.page(at(sold, '/refund')))).toContain('All of it has gone back.');
    shop.core.clock.advance(3_600_000);
    expect(await shop.app.payments.checkRefunds()).toBe(0);
  });

  test('E1 S19 sixteen who give it back at once give back no more than was paid', async () => {
    const sold = await soldByHand();
    const give = () =>
      shop.app.payments.refund({
        ...{ organizationId: shop.organizationId, locationId: shop.location.id, paymentId: sold.paymentId! },
        ...{ amountMinor: 2_000n, actorUserId: shop.administratorId, reason: 'x', requestKey: newRequestKey() },
      });
    const results = await Promise.allSettled(Array.from({ length: 16 }, give));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect((await paymentOf(sold)).refundedMinor).toBe(4_000n);
  });

  test('E1 sixteen presses of one button sell once; the same key with something else is refused', async () => {
    const requestKey = newRequestKey();
    const sold = await Promise.all(
      Array.from({ length: 16 }, () => shop.app.purchases.sellTo(request({ requestKey }))),
    );
    expect(new Set(sold.map(({ id }) => id)).size).toBe(1);
    expect([(await rows('payments')).length, await shop.balance(shop.member.customerId)]).toEqual([1, 5_000n]);
    for (const changes of [{ memo: 'x' }, { method: { kind: 'external', label: 'Card' } as const }])
      await expect(shop.app.purchases.sellTo(request({ requestKey, ...changes }))).rejects.toMatchObject({
        code: 'idempotency-key-reused',
      });
  });
});

describe('what administrators sell otherwise', () => {
  test('S4 on the invoice, where the plan allows it: the review says which one', async () => {
    await expect(shop.app.purchases.sellTo(request({ method: { kind: 'invoice' } }))).rejects.toMatchObject({
      code: 'method-not-available',
    });
    await subscribe(shop.member.customerId, { autoInvoice: true });
    const review = await (await reviewed(ada, typed({ method: 'invoice', label: '' }))).text();
    expect(factOf(review, 'Paid by')).toContain('Added to the invoice of Mia of 10 Apr 2026.');
    const done = await ada.follow(await sell(ada, { method: 'invoice', label: '' }));
    expect(wordsOf(done)).toContain('On account');
    const draft = await read((db) => activeInvoiceOf(db, shop.member.customerId));
    expect(draft!.items.map(({ kind }) => kind)).toContain('credit_package');
    expect((await rows('payments')).length).toBe(0);
  });

  test('S11 free when nothing is to be paid: a package without a price, and the plan’s, of a company too', async () => {
    const { company } = shop;
    await subscribe(company.customerId, { creditsDiscountPercent: 100, freePackagesPerCycle: 1 });
    const review = await (await reviewed(ada, typed({ label: '' }), company.customerId)).text();
    expect(wordsOf(review)).toContain('Give 50 credits to Otter Works free');
    await ada.follow(await sell(ada, { label: '' }, company.customerId));
    await ada.follow(await sell(ada, { packageId: shop.packages.free, label: '' }));
    expect((await rows('payments')).map((row) => row.method)).toEqual(['free', 'free']);
    const used = await (await reviewed(ada, typed(), company.customerId)).text();
    expect(wordsOf(used)).toContain('for €49.00');
  });

  test('never by a card, and customers never for money taken elsewhere', async () => {
    for (const method of [{ kind: 'page' }, { kind: 'saved', id: shop.packages.fifty }] as never[])
      await expect(shop.app.purchases.sellTo(request({ method }))).rejects.toMatchObject({
        code: 'method-not-available',
      });
    const external = { method: { kind: 'external', label: 'Cash' } as never };
    await expect(shop.app.purchases.buy(shop.press(external))).rejects.toMatchObject({ code: 'method-not-available' });
    expect(await rows('purchases')).toEqual([]);
  });
});

describe('E25 what is refused', () => {
  test('E25 a form that lacks something is shown again, with what is wrong', async () => {
    const said = async (changes: Record<string, string>) => {
      const answer = await reviewed(ada, typed(changes));
      return [answer.status, wordsOf(await answer.text())] as const;
    };
    expect(await said({ label: '' })).toEqual([422, expect.stringContaining('Say how it was paid.')]);
    expect(await said({ packageId: 'x' })).toEqual([422, expect.stringContaining('Choose a package that is on sale.')]);
    expect(await said({ method: 'card' })).toEqual([422, expect.stringContaining('Choose how it is paid.')]);
    expect(await said({ label: 'x'.repeat(81) })).toEqual([422, expect.stringContaining('At most 80 characters.')]);
    expect(await said({ method: 'invoice' })).toEqual([
      422,
      expect.stringContaining('does not allow paying on the invoice'),
    ]);
    const answer = await ada.post(sellAt(undefined, '/review'), { ...typed({ label: '' }), seen: '4900' });
    expect(answer.status).toBe(422);
    expect((await ada.post(sellAt(undefined, '/review'), { ...typed(), seen: '-1' })).status).toBe(404);
    expect(await rows('purchases')).toEqual([]);
  });

  test('E3 a price that changed is shown again and nothing is sold', async () => {
    const answer = await ada.post(sellAt(undefined, '/review'), { ...typed(), seen: '100' });
    expect(answer.status).toBe(409);
    expect(wordsOf(await answer.text())).toContain('The price has changed to €49.00.');
    expect(await rows('purchases')).toEqual([]);
  });

  test('S7 nobody is sold anything who is no member', async () => {
    await shop.core.db.asOwner(shop.organizationId, "update memberships set status = 'removed'");
    expect(wordsOf(await (await ada.get(sellAt())).text())).toContain('Mia is no member');
    await expect(shop.app.purchases.sellTo(request())).rejects.toMatchObject({ code: 'membership-required' });
    expect(await rows('payments')).toEqual([]);
  });

  test('it is for administrators of billing alone', async () => {
    const desk = await administratorOf(['customers']);
    for (const person of [desk, await signedIn(shop.manager.userId)]) {
      expect((await person.get(sellAt())).status).toBe(404);
      expect((await person.post(sellAt(undefined, '/review'), typed())).status).toBe(404);
    }
    expect(await desk.page(sellAt().replace('/sell', '/payments'))).not.toContain('Sell a package');
    const money = await administratorOf(['billing']);
    expect(wordsOf(await money.follow(await sell(money)))).toContain('50 credits added to Mia.');
  });
});
