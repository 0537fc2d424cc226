import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { migrate } from '../../platform/database/migrate.ts';
import { newId } from '../../platform/ids.ts';
import { balanceOf, reverseSpend, spendCredits } from './credits.ts';
import { checkLedger } from './verify.ts';

// A ledger from before there were holds and costs of entries, brought to this version.

const MIGRATIONS = join(import.meta.dirname, '../../../db/migrations');
const NOW = new Date('2026-03-10T09:00:00Z');
const ids = Object.fromEntries(['organization', 'location', 'customer', 'other'].map((name) => [name, newId(NOW)])) as {
  [name in 'organization' | 'location' | 'customer' | 'other']: string;
};
const { organization: organizationId, customer: customerId } = ids;

let owner: pg.Client;
let database: Database;
let root: pg.Client;
let folder: string;
const name = `test_${randomBytes(6).toString('hex')}`;
let spends: string[];

beforeAll(async () => {
  const { ownerUrl, appUrl } = inject('postgres');
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  root = new pg.Client({ connectionString: ownerUrl });
  await root.connect();
  await root.query(`create database ${name}`);
  owner = new pg.Client({ connectionString: at(ownerUrl) });
  await owner.connect();
  folder = mkdtempSync(join(tmpdir(), 'roost-upgrading-'));
  for (const file of readdirSync(MIGRATIONS).filter((file) => file < '0007'))
    cpSync(join(MIGRATIONS, file), join(folder, file));
  const roles = { ownerUrl: at(ownerUrl), appRole: new URL(appUrl).username };
  await migrate(roles, folder);
  await owner.query(`select set_config('roost.organization_id', $1, false)`, [organizationId]);
  spends = await oldLedger();
  await migrate(roles, MIGRATIONS);
  database = openDatabase({ url: at(appUrl) });
});
afterAll(async () => {
  await database?.close();
  await owner.end();
  await root.query(`drop database ${name} with (force)`);
  await root.end();
  rmSync(folder, { recursive: true });
});

/** Two customers with what there was then: purchases, spends over several lots, and one lot that was written off. */
async function oldLedger(): Promise<string[]> {
  await owner.query(`insert into organizations (id, name, created_at) values ($1, 'Nest', $2)`, [organizationId, NOW]);
  await owner.query(
    `insert into locations (organization_id, id, slug, name, currency, time_zone, locale, created_at)
     values ($1, $2, 'nest', 'Nest', 'EUR', 'Europe/Berlin', 'en-GB', $3)`,
    [organizationId, ids.location, NOW],
  );
  for (const id of [customerId, ids.other])
    await owner.query(
      `insert into customers (organization_id, id, location_id, kind, name, created_at) values ($1, $2, $3, 'company', 'C', $4)`,
      [organizationId, id, ids.location, NOW],
    );
  const at = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
  const grant = async (
    customer: string,
    lotId: string,
    credits: number,
    cost: number,
    end: Date | null,
    time: Date,
  ) => {
    const values = [organizationId, customer, newId(time), lotId, newId(time), credits, cost, end, newId(time), time];
    const text = `select grant_credits($1, $2, $3, $4, $5, 'purchase', 'purchase', $6, $7, $8, $9, null, '', '', $10)`;
    await owner.query(text, values);
  };
  const spend = async (customer: string, credits: number, time: Date) => {
    const id = newId(time);
    const values = [organizationId, customer, id, newId(time), credits, time];
    await owner.query(`select spend_credits($1, $2, $3, $4, $5, null, 'Room', '', $6)`, values);
    return id;
  };
  const lots = [0, 1, 2].map((hours) => newId(at(hours)));
  await grant(customerId, lots[0]!, 1_000, 1_001, null, at(0));
  await grant(customerId, lots[1]!, 300, 100, at(48), at(1));
  await grant(ids.other, lots[2]!, 4, 10, null, at(2));
  const made = [await spend(customerId, 100, at(3)), await spend(customerId, 333, at(4))];
  for (const credits of [1, 2, 1]) await spend(ids.other, credits, at(5));
  // By clocks that did not agree.
  await grant(customerId, newId(at(6)), 90, 89, at(24), at(3.9));
  made.push(await spend(customerId, 30, at(3.8)));
  await owner.query(`select expire_lot($1, $2, (select id from credit_lots where allocation_minor = 90), $3, $4)`, [
    ...[organizationId, customerId, newId(at(24)), at(24)],
  ]);
  return made;
}

const write = <T>(work: Parameters<typeof database.write<T>>[1]) => database.write(organizationId, work);

test('a ledger of the first version is right by the rules of this one', async () => {
  const { faults, entries, customers } = await database.read(organizationId, (db) => checkLedger(db));
  expect({ faults, entries, customers }).toEqual({ faults: [], entries: 11, customers: 2 });
});

test('what was spent and written off then has taken its cost along, in the order in which it happened', async () => {
  const { rows: lots } = await owner.query(
    'select allocation_minor, remaining_minor, cost_left_minor from credit_lots order by created_at',
  );
  expect(lots.map((lot) => Object.values(lot).map(Number))).toEqual([
    [1_000, 867, 868],
    [300, 0, 0],
    [4, 0, 0],
    [90, 0, 0],
  ]);
  const { rows } = await owner.query(
    `select e.type, m.cost_minor from credit_entry_lots m join credit_entries e on e.id = m.entry_id
     join credit_lots l on l.id = m.lot_id where m.change_minor < 0
     order by e.customer_id <> $1, e.version, l.expires_at nulls last`,
    [customerId],
  );
  expect(rows.map((row) => [row.type, Number(row.cost_minor)])).toEqual([
    ['spend', -33],
    ['spend', -67],
    ['spend', -133],
    ['spend', -30],
    ['expiration', -59],
    // Each takes its share of what the ones before it have left.
    ['spend', -3],
    ['spend', -5],
    ['spend', -2],
  ]);
});

test('moves go on from there, and what was spent then can be given back now', async () => {
  const it = { organizationId, customerId, actorUserId: null, now: new Date('2026-03-11T12:00:00Z') };
  await write((tx) => spendCredits(tx, { ...it, key: 'now', creditsMinor: 867n }));
  const returned = { ...it, key: 'back', entryId: spends[1]!, timeZone: 'Europe/Berlin' };
  expect(await write((tx) => reverseSpend(tx, returned))).toMatchObject({ creditsMinor: 333n });
  const balance = await database.read(organizationId, (db) => balanceOf(db, customerId, it.now));
  expect(balance.balanceMinor).toBe(333n);
  const { faults } = await database.read(organizationId, (db) => checkLedger(db));
  expect(faults).toEqual([]);
});
