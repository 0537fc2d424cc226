import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newsText } from '../notifications/messages.ts';
import { notificationsOf } from '../notifications/notifications.ts';
import type { Purchase } from './records.ts';
import { tellOfReversal } from './reversal-news.ts';
import { factOf, type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let purchase: Purchase;
let ada: Person;
const it = refundsIn(() => shop);

beforeEach(async () => {
  shop = await openShop();
  ada = await it.signedIn(shop.administratorId);
});
afterEach(() => shop.close());

/** The headings of what somebody was told about money, newest first. */
async function toldTo(userId: string): Promise<string[]> {
  const { news } = await it.read((db) => notificationsOf(db, userId, { limit: 20 }));
  return news.filter(({ kind }) => !kind.startsWith('credits')).map((one) => newsText(one, 'en-GB').heading);
}

/** Runs the jobs that were enqueued, once or more, as a worker does. */
async function runJobs(times = 1): Promise<void> {
  const { rows } = await shop.core.db.asOwner(
    shop.organizationId,
    `select data from pgboss.job where name = 'purchase.reversed' order by created_on`,
  );
  for (let time = 0; time < times; time++) for (const { data } of rows) await tellOfReversal(shop.core, data);
}

const receipt = ({ id }: Purchase) => `/l/${shop.location.slug}/membership/credits/purchases/${id}`;
const forCompany = () => ({
  wallet: { kind: 'company' as const, customerId: shop.company.customerId, name: 'Otter Works' },
  buyer: { id: shop.manager.userId, name: 'Max', email: shop.manager.email },
});

describe('what the member sees', () => {
  test('UX-34 each refund is a line of the receipt, with what was paid in the end and the credits taken back', async () => {
    purchase = await it.bought();
    await it.spend(2_000n);
    await ada.follow(await it.refund(ada, purchase, '9.80'));
    shop.core.clock.advance(86_400_000);
    const mia = await it.signedIn(shop.member.userId);
    await ada.follow(await it.refund(ada, purchase, '39.20'));
    const html = await mia.page(receipt(purchase));
    expect(factOf(html, 'Refunded, 10 Mar 2026, 10:00 CET')).toBe('−€9.80');
    expect(factOf(html, 'Refunded, 11 Mar 2026, 10:00 CET')).toBe('−€39.20');
    expect([factOf(html, 'Total'), factOf(html, 'Paid in the end'), factOf(html, 'Credits taken back')]).toEqual([
      '€49.00',
      '€0.00',
      '30',
    ]);
    expect(wordsOf(html)).toContain('€49.00 refunded 30 credits were taken back.');
    // The shortfall and the reason are for the team.
    expect(wordsOf(html)).not.toMatch(/shortfall|Moved away/);
  });

  test('UX-34 what the bank holds back is a line, and another when it comes again', async () => {
    purchase = await it.bought();
    const dashboard = await it.dashboard();
    const { reference } = await it.paymentOf(purchase);
    const look = () => shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    const mia = await it.signedIn(shop.member.userId);
    await dashboard.dispute(reference!);
    await look();
    const held = await mia.page(receipt(purchase));
    expect(factOf(held, 'Held back by your bank, 10 Mar 2026, 10:00 CET')).toBe('−€49.00');
    expect(wordsOf(held)).toContain('€49.00 held back by your bank 50 credits were taken back.');
    await dashboard.decide(reference!, 'win');
    await look();
    const won = await mia.page(receipt(purchase));
    expect(factOf(won, 'No longer held back, 10 Mar 2026, 10:00 CET')).toBe('+€49.00');
    expect([factOf(won, 'Paid in the end'), factOf(won, 'Credits taken back')]).toEqual(['€49.00', undefined]);
    expect(wordsOf(won)).toContain('50 credits added');
  });

  test('S17 the history has what was taken back, and leads to the purchase', async () => {
    purchase = await it.bought();
    await ada.follow(await it.refund(ada, purchase, '49.00'));
    const mia = await it.signedIn(shop.member.userId);
    const html = await mia.page(`/l/${shop.location.slug}/membership/credits/transactions`);
    expect(wordsOf(html)).toMatch(/Taken back: Regular 10 Mar, 10:00 −50 Balance 0/);
    expect(html.split(`href="${receipt(purchase)}"`)).toHaveLength(3);
  });
});

describe('who is told', () => {
  test('S13 the buyer is told of each refund once, with the credits that were taken back, however often the job runs', async () => {
    purchase = await it.bought();
    await it.spend(4_500n);
    await ada.follow(await it.refund(ada, purchase, '4.90'));
    await runJobs(2);
    await ada.follow(await it.refund(ada, purchase, '44.10'));
    await runJobs(2);
    expect((await toldTo(shop.member.userId)).sort()).toEqual([
      '€4.90 refunded, 5 credits taken back',
      '€44.10 refunded',
    ]);
    const mia = await it.signedIn(shop.member.userId);
    const html = await mia.page(`/l/${shop.location.slug}/notifications`);
    expect(html).toContain(`href="${receipt(purchase)}"`);
  });

  test('S13 for a company its managers are told too, and nobody else', async () => {
    const other = await it.signedIn(shop.employee.userId);
    purchase = await it.bought(forCompany());
    await ada.follow(await it.refund(ada, purchase, '49.00'));
    await runJobs();
    expect(await toldTo(shop.manager.userId)).toEqual(['€49.00 refunded, 50 credits taken back']);
    for (const userId of [shop.employee.userId, shop.member.userId]) expect(await toldTo(userId)).toEqual([]);
    expect((await other.get(receipt(purchase))).status).toBe(404);
  });

  test('S19 of a dispute, its end, and a refund that failed, too', async () => {
    purchase = await it.bought();
    const dashboard = await it.dashboard();
    const { reference } = await it.paymentOf(purchase);
    const look = () => shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    await dashboard.dispute(reference!);
    await look();
    await dashboard.decide(reference!, 'win');
    shop.core.clock.advance(1_000);
    await look();
    await ada.follow(await it.refund(ada, purchase, '49.00'));
    await dashboard.refundFails(reference!);
    shop.core.clock.advance(1_000);
    await look();
    await runJobs();
    expect((await toldTo(shop.member.userId)).sort()).toEqual([
      'A refund of €49.00 did not arrive, 50 credits given back',
      '€49.00 held back by the bank, 50 credits taken back',
      '€49.00 no longer held back by the bank, 50 credits given back',
      '€49.00 refunded, 50 credits taken back',
    ]);
  });

  test('S19 two refunds that are found together are two pieces of news', async () => {
    purchase = await it.bought();
    await (await it.dashboard()).refund((await it.paymentOf(purchase)).reference!, '9.00');
    await ada.follow(await it.refund(ada, purchase, '40.00'));
    await runJobs(2);
    expect((await toldTo(shop.member.userId)).sort()).toEqual([
      '€40.00 refunded',
      '€9.00 refunded, 50 credits taken back',
    ]);
  });

  test('S19 administrators of billing are told of what needs a look, once, and led to Money check', async () => {
    const clerk = await it.administratorOf(['billing']);
    const desk = await it.administratorOf(['customers']);
    purchase = await it.bought();
    await it.spend(1_000n);
    await (await it.dashboard()).dispute((await it.paymentOf(purchase)).reference!);
    for (let look = 0; look < 2; look++) await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    const told = ['A payment is disputed', 'Credits were spent before their money went back'];
    expect((await toldTo(shop.administratorId)).sort()).toEqual(told);
    expect(await toldTo(shop.member.userId)).toEqual([]);
    const news = `/l/${shop.location.slug}/notifications`;
    const html = await clerk.page(news);
    for (const heading of told) expect(html).toContain(heading);
    expect(html).toContain(`href="${it.check()}#alert-`);
    expect(await desk.page(news)).toContain('No news yet');
  });
});
