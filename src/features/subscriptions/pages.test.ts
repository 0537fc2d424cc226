import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, siteOf } from '../../../test/support/browser.ts';
import { newId } from '../../platform/ids.ts';
import type { Plan } from '../plans/plans.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { subscriptionPages } from './pages.tsx';
import { subscribing } from './test-subscriptions.ts';

let it: Awaited<ReturnType<typeof subscribing>>;
let browser: Browser;
let plan: Plan;

beforeEach(async () => {
  it = await subscribing('2026-03-10T11:00:00Z');
  plan = await it.plan();
  browser = await signedIn(it.administratorId);
});
afterEach(async () => {
  expect(await it.faults()).toEqual([]);
  await it.close();
});

async function signedIn(userId: string): Promise<Browser> {
  const { core, organizationId } = it;
  const pages = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...subscriptionPages(core, guards, it.subscriptions),
  ]);
  const open = pages.open();
  await open.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
  return open;
}

const tab = (customer = it.customerId) => `/l/${it.location.slug}/community/customers/${customer}/plan`;
const form = (changes: Record<string, string> = {}) => ({
  id: newId(it.core.now()),
  plan: plan.id,
  startsOn: '2026-03-10',
  endsOn: '',
  discount: '',
  onInvoice: 'plan',
  autoInvoice: 'plan',
  ...changes,
});
const shown = async (customer = it.customerId) =>
  (await (await browser.get(tab(customer))).text()).replaceAll('\u00a0', ' ');

describe('the tab Plan of a member or company', () => {
  test('S4 assigns a plan with what is agreed, once however often it is pressed, and shows how it stands', async () => {
    expect(await shown(it.company.customerId)).toContain('Assign a plan');
    const once = form({ onInvoice: 'yes', discount: '35', endsOn: '2026-12-31' });
    for (let press = 0; press < 2; press++)
      expect((await browser.post(tab(it.company.customerId), once)).status).toBe(303);
    const html = await shown(it.company.customerId);
    for (const text of ['10 Mar 2026 to 9 Apr 2026', '€190.00 / month', '20 / month', '35 % (agreed)', 'Yes (agreed)'])
      expect(html).toContain(text);
    expect(html).toContain('Resident ends on 31 Dec 2026');
    expect((await it.balance(it.company.customerId)).balanceMinor).toBe(2_000n);
    const second = await browser.post(tab(it.company.customerId), form());
    expect(second.status).toBe(422);
    expect(await second.text()).toContain('Acme has a plan already.');
  });

  test('changes plan and terms, ends and goes on', async () => {
    const other = await it.plan({ name: 'Weekly', cycle: 'week' });
    await browser.post(tab(), form());
    await browser.post(`${tab()}/change`, { plan: other.id });
    expect(await shown()).toContain('10 Apr 2026, with Weekly');
    await browser.post(`${tab()}/terms`, { discount: '50', onInvoice: 'yes', autoInvoice: 'no' });
    expect(await it.terms()).toMatchObject({ creditsDiscountPercent: 50, creditsOnInvoice: true, autoInvoice: false });
    await browser.post(`${tab()}/end`, { when: 'cycle-end' });
    expect(await shown()).toContain('Resident ends on 9 Apr 2026');
    await browser.post(`${tab()}/keep`);
    expect(await shown()).not.toContain('ends on');
    expect(await shown()).toContain('20 credits left of this cycle go with it.');
    await browser.post(`${tab()}/end`, { when: 'now' });
    expect(await shown()).toContain('Assign a plan');
    expect((await it.balance()).balanceMinor).toBe(0n);
    expect((await browser.post(`${tab()}/end`, { when: 'now' })).status).toBe(422);
  });

  test('E25 days, discounts and choices that cannot be are said beside their field, and nothing is written', async () => {
    const wrong: [string, Record<string, string>][] = [
      ...['2026-02-31', '2026-03-09', '31.03.2026', '', '2031-01-01', '9'.repeat(5_000)].map(
        (startsOn): [string, Record<string, string>] => ['startsOn', { startsOn }],
      ),
      ...['2026-03-09', '2026-04-31', '3026-01-01'].map((endsOn): [string, Record<string, string>] => [
        'endsOn',
        { endsOn },
      ]),
      ...['101', '-1', '12.5', '1e2', '999999'].map((discount): [string, Record<string, string>] => [
        'discount',
        { discount },
      ]),
      ['plan', { plan: newId(it.core.now()) }],
      ['plan', { plan: 'x'.repeat(10_000) }],
      ['onInvoice', { onInvoice: 'maybe' }],
    ];
    for (const [field, changes] of wrong) {
      const answer = await browser.post(tab(), form(changes));
      expect(answer.status, JSON.stringify(changes).slice(0, 60)).toBe(422);
      expect(await answer.text(), field).toContain(`id="field-${field}-error"`);
    }
    expect((await browser.post(tab(), { ...form(), surprise: '1' })).status).toBe(400);
    expect((await browser.post(`${tab(newId(it.core.now()))}`, form())).status).toBe(404);
    expect(await it.subscription()).toBeUndefined();
  });

  test('is for administrators only', async () => {
    const member = await signedIn(it.memberId);
    expect((await member.get(tab())).status).toBe(404);
    expect((await member.post(tab(), form())).status).toBe(404);
    expect(await it.subscription()).toBeUndefined();
  });
});
