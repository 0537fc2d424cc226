import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { newestMails } from '../../platform/mail.ts';
import { errorOf } from './test-adding.ts';
import { type CompanyDesk, companyDesk } from './test-company.ts';

let core: TestCore;
let desk: CompanyDesk;

beforeAll(async () => {
  core = await testCore({ demo: true });
});
beforeEach(async () => {
  desk = await companyDesk(core);
});
afterAll(() => core.close());

describe('a manager invites', () => {
  test('S7 S9 somebody unknown, who is told by mail, is nothing before accepting, and a member of the company after', async () => {
    expect((await desk.invite('Nora')).status).toBe(303);
    const page = await desk.read(desk.max.browser, desk.at());
    for (const text of ['Nora is invited.', desk.address('Nora'), 'They have not answered yet.'])
      expect(page).toContain(text);
    const [mail] = await core.database.read(desk.space.organizationId, (db) => newestMails(db, core, 1));
    expect(mail).toMatchObject({ to: desk.address('Nora'), subject: 'Acme invites you to Nest Mitte' });
    const [user] = await desk.write((tx) =>
      tx.selectFrom('users').select('id').where('email', '=', desk.address('Nora')).execute(),
    );
    expect(desk.told).toMatchObject([{ kind: 'company-invitation', userIds: [user!.id] }]);
    const nora = { userId: user!.id, customerId: '', email: '', browser: await desk.signedIn(user!.id) };
    expect(await desk.membership(nora)).toBeUndefined();
    expect((await nora.browser.get(`/l/${desk.space.location.slug}/only-members`)).status).toBe(303);
    expect(await desk.read(nora.browser, `/l/${desk.space.location.slug}/join`)).toContain('Acme invites you');
    await desk.answer(nora, 'accept');
    expect(await desk.membership(nora)).toMatchObject({
      type: 'member',
      status: 'active',
      company: { id: desk.acme.id, role: 'member' },
    });
    expect((await nora.browser.get(`/l/${desk.space.location.slug}/only-members`)).status).toBe(200);
    expect(await desk.read(desk.max.browser, desk.at())).not.toContain('They have not answered yet.');
  });

  test('E1 twice: one invitation and one message; with somebody of the company there is none', async () => {
    await desk.invite('Nora');
    await desk.invite('Nora');
    expect(await desk.read(desk.max.browser, desk.at())).toContain('Nora is invited already.');
    expect(desk.told).toHaveLength(1);
    const eva = await desk.somebody('Eva', { company: { id: desk.acme.id, role: 'member' } });
    const refused = await desk.invite('Eva');
    expect(refused.status).toBe(422);
    expect(errorOf(await refused.text(), 'email')).toBe('Eva belongs to the company already.');
    expect(await desk.invitationOf(eva)).toBe('');
  });

  test('E17 a member of another company, who moves with their own credits once they accept; the other company keeps its own', async () => {
    const other = await desk.company('Byte');
    const bob = await desk.somebody('Bob', { company: { id: other.id, role: 'member' } });
    await desk.invite('Bob', { role: 'manager' });
    expect(await desk.membership(bob)).toMatchObject({ company: { id: other.id, role: 'member' } });
    expect(await desk.read(bob.browser, `/l/${desk.space.location.slug}/invitations`)).toContain(
      'You leave Byte by it.',
    );
    await desk.answer(bob, 'accept');
    expect(await desk.membership(bob)).toMatchObject({
      customerId: bob.customerId,
      company: { id: desk.acme.id, role: 'manager', customerId: desk.acme.customerId },
    });
    // Signed in as before, and nothing froze.
    expect((await bob.browser.get(desk.at())).status).toBe(200);
    expect(desk.changed).toEqual([]);
  });

  test('whoever declines, or whose invitation is taken back, stays what they were; an answer of before does nothing', async () => {
    const ida = await desk.somebody('Ida');
    await desk.invite('Ida');
    const id = await desk.invitationOf(ida);
    await desk.max.browser.post(desk.at('/withdraw'), { id });
    await desk.answer(ida, 'accept', id);
    expect(await desk.read(ida.browser, `/l/${desk.space.location.slug}/more`)).toContain(
      'This invitation does not stand any more.',
    );
    await desk.invite('Ida');
    await desk.answer(ida, 'decline');
    expect((await desk.membership(ida))?.company).toBeUndefined();
    expect(await desk.invitationOf(ida)).toBe('');
  });

  test('S7 nobody whom the team removed or has not let in: only the team does', async () => {
    const gus = await desk.somebody('Gus', { status: 'removed' });
    const refused = await desk.invite('Gus');
    expect(errorOf(await refused.text(), 'email')).toContain('Only the team of Nest Mitte can let this person in.');
    const rita = await desk.somebody('Rita', { type: 'nonmember', status: 'requested' });
    await desk.invite('Rita');
    await desk.answer(rita, 'accept');
    expect(await desk.membership(rita)).toMatchObject({ type: 'nonmember', status: 'requested', company: undefined });
    expect(await desk.membership(gus)).toMatchObject({ status: 'removed' });
    // Once the team has let them in the invitation still stands.
    await desk.write((tx) =>
      tx
        .updateTable('memberships')
        .set({ type: 'member', status: 'active' })
        .where('user_id', '=', rita.userId)
        .execute(),
    );
    await desk.answer(rita, 'accept');
    expect(await desk.membership(rita)).toMatchObject({ company: { id: desk.acme.id } });
  });

  test('nobody answers an invitation of somebody else, and no manager takes back one of another company', async () => {
    const ida = await desk.somebody('Ida');
    await desk.invite('Ida');
    const id = await desk.invitationOf(ida);
    const thief = await desk.somebody('Theo');
    await desk.answer(thief, 'accept', id);
    await desk.answer(thief, 'decline', id);
    const other = await desk.company('Byte');
    const boss = await desk.somebody('Bea', { company: { id: other.id, role: 'manager' } });
    await boss.browser.post(desk.at('/withdraw'), { id });
    expect((await desk.membership(thief))?.company).toBeUndefined();
    expect(await desk.invitationOf(ida)).toBe(id);
  });

  test('E25 what is no name and no address is refused by name', async () => {
    const lookalike = await desk.invite('Nora', { email: 'nоra@example.com' });
    expect(errorOf(await lookalike.text(), 'email')).toContain('plain Latin letters');
    const long = await desk.invite('Nora', { name: 'N'.repeat(10_000) });
    expect(errorOf(await long.text(), 'name')).toBe('At most 120 characters.');
    expect((await desk.invite('Nora', { role: 'owner' })).status).toBe(422);
    expect((await desk.max.browser.post(desk.at('/withdraw'), { id: 'x' })).status).toBe(404);
  });
});
