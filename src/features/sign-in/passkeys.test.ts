import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { authenticator } from '../../../test/support/authenticator.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { createAdministrator } from '../people/people.ts';
import { handleOf } from './passkey-answers.ts';
import { type Doors, doors, toldIn } from './test-sign-in.ts';

const MINUTE_MS = 60_000;

let core: TestCore;
let nest: Doors;

beforeAll(async () => {
  core = await testCore({ env: { SMTP_URL: 'smtp://localhost:1' } });
  nest = await doors(core);
});
// A day of its own for each test: no test meets another one's limits.
beforeEach(async () => {
  core.clock.advance(2 * 86_400_000);
  await core.db.asOwner(nest.organizationId, 'delete from passkeys');
});
afterAll(() => core.close());

const post = (to: string, answer: string) => [to, { answer, problem: '', to: '/who' }] as const;

test('whoever added a passkey signs in with it, without an address', async () => {
  const { passkey, told } = await nest.addPasskey(await nest.byCode(), { name: ' Work   laptop ' });
  expect(told).toBe('Passkey "Work laptop" was added.');
  const browser = nest.open();
  const answer = await nest.byPasskey(browser, passkey);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/who']);
  expect(await (await browser.get('/who')).text()).toBe(`Mia of ${nest.organizationId}`);
});

test('a passkey is named after its device when nobody names it, can be renamed, and shows when it was used last', async () => {
  const browser = await nest.byCode();
  const { passkey, told } = await nest.addPasskey(browser);
  expect(told).toBe('Passkey "Unknown device" was added.');
  const page = async () => await (await browser.get('/l/nest-mitte/account')).text();
  expect(await page()).toMatch(/<strong>Unknown device<\/strong>[\s\S]*?not used yet/);
  const { id } = (await nest.rows('passkeys')).find((row) => row.credential_id === passkey.credentialId)!;
  await browser.post('/account/passkeys/name', { id: String(id), name: 'Phone', to: '/' });
  expect(toldIn(browser)).toBe('The passkey is called "Phone" now.');
  await nest.byPasskey(nest.open(), passkey);
  expect(await page()).toMatch(/<strong>Phone<\/strong>[\s\S]*?Last used/);
  for (const name of ['', 'x'.repeat(10_000), 'a\u200bb']) {
    await browser.post('/account/passkeys/name', { id: String(id), name, to: '/' });
    expect(toldIn(browser)).toBe('Write a name of at most 60 characters.');
  }
});

test('a removed passkey opens nothing, at once', async () => {
  const browser = await nest.byCode();
  const { passkey } = await nest.addPasskey(browser);
  const { id } = (await nest.rows('passkeys')).find((row) => row.credential_id === passkey.credentialId)!;
  await browser.post('/account/passkeys/remove', { id: String(id), to: '/' });
  const refused = await nest.byPasskey(nest.open(), passkey);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain('This passkey is not known here.');
});

test('nobody renames or removes the passkeys of others', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const { id, name } = (await nest.rows('passkeys')).find((row) => row.credential_id === passkey.credentialId)!;
  const ada = await nest.byCode('ada@example.com');
  await nest.addPasskey(ada);
  await ada.post('/account/passkeys/remove', { id: String(id), to: '/' });
  await ada.post('/account/passkeys/name', { id: String(id), name: 'Mine', to: '/' });
  expect((await nest.rows('passkeys')).find((row) => row.id === id)?.name).toBe(name);
  expect((await nest.byPasskey(nest.open(), passkey)).status).toBe(303);
});

test('the answer to a challenge is good once', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const browser = nest.open();
  const answer = passkey.sign(await (await browser.post('/sign-in/passkey/options')).json());
  expect((await browser.post(...post('/sign-in/passkey', answer))).status).toBe(303);
  await browser.post('/sign-out');
  const again = await browser.post(...post('/sign-in/passkey', answer));
  expect(again.status).toBe(422);
  expect(await again.text()).toContain('This answer was used before');
  expect(await nest.isIn(browser)).toBe(false);
});

test('of two who send one answer at once only one gets in', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const one = nest.open();
  const answer = passkey.sign(await (await one.post('/sign-in/passkey/options')).json());
  const both = await Promise.all([1, 2].map(() => one.post(...post('/sign-in/passkey', answer))));
  expect(both.map(({ status }) => status).sort()).toEqual([303, 422]);
});

test('a challenge is good for five minutes', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const browser = nest.open();
  const options = await (await browser.post('/sign-in/passkey/options')).json();
  core.clock.advance(5 * MINUTE_MS);
  const late = await browser.post(...post('/sign-in/passkey', passkey.sign(options)));
  expect(await late.text()).toContain('That took too long. Try again.');
  expect(await nest.isIn(browser)).toBe(false);
});

test('an answer signed in one browser is worth nothing in another', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const [theirs, stranger] = [nest.open(), nest.open()];
  const options = await (await theirs.post('/sign-in/passkey/options')).json();
  await stranger.post('/sign-in/passkey/options');
  expect((await stranger.post(...post('/sign-in/passkey', passkey.sign(options)))).status).toBe(422);
  expect(await nest.isIn(stranger)).toBe(false);
  // It was not used up by whoever caught it.
  expect((await theirs.post(...post('/sign-in/passkey', passkey.sign(options)))).status).toBe(303);
});

test("a passkey is not registered by an answer to another person's challenge, nor to one for signing in", async () => {
  const mia = await nest.byCode();
  const ada = await nest.byCode('ada@example.com');
  const before = (await nest.rows('passkeys')).length;
  const hers = await (await ada.post('/account/passkeys/options')).json();
  // Even in one and the same browser: a challenge belongs to the session it was made in.
  mia.cookies.set('roost-passkey', ada.cookies.get('roost-passkey')!);
  await mia.post(...post('/account/passkeys/add', authenticator().register(hers)));
  expect(toldIn(mia)).toContain('was used before or was asked of another browser');
  const toSignIn = await (await mia.post('/sign-in/passkey/options')).json();
  await mia.post(...post('/account/passkeys/add', authenticator().register({ ...toSignIn, user: { id: 'AAAA' } })));
  expect(toldIn(mia)).toContain('was used before or was asked of another browser');
  expect(await nest.rows('passkeys')).toHaveLength(before);
});

test.each([
  ['another site', { origin: 'https://evil.example' }, 'is not right'],
  ['another port', { origin: 'http://localhost:4000' }, 'is not right'],
  ['another domain', { rpId: 'evil.example' }, 'is not right'],
  ['another ceremony', { type: 'webauthn.create' }, 'is not right'],
  ['another credential', { credentialId: 'AAAA' }, 'is not known here'],
  ['no user', { userHandle: null }, 'is not known here'],
  ['nonsense for a user', { userHandle: 'AAAA' }, 'is not known here'],
])('E25 an answer for %s signs nobody in', async (_, circumstances, sentence) => {
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const browser = nest.open();
  const options = await (await browser.post('/sign-in/passkey/options')).json();
  const refused = await browser.post(...post('/sign-in/passkey', passkey.sign(options, circumstances)));
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain(sentence);
  expect(await nest.isIn(browser)).toBe(false);
});

test('E25 an answer with a signature of somebody else signs nobody in, whatever it says of itself', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const forger = authenticator();
  const browser = nest.open();
  const options = await (await browser.post('/sign-in/passkey/options')).json();
  const userHandle = Buffer.from(handleOf({ organizationId: nest.organizationId, userId: nest.memberId }));
  const forged = forger.sign(options, {
    credentialId: passkey.credentialId,
    userHandle: userHandle.toString('base64url'),
  });
  const refused = await browser.post(...post('/sign-in/passkey', forged));
  expect(await refused.text()).toContain('The answer of the passkey is not right');
  expect(await nest.isIn(browser)).toBe(false);
});

test('E25 whose a passkey is follows from where it was registered, not from what the browser says', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const browser = nest.open();
  const options = await (await browser.post('/sign-in/passkey/options')).json();
  const { organizationId, administratorId: userId } = nest;
  const userHandle = Buffer.from(handleOf({ organizationId, userId })).toString('base64url');
  const refused = await browser.post(...post('/sign-in/passkey', passkey.sign(options, { userHandle })));
  expect(await refused.text()).toContain('is not known here');
  expect(await nest.isIn(browser)).toBe(false);
});

test("a passkey of one organization opens nothing of another one's, for the same address either", async () => {
  const other = await doors(core, { name: 'Other' });
  const { passkey } = await nest.addPasskey(await nest.byCode());
  const browser = other.open();
  const options = await (await browser.post('/sign-in/passkey/options')).json();
  const { organizationId, memberId: userId } = other;
  const userHandle = Buffer.from(handleOf({ organizationId, userId })).toString('base64url');
  const refused = await browser.post(...post('/sign-in/passkey', passkey.sign(options, { userHandle })));
  expect(await refused.text()).toContain('is not known here');
  expect((await other.byPasskey(browser, passkey)).status).toBe(303);
  expect(await (await browser.get('/who')).text()).toBe(`Mia of ${nest.organizationId}`);
});

test.each([
  ['nothing', '', 'This browser cannot use passkeys here.'],
  ['no JSON', '{', 'is not the answer of a passkey'],
  ['a number', '7', 'is not the answer of a passkey'],
  ['a list', '[]', 'is not the answer of a passkey'],
  ['wrong types', '{"id":7,"rawId":{},"type":"public-key","response":[]}', 'is not the answer of a passkey'],
  ['10,000 characters', `{"id":"${'A'.repeat(10_000)}"}`, 'is not the answer of a passkey'],
  ['50,000 characters', 'A'.repeat(50_000), 'is not the answer of a passkey'],
])('E25 %s in place of an answer is refused by name, and nothing is written', async (_, answer, sentence) => {
  const before = (await nest.rows('sessions')).length;
  const browser = nest.open();
  await browser.post('/sign-in/passkey/options');
  const refused = await browser.post(...post('/sign-in/passkey', answer));
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain(sentence);
  expect(await nest.rows('sessions')).toHaveLength(before);
});

test('E25 U+0000, unknown fields and other bodies are refused before they are looked at', async () => {
  const browser = nest.open();
  expect((await browser.post('/sign-in/passkey', { answer: 'a\0', problem: '' })).status).toBe(400);
  expect((await browser.post('/sign-in/passkey', { answer: '', admin: '1' })).status).toBe(400);
  expect((await browser.post('/sign-in/passkey', '{}', { 'Content-Type': 'application/json' })).status).toBe(415);
  expect((await browser.post('/sign-in/passkey/options', { email: 'mia@example.com' })).status).toBe(400);
});

test('what the browser could not do is said in words', async () => {
  const browser = nest.open();
  const answer = await browser.post('/sign-in/passkey', { answer: '', problem: 'browser-cancelled', to: '/' });
  expect(await answer.text()).toContain('No passkey was used.');
  const forged = await browser.post('/sign-in/passkey', { answer: '', problem: 'copied', to: '/' });
  expect(await forged.text()).toContain('This browser cannot use passkeys here.');
});

test('a passkey whose counter goes backwards may be a copy: neither opens anything any more, and the owner reads so', async () => {
  const browser = await nest.byCode();
  const { passkey } = await nest.addPasskey(browser, { passkey: authenticator({ counts: true }) });
  for (let times = 0; times < 2; times++) expect((await nest.byPasskey(nest.open(), passkey)).status).toBe(303);
  passkey.counter = 0;
  const refused = await nest.byPasskey(nest.open(), passkey);
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('may have been copied')]);
  passkey.counter = 50;
  expect((await nest.byPasskey(nest.open(), passkey)).status).toBe(422);
  expect(await (await browser.get('/l/nest-mitte/account')).text()).toContain('May have been copied');
  expect(core.logged.some((line) => line.includes('passkey.copied'))).toBe(true);
});

test('the same passkey is not registered twice, and nobody has more than twenty', async () => {
  const browser = await nest.byCode();
  const { passkey } = await nest.addPasskey(browser);
  expect((await nest.addPasskey(browser, { passkey })).told).toContain('on this device already');
  let told = '';
  for (let more = 0; more < 20; more++) told = (await nest.addPasskey(browser)).told;
  expect(told).toContain('There are 20 passkeys already.');
});

test('administrators need a passkey that asks for a finger, a face or a PIN; of others any is good', async () => {
  const ada = await nest.byCode('ada@example.com');
  const options = await (await ada.post('/account/passkeys/options')).json();
  expect(options.authenticatorSelection.userVerification).toBe('required');
  expect((await nest.addPasskey(ada, { verified: false })).told).toContain(
    'Administrators need a passkey that asks for',
  );
  expect(await nest.rows('passkeys')).toEqual([]);
  const { passkey } = await nest.addPasskey(await nest.byCode(), { verified: false });
  expect((await nest.byPasskey(nest.open(), passkey)).status).toBe(303);
  // Once she administers something, the same passkey is no second factor.
  const { organizationId, location, memberId: userId } = nest;
  await core.database.write(organizationId, (tx) =>
    createAdministrator(tx, { organizationId, locationId: location.id, userId, areas: ['billing'] }),
  );
  const browser = nest.open();
  await nest.byPasskey(browser, passkey);
  expect(await nest.work(browser)).toBe('/second-factor?to=%2Fl%2Fnest-mitte%2Fwork');
});
