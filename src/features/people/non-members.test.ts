import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { type App, createApp } from '../../app.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { emailAddress } from './email-address.ts';
import { createMembership, createUser, organizationsOfAddress } from './people.ts';

const OWN_SITE = { 'sec-fetch-site': 'same-origin' };

let core: TestCore;
let app: App;
let space: Space;
let noa: Browser;

beforeAll(async () => {
  core = await testCore();
  app = createApp(core);
  space = await someSpace(core);
  const made = { organizationId: space.organizationId, locationId: space.location.id, now: core.now() };
  const userId = await core.database.write(space.organizationId, async (tx) => {
    const id = await createUser(tx, { ...made, name: 'Noa', email: 'noa@example.com' });
    await createMembership(tx, { ...made, userId: id, name: 'Noa', type: 'nonmember' });
    return id;
  });
  noa = browserOn(core, app.http);
  const { organizationId } = space;
  await noa.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname, {}, OWN_SITE);
});
afterAll(() => core.close());

const pathOf = (pattern: string) =>
  pattern.replace(':location', space.location.slug).replaceAll(/:[a-z]\w*/gi, space.memberId);

test('S7 who is no member sees nothing of the space: members’ pages lead to joining, administrators’ are not there', async () => {
  const wrong: string[] = [];
  for (const { method, path, access } of app.routes) {
    if (access !== 'member' && !access.startsWith('administrator')) continue;
    const at = pathOf(path);
    const answer = method === 'GET' ? await noa.get(at) : await noa.post(at, {}, OWN_SITE);
    const isToJoin = answer.status === 303 && answer.headers.get('location') === `/l/${space.location.slug}/join`;
    if (access === 'member' ? !isToJoin : answer.status !== 404) wrong.push(`${method} ${at}: ${answer.status}`);
  }
  expect(wrong).toEqual([]);
});

test('S7 the pages that are open to who is no member name nobody else', async () => {
  for (const path of ['/join', '/more', '/more/data', '/invitations', '/notifications', '/account']) {
    const answer = await noa.get(`/l/${space.location.slug}${path}`);
    expect(answer.status, path).toBe(200);
    const html = await answer.text();
    for (const other of ['Mia', 'Ada', 'mia@example.com', 'ada@example.com']) expect(html, path).not.toContain(other);
  }
});

test('S7 their request, its answer and the reason are on the page that shows how to join', async () => {
  const join = `/l/${space.location.slug}/join`;
  const read = async () => await (await noa.get(join)).text();
  await noa.post(join, {}, OWN_SITE);
  expect(await read()).toContain('Your request is with the team');
  await core.database.write(space.organizationId, (tx) =>
    tx.updateTable('memberships').set({ status: 'removed' }).where('type', '=', 'nonmember').execute(),
  );
  expect(await read()).toContain('has not taken up your request');
});

test('E25 addresses that only look like another are refused by name, in every script and form', () => {
  const lookalikes = [
    'аda@example.com', // a Cyrillic a
    'ada@exаmple.com',
    'ada@eхample.com', // a Cyrillic x
    'аdа@еxаmple.com',
    'ada@ex\u0430mple.com',
    '\uFF41da@example.com', // full-width
    'ada@example。com',
    'ad\u0061\u0308@example.com', // with a mark
    'ada\u200b@example.com',
    'ada\u202e@example.com',
    'ıda@example.com', // a dotless i
    'ada@example.\u212Aom', // the sign of Kelvin
    'αda@example.com',
    'ada@exa\u1E41ple.com',
  ];
  for (const typed of lookalikes) {
    const { error } = emailAddress.safeParse(typed);
    expect([typed, error?.issues[0]?.message]).toEqual([typed, 'email-letters']);
  }
  expect(emailAddress.parse(' ADA@Example.COM ')).toBe('ada@example.com');
  // A domain of another script is written as it travels, and nobody takes it for another.
  expect(emailAddress.parse('ada@xn--exmple-4nf.com')).toBe('ada@xn--exmple-4nf.com');
});

test('S7 whoever is known in another organization first is nobody here: each has accounts of its own', async () => {
  const other = await someSpace(core, { name: 'Byte', domain: 'example.com' });
  const found = await organizationsOfAddress(core.database, 'ada@example.com');
  expect(new Set(found.map(({ organizationId }) => organizationId))).toEqual(
    new Set([space.organizationId, other.organizationId]),
  );
  expect(new Set(found.map(({ userId }) => userId)).size).toBe(2);
  // Whoever is signed in here has no place there.
  expect((await noa.get(`/l/${other.location.slug}-2/join`)).status).toBe(404);
});
