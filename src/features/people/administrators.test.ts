import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { newestMails } from '../../platform/mail.ts';
import { administratorsAt } from './administrators.ts';
import { type Area, areasOf, createAdministrator, createUser, setFirstOwner } from './people.ts';
import { type AddingDesk, addingDesk, errorOf } from './test-adding.ts';

let core: TestCore;
let desk: AddingDesk;
let owner: { userId: string; browser: Browser };

beforeAll(async () => {
  core = await testCore({ demo: true });
});
beforeEach(async () => {
  desk = await addingDesk(core);
  const userId = await desk.write(async (tx) => {
    const id = await createUser(tx, { ...desk.made(), name: 'Otto', email: desk.address('otto') });
    await setFirstOwner(tx, { ...desk.made(), userId: id });
    return id;
  });
  owner = { userId, browser: await desk.signedIn(userId) };
});
afterAll(() => core.close());

const list = () => `/l/${desk.space.location.slug}/settings/administrators`;
const add = (browser: Browser, areas: Area[], fields: Record<string, string> = {}) =>
  browser.post(`${list()}/new`, form({ name: 'Bea', email: desk.address('bea'), ...fields }, areas));
const change = (browser: Browser, userId: string, areas: Area[]) =>
  browser.post(`${list()}/${userId}`, form({}, areas));
const areasNow = (userId: string) =>
  core.database.read(desk.space.organizationId, (db) => areasOf(db, desk.space.location.id, userId));

function form(fields: Record<string, string>, areas: string[]): string {
  return new URLSearchParams([...Object.entries(fields), ...areas.map((area) => ['areas[]', area])]).toString();
}

/** Somebody who looks after some areas only. */
async function administrator(name: string, areas: Area[]): Promise<{ userId: string; browser: Browser }> {
  const userId = await desk.write(async (tx) => {
    const id = await createUser(tx, { ...desk.made(), name, email: desk.address(name.toLowerCase()) });
    await createAdministrator(tx, { ...desk.made(), userId: id, areas });
    return id;
  });
  return { userId, browser: await desk.signedIn(userId) };
}

test('an administrator is added by e-mail with some areas, is told, and looks after those alone', async () => {
  const saved = await add(owner.browser, ['customers', 'analytics']);
  expect([saved.status, saved.headers.get('location')]).toEqual([303, list()]);
  const bea = (await desk.userOf(desk.address('bea')))!;
  expect(await areasNow(bea)).toEqual(['customers', 'analytics']);
  const page = await (await owner.browser.get(list())).text();
  for (const text of ['Bea is an administrator now.', 'Customers and Analytics', 'Everything, at every location']) {
    expect(page).toContain(text);
  }
  const [mail] = await core.database.read(desk.space.organizationId, (db) => newestMails(db, core, 1));
  expect(mail).toMatchObject({ to: desk.address('bea'), subject: 'You look after Nest Mitte now' });
  expect(mail!.body).toContain('Customers and Analytics');
  const hers = await desk.signedIn(bea);
  expect((await hers.get(`${desk.at()}/members`)).status).toBe(200);
  expect((await hers.get(list())).status).toBe(404);
  expect(await desk.membership(bea)).toBeUndefined();
});

test('E1 added twice with the same areas there is one of them; with others it is said where to change them', async () => {
  await add(owner.browser, ['billing']);
  expect((await add(owner.browser, ['billing'])).status).toBe(303);
  const other = await add(owner.browser, ['billing', 'settings']);
  expect(other.status).toBe(422);
  expect(errorOf(await other.text(), 'email')).toContain('who is an administrator here');
  expect(await areasNow((await desk.userOf(desk.address('bea')))!)).toEqual(['billing']);
});

test('S7 a member who becomes an administrator keeps their account, their name and their membership', async () => {
  const { memberId } = desk.space;
  const { email } = await desk.write((tx) =>
    tx.selectFrom('users').select('email').where('id', '=', memberId).executeTakeFirstOrThrow(),
  );
  await add(owner.browser, ['billing'], { name: 'Wrong', email: email.toUpperCase() });
  const mia = (await administrators()).find(({ id }) => id === memberId);
  expect(mia).toMatchObject({ name: 'Mia', areas: ['billing'] });
  expect(await desk.membership(memberId)).toMatchObject({ type: 'member', status: 'active' });
});

const administrators = () =>
  core.database.read(desk.space.organizationId, (db) => administratorsAt(db, desk.space.location.id));

test('nobody raises their own areas, or gives others what they do not look after', async () => {
  const sam = await administrator('Sam', ['settings']);
  for (const areas of [
    ['settings', 'billing'],
    ['customers', 'billing', 'analytics', 'settings'],
  ] as Area[][]) {
    const refused = await change(sam.browser, sam.userId, areas);
    expect(refused.status).toBe(422);
    expect(errorOf(await refused.text(), 'areas')).toContain('never to themselves');
  }
  expect(await areasNow(sam.userId)).toEqual(['settings']);
  expect(errorOf(await (await add(sam.browser, ['billing'])).text(), 'areas')).toContain(
    'You cannot give this: Billing',
  );
  expect(await desk.userOf(desk.address('bea'))).toBeUndefined();
  // What somebody else has already is no gift.
  const bea = await administrator('Bea', ['billing']);
  expect((await change(sam.browser, bea.userId, ['billing', 'settings'])).status).toBe(303);
  expect(await areasNow(bea.userId)).toEqual(['billing', 'settings']);
  const page = await (await sam.browser.get(`${list()}/${sam.userId}`)).text();
  expect(page).toMatch(/id="field-areas-billing"[^>]*disabled/);
  expect(page).toContain('You can give up areas of yours. Others give you more.');
});

test('areas that are taken away count from the next request on, and so does being removed', async () => {
  const bea = await administrator('Bea', ['customers', 'settings']);
  expect((await bea.browser.get(list())).status).toBe(200);
  await change(owner.browser, bea.userId, ['customers']);
  expect((await bea.browser.get(list())).status).toBe(404);
  expect((await bea.browser.get(`${desk.at()}/members`)).status).toBe(200);
  await owner.browser.post(`${list()}/${bea.userId}/remove`);
  expect(await (await owner.browser.get(list())).text()).toContain('Bea is no administrator here any more.');
  expect((await bea.browser.get(`${desk.at()}/members`)).status).toBe(404);
  expect((await owner.browser.post(`${list()}/${bea.userId}/remove`)).status).toBe(404);
});

test('whoever looks after settings can give them up, unless nobody else would', async () => {
  const sam = await administrator('Sam', ['settings', 'billing']);
  const answer = await change(sam.browser, sam.userId, ['billing']);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  // Where an organization has no owner yet, the last one stays.
  const other = await addingDesk(core);
  const path = `/l/${other.space.location.slug}/settings/administrators/${other.space.administratorId}`;
  for (const refused of [
    await other.administrator.post(path, form({}, ['billing'])),
    await other.administrator.post(`${path}/remove`),
  ]) {
    expect(refused.status).toBe(422);
    expect(errorOf(await refused.text(), 'areas')).toContain('Nobody else looks after the settings here.');
  }
});

test('the owner is no row to change or remove', async () => {
  const { userId } = owner;
  const { administrator: ada } = desk;
  for (const refused of [await change(ada, userId, ['billing']), await ada.post(`${list()}/${userId}/remove`)]) {
    expect(refused.headers.get('location')).toBe(`/l/${desk.space.location.slug}/settings/ownership`);
  }
  expect(await areasNow(userId)).toHaveLength(4);
});

test('E25 no areas, unknown ones, strange ids and addresses that only look like others are refused by name', async () => {
  const none = await add(owner.browser, []);
  expect(errorOf(await none.text(), 'areas')).toBe('Choose at least one area.');
  expect((await add(owner.browser, ['everything' as Area])).status).toBe(422);
  const lookalike = await add(owner.browser, ['billing'], { email: 'аda@example.com' });
  expect(errorOf(await lookalike.text(), 'email')).toContain('plain Latin letters');
  const long = await add(owner.browser, ['billing'], { name: 'x'.repeat(10_000) });
  expect(errorOf(await long.text(), 'name')).toBe('At most 120 characters.');
  for (const id of ['nobody', desk.space.memberId, desk.space.location.id]) {
    expect((await owner.browser.get(`${list()}/${id}`)).status).toBe(404);
    expect((await change(owner.browser, id, ['billing'])).status).toBe(404);
  }
});

test('administrators of one location are none of another', async () => {
  const there = await desk.elsewhere();
  const bea = await administrator('Bea', ['settings', 'billing']);
  expect((await bea.browser.get(`/l/${there.slug}/settings/administrators`)).status).toBe(404);
  expect((await bea.browser.post(`/l/${there.slug}/settings/administrators/new`, form({}, ['billing']))).status).toBe(
    404,
  );
});
