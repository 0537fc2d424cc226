import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { companyBuyingIn, sheetForm } from '../../../test/support/company-buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { notificationsOf } from '../notifications/notifications.ts';
import { refundsIn, wordsOf } from '../purchases/test-refunds.ts';

let shop: Shop;
const { rows, companyCard, subscribe } = companyBuyingIn(() => shop);
const { signedIn, administratorOf } = refundsIn(() => shop);
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const own = () => `/l/${shop.location.slug}/membership/payment-permissions`;
const tab = (id = shop.company.customerId) => `/l/${shop.location.slug}/community/customers/${id}/permissions`;
const shared = () => `/l/${shop.location.slug}/membership/credits?wallet=company`;
const sheet = () => `/l/${shop.location.slug}/membership/credits/packages/${shop.packages.fifty}`;
const newsOf = async (userId: string) =>
  (await shop.core.database.read(shop.organizationId, (db) => notificationsOf(db, userId, { limit: 20 }))).news.filter(
    ({ kind }) => kind.startsWith('permission'),
  );

describe('UX-20 asking the managers', () => {
  test('UX-19 UX-20 a member reads who buys for the company, asks once, and the manager gets one piece of news with a link', async () => {
    await companyCard();
    const eve = await signedIn(shop.employee.userId);
    const html = await eve.page(shared());
    expect(wordsOf(html)).toContain('Credits of Otter Works are bought by its managers');
    expect(html).toContain('Ask Max');
    expect(html).not.toContain('Balance of Otter Works');
    expect(html).not.toContain('Buy for €49.00');
    expect(wordsOf(await eve.follow(await eve.post(`${own()}/ask`)))).toContain('Max has been asked.');
    expect(wordsOf(await eve.follow(await eve.post(`${own()}/ask`)))).toContain('Max was asked today already.');
    expect(wordsOf(await eve.page(shared()))).toContain('You asked Max on 10 Mar');
    expect(await newsOf(shop.manager.userId)).toMatchObject([
      { kind: 'permission-asked', details: { person: 'Eve', company: 'Otter Works' }, href: own() },
    ]);
  });

  test('UX-20 sixteen who press at once ask once; the next day they may ask again', async () => {
    const eve = await signedIn(shop.employee.userId);
    await Promise.all(Array.from({ length: 16 }, () => eve.post(`${own()}/ask`)));
    expect(await newsOf(shop.manager.userId)).toHaveLength(1);
    // Midnight in Berlin is 23:00 in UTC.
    shop.core.clock.set('2026-03-10T22:59:59Z');
    await eve.post(`${own()}/ask`);
    expect(await newsOf(shop.manager.userId)).toHaveLength(1);
    shop.core.clock.set('2026-03-10T23:00:00Z');
    await (await signedIn(shop.employee.userId)).post(`${own()}/ask`);
    expect(await newsOf(shop.manager.userId)).toHaveLength(2);
  });

  test('UX-20 each manager is asked, and whoever asked is told once when a way to pay is opened', async () => {
    await companyCard();
    await shop.core.db.asOwner(
      shop.organizationId,
      "insert into users (organization_id, id, email, name, created_at) select organization_id, gen_random_uuid(), 'mo@example.com', 'Mo', created_at from users where id = $1",
      [shop.manager.userId],
    );
    await shop.core.db.asOwner(
      shop.organizationId,
      `insert into customers select organization_id, gen_random_uuid(), location_id, kind, 'Mo', created_at from customers where id = $1`,
      [shop.manager.customerId],
    );
    await shop.core.db.asOwner(
      shop.organizationId,
      `insert into memberships (organization_id, id, location_id, user_id, customer_id, type, status, company_id, company_role, created_at)
        select m.organization_id, gen_random_uuid(), m.location_id, u.id, c.id, m.type, m.status, m.company_id, m.company_role, m.created_at + interval '1 s'
        from memberships m, users u, customers c where m.user_id = $1 and u.name = 'Mo' and c.name = 'Mo'`,
      [shop.manager.userId],
    );
    const eve = await signedIn(shop.employee.userId);
    expect(await eve.page(shared())).toContain('Ask Max or Mo');
    expect(wordsOf(await eve.follow(await eve.post(`${own()}/ask`)))).toContain('Max and Mo have been asked.');
    const [mo] = (await rows('users')).filter(({ name }) => name === 'Mo');
    expect([(await newsOf(shop.manager.userId)).length, (await newsOf(mo!.id as string)).length]).toEqual([1, 1]);
    const max = await signedIn(shop.manager.userId);
    const page = await max.page(own());
    expect(wordsOf(page)).toContain('Eve asks to buy credits for the company');
    const [card] = (await rows('saved_methods')).map(({ id }) => id as string);
    for (let times = 0; times < 2; times++)
      expect(wordsOf(await max.follow(await max.post(own(), { shown: card!, 'open[]': card! })))).toContain(
        'Members of Otter Works may buy credits for it.',
      );
    expect(await newsOf(shop.employee.userId)).toMatchObject([
      { kind: 'permission-given', details: { company: 'Otter Works' }, href: shared() },
    ]);
    expect(wordsOf(await max.page(own()))).not.toContain('asks to buy');
  });

  test('E18 without a manager the team is the next step, and asking tells nobody', async () => {
    await shop.core.db.asOwner(
      shop.organizationId,
      "update memberships set status = 'removed' where company_role = 'manager'",
    );
    const eve = await signedIn(shop.employee.userId);
    const html = await eve.page(shared());
    expect(wordsOf(html)).toContain('Otter Works has no manager at present.');
    expect(html).toContain('mailto:ada@example.com');
    expect(wordsOf(await eve.follow(await eve.post(`${own()}/ask`)))).toContain('Ask the team of the location.');
    expect(await rows('permission_requests')).toEqual([]);
  });

  test('UX-20 only members of a company ask: nobody else finds the address', async () => {
    for (const userId of [shop.member.userId, shop.manager.userId])
      expect((await (await signedIn(userId)).post(`${own()}/ask`)).status).toBe(404);
  });
});

describe('S10 the managers’ page', () => {
  test('S10 lists each card and, when the plan allows it, the invoice; what is ticked is open, with who did it', async () => {
    const cardId = await companyCard();
    const max = await signedIn(shop.manager.userId);
    expect(await max.page(own())).not.toContain('value="invoice"');
    await subscribe(shop.company.customerId);
    const html = await max.page(own());
    expect(html).toContain('Visa •••• 4242');
    expect(html).toMatch(/value="invoice"/);
    const done = await max.follow(await max.post(own(), { shown: `${cardId},invoice`, 'open[]': cardId }));
    expect(done).toMatch(new RegExp(`value="${cardId}" checked`));
    expect(wordsOf(done)).toContain('Opened by Max, 10 Mar');
    const closed = await max.follow(await max.post(own(), { shown: `${cardId},invoice` }));
    expect(wordsOf(closed)).toContain('Only managers of Otter Works buy credits for it.');
    expect(wordsOf(closed)).toContain('Closed by Max, 10 Mar');
  });

  test('S10 decides about what was shown only: a card that came meanwhile stays with the managers', async () => {
    const first = await companyCard();
    const max = await signedIn(shop.manager.userId);
    const second = await companyCard('4000000000000259');
    await max.post(own(), { shown: first, 'open[]': first });
    const open = (await rows('payment_permissions')).map((row) => row.saved_method_id);
    expect(open).toEqual([first]);
    expect(second).not.toBe(first);
  });

  test('E25 refuses what is no method of the company, and writes nothing', async () => {
    const max = await signedIn(shop.manager.userId);
    for (const wish of ['invoice', 'x', shop.employee.userId]) {
      const answer = await max.post(own(), { shown: wish, 'open[]': wish });
      expect(answer.status).toBe(409);
      expect(wordsOf(await answer.text())).toContain('The ways to pay are not the ones you saw.');
    }
    expect((await max.post(own(), { shown: 'x'.repeat(5_000) })).status).toBe(404);
    expect((await max.post(own(), { shown: '', more: '1' })).status).toBe(400);
    expect(await rows('payment_permissions')).toEqual([]);
  });

  test('S10 is for managers: members of the company and others do not find it', async () => {
    for (const userId of [shop.employee.userId, shop.member.userId]) {
      const somebody = await signedIn(userId);
      expect((await somebody.get(own())).status).toBe(404);
      expect((await somebody.post(own(), { shown: '' })).status).toBe(404);
    }
  });
});

describe('S10 the administrators’ tab', () => {
  test('S10 E18 sets the same, for companies only and with the area of customers', async () => {
    const cardId = await companyCard();
    const ada = await signedIn(shop.administratorId);
    expect(await ada.page(tab())).toContain('Who may pay');
    const done = await ada.follow(await ada.post(tab(), { shown: cardId, 'open[]': cardId }));
    expect(wordsOf(done)).toContain('Opened by Ada');
    expect((await ada.get(tab(shop.member.customerId))).status).toBe(404);
    expect(await ada.page(tab(shop.member.customerId).replace('/permissions', ''))).not.toContain('Who may pay');
    const desk = await administratorOf(['billing']);
    expect((await desk.get(tab())).status).toBe(404);
    expect((await desk.post(tab(), { shown: cardId })).status).toBe(404);
  });
});

describe('S10 what a member of a company sees', () => {
  test('S10 once a card is open: balance, that card alone, and no way to add one; not its cards, history or receipts', async () => {
    const [cardId, other] = [await companyCard(), await companyCard('4000000000000259')];
    const max = await signedIn(shop.manager.userId);
    await max.post(own(), { shown: cardId, 'open[]': cardId });
    const eve = await signedIn(shop.employee.userId);
    const html = await eve.page(shared());
    expect(html).toContain('Balance of Otter Works');
    expect(html).not.toContain('transactions?wallet=company');
    expect(html).toContain('Buy for €49.00');
    const paying = await eve.page(`${sheet()}?wallet=company`);
    expect(paying).toContain(`value="saved-${cardId}"`);
    expect(paying).not.toContain(`value="saved-${other}"`);
    expect(paying).not.toContain('value="page"');
    expect(paying).toContain('100 → 150');
    const answer = await eve.post(sheet(), sheetForm({ method: `saved-${cardId}` }));
    const done = await eve.follow(answer);
    expect(done).toContain('50 credits added. New balance 150.');
    const [, purchaseId] = /purchases\/([0-9a-f-]{36})/.exec(done)!;
    const purchase = await eve.page(`/l/${shop.location.slug}/membership/credits/purchases/${purchaseId}`);
    expect(purchase).not.toContain('/receipts/');
    for (const path of ['credits/transactions?wallet=company', 'credits/lots?wallet=company'])
      expect((await eve.get(`/l/${shop.location.slug}/membership/${path}`)).status).toBe(404);
    expect(await eve.page(`/l/${shop.location.slug}/membership/cards`)).not.toContain('Otter Works');
    const mine = (await rows('purchases')).find((row) => row.buyer_user_id === shop.manager.userId)!;
    expect((await eve.get(`/l/${shop.location.slug}/membership/credits/purchases/${mine.id}`)).status).toBe(404);
  });

  test('E5 who pressed on a sheet from before the permission was withdrawn is told by name, and can ask', async () => {
    const cardId = await companyCard();
    const max = await signedIn(shop.manager.userId);
    await max.post(own(), { shown: cardId, 'open[]': cardId });
    const eve = await signedIn(shop.employee.userId);
    await eve.page(`${sheet()}?wallet=company`);
    await max.post(own(), { shown: cardId });
    const answer = await eve.post(sheet(), sheetForm({ method: `saved-${cardId}` }));
    expect(answer.status).toBe(409);
    const html = await answer.text();
    expect(wordsOf(html)).toContain('The managers of Otter Works do not let members pay this way.');
    expect(wordsOf(html)).toContain('You have not been charged.');
    expect(html).toContain('Ask Max');
    expect((await rows('purchases')).length).toBe(1);
  });

  test('UX-19 an open card that has expired is said, and cannot be chosen', async () => {
    const cardId = await companyCard();
    const max = await signedIn(shop.manager.userId);
    await max.post(own(), { shown: cardId, 'open[]': cardId });
    await shop.core.db.asOwner(shop.organizationId, 'update saved_methods set expires_year = 2025');
    const eve = await signedIn(shop.employee.userId);
    expect(wordsOf(await eve.page(shared()))).toContain('The card of Otter Works that members may use has expired.');
    expect((await eve.post(sheet(), sheetForm({ method: `saved-${cardId}` }))).status).toBe(409);
  });
});
