import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createCompany, createMembership, createUser, membershipOf } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import {
  addCredits,
  balanceOf,
  expireCredits,
  freezeCredits,
  grantPurchasedCredits,
  holdCredits,
  spendCredits,
} from './credits.ts';
import { creditsPages } from './pages.tsx';
import { createSpending } from './spending.ts';

const START = '2026-11-05T09:00:00Z';

let core: TestCore;
let site: Site;
let space: Space;
let customerId: string;
let company: { id: string; customerId: string };

beforeAll(async () => {
  core = await testCore({ at: START });
  site = siteOf(core, (guards) => [...signInPages(core, guards), ...creditsPages(core, guards, createSpending(core))]);
});
beforeEach(async () => {
  core.clock.set(START);
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const { organizationId, location, memberId } = space;
  customerId = (await read((db) => membershipOf(db, location.id, memberId)))!.customerId;
  const made = { organizationId, locationId: location.id, now: core.now() };
  company = await write((tx) => createCompany(tx, { ...made, name: 'Acme & Co' }));
});
afterAll(() => core.close());

const read = <T>(work: Parameters<typeof core.database.read<T>>[1]) => core.database.read(space.organizationId, work);
const write = <T>(work: Parameters<typeof core.database.write<T>>[1]) =>
  core.database.write(space.organizationId, work);

type Some = { product?: string; memo?: string; customer?: string; expiresAt?: Date | null; purchaseId?: string };

function move(creditsMinor: bigint, it: Some) {
  const { organizationId, memberId: actorUserId } = space;
  const { product = '', memo = '', customer = customerId } = it;
  const key = newId(core.now());
  return { organizationId, customerId: customer, key, creditsMinor, actorUserId, product, memo, now: core.now() };
}

function grant(creditsMinor: bigint, it: Some = {}) {
  const { purchaseId = newId(core.now()), expiresAt = null } = it;
  return write((tx) => grantPurchasedCredits(tx, { ...move(creditsMinor, it), purchaseId, costMinor: 0n, expiresAt }));
}

function spend(creditsMinor: bigint, it: Some = {}) {
  return write((tx) => spendCredits(tx, move(creditsMinor, it)));
}

async function signedIn(userId: string): Promise<Browser> {
  const browser = site.open();
  const link = await createSignInLink(core, { organizationId: space.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

async function companyPerson(role: 'manager' | 'member'): Promise<Browser> {
  const { organizationId, location } = space;
  const made = { organizationId, locationId: location.id, now: core.now(), name: `The ${role}` };
  const userId = await write(async (tx) => {
    const id = await createUser(tx, { ...made, email: `${role}@${newId(core.now())}.example` });
    await createMembership(tx, { ...made, userId: id, type: 'member', company: { id: company.id, role } });
    return id;
  });
  return await signedIn(userId);
}

const page = (query = '') => `/l/${space.location.slug}/membership/credits/transactions${query}`;
const tab = (customer: string) => `/l/${space.location.slug}/community/customers/${customer}/credits`;

/** The rows of a ledger as people read them. */
function rowsOf(html: string): { what: string; amount: string; balance: string }[] {
  return [...html.matchAll(/<li class="ledger-row".*?<\/li>/gs)].map(([row]) => {
    const part = (name: string) => new RegExp(`class="ledger-${name}[^>]*>(.*?)</`, 's').exec(row)?.[1] ?? '';
    const what = /<div class="ledger-what">\s*<(?:a|span)[^>]*>(.*?)<\/(?:a|span)>/s.exec(row)?.[1] ?? '';
    return { what: what.trim(), amount: part('amount'), balance: part('balance') };
  });
}

const numberOf = (text: string) => Math.round(Number(text.replace('\u2212', '-').replace(/[^\d.-]/g, '')) * 100);

test('each row has its date, what it was, a signed amount and the balance after it (S17, UX-30, UX-31)', async () => {
  await grant(5000n, { product: 'Starter' });
  core.clock.advance(60_000);
  await spend(825n, { product: 'Meeting room', memo: 'Board' });
  const html = await (await (await signedIn(space.memberId)).get(page())).text();
  expect(rowsOf(html)).toEqual([
    { what: 'Meeting room', amount: '\u22128.25', balance: 'Balance 41.75' },
    { what: 'Bought Starter', amount: '+50', balance: 'Balance 50' },
  ]);
  expect(html).toContain('5 Nov, 10:01');
  expect(html).toContain('November 2026');
  expect(html).toContain('Board');
  expect(html).toMatch(/data-testid="balance">\s*41\.75/);
});

test('over 1,000 entries, read by "Load more", the amounts add up to the balance (UX-30, UX-38)', async () => {
  let random = 7;
  const next = (most: number) => {
    random = (random * 48_271) % 2_147_483_647;
    return BigInt(1 + (random % most));
  };
  await write(async (tx) => {
    for (let index = 0; index < 1000; index++) {
      const granted = { ...move(next(5000), {}), purchaseId: newId(core.now()), costMinor: 0n, expiresAt: null };
      if (index % 3 === 0) await grantPurchasedCredits(tx, granted);
      else await spendCredits(tx, move(next(90), {})).catch(() => {});
    }
  });
  const browser = await signedIn(space.memberId);
  const rows: ReturnType<typeof rowsOf> = [];
  let path: string | undefined = page();
  while (path !== undefined) {
    const html: string = await (await browser.get(path)).text();
    rows.push(...rowsOf(html));
    path = /href="([^"]+)"[^>]*id="load-more"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
  }
  const { balanceMinor } = await read((db) => balanceOf(db, customerId, core.now()));
  expect(rows.length).toBeGreaterThan(900);
  expect(rows.reduce((sum, row) => sum + numberOf(row.amount), 0)).toBe(Number(balanceMinor));
  expect(numberOf(rows[0]!.balance)).toBe(Number(balanceMinor));
  // Every row carries on where the one below it ended.
  for (const [index, row] of rows.entries()) {
    const below = rows[index + 1];
    expect(numberOf(row.balance)).toBe(numberOf(row.amount) + (below ? numberOf(below.balance) : 0));
  }
});

test('without credits the page says what they are for and leads to buying and to the prices (UX-37)', async () => {
  const html = await (await (await signedIn(space.memberId)).get(page())).text();
  const credits = `/l/${space.location.slug}/membership/credits`;
  expect(html).toContain('No credits yet');
  expect(html).toMatch(new RegExp(`href="${credits}"[^>]*button-primary.*?Buy credits`, 's'));
  expect(html).toContain('See prices');
});

test('credits that expire within 30 days are announced with their last day, and all lots can be listed (UX-32)', async () => {
  await grant(800n, { expiresAt: new Date('2026-11-30T23:00:00Z') });
  await grant(5000n);
  await grant(100n, { expiresAt: new Date('2027-02-28T23:00:00Z') });
  const html = await (await (await signedIn(space.memberId)).get(page())).text();
  expect(html).toContain('8 credits expire 30 Nov<');
  const lots = [...html.matchAll(/<li>([^<]*)<\/li>/g)].map(([, text]) => text);
  expect(lots).toEqual(['8 credits until 30 Nov', '1 credit until 28 Feb 2027', '50 credits that never expire']);
  expect(html).toContain('What expires soonest is used first');
});

test('expired credits appear as an entry and no longer in the balance (UX-32)', async () => {
  await grant(800n, { expiresAt: new Date('2026-11-30T23:00:00Z') });
  core.clock.set('2026-12-01T09:00:00Z');
  const browser = await signedIn(space.memberId);
  expect(await (await browser.get(page())).text()).toMatch(/data-testid="balance">\s*0</);
  const { organizationId } = space;
  await write((tx) => expireCredits(tx, { organizationId, now: core.now() }));
  const html = await (await browser.get(page())).text();
  expect(rowsOf(html)[0]).toEqual({ what: 'Expired', amount: '\u22128', balance: 'Balance 0' });
});

test('a purchase leads to its receipt (S17)', async () => {
  const purchaseId = newId(core.now());
  await grant(5000n, { purchaseId });
  const html = await (await (await signedIn(space.memberId)).get(page())).text();
  expect(html).toContain(`href="/l/${space.location.slug}/membership/credits/purchases/${purchaseId}"`);
});

test("a company's manager reads both wallets, each labelled with who pays and receives (S17, E15)", async () => {
  await grant(5000n, { customer: company.customerId, product: 'Team' });
  const manager = await companyPerson('manager');
  const own = await (await manager.get(page())).text();
  expect(rowsOf(own)).toEqual([]);
  expect(own).toContain('Acme &amp; Co pays and receives the credits');
  expect(own).toContain('You pay and you receive the credits');
  const html = await (await manager.get(page('?wallet=company'))).text();
  expect(html).toContain('Credits of Acme &amp; Co');
  expect(rowsOf(html)).toEqual([{ what: 'Bought Team', amount: '+50', balance: 'Balance 50' }]);
  expect(html).toContain('by Mia');
});

test('a company member sees the personal wallet only, and so does who has no company (S15, E15)', async () => {
  await grant(5000n, { customer: company.customerId, product: 'Team' });
  for (const browser of [await companyPerson('member'), await signedIn(space.memberId)]) {
    expect((await browser.get(page('?wallet=company'))).status).toBe(404);
    const html = await (await browser.get(page())).text();
    expect(html).not.toContain('Acme');
    expect(rowsOf(html)).toEqual([]);
  }
});

test('administrators read the history of a member and of a company on their pages, with who acted (S17)', async () => {
  await grant(5000n, { product: 'Starter' });
  const administrator = await signedIn(space.administratorId);
  const html = await (await administrator.get(tab(customerId))).text();
  expect(rowsOf(html)).toEqual([{ what: 'Bought Starter', amount: '+50', balance: 'Balance 50' }]);
  expect(html).toContain('by Mia');
  expect(html).toContain('Credits of Mia');
  expect(await (await administrator.get(tab(company.customerId))).text()).toContain('No transactions yet');
});

test('customers of others are not found, nor are pages of a history that are none (E25)', async () => {
  await grant(5000n);
  const foreign = customerId;
  const administrator = await signedIn(space.administratorId);
  const member = await signedIn(space.memberId);
  expect((await member.get(tab(customerId))).status).toBe(404);
  for (const before of ['x', '-1', '1e3', '1.5', '9'.repeat(40), '١', '']) {
    expect((await member.get(page(`?before=${before}`))).status).toBe(404);
    expect((await administrator.get(`${tab(customerId)}?before=${before}`)).status).toBe(404);
  }
  expect((await member.get(page('?wallet=all'))).status).toBe(404);
  for (const id of ['x', newId(core.now()), `${customerId}'`]) {
    expect((await administrator.get(tab(id))).status).toBe(404);
  }
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  expect((await (await signedIn(space.administratorId)).get(tab(foreign))).status).toBe(404);
});

test('what others did with credits of one’s own is said with their name, what one did oneself is not (S17)', async () => {
  await grant(5000n);
  await spend(100n, { product: 'Printing' });
  await write((tx) => {
    const it = { ...move(800n, { memo: 'Sorry' }), actorUserId: space.administratorId, expiresAt: null };
    return addCredits(tx, { ...it, memo: 'Sorry' });
  });
  const html = await (await (await signedIn(space.memberId)).get(page())).text();
  expect(rowsOf(html).map(({ what }) => what)).toEqual(['Added by the team', 'Printing', 'Bought credits']);
  expect(html).toContain('by Ada · Sorry');
  expect(html).not.toContain('by Mia');
});

test('what is set aside is said with its time, to members and administrators, and is no entry of the history', async () => {
  await grant(5000n);
  await spend(200n);
  const hold = { ...move(300n, { product: 'Workshop room' }), holdUntil: new Date('2026-11-05T14:00:00Z') };
  await write((tx) => holdCredits(tx, hold));
  const administrator = await signedIn(space.administratorId);
  for (const [browser, path] of [
    [await signedIn(space.memberId), page()] as const,
    [administrator, tab(customerId)] as const,
  ]) {
    const html = await (await browser.get(path)).text();
    expect(html).toMatch(/data-testid="balance">\s*45</);
    expect(html).toContain('3 more credits are set aside for Workshop room until 5 Nov, 15:00');
    expect(html).toContain('48 credits that never expire, 3 of them set aside');
    expect(rowsOf(html)).toHaveLength(2);
  }
});

test('frozen credits are shown as such to administrators, with why', async () => {
  await grant(5000n);
  await write((tx) => freezeCredits(tx, move(0n, {})));
  const html = await (await (await signedIn(space.administratorId)).get(tab(customerId))).text();
  expect(html).toContain('These credits are frozen');
  expect(html).toContain('Mia is not a member at present. The credits cannot be used until that changes');
  expect(rowsOf(html)).toHaveLength(1);
});

test('what a package was called is text: markup in it stays text (E25)', async () => {
  await grant(5000n, { product: '<img src=x onerror=alert(1)>', memo: '<script>' });
  const html = await (await (await signedIn(space.memberId)).get(page())).text();
  expect(html).not.toMatch(/<img src=x|<script>[^<]*<\/span>/);
  expect(html).toContain('Bought &lt;img src=x onerror=alert(1)&gt;');
});
