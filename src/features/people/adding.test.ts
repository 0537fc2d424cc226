import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { newId } from '../../platform/ids.ts';
import { newestMails } from '../../platform/mail.ts';
import { createAdministrator, createCompany, createMembership, createUser } from './people.ts';
import { type AddingDesk, addingDesk, errorOf } from './test-adding.ts';

let core: TestCore;
let desk: AddingDesk;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  desk = await addingDesk(core);
});
afterAll(() => core.close());

test('S7 an added member signs in and is let in where only members are; a non-member is not', async () => {
  const added = await desk.addMember({ name: ' Bo  Berg ', email: ` ${desk.address('Bo.Berg').replace('Bo', 'BO')} ` });
  expect(added.status).toBe(303);
  const page = await (await desk.administrator.get(added.headers.get('location')!)).text();
  expect(page).toMatch(/<h1[^>]*>Bo Berg<\/h1>/);
  expect(page).toContain('Bo Berg is a member now.');
  const bo = (await desk.userOf(desk.address('bo.berg')))!;
  expect(await desk.membership(bo)).toMatchObject({ type: 'member', status: 'active', company: undefined });
  const only = `/l/${desk.space.location.slug}/only-members`;
  expect(await (await (await desk.signedIn(bo)).get(only)).text()).toBe('welcome');

  await desk.addMember({ name: 'Nina', email: desk.address('nina'), type: 'nonmember' });
  const nina = await desk.signedIn((await desk.userOf(desk.address('nina')))!);
  expect((await nina.get(only)).headers.get('location')).toBe(`/l/${desk.space.location.slug}/join`);
});

test('E1 saving a new member twice, or twice at once, makes one', async () => {
  const id = await desk.mintedId(`${desk.at()}/members/new`);
  const first = await Promise.all([1, 2, 3].map(() => desk.addMember({ id })));
  expect(first.map(({ status }) => status)).toEqual([303, 303, 303]);
  const again = await desk.addMember({ id });
  expect(again.headers.get('location')).toBe(first[0]!.headers.get('location'));
  expect(await desk.counted()).toMatchObject({ users: 3, memberships: 2 });
  // From two windows there are two forms: the address decides, and only one of them is told of success.
  const both = await Promise.all([1, 2].map(() => desk.addMember({ email: desk.address('cleo') })));
  expect(both.map(({ status }) => status).sort()).toEqual([303, 422]);
  expect(await desk.counted()).toMatchObject({ users: 4, memberships: 3 });
});

test('E1 a form that was saved before and comes back with somebody else in it is refused, then goes on as a new one', async () => {
  const id = await desk.mintedId(`${desk.at()}/members/new`);
  await desk.addMember({ id });
  const refused = await desk.addMember({ id, name: 'Cleo', email: desk.address('cleo') });
  expect(refused.status).toBe(422);
  const html = await refused.text();
  expect(html).toContain('This form has been saved before');
  expect(await desk.userOf(desk.address('cleo'))).toBeUndefined();
  const fresh = /name="id" value="([^"]+)"/.exec(html)![1]!;
  expect(fresh).not.toBe(id);
  expect((await desk.addMember({ id: fresh, name: 'Cleo', email: desk.address('cleo') })).status).toBe(303);
  expect((await desk.addMember({ id, type: 'nonmember' })).status).toBe(422);
});

test('an address in use here is refused beside its field, with the way to the person', async () => {
  await desk.addMember({ name: 'Mo & <Co>' });
  const before = await desk.counted();
  const refused = await desk.addMember({ name: 'Robert', email: desk.address('BO') });
  expect(refused.status).toBe(422);
  const html = await refused.text();
  expect(errorOf(html, 'email')).toBe('This is the address of Mo &amp; &lt;Co&gt;, who is a member here already.');
  expect(html).toContain('value="Robert"');
  const { customerId } = (await desk.membership((await desk.userOf(desk.address('bo')))!))!;
  expect(html).toContain(`href="${desk.at()}/customers/${customerId}"`);

  const rea = await desk.write(async (tx) => {
    const userId = await createUser(tx, { ...desk.made(), name: 'Rea', email: desk.address('rea') });
    await createMembership(tx, { ...desk.made(), userId, name: 'Rea', type: 'nonmember', status: 'requested' });
    return userId;
  });
  expect(errorOf(await (await desk.addMember({ email: desk.address('rea') })).text(), 'email')).toContain(
    'Approve the request.',
  );
  expect(await desk.membership(rea)).toMatchObject({ status: 'requested' });
  expect(await desk.counted()).toMatchObject({ ...before, users: 4, memberships: 3, customers: 3 });
});

test('whoever the organization knows from another location keeps their name and their one way in', async () => {
  const there = await desk.elsewhere();
  await desk.addMember({ name: 'Bo Berg' });
  const bo = (await desk.userOf(desk.address('bo')))!;
  const path = `/l/${there.slug}/community/members/new`;
  const form = { id: newId(core.now()), name: 'Robert', email: desk.address('Bo'), type: 'member' };
  const added = await desk.administrator.post(path, form);
  const page = await (await desk.administrator.get(added.headers.get('location')!)).text();
  expect(page).toContain('Bo Berg is a member now. The address was known under this name.');
  expect(await desk.membership(bo, there.id)).toMatchObject({ type: 'member', status: 'active' });
  expect((await desk.membership(bo, there.id))!.customerId).not.toBe((await desk.membership(bo))!.customerId);
  expect(await desk.counted()).toMatchObject({ users: 3, memberships: 3 });
});

test('an administrator can add themselves, to try everything out', async () => {
  const { email } = await core.database.read(desk.space.organizationId, (db) =>
    db.selectFrom('users').select('email').where('id', '=', desk.space.administratorId).executeTakeFirstOrThrow(),
  );
  expect((await desk.addMember({ name: 'Ada', email })).status).toBe(303);
  expect(await (await desk.administrator.get(`/l/${desk.space.location.slug}/only-members`)).text()).toBe('welcome');
});

test('a company is added once, under a name that is new at the location (E1, E25)', async () => {
  const id = await desk.mintedId(`${desk.at()}/companies/new`);
  const [first, second] = await Promise.all([desk.addCompany({ id }), desk.addCompany({ id })]);
  expect([first!.status, second!.status]).toEqual([303, 303]);
  const page = await (await desk.administrator.get(first!.headers.get('location')!)).text();
  expect(page).toContain('Acme is added.');
  const customerId = first!.headers.get('location')!.split('/').at(-1)!;
  expect(page).toContain(`href="${desk.at()}/members/new?company=${customerId}"`);
  const form = await (await desk.administrator.get(`${desk.at()}/members/new?company=${customerId}`)).text();
  expect(form).toMatch(new RegExp(`value="${customerId}"[^>]* selected`));

  const before = await desk.counted();
  expect(errorOf(await (await desk.addCompany({ name: 'aCME' })).text(), 'name')).toContain('is here already');
  expect(await (await desk.addCompany({ id, name: 'Other' })).text()).toContain('This form has been saved before');
  for (const name of ['', 'x'.repeat(10_000), 'A\u200bcme']) {
    const refused = await desk.addCompany({ name });
    expect(refused.status).toBe(422);
    expect(errorOf(await refused.text(), 'name')).toBeDefined();
  }
  expect(await desk.counted()).toEqual(before);
  const there = await desk.elsewhere();
  const other = await desk.administrator.post(`/l/${there.slug}/community/companies/new`, { name: 'Acme' });
  expect(other.status).toBe(303);
});

test('a new member can be put into a company at once; companies of other locations are not found', async () => {
  const company = (await desk.addCompany()).headers.get('location')!.split('/').at(-1)!;
  expect((await desk.addMember({ company, role: 'manager' })).status).toBe(303);
  expect(await desk.membership((await desk.userOf(desk.address('bo')))!)).toMatchObject({
    company: { customerId: company, name: 'Acme', role: 'manager' },
  });
  const nonmember = await desk.addMember({ email: desk.address('nina'), type: 'nonmember', company });
  expect(errorOf(await nonmember.text(), 'company')).toBe('Only members belong to a company.');
  const there = await desk.elsewhere();
  const foreign = await desk.write((tx) => createCompany(tx, { ...desk.made(), locationId: there.id, name: 'Far' }));
  for (const customerId of [foreign.customerId, newId(core.now())]) {
    expect((await desk.addMember({ email: desk.address('far'), company: customerId })).status).toBe(404);
  }
  expect(await desk.userOf(desk.address('far'))).toBeUndefined();
});

test('for members and administrators of other areas there is nothing to add with', async () => {
  const { organizationId, location } = desk.space;
  const userId = await desk.write(async (tx) => {
    const id = await createUser(tx, { ...desk.made(), name: 'Bill', email: desk.address('bill') });
    await createAdministrator(tx, { organizationId, locationId: location.id, userId: id, areas: ['billing'] });
    return id;
  });
  const before = await desk.counted();
  for (const browser of [await desk.signedIn(desk.space.memberId), await desk.signedIn(userId)]) {
    for (const list of ['members', 'companies']) {
      expect((await browser.get(`${desk.at()}/${list}/new`)).status).toBe(404);
      const fields = { name: 'Bo', email: desk.address('bo'), type: 'member' };
      expect((await browser.post(`${desk.at()}/${list}/new`, fields)).status).toBe(404);
    }
  }
  expect(await desk.counted()).toEqual(before);
});

test('the lists offer to add the first, and the next', async () => {
  for (const list of ['members', 'companies']) {
    expect(await (await desk.administrator.get(`${desk.at()}/${list}`)).text()).toContain(
      `href="${desk.at()}/${list}/new"`,
    );
  }
});

test('without mail nothing is queued, and the page of the new member says how they get in', async () => {
  const page = await (await desk.administrator.get((await desk.addMember()).headers.get('location')!)).text();
  expect(page).toContain('How they sign in is said below.');
  expect(page).toContain(`npm run roost -- sign-in --email &quot;${desk.address('bo')}&quot;`);
  expect(await desk.counted()).toMatchObject({ mails: 0 });
});

test('where mail is sent the new member is told once where to sign in, without anything that lets them in', async () => {
  const mailing = await testCore({ env: { SMTP_URL: 'smtp://localhost:1' } });
  const { space, administrator, addMember, address, mintedId, at } = await addingDesk(mailing);
  const id = await mintedId(`${at()}/members/new`);
  const added = await addMember({ id, email: address('BO') });
  const page = await (await administrator.get(added.headers.get('location')!)).text();
  expect(page).toContain('A message tells them how to sign in.');
  expect(page).not.toContain('npm run roost');
  await addMember({ id, email: address('BO') });
  const mails = await mailing.database.read(space.organizationId, (db) => newestMails(db, mailing, 10));
  expect(mails).toMatchObject([{ to: address('bo'), subject: 'Welcome to Nest Mitte' }]);
  expect(mails[0]!.body).toContain(`${mailing.config.baseUrl}/sign-in\n`);
  expect(mails[0]!.body).not.toMatch(/\b\d{6}\b|link/);
  await mailing.close();
});
