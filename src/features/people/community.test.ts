import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import type { Elsewhere } from './elsewhere.ts';
import { peoplePages } from './pages.tsx';
import { createCompany, createMembership, createUser } from './people.ts';
import { NOTHING_ELSEWHERE } from './test-elsewhere.ts';

let core: TestCore;
let space: Space;
let ada: Browser;
/** Customers with a plan. */
let planned: string[];

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  planned = [];
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const elsewhere: Elsewhere = {
    ...NOTHING_ELSEWHERE,
    balancesOf: async (_db, ids) => new Map(ids.map((id) => [id, 1_250n])),
    plansOf: async (_db, ids) => new Map(ids.filter((id) => planned.includes(id)).map((id) => [id, 'Resident'])),
    hasPlan: (customer) => sql<boolean>`${customer} = any (${planned}::uuid[])`,
  };
  const site = siteOf(core, (guards) => [...signInPages(core, guards), ...peoplePages(core, guards, elsewhere)]);
  ada = site.open();
  const { organizationId, administratorId: userId } = space;
  await ada.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
});
afterAll(() => core.close());

const made = () => ({ organizationId: space.organizationId, locationId: space.location.id, now: core.now() });
const write = <T>(work: (tx: Tx) => Promise<T>) => core.database.write(space.organizationId, work);
const list = async (query = '', which = 'members') =>
  await (await ada.get(`/l/${space.location.slug}/community/${which}${query}`)).text();
const namesIn = (html: string) => [...html.matchAll(/customers\/[\w-]+">([^<]+)<\/a>/g)].map(([, name]) => name);

async function person(name: string, more: Partial<Parameters<typeof createMembership>[1]> = {}): Promise<string> {
  return await write(async (tx) => {
    const userId = await createUser(tx, { ...made(), name, email: `${newId(core.now())}@x.example` });
    return (await createMembership(tx, { ...made(), userId, name, type: 'member', ...more })).customerId;
  });
}

test('UX-35 the lists are narrowed by standing, company, role and plan, all of it in the address', async () => {
  const acme = await write((tx) => createCompany(tx, { ...made(), name: 'Acme' }));
  const max = await person('Max', { company: { id: acme.id, role: 'manager' } });
  await person('Eva', { company: { id: acme.id, role: 'member' } });
  await person('Noa', { type: 'nonmember' });
  await person('Rita', { type: 'nonmember', status: 'requested' });
  planned = [max];
  const shown = async (query: string) => namesIn(await list(query));
  expect(await shown('')).toEqual(['Rita', 'Eva', 'Max', 'Mia', 'Noa']);
  expect(await shown('?standing=member')).toEqual(['Eva', 'Max', 'Mia']);
  expect(await shown('?standing=nonmember')).toEqual(['Noa']);
  expect(await shown('?standing=requested')).toEqual(['Rita']);
  expect(await shown(`?company=${acme.customerId}`)).toEqual(['Eva', 'Max']);
  expect(await shown('?company=none')).toEqual(['Rita', 'Mia', 'Noa']);
  expect(await shown(`?company=${acme.customerId}&role=manager`)).toEqual(['Max']);
  expect(await shown('?plan=with')).toEqual(['Max']);
  expect(await shown('?plan=without&standing=member')).toEqual(['Eva', 'Mia']);
  expect(await shown('?search=a&role=member')).toEqual(['Eva']);
  const page = await list(`?standing=member&company=${acme.customerId}&role=manager&plan=with`);
  for (const chosen of ['member', acme.customerId, 'manager', 'with']) {
    expect(page).toMatch(new RegExp(`<option value="${chosen}" selected`));
  }
  expect(page).toContain('Show all');
  expect(await list('?plan=with&role=member')).toContain('Nothing here is what you have chosen.');
});

test('E25 what an address cannot mean is left out', async () => {
  for (const query of [
    '?standing=king',
    '?company=x',
    '?role=%00',
    '?plan=maybe',
    '?page=-1',
    '?page=1e9',
    '?page=x',
  ]) {
    expect(namesIn(await list(query)), query).toEqual(['Mia']);
  }
  expect(await list("?search=%25&company=' or 1=1")).toContain('Nothing here matches');
});

test('UX-38 long lists go on page by page, and the file holds all of them', async () => {
  await write(async (tx) => {
    for (let number = 1; number <= 450; number++) {
      const name = `Person ${String(number).padStart(3, '0')}`;
      const userId = await createUser(tx, { ...made(), name, email: `p${number}@${space.organizationId}.example` });
      await createMembership(tx, { ...made(), userId, name, type: 'member' });
    }
  });
  const first = await list('?search=person');
  expect(namesIn(first)).toHaveLength(200);
  expect(first).toContain('?search=person&amp;page=2');
  expect(namesIn(await list('?search=person&page=2'))[0]).toBe('Person 201');
  const last = await list('?search=person&page=3');
  expect(namesIn(last)).toHaveLength(50);
  expect(last).not.toContain('Next page');
  expect(await list('?page=99')).toContain('Nothing here is what you have chosen.');
  const lines = (await list('?search=person', 'members.csv')).trimEnd().split('\r\n');
  expect(lines).toHaveLength(451);
  expect(lines[450]).toMatch(/^Person 450,/);
});

test('UX-36 the file holds the rows that are shown, safe to open in a spreadsheet', async () => {
  const acme = await write((tx) => createCompany(tx, { ...made(), name: '=Acme, "Sons"' }));
  const max = await person('@Max', { company: { id: acme.id, role: 'manager' } });
  await person('Gus', { status: 'removed' });
  planned = [max, acme.customerId];
  const answer = await ada.get(`/l/${space.location.slug}/community/members.csv?role=manager`);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="members-nest-mitte-2026-03-10.csv"');
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const [head, row, ...rest] = new TextDecoder().decode(bytes).split('\r\n');
  expect(head).toBe('Name,E-mail address,Status,Company,Role in the company,Plan,Credits,Since');
  expect(row).toMatch(/^'@Max,[^,]+@x\.example,Member,"'=Acme, ""Sons""",Manager,Resident,12\.5,2026-03-10$/);
  expect(rest).toEqual(['']);
  expect(await list('?show=removed', 'members.csv')).toContain('Gus,');
  const companies = await list('', 'companies.csv');
  expect(companies).toContain(`"'=Acme, ""Sons""",1,1,Resident,12.5,2026-03-10\r\n`);
});

test('files are for those who look after customers alone', async () => {
  const mia = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...peoplePages(core, guards, NOTHING_ELSEWHERE),
  ]).open();
  const { organizationId, memberId: userId } = space;
  await mia.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
  for (const file of ['members.csv', 'companies.csv']) {
    expect((await mia.get(`/l/${space.location.slug}/community/${file}`)).status).toBe(404);
  }
});
