import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { sourceFiles } from '../../../test/support/tidy.ts';
import { openDatabase } from '../../platform/database/database.ts';
import { changeKey } from '../../platform/key-change.ts';
import { createSecrets, newKey } from '../../platform/secrets.ts';
import { setFirstOwner } from '../people/people.ts';
import { SEALED_APPS } from './authenticator-app.ts';
import { createSignInLink, printSignInLink } from './links.ts';
import { resetSecondFactor } from './second-factor.ts';
import { type Doors, doors } from './test-sign-in.ts';
import { totpCode, totpStep } from './totp.ts';

const ADA = 'ada@example.com';
const TO_SHOW = '/second-factor?to=%2Fl%2Fnest-mitte%2Fwork';
const MINUTE_MS = 60_000;

let core: TestCore;
let nest: Doors;

beforeAll(async () => {
  core = await testCore({ env: { SMTP_URL: 'smtp://localhost:1' } });
  nest = await doors(core);
});
// A day of its own for each test, and nothing set up.
beforeEach(async () => {
  core.clock.advance(2 * 86_400_000);
  for (const table of ['passkeys', 'authenticator_apps', 'recovery_codes']) {
    await core.db.asOwner(nest.organizationId, `delete from ${table}`);
  }
});
afterAll(() => core.close());

/** Sets an app up; answers its secret and the recovery codes. */
async function setUpApp(browser: Browser): Promise<{ secret: Buffer; recoveryCodes: string[] }> {
  const begun = await browser.post('/account/app', { to: '/' });
  const page = await (await browser.get(begun.headers.get('location')!)).text();
  const shown = /data-testid="app-secret">([A-Z2-7 ]+)</.exec(page)![1]!.replaceAll(' ', '');
  const secret = fromBase32(shown);
  const answer = await browser.post('/account/app/confirm', { code: codeNow(secret), to: '/' });
  const recoveryCodes = [...(await answer.text()).matchAll(/<code>([a-z2-9-]{19})<\/code>/g)].map(([, code]) => code!);
  return { secret, recoveryCodes };
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(it).toString(2).padStart(5, '0'));
  return Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)!
      .map((eight) => Number.parseInt(eight, 2)),
  );
}

const codeNow = (secret: Buffer, off = 0): string => totpCode(secret, totpStep(core.now()) + off);
const show = (browser: Browser, code: string) => browser.post('/second-factor/code', { code, to: '/' });

test('an administrator who came by a mailed code is led to set up a second factor, and to nothing else of theirs', async () => {
  const browser = await nest.byCode(ADA);
  expect(await nest.isIn(browser)).toBe(true);
  expect(await nest.work(browser)).toBe(TO_SHOW);
  const page = await (await browser.get(TO_SHOW)).text();
  expect(page).toContain('Set up a second factor');
  expect(page).toContain('Add a passkey');
  expect(page).toContain('Set up an authenticator app');
});

test('the owner of the organization is asked too, and members never are', async () => {
  const other = await doors(core, { name: 'Other', domain: 'other.example' });
  const { organizationId, memberId: userId } = other;
  const before = await other.byCode('mia@other.example');
  expect((await before.get('/l/nest-mitte/credits')).status).toBe(200);
  expect((await before.get('/second-factor?to=%2Fwho')).headers.get('location')).toBe('/who');
  await core.database.write(organizationId, (tx) => setFirstOwner(tx, { organizationId, userId }));
  expect(await other.work(before)).toBe(TO_SHOW);
  // The member's pages stay open to whoever is both.
  expect((await before.get('/l/nest-mitte/credits')).status).toBe(200);
});

test('whoever is no administrator is not asked for a second factor but told that there is no such page', async () => {
  expect((await (await nest.byCode()).get('/l/nest-mitte/work')).status).toBe(404);
});

test('an app counts when a code of it was typed, and opens the pages from then on, in this session', async () => {
  const browser = await nest.byCode(ADA);
  const { recoveryCodes } = await setUpApp(browser);
  expect(recoveryCodes).toHaveLength(10);
  expect(await nest.work(browser)).toBe('open');
  expect(await nest.work(await nest.byCode(ADA))).toBe(TO_SHOW);
});

test('an app whose code was never typed counts for nothing', async () => {
  const browser = await nest.byCode(ADA);
  await browser.post('/account/app', { to: '/' });
  const wrong = await browser.post('/account/app/confirm', { code: '000000', to: '/' });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('This code is not right.')]);
  expect(await nest.work(browser)).toBe(TO_SHOW);
  expect(await (await browser.get(TO_SHOW)).text()).toContain('Set up a second factor');
});

test('a code of the app opens the pages after a mailed code, with clocks up to half a minute apart', async () => {
  const { secret } = await setUpApp(await nest.byCode(ADA));
  for (const off of [-1, 0, 1]) {
    core.clock.advance(5 * MINUTE_MS);
    const browser = await nest.byCode(ADA);
    expect((await show(browser, codeNow(secret, off))).status).toBe(303);
    expect(await nest.work(browser)).toBe('open');
  }
  core.clock.advance(5 * MINUTE_MS);
  const browser = await nest.byCode(ADA);
  for (const off of [-2, 2]) expect((await show(browser, codeNow(secret, off))).status).toBe(422);
  expect(await nest.work(browser)).toBe(TO_SHOW);
});

test('a code of the app is good once, and an older one is not good after it', async () => {
  const { secret } = await setUpApp(await nest.byCode(ADA));
  const browser = await nest.byCode(ADA);
  expect((await show(browser, codeNow(secret))).status, 'the one that confirmed the app').toBe(422);
  core.clock.advance(MINUTE_MS);
  const [code, older] = [codeNow(secret), codeNow(secret, -1)];
  const both = await Promise.all([show(browser, code), show(await nest.byCode(ADA), code)]);
  expect(both.map(({ status }) => status).sort()).toEqual([303, 422]);
  for (const typed of [code, older]) expect((await show(await nest.byCode(ADA), typed)).status).toBe(422);
});

test('codes can be tried ten times in a quarter of an hour, over all sessions of a person', async () => {
  const { secret } = await setUpApp(await nest.byCode(ADA));
  core.clock.advance(20 * MINUTE_MS);
  const one = await nest.byCode(ADA);
  const other = await nest.byCode(ADA);
  for (let times = 0; times < 5; times++) {
    expect((await show(one, '000000')).status).toBe(422);
    expect((await other.post('/second-factor/recovery', { recovery: 'aaaa', to: '/' })).status).toBe(422);
  }
  const refused = await show(one, codeNow(secret));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.text()).toContain('Too many tries. Wait');
  core.clock.advance(15 * MINUTE_MS);
  expect((await show(one, codeNow(secret))).status).toBe(303);
});

test('a recovery code opens the pages once, however it is typed', async () => {
  const { recoveryCodes } = await setUpApp(await nest.byCode(ADA));
  const recovery = ` ${recoveryCodes[3]!.toUpperCase().replaceAll('-', ' ')} `;
  const [one, other] = [await nest.byCode(ADA), await nest.byCode(ADA)];
  expect((await one.post('/second-factor/recovery', { recovery, to: '/' })).status).toBe(303);
  expect(await nest.work(one)).toBe('open');
  expect((await other.post('/second-factor/recovery', { recovery, to: '/' })).status).toBe(422);
  expect(await nest.work(other)).toBe(TO_SHOW);
});

test('recovery codes and secrets are stored so that nobody who reads the database can use them', async () => {
  const { secret, recoveryCodes } = await setUpApp(await nest.byCode(ADA));
  const stored = JSON.stringify([await nest.rows('recovery_codes'), await nest.rows('authenticator_apps')]);
  for (const code of recoveryCodes) expect(stored).not.toContain(code);
  const [{ sealed_secret: sealed }] = (await nest.rows('authenticator_apps')) as [{ sealed_secret: Buffer }];
  expect(sealed.includes(secret)).toBe(false);
  expect(sealed.toString()).not.toContain(secret.toString('base64url'));
});

test('a passkey opens the pages after a mailed code, and by itself signs in completely', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode(ADA));
  const browser = await nest.byCode(ADA);
  expect(await nest.work(browser)).toBe(TO_SHOW);
  const options = await (await browser.post('/second-factor/passkey/options')).json();
  expect(options.userVerification).toBe('required');
  const careless = passkey.sign(options, { verified: false });
  expect((await browser.post('/second-factor/passkey', { answer: careless, problem: '' })).status).toBe(422);
  const again = await (await browser.post('/second-factor/passkey/options')).json();
  expect((await browser.post('/second-factor/passkey', { answer: passkey.sign(again), problem: '' })).status).toBe(303);
  expect(await nest.work(browser)).toBe('open');
  const direct = nest.open();
  await nest.byPasskey(direct, passkey);
  expect(await nest.work(direct)).toBe('open');
});

test("another person's passkey is no second factor of mine", async () => {
  await nest.addPasskey(await nest.byCode(ADA));
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const browser = await nest.byCode(ADA);
  const options = await (await browser.post('/second-factor/passkey/options')).json();
  for (const more of [{}, { userHandle: null }]) {
    const answer = passkey.sign(options, more);
    expect((await browser.post('/second-factor/passkey', { answer, problem: '' })).status).toBe(422);
  }
  expect(await nest.work(browser)).toBe(TO_SHOW);
});

test('showing a second factor begins another session: the token from before opens nothing', async () => {
  const { secret } = await setUpApp(await nest.byCode(ADA));
  core.clock.advance(MINUTE_MS);
  const browser = await nest.byCode(ADA);
  const before = browser.cookies.get('roost')!;
  await show(browser, codeNow(secret));
  const thief = nest.open();
  thief.cookies.set('roost', before);
  expect([await nest.isIn(browser), await nest.isIn(thief)]).toEqual([true, false]);
});

test('with a mailbox alone nobody adds, removes or shows what an administrator signs in with', async () => {
  await setUpApp(await nest.byCode(ADA));
  const thief = await nest.byCode(ADA);
  const attempts: [string, Record<string, string>][] = [
    ['/account/app', {}],
    ['/account/app/confirm', { code: '000000' }],
    ['/account/app/remove', {}],
    ['/account/recovery-codes', {}],
    ['/account/passkeys/options', {}],
    ['/account/passkeys/add', { answer: '', problem: '' }],
    ['/account/passkeys/name', { id: nest.memberId, name: 'x' }],
    ['/account/passkeys/remove', { id: nest.memberId }],
    ['/account/address', { email: 'thief@example.com' }],
  ];
  for (const [path, fields] of attempts) {
    const answer = await thief.post(path, fields);
    expect([path, answer.headers.get('location')]).toEqual([path, '/second-factor?to=%2Faccount']);
  }
  for (const path of ['/account/app', '/account/recovery-codes', '/account/address']) {
    expect((await thief.get(path)).headers.get('location')).toBe('/second-factor?to=%2Faccount');
  }
});

test("the operator's link stands for the mailed one: administrators show their second factor all the same", async () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await printSignInLink(core, ADA);
  const printed = written.mock.calls.map(([text]) => String(text)).join('');
  written.mockRestore();
  const browser = nest.open();
  // Another organization of this file may know the address.
  const links = [...printed.matchAll(/^http\S+$/gm)].map(([url]) => new URL(url).pathname);
  await browser.post(links.find((link) => link.includes(nest.organizationId))!);
  expect(await nest.isIn(browser)).toBe(true);
  expect(await nest.work(browser)).toBe(TO_SHOW);
});

test('links that need no second factor are made by the demo alone', () => {
  const makers = sourceFiles(['src'], []).filter(
    ({ path }) =>
      !/\.test\.tsx?$|\/test-[\w-]+\.ts$/.test(path) && /createSignInLink\(/.test(readFileSync(path, 'utf8')),
  );
  expect(makers.map(({ path }) => path).sort()).toEqual(['src/features/demo/demo.ts', 'src/features/sign-in/links.ts']);
});

test('the operator takes a second factor away, which signs its owner out everywhere and is logged', async () => {
  const browser = await nest.byCode(ADA);
  await setUpApp(browser);
  await nest.addPasskey(browser);
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await resetSecondFactor(core, ` ${ADA.toUpperCase()} `);
  const printed = written.mock.calls.map(([text]) => String(text)).join('');
  written.mockRestore();
  expect(printed).toContain(
    'Nest: removed what ada@example.com had: passkeys 1, authenticator apps 1, recovery codes 10. Ended sessions:',
  );
  const logged = core.logged.find((line) => line.includes('second-factor.reset'))!;
  expect(logged).toContain(nest.administratorId);
  expect(logged).not.toContain('@');
  expect(await nest.isIn(browser)).toBe(false);
  const again = await nest.byCode(ADA);
  expect(await (await again.get(TO_SHOW)).text()).toContain('Set up a second factor');
  await expect(resetSecondFactor(core, 'nobody@example.com')).rejects.toThrow('Nobody here has the address');
});

test('the secret of an app is sealed anew when the key is changed', async () => {
  const { secret } = await setUpApp(await nest.byCode(ADA));
  const owner = openDatabase({ url: core.db.ownerUrl, connections: 2 });
  const key = newKey();
  const config = { key, oldKeys: [core.config.key], keyFile: undefined };
  const { organizationId } = nest;
  await changeKey({
    config,
    database: owner,
    organizationIds: [organizationId],
    columns: [SEALED_APPS],
    say: () => {},
  });
  await owner.close();
  const [row] = (await nest.rows('authenticator_apps')) as [{ id: string; sealed_secret: Buffer }];
  const opened = createSecrets(key).open(row.sealed_secret, SEALED_APPS.about(row.id));
  expect(Buffer.from(opened, 'base64url').equals(secret)).toBe(true);
});

test('in the demo, and only there, a link that stays good opens the administrator’s pages at once', async () => {
  const demo = await testCore({ demo: true });
  const there = await doors(demo);
  const { organizationId, administratorId: userId } = there;
  const link = await createSignInLink(demo, { organizationId, userId, reusable: true });
  const browser = there.open();
  await browser.post(new URL(link).pathname);
  expect(await there.work(browser)).toBe('open');
  expect(await (await browser.get('/l/nest-mitte/account')).text()).toContain('In the demo, the links that it prints');
  await demo.close();
});
