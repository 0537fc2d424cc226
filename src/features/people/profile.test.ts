import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createLocation } from '../organizations/organizations.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { createAdministrator, createCompany, createMembership, createUser, membershipOf } from './people.ts';
import { profilePages } from './profile.tsx';
import { NOTHING_ELSEWHERE } from './test-elsewhere.ts';

let core: TestCore;
let site: Site;
let space: Space;
let company: { id: string; customerId: string };

beforeAll(async () => {
  core = await testCore();
  site = siteOf(core, (guards) => [...signInPages(core, guards), ...profilePages(core, guards, NOTHING_ELSEWHERE)]);
});
beforeEach(async () => {
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const made = { organizationId: space.organizationId, locationId: space.location.id, now: core.now() };
  company = await write((tx) => createCompany(tx, { ...made, name: 'Acme <Co>' }));
});
afterAll(() => core.close());

const write = <T>(work: Parameters<typeof core.database.write<T>>[1]) =>
  core.database.write(space.organizationId, work);

async function signedIn(userId: string): Promise<Browser> {
  const browser = site.open();
  const link = await createSignInLink(core, { organizationId: space.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

/** Somebody new at the company; answers their customer. */
async function person(name: string, role: 'manager' | 'member', status: 'active' | 'removed' = 'active') {
  const made = { organizationId: space.organizationId, locationId: space.location.id, now: core.now(), name };
  return await write(async (tx) => {
    const userId = await createUser(tx, { ...made, email: `${name}@${newId(core.now())}.example` });
    return await createMembership(tx, { ...made, userId, type: 'member', status, company: { id: company.id, role } });
  });
}

const profile = (customerId: string) => `/l/${space.location.slug}/community/customers/${customerId}`;

test('the page of a member says who they are and leads to their company, credits and payments', async () => {
  const { customerId } = await person('Bo', 'member');
  const html = await (await (await signedIn(space.administratorId)).get(profile(customerId))).text();
  expect(html).toMatch(/<h1[^>]*>Bo<\/h1>/);
  expect(html).toContain('bo@');
  expect(html).toContain('10 Mar 2026');
  expect(html).toContain(`<a href="${profile(company.customerId)}">Acme &lt;Co&gt;</a>`);
  for (const tab of ['', '/credits', '/payments']) expect(html).toContain(`href="${profile(customerId)}${tab}"`);
  expect(html).toContain(`href="/l/${space.location.slug}/community/members"`);
});

test('the page of a company lists its people, managers first, without those who were removed', async () => {
  const administrator = await signedIn(space.administratorId);
  expect(await (await administrator.get(profile(company.customerId))).text()).toContain('Nobody belongs');
  await person('Al', 'member');
  await person('Zoe', 'manager');
  await person('Gone', 'member', 'removed');
  const html = await (await administrator.get(profile(company.customerId))).text();
  expect(html).toMatch(/<h1[^>]*>Acme &lt;Co&gt;<\/h1>/);
  expect(html.indexOf('zoe@')).toBeLessThan(html.indexOf('al@'));
  expect(html).toContain('zoe@');
  expect(html).not.toContain('Gone');
});

test('people of other locations and organizations are not found, and members find nobody (E25)', async () => {
  const { organizationId, location, administratorId, memberId } = space;
  const mia = (await core.database.read(organizationId, (db) => membershipOf(db, location.id, memberId)))!.customerId;
  expect((await (await signedIn(memberId)).get(profile(mia))).status).toBe(404);
  const administrator = await signedIn(administratorId);
  for (const id of ['x', newId(core.now()), mia.toUpperCase(), '%00']) {
    expect((await administrator.get(profile(id))).status).toBe(404);
  }
  const elsewhere = await write(async (tx) => {
    const where = { name: 'Other', currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en', now: core.now() };
    const there = await createLocation(tx, { ...where, organizationId });
    await createAdministrator(tx, {
      organizationId,
      locationId: there.id,
      userId: administratorId,
      areas: ['customers'],
    });
    return there;
  });
  expect((await administrator.get(profile(mia))).status).toBe(200);
  expect((await administrator.get(`/l/${elsewhere.slug}/community/customers/${mia}`)).status).toBe(404);
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  expect((await (await signedIn(space.administratorId)).get(profile(mia))).status).toBe(404);
});
