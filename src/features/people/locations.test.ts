import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { newId } from '../../platform/ids.ts';
import { locationsOf } from '../organizations/organizations.ts';
import { createUser, setFirstOwner } from './people.ts';
import { type AddingDesk, addingDesk, errorOf } from './test-adding.ts';

let core: TestCore;
let desk: AddingDesk;
let owner: Browser;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  desk = await addingDesk(core);
  const userId = await desk.write(async (tx) => {
    const id = await createUser(tx, { ...desk.made(), name: 'Otto', email: desk.address('otto') });
    await setFirstOwner(tx, { ...desk.made(), userId: id });
    return id;
  });
  owner = await desk.signedIn(userId);
});
afterAll(() => core.close());

const NEW = { name: 'Nest Köln', slug: '', currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'de-DE' };
const list = (slug = desk.space.location.slug) => `/l/${slug}/settings/locations`;
const add = (fields: Record<string, string> = {}, browser = owner, at = list()) =>
  browser.post(`${at}/new`, { id: newId(core.now()), ...NEW, ...fields });
const change = (fields: Record<string, string>, slug = desk.space.location.slug) =>
  desk.administrator.post(`/l/${slug}/settings/location`, {
    ...{ name: 'Nest Mitte', slug, timeZone: 'Europe/Berlin', locale: 'en-GB' },
    ...fields,
  });
const all = () => core.database.read(desk.space.organizationId, locationsOf);
const read = async (path: string, browser = owner) => await (await browser.get(path)).text();

test('the owner adds a location, whose currency is its own, and looks after it at once', async () => {
  const saved = await add({ currency: 'JPY', timeZone: 'Asia/Tokyo' });
  expect([saved.status, saved.headers.get('location')]).toEqual([303, list('nest-koln')]);
  const page = await read(list('nest-koln'));
  for (const text of ['Nest Köln is added.', 'JPY', 'Asia/Tokyo', 'You are here']) expect(page).toContain(text);
  expect(await read('/l/nest-koln/community/members')).toContain('Nobody is here yet');
  expect((await desk.administrator.get('/l/nest-koln/community/members')).status).toBe(404);
});

test('E1 a form that is sent twice adds one location', async () => {
  const id = newId(core.now());
  const answers = await Promise.all([add({ id }), add({ id })]);
  expect(answers.map((answer) => answer.headers.get('location'))).toEqual([list('nest-koln'), list('nest-koln')]);
  expect(await all()).toHaveLength(2);
});

test('nobody but the owner adds one', async () => {
  expect((await desk.administrator.get(`${list()}/new`)).status).toBe(404);
  expect((await add({}, desk.administrator)).status).toBe(404);
  expect(await read(list(), desk.administrator)).toContain('The owner of the organization adds locations.');
  expect(await all()).toHaveLength(1);
});

test('whoever looks after settings changes name, address, zone and language; the currency stays, with the reason', async () => {
  const { slug: before } = desk.space.location;
  const saved = await change({ name: 'Nest Nord', slug: 'nord', timeZone: 'Europe/Lisbon', locale: 'pt-PT' }, before);
  expect(saved.headers.get('location')).toBe(list('nord'));
  expect((await all())[0]).toMatchObject({
    name: 'Nest Nord',
    slug: 'nord',
    timeZone: 'Europe/Lisbon',
    locale: 'pt-PT',
    currency: 'EUR',
  });
  const refused = await desk.administrator.post('/l/nord/settings/location', {
    ...{ name: 'Nest', slug: 'nord', timeZone: 'Europe/Lisbon', locale: 'en-GB', currency: 'USD' },
  });
  expect(refused.status).toBe(422);
  expect(errorOf(await refused.text(), 'currency')).toContain('The currency stays EUR');
});

test('an address that a location had leads on to the new one, and nobody else gets it', async () => {
  const { slug: before } = desk.space.location;
  await change({ slug: 'nord' }, before);
  const led = await owner.get(`/l/${before}/community/members?search=mia`);
  expect([led.status, led.headers.get('location')]).toEqual([303, '/l/nord/community/members?search=mia']);
  await add({ name: desk.space.location.name }, owner, list('nord'));
  expect((await all()).map(({ slug }) => slug).sort()).toEqual([`${before}-2`, 'nord']);
  expect(errorOf(await (await add({ slug: before }, owner, list('nord'))).text(), 'slug')).toBe(
    'Another location has this address, or had it.',
  );
  // It can have the one back that it had.
  await change({ slug: before }, 'nord');
  expect((await owner.get('/l/nord/more')).headers.get('location')).toBe(`/l/${before}/more`);
  expect((await owner.get(list(before))).status).toBe(200);
});

test('E25 what is no name, address, currency, zone or language is refused by name, and nothing is written', async () => {
  const wrong: [Record<string, string>, string, string][] = [
    [{ name: ' ' }, 'name', 'Write a name.'],
    [{ name: 'x'.repeat(10_000) }, 'name', 'At most 120 characters.'],
    [{ slug: 'Café Nest' }, 'slug', 'Small letters from a to z, digits and single hyphens between them; at most 60.'],
    [{ slug: desk.space.location.slug }, 'slug', 'Another location has this address, or had it.'],
    [{ currency: 'EURO' }, 'currency', 'Choose a currency from the list.'],
    [{ timeZone: 'Europe/Atlantis' }, 'timeZone', 'Choose a time zone from the list.'],
    [{ timeZone: '+02:00' }, 'timeZone', 'Choose a time zone from the list.'],
    [{ locale: 'xx-klingon-x' }, 'locale', 'Choose a language from the list.'],
  ];
  for (const [fields, field, sentence] of wrong) {
    const refused = await add(fields);
    expect([refused.status, errorOf(await refused.text(), field)]).toEqual([422, sentence]);
  }
  expect((await add({ id: 'x' })).status).toBe(404);
  expect(await all()).toHaveLength(1);
});

test('people with several locations switch between them where they can go; others have no switch', async () => {
  const members = `/l/${desk.space.location.slug}/community/members`;
  expect(await read(members)).not.toContain('Switch location');
  const there = await desk.elsewhere();
  const page = await read(members, desk.administrator);
  expect(page).toContain('Switch location');
  expect(page).toContain(`href="/l/${there.slug}/community/members"`);
  // The owner looks after everything, and begins with the packages.
  expect(await read(members)).toContain(`href="/l/${there.slug}/community/credit-packages"`);
  const mia = await desk.signedIn(desk.space.memberId);
  expect(await read(`/l/${desk.space.location.slug}/more`, mia)).not.toContain('Switch location');
});
