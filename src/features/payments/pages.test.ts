import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createAdministrator, createUser, membershipOf } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { gatewayPages } from './gateway-pages.tsx';
import { paymentsPages } from './pages.tsx';
import { connectionAt, connectTestGateway } from './payments.ts';

let core: TestCore;
let site: Site;
let space: Space;
let customerId: string;
let administrator: Browser;

beforeAll(async () => {
  core = await testCore();
  site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...paymentsPages(core, guards),
    ...gatewayPages(core, guards),
  ]);
});
beforeEach(async () => {
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const { organizationId, location, memberId } = space;
  customerId = (await core.database.read(organizationId, (db) => membershipOf(db, location.id, memberId)))!.customerId;
  administrator = await signedIn(space.administratorId);
});
afterAll(() => core.close());

const write = <T>(work: Parameters<typeof core.database.write<T>>[1]) =>
  core.database.write(space.organizationId, work);

async function signedIn(userId: string): Promise<Browser> {
  const browser = site.open();
  const link = await createSignInLink(core, { organizationId: space.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

const payments = () => `/l/${space.location.slug}/community/customers/${customerId}/payments`;
const gateways = () => `/l/${space.location.slug}/settings/payment-gateways`;
const connection = () => core.database.read(space.organizationId, (db) => connectionAt(db, space.location.id));

function connect(): Promise<string> {
  const { organizationId, location } = space;
  const it = { organizationId, locationId: location.id, now: core.now() };
  return write((tx) => connectTestGateway(tx, core, it));
}

type Row = { title: string; amountMinor: bigint; method?: 'card' | 'free'; status?: 'paid' | 'failed'; label?: string };

/** A payment as it stands in the books; how it came there is of no matter to these pages. */
async function record(connectionId: string, it: Row): Promise<void> {
  const { organizationId, location } = space;
  const now = core.now();
  const { method = 'card', status = 'paid', label = '' } = it;
  const row = {
    organization_id: organizationId,
    id: newId(now),
    location_id: location.id,
    customer_id: customerId,
    subject: 'purchase',
    subject_id: newId(now),
    source: 'credits' as const,
    title: it.title,
    method,
    status,
    amount_minor: it.amountMinor,
    tax_minor: 0n,
    currency: 'EUR',
    live: false,
    ...(method === 'card' && { connection_id: connectionId, reference: newId(now) }),
    method_label: label,
    created_at: now,
    settled_at: status === 'paid' ? now : null,
    give_up_at: now,
  };
  await write((tx) => tx.insertInto('payments').values(row).execute());
}

/** The rows of the page's table as people read them, cell by cell. */
function cellsOf(html: string): string[][] {
  const body = /<tbody[^>]*>(.*?)<\/tbody>/s.exec(html)?.[1] ?? '';
  return [...body.matchAll(/<tr.*?<\/tr>/gs)].map(([row]) =>
    [...row.matchAll(/class="cell-value">(.*?)<\/t[hd]>/gs)].map(([, cell]) =>
      cell!
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  );
}

test('a card payment shows at the customer with date, method, amount and status (S14)', async () => {
  const id = await connect();
  core.clock.advance(60_000);
  await record(id, { title: 'Starter', amountMinor: 4900n, label: 'Visa •••• 4242' });
  core.clock.advance(60_000);
  await record(id, { title: 'Starter', amountMinor: 4900n, status: 'failed', label: 'Visa •••• 0002' });
  core.clock.advance(60_000);
  await record(id, { title: '<b>Gift</b>', amountMinor: 0n, method: 'free' });
  core.clock.set('2026-03-10T09:00:00Z');
  const html = await (await administrator.get(payments())).text();
  expect(html).toContain('Transactions');
  expect(cellsOf(html)).toEqual([
    ['10 Mar 2026, 10:03', '&lt;b&gt;Gift&lt;/b&gt;', 'Free', '€0.00', 'Paid'],
    ['10 Mar 2026, 10:02', 'Starter', 'Visa •••• 0002', '€49.00', 'Failed Test'],
    ['10 Mar 2026, 10:01', 'Starter', 'Visa •••• 4242', '€49.00', 'Paid Test'],
  ]);
});

test('a customer without payments gets a sentence in place of a table (S14)', async () => {
  expect(await (await administrator.get(payments())).text()).toContain('No payments yet');
});

test('payments beyond the first page are reached by "Load more" (S14)', async () => {
  const id = await connect();
  for (let index = 0; index < 53; index++) {
    core.clock.advance(1000);
    await record(id, { title: `Number ${index}`, amountMinor: 100n });
  }
  core.clock.set('2026-03-10T09:00:00Z');
  const first = await (await administrator.get(payments())).text();
  expect(cellsOf(first)).toHaveLength(50);
  const more = /href="([^"]*before=[^"]*)"/.exec(first)![1]!;
  const rest = cellsOf(await (await administrator.get(more)).text());
  expect(rest.map(([, title]) => title)).toEqual(['Number 2', 'Number 1', 'Number 0']);
});

test('payments are shown to administrators of this location only (S14, E25)', async () => {
  const path = payments();
  expect((await (await signedIn(space.memberId)).get(path)).status).toBe(404);
  expect((await administrator.get(`${path}?before=x`)).status).toBe(404);
  const { slug } = space.location;
  expect((await administrator.get(`/l/${slug}/community/customers/${newId(core.now())}/payments`)).status).toBe(404);
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  expect((await (await signedIn(space.administratorId)).get(payments())).status).toBe(404);
});

test('an administrator connects the test gateway by one button, and twice connects it once (S3)', async () => {
  const before = await (await administrator.get(gateways())).text();
  expect(before).toContain('Test gateway (no real money)');
  expect(before).not.toContain('Stripe');
  for (let press = 0; press < 2; press++) {
    const response = await administrator.post(gateways());
    expect([response.status, response.headers.get('location')]).toEqual([303, gateways()]);
  }
  const connected = await connection();
  const html = await (await administrator.get(gateways())).text();
  expect(html).toContain('Test mode: no real money');
  expect(html).toContain(connected!.account);
  expect(html).toContain('10 Mar 2026, 10:00');
});

test('disconnecting asks first, and parts only from the connection it asked about (S3, E20)', async () => {
  const id = await connect();
  const asked = await (await administrator.get(`${gateways()}/disconnect`)).text();
  expect(asked).toContain('Payments that are under way are still brought to their end.');
  expect(await connection()).toBeDefined();
  await administrator.post(`${gateways()}/disconnect`, { connectionId: newId(core.now()) });
  await administrator.post(`${gateways()}/disconnect`, {});
  expect((await connection())?.id).toBe(id);
  const response = await administrator.post(`${gateways()}/disconnect`, { connectionId: id });
  expect([response.status, response.headers.get('location')]).toEqual([303, gateways()]);
  expect(await connection()).toBeUndefined();
  expect((await administrator.get(`${gateways()}/disconnect`)).status).toBe(303);
});

test('gateways are for administrators of settings only (S3, E25)', async () => {
  const { organizationId, location } = space;
  const deskId = await write(async (tx) => {
    const email = `desk@${newId(core.now())}.example`;
    const userId = await createUser(tx, { organizationId, name: 'Desk', email, now: core.now() });
    await createAdministrator(tx, { organizationId, locationId: location.id, userId, areas: ['customers', 'billing'] });
    return userId;
  });
  for (const userId of [deskId, space.memberId]) {
    const browser = await signedIn(userId);
    expect((await browser.get(gateways())).status).toBe(404);
    expect((await browser.post(gateways())).status).toBe(404);
  }
  expect(await connection()).toBeUndefined();
});
