import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { newestMails } from '../../platform/mail.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { createAdministrator, createCompany, managersOf, setFirstOwner } from './people.ts';
import { type StandingDesk, standingDesk } from './test-standing.ts';

let core: TestCore;
let desk: StandingDesk;

beforeAll(async () => {
  core = await testCore({ demo: true });
});
beforeEach(async () => {
  desk = await standingDesk(core, 4_200n);
});
afterAll(() => core.close());

const company = (name: string) => desk.write((tx) => createCompany(tx, { ...desk.made(), name }));
const join = () => `/l/${desk.space.location.slug}/join`;
const onlyMembers = () => `/l/${desk.space.location.slug}/only-members`;

test('S7 a member who is removed cannot enter as one, is told why, and can once restored; the credits freeze and thaw with it', async () => {
  const gus = await desk.person();
  const browser = await desk.signedIn(gus.userId);
  expect((await browser.get(onlyMembers())).status).toBe(200);

  const removed = await desk.remove(gus);
  expect([removed.status, removed.headers.get('location')]).toEqual([303, desk.profile(gus.customerId)]);
  expect(await desk.shown(desk.profile(gus.customerId))).toContain('Gus is removed from Nest Mitte.');
  expect(await desk.membership(gus)).toMatchObject({ type: 'member', status: 'removed', customerId: gus.customerId });
  expect((await browser.get(onlyMembers())).headers.get('location')).toBe(join());
  expect(await (await browser.get(join())).text()).toContain('Your membership of Nest Mitte has ended.');

  const restored = await desk.restore(gus);
  expect([restored.status, restored.headers.get('location')]).toEqual([303, desk.profile(gus.customerId)]);
  expect(await desk.shown(desk.profile(gus.customerId))).toContain('Gus is a member again.');
  expect(await desk.membership(gus)).toMatchObject({ type: 'member', status: 'active', customerId: gus.customerId });
  expect((await browser.get(onlyMembers())).status).toBe(200);

  const it = { customerId: gus.customerId, actorUserId: desk.space.administratorId };
  expect(desk.told).toMatchObject([
    { ...it, removed: true },
    { ...it, removed: false },
  ]);
  expect(new Set(desk.told.map(({ key }) => key)).size).toBe(2);
  expect(await core.database.read(desk.space.organizationId, (db) => newestMails(db, core, 10))).toEqual([]);
});

test('E1 removing and restoring are done once, however often the button is pressed, and each press tells the same', async () => {
  const gus = await desk.person();
  const removals = await Promise.all(Array.from({ length: 4 }, () => desk.remove(gus)));
  removals.push(await desk.remove(gus));
  expect(removals.map(({ status }) => status)).toEqual(removals.map(() => 303));
  expect(await desk.shown(desk.profile(gus.customerId))).toContain('Gus is removed from Nest Mitte.');
  expect(desk.told).toMatchObject([{ removed: true }]);
  await Promise.all(Array.from({ length: 4 }, () => desk.restore(gus)));
  await desk.restore(gus);
  expect(await desk.shown(desk.profile(gus.customerId))).toContain('Gus is a member again.');
  expect(desk.told).toMatchObject([{ removed: true }, { removed: false }]);
});

test('E1 when two administrators disagree at the same instant the credits are frozen exactly if the person is removed', async () => {
  const gus = await desk.person();
  await Promise.all(Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? desk.remove(gus) : desk.restore(gus))));
  desk.told.forEach(({ removed }, index) => {
    expect(removed).toBe(index % 2 === 0);
  });
  const { status } = (await desk.membership(gus))!;
  expect(status).toBe(desk.told.at(-1)!.removed ? 'removed' : 'active');
});

test('what cannot be frozen is not removed: both happen in one transaction', async () => {
  const gus = await desk.person();
  desk.also.do = async () => {
    throw new Error('the ledger says no');
  };
  await expect(desk.remove(gus)).rejects.toThrow('the ledger says no');
  expect(await desk.membership(gus)).toMatchObject({ status: 'active' });
});

test('whoever writes down that a person did something need not wait for their removal, so neither waits in a circle', async () => {
  const gus = await desk.person();
  desk.also.do = async () => {
    await createSignInLink(core, { organizationId: desk.space.organizationId, userId: gus.userId });
  };
  expect((await desk.remove(gus)).status).toBe(303);
});

test('a company manager who is removed keeps the place, is told nothing meanwhile, and has it again', async () => {
  const acme = await company('Acme');
  const gus = await desk.person({ company: { id: acme.id, role: 'manager' } });
  const told = () => core.database.read(desk.space.organizationId, (db) => managersOf(db, acme.customerId));
  expect(await desk.shown(`${desk.profile(gus.customerId)}/remove`)).toContain('Acme has no other manager');
  await desk.remove(gus);
  expect(await told()).toEqual([]);
  expect(await desk.shown(desk.profile(acme.customerId))).toContain('Nobody belongs');
  const account = await (await desk.signedIn(gus.userId)).get(`/l/${desk.space.location.slug}/more`);
  expect(await account.text()).not.toContain('Acme');
  await desk.restore(gus);
  expect(await told()).toMatchObject([{ id: gus.userId }]);
  expect(await desk.membership(gus)).toMatchObject({ company: { name: 'Acme', role: 'manager' } });
  // The company's own credits froze at no time.
  expect(desk.told.map(({ customerId }) => customerId)).toEqual([gus.customerId, gus.customerId]);
});

test('before anything happens the page names the person, the credits, the company and what stays', async () => {
  const acme = await company('Acme <Co>');
  await desk.person({ name: 'Zoe', company: { id: acme.id, role: 'manager' } });
  const gus = await desk.person({ company: { id: acme.id, role: 'manager' } });
  const path = desk.profile(gus.customerId);
  expect(await desk.shown(path)).toContain(`href="${path}/remove"`);
  const page = await desk.shown(`${path}/remove`);
  expect(page).toMatch(/<h1[^>]*>Remove Gus from Nest Mitte\?<\/h1>/);
  expect(page).toContain('Gus can no longer sign in to Nest Mitte as a member, buy credits or use them.');
  expect(page).toContain('The 42 credits stay and are frozen; their expiry goes on.');
  expect(page).toContain('gets back the place in Acme &lt;Co&gt;');
  expect(page).not.toContain('no other manager');
  expect(page).not.toContain('administrator of');
  expect(page).toContain(`action="${path}/remove"`);
  expect(await desk.membership(gus)).toMatchObject({ status: 'active' });
  expect(desk.told).toEqual([]);
});

test.each([0n, 100n])('a balance of %s hundredths is spoken of rightly before removing', async (creditsMinor) => {
  desk = await standingDesk(core, creditsMinor);
  const gus = await desk.person();
  const page = await desk.shown(`${desk.profile(gus.customerId)}/remove`);
  if (creditsMinor === 0n) expect(page).not.toContain('frozen');
  else expect(page).toContain('The 1 credit stays and is frozen; its expiry goes on.');
});

test('removing an administrator or the owner ends the membership only, and the page says so', async () => {
  const { organizationId, location } = desk.space;
  const gus = await desk.person();
  const it = { organizationId, locationId: location.id, userId: gus.userId };
  await desk.write((tx) => createAdministrator(tx, { ...it, areas: ['billing'] }));
  const zoe = await desk.person({ name: 'Zoe' });
  await desk.write((tx) => setFirstOwner(tx, { organizationId, userId: zoe.userId }));
  for (const [who, name] of [
    [gus, 'Gus'],
    [zoe, 'Zoe'],
  ] as const) {
    expect(await desk.shown(`${desk.profile(who.customerId)}/remove`)).toContain(
      `${name} is an administrator of Nest Mitte too, and stays one: only the membership ends.`,
    );
    expect((await desk.remove(who)).status).toBe(303);
  }
  const owner = await desk.signedIn(zoe.userId);
  expect((await owner.get(`${desk.at()}/members`)).status).toBe(200);
  expect((await owner.get(onlyMembers())).headers.get('location')).toBe(join());
});
