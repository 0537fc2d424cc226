import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { holdCredits } from '../credits/credits.ts';
import { refundsOf } from '../payments/payments.ts';
import type { Purchase } from './records.ts';
import { errorOf, factOf, fieldOf, type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let purchase: Purchase;
let ada: Person;
const it = refundsIn(() => shop);

// Mia has bought 50 credits for €49.00; Ada administers everything.
beforeEach(async () => {
  shop = await openShop();
  purchase = await it.bought();
  ada = await it.signedIn(shop.administratorId);
});
afterEach(() => shop.close());

const REVIEW = '/refund/review';
const reviewOf = (typed: Record<string, string>) =>
  ada.get(`${it.at(purchase, REVIEW)}?${new URLSearchParams({ requestKey: newRequestKey(), ...typed })}`);
const refunds = () => it.read((db) => refundsOf(db, purchase.paymentId!));

describe('S19 refunding a payment', () => {
  test('S19 UX-54 shows first what was paid, bought and spent, then what will happen, and does it by a button that names it', async () => {
    await it.spend(2_000n);
    const tab = await ada.page(it.tab());
    expect(tab).toContain(`href="${it.at(purchase, '/refund')}"`);
    const form = await ada.page(it.at(purchase, '/refund'));
    expect([factOf(form, 'Paid'), factOf(form, 'Bought'), factOf(form, 'Still there'), factOf(form, 'Spent')]).toEqual([
      '€49.00',
      '50',
      '30',
      '20',
    ]);
    expect(fieldOf(form, 'amount')).toBe('49.00');
    const html = await (await reviewOf({ amount: '49,00', reason: ' Moved  away ' })).text();
    const words = wordsOf(html);
    expect(words).toContain('Refund €49.00 to Mia?');
    expect(words).toContain('50 credits were bought, 20 are spent. 30 credits are taken back, 20 stay a shortfall.');
    expect(words).toContain('Mia is told of it, without the reason.');
    expect(factOf(html, 'Reason')).toBe('Moved away');
    expect(await refunds()).toEqual([]);
    const done = await ada.follow(await it.refund(ada, purchase, '49.00'));
    expect(wordsOf(done)).toContain('€49.00 refunded to Mia. 30 credits taken back, 20 stay a shortfall.');
    expect([factOf(done, 'Refunded so far'), factOf(done, 'Left of it'), factOf(done, 'Taken back')]).toEqual([
      '€49.00',
      '€0.00',
      '30',
    ]);
    expect(wordsOf(done)).toMatch(/Refunded 10 Mar 2026, 10:00 Ada: Moved away −€49\.00/);
    expect(await it.booked(purchase)).toEqual([3_000n, 2_000n, 0n]);
    expect(await shop.balance(shop.member.customerId)).toBe(0n);
    expect(done).not.toContain('id="refund"');
    expect(wordsOf(await ada.page(it.tab()))).toMatch(/€49\.00 €49\.00 refunded.*Paid Refunded 20 credits short Test/);
  });

  test('S19 in parts, each takes back its share, and the form offers what is left', async () => {
    await ada.follow(await it.refund(ada, purchase, '4.90'));
    expect(await it.booked(purchase)).toEqual([500n, 0n, 0n]);
    const form = await ada.page(it.at(purchase, '/refund'));
    expect(fieldOf(form, 'amount')).toBe('44.10');
    expect([factOf(form, 'Refunded so far'), factOf(form, 'Left of it')]).toEqual(['€4.90', '€44.10']);
    const words = wordsOf(await (await reviewOf({ amount: '44.10', reason: 'Rest' })).text());
    expect(words).toContain('50 credits were bought, 5 were taken back before. 45 credits are taken back.');
    const done = wordsOf(await ada.follow(await it.refund(ada, purchase, '44.10')));
    expect(done).toContain('€44.10 refunded to Mia. 45 credits taken back.');
    expect(await it.booked(purchase)).toEqual([5_000n, 0n, 0n]);
    expect(wordsOf(await ada.page(it.at(purchase, '/refund')))).toContain('All of it has gone back.');
  });

  test('UX-54 the preview says what booking then does, whatever became of the credits', async () => {
    const hold = { organizationId: shop.organizationId, customerId: shop.member.customerId, actorUserId: null };
    const now = shop.core.now();
    const holdUntil = new Date(now.getTime() + 3_600_000);
    await shop.core.database.write(shop.organizationId, (tx) =>
      holdCredits(tx, { ...hold, key: newRequestKey(), creditsMinor: 700n, holdUntil, now }),
    );
    await it.spend(1_234n);
    for (const amount of ['0.01', '12.34', '20.00', '16.65']) {
      const before = await it.booked(purchase);
      const html = await (await reviewOf({ amount, reason: 'Some' })).text();
      const [taken, short] = fieldOf(html, 'seen')!.split('-').map(BigInt);
      expect((await it.refund(ada, purchase, amount)).status).toBe(303);
      const after = await it.booked(purchase);
      expect([after[0] - before[0], after[1] - before[1]], amount).toEqual([taken, short]);
    }
    expect(await it.booked(purchase)).toEqual([3_066n, 1_934n, 0n]);
  });

  test('E1 pressing twice, one after the other and at the same time, refunds once', async () => {
    const typed = { requestKey: newRequestKey(), amount: '10.00', reason: 'Twice' };
    const seen = fieldOf(await (await reviewOf(typed)).text(), 'seen')!;
    const press = () => ada.post(it.at(purchase, REVIEW), { ...typed, seen });
    const answers = await Promise.all([press(), press()]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const again = await press();
    expect(wordsOf(await ada.follow(again))).toContain('€10.00 refunded to Mia.');
    expect((await it.paymentOf(purchase)).refundedMinor).toBe(1_000n);
    expect(await refunds()).toHaveLength(1);
    // Back to the review leads to what it did.
    expect((await reviewOf(typed)).headers.get('location')).toBe(it.at(purchase));
    const other = await ada.post(it.at(purchase, REVIEW), { ...typed, amount: '11.00', seen });
    const html = await other.text();
    expect([other.status, html.includes('This form was sent before with something else in it')]).toEqual([422, true]);
    expect(fieldOf(html, 'requestKey')).not.toBe(typed.requestKey);
  });

  test('UX-54 when credits were spent since the review, nothing is done that was not seen', async () => {
    const typed = { requestKey: newRequestKey(), amount: '49.00', reason: 'Moved away' };
    const seen = fieldOf(await (await reviewOf(typed)).text(), 'seen')!;
    await it.spend(2_000n);
    const answer = await ada.post(it.at(purchase, REVIEW), { ...typed, seen });
    const html = await answer.text();
    expect(answer.status).toBe(409);
    expect(wordsOf(html)).toContain('Something has changed meanwhile Nothing was refunded.');
    expect(wordsOf(html)).toContain('30 credits are taken back, 20 stay a shortfall.');
    expect(await refunds()).toEqual([]);
    const confirmed = await ada.post(it.at(purchase, REVIEW), { ...typed, seen: fieldOf(html, 'seen')! });
    expect(confirmed.status).toBe(303);
    expect(await it.booked(purchase)).toEqual([3_000n, 2_000n, 0n]);
  });

  test.each([
    ['nothing', { amount: '' }, 'amount', 'Write how much to refund.'],
    ['zero', { amount: '0' }, 'amount', 'Write an amount above 0, such as 12.50.'],
    ['words', { amount: 'all' }, 'amount', 'Write an amount above 0, such as 12.50.'],
    ['less than nothing', { amount: '-5' }, 'amount', 'Write an amount above 0, such as 12.50.'],
    [
      'a thousand or one',
      { amount: '1,000' },
      'amount',
      'Is this a thousand or one? Write it without a comma or point for thousands.',
    ],
    ['a tenth of a cent', { amount: '1.001' }, 'amount', 'EUR has at most 2 decimals.'],
    ['more than is left', { amount: '49.01' }, 'amount', 'Only €49.00 is left to refund.'],
    ['no reason', { reason: '  ' }, 'reason', 'Write why. Every refund has a reason.'],
    ['a long reason', { reason: 'x'.repeat(301) }, 'reason', 'At most 300 characters.'],
    ['a hidden reason', { reason: 'a\u202eb' }, 'reason', 'This holds characters that cannot be seen. Type it anew.'],
  ])(
    'E25 UX-83 %s is refused beside its field, in the review and when pressed, and what was typed stays',
    async (_, changes, field, sentence) => {
      const typed = { requestKey: newRequestKey(), amount: '49.00', reason: 'Moved away', ...changes };
      const pressed = await ada.post(it.at(purchase, REVIEW), { ...typed, seen: '5000-0' });
      for (const answer of [await reviewOf(typed), pressed]) {
        const html = await answer.text();
        expect([answer.status, errorOf(html, `field-${field}`)]).toEqual([422, sentence]);
        expect(fieldOf(html, field === 'amount' ? 'reason' : 'amount')).toBe(
          field === 'amount' ? 'Moved away' : '49.00',
        );
      }
      expect(await refunds()).toEqual([]);
    },
  );

  test('E8 while nobody knows whether it was made, the page says so, looks again by itself, and then says that it is done', async () => {
    let cut = true;
    shop.between = async (c, next) => {
      await next();
      if (cut && c.req.path.endsWith('/v1/refunds')) c.res = new Response('<html>bad gateway</html>', { status: 502 });
    };
    const html = await ada.follow(await it.refund(ada, purchase, '19.00'));
    expect(wordsOf(html)).toContain('We are asking the bank about €19.00. Nothing is refunded twice.');
    expect(wordsOf(html)).toContain('It is not known yet whether €19.00 went back.');
    expect(html).toContain('data-refresh-after="3000"');
    expect([factOf(html, 'On its way back'), factOf(html, 'Left of it')]).toEqual(['€19.00', '€30.00']);
    expect(fieldOf(await ada.page(it.at(purchase, '/refund')), 'amount')).toBe('30.00');
    cut = false;
    shop.core.clock.advance(60_000);
    await shop.app.payments.checkRefunds();
    const settled = await ada.page(it.at(purchase));
    expect(settled).not.toContain('data-refresh-after');
    expect(factOf(settled, 'Refunded so far')).toBe('€19.00');
  });

  test('S19 what the gateway refuses is said with its reason, and another try is another wish', async () => {
    shop.between = async (c, next) => {
      if (!c.req.path.endsWith('/v1/refunds') || c.req.method !== 'POST') return await next();
      const error = { type: 'invalid_request_error', code: 'balance_insufficient', message: 'Insufficient funds' };
      c.res = Response.json({ error }, { status: 400, headers: { 'request-id': 'req_1' } });
    };
    const answer = await it.refund(ada, purchase, '19.00');
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(wordsOf(html)).toContain('The account at the gateway does not hold enough money. Nothing was refunded.');
    const { status, amountMinor } = (await refunds())[0]!;
    expect([status, amountMinor]).toEqual(['refused', 1_900n]);
    expect(await it.alertAbout(purchase, 'refund-refused')).toBeDefined();
    shop.between = (_, next) => next();
    const again = {
      amount: fieldOf(html, 'amount')!,
      reason: fieldOf(html, 'reason')!,
      requestKey: fieldOf(html, 'requestKey')!,
    };
    await ada.follow(await it.refund(ada, purchase, again.amount, again));
    expect((await it.paymentOf(purchase)).refundedMinor).toBe(1_900n);
  });
});
