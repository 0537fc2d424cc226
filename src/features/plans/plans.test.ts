import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createUser } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { plansPages } from './pages.tsx';
import { createPlan, PlanAlreadyMade, PlanOutOfRange, type PlanTerms, plansOf, updatePlan } from './plans.ts';

let core: TestCore;
let space: Space;
let browser: Browser;
let list: string;
const site = () => siteOf(core, (guards) => [...signInPages(core, guards), ...plansPages(core, guards)]);

beforeAll(async () => {
  core = await testCore();
  space = await someSpace(core);
  browser = await signedIn(space.administratorId);
  list = `/l/${space.location.slug}/community/plans`;
});
afterAll(() => core.close());

async function signedIn(userId: string): Promise<Browser> {
  const open = site().open();
  await open.post(new URL(await createSignInLink(core, { organizationId: space.organizationId, userId })).pathname);
  return open;
}

const TERMS: PlanTerms = {
  name: 'Resident',
  cycle: 'month',
  priceMinor: 19_000n,
  creditsMinor: 2_000n,
  creditsDiscountPercent: 20,
  creditsOnInvoice: false,
  autoInvoice: true,
  freePackagesPerCycle: 1,
};
const FORM = { name: 'Flex', cycle: 'week', price: '49.50', credits: '12.5', discount: '100', freePackages: '2' };

const make = (terms: Partial<PlanTerms> = {}, id = newId(core.now())) =>
  core.database.write(space.organizationId, (tx) =>
    createPlan(tx, { ...TERMS, ...terms, ...space, id, now: core.now() }),
  );
const all = () => core.database.read(space.organizationId, (db) => plansOf(db, space.location.id));
const rows = async () =>
  Number((await core.db.asOwner(space.organizationId, 'select count(*) from plans')).rows[0].count);

describe('a plan', () => {
  test('made twice with one form is made once, and with other terms refused', async () => {
    const id = newId(core.now());
    const made = await make({}, id);
    expect(await make({}, id)).toEqual({ ...made, archived: false });
    await expect(make({ priceMinor: 1n }, id)).rejects.toThrow(PlanAlreadyMade);
  });

  test('E25 out of range is refused by name, and nothing is written', async () => {
    const before = await rows();
    const wrong: [string, Partial<PlanTerms>][] = [
      ['name', { name: '' }],
      ['name', { name: '   ' }],
      ['name', { name: 'x'.repeat(10_000) }],
      ['cycle', { cycle: 'fortnight' as 'week' }],
      ['price', { priceMinor: -1n }],
      ['price', { priceMinor: 10n ** 30n }],
      ['credits', { creditsMinor: -1n }],
      ['credits', { creditsMinor: 100_000_001n }],
      ...[-1, 101, 12.5, Number.NaN, 1e300].map((percent): [string, Partial<PlanTerms>] => [
        ...(['discount', { creditsDiscountPercent: percent }] as const),
      ]),
      ...[-1, 1001, 0.5].map((count): [string, Partial<PlanTerms>] => [
        ...(['freePackages', { freePackagesPerCycle: count }] as const),
      ]),
    ];
    const { id } = await make({ name: 'Before' });
    for (const [field, terms] of wrong) {
      const refusal = { details: { field }, status: 422 };
      const made = await make(terms).catch((error: unknown) => error);
      expect(made, field).toBeInstanceOf(PlanOutOfRange);
      expect(made, field).toMatchObject(refusal);
      const change = core.database.write(space.organizationId, (tx) =>
        updatePlan(tx, { ...TERMS, ...terms, location: space.location, id }),
      );
      await expect(change, field).rejects.toMatchObject(refusal);
    }
    expect(await rows()).toBe(before + 1);
  });
});

describe('Community > Plans', () => {
  test('UX-41 a plan is made, changed and archived, and the last two are undone by the same id', async () => {
    const id = newId(core.now());
    expect((await browser.post(`${list}/new`, { ...FORM, id, onInvoice: 'on' })).status).toBe(303);
    const html = await (await browser.get(list)).text();
    expect(html).toContain('€49.50 / week');
    expect(html).toContain('12.5 / week');
    expect(html).toContain('2 packages free / week');
    const flex = async () => (await all()).find((plan) => plan.id === id);
    const before = await flex();
    expect(before).toMatchObject({ creditsOnInvoice: true, autoInvoice: false, freePackagesPerCycle: 2 });
    await browser.post(`${list}/${id}/edit`, { ...FORM, name: 'Flex 2', discount: '15' });
    expect(await flex()).toMatchObject({ name: 'Flex 2', creditsDiscountPercent: 15, creditsOnInvoice: false });
    // What the toast's button sends.
    await browser.post(`${list}/${id}/edit`, { ...FORM, onInvoice: 'on' });
    expect(await flex()).toEqual(before);
    for (let press = 0; press < 2; press++) await browser.post(`${list}/${id}/archive`);
    expect(await flex()).toBeUndefined();
    expect((await browser.get(`${list}/${id}/edit`)).status).toBe(404);
    await browser.post(`${list}/${id}/restore`);
    expect(await flex()).toEqual(before);
  });

  test('E25 what cannot be comes back with what was typed and a sentence beside its field, and nothing is written', async () => {
    const before = await rows();
    const wrong = {
      name: ['', 'x'.repeat(10_000)],
      cycle: ['fortnight', ''],
      price: ['', 'much', '1.234', '1,000', '-1', '9'.repeat(12), '9'.repeat(5_000)],
      credits: ['', '1.234', '-1', '1000000.01', '٣'],
      discount: ['', '101', '-1', '12.5', '1e2', '999'],
      freePackages: ['', '1001', '-1', '0.5'],
    };
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        const answer = await browser.post(`${list}/new`, { ...FORM, [field]: value });
        expect(answer.status, `${field}: ${value.slice(0, 20)}`).toBe(422);
        expect(await answer.text(), field).toMatch(new RegExp(`id="field-${field}-error"`));
      }
    }
    expect((await browser.post(`${list}/new`, { ...FORM, surprise: '1' })).status).toBe(400);
    expect((await browser.post(`${list}/${newId(core.now())}/edit`, FORM)).status).toBe(404);
    expect((await browser.post(`${list}/nowhere/archive`)).status).toBe(404);
    expect(await rows()).toBe(before);
  });

  test('is for administrators of billing only', async () => {
    const member = await signedIn(space.memberId);
    expect((await member.get(list)).status).toBe(404);
    expect((await member.post(`${list}/new`, FORM)).status).toBe(404);
    const { organizationId, location } = space;
    const now = core.now();
    const userId = await core.database.write(organizationId, (tx) =>
      createUser(tx, { organizationId, name: 'Cleo', email: 'cleo@example.com', now }),
    );
    const areas = { organization_id: organizationId, location_id: location.id, user_id: userId, areas: ['customers'] };
    await core.database.write(organizationId, (tx) => tx.insertInto('administrators').values(areas).execute());
    expect((await (await signedIn(userId)).get(list)).status).toBe(404);
  });
});
