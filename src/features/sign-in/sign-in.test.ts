import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { get } from '../../platform/http/routes.ts';
import { newestMails } from '../../platform/mail.ts';
import { mailCodes } from './codes.ts';
import { createSignInLink } from './links.ts';
import { signInPages } from './pages.tsx';

const START = '2026-03-10T09:00:00Z';
const MINUTE_MS = 60_000;

let core: TestCore;
let space: Space;
let site: Site;
let day = 0;

beforeAll(async () => {
  // Nothing is listening there: what is mailed is read where it is queued.
  core = await testCore({ at: START, env: { SMTP_URL: 'smtp://localhost:1' } });
  space = await someSpace(core);
  site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    get('/who', guards.signedIn, (visit, c) => c.text(`${visit.user.name} of ${visit.organizationId}`)),
  ]);
});
// A day of its own for each test: no test meets another one's limits.
beforeEach(() => core.clock.set(new Date(Date.parse(START) + ++day * 2 * 86_400_000).toISOString()));
afterAll(() => core.close());

async function ask(email = 'mia@example.com', to = '/'): Promise<Browser> {
  core.clock.advance(1_000);
  const browser = site.open();
  const answer = await browser.post('/sign-in', { email, to });
  expect(answer.headers.get('location')).toBe('/sign-in/code');
  return browser;
}

async function mailed(organizationId = space.organizationId) {
  const [mail] = await core.database.read(organizationId, (db) => newestMails(db, core, 1));
  const code = /: (\d{6})$/m.exec(mail!.body)![1]!;
  const link = new URL(/^http\S+$/m.exec(mail!.body)![0]);
  return { ...mail!, code, link: link.pathname + link.search };
}

const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const isIn = async (browser: Browser): Promise<boolean> => (await browser.get('/who')).status === 200;

test('UX-82 a mailed code signs in, pasted with spaces too', async () => {
  const browser = await ask();
  const page = await (await browser.get('/sign-in/code')).text();
  expect(page).toContain('autocomplete="one-time-code"');
  const { code, to, subject } = await mailed();
  expect([to, subject]).toEqual(['mia@example.com', 'Sign in to Nest']);
  const answer = await browser.post('/sign-in/code', { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  expect(await isIn(browser)).toBe(true);
});

test('UX-81 whoever has to sign in on the way comes back to the same sheet, by code and by link', async () => {
  const sheet = '/l/nest-mitte/membership/credits/buy/7?wallet=company';
  const detour = await site.open().get('/who?wallet=company');
  expect(detour.headers.get('location')).toBe('/sign-in?to=%2Fwho%3Fwallet%3Dcompany');
  const browser = await ask('mia@example.com', sheet);
  const { code } = await mailed();
  expect((await browser.post('/sign-in/code', { code })).headers.get('location')).toBe(sheet);
  await ask('mia@example.com', sheet);
  const { link } = await mailed();
  const page = await (await site.open().get(link)).text();
  const to = /name="to" value="([^"]+)"/.exec(page)![1]!;
  expect((await site.open().post(link, { to })).headers.get('location')).toBe(sheet);
});

test('opening a mailed link, however often, does not use it; its button does, once', async () => {
  await ask();
  const { link } = await mailed();
  const [one, other] = [site.open(), site.open()];
  for (let times = 0; times < 3; times++) {
    const page = await one.get(link);
    expect([page.status, await isIn(one)]).toEqual([200, false]);
    expect(await page.text()).toContain('You will be signed in as mia@example.com.');
  }
  expect((await one.post(link)).status).toBe(303);
  expect(await isIn(one)).toBe(true);
  expect((await other.post(link)).status).toBe(404);
  expect((await other.get(link)).status).toBe(404);
  expect(await isIn(other)).toBe(false);
});

test('a code works once, and uses up the link beside it', async () => {
  const browser = await ask();
  const { code, link } = await mailed();
  const again = site.open();
  for (const [name, value] of browser.cookies) again.cookies.set(name, value);
  expect((await browser.post('/sign-in/code', { code })).status).toBe(303);
  expect((await again.post('/sign-in/code', { code })).status).toBe(422);
  expect((await again.post(link)).status).toBe(404);
  expect(await isIn(again)).toBe(false);
});

test('of two who send one code at once only one gets in', async () => {
  const one = await ask();
  const { code } = await mailed();
  const other = site.open();
  for (const [name, value] of one.cookies) other.cookies.set(name, value);
  const answers = await Promise.all([one, other].map((browser) => browser.post('/sign-in/code', { code })));
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
});

test('a code may be typed five times', async () => {
  const browser = await ask();
  const { code } = await mailed();
  for (let times = 0; times < 5; times++) {
    const answer = await browser.post('/sign-in/code', { code: wrong(code) });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('aria-invalid="true"');
  }
  expect((await browser.post('/sign-in/code', { code })).status).toBe(422);
  expect(await isIn(browser)).toBe(false);
});

test('what a stranger types wrong costs the others nothing, because a code belongs to the browser that asked', async () => {
  const stranger = await ask();
  const browser = await ask();
  const { code } = await mailed();
  for (let times = 0; times < 6; times++) await stranger.post('/sign-in/code', { code: wrong(code) });
  expect((await stranger.post('/sign-in/code', { code })).status).toBe(422);
  expect((await browser.post('/sign-in/code', { code })).status).toBe(303);
});

test('only the newest message is good', async () => {
  const browser = await ask();
  const first = await mailed();
  await ask();
  expect((await browser.post('/sign-in/code', { code: first.code })).status).toBe(422);
  expect((await browser.get(first.link)).status).toBe(404);
});

test('codes and links are good for ten minutes', async () => {
  const browser = await ask();
  const { code, link } = await mailed();
  core.clock.advance(10 * MINUTE_MS);
  expect((await browser.post('/sign-in/code', { code })).status).toBe(422);
  expect((await browser.get(link)).status).toBe(404);
  expect((await browser.post(link)).status).toBe(404);
});

test('an unknown address gets the very same answer after a similar time', async () => {
  const timed = async (email: string) => {
    const browser = site.open();
    const began = performance.now();
    const sent = await browser.post('/sign-in', { email });
    const tookMs = performance.now() - began;
    const page = (await (await browser.get('/sign-in/code')).text()).replaceAll(email, 'them');
    const tried = await browser.post('/sign-in/code', { code: '000000' });
    const after = (await tried.text()).replaceAll(email, 'them');
    return { tookMs, answers: [sent.status, sent.headers.get('location'), page, tried.status, after] };
  };
  const known = await timed('mia@example.com');
  const unknown = await timed('nobody@example.com');
  expect(unknown.answers).toEqual(known.answers);
  expect(Math.abs(unknown.tookMs - known.tookMs)).toBeLessThan(100);
});

test('an address is mailed at most five times in 15 minutes and 20 times in a day, with the same answer', async () => {
  const count = async () =>
    (await core.database.read(space.organizationId, (db) => newestMails(db, core, 1_000))).length;
  const before = await count();
  const askSix = async () => {
    for (let times = 0; times < 6; times++) {
      await mailCodes(core, { email: 'mia@example.com', requestId: randomUUID(), to: '/' });
    }
  };
  await askSix();
  await ask();
  expect((await count()) - before).toBe(5);
  for (let quarters = 0; quarters < 4; quarters++) {
    core.clock.advance(15 * MINUTE_MS);
    await askSix();
  }
  expect((await count()) - before).toBe(20);
});

test('an address of two organizations is mailed by both, and each code leads to its own', async () => {
  const other = await someSpace(core, { name: 'Other' });
  const browser = await ask('ada@example.com');
  const here = await mailed();
  const there = await mailed(other.organizationId);
  expect([here.subject, there.subject]).toEqual(['Sign in to Nest', 'Sign in to Other']);
  expect((await browser.post('/sign-in/code', { code: there.code })).status).toBe(303);
  expect(await (await browser.get('/who')).text()).toBe(`Ada of ${other.organizationId}`);
});

test('codes and links are stored so that nobody who reads the database can use them', async () => {
  await ask();
  const { code, link } = await mailed();
  const secret = /\.([\w-]{43})/.exec(link)![1]!;
  for (const table of ['sign_in_requests', 'mails']) {
    const { rows } = await core.db.asOwner(space.organizationId, `select * from ${table}`);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(`: ${code}`);
  }
});

test.each([
  '//evil.example',
  'https://evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  'evil.example',
  '',
])('E25 nobody is sent to another site: %j', async (to) => {
  const browser = await ask('mia@example.com', to);
  const { code } = await mailed();
  expect((await browser.post('/sign-in/code', { code })).headers.get('location')).toBe('/');
  expect((await browser.get(`/sign-in?to=${encodeURIComponent(to)}`)).headers.get('location')).toBe('/');
  const appearance = await browser.post('/appearance', { theme: 'dark', returnTo: to });
  expect([appearance.status, appearance.headers.get('location')]).toEqual([303, '/']);
  core.clock.advance(60 * MINUTE_MS);
});

test('E25 forms refuse what no form of ours sends', async () => {
  const browser = site.open();
  const status = async (...it: Parameters<Browser['post']>) => (await browser.post(...it)).status;
  expect(await status('/sign-in', { email: 'mia@example.com', admin: '1' })).toBe(400);
  expect(await status('/sign-in', 'email=a%40b.example&email=c%40d.example')).toBe(400);
  expect(await status('/sign-in', { email: 'mia@example.com\0' })).toBe(400);
  expect(await status('/sign-in', '{"email":"mia@example.com"}', { 'Content-Type': 'application/json' })).toBe(415);
  expect(await status('/sign-in', `email=${'x'.repeat(70_000)}`)).toBe(413);
  expect(await status('/sign-out', { all: 'yes' })).toBe(400);
});

test('UX-83 an address that is none is shown again with the sentence beside it', async () => {
  const answer = await site.open().post('/sign-in', { email: 'mia<b>' });
  const page = await answer.text();
  expect(answer.status).toBe(422);
  expect(page).toContain('value="mia&lt;b&gt;"');
  expect(page).toContain('id="field-email-error"');
});

test('UX-73 the chosen theme is in the next page as the server sends it', async () => {
  const browser = site.open();
  expect(await (await browser.get('/sign-in')).text()).toContain('data-theme="system"');
  const answer = await browser.post('/appearance', { theme: 'dark', returnTo: '/sign-in?to=%2Fwho' });
  expect(answer.headers.get('location')).toBe('/sign-in?to=%2Fwho');
  const page = await browser.get('/sign-in');
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(await page.text()).toMatch(/^<!doctype html><html lang="en" data-theme="dark">/);
  expect((await browser.post('/appearance', { theme: 'x"><script>', returnTo: '/' })).status).toBe(303);
  expect(await (await browser.get('/sign-in')).text()).toContain('data-theme="dark"');
});

test('without a mail server the page says how to get in, the same to every address', async () => {
  const silent = await testCore();
  await someSpace(silent);
  const browser = siteOf(silent, (guards) => signInPages(silent, guards)).open();
  const pages = await Promise.all(
    ['mia@example.com', 'nobody@example.com'].map(async (email) => {
      const answer = await browser.post('/sign-in', { email });
      return `${answer.status} ${await answer.text()}`;
    }),
  );
  expect(pages[0]).toContain('npm run roost -- sign-in --email');
  expect(pages[0]).toBe(pages[1]);
  expect((await browser.get('/outbox')).status).toBe(404);
  await silent.close();
});

test('links that stay good and the Outbox exist in the demo only', async () => {
  const { organizationId, memberId: userId } = space;
  await expect(createSignInLink(core, { organizationId, userId, reusable: true })).rejects.toThrow('only the demo');
  expect((await site.open().get('/outbox')).status).toBe(404);

  const demo = await testCore({ demo: true });
  const there = await someSpace(demo);
  const demoSite = siteOf(demo, (guards) => signInPages(demo, guards));
  const it = { organizationId: there.organizationId, userId: there.memberId, reusable: true };
  const link = new URL(await createSignInLink(demo, { ...it, validForMs: 86_400_000 })).pathname;
  for (let times = 0; times < 2; times++) expect((await demoSite.open().post(link)).status).toBe(303);
  const real = { ...demo, config: { ...demo.config, demo: false } };
  const realSite = siteOf(real, (guards) => signInPages(real, guards));
  expect((await realSite.open().get(link)).status).toBe(404);
  expect((await realSite.open().post(link)).status).toBe(404);
  const browser = demoSite.open();
  expect(await (await browser.get('/outbox')).text()).toContain('Nothing would have left yet');
  await browser.post('/sign-in', { email: 'mia@example.com' });
  const outbox = await (await browser.get('/outbox')).text();
  expect(outbox).toMatch(/<a href="http:\/\/localhost:3000\/sign-in\/link\/[^"]+">http/);
  await demo.close();
});
