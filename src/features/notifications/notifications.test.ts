import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { markAllRead, type News, notificationsOf, notify, unreadCount } from './notifications.ts';
import { notificationsPages } from './pages.tsx';

const START = '2026-03-10T09:00:00Z';

let core: TestCore;
let site: Site;
let space: Space;

beforeAll(async () => {
  core = await testCore({ at: START });
  const unread = { unread: 1, testMoney: false };
  site = siteOf(core, (guards) => [...signInPages(core, guards), ...notificationsPages(core, guards)], unread);
});
beforeEach(async () => {
  core.clock.set(START);
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
});
afterAll(() => core.close());

const read = <T>(work: Parameters<typeof core.database.read<T>>[1]) => core.database.read(space.organizationId, work);
const write = <T>(work: Parameters<typeof core.database.write<T>>[1]) =>
  core.database.write(space.organizationId, work);

/** Tells the member of added credits, a second later than the last time. */
async function tell(details: Partial<News['details']> = {}, it: { subjectId?: string; userId?: string } = {}) {
  core.clock.advance(1000);
  const now = core.now();
  const news = {
    organizationId: space.organizationId,
    userId: space.memberId,
    kind: 'credits-added' as const,
    subjectId: newId(now),
    details: { credits: 5000n, balance: 10_000n, title: 'Starter', ...details },
    href: `/l/${space.location.slug}/membership/credits/transactions`,
    now,
    ...it,
  };
  return await write((tx) => notify(tx, news));
}

async function signedIn(userId: string): Promise<Browser> {
  const browser = site.open();
  const link = await createSignInLink(core, { organizationId: space.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

const page = () => `/l/${space.location.slug}/notifications`;

test('a person is told once of a subject, however often a job runs (S13, E7)', async () => {
  const subjectId = newId(core.now());
  expect(await tell({}, { subjectId })).toBe(true);
  expect(await tell({ credits: 1n }, { subjectId })).toBe(false);
  expect(await tell({}, { subjectId, userId: space.administratorId })).toBe(true);
  const { news } = await read((db) => notificationsOf(db, space.memberId, { limit: 10 }));
  expect(news).toMatchObject([{ details: { credits: 5000n, balance: 10_000n, title: 'Starter' }, read: false }]);
});

test('news lead to pages of ours only (E25)', async () => {
  const news = { kind: 'credits-added' as const, details: { credits: 1n, balance: 1n, title: '' } };
  for (const href of [
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:alert(1)',
  ]) {
    const { organizationId, memberId: userId } = space;
    const it = { ...news, organizationId, userId, subjectId: newId(core.now()), href, now: core.now() };
    await expect(write((tx) => notify(tx, it))).rejects.toThrow(TypeError);
  }
  expect(await read((db) => unreadCount(db, space.memberId))).toBe(0);
});

test('news come newest first, page by page, without a gap or a repetition', async () => {
  for (let index = 0; index < 7; index++) await tell({ title: String(index) });
  const titles: string[] = [];
  let before: string | undefined;
  do {
    const page = { limit: 3, ...(before !== undefined && { before }) };
    const { news, next } = await read((db) => notificationsOf(db, space.memberId, page));
    titles.push(...news.map((it) => (it.kind === 'credits-added' ? it.details.title : '')));
    before = next;
  } while (before !== undefined);
  expect(titles).toEqual(['6', '5', '4', '3', '2', '1', '0']);
});

test('marking as read reaches up to the newest that was shown: what arrived since stays new', async () => {
  await tell();
  await tell();
  const { news } = await read((db) => notificationsOf(db, space.memberId, { limit: 10 }));
  await tell();
  const { memberId: userId } = space;
  await write((tx) => markAllRead(tx, { userId, upTo: news[0]!.id, now: core.now() }));
  expect(await read((db) => unreadCount(db, userId))).toBe(1);
  await write((tx) => markAllRead(tx, { userId, now: core.now() }));
  expect(await read((db) => unreadCount(db, userId))).toBe(0);
});

test('the page says what arrived, for whom, with the balance after it, and marks what is new (S13)', async () => {
  await tell({ title: '<b>Starter</b>', forCompany: 'Acme & Co' });
  const html = await (await (await signedIn(space.memberId)).get(page())).text();
  expect(html).toContain('50 credits added');
  expect(html).toContain('&lt;b&gt;Starter&lt;/b&gt;, for Acme &amp; Co. New balance 100.');
  expect(html).toContain('10 Mar 2026, 10:00 CET');
  expect(html).toContain('New</span>');
});

test('looking at the page marks nothing; the button does, for oneself only', async () => {
  await tell();
  await tell({}, { userId: space.administratorId });
  const browser = await signedIn(space.memberId);
  const html = await (await browser.get(page())).text();
  expect(await read((db) => unreadCount(db, space.memberId))).toBe(1);
  const upTo = /name="upTo" value="([^"]+)"/.exec(html)![1]!;
  const response = await browser.post(`${page()}/read`, { upTo });
  expect([response.status, response.headers.get('location')]).toEqual([303, page()]);
  expect(await read((db) => unreadCount(db, space.memberId))).toBe(0);
  expect(await read((db) => unreadCount(db, space.administratorId))).toBe(1);
  expect(await (await browser.get(page())).text()).not.toContain('New</span>');
});

test('without news the page says what will be told there (UX-37)', async () => {
  const html = await (await (await signedIn(space.memberId)).get(page())).text();
  expect(html).toContain('No news yet');
});

test('a place in the list that is none is not found, and marks nothing (E25)', async () => {
  await tell();
  const browser = await signedIn(space.memberId);
  for (const before of ['1', 'x', "'; drop table notifications", '']) {
    expect((await browser.get(`${page()}?before=${encodeURIComponent(before)}`)).status).toBe(404);
    expect((await browser.post(`${page()}/read`, { upTo: before })).status).toBe(404);
  }
  const strange = await browser.get(`${page()}?before=${newId(core.now())}`);
  expect(await strange.text()).not.toContain('50 credits added');
  expect(await read((db) => unreadCount(db, space.memberId))).toBe(1);
});
