import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { newestMails } from '../../platform/mail.ts';
import { createLocation } from '../organizations/organizations.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { peoplePages } from './pages.tsx';
import { createAdministrator, createCompany, createMembership, createUser, membershipOf } from './people.ts';
import { profilePages } from './profile.tsx';
import { NOTHING_ELSEWHERE } from './test-elsewhere.ts';

let core: TestCore;
let site: Site;
let space: Space;
let administrator: Browser;

beforeAll(async () => {
  core = await testCore({ demo: true });
  site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...peoplePages(core, guards, NOTHING_ELSEWHERE),
    ...profilePages(core, guards, NOTHING_ELSEWHERE),
  ]);
});
beforeEach(async () => {
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  administrator = await signedIn(space.administratorId);
});
afterAll(() => core.close());

const made = () => ({ organizationId: space.organizationId, locationId: space.location.id, now: core.now() });
const write = <T>(work: Parameters<typeof core.database.write<T>>[1]) =>
  core.database.write(space.organizationId, work);
const at = () => `/l/${space.location.slug}/community`;
const profile = (customerId: string) => `${at()}/customers/${customerId}`;
const shown = async (browser: Browser, path: string) => await (await browser.get(path)).text();

async function signedIn(userId: string, organizationId = space.organizationId): Promise<Browser> {
  const browser = site.open();
  const link = await createSignInLink(core, { organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

type Person = { userId: string; customerId: string };

async function person(it: Partial<Parameters<typeof createMembership>[1]> = {}): Promise<Person> {
  return await write(async (tx) => {
    const userId = await createUser(tx, { ...made(), name: 'Gus', email: `gus@${newId(core.now())}.example` });
    const { customerId } = await createMembership(tx, { ...made(), userId, name: 'Gus', type: 'member', ...it });
    return { userId, customerId };
  });
}

const asking = () => person({ type: 'nonmember', status: 'requested' });
const company = (name: string) => write((tx) => createCompany(tx, { ...made(), name }));
const membership = ({ userId }: Person) =>
  core.database.read(space.organizationId, (db) => membershipOf(db, space.location.id, userId));
const mails = () => core.database.read(space.organizationId, (db) => newestMails(db, core, 10));

test('S7 a request is approved on the list, once however often, and the person is told where to sign in', async () => {
  const gus = await asking();
  expect(await shown(administrator, `${at()}/members`)).toContain(`action="${profile(gus.customerId)}/approve"`);
  const approve = () => administrator.post(`${profile(gus.customerId)}/approve`, { from: 'members' });
  const answers = await Promise.all([approve(), approve()]);
  expect(answers.map((it) => [it.status, it.headers.get('location')])).toEqual([
    [303, `${at()}/members`],
    [303, `${at()}/members`],
  ]);
  expect(await membership(gus)).toMatchObject({ type: 'member', status: 'active', customerId: gus.customerId });
  expect(await mails()).toMatchObject([{ subject: 'Welcome to Nest Mitte' }]);
  const list = await shown(administrator, `${at()}/members`);
  expect(list).toMatch(/Gus is a member (now|already)\./);
  expect(list).not.toContain('/approve');
});

test('a declined request gives nothing, is said so to the person, and can be made again', async () => {
  const gus = await asking();
  const answer = await administrator.post(`${profile(gus.customerId)}/decline`, { from: 'customer' });
  expect(answer.headers.get('location')).toBe(profile(gus.customerId));
  expect(await shown(administrator, profile(gus.customerId))).toContain('The request of Gus is declined.');
  expect(await membership(gus)).toMatchObject({ type: 'nonmember', status: 'removed' });
  const browser = await signedIn(gus.userId);
  expect(await shown(browser, `/l/${space.location.slug}/join`)).toContain('has not taken up your request');
  await browser.post(`/l/${space.location.slug}/join`);
  expect(await membership(gus)).toMatchObject({ status: 'requested' });
  expect(await mails()).toEqual([]);
});

test('E1 declining from a page that is out of date does not remove a member', async () => {
  const gus = await asking();
  await administrator.post(`${profile(gus.customerId)}/approve`);
  await administrator.post(`${profile(gus.customerId)}/decline`);
  expect(await shown(administrator, profile(gus.customerId))).toContain('Nothing was changed.');
  expect(await membership(gus)).toMatchObject({ type: 'member', status: 'active' });
});

test.each([
  ['removed', { status: 'removed' }, 'Restore membership'],
  ['invited', { status: 'invited' }, 'Make a member'],
  ['no member', { type: 'nonmember' }, 'Make a member'],
] as const)(
  'whoever is %s becomes a member with one button on their page, with the same credits',
  async (_, it, label) => {
    const gus = await person(it);
    const page = await shown(administrator, profile(gus.customerId));
    expect(page).toContain(label);
    expect(page).not.toContain('/decline');
    await administrator.post(`${profile(gus.customerId)}/approve`);
    expect(await membership(gus)).toMatchObject({ type: 'member', status: 'active', customerId: gus.customerId });
    expect(await shown(administrator, profile(gus.customerId))).not.toContain(label);
  },
);

test('a member is put into a company, made its manager, moved and taken out; personal credits stay theirs (E17, E18)', async () => {
  const gus = await person();
  expect(await shown(administrator, profile(gus.customerId))).not.toContain('Save company');
  const [acme, beta] = [await company('Acme'), await company('Beta')];
  const save = async (fields: Record<string, string>) => {
    expect((await administrator.post(`${profile(gus.customerId)}/company`, fields)).status).toBe(303);
    return await shown(administrator, profile(gus.customerId));
  };
  const inAcme = await save({ company: acme.customerId, role: 'member' });
  expect(inAcme).toContain('Gus belongs to Acme now.');
  expect(inAcme).toMatch(new RegExp(`value="${acme.customerId}"[^>]* selected`));
  expect(await save({ company: acme.customerId, role: 'manager' })).toContain('Gus is a manager of Acme now.');
  await save({ company: beta.customerId, role: 'member' });
  expect(await membership(gus)).toMatchObject({
    customerId: gus.customerId,
    company: { name: 'Beta', role: 'member' },
  });
  expect(await save({ company: '', role: 'manager' })).toContain('Gus does not belong to Beta any more.');
  expect(await membership(gus)).toMatchObject({ customerId: gus.customerId, company: undefined });
});

test('only members are put into a company; whoever is none any more can be taken out', async () => {
  const { id, customerId: acme } = await company('Acme');
  const nina = await person({ type: 'nonmember', company: { id, role: 'manager' } });
  const refused = await administrator.post(`${profile(nina.customerId)}/company`, { company: acme, role: 'member' });
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain('Only members belong to a company.');
  expect(await membership(nina)).toMatchObject({ company: { role: 'manager' } });
  await administrator.post(`${profile(nina.customerId)}/company`, { company: '' });
  expect(await membership(nina)).toMatchObject({ company: undefined });
});

test('E25 what no form of ours sends changes nothing', async () => {
  const gus = await person();
  const acme = await company('Acme');
  const save = async (fields: Record<string, string>) =>
    (await administrator.post(`${profile(gus.customerId)}/company`, fields)).status;
  expect(await save({ company: 'x' })).toBe(422);
  expect(await save({ company: acme.customerId, role: 'owner' })).toBe(422);
  expect(await save({ company: acme.id })).toBe(404);
  expect(await save({ company: gus.customerId })).toBe(404);
  expect(await save({ company: acme.customerId, manager: 'yes' })).toBe(400);
  expect(await membership(gus)).toMatchObject({ company: undefined });
  for (const action of ['approve', 'decline', 'company']) {
    // A company is nobody's membership, and an address that is opened changes nothing.
    expect((await administrator.post(`${profile(acme.customerId)}/${action}`)).status).toBe(404);
    expect((await administrator.post(`${profile('x')}/${action}`)).status).toBe(404);
    const opened = await administrator.get(`${profile(gus.customerId)}/${action}`);
    expect([opened.status, opened.headers.get('location')]).toEqual([303, profile(gus.customerId)]);
  }
});

test('E25 people and companies of other locations and organizations are not found', async () => {
  const gus = await asking();
  const acme = await company('Acme');
  const { organizationId, administratorId: userId } = space;
  const there = await write(async (tx) => {
    const where = { name: 'Other', currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en', now: core.now() };
    const location = await createLocation(tx, { ...where, organizationId });
    await createAdministrator(tx, { organizationId, locationId: location.id, userId, areas: ['customers'] });
    const it = { ...made(), locationId: location.id };
    const { customerId } = await createMembership(tx, { ...it, userId, name: 'Ada', type: 'member' });
    return { slug: location.slug, customerId };
  });
  const fields = { company: acme.customerId, role: 'member' };
  const paths = [
    `/l/${there.slug}/community/customers/${gus.customerId}/approve`,
    `/l/${there.slug}/community/customers/${gus.customerId}/decline`,
    `/l/${there.slug}/community/customers/${gus.customerId}/company`,
  ];
  for (const path of paths) {
    expect((await administrator.post(path, path.endsWith('company') ? fields : {})).status).toBe(404);
  }
  const own = `/l/${there.slug}/community/customers/${there.customerId}/company`;
  expect((await administrator.post(own, fields)).status).toBe(404);

  const strangers = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const stranger = await signedIn(strangers.administratorId, strangers.organizationId);
  for (const action of ['approve', 'decline', 'company']) {
    const path = `/l/${strangers.location.slug}/community/customers/${gus.customerId}/${action}`;
    expect((await stranger.post(path)).status).toBe(404);
  }
  expect(await membership(gus)).toMatchObject({ status: 'requested', company: undefined });
});

test('members and administrators of other areas cannot answer or place anybody', async () => {
  const gus = await asking();
  const bill = await person();
  const { organizationId, location } = space;
  const who = { organizationId, locationId: location.id, userId: bill.userId };
  await write((tx) => createAdministrator(tx, { ...who, areas: ['billing', 'analytics', 'settings'] }));
  for (const userId of [bill.userId, gus.userId, space.memberId]) {
    const browser = await signedIn(userId);
    for (const action of ['approve', 'decline', 'company']) {
      expect((await browser.post(`${profile(gus.customerId)}/${action}`)).status).toBe(404);
    }
  }
  expect(await membership(gus)).toMatchObject({ type: 'nonmember', status: 'requested' });
});
