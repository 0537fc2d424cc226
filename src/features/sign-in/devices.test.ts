import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { createAdministrator } from '../people/people.ts';
import { deviceNames } from './devices.ts';
import { createSignInLink } from './links.ts';
import { type Doors, doors, toldIn } from './test-sign-in.ts';

let core: TestCore;
let nest: Doors;

beforeAll(async () => {
  core = await testCore({ env: { SMTP_URL: 'smtp://localhost:1' } });
  nest = await doors(core);
});
beforeEach(() => core.clock.advance(30 * 86_400_000));
afterAll(() => core.close());

const sessionsIn = (page: string) => [...page.matchAll(/id="device-([0-9a-f-]{36})"/g)].map(([, id]) => id!);

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 'Chrome', 'Windows'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge', 'Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPhone',
  ],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/140.0 Mobile/15E148 Safari/604.1', 'Chrome', 'iPhone'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15', 'Safari', 'Mac'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox', 'Linux'],
  [
    'Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36',
    'Samsung Internet',
    'Android',
  ],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140.0 Safari/537.36', 'Chrome', 'Chromebook'],
  ['curl/8.5.0', undefined, undefined],
])('a device is named in plain words: %s', (userAgent, browser, system) => {
  expect(deviceNames(userAgent)).toEqual({ browser, system });
});

test('everybody sees where they are signed in, this device marked, and nothing of others', async () => {
  await nest.byCode('ada@example.com');
  const one = await nest.byCode();
  core.clock.advance(60_000);
  const other = await nest.byCode();
  const page = await (await other.get('/l/nest-mitte/account')).text();
  expect(sessionsIn(page)).toHaveLength(2);
  expect(page.match(/This device<\/span>/g)).toHaveLength(1);
  expect(sessionsIn(await (await one.get('/l/nest-mitte/account')).text())).toEqual(sessionsIn(page));
});

test('a session signed out from another device ends at once, in the middle of a visit', async () => {
  const lost = await nest.byCode();
  core.clock.advance(1_000);
  const here = await nest.byCode();
  expect(await nest.isIn(lost)).toBe(true);
  const [mine, theirs] = sessionsIn(await (await here.get('/l/nest-mitte/account')).text());
  await here.post('/account/devices/sign-out', { id: theirs!, to: '/' });
  expect(toldIn(here)).toBe('That device is signed out.');
  expect((await lost.get('/l/nest-mitte/credits')).headers.get('location')).toContain('/sign-in?to=');
  expect(await nest.isIn(here)).toBe(true);
  const own = await here.post('/account/devices/sign-out', { id: mine!, to: '/' });
  expect(own.headers.get('location')).toBe('/sign-in');
  expect(await nest.isIn(here)).toBe(false);
});

test('signing out everywhere ends all of one’s sessions and nobody else’s', async () => {
  const ada = await nest.byCode('ada@example.com');
  const [one, other] = [await nest.byCode(), await nest.byCode()];
  expect((await one.post('/account/devices/sign-out-all')).headers.get('location')).toBe('/sign-in');
  expect([await nest.isIn(one), await nest.isIn(other), await nest.isIn(ada)]).toEqual([false, false, true]);
});

test.each([["' or 1=1"], [''], ['00000000-0000-7000-8000-000000000000']])(
  'E25 nobody signs others out by naming a session: %j',
  async (id) => {
    const ada = await nest.byCode('ada@example.com');
    const [theirs] = sessionsIn(await (await ada.get('/l/nest-mitte/account')).text());
    const mia = await nest.byCode();
    for (const named of [id, theirs!]) await mia.post('/account/devices/sign-out', { id: named, to: '/' });
    expect([await nest.isIn(ada), await nest.isIn(mia)]).toEqual([true, true]);
  },
);

test('an administrator’s rights end with the next request after they were taken away', async () => {
  const { organizationId, administratorId: userId, location } = nest;
  const browser = nest.open();
  await browser.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
  expect(await nest.work(browser)).toBe('open');
  await core.database.write(organizationId, (tx) =>
    tx.deleteFrom('administrators').where('user_id', '=', userId).execute(),
  );
  expect((await browser.get(`/l/${location.slug}/work`)).status).toBe(404);
  await core.database.write(organizationId, (tx) =>
    createAdministrator(tx, { organizationId, locationId: location.id, userId, areas: ['customers'] }),
  );
  expect((await browser.get(`/l/${location.slug}/work`)).status, 'of another area').toBe(404);
});

test('a member’s pages close with the next request after they were removed', async () => {
  const browser = await nest.byCode();
  const { organizationId, memberId } = nest;
  expect((await browser.get('/l/nest-mitte/credits')).status).toBe(200);
  await core.database.write(organizationId, (tx) =>
    tx.updateTable('memberships').set({ status: 'removed' }).where('user_id', '=', memberId).execute(),
  );
  expect((await browser.get('/l/nest-mitte/credits')).headers.get('location')).toBe('/l/nest-mitte/join');
});

test.each(['invited', 'requested'] as const)('a membership that is only %s opens no member’s page', async (status) => {
  const { organizationId, memberId } = nest;
  await core.database.write(organizationId, (tx) =>
    tx.updateTable('memberships').set({ status }).where('user_id', '=', memberId).execute(),
  );
  const browser = await nest.byCode();
  expect((await browser.get('/l/nest-mitte/credits')).headers.get('location')).toBe('/l/nest-mitte/join');
});
