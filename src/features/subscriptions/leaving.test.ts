import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { createApp } from '../../app.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { subscribing } from './test-subscriptions.ts';

let it: Awaited<ReturnType<typeof subscribing>>;
let ada: Browser;

beforeEach(async () => {
  it = await subscribing('2026-03-10T09:00:00Z');
  ada = browserOn(it.core, createApp(it.core).http);
  const { organizationId, administratorId: userId } = it;
  // Nothing but a browser's own form is taken.
  await ada.post(new URL(await createSignInLink(it.core, { organizationId, userId })).pathname, {}, OWN_SITE);
  await it.assign(await it.plan(), '2026-03-10');
});
afterEach(() => it.close());

const OWN_SITE = { 'sec-fetch-site': 'same-origin' };
const person = () => `/l/${it.location.slug}/community/customers/${it.customerId}`;
const remove = (fields: Record<string, string> = {}) =>
  ada.post(`${person()}/remove`, { type: 'member', ...fields }, OWN_SITE);
const restore = () => ada.post(`${person()}/restore`, {}, OWN_SITE);

test('removing a member ends their plan at once unless something else is chosen, and restoring does not bring it back', async () => {
  const page = await (await ada.get(`${person()}/remove`)).text();
  expect(page).toContain('When does the plan Resident end?');
  expect(page).toMatch(/value="now" checked/);
  expect((await remove()).status).toBe(303);
  expect((await it.subscription())!.endedAt).toEqual(it.core.now());
  expect((await it.balance()).balanceMinor).toBe(0n);
  await restore();
  it.core.clock.set('2026-05-20T09:00:00Z');
  await it.renew();
  expect(await it.periods()).toHaveLength(1);
  expect((await it.balance()).balanceMinor).toBe(0n);
});

test('chosen so, a plan lasts until its cycle ends, frozen, and is not renewed, restored or not', async () => {
  await remove({ plan: 'cycle-end' });
  expect(await it.subscription()).toMatchObject({ endedAt: null, renewsAt: null });
  expect(await it.balance()).toMatchObject({ balanceMinor: 2_000n, frozen: true });
  await restore();
  expect(await it.balance()).toMatchObject({ balanceMinor: 2_000n, frozen: false });
  it.core.clock.set('2026-05-20T09:00:00Z');
  await it.renew();
  expect(await it.periods()).toHaveLength(1);
  expect((await it.subscription())!.endedAt).not.toBeNull();
});

test('a company that is removed loses its plan too; whoever has none is asked nothing', async () => {
  const company = `/l/${it.location.slug}/community/companies/${it.company.customerId}`;
  expect(await (await ada.get(`${company}/remove`)).text()).not.toContain('When does the plan');
  const plan = await it.plan({ name: 'Team' });
  await it.assign(plan, '2026-03-10', { customerId: it.company.customerId });
  expect(await (await ada.get(`${company}/remove`)).text()).toContain('When does the plan Team end?');
  await ada.post(`${company}/remove`, { plan: 'now' }, OWN_SITE);
  expect((await it.subscription(it.company.customerId))!.endedAt).toEqual(it.core.now());
  expect(await it.subscription()).toMatchObject({ endedAt: null });
});

test('E25 an end that there is not is refused, and nobody is removed', async () => {
  expect((await remove({ plan: 'never' })).status).toBe(404);
  expect(await it.subscription()).toMatchObject({ endedAt: null });
});
