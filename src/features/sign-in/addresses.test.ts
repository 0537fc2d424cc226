import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { newestMails } from '../../platform/mail.ts';
import { addMember } from '../people/adding.ts';
import { createUser } from '../people/people.ts';
import { createSignInLink } from './links.ts';
import { type Doors, doors, toldIn } from './test-sign-in.ts';

const MINUTE_MS = 60_000;

let core: TestCore;
let nest: Doors;
let number = 0;

beforeAll(async () => {
  core = await testCore({ env: { SMTP_URL: 'smtp://localhost:1' } });
});
// An organization of its own for each test, of which nobody else has people.
beforeEach(async () => {
  core.clock.advance(2 * 86_400_000);
  const domain = `nest-${++number}.example`;
  nest = await doors(core, { domain });
  mia = `mia@${domain}`;
});
afterAll(() => core.close());

let mia: string;
const linkIn = (body: string): string => new URL(/^http\S+$/m.exec(body)![0]).pathname;

test('a person changes their address by a link sent to the new one, and the old one is told', async () => {
  const browser = await nest.byCode(mia);
  await browser.post('/account/address', { email: ' Mia.New@Example.com ' });
  expect(toldIn(browser)).toContain('A message is on its way to mia.new@example.com.');
  const asked = await nest.mailed();
  expect([asked.to, asked.subject]).toEqual(['mia.new@example.com', 'Confirm your address for Nest']);
  const link = linkIn(asked.body);
  // Mailboxes open links by themselves: nothing happens.
  const page = await (await browser.get(link)).text();
  expect(page).toContain(`You will sign in with mia.new@example.com instead of ${mia}.`);
  expect((await nest.rows('users')).map((row) => row.email)).toContain(mia);
  core.clock.advance(1_000);
  await browser.post(link);
  expect(toldIn(browser)).toBe('Your address is mia.new@example.com now.');
  const told = await nest.mailed();
  expect([told.to, told.subject]).toEqual([mia, 'Your address for Nest was changed']);
  expect(told.body).toContain('mia.new@example.com');
  expect(await nest.isIn(await nest.byCode('mia.new@example.com'))).toBe(true);
  expect((await browser.post(link)).status).toBe(404);
});

test('the old address signs nobody in any more, nor does what was mailed to it before', async () => {
  const browser = await nest.byCode(mia);
  const elsewhere = await nest.byCode(mia);
  await browser.post('/account/address', { email: 'new@example.com' });
  const link = linkIn((await nest.mailed()).body);
  core.clock.advance(1_000);
  const late = nest.open();
  await late.post('/sign-in', { email: mia });
  const mailed = (await nest.mailed()).body;
  await browser.post(link);
  await late.post('/sign-in/code', { code: /: (\d{6})$/m.exec(mailed)![1]! });
  await late.post(linkIn(mailed));
  expect(await nest.isIn(late)).toBe(false);
  expect(await nest.isIn(elsewhere), 'other devices are signed out').toBe(false);
  expect(await nest.isIn(browser)).toBe(true);
  const count = async () => (await core.database.read(nest.organizationId, (db) => newestMails(db, core, 100))).length;
  const before = await count();
  await nest.open().post('/sign-in', { email: mia });
  expect(await count()).toBe(before);
});

test('whoever reads the new mailbox but is somebody else, or nobody, cannot take the account over', async () => {
  const browser = await nest.byCode(mia);
  await browser.post('/account/address', { email: 'typo@example.com' });
  const link = linkIn((await nest.mailed()).body);
  const stranger = nest.open();
  expect((await stranger.post(link)).headers.get('location')).toContain('/sign-in?to=');
  const { organizationId, administratorId: userId } = nest;
  await stranger.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
  expect((await stranger.post(link)).status).toBe(404);
  expect((await nest.rows('users')).map((row) => row.email)).toContain(mia);
});

test('an address that somebody has is not given to another: accounts are never joined', async () => {
  const browser = await nest.byCode(mia);
  const ada = mia.replace('mia', 'ada');
  await browser.post('/account/address', { email: ada });
  // The answer is the same as for any other address.
  expect(toldIn(browser)).toContain(`A message is on its way to ${ada}.`);
  const refused = await browser.post(linkIn((await nest.mailed()).body));
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('Somebody has this address')]);
  expect((await nest.rows('users')).map((row) => row.email).sort()).toEqual([ada, mia]);
});

test('a link to confirm is good for an hour, and a newer wish makes it worthless', async () => {
  const browser = await nest.byCode(mia);
  await browser.post('/account/address', { email: 'first@example.com' });
  const first = linkIn((await nest.mailed()).body);
  core.clock.advance(1_000);
  await browser.post('/account/address', { email: 'second@example.com' });
  const second = linkIn((await nest.mailed()).body);
  expect((await browser.post(first)).status).toBe(404);
  core.clock.advance(60 * MINUTE_MS);
  expect((await browser.post(second)).status).toBe(404);
});

test('nobody has messages sent to others again and again', async () => {
  const browser = await nest.byCode(mia);
  const statuses: number[] = [];
  for (let times = 0; times < 4; times++) {
    statuses.push((await browser.post('/account/address', { email: `victim${times}@example.com` })).status);
  }
  expect(statuses).toEqual([303, 303, 303, 429]);
});

test('an address that was given up and then given to somebody new leads to the new person alone', async () => {
  const browser = await nest.byCode(mia);
  await browser.post('/account/address', { email: 'moved@example.com' });
  await browser.post(linkIn((await nest.mailed()).body));
  const { organizationId } = nest;
  await core.database.write(organizationId, (tx) =>
    createUser(tx, { organizationId, name: 'Second Mia', email: mia, now: core.now() }),
  );
  expect(await (await (await nest.byCode(mia)).get('/who')).text()).toBe(`Second Mia of ${organizationId}`);
  expect(await (await browser.get('/who')).text()).toBe(`Mia of ${organizationId}`);
});

test('an organization that adds the address of another one’s administrator gets no way into the other', async () => {
  const other = await doors(core, { name: 'Other', domain: `other-${number}.example` });
  const ada = mia.replace('mia', 'ada');
  const { organizationId, location } = other;
  await core.database.write(organizationId, (tx) =>
    addMember(tx, {
      organizationId,
      locationId: location.id,
      id: crypto.randomUUID(),
      name: 'Taken Over',
      email: ada,
      type: 'member',
      place: undefined,
      now: core.now(),
    }),
  );
  const browser = nest.open();
  await browser.post('/sign-in', { email: ada });
  const [, code = ''] = /: (\d{6})$/m.exec((await other.mailed()).body)!;
  await browser.post('/sign-in/code', { code });
  expect(await (await browser.get('/who')).text()).toBe(`Taken Over of ${organizationId}`);
  expect((await nest.rows('users')).map((row) => row.name).sort()).toEqual(['Ada', 'Mia']);
  // What she changes there stays there.
  await browser.post('/account/address', { email: 'only-there@example.com' });
  await browser.post(linkIn((await other.mailed()).body));
  expect((await nest.rows('users')).map((row) => row.email)).toContain(ada);
});

test('adding a person whom the organization knows takes nothing of theirs over', async () => {
  const browser = await nest.byCode(mia);
  const { passkey } = await nest.addPasskey(browser);
  const { organizationId, location, memberId } = nest;
  const add = core.database.write(organizationId, (tx) =>
    addMember(tx, {
      organizationId,
      locationId: location.id,
      id: crypto.randomUUID(),
      name: 'Mallory',
      email: mia,
      type: 'nonmember',
      place: undefined,
      now: core.now(),
    }),
  );
  await expect(add).rejects.toMatchObject({ code: 'already-here' });
  const mine = (await nest.rows('passkeys')).find((row) => row.credential_id === passkey.credentialId);
  expect(mine?.user_id).toBe(memberId);
  expect(await (await browser.get('/who')).text()).toBe(`Mia of ${organizationId}`);
});

const LOOK_ALIKES: [string, string][] = [
  ['a Cyrillic letter', 'm\u0456a@example.com'],
  ['a letter whose lower case is ours', '\u212Aim@example.com'],
  ['letters of full width', '\uff4d\uff49\uff41@example.com'],
  ['something invisible', 'm\u200bia@example.com'],
  ['a mark that turns text around', 'mia\u202e@example.com'],
  ['a domain of look-alikes', 'mia@ex\u0430mple.com'],
  ['a domain of another script', 'mia@b\u00fccher.example'],
  ['a dotless i', 'm\u0131a@example.com'],
];

test.each(LOOK_ALIKES)('E25 an address with %s is refused by name wherever one is typed', async (_, email) => {
  const answer = await nest.open().post('/sign-in', { email });
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('plain Latin letters')]);
  const browser = await nest.byCode(mia);
  const changed = await browser.post('/account/address', { email });
  expect([changed.status, await changed.text()]).toEqual([422, expect.stringContaining('plain Latin letters')]);
  expect(await nest.rows('address_changes')).toEqual([]);
});

test('a domain of another script signs in by its plain form', async () => {
  const answer = await nest.open().post('/sign-in', { email: 'mia@xn--bcher-kva.example' });
  expect(answer.headers.get('location')).toBe('/sign-in/code');
});

test.each([
  ['10,000 characters', `${'m'.repeat(10_000)}@example.com`],
  ['nothing', ''],
  ['two addresses', 'mia@example.com,ada@example.com'],
  ['a line more', 'mia@example.com\r\nBcc: all@example.com'],
])('E25 %s is no address', async (_, email) => {
  const answer = await nest.open().post('/sign-in', { email });
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('Write an e-mail address')]);
});
