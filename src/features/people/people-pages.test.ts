import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { peoplePages } from './pages.tsx';
import { createAdministrator, createCompany, createMembership, createUser, membershipOf } from './people.ts';
import { NOTHING_ELSEWHERE } from './test-elsewhere.ts';

let core: TestCore;
let space: Space;
let site: Site;
let guestId: string;
let number = 0;

beforeAll(async () => {
  core = await testCore();
  space = await someSpace(core);
  site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...peoplePages(core, guards, {
      ...NOTHING_ELSEWHERE,
      balancesOf: async (_db, customerIds) => new Map(customerIds.map((id) => [id, 125_025n])),
    }),
  ]);
});
beforeEach(async () => {
  guestId = await person(`Gus ${++number}`, `gus${number}@example.com`);
});
afterAll(() => core.close());

async function person(name: string, email: string): Promise<string> {
  const { organizationId } = space;
  return await core.database.write(organizationId, (tx) =>
    createUser(tx, { organizationId, name, email, now: core.now() }),
  );
}

async function browserOf(userId: string): Promise<Browser> {
  const browser = site.open();
  const { organizationId } = space;
  await browser.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
  return browser;
}

const membership = (userId: string) =>
  core.database.read(space.organizationId, (db) => membershipOf(db, space.location.id, userId));

async function become(userId: string, it: { type?: 'member' | 'nonmember'; status: 'active' | 'invited' | 'removed' }) {
  const { organizationId, location } = space;
  const made = { organizationId, locationId: location.id, userId, name: 'Gus', now: core.now() };
  await core.database.write(organizationId, (tx) => createMembership(tx, { ...made, type: 'member', ...it }));
}

const text = async (browser: Browser, path: string) => (await browser.get(path)).text();

test('UX-19 S7 whoever is no member learns why there is nothing to buy, and asks to join once', async () => {
  const browser = await browserOf(guestId);
  const before = await text(browser, '/l/nest-mitte/join');
  expect(before).toContain('Only members buy credits.');
  expect(before).toContain('Ask to join');
  const answers = await Promise.all([1, 2, 3].map(() => browser.post('/l/nest-mitte/join')));
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
  expect(await membership(guestId)).toMatchObject({ type: 'nonmember', status: 'requested' });
  const after = await text(browser, '/l/nest-mitte/join');
  expect(after).toContain('Your request is with the team');
  expect(after).not.toContain('Ask to join');
});

test('UX-19 people who are invited, removed or no members have their own sentence', async () => {
  const join = async () => text(await browserOf(guestId), '/l/nest-mitte/join');
  await become(guestId, { status: 'invited' });
  expect(await join()).toContain('You are invited');
  guestId = await person('Rea', 'rea@example.com');
  await become(guestId, { status: 'removed' });
  expect(await join()).toContain('Ask to join again');
  guestId = await person('Nina', 'nina@example.com');
  await become(guestId, { type: 'nonmember', status: 'active' });
  expect(await join()).toContain('you are not a member yet');
});

test('E25 asking does not touch the membership of members and invited people', async () => {
  await become(guestId, { status: 'invited' });
  await (await browserOf(guestId)).post('/l/nest-mitte/join');
  expect(await membership(guestId)).toMatchObject({ type: 'member', status: 'invited' });
  const member = await browserOf(space.memberId);
  expect((await member.get('/l/nest-mitte/join')).headers.get('location')).toBe('/l/nest-mitte/home');
  await member.post('/l/nest-mitte/join');
  expect(await membership(space.memberId)).toMatchObject({ type: 'member', status: 'active' });
});

test('the account page shows who is signed in and the way out', async () => {
  const html = await text(await browserOf(space.memberId), '/l/nest-mitte/more');
  expect(html).toContain('mia@example.com');
  expect(html).toContain('action="/sign-out"');
  expect(html).toMatch(/name="theme" value="system" checked/);
  expect(await text(await browserOf(space.administratorId), '/l/nest-mitte/more')).toContain('app-administrator');
});

test('administrators of customers list people with their status, and find them', async () => {
  await (await browserOf(guestId)).post('/l/nest-mitte/join');
  const administrator = await browserOf(space.administratorId);
  const all = await text(administrator, '/l/nest-mitte/community/members');
  const { customerId } = (await membership(space.memberId))!;
  expect(all).toContain(`href="/l/nest-mitte/community/customers/${customerId}"`);
  expect(all).toContain('1,250.25');
  expect(all).toContain('Asks to join');
  expect(all).toContain('href="/l/nest-mitte/community/credit-packages"');
  expect(all.indexOf('Gus')).toBeLessThan(all.indexOf('>Mia<'));
  const found = await text(administrator, '/l/nest-mitte/community/members?search=MIA@');
  expect(found).toContain('>Mia<');
  expect(found).not.toContain('>Gus');
  expect(found).toContain('value="MIA@"');
});

test.each(['%25', '_', '%00', "'; drop table users;--", '%3Cscript%3E', 'x'.repeat(5_000)])(
  'E25 what is searched for is text and no pattern: %s',
  async (search) => {
    const answer = await (await browserOf(space.administratorId)).get(
      `/l/nest-mitte/community/members?search=${search}`,
    );
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).not.toContain('<script>');
    if (search !== '%00') expect(html).toContain('Nothing found');
  },
);

test('companies are listed with their people; before there are any the page says what belongs there', async () => {
  const administrator = await browserOf(space.administratorId);
  expect(await text(administrator, '/l/nest-mitte/community/companies')).toContain('No companies yet');
  const { organizationId, location } = space;
  const made = { organizationId, locationId: location.id, now: core.now() };
  const { customerId } = await core.database.write(organizationId, async (tx) => {
    const company = await createCompany(tx, { ...made, name: 'Acme' });
    const it = { ...made, name: 'Gus', userId: guestId, type: 'member' as const };
    await createMembership(tx, { ...it, company: { id: company.id, role: 'manager' } });
    return company;
  });
  const html = await text(administrator, '/l/nest-mitte/community/companies?search=acm');
  expect(html).toContain(`href="/l/nest-mitte/community/customers/${customerId}"`);
  expect(await text(administrator, '/l/nest-mitte/community/members?search=acme')).toContain(`Gus ${number}`);
});

test('for members and administrators of other areas there are no lists of people', async () => {
  const { organizationId, location } = space;
  const who = { organizationId, locationId: location.id, userId: guestId };
  await core.database.write(organizationId, (tx) => createAdministrator(tx, { ...who, areas: ['billing'] }));
  for (const userId of [space.memberId, guestId]) {
    const browser = await browserOf(userId);
    expect((await browser.get('/l/nest-mitte/community/members')).status).toBe(404);
    expect((await browser.get('/l/nest-mitte/community/companies')).status).toBe(404);
  }
});
