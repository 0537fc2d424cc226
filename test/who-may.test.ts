import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../src/platform/http/routes.ts';
import type { Browser } from './support/browser.ts';
import { type Belongings, type Cast, openCast, type Part } from './support/cast.ts';

// Who may do what: every route, tried by everybody who might come to it. What is right stands in `who-may.txt`, a row for
// each route; `UPDATE_WHO_MAY=1` writes it anew, and its difference is there to be read.

const FILE = join(import.meta.dirname, 'who-may.txt');
const KEY = `. let in   n told why not (409, 422)   - not there (404)   x refused (403)   s sign in first   j join first   2 second factor first   ~ has no id of anybody
`;

let cast: Cast;
beforeAll(async () => {
  cast = await openCast();
}, 120_000);
afterAll(() => cast.close());

describe('S7 S9 who may do what', () => {
  test('every page and every action lets in whom it should and nobody else, and who is turned away changes nothing', {
    timeout: 600_000,
  }, async () => {
    const rows: string[] = [];
    for (const route of inOrder(cast.shop.app.routes))
      for (const whose of ownersOf(route)) rows.push(await rowOf(route, whose));
    const text = `${KEY}\n${header()}\n${rows.join('\n')}\n`;
    if (process.env.UPDATE_WHO_MAY) writeFileSync(FILE, text);
    expect(text.split('\n')).toEqual(readFileSync(FILE, 'utf8').split('\n'));
  });
});

describe('nothing crosses an organization, whatever the program forgets to ask for', () => {
  test('no row of any table is seen, changed or removed from another one', async () => {
    const { shop, foreignOrganizationId } = cast;
    const { core, organizationId } = shop;
    const theirs = (text: string) => core.db.asOwner(organizationId, text, [organizationId]);
    const { rows: tables } = (await core.db.asOwner(
      organizationId,
      `select table_name as name from information_schema.columns
         where table_schema = 'public' and column_name = 'organization_id' and table_name <> 'sign_in_addresses'`,
    )) as { rows: { name: string }[] };
    const filled: string[] = [];
    for (const { name } of tables)
      if ((await theirs(`select from ${name} where organization_id = $1 limit 1`)).rowCount === 1) filled.push(name);
    expect(filled.length).toBeGreaterThan(25);
    const before = await everything();
    for (const name of filled) {
      const asStranger = async (text: string) =>
        await core.database
          .write(foreignOrganizationId, (tx) => sql.raw(text).execute(tx))
          .then(
            ({ rows, numAffectedRows }) => rows.length + Number(numAffectedRows ?? 0n),
            (error: { code: string }) => (error.code === '42501' ? 0 : Promise.reject(error)),
          );
      const where = `where organization_id = '${organizationId}'`;
      expect(await asStranger(`select 1 as one from ${name} ${where}`), name).toBe(0);
      expect(await asStranger(`delete from ${name} ${where}`), name).toBe(0);
      expect(await asStranger(`update ${name} set organization_id = '${foreignOrganizationId}' ${where}`), name).toBe(
        0,
      );
    }
    expect(await everything()).toBe(before);
  });
});

const NAME_WIDTH = 112;
const CELL_WIDTH = 11;

function header(): string {
  return `${' '.repeat(NAME_WIDTH)}${cast.parts.map(({ name }) => name.padEnd(CELL_WIDTH)).join('')}`.trimEnd();
}

/** What ends a session comes last, and what is asked comes before what is done. */
function inOrder(routes: Route[]): Route[] {
  const unique = new Map(routes.map((route) => [`${route.path} ${route.method}`, route]));
  return [...unique.values()]
    .filter(({ access }) => access !== 'gateway')
    .sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));
}

const OWNED = /:(customerId|packageId|paymentId|purchaseId|lotId|entryId|number|wallet|alertId|invoiceId|itemId)\b/;
const NAMED = /:(?!location\b)\w+/;

/** Whose things a route is tried with: those of a person and of a company, when it names any. */
function ownersOf({ path }: Route): Belongings[] {
  if (!OWNED.test(path)) return cast.belongings.slice(0, 1);
  // Administrators look at both companies alike.
  return path.includes('/community/') ? cast.belongings.slice(0, 2) : cast.belongings;
}

async function rowOf(route: Route, whose: Belongings): Promise<string> {
  const name = `${route.method.padEnd(4)} ${route.path}${OWNED.test(route.path) ? ` of ${whose.name}` : ''}`;
  const should = written.get(name);
  const isTurnedAway = (_: Part, at: number) => !['.', 'n'].includes(should?.[at] ?? '');
  const isLetIn = (part: Part, at: number) => !isTurnedAway(part, at);
  const outcomes = new Map<Part, string>();
  const everybody = async (parts: Part[]) => {
    for (const part of parts) outcomes.set(part, await outcomeOf(part, route, whose));
  };
  const before = await everything();
  await everybody(cast.parts.filter(isTurnedAway));
  if (should) expect(await everything(), `${name}, by those who are turned away`).toBe(before);
  await everybody(cast.parts.filter(isLetIn));
  const cells = cast.parts.map((part) => outcomes.get(part)!.padEnd(CELL_WIDTH));
  return `${name.padEnd(NAME_WIDTH)}${cells.join('')}`.trimEnd();
}

/** What the file says of each row. */
const written = new Map(
  (process.env.UPDATE_WHO_MAY ? '' : readFileSync(FILE, 'utf8'))
    .split('\n')
    .map((line) => [line.slice(0, NAME_WIDTH).trimEnd(), line.slice(NAME_WIDTH).split(/\s+/)] as const),
);

const browsers = new Map<Part, Browser>();

/** Pages of a location end nobody's session; elsewhere each request comes from a browser of its own. */
async function browserOf(part: Part, { path }: Route): Promise<Browser> {
  if (!path.startsWith('/l/')) return await part.open();
  const browser = browsers.get(part) ?? (await part.open());
  browsers.set(part, browser);
  return browser;
}

/** As browsers say it of a form of our own pages. */
const OURS = { 'Sec-Fetch-Site': 'same-origin' };

async function outcomeOf(part: Part, route: Route, whose: Belongings): Promise<string> {
  const isAway = part.name.startsWith('own ');
  if (isAway && !NAMED.test(route.path)) return '~';
  const browser = await browserOf(part, route);
  const path = addressOf(route.path, part, whose);
  const answer =
    route.method === 'GET' ? await browser.get(path) : await browser.post(path, fieldsOf(route, whose), OURS);
  expect(answer.status, `${part.name}: ${route.method} ${path}`).toBeLessThan(500);
  await answer.arrayBuffer();
  const to = answer.headers.get('location') ?? '';
  if (answer.status === 404) return '-';
  if (answer.status === 403) return 'x';
  if (answer.status === 409 || answer.status === 422) return 'n';
  if (to.startsWith('/sign-in')) return 's';
  if (to.startsWith('/second-factor')) return '2';
  return to.endsWith('/join') && !route.path.endsWith('/join') ? 'j' : '.';
}

const ANY_ID = '01900000-0000-7000-8000-000000000000';

function addressOf(path: string, part: Part, whose: Belongings): string {
  const { shop, planIds, passingIds } = cast;
  const values: Record<string, string> = {
    ...whose,
    location: part.slug,
    packageId: shop.packages.fifty,
    id: !path.includes('/plans/') ? shop.packages.fifty : planIds[path.endsWith('/edit') ? 'kept' : 'archived'],
    kind: 'stripe',
    userId: passingIds[cast.parts.indexOf(part)]!,
    ...(path.includes('/items/:itemId') && { invoiceId: whose.draftId }),
    ...(path.includes('/company/people/') && { customerId: cast.colleagueId }),
    ...(/\/invoices\/.*:paymentId/.test(path) && { paymentId: whose.invoicePaymentId }),
    ...(path.includes('/invoices/:number') && { number: whose.invoiceNumber }),
  };
  const filled = path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? 'other');
  // Whose wallet is looked at.
  return path.includes('/membership/') && OWNED.test(path) ? `${filled}?wallet=${whose.wallet}` : filled;
}

/** What a form of ours carries by itself, without which an action is not even looked at. */
function fieldsOf({ path }: Route, { wallet, cardId }: Belongings): Record<string, string> {
  const requestKey = randomUUID();
  const fields: Record<string, Record<string, string>> = {
    '/invitations/accept': { id: ANY_ID },
    '/invitations/decline': { id: ANY_ID },
    '/company/withdraw': { id: ANY_ID },
    '/people/:customerId/role': { role: 'member' },
    '/ownership/offer': { userId: cast.shop.administratorId },
    '/packages/:packageId': { wallet, requestKey, method: `saved-${cardId}`, seenTotalMinor: '4900' },
    '/cards/prefer': { wallet, cardId },
    '/cards/remove': { wallet, cardId },
    '/notifications/read': { upTo: ANY_ID },
    '/credit-packages/:id/move': { to: '1' },
    '/customers/:customerId/remove': { type: 'member' },
    '/waive': { seen: '0' },
    '/bill': { seen: '0' },
    '/refund/review': { requestKey, seen: '0-0', amount: '1.00', reason: 'Moved away' },
    '/adjust/review': { requestKey, seen: '0' },
    '/credits/use': { requestKey },
    '/return': { requestKey },
    '/resolve': { note: 'Seen' },
    '/sell/review': { requestKey, packageId: cast.shop.packages.fifty, method: 'external', seen: '1' },
    '/charge': { id: requestKey, seenDueMinor: '1' },
    '/external': { id: requestKey, seenDueMinor: '1' },
    '/issue': { seenTotalMinor: '1' },
    '/items/:itemId/remove': { seenUnspentMinor: '9' },
    '/void': { seenUnspentMinor: '9', takeBack: 'yes' },
    '/credit': { id: requestKey, seenUnspentMinor: '9', takeBack: 'yes' },
    '/customers/:customerId/permissions': { shown: '' },
    '/membership/payment-permissions': { shown: '' },
  };
  return Object.entries(fields).find(([end]) => path.endsWith(end))?.[1] ?? {};
}

/** All rows of all tables, as one number; sessions apart, for each request has one of its own. */
async function everything(): Promise<string> {
  const { db } = cast.shop.core;
  const { rows: tables } = (await db.asOwner(
    cast.shop.organizationId,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'sessions'`,
  )) as { rows: { name: string }[] };
  const sums = tables.map(({ name }) => `select sum(hashtextextended(t::text, 0)) as sum from ${name} t`);
  const { rows } = await db.asOwner(
    cast.shop.organizationId,
    `select sum(sum)::text as sum from (${sums.join(' union all ')}) s`,
  );
  return (rows as { sum: string }[])[0]!.sum;
}
