import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { get } from '../../platform/http/routes.ts';
import { createMembership } from '../people/people.ts';
import { type Flash, setFlash } from './flash.ts';
import { administratorPage, memberPage } from './frame.tsx';
import { createSignInLink } from './links.ts';
import { signInPages } from './pages.tsx';

let core: TestCore;
let space: Space;
let toTell: Flash;

beforeAll(async () => {
  core = await testCore();
  space = await someSpace(core);
});
afterAll(() => core.close());

async function browserOf(userId: string, frame = { unread: 0, testMoney: false }): Promise<Browser> {
  const browser = siteOf(
    core,
    (guards) => [
      ...signInPages(core, guards),
      get('/l/:location/home', guards.atLocation, (visit, c) =>
        memberPage(c, visit, { title: 'Home', current: 'home', children: 'here' }),
      ),
      get('/l/:location/work', guards.administrator('billing'), (visit, c) =>
        administratorPage(c, visit, { title: 'Work', current: 'packages', children: 'here' }),
      ),
      get('/tell', guards.anyone, (_, c) => {
        setFlash(c, toTell);
        return c.redirect('/l/nest-mitte/home', 303);
      }),
    ],
    frame,
  ).open();
  const { organizationId } = space;
  await browser.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
  return browser;
}

async function page(browser: Browser, path: string): Promise<string> {
  return await (await browser.get(path)).text();
}

test('UX-60 members find at most five pages, the shown one marked and news counted', async () => {
  const html = await page(await browserOf(space.memberId, { unread: 3, testMoney: false }), '/l/nest-mitte/home');
  const links = [...html.matchAll(/class="nav-item" href="([^"]+)"/g)].map(([, href]) => href);
  expect(links).toEqual([
    '/l/nest-mitte/home',
    '/l/nest-mitte/membership/credits',
    '/l/nest-mitte/membership/credits/transactions',
    '/l/nest-mitte/notifications',
    '/l/nest-mitte/more',
  ]);
  expect(html).toMatch(/href="\/l\/nest-mitte\/home" aria-current="page"/);
  expect(html).toMatch(/class="nav-badge"[^>]*>3</);
  expect(html).not.toContain('switch-link');
});

test('UX-47 money that is only for trying is said on every page', async () => {
  const browser = await browserOf(space.memberId, { unread: 0, testMoney: true });
  expect(await page(browser, '/l/nest-mitte/home')).toContain('Test mode: no real money moves.');
  expect(await page(await browserOf(space.memberId), '/l/nest-mitte/home')).not.toContain('no real money');
});

test('whoever is member and administrator can change between both', async () => {
  const { organizationId, location, administratorId: userId } = space;
  const now = core.now();
  expect(await page(await browserOf(userId), '/l/nest-mitte/work')).not.toContain('switch-link');
  await core.database.write(organizationId, (tx) =>
    createMembership(tx, { organizationId, locationId: location.id, userId, name: 'Ada', type: 'member', now }),
  );
  const browser = await browserOf(userId);
  expect(await page(browser, '/l/nest-mitte/work')).toContain('class="switch-link" href="/l/nest-mitte/home"');
  expect(await page(browser, '/l/nest-mitte/home')).toContain(
    'class="switch-link" href="/l/nest-mitte/community/credit-packages"',
  );
});

test('an administrator page does not exist for members', async () => {
  expect((await (await browserOf(space.memberId)).get('/l/nest-mitte/work')).status).toBe(404);
});

test('UX-41 what happened is told once, with its way back', async () => {
  const browser = await browserOf(space.memberId);
  const undo = { action: '/l/nest-mitte/undo', fields: { version: '7' }, label: 'Undo' };
  toTell = { tone: 'good', text: 'Häuschen "archived" <b>', undo };
  await browser.get('/tell');
  const html = await page(browser, '/l/nest-mitte/home');
  expect(html).toContain('Häuschen &quot;archived&quot; &lt;b&gt;');
  expect(html).toContain('action="/l/nest-mitte/undo"');
  expect(await page(browser, '/l/nest-mitte/home')).not.toContain('Häuschen');
});

test.each([
  '{"tone":"good","text":"x","undo":{"action":"https://evil.example/","fields":{},"label":"Undo"}}',
  '{"tone":"good","text":"x","undo":{"action":"//evil.example","fields":{},"label":"Undo"}}',
  '{"tone":"good","text":"x","undo":{"action":"/l/\\\\evil","fields":{},"label":"Undo"}}',
  '{"tone":"shout","text":"x"}',
  '{"tone":"good","text":"x","more":1}',
  'nonsense',
])('E25 a planted message is dropped: %s', async (planted) => {
  const browser = await browserOf(space.memberId);
  browser.cookies.set('roost-flash', encodeURIComponent(planted));
  const answer = await browser.get('/l/nest-mitte/home');
  expect(answer.status).toBe(200);
  expect(await answer.text()).not.toContain('class="toast toast-good"');
  expect(browser.cookies.has('roost-flash')).toBe(false);
});
