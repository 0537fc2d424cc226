import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { newId } from '../../platform/ids.ts';
import { createLocation } from '../organizations/organizations.ts';
import { createAdministrator, createCompany } from './people.ts';
import { type StandingDesk, standingDesk } from './test-standing.ts';

let core: TestCore;
let desk: StandingDesk;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  desk = await standingDesk(core, 4_200n);
});
afterAll(() => core.close());

const list = (query = '') => desk.shown(`${desk.at()}/members${query}`);

test('whoever is no member is taken off the list too, and put back on it as no member, or made one', async () => {
  const nina = await desk.person({ name: 'Nina', type: 'nonmember' });
  const path = desk.profile(nina.customerId);
  expect(await desk.shown(`${path}/remove`)).toContain('Nina is taken off the list of Nest Mitte.');
  await desk.remove(nina, 'nonmember');
  expect(await desk.membership(nina)).toMatchObject({ type: 'nonmember', status: 'removed' });
  const page = await desk.shown(path);
  for (const label of ['Make a member', 'Put back on the list']) expect(page).toContain(label);
  await desk.restore(nina);
  expect(await desk.shown(path)).toContain('Nina is on the list again, and is not a member.');
  expect(await desk.membership(nina)).toMatchObject({ type: 'nonmember', status: 'active' });
  await desk.remove(nina, 'nonmember');
  await desk.administrator.post(`${path}/approve`);
  expect(await desk.membership(nina)).toMatchObject({ type: 'member', status: 'active' });
  expect(desk.told.map(({ removed }) => removed)).toEqual([true, false, true, false]);
});

test('whoever was removed and asks again stays frozen until approved; declined they are removed as before', async () => {
  const gus = await desk.person();
  await desk.remove(gus);
  const browser = await desk.signedIn(gus.userId);
  await browser.post(`/l/${desk.space.location.slug}/join`);
  expect(desk.told.map(({ removed }) => removed)).toEqual([true]);
  await desk.administrator.post(`${desk.profile(gus.customerId)}/decline`);
  expect(await desk.membership(gus)).toMatchObject({ status: 'removed' });
  await browser.post(`/l/${desk.space.location.slug}/join`);
  await desk.administrator.post(`${desk.profile(gus.customerId)}/approve`);
  expect(await desk.membership(gus)).toMatchObject({ type: 'member', status: 'active' });
  expect(desk.told.map(({ removed }) => removed)).toEqual([true, true, false]);
  expect(new Set(desk.told.map(({ key }) => key)).size).toBe(3);
});

test('a member who was no member before is told as no removal that ended', async () => {
  const nina = await desk.person({ type: 'nonmember' });
  await desk.administrator.post(`${desk.profile(nina.customerId)}/approve`);
  expect(desk.told).toEqual([]);
});

test('E1 from a page that is out of date nobody is removed or restored who stands otherwise by now', async () => {
  const { slug } = desk.space.location;
  const nina = await desk.person({ name: 'Nina', type: 'nonmember' });
  const path = desk.profile(nina.customerId);
  await (await desk.signedIn(nina.userId)).post(`/l/${slug}/join`);
  for (const press of [() => desk.remove(nina, 'nonmember'), () => desk.restore(nina)]) {
    const answer = await press();
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
    expect(await desk.shown(path)).toContain(
      'The membership of Nina has changed meanwhile, as you see here. Nothing was done.',
    );
  }
  expect(await desk.membership(nina)).toMatchObject({ type: 'nonmember', status: 'requested' });
  await desk.administrator.post(`${path}/approve`);
  desk.told.length = 0;
  await desk.remove(nina, 'nonmember');
  expect(await desk.shown(path)).toContain('Nothing was done.');
  expect(await desk.membership(nina)).toMatchObject({ type: 'member', status: 'active' });
  expect(desk.told).toEqual([]);
  const opened = await desk.administrator.get(
    `${desk.profile((await desk.person({ status: 'invited' })).customerId)}/remove`,
  );
  expect(opened.status).toBe(303);
});

test('the list leaves out who was removed, and has them in a list of their own that is searched too', async () => {
  const gus = await desk.person({ name: 'Gus' });
  expect(await list()).not.toContain('Lists of people');
  expect(await list('?show=removed')).toContain('Nobody is removed');
  await desk.remove(gus);
  const line = `customer-${gus.customerId}`;
  const listed = await list();
  expect(listed).not.toContain(line);
  expect(listed).toContain('?show=removed');
  expect(await list('?show=removed')).toContain(line);
  const mia = await list('?show=removed&search=mia');
  expect(mia).toContain('Nothing found');
  expect(mia).toContain('<input type="hidden" name="show" value="removed"/>');
  expect(await list('?search=gus')).toContain('?show=removed&amp;search=gus');
  await desk.restore(gus);
  expect(await list()).toContain(line);
});

test('adding the address of somebody who was removed leads to the page that restores them', async () => {
  const gus = await desk.person();
  await desk.remove(gus);
  const form = `${desk.at()}/members/new`;
  const id = /name="id" value="([^"]+)"/.exec(await desk.shown(form))![1]!;
  const { email } = await desk.write((tx) =>
    tx.selectFrom('users').select('email').where('id', '=', gus.userId).executeTakeFirstOrThrow(),
  );
  const answer = await desk.administrator.post(form, { id, name: 'Gus', email, type: 'member' });
  expect(answer.status).toBe(422);
  const html = await answer.text();
  expect(html).toContain('who was removed or declined. Bring them back on their page.');
  expect(html).toContain(desk.profile(gus.customerId));
});

test('E25 what no form of ours sends changes nothing, and a company is nobody who could be removed', async () => {
  const gus = await desk.person();
  const acme = await desk.write((tx) => createCompany(tx, { ...desk.made(), name: 'Acme' }));
  const post = async (path: string, fields: Record<string, string> = {}) =>
    (await desk.administrator.post(path, fields)).status;
  const path = desk.profile(gus.customerId);
  expect(await post(`${path}/remove`)).toBe(404);
  expect(await post(`${path}/remove`, { type: 'owner' })).toBe(404);
  expect(await post(`${path}/remove`, { type: 'member', status: 'active' })).toBe(400);
  expect(await post(`${path}/restore`, { type: 'member' })).toBe(400);
  for (const id of [acme.customerId, 'x', newId(core.now())]) {
    expect(await post(`${desk.profile(id)}/remove`, { type: 'member' })).toBe(404);
    expect(await post(`${desk.profile(id)}/restore`)).toBe(404);
    expect((await desk.administrator.get(`${desk.profile(id)}/remove`)).status).toBe(404);
  }
  const opened = await desk.administrator.get(`${path}/restore`);
  expect([opened.status, opened.headers.get('location')]).toEqual([303, path]);
  expect(await desk.membership(gus)).toMatchObject({ type: 'member', status: 'active' });
  expect(desk.told).toEqual([]);
});

test('E25 nobody of another location or organization is removed or restored, and other people may not', async () => {
  const gus = await desk.person();
  const { organizationId, location, administratorId, memberId } = desk.space;
  const bill = await desk.person({ name: 'Bill' });
  const elsewhere = await desk.write(async (tx) => {
    const where = { name: 'Other', currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en', now: core.now() };
    const there = await createLocation(tx, { ...where, organizationId });
    const it = { organizationId, locationId: there.id, userId: administratorId };
    await createAdministrator(tx, { ...it, areas: ['customers'] });
    const areas = ['billing', 'analytics', 'settings'] as const;
    await createAdministrator(tx, { ...it, locationId: location.id, userId: bill.userId, areas });
    return there;
  });
  const strangers = await standingDesk(core, 0n);
  const attempts = [
    [desk.administrator, elsewhere.slug],
    [strangers.administrator, strangers.space.location.slug],
    [await desk.signedIn(bill.userId), location.slug],
    [await desk.signedIn(memberId), location.slug],
    [await desk.signedIn(gus.userId), location.slug],
  ] as const;
  for (const [browser, slug] of attempts) {
    const path = `/l/${slug}/community/customers/${gus.customerId}`;
    expect((await browser.post(`${path}/remove`, { type: 'member' })).status).toBe(404);
    expect((await browser.post(`${path}/restore`)).status).toBe(404);
    expect((await browser.get(`${path}/remove`)).status).toBe(404);
  }
  expect(await desk.membership(gus)).toMatchObject({ status: 'active' });
  expect([...desk.told, ...strangers.told]).toEqual([]);
});
