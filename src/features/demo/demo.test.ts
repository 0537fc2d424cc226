import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { someSpace } from '../../../test/support/people.ts';
import { balanceOf } from '../credits/credits.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { timesBought } from '../purchases/records.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { type Demo, loadDemo } from './demo.ts';
import { demoPages } from './pages.tsx';

const AT = '2026-03-10T15:00:00Z';
/** The moment at which each kind of row says that something happened. */
const DATED = {
  organizations: 'created_at',
  users: 'created_at',
  locations: 'created_at',
  memberships: 'created_at',
  credit_packages: 'greatest(created_at, removed_at)',
  credit_lots: 'created_at',
  credit_entries: 'created_at',
  payments: 'greatest(created_at, settled_at)',
  purchases: 'greatest(created_at, paid_at)',
  invoices: 'greatest(opened_at, paid_at, voided_at)',
  invoice_items: 'added_at',
  invoice_documents: 'issued_at',
  notifications: 'greatest(created_at, read_at)',
};

let core: TestCore;
let demo: Demo;
let organizationId: string;

beforeAll(async () => {
  core = await testCore({ demo: true, at: AT });
  demo = await loadDemo(core);
  organizationId = (await allOrganizations(core.database))[0]!.id;
});
afterAll(() => core.close());

const rows = async (text: string, on = core, organization = organizationId) =>
  (await on.db.asOwner(organization, text)).rows as Record<string, string | null>[];
const account = (role: string, of = demo) => of.accounts.find((it) => it.role === role)!;
const counts = () =>
  rows(
    Object.keys(DATED)
      .map((table) => `select '${table}' as table, count(*) from ${table}`)
      .join(' union all '),
  );

describe('the books of the demo', () => {
  test('every balance is the sum of its entries and the sum of its lots', async () => {
    const accounts = await rows(`select a.balance_minor as balance,
      (select sum(change_minor) from credit_entries e where e.customer_id = a.customer_id) as entries,
      (select sum(remaining_minor) from credit_lots l where l.customer_id = a.customer_id) as lots
      from credit_accounts a`);
    expect(accounts.length).toBeGreaterThan(10);
    for (const { balance, entries, lots } of accounts) expect([entries, lots]).toEqual([balance, balance]);
  });

  test('what happened to a lot is what is gone from it', async () => {
    expect(
      await rows(`select l.id from credit_lots l join credit_entry_lots m on m.lot_id = l.id
        group by l.organization_id, l.id having sum(m.change_minor) <> l.remaining_minor`),
    ).toEqual([]);
  });

  test('the history of each customer goes forward in time', async () => {
    expect(
      await rows(`select e.id from credit_entries e join credit_entries b
        on b.customer_id = e.customer_id and b.version = e.version - 1 where b.created_at > e.created_at`),
    ).toEqual([]);
  });

  test('every paid purchase has its lot and its payment, and nothing else has', async () => {
    const sold = await rows(`select p.paid_at is not null as paid, y.status, y.method, y.live,
        p.total_minor = y.amount_minor and p.tax_minor = y.tax_minor and p.id = y.subject_id as same,
        l.purchase_id = p.id and l.allocation_minor = p.credits_minor and l.cost_minor = p.net_minor as granted
      from purchases p join payments y on y.id = p.payment_id left join credit_lots l on l.id = p.lot_id`);
    expect(await rows(`select count(*) from payments where subject = 'purchase'`)).toEqual(
      [{ count: BigInt(sold.length) }].map(({ count }) => ({ count: String(count) })),
    );
    for (const it of sold) {
      expect(it.same).toBe(true);
      expect([it.paid, it.granted]).toEqual(it.status === 'paid' ? [true, true] : [false, null]);
      expect(it.live).toBe(it.method === 'free');
    }
    const kinds = new Set(sold.map(({ method, status }) => `${method} ${status}`));
    expect(kinds).toEqual(new Set(['card paid', 'card failed', 'free paid']));
  });

  test('some invoices are paid, one is void, one is open, one overdue, and some collect what comes next', async () => {
    const invoices = await rows(`select i.status, d.due_on < '2026-03-10' as overdue, count(*)::int
      from invoices i left join invoice_documents d on d.invoice_id = i.id group by 1, 2 order by 1, 2`);
    expect(invoices).toEqual([
      { status: 'draft', overdue: null, count: 4 },
      { status: 'issued', overdue: false, count: 1 },
      { status: 'issued', overdue: true, count: 1 },
      { status: 'paid', overdue: true, count: 24 },
      { status: 'void', overdue: true, count: 1 },
    ]);
    const numbers = await rows('select number, issued_at from invoice_documents order by issued_at, number');
    expect(numbers.map(({ number }) => Number(number))).toEqual(numbers.map((_, index) => index + 1));
  });

  test('what has expired is written off at the end of its last day', async () => {
    const late = await rows(`select id from credit_lots where remaining_minor > 0 and expires_at <= '${AT}'`);
    expect(late).toEqual([]);
    const ended = await rows(`select e.created_at = l.expires_at as on_time from credit_entries e
      join credit_entry_lots m on m.entry_id = e.id join credit_lots l on l.id = m.lot_id where e.type = 'expiration'`);
    expect(ended.length).toBeGreaterThan(2);
    expect(new Set(ended.map(({ on_time }) => on_time))).toEqual(new Set([true]));
  });

  test('twelve different months have revenue', async () => {
    const months = await rows(`select to_char(settled_at at time zone 'Europe/Lisbon', 'YYYY-MM') as month,
      sum(amount_minor) as minor from payments where status = 'paid' and amount_minor > 0 group by 1 order by 1`);
    expect(months.length).toBeGreaterThanOrEqual(12);
    expect(months[0]!.month).toBe('2025-03');
    expect(months.at(-1)!.month).toBe('2026-03');
  });

  test('nothing is dated in the future', async () => {
    for (const [table, at] of Object.entries(DATED)) {
      expect(await rows(`select '${table}' as dated from ${table} where ${at} > '${AT}' limit 1`)).toEqual([]);
    }
  });
});

describe('the people of the demo', () => {
  test('the individual member has exactly 50 credits, 8 of which expire soon', async () => {
    const balance = await core.database.read(organizationId, (db) =>
      balanceOf(db, account('individual-member').customerId!, core.now()),
    );
    expect(balance).toMatchObject({ balanceMinor: 5_000n, spendableMinor: 5_000n });
    expect(balance.lots.map(({ remainingMinor }) => remainingMinor)).toEqual([800n, 4_200n]);
    expect(balance.lots[0]!.expiresAt!.getTime() - core.now().getTime()).toBeLessThan(14 * 86_400_000);
  });

  test('their company has credits, and a package of 50 is on sale and the most popular', async () => {
    const { companyCustomerId } = account('company-manager');
    expect(companyCustomerId).toBe(account('company-member').companyCustomerId);
    const since = new Date(core.now().getTime() - 90 * 86_400_000);
    const [company, bought] = await core.database.read(organizationId, async (db) => [
      await balanceOf(db, companyCustomerId!, core.now()),
      await timesBought(db, demo.locationId, since),
    ]);
    expect(company.spendableMinor).toBeGreaterThan(1_000n);
    const packages = await rows('select id, name, credits_minor from credit_packages where removed_at is null');
    expect(packages).toHaveLength(4);
    const fifty = packages.find(({ credits_minor }) => credits_minor === '5000')!;
    expect(Math.max(...packages.map(({ id }) => bought.get(id!) ?? 0))).toBe(bought.get(fifty.id!));
  });

  test('demo.json holds a sign-in link for each role, and only its owner reads it', () => {
    const file = join(core.config.dataDir, 'demo.json');
    const written = JSON.parse(readFileSync(file, 'utf8'));
    expect(written).toEqual(demo);
    expect(Object.keys(written)).toEqual(['url', 'locationId', 'accounts']);
    expect(written.url).toBe(core.config.baseUrl);
    expect(written.accounts.map(({ role }: { role: string }) => role)).toEqual([
      'administrator',
      'individual-member',
      'company-manager',
      'company-member',
      'non-member',
    ]);
    for (const it of written.accounts) {
      expect(it).toEqual({
        role: it.role,
        name: expect.stringMatching(/\S+ \S+/),
        email: expect.stringMatching(/^\S+@\S+\.example$/),
        signInUrl: expect.stringContaining(`${demo.url}/sign-in/link/${organizationId}.`),
        apiToken: null,
        customerId: it.role === 'administrator' ? null : expect.any(String),
        companyCustomerId: it.role.startsWith('company') ? expect.any(String) : null,
      });
    }
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('a sign-in link lets its person in again and again', async () => {
    const site = siteOf(core, (guards) => signInPages(core, guards));
    const { pathname } = new URL(account('company-manager').signInUrl);
    for (const browser of [site.open(), site.open()]) {
      expect((await browser.post(pathname)).status).toBe(303);
      expect(browser.cookies.size).toBeGreaterThan(0);
    }
  });
});

describe('loading', () => {
  test('a second start adds nothing but new links', async () => {
    const before = await counts();
    const again = await loadDemo(core);
    expect(await counts()).toEqual(before);
    expect(again.accounts.map(({ customerId }) => customerId)).toEqual(
      demo.accounts.map(({ customerId }) => customerId),
    );
    expect(account('administrator', again).signInUrl).not.toBe(account('administrator').signInUrl);
  });

  test('it loads everything or nothing, and two at once load one', async () => {
    const other = await testCore({ demo: true });
    try {
      const { database } = other;
      const cut: TestCore['database'] = {
        ...database,
        write: (id, work) =>
          database.write(id, async (tx) => {
            await work(tx);
            throw new Error('the power went');
          }),
      };
      await expect(loadDemo({ ...other, database: cut })).rejects.toThrow('the power went');
      expect(await allOrganizations(database)).toEqual([]);
      expect(await database.directory.selectFrom('sign_in_addresses').selectAll().execute()).toEqual([]);
      const [one, two] = await Promise.all([loadDemo(other), loadDemo(other)]);
      expect(one.locationId).toBe(two.locationId);
      expect(await allOrganizations(database)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  test('it refuses a database in which somebody works already', async () => {
    const other = await testCore({ demo: true });
    try {
      await someSpace(other);
      await expect(loadDemo(other)).rejects.toThrow('The demo needs a database of its own.');
      expect(await allOrganizations(other.database)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  test.each(['2026-12-28T00:01:00Z', '2028-02-29T23:59:00Z', '2027-03-28T00:30:00Z', '2026-08-01T07:00:00Z'])(
    'the year ends well on %s',
    async (at) => {
      const other = await testCore({ demo: true, at });
      try {
        const loaded = await loadDemo(other);
        const id = (await allOrganizations(other.database))[0]!.id;
        const balance = await other.database.read(id, (db) =>
          balanceOf(db, account('individual-member', loaded).customerId!, other.now()),
        );
        expect(balance.lots.map(({ remainingMinor }) => remainingMinor)).toEqual([800n, 4_200n]);
        for (const [table, when] of Object.entries(DATED)) {
          expect(
            await rows(`select '${table}' as dated from ${table} where ${when} > '${at}' limit 1`, other, id),
          ).toEqual([]);
        }
        const [months] = await rows(
          `select count(distinct to_char(settled_at at time zone 'Europe/Lisbon', 'YYYY-MM')) from payments
            where status = 'paid' and amount_minor > 0`,
          other,
          id,
        );
        expect(Number(months!.count)).toBeGreaterThanOrEqual(12);
      } finally {
        await other.close();
      }
    },
  );
});

test('the living page of the design is there in a demo, and nowhere else', async () => {
  const page = await siteOf(core, (guards) => demoPages(core, guards))
    .open()
    .get('/design');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<!doctype html>');
  const real = await testCore();
  expect(demoPages(real, {} as Parameters<typeof demoPages>[1])).toEqual([]);
  await real.close();
});
