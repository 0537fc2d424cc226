import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { createUser, setFirstOwner } from './people.ts';
import { type CompanyDesk, companyDesk, type Somebody } from './test-company.ts';

let core: TestCore;
let desk: CompanyDesk;

beforeAll(async () => {
  core = await testCore({ demo: true });
});
beforeEach(async () => {
  desk = await companyDesk(core);
});
afterAll(() => core.close());

describe('a company looks after its people', () => {
  test('S9 S15 managers make others managers and back; members can do none of it', async () => {
    const eva = await desk.somebody('Eva', { company: { id: desk.acme.id, role: 'member' } });
    const role = (who: Somebody, to: string, by: Somebody) =>
      by.browser.post(desk.at(`/people/${who.customerId}/role`), { role: to });
    for (const refused of [
      await role(eva, 'manager', eva),
      await role(desk.max, 'member', eva),
      await desk.invite('Nora', {}, eva),
      await eva.browser.get(desk.at(`/people/${desk.max.customerId}/remove`)),
      await eva.browser.post(desk.at(`/people/${desk.max.customerId}/remove`)),
    ]) {
      expect(refused.status).toBe(404);
    }
    const page = await desk.read(eva.browser, desk.at());
    expect(page).toContain('Max');
    expect(page).not.toContain('Invite somebody');
    await role(eva, 'manager', desk.max);
    expect(await desk.membership(eva)).toMatchObject({ company: { role: 'manager' } });
    await role(desk.max, 'member', eva);
    expect(await desk.membership(desk.max)).toMatchObject({ company: { role: 'member' } });
    expect((await desk.invite('Nora')).status).toBe(404);
    expect(desk.told).toEqual([]);
  });

  test('whoever is removed from the company stays a member with credits of their own; pressed again nothing happens', async () => {
    const eva = await desk.somebody('Eva', { company: { id: desk.acme.id, role: 'member' } });
    const path = desk.at(`/people/${eva.customerId}/remove`);
    expect(await desk.read(desk.max.browser, path)).toContain(
      'Eva stays a member of Nest Mitte, with the credits of their own.',
    );
    await desk.max.browser.post(path);
    expect(await desk.membership(eva)).toMatchObject({
      type: 'member',
      status: 'active',
      customerId: eva.customerId,
      company: undefined,
    });
    await desk.max.browser.post(path);
    expect(await desk.read(desk.max.browser, desk.at())).toContain('Nothing was done.');
    expect((await eva.browser.get(desk.at())).headers.get('location')).toBe(`/l/${desk.space.location.slug}/more`);
    expect(desk.changed).toEqual([]);
  });

  test('managers decide about nobody of another company', async () => {
    const other = await desk.company('Byte');
    const bob = await desk.somebody('Bob', { company: { id: other.id, role: 'member' } });
    await desk.max.browser.post(desk.at(`/people/${bob.customerId}/remove`));
    await desk.max.browser.post(desk.at(`/people/${bob.customerId}/role`), { role: 'manager' });
    expect(await desk.membership(bob)).toMatchObject({ company: { id: other.id, role: 'member' } });
  });
});

describe('E18 the last manager', () => {
  const leave = (who: Somebody) => who.browser.post(desk.at(`/people/${who.customerId}/remove`));
  const unmanaged = () => desk.told.filter(({ kind }) => kind === 'company-without-manager');

  test('leaves after reading what follows, and those who look after customers are told', async () => {
    const ownerId = await desk.write(async (tx) => {
      const id = await createUser(tx, { ...desk.made(), name: 'Otto', email: desk.address('Otto') });
      await setFirstOwner(tx, { ...desk.made(), userId: id });
      return id;
    });
    expect(await desk.read(desk.max.browser, desk.at(`/people/${desk.max.customerId}/remove`))).toContain(
      'Acme has no manager afterwards: nobody buys for it or invites its people',
    );
    const eva = await desk.somebody('Eva', { company: { id: desk.acme.id, role: 'member' } });
    await leave(desk.max);
    expect(unmanaged()).toEqual([
      {
        kind: 'company-without-manager',
        details: { company: 'Acme' },
        userIds: [ownerId, desk.space.administratorId],
        href: `/l/${desk.space.location.slug}/community/customers/${desk.acme.customerId}`,
      },
    ]);
    expect(await desk.read(eva.browser, desk.at())).toContain('There is no manager at the moment.');
    // The team acts for the desk.company.
    const administrator = await desk.signedIn(desk.space.administratorId);
    const path = `/l/${desk.space.location.slug}/community/customers/${eva.customerId}/company`;
    await administrator.post(path, { company: desk.acme.customerId, role: 'manager' });
    expect((await desk.invite('Nora', {}, eva)).status).toBe(303);
  });

  test('is noticed whichever way leads there: made a member, moved, removed from the location', async () => {
    const administrator = await desk.signedIn(desk.space.administratorId);
    const customer = `/l/${desk.space.location.slug}/community/customers/${desk.max.customerId}`;
    const back = () => administrator.post(`${customer}/company`, { company: desk.acme.customerId, role: 'manager' });
    await administrator.post(`${customer}/company`, { company: desk.acme.customerId, role: 'member' });
    await back();
    await administrator.post(`${customer}/company`, { company: '', role: 'member' });
    await back();
    await administrator.post(`${customer}/remove`, { type: 'member' });
    expect(unmanaged()).toHaveLength(3);
    await administrator.post(`${customer}/restore`);
    const other = await desk.company('Byte');
    const boss = await desk.somebody('Bea', { company: { id: other.id, role: 'manager' } });
    await desk.invite('Max', {}, boss);
    await desk.answer(desk.max, 'accept');
    expect(unmanaged()).toHaveLength(4);
  });

  test('of two who leave at the same moment one is the last, and it is told once', async () => {
    const eva = await desk.somebody('Eva', { company: { id: desk.acme.id, role: 'manager' } });
    await Promise.all([leave(desk.max), leave(eva)]);
    expect(unmanaged()).toHaveLength(1);
  });

  test('nothing is told while another manager stays', async () => {
    await desk.somebody('Eva', { company: { id: desk.acme.id, role: 'manager' } });
    await leave(desk.max);
    expect(desk.told).toEqual([]);
  });
});

describe('administrators', () => {
  let ada: Browser;
  const company = (path = '') => `/l/${desk.space.location.slug}/community/companies/${desk.acme.customerId}${path}`;
  const profile = (customerId = desk.acme.customerId) =>
    `/l/${desk.space.location.slug}/community/customers/${customerId}`;
  beforeEach(async () => {
    ada = await desk.signedIn(desk.space.administratorId);
  });

  test('remove a company, whose credits freeze and whose people are members without it until it is restored', async () => {
    await desk.invite('Nora');
    expect(await desk.read(ada, company('/remove'))).toContain('Its people (1) stay members');
    await ada.post(company('/remove'));
    await ada.post(company('/remove'));
    expect(desk.changed).toEqual([{ customerId: desk.acme.customerId, removed: true }]);
    expect(await desk.membership(desk.max)).toMatchObject({ status: 'active', company: undefined });
    expect((await desk.invite('Nora')).status).toBe(404);
    expect(await desk.read(ada, `/l/${desk.space.location.slug}/community/companies`)).not.toContain(
      `customer-${desk.acme.customerId}`,
    );
    expect(await desk.read(ada, `/l/${desk.space.location.slug}/community/companies?show=removed`)).toContain('Acme');
    expect(await desk.read(ada, profile())).toContain('Restore company');
    expect((await ada.get(company('/remove'))).headers.get('location')).toBe(profile());
    const refused = await ada.post(`${profile(desk.max.customerId)}/company`, {
      company: desk.acme.customerId,
      role: 'member',
    });
    expect(refused.status).toBe(404);
    await ada.post(company('/restore'));
    expect(desk.changed.at(-1)).toEqual({ customerId: desk.acme.customerId, removed: false });
    expect(await desk.membership(desk.max)).toMatchObject({ company: { id: desk.acme.id, role: 'manager' } });
  });

  test('rename companies and people; a name that is taken, too long or hidden is refused by name', async () => {
    await desk.company('Byte');
    const rename = async (customerId: string, name: string) => {
      await ada.post(`${profile(customerId)}/name`, { name });
      return await desk.read(ada, profile(customerId));
    };
    expect(await rename(desk.acme.customerId, 'byte')).toContain('A company of this name is here already.');
    expect(await rename(desk.acme.customerId, 'A'.repeat(10_000))).toContain('At most 120 characters.');
    expect(await rename(desk.acme.customerId, 'Acme & Sons')).toContain('The name is Acme &amp; Sons now.');
    expect(await rename(desk.max.customerId, ' Maximilian  Frey ')).toContain('The name is Maximilian Frey now.');
    expect(await desk.read(ada, `/l/${desk.space.location.slug}/community/members`)).toContain('Maximilian Frey');
    expect(await rename(desk.max.customerId, '\u202eMax')).toContain('cannot be seen');
    await desk.max.browser.post(`/l/${desk.space.location.slug}/more/name`, { name: 'Max Frey' });
    expect(await desk.read(desk.max.browser, `/l/${desk.space.location.slug}/more`)).toContain(
      'The name is Max Frey now.',
    );
    const names = await desk.write((tx) =>
      tx
        .selectFrom('customers')
        .select('name')
        .where('id', 'in', [desk.acme.customerId, desk.max.customerId])
        .execute(),
    );
    expect(names.map(({ name }) => name).sort()).toEqual(['Acme & Sons', 'Max Frey']);
  });
});
