import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createLocation } from '../organizations/organizations.ts';
import { connectTestGateway, createPayments } from '../payments/payments.ts';
import { testOffer } from '../payments/stripe-offers.ts';
import { createAdministrator, createUser } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { packagesOf, packagesOnSale } from './packages.ts';
import { packagesPages } from './pages.tsx';

let core: TestCore;
let site: Site;
let space: Space;
let administrator: Browser;

beforeAll(async () => {
  core = await testCore();
  const gateways = [testOffer({ timeoutMs: 1000, simulatorUrl: () => 'http://127.0.0.1' })];
  const nobody = {
    paid: async () => {},
    reversed: async () => {},
    paidFor: () => Promise.reject(new Error('nothing is paid here')),
  };
  const rules = createPayments(core, gateways, { purchase: nobody, invoice: nobody });
  site = siteOf(core, (guards) => [...signInPages(core, guards), ...packagesPages(core, guards, rules)]);
});
beforeEach(async () => {
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  administrator = await signedIn(space.administratorId);
});
afterAll(() => core.close());

async function signedIn(userId: string): Promise<Browser> {
  const browser = site.open();
  const link = await createSignInLink(core, { organizationId: space.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

const at = () => `/l/${space.location.slug}/community/credit-packages`;
const list = () => core.database.read(space.organizationId, (db) => packagesOf(db, space.location.id));
const onSale = () => core.database.read(space.organizationId, (db) => packagesOnSale(db, space.location.id));
const shown = async (browser: Browser, path = at()) => await (await browser.get(path)).text();

const FIFTY = { credits: '50', price: '49', name: 'Starter', validity: 'never', days: '', onSale: 'on' };

/** Fills in the form of a new package as a browser does, with the id that was minted for it. */
async function add(fields: Record<string, string> = {}): Promise<Response> {
  const id = /name="id" value="([^"]+)"/.exec(await shown(administrator, `${at()}/new`))![1]!;
  return await administrator.post(`${at()}/new`, { ...FIFTY, id, ...fields });
}

/** The way back that the toast on a page offers: where it posts and what. */
function undoOf(html: string): { action: string; fields: Record<string, string> } {
  const form = /<form class="toast-undo"[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/s.exec(html)!;
  const inputs = [...form[2]!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return { action: form[1]!, fields: Object.fromEntries(inputs.map(([, name, value]) => [name!, value!])) };
}

/** What a page says beside a field. */
function errorOf(html: string, field: string): string | undefined {
  const error = new RegExp(`id="field-${field}-error".*?<span>(.*?)</span>`, 's').exec(html);
  return error?.[1]?.replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}

test('a location without packages explains what a package is and offers to make one (S5)', async () => {
  const html = await shown(administrator);
  expect(html).toContain('No credit packages yet');
  expect(html).toContain(`href="${at()}/new"`);
});

test('a package saved with the + button is on sale at once and shows its price per credit (S5, S6, UX-03)', async () => {
  const response = await add({ validity: '90' });
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe(at());
  const html = await shown(administrator);
  expect(html).toContain('Starter is saved and on sale.');
  for (const text of ['€49.00', '€0.98', '90 days', 'On sale']) expect(html).toContain(text);
  expect(await onSale()).toMatchObject([{ creditsMinor: 5000n, priceMinor: 4900n, validForDays: 90, name: 'Starter' }]);
});

test('Save pressed twice makes one package, and the form sent again with other terms says so (S5)', async () => {
  const id = newId(core.now());
  for (let press = 0; press < 2; press++) {
    expect((await administrator.post(`${at()}/new`, { ...FIFTY, id })).status).toBe(303);
  }
  expect(await list()).toHaveLength(1);
  const again = await administrator.post(`${at()}/new`, { ...FIFTY, id, credits: '60' });
  expect(again.status).toBe(422);
  const html = await again.text();
  expect(html).toContain('This form has been saved before.');
  const fresh = /name="id" value="([^"]+)"/.exec(html)![1]!;
  expect((await administrator.post(`${at()}/new`, { ...FIFTY, id: fresh, credits: '60' })).status).toBe(303);
  expect(await list()).toHaveLength(2);
});

test('what is typed wrongly is said beside its field, kept as typed, and nothing is written (E25)', async () => {
  const cases: [field: string, typed: string, says: string][] = [
    ['credits', '', 'This is needed.'],
    ['credits', '0', 'Between 0.01 and 1,000,000 credits.'],
    ['credits', '1000000.01', 'Between 0.01 and 1,000,000 credits.'],
    ['credits', '999999999999', 'Between 0.01 and 1,000,000 credits.'],
    ['credits', '9'.repeat(500), 'Write a number in digits, such as 50 or 12.5.'],
    ['credits', '-5', 'Write a number in digits, such as 50 or 12.5.'],
    ['credits', 'NaN', 'Write a number in digits, such as 50 or 12.5.'],
    ['credits', '1e3', 'Write a number in digits, such as 50 or 12.5.'],
    ['credits', '0x10', 'Write a number in digits, such as 50 or 12.5.'],
    ['credits', '٥٠', 'Write a number in digits, such as 50 or 12.5.'],
    ['credits', '５０', 'Write a number in digits, such as 50 or 12.5.'],
    ['credits', '1.005', 'Credits have at most two decimals.'],
    ['credits', '1,000', 'It is not clear whether this is a thousand: leave out the separator, as in 1000.'],
    ['price', '1.000', 'It is not clear whether this is a thousand: leave out the separator, as in 1000.'],
    ['price', '49.001', 'EUR has at most 2 decimals.'],
    ['price', '-1', 'Write a number in digits, such as 50 or 12.5.'],
    ['price', 'Infinity', 'Write a number in digits, such as 50 or 12.5.'],
    ['price', '1000000000.01', 'At most €1,000,000,000.00.'],
    ['price', '0', undefined!],
    ['name', 'x'.repeat(81), 'At most 80 characters.'],
    ['validity', '45', 'Choose one of the list.'],
  ];
  for (const [field, typed, says] of cases) {
    const response = await add({ [field]: typed });
    expect([field, typed, response.status]).toEqual([field, typed, 422]);
    const html = await response.text();
    expect([field, typed, errorOf(html, field)]).toEqual([field, typed, says]);
    if (field !== 'validity') expect(html).toContain(`value="${typed}"`);
  }
  expect(await list()).toEqual([]);
});

test('a number of days is read only when no preset is chosen, and must be 1 to 3,650 (E25)', async () => {
  for (const days of ['', '0', '3651', '-1', '1.5', '1e2', '٣']) {
    const html = await (await add({ validity: 'custom', days })).text();
    expect([days, errorOf(html, 'days')]).toEqual([days, 'A whole number of days from 1 to 3,650.']);
  }
  await add({ validity: 'custom', days: '45' });
  await add({ validity: '30', days: 'whatever' });
  expect((await list()).map((pkg) => pkg.validForDays)).toEqual([45, 30]);
});

test('a price of 0 needs the box that says it is meant (E25)', async () => {
  const asked = await add({ price: '0' });
  expect(asked.status).toBe(422);
  expect(errorOf(await asked.text(), 'confirmFree')).toContain('gives credits away');
  expect((await add({ price: '0', confirmFree: 'on' })).status).toBe(303);
  expect(await shown(administrator)).toContain('Free');
});

test('a price under what the connected gateway can charge is refused with the least it charges (E14)', async () => {
  const { organizationId, location } = space;
  await core.database.write(organizationId, (tx) =>
    connectTestGateway(tx, core, { organizationId, locationId: location.id, now: core.now() }),
  );
  const html = await (await add({ price: '0.49' })).text();
  expect(errorOf(html, 'price')).toContain('charges at least €0.50; members would pay €0.49');
  expect(await list()).toEqual([]);
});

test("a location's currency decides how many decimals a price has (E24)", async () => {
  const { organizationId, administratorId: userId } = space;
  const made = { organizationId, timeZone: 'Asia/Tokyo', locale: 'en', now: core.now() };
  for (const [currency, price, wrong] of [
    ['JPY', '4900', '4900.5'],
    ['KWD', '15.505', '15.5055'],
  ] as const) {
    const there = await core.database.write(organizationId, async (tx) => {
      const location = await createLocation(tx, { ...made, name: currency, currency });
      await createAdministrator(tx, { organizationId, locationId: location.id, userId, areas: ['billing'] });
      return location;
    });
    const page = `/l/${there.slug}/community/credit-packages/new`;
    expect((await administrator.post(page, { ...FIFTY, price: wrong })).status).toBe(422);
    expect((await administrator.post(page, { ...FIFTY, price })).status).toBe(303);
    const [pkg] = await core.database.read(organizationId, (db) => packagesOf(db, there.id));
    expect(pkg?.priceMinor).toBe(currency === 'JPY' ? 4900n : 15_505n);
  }
});

test('a name is text: markup in it stays text on every page (E25)', async () => {
  const name = '<script>alert(1)</script> & "Co"';
  await add({ name });
  const html = await shown(administrator);
  expect(html).not.toContain('<script>alert');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot;');
  const [pkg] = await list();
  expect(await shown(administrator, `${at()}/${pkg!.id}/edit`)).not.toContain('<script>alert');
});

test('the editor shows the card of the member with price per credit and saving against the others (UX-40)', async () => {
  await add({ name: 'Small', credits: '10', price: '10' });
  await add();
  const pkg = (await list())[1]!;
  const html = await shown(administrator, `${at()}/${pkg.id}/edit`);
  expect(html).toContain('data-preview');
  expect(html).toContain('data-others="1000/1000"');
  expect(html).toContain('data-price-input="field-price"');
  expect(html).toMatch(/data-preview-part="perCredit">\s*€0\.98 per credit/);
  expect(html).toMatch(/data-preview-part="saving">\s*Save 2\u00a0%/);
  expect(html).toContain('value="49.00"');
});

test('removing offers to undo, and undoing brings back the same package (UX-41)', async () => {
  await add();
  const [pkg] = await list();
  expect((await administrator.post(`${at()}/${pkg!.id}/remove`)).status).toBe(303);
  expect(await list()).toEqual([]);
  const undo = undoOf(await shown(administrator));
  expect((await administrator.post(undo.action, undo.fields)).status).toBe(303);
  expect(await list()).toEqual([pkg]);
  expect(await shown(administrator)).toContain('Starter is back.');
});

test('an edit and a move can be undone too (UX-41)', async () => {
  await add();
  const free = { credits: '5', price: '0', confirmFree: 'on', name: 'Free', validity: 'custom', days: '45' };
  await administrator.post(`${at()}/new`, free);
  const before = await list();
  const [paid, changed] = [before[0]!, before[1]!];
  await administrator.post(`${at()}/${changed.id}/edit`, { ...FIFTY, name: 'Not free' });
  expect((await list())[1]).toMatchObject({ name: 'Not free', priceMinor: 4900n, onSale: true });
  const edit = undoOf(await shown(administrator));
  expect((await administrator.post(edit.action, edit.fields)).status).toBe(303);
  expect(await list()).toEqual(before);
  await administrator.get(at());
  await administrator.post(`${at()}/${changed.id}/move`, { to: '0' });
  expect((await list()).map((pkg) => pkg.id)).toEqual([changed.id, paid.id]);
  const move = undoOf(await shown(administrator));
  await administrator.post(move.action, move.fields);
  expect((await list()).map((pkg) => pkg.id)).toEqual([paid.id, changed.id]);
});

test('a place that is no place, a field nobody asked for and a field sent twice are refused (E25)', async () => {
  await add();
  const [pkg] = await list();
  for (const to of ['', '-1', '1e3', 'NaN', '99999']) {
    expect((await administrator.post(`${at()}/${pkg!.id}/move`, { to })).status).toBe(404);
  }
  expect((await administrator.post(`${at()}/new`, { ...FIFTY, locationId: 'x' })).status).toBe(400);
  expect((await administrator.post(`${at()}/new`, 'credits=50&credits=60&price=1')).status).toBe(400);
  expect(await list()).toEqual([pkg]);
});

test('only administrators of billing find the packages, and only those of their location (E25)', async () => {
  await add();
  const [pkg] = await list();
  const member = await signedIn(space.memberId);
  const { organizationId, location } = space;
  const deskId = await core.database.write(organizationId, async (tx) => {
    const userId = await createUser(tx, {
      organizationId,
      name: 'Desk',
      email: `desk@${newId(core.now())}.example`,
      now: core.now(),
    });
    await createAdministrator(tx, { organizationId, locationId: location.id, userId, areas: ['customers'] });
    return userId;
  });
  for (const browser of [member, await signedIn(deskId)]) {
    expect((await browser.get(at())).status).toBe(404);
    expect((await browser.post(`${at()}/new`, FIFTY)).status).toBe(404);
    expect((await browser.post(`${at()}/${pkg!.id}/remove`)).status).toBe(404);
  }
  const mine = { space, administrator };
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  administrator = await signedIn(space.administratorId);
  for (const path of ['edit', 'remove', 'restore', 'move']) {
    const answer = await administrator.post(
      `${at()}/${pkg!.id}/${path}`,
      path === 'move' ? { to: '0' } : path === 'edit' ? FIFTY : {},
    );
    expect([path, answer.status]).toEqual([path, 404]);
  }
  expect((await administrator.get(`${at()}/${pkg!.id}/edit`)).status).toBe(404);
  expect((await administrator.get(`${at()}/not-an-id/edit`)).status).toBe(404);
  ({ space, administrator } = mine);
  expect(await list()).toEqual([pkg]);
});

test('whoever had to sign in again before an action comes back to the list', async () => {
  await add();
  const [pkg] = await list();
  for (const action of ['remove', 'restore', 'move']) {
    const response = await administrator.get(`${at()}/${pkg!.id}/${action}`);
    expect([response.status, response.headers.get('location')]).toEqual([303, at()]);
  }
  expect(await list()).toEqual([pkg]);
});
