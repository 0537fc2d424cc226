import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { get } from '../../platform/http/routes.ts';
import { createSignInLink } from './links.ts';
import { signInPages } from './pages.tsx';

const DAY_MS = 86_400_000;
const START = '2026-03-10T09:00:00Z';

let core: TestCore;
let space: Space;
let site: Site;

beforeAll(async () => {
  core = await testCore({ at: START });
  space = await someSpace(core);
  site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    get('/who', guards.signedIn, (visit, c) => c.text(visit.user.name)),
    get('/l/:location/who', guards.member, (visit, c) => c.text(visit.location.name)),
  ]);
});
beforeEach(() => core.clock.set(START));
afterAll(() => core.close());

async function signedIn(userId: string): Promise<Browser> {
  const browser = site.open();
  const link = await createSignInLink(core, { organizationId: space.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

test('a session ends after 14 days without a visit', async () => {
  const browser = await signedIn(space.memberId);
  core.clock.advance(13 * DAY_MS);
  expect(await (await browser.get('/who')).text()).toBe('Mia');
  core.clock.advance(13 * DAY_MS);
  expect((await browser.get('/who')).status).toBe(200);
  core.clock.advance(14 * DAY_MS);
  expect((await browser.get('/who')).headers.get('location')).toBe('/sign-in?to=%2Fwho');
});

test('a session ends after 90 days however often it is used', async () => {
  const browser = await signedIn(space.memberId);
  for (let day = 0; day < 81; day += 9) {
    core.clock.advance(9 * DAY_MS);
    expect((await browser.get('/who')).status).toBe(200);
  }
  core.clock.advance(9 * DAY_MS);
  expect((await browser.get('/who')).status).toBe(303);
});

test('reading pages notes at most every five minutes that somebody was seen', async () => {
  const browser = await signedIn(space.memberId);
  const writes = async () => {
    core.db.statements.length = 0;
    await browser.get('/who');
    return core.db.statements.filter((text) => text.startsWith('update "sessions"')).length;
  };
  core.clock.advance(4 * 60_000);
  expect(await writes()).toBe(0);
  core.clock.advance(60_000);
  expect(await writes()).toBe(1);
  expect(await writes()).toBe(0);
});

test('the database holds a hash of the session, never its token', async () => {
  const browser = await signedIn(space.memberId);
  const token = browser.cookies.get('roost')!;
  const secret = token.split('.')[1]!;
  const { rows } = await core.db.asOwner(space.organizationId, 'select * from sessions');
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(row.token_hash.toString('latin1')).not.toContain(secret);
    expect(row.token_hash.length).toBe(32);
  }
});

test('scripts and other sites do not get at the session cookie', async () => {
  const browser = site.open();
  const { organizationId, memberId: userId } = space;
  await browser.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
  expect(browser.setCookies.find((line) => line.startsWith('roost='))).toMatch(/Path=\/; HttpOnly; SameSite=Lax$/);
});

test('over https the session cookie belongs to this host alone', async () => {
  const overHttps = await testCore({ env: { BASE_URL: 'https://nest.example' } });
  const there = await someSpace(overHttps);
  const browser = siteOf(overHttps, (guards) => signInPages(overHttps, guards)).open();
  const { organizationId, memberId: userId } = there;
  await browser.post(new URL(await createSignInLink(overHttps, { organizationId, userId })).pathname);
  const line = browser.setCookies.find((it) => it.startsWith('__Host-roost='));
  expect(line).toMatch(/Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  expect(line).not.toMatch(/domain/i);
  await overHttps.close();
});

test('signing out ends the session on the server, not only in the browser', async () => {
  const browser = await signedIn(space.memberId);
  const kept = browser.cookies.get('roost')!;
  expect((await browser.post('/sign-out')).headers.get('location')).toBe('/sign-in');
  expect(browser.cookies.has('roost')).toBe(false);
  expect((await site.open().get('/who', { Cookie: `roost=${kept}` })).status).toBe(303);
});

test('signing in again in a browser ends the session it had', async () => {
  const browser = await signedIn(space.memberId);
  const kept = browser.cookies.get('roost')!;
  const { organizationId, administratorId: userId } = space;
  await browser.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
  expect(await (await browser.get('/who')).text()).toBe('Ada');
  expect((await site.open().get('/who', { Cookie: `roost=${kept}` })).status).toBe(303);
});

test.each([
  'roost=',
  'roost=nonsense',
  'roost=..',
  "roost=00000000-0000-7000-8000-000000000000'; drop table users;--.x",
  `roost=00000000-0000-7000-8000-000000000000.${'A'.repeat(43)}`,
  `roost=${'x'.repeat(5_000)}`,
])('E25 a session cookie nobody was given lets nobody in: %s', async (cookie) => {
  expect((await site.open().get('/who', { Cookie: cookie })).status).toBe(303);
});

test('the session of one organization is none in another', async () => {
  const browser = await signedIn(space.memberId);
  const other = await someSpace(core, { name: 'Other', domain: 'other.example' });
  const secret = browser.cookies.get('roost')!.split('.')[1];
  const cookie = `roost=${other.organizationId}.${secret}`;
  expect((await site.open().get('/who', { Cookie: cookie })).status).toBe(303);
});

test('S7 only active members come to a member page; others are sent to join', async () => {
  const { slug, name } = space.location;
  expect(await (await (await signedIn(space.memberId)).get(`/l/${slug}/who`)).text()).toBe(name);
  const administrator = await signedIn(space.administratorId);
  expect((await administrator.get(`/l/${slug}/who`)).headers.get('location')).toBe(`/l/${slug}/join`);
});

test.each(['nowhere', 'NEST', '%00', '..%2f', "'"])('E25 there is no location at %s', async (slug) => {
  expect((await (await signedIn(space.memberId)).get(`/l/${slug}/who`)).status).toBe(404);
});
