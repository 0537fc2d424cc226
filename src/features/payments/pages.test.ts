import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createAdministrator, createUser, membershipOf } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { paymentsPages } from './pages.tsx';
import { connectTestGateway } from './payments.ts';

let core: TestCore;
let site: Site;
let space: Space;
let customerId: string;
let administrator: Browser;

beforeAll(async () => {
  core = await testCore();
  // Of every payment of which something went back, 20 credits are spent.
  const creditsGoneOf = async (_: unknown, ids: string[]) => new Map(ids.map((id) => [id, { owedMinor: 2_000n }]));
  site = siteOf(core, (guards) => [...signInPages(core, guards), ...paymentsPages(core, guards, creditsGoneOf)]);
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

function connect(): Promise<string> {
  const { organizationId, location } = space;
  const it = { organizationId, locationId: location.id, now: core.now() };
  return write((tx) => connectTestGateway(tx, core, it));
}

type Row = {
  title: string;
  amountMinor: bigint;
  method?: 'card' | 'free';
  status?: 'paid' | 'failed';
  label?: string;
  refundedMinor?: bigint;
  disputedMinor?: bigint;
};

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
    subject: 'purchase' as const,
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
    refunded_minor: it.refundedMinor ?? 0n,
    disputed_minor: it.disputedMinor ?? 0n,
    reversals: it.refundedMinor || it.disputedMinor ? 1 : 0,
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
    ['10 Mar 2026, 10:03', '&lt;b&gt;Gift&lt;/b&gt;', 'Free', '€0.00', 'Paid', ''],
    ['10 Mar 2026, 10:02', 'Starter', 'Visa •••• 0002', '€49.00', 'Failed Test', ''],
    ['10 Mar 2026, 10:01', 'Starter', 'Visa •••• 4242', '€49.00', 'Paid Test', 'Refund…'],
  ]);
});

test('S19 what went back of a payment is beside it, and what may be done, for those who look after money', async () => {
  const id = await connect();
  const gone: [string, bigint, bigint, string, string, string][] = [
    ['Part', 2000n, 0n, '€49.00 €20.00 refunded', 'Paid 20 credits short Test', 'Refund… Waive…'],
    ['Whole', 4900n, 0n, '€49.00 €49.00 refunded', 'Paid Refunded 20 credits short Test', 'Waive…'],
    ['Held', 0n, 4900n, '€49.00 €49.00 held back by the bank', 'Paid Disputed 20 credits short Test', 'Waive…'],
  ];
  for (const [title, refundedMinor, disputedMinor] of gone) {
    core.clock.advance(60_000);
    await record(id, { title, amountMinor: 4900n, refundedMinor, disputedMinor });
  }
  core.clock.set('2026-03-10T09:00:00Z');
  const html = await (await administrator.get(payments())).text();
  const rows = gone.map(([title, , , ...cells]) => [title, ...cells]).reverse();
  expect(cellsOf(html).map(([, title, , ...cells]) => [title, ...cells])).toEqual(rows);
  const links = [...html.matchAll(/href="[^"]*(\/refund|\/waive)" aria-label="([^"]*)"/g)].map(([, , label]) => label);
  expect(links).toContain('Refund… Part, 10 Mar 2026, 10:01');
  expect(new Set(links).size).toBe(4);
  const deskId = await write(async (tx) => {
    const { organizationId, location } = space;
    const email = `desk@${newId(core.now())}.example`;
    const userId = await createUser(tx, { organizationId, name: 'Desk', email, now: core.now() });
    await createAdministrator(tx, { organizationId, locationId: location.id, userId, areas: ['customers'] });
    return userId;
  });
  const seen = await (await (await signedIn(deskId)).get(payments())).text();
  expect(cellsOf(seen).map(([, title, , amount, ...more]) => [title, amount, more.length])).toEqual(
    rows.map(([title, amount]) => [title, amount, 1]),
  );
  expect(seen).not.toMatch(/Refund…|Waive…|\/payments\/[0-9a-f]{8}-/);
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
