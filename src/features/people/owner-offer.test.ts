import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { newestMails } from '../../platform/mail.ts';
import { administratorsAt } from './administrators.ts';
import { ownerOf } from './owner-offer.ts';
import { createUser, setFirstOwner } from './people.ts';
import { type AddingDesk, addingDesk, errorOf } from './test-adding.ts';

const DAY_MS = 86_400_000;

let core: TestCore;
let desk: AddingDesk;
let owner: Browser;
let ownerId: string;

beforeAll(async () => {
  core = await testCore({ demo: true });
});
beforeEach(async () => {
  desk = await addingDesk(core);
  ownerId = await desk.write(async (tx) => {
    const id = await createUser(tx, { ...desk.made(), name: 'Otto', email: desk.address('otto') });
    await setFirstOwner(tx, { ...desk.made(), userId: id });
    return id;
  });
  owner = await desk.signedIn(ownerId);
});
afterAll(() => core.close());

const page = () => `/l/${desk.space.location.slug}/settings/ownership`;
const offer = (organization = 'Nest', userId = desk.space.administratorId) =>
  owner.post(`${page()}/offer`, { userId, organization });
const take = (organization = 'nest ') => desk.administrator.post(`${page()}/take`, { organization });
const ownerNow = async () => (await core.database.read(desk.space.organizationId, ownerOf))!.name;
const read = async (browser: Browser) => await (await browser.get(page())).text();

test('the owner hands the organization over: both type its name, and there is one owner at every moment', async () => {
  expect((await offer()).status).toBe(303);
  expect(await read(owner)).toContain('You have offered the organization to Ada.');
  const [mail] = await core.database.read(desk.space.organizationId, (db) => newestMails(db, core, 1));
  expect(mail!.subject).toBe('You are offered Nest');
  expect(await ownerNow()).toBe('Otto');
  expect(await read(desk.administrator)).toContain('Otto offers you Nest');
  const taken = await take();
  expect([taken.status, taken.headers.get('location')]).toEqual([303, page()]);
  expect(await read(desk.administrator)).toContain('You are the owner of Nest now.');
  expect(await ownerNow()).toBe('Ada');
  const there = await desk.elsewhere();
  // Who was the owner looks after everything that was there, and can be removed like others now.
  const all = await core.database.read(desk.space.organizationId, (db) => administratorsAt(db, desk.space.location.id));
  expect(all.map(({ name, isOwner, areas }) => [name, isOwner, areas.length])).toEqual([
    ['Ada', true, 4],
    ['Otto', false, 4],
  ]);
  expect((await owner.get(page())).status).toBe(404);
  expect((await owner.get(`/l/${there.slug}/settings/administrators`)).status).toBe(404);
});

test('a name that is not typed as it is, and somebody who is no administrator, are refused', async () => {
  const wrong = await offer('Nets');
  expect(wrong.status).toBe(422);
  expect(errorOf(await wrong.text(), 'organization')).toBe('Type the name as it is: Nest');
  for (const userId of [desk.space.memberId, ownerId]) {
    await offer('Nest', userId);
    expect(await read(owner)).toContain('This offer does not stand any more.');
  }
  expect((await offer('Nest', 'nobody')).status).toBe(422);
  await offer();
  expect((await take('')).status).toBe(422);
  expect(await ownerNow()).toBe('Otto');
});

test('an offer can be taken back, declined, and ends by itself; then nothing can be taken', async () => {
  for (const end of [() => owner.post(`${page()}/end`), () => desk.administrator.post(`${page()}/end`)]) {
    await offer();
    await end();
    expect((await take()).status).toBe(404);
  }
  await offer();
  core.clock.advance(8 * DAY_MS);
  expect((await take()).status).toBe(404);
  expect(await ownerNow()).toBe('Otto');
});

test('whoever is no administrator any more cannot take it', async () => {
  await offer();
  await owner.post(`/l/${desk.space.location.slug}/settings/administrators/${desk.space.administratorId}/remove`);
  await take();
  expect(await ownerNow()).toBe('Otto');
});

test('E1 taken twice at once there is one owner, and it is the same', async () => {
  await offer();
  const answers = await Promise.all([take(), take()]);
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  expect(await ownerNow()).toBe('Ada');
});

test('for others there is no such page, and both show a second factor before it opens', async () => {
  await offer();
  const member = await desk.signedIn(desk.space.memberId);
  for (const answer of [await member.get(page()), await member.post(`${page()}/take`, { organization: 'Nest' })]) {
    expect(answer.status).toBe(404);
  }
  await desk.write((tx) => tx.updateTable('sessions').set({ second_factor_at: null }).execute());
  for (const browser of [owner, desk.administrator]) {
    const answer = await browser.get(page());
    expect(answer.headers.get('location')).toBe(`/second-factor?to=${encodeURIComponent(page())}`);
  }
  await take();
  expect(await ownerNow()).toBe('Otto');
});
