import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import type { Tx } from '../../platform/database/database.ts';
import { balanceOf } from '../credits/credits.ts';
import { holdCredits } from '../credits/holding.ts';
import { checkLedger } from '../credits/verify.ts';
import { createLocation } from '../organizations/organizations.ts';
import {
  createAdministrator,
  createMembership,
  createUser,
  organizationsOfAddress,
  setFirstOwner,
} from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';

const OWN_SITE = { 'sec-fetch-site': 'same-origin' };

let shop: Shop;
let ada: Browser;
let mia: Browser;

beforeEach(async () => {
  shop = await openShop();
  ada = await signedIn(shop.administratorId);
  mia = await signedIn(shop.member.userId);
});
afterEach(() => shop.close());

const write = <T>(work: (tx: Tx) => Promise<T>) => shop.core.database.write(shop.organizationId, work);
const at = (path: string) => `/l/${shop.location.slug}${path}`;
const person = (path = '') => at(`/community/customers/${shop.member.customerId}${path}`);
const read = async (browser: Browser, path: string) => await (await browser.get(path)).text();
const anonymise = (email = shop.member.email, browser = ada) =>
  browser.post(person('/data/anonymise'), { email }, OWN_SITE);
const user = (id = shop.member.userId) =>
  write((tx) => tx.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow());

async function signedIn(userId: string): Promise<Browser> {
  const browser = browserOn(shop.core, shop.app.http);
  const { organizationId } = shop;
  await browser.post(new URL(await createSignInLink(shop.core, { organizationId, userId })).pathname, {}, OWN_SITE);
  return browser;
}

/** The member buys 50 credits by card. */
async function buy(): Promise<string> {
  const bought = await shop.app.purchases.buy(shop.press());
  await shop.payOnPage(bought.nextUrl!, CARDS.good);
  shop.core.clock.advance(60_000);
  await shop.app.checkPayments();
  const { payment_id } = await write((tx) =>
    tx.selectFrom('purchases').select('payment_id').where('id', '=', bought.id).executeTakeFirstOrThrow(),
  );
  await shop.app.payments.issueReceipts(shop.organizationId, payment_id!);
  return bought.id;
}

describe('E23 a copy', () => {
  test('holds what is kept about somebody, and no secret and nobody else', async () => {
    await buy();
    await mia.post(
      at('/membership/billing/personal'),
      { legalName: 'Mia Musterfrau', address: 'Weg 1', taxId: '' },
      OWN_SITE,
    );
    const answer = await mia.get(at('/more/data/file'));
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const text = await answer.text();
    const file = JSON.parse(text);
    expect(file.person).toMatchObject({ name: 'Mia', email: shop.member.email });
    expect(file.memberships).toMatchObject([{ type: 'member', status: 'active', location: shop.location.name }]);
    const [wallet] = file.wallets;
    expect(wallet.purchases).toMatchObject([{ creditsMinor: '5000', totalMinor: '4900', currency: 'EUR' }]);
    expect(wallet.payments).toMatchObject([{ status: 'paid', amountMinor: '4900' }]);
    expect(wallet.receipts).toHaveLength(1);
    expect(wallet.credits).toMatchObject({ balanceMinor: '5000', entries: [{ type: 'purchase' }] });
    expect(file.signingIn.devices).toHaveLength(1);
    expect(wallet.billing).toMatchObject({ address: 'Weg 1' });
    for (const foreign of ['Ada', shop.manager.email, shop.employee.name]) expect(text).not.toContain(foreign);
    expect(text).not.toMatch(/hash|secret|token|sealed|request_key|idempotency/i);
  });

  test('of a company holds what they bought for it, and nothing else of it', async () => {
    const wallet = { kind: 'company' as const, customerId: shop.company.customerId, name: 'Otter Works' };
    const { userId: id, name, email } = shop.manager;
    await shop.app.purchases.buy(
      shop.press({
        wallet,
        buyer: { id, name, email },
        packageId: shop.packages.free,
        method: { kind: 'free' },
        seenTotalMinor: 0n,
      }),
    );
    const max = JSON.parse(await read(await signedIn(id), at('/more/data/file')));
    expect(max.boughtForCompanies).toMatchObject([{ company: 'Otter Works', method: 'free' }]);
    expect(max.wallets).toHaveLength(1);
    expect(max.wallets[0].id).toBe(shop.manager.customerId);
    const eva = JSON.parse(await read(await signedIn(shop.employee.userId), at('/more/data/file')));
    expect(eva.boughtForCompanies).toEqual([]);
  });

  test('is handed out by administrators as far as their location goes, by the owner whole, and by nobody else', async () => {
    await write(async (tx) => {
      const { organizationId } = shop;
      const now = shop.core.now();
      const zone = { currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en' };
      const there = await createLocation(tx, { organizationId, name: 'Elsewhere', ...zone, now });
      const made = { organizationId, locationId: there.id, now };
      await createMembership(tx, { ...made, userId: shop.member.userId, name: 'Mia', type: 'member' });
    });
    const theirs = JSON.parse(await read(ada, person('/data/file')));
    expect(theirs.memberships).toHaveLength(1);
    expect(theirs.wallets).toHaveLength(1);
    expect(theirs).not.toHaveProperty('signingIn');
    expect(theirs).not.toHaveProperty('news');
    await write((tx) => setFirstOwner(tx, { organizationId: shop.organizationId, userId: shop.administratorId }));
    const all = JSON.parse(await read(ada, person('/data/file')));
    expect(all.memberships).toHaveLength(2);
    expect(all).toHaveProperty('news');
    expect((await mia.get(person('/data/file'))).status).toBe(404);
    const company = at(`/community/customers/${shop.company.customerId}/data/file`);
    expect((await ada.get(company)).status).toBe(404);
  });
});

describe('E23 being forgotten', () => {
  test('takes name, address and every way in, and leaves ledger, purchases and receipts as they are', async () => {
    const purchaseId = await buy();
    const books = async () => {
      const all = await write(async (tx) => [
        await tx.selectFrom('credit_entries').selectAll().where('type', '=', 'purchase').execute(),
        await tx.selectFrom('purchases').selectAll().where('id', '=', purchaseId).execute(),
        await tx.selectFrom('receipts').selectAll().execute(),
        await tx.selectFrom('payments').selectAll().execute(),
      ]);
      return JSON.stringify(all, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    };
    const before = await books();
    expect((await anonymise()).headers.get('location')).toBe(person());
    const { name, email, anonymised_at } = await user();
    expect([name, email]).toEqual(['Anonymised person', `${shop.member.userId}@anonymised.invalid`]);
    expect(anonymised_at).toEqual(shop.core.now());
    expect(await books()).toBe(before);
    expect(await organizationsOfAddress(shop.core.database, shop.member.email)).toEqual([]);
    expect((await mia.get(at('/home'))).headers.get('location')).toContain('/sign-in');
    const left = await write(async (tx) => ({
      sessions: await tx.selectFrom('sessions').select('id').where('user_id', '=', shop.member.userId).execute(),
      codes: await tx.selectFrom('sign_in_requests').select('id').where('user_id', '=', shop.member.userId).execute(),
      news: await tx.selectFrom('notifications').select('id').where('user_id', '=', shop.member.userId).execute(),
      mails: await tx.selectFrom('mails').select('id').where('recipient', '=', shop.member.email).execute(),
      billing: await tx.selectFrom('customer_billing').select('customer_id').execute(),
      cards: await tx.selectFrom('saved_methods').select('id').where('removed_at', 'is', null).execute(),
    }));
    expect(left).toEqual({ sessions: [], codes: [], news: [], mails: [], billing: [], cards: [] });
    const { frozen } = await write((tx) => balanceOf(tx, shop.member.customerId, shop.core.now()));
    expect(frozen).toBe(true);
    expect(await read(ada, person())).toContain('This person asked to be forgotten.');
    const { faults } = await shop.core.database.read(shop.organizationId, (db) => checkLedger(db));
    expect(faults).toEqual([]);
  });

  test('is for good: nobody is restored or renamed by it, and whoever comes with the address is somebody new', async () => {
    await anonymise();
    for (const action of ['restore', 'approve']) await ada.post(person(`/${action}`), {}, OWN_SITE);
    await ada.post(person('/name'), { name: 'Mia' }, OWN_SITE);
    expect((await user()).name).toBe('Anonymised person');
    // What is told first is what was refused.
    await read(ada, person());
    const page = await read(ada, at('/community/members'));
    expect(page).not.toContain('Anonymised person');
    const { organizationId } = shop;
    const again = await write((tx) =>
      createUser(tx, { organizationId, name: 'Mia', email: shop.member.email, now: shop.core.now() }),
    );
    expect(again).not.toBe(shop.member.userId);
  });

  test('is confirmed by the address; done twice it is done', async () => {
    const refused = await anonymise('mia@else.example');
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('Type the address as it is');
    expect((await user()).name).toBe('Mia');
    await anonymise(` ${shop.member.email.toUpperCase()} `);
    expect((await anonymise()).status).toBe(303);
    expect((await mia.post(person('/data/anonymise'), { email: shop.member.email }, OWN_SITE)).status).toBe(303);
  });

  test('waits for what is undecided: a payment, credits set aside', async () => {
    const bought = await shop.app.purchases.buy(shop.press());
    expect(await read(ada, person('/data'))).toContain('A payment or refund of Mia is not decided yet.');
    await anonymise();
    expect((await user()).name).toBe('Mia');
    await shop.payOnPage(bought.nextUrl!, CARDS.good);
    shop.core.clock.advance(60_000);
    await shop.app.checkPayments();
    expect(await read(ada, person('/data'))).toContain('Anonymise for good');
    const now = shop.core.now();
    const holdUntil = new Date(now.getTime() + 60_000);
    await write((tx) =>
      holdCredits(tx, {
        ...{ organizationId: shop.organizationId, customerId: shop.member.customerId, key: 'desk', now },
        ...{ actorUserId: shop.member.userId, product: 'Desk', creditsMinor: 100n, holdUntil },
      }),
    );
    expect(await read(ada, person('/data'))).toContain('Credits of Mia are set aside for something.');
    await anonymise();
    expect((await user()).name).toBe('Mia');
  });

  test('is refused for administrators and the owner, and to who does not look after all of them', async () => {
    const { organizationId } = shop;
    await write((tx) =>
      createAdministrator(tx, {
        organizationId,
        locationId: shop.location.id,
        userId: shop.member.userId,
        areas: ['billing'],
      }),
    );
    expect(await read(ada, person('/data'))).toContain('Mia is an administrator.');
    await anonymise();
    await write((tx) => tx.deleteFrom('administrators').where('user_id', '=', shop.member.userId).execute());
    await write(async (tx) => {
      const now = shop.core.now();
      const zone = { currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en' };
      const there = await createLocation(tx, { organizationId, name: 'Elsewhere', ...zone, now });
      const made = { organizationId, locationId: there.id, now };
      await createMembership(tx, { ...made, userId: shop.member.userId, name: 'Mia', type: 'nonmember' });
    });
    expect(await read(ada, person('/data'))).toContain('Mia is known at another location');
    await anonymise();
    await write((tx) => setFirstOwner(tx, { organizationId, userId: shop.member.userId }));
    expect(await read(ada, person('/data'))).toContain('The owner cannot be anonymised.');
    await anonymise();
    expect((await user()).name).toBe('Mia');
  });

  test('is asked for by oneself, which tells those who look after customers once', async () => {
    for (const sentence of ['The team is told.', 'The team has been told already.']) {
      await mia.post(at('/more/data/ask'), {}, OWN_SITE);
      expect(await read(mia, at('/more/data'))).toContain(sentence);
    }
    expect(await read(ada, at('/notifications'))).toContain('Mia asks to be forgotten');
    await anonymise();
    expect(await read(ada, at('/notifications'))).not.toContain('Mia');
  });
});
