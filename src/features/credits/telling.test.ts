import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { newId, newRequestKey } from '../../platform/ids.ts';
import { notificationsOf, unreadCount } from '../notifications/notifications.ts';
import { createSpending } from './spending.ts';
import { tellOfMoves } from './telling.ts';
import { type CreditsOf, creditsSite } from './test-credits.ts';

let site: Awaited<ReturnType<typeof creditsSite>>;
let it: CreditsOf;

beforeAll(async () => {
  site = await creditsSite('2026-11-05T09:00:00Z');
  await site.core.jobs.startWorking();
});
beforeEach(async () => {
  it = await site.open();
});
afterAll(() => site.close());

const newsOf = async (userId: string) =>
  (await it.read((db) => notificationsOf(db, userId, { limit: 100 }))).news.reverse();
const tell = (...entryIds: string[]) =>
  it.write((tx) => tellOfMoves(tx, site.core.jobs, { organizationId: it.organizationId, entryIds }));

/** Waits until somebody has so much news; what is told in one job is there at once. */
const told = (userId: string, news: number) =>
  vi.waitFor(async () => expect(await it.read((db) => unreadCount(db, userId))).toBe(news), {
    timeout: 10_000,
    interval: 50,
  });

test('whose credits an administrator used, returned, added to or deducted from is told each of it, with what is left', async () => {
  const actor = it.administratorId;
  await it.grant(5000n);
  const used = await it.spend(800n, { product: 'Meeting room', actor });
  const returned = await it.giveBack(used.entryId, 300n, { actor });
  const added = await it.add(100n, { memo: 'Welcome gift' });
  const deducted = await it.deduct(200n, 'Counted twice');
  await tell(used.entryId, returned.entryId, added.entryId, deducted.entryId);
  await told(it.memberId, 4);
  const page = await (await (await it.signedIn(it.memberId)).get(`/l/${it.location.slug}/notifications`)).text();
  for (const text of [
    '8 credits used for Meeting room',
    'New balance 42.',
    '3 credits returned for Meeting room',
    'New balance 45.',
    '1 credit added by the team',
    'New balance 46. Reason: Welcome gift',
    '2 credits deducted by the team',
    'New balance 44. Reason: Counted twice',
  ]) {
    expect(page).toContain(text);
  }
});

test('nobody is told what they did themselves, nor of a purchase, which is told elsewhere', async () => {
  const bought = await it.grant(5000n, { actor: it.administratorId });
  const own = await it.spend(800n, { product: 'Printing' });
  const byProgram = await it.spend(100n, { product: 'Locker', actor: null });
  await tell(bought.entryId, own.entryId, byProgram.entryId);
  await told(it.memberId, 1);
  expect(await newsOf(it.memberId)).toMatchObject([
    { kind: 'credits-used', details: { credits: 100n, product: 'Locker' } },
  ]);
});

test('of a company’s credits its managers are told, each but the one who acted, and nobody else', async () => {
  const customer = it.company.customerId;
  await it.grant(5000n, { customer });
  const byTeam = await it.spend(800n, { customer, product: 'Workshop', actor: it.administratorId });
  const byManager = await it.spend(100n, { customer, product: 'Printing', actor: it.managerId });
  await tell(byTeam.entryId, byManager.entryId);
  await told(it.managerId, 1);
  const [news] = await newsOf(it.managerId);
  expect(news).toMatchObject({ details: { balance: 4200n, forCompany: 'Acme & Co', product: 'Workshop' } });
  expect(news!.href).toContain('wallet=company');
  expect(await newsOf(it.memberId)).toEqual([]);
  const page = await (await (await it.signedIn(it.managerId)).get(`/l/${it.location.slug}/notifications`)).text();
  expect(page).toContain('For Acme &amp; Co. New balance 42.');
});

test('E7 a job that runs twice tells once, and a move that is made again is not told again', async () => {
  await it.grant(5000n);
  const spending = createSpending(site.core, (tx, moves) => tellOfMoves(tx, site.core.jobs, moves));
  const { organizationId, customerId, administratorId: actorUserId } = it;
  const move = { organizationId, customerId, actorUserId, product: 'Locker', key: newRequestKey(), tell: true };
  const once = () => spending.spend({ ...move, creditsMinor: 100n, now: site.core.now() });
  const { entryId } = await once();
  await told(it.memberId, 1);
  expect((await once()).replayed).toBe(true);
  // The same entries as a job of its own; the last one is told after them.
  const last = await it.spend(100n, { actor: it.administratorId });
  await it.write((tx) =>
    site.core.jobs.enqueue(tx, 'credits.moved', newId(site.core.now()), {
      organizationId,
      entryIds: [entryId, last.entryId],
    }),
  );
  await told(it.memberId, 2);
});

test('what is not committed is not told', async () => {
  await it.grant(5000n);
  const { entryId } = await it.spend(100n, { actor: it.administratorId });
  const failing = it.write(async (tx) => {
    await tellOfMoves(tx, site.core.jobs, { organizationId: it.organizationId, entryIds: [entryId] });
    throw new Error('power cut');
  });
  await expect(failing).rejects.toThrow('power cut');
  const next = await it.spend(100n, { product: 'Locker', actor: it.administratorId });
  await tell(next.entryId);
  await told(it.memberId, 1);
  expect(await newsOf(it.memberId)).toMatchObject([{ details: { product: 'Locker' } }]);
});

test('news lead to the entry in the history, on whichever page it is by then', async () => {
  await it.grant(100_000n);
  const { entryId } = await it.spend(800n, { product: 'Meeting room', actor: it.administratorId });
  await tell(entryId);
  await told(it.memberId, 1);
  const [{ href } = { href: '' }] = await newsOf(it.memberId);
  expect(href).toBe(`${it.own('/transactions')}?entry=${entryId}#entry-${entryId}`);
  const member = await it.signedIn(it.memberId);
  const first = await (await member.get(href)).text();
  expect(first).toContain(`id="entry-${entryId}"`);
  expect(first).not.toContain('Back to the newest');
  for (let index = 0; index < 60; index++) await it.spend(10n);
  const later = await (await member.get(href)).text();
  expect(later).toContain(`id="entry-${entryId}"`);
  expect(later).toContain('Back to the newest');
  expect((await member.get(`${it.own('/transactions')}?entry=${newId(site.core.now())}`)).status).toBe(404);
  expect((await member.get(`${it.own('/transactions')}?entry=x`)).status).toBe(404);
  const manager = await it.signedIn(it.managerId);
  expect((await manager.get(href)).status).toBe(404);
});
