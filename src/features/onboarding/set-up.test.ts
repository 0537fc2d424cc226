import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { get } from '../../platform/http/routes.ts';
import { allOrganizations, locationsOf } from '../organizations/organizations.ts';
import { areasOf, membershipOf } from '../people/people.ts';
import { onboardingPages } from './pages.tsx';
import { setupUrl } from './set-up.ts';

let core: TestCore;
let connected: { organizationId: string; locationId: string }[];
let connecting: () => void;
let site: Site;

beforeEach(async () => {
  core = await testCore();
  connected = [];
  connecting = () => {};
  site = siteOf(core, (guards) => [
    ...onboardingPages(core, guards, async (_tx, { organizationId, locationId }) => {
      connecting();
      connected.push({ organizationId, locationId });
    }),
    get('/who', guards.signedIn, (visit, c) => c.text(visit.user.email)),
  ]);
});
afterEach(() => core.close());

const token = () => new URL(setupUrl(core)).searchParams.get('token')!;

const filled = (it: Record<string, string> = {}) => ({
  token: token(),
  organization: 'Nest',
  location: 'Nest Mitte',
  currency: 'KWD',
  timeZone: 'Asia/Kuwait',
  locale: 'en-GB',
  name: 'Ada Lovelace',
  email: 'Ada@Example.com',
  ...it,
});

const organizations = () => allOrganizations(core.database);
const open = (browser: Browser, it: string) => browser.get(`/set-up${it}`, { 'Accept-Language': 'de-AT,de;q=0.8' });

test('one form makes the organization, its location and its owner, and signs the owner in', async () => {
  const browser = site.open();
  const page = await open(browser, `?token=${token()}`);
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain('<option value="de-AT" selected');
  expect(html).toMatch(/<option value="KWD"[^>]*>KWD · Kuwaiti Dinar</);
  const answer = await browser.post('/set-up', filled({ testGateway: 'on' }));
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/l/nest-mitte/community/credit-packages']);
  expect(await (await browser.get('/who')).text()).toBe('ada@example.com');
  const [{ id: organizationId, name, isDemo }] = (await organizations()) as [
    Awaited<ReturnType<typeof organizations>>[0],
  ];
  expect([name, isDemo]).toEqual(['Nest', false]);
  await core.database.read(organizationId, async (db) => {
    const [location] = await locationsOf(db);
    expect(location).toMatchObject({ name: 'Nest Mitte', currency: 'KWD', timeZone: 'Asia/Kuwait', locale: 'en-GB' });
    expect(connected).toEqual([{ organizationId, locationId: location!.id }]);
    const { user_id } = await db.selectFrom('organization_owners').select('user_id').executeTakeFirstOrThrow();
    expect(await areasOf(db, location!.id, user_id)).toHaveLength(4);
    expect(await membershipOf(db, location!.id, user_id)).toBeUndefined();
  });
});

test('without the test gateway none is connected', async () => {
  await site.open().post('/set-up', filled());
  expect(await organizations()).toHaveLength(1);
  expect(connected).toEqual([]);
});

test('once it is set up there is no set-up', async () => {
  const browser = site.open();
  await browser.post('/set-up', filled());
  expect((await open(browser, `?token=${token()}`)).status).toBe(404);
  expect((await browser.post('/set-up', filled({ organization: 'Second' }))).status).toBe(404);
  expect(await organizations()).toHaveLength(1);
});

test('of two who set up at once only one does', async () => {
  const answers = await Promise.all(
    ['First', 'Second', 'Third'].map((organization) => site.open().post('/set-up', filled({ organization }))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 404, 404]);
  expect(await organizations()).toHaveLength(1);
});

test('when something fails nothing is made', async () => {
  connecting = () => {
    throw new Error('no gateway');
  };
  await expect(site.open().post('/set-up', filled({ testGateway: 'on' }))).rejects.toThrow('no gateway');
  expect(await organizations()).toEqual([]);
  const { rows } = await core.database.jobsPool.query('select * from sign_in_addresses');
  expect(rows).toEqual([]);
});

test.each(['', '?token=', '?token=guess', `?token=${'A'.repeat(43)}`])(
  'without the printed token it is closed: %s',
  async (query) => {
    const page = await open(site.open(), query);
    expect(page.status).toBe(403);
    expect(await page.text()).not.toContain('<input type="hidden" name="token"');
    const typed = new URLSearchParams(query).get('token') ?? '';
    const answer = await site.open().post('/set-up', filled({ token: typed }));
    expect(answer.status).toBe(403);
    expect(await organizations()).toEqual([]);
  },
);

test('the token is the same for every start on one key, and another one for another key', async () => {
  expect(setupUrl({ ...core })).toBe(setupUrl(core));
  expect(setupUrl({ ...core, config: { ...core.config, key: 'another' } })).not.toBe(setupUrl(core));
});

test('E25 UX-83 wrong values are named beside their fields, and what was typed stays', async () => {
  const answer = await site.open().post(
    '/set-up',
    filled({
      location: ' ',
      currency: 'XYZ',
      timeZone: '+02:00',
      locale: 'xx',
      email: 'ada@',
      name: 'x'.repeat(121),
    }),
  );
  const html = await answer.text();
  expect(answer.status).toBe(422);
  for (const name of ['location', 'currency', 'timeZone', 'locale', 'email', 'name']) {
    expect(html).toContain(`id="field-${name}-error"`);
  }
  expect(html).not.toContain('id="field-organization-error"');
  expect(html).toContain('value="ada@"');
  expect(html).toContain('value="Nest"');
  expect(await organizations()).toEqual([]);
});

test('E25 forms refuse what no form of ours sends', async () => {
  const status = async (...it: Parameters<Browser['post']>) => (await site.open().post(...it)).status;
  expect(await status('/set-up', filled({ isDemo: 'true' }))).toBe(400);
  expect(await status('/set-up', filled({ organization: 'Ne\0st' }))).toBe(400);
  expect(await status('/set-up', { token: token() })).toBe(422);
  expect(await status('/set-up', JSON.stringify(filled()), { 'Content-Type': 'application/json' })).toBe(415);
  expect(await organizations()).toEqual([]);
});
