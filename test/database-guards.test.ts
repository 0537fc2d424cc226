import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from './support/database.ts';

// What the database itself refuses, whoever asks. Nothing here goes through the program's own code.

type Sold = {
  organizationId: string;
  userId: string;
  customerId: string;
  purchaseId: string;
  lotId: string;
  entryId: string;
};

let db: TestDatabase;
let app: pg.Client;
let one: Sold;
let other: Sold;

beforeAll(async () => {
  db = await testDatabase();
  app = new pg.Client({ connectionString: db.appUrl });
  await app.connect();
  one = await somethingSold();
  other = await somethingSold();
});

afterAll(async () => {
  await app.end();
  await db.close();
});

/** An organization whose member was granted 10 credits by a purchase, spent 3, and has a payment under way. */
async function somethingSold(): Promise<Sold> {
  const ids = Object.fromEntries(
    ['organization', 'user', 'location', 'customer', 'package', 'purchase', 'lot', 'connection'].map((name) => [
      name,
      randomUUID(),
    ]),
  ) as Record<
    'organization' | 'user' | 'location' | 'customer' | 'package' | 'purchase' | 'lot' | 'connection',
    string
  >;
  const insert = (table: string, row: Record<string, unknown>) => {
    const it: Record<string, unknown> = { organization_id: ids.organization, created_at: new Date(), ...row };
    if (table === 'organizations') delete it.organization_id;
    const names = Object.keys(it);
    const places = names.map((_, at) => `$${at + 1}`);
    return db.asOwner(ids.organization, `insert into ${table} (${names}) values (${places})`, Object.values(it));
  };
  const [location_id, customer_id] = [ids.location, ids.customer];
  const at = { location_id, customer_id };
  await insert('organizations', { id: ids.organization, name: 'Nest' });
  await insert('users', { id: ids.user, email: 'mia@example.com', name: 'Mia' });
  const zone = { time_zone: 'Europe/Berlin', locale: 'en-GB' };
  await insert('locations', { id: location_id, slug: 'nest', name: 'Nest', currency: 'EUR', ...zone });
  await insert('customers', { id: customer_id, location_id, kind: 'individual', name: 'Mia' });
  const member = { user_id: ids.user, type: 'member', status: 'active' };
  await insert('memberships', { id: randomUUID(), ...at, ...member });
  const offer = { credits_minor: 1000, price_minor: 900, position: 1, on_sale: true };
  await insert('credit_packages', { id: ids.package, location_id, ...offer });
  const gateway = { kind: 'test', live: false, account: 'acct', sealed_settings: Buffer.of(0), webhook_path: 'x' };
  await insert('gateway_connections', { id: ids.connection, location_id, ...gateway });
  const money = { amount_minor: 900, tax_minor: 0, currency: 'EUR', live: false, give_up_at: new Date() };
  const attempt = {
    subject: 'purchase',
    subject_id: randomUUID(),
    source: 'credits',
    title: '10 credits',
    method: 'card',
  };
  const looked = { status: 'new', check_at: new Date(), connection_id: ids.connection };
  await insert('payments', { id: randomUUID(), ...at, ...attempt, ...money, ...looked });
  const price = { currency: 'EUR', list_minor: 0, discount_percent: 0, net_minor: 0, tax_minor: 0, total_minor: 0 };
  const sold = { title: '10 credits', credits_minor: 1000, tax_rate_ppm: 0, tax_label: '', method: 'free', ...price };
  const pressed = { buyer_user_id: ids.user, request_key: 'k', request_hash: Buffer.of(0), package_id: ids.package };
  await insert('purchases', { id: ids.purchase, ...at, ...sold, ...pressed });
  const moves = [
    `select grant_credits($1, $2, $3, '${ids.lot}', 'k', 'purchase', 'purchase', 1000, 0, null, '${ids.purchase}', null, '', '', now())`,
    `select * from draw_credits($1, '{spend}', array[$2::uuid], array[$3::uuid], '{s}', '{300}', '{null}', '{null}', '{""}', '{""}', now())`,
  ];
  for (const move of moves)
    await asApp(move, [ids.organization, customer_id, randomUUID()], ids.organization, 'commit');
  const spent = "select id from credit_entries where type = 'spend'";
  const [{ id: entryId }] = (await db.asOwner(ids.organization, spent)).rows;
  await db.asOwner(ids.organization, 'update purchases set lot_id = $1, paid_at = now()', [ids.lot]);
  return {
    organizationId: ids.organization,
    userId: ids.user,
    customerId: customer_id,
    purchaseId: ids.purchase,
    lotId: ids.lot,
    entryId,
  };
}

/** Runs SQL as the app, with the organization that is set, or none. */
async function asApp(text: string, values: unknown[], organizationId?: string, end = 'rollback') {
  await app.query('begin');
  try {
    if (organizationId) await app.query(`set local roost.organization_id = '${organizationId}'`);
    const { rows } = await app.query(text, values);
    await app.query(end);
    return rows;
  } catch (error) {
    await app.query('rollback');
    throw error;
  }
}

const asOwner = (text: string, values: unknown[] = []) => db.asOwner(one.organizationId, text, values);

const DENIED = { code: '42501' };
const NO_CHECK = { code: '23514' };
const NO_REFERENCE = { code: '23503' };
const NOT_UNIQUE = { code: '23505' };

describe("another organization's rows", () => {
  const FILLED = ['users', 'locations', 'customers', 'memberships', 'credit_packages', 'purchases', 'payments'];
  const LEDGER = ['credit_accounts', 'credit_lots', 'credit_entries', 'credit_entry_lots'];
  const all = [...FILLED, ...LEDGER, 'gateway_connections'];

  test.each(all)('of %s are seen with their organization only', async (table) => {
    const count = (organizationId?: string) =>
      asApp(`select count(*)::int as n from ${table} where organization_id = $1`, [one.organizationId], organizationId);
    const [own] = await count(one.organizationId);
    expect(own!.n).toBeGreaterThan(0);
    expect(await count()).toEqual([{ n: 0 }]);
    expect(await count(other.organizationId)).toEqual([{ n: 0 }]);
    // Not even the owner of the tables sees them without saying whose.
    const { rows } = await db.asOwner('', `select count(*)::int as n from ${table}`);
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('cannot be written into', async () => {
    const insert = `insert into notifications (organization_id, id, user_id, kind, subject_id, details, href, created_at)
      values ($1, $2, $3, 'credits-added', $2, '{}', '/', now())`;
    const values = [one.organizationId, randomUUID(), one.userId];
    await expect(asApp(insert, values, other.organizationId)).rejects.toMatchObject(DENIED);
    const rename = `update users set name = 'Mallory' where organization_id = $1 returning id`;
    expect(await asApp(rename, [one.organizationId], other.organizationId)).toEqual([]);
  });

  test('cannot be reached through the functions that move credits', async () => {
    const theirs = [one.organizationId, one.customerId, randomUUID()];
    const grant = `select grant_credits($1, $2, $3, '${randomUUID()}', 'x', 'purchase', 'purchase', 100, 0, null,
      '${randomUUID()}', null, '', '', now())`;
    await expect(asApp(grant, theirs, other.organizationId)).rejects.toMatchObject(DENIED);
    const spend = `select * from draw_credits($1, '{spend}', array[$2::uuid], array[$3::uuid], '{x}', '{100}', '{null}', '{null}', '{""}', '{""}', now())`;
    await expect(asApp(spend, theirs, other.organizationId)).rejects.toMatchObject(DENIED);
    const returned = `select * from return_credits($1, $2, $3, 'x', '${one.entryId}', 'spend', null, now(), null, '', now())`;
    await expect(asApp(returned, theirs, other.organizationId)).rejects.toMatchObject(DENIED);
    const ended = `select * from end_hold($1, $2, '${one.entryId}', true, $3, 'x', null, null, '', now())`;
    await expect(asApp(ended, theirs, other.organizationId)).rejects.toMatchObject(DENIED);
    const taken = `select * from take_back_credits($1, $2, $3, 'x', '${one.purchaseId}', 100, null, '', '', now())`;
    await expect(asApp(taken, theirs, other.organizationId)).rejects.toMatchObject(DENIED);
    const frozen = `select * from freeze_credits($1, $2, $3, 'x', true, null, '', now())`;
    await expect(asApp(frozen, theirs, other.organizationId)).rejects.toMatchObject(DENIED);
    const renewed = `select * from grant_plan_credits($1, array[$2::uuid], array[$3::uuid], '{x}', '{100}',
      array[now() + interval '1 day'], '{null}', '{""}', array[now()])`;
    await expect(asApp(renewed, theirs, other.organizationId)).rejects.toMatchObject(DENIED);
    const over = `select * from end_plan_credits($1, $2, '${one.lotId}', $3, null, now())`;
    await expect(asApp(over, theirs, other.organizationId)).rejects.toMatchObject(DENIED);
    for (const job of ['expire_lots', 'expire_holds', 'seal_credits'])
      await expect(
        asApp(`select ${job}($1, 10, now() + interval '10 years')`, [one.organizationId], other.organizationId),
      ).rejects.toMatchObject(DENIED);
  });
});

describe('the ledger', () => {
  test.each([
    'insert into credit_accounts (organization_id, customer_id, balance_minor) values ($1, $2, 100)',
    'update credit_accounts set balance_minor = balance_minor + 100 where customer_id = $2 and organization_id = $1',
    'update credit_lots set remaining_minor = allocation_minor where customer_id = $2 and organization_id = $1',
    "update credit_entries set memo = 'never mind' where customer_id = $2 and organization_id = $1",
    'delete from credit_entries where customer_id = $2 and organization_id = $1',
    'delete from credit_lots where customer_id = $2 and organization_id = $1',
    'insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor) values ($1, $2, $2, 1)',
  ])('refuses the app: %s', async (text) => {
    await expect(asApp(text, [one.organizationId, one.customerId], one.organizationId)).rejects.toMatchObject(DENIED);
  });

  test('E12 never goes below zero', async () => {
    const below = 'update credit_accounts set balance_minor = -1 where customer_id = $1';
    await expect(asOwner(below, [one.customerId])).rejects.toMatchObject(NO_CHECK);
    const emptied = 'update credit_lots set remaining_minor = -1 where id = $1';
    await expect(asOwner(emptied, [one.lotId])).rejects.toMatchObject(NO_CHECK);
  });

  test('E12 never holds more in a lot than was granted', async () => {
    const more = 'update credit_lots set remaining_minor = allocation_minor + 1 where id = $1';
    await expect(asOwner(more, [one.lotId])).rejects.toMatchObject(NO_CHECK);
  });

  test('E12 takes an entry only at the end of its chain, beginning where the one before ended', async () => {
    // So far: version 1 grants 1000, version 2 spends 300.
    const entry = (version: number, before: number, after: number, change = after - before) =>
      asOwner(
        `insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account,
           to_account, credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, created_at)
         values ($1, $2, $3, $4::bigint, nullif($4::bigint - 1, 0), $5, $6, $7, abs($8::bigint), $8, $9, $10, $11, now())`,
        [
          ...[one.organizationId, randomUUID(), one.customerId, version],
          ...(change > 0 ? ['purchase', 'issued', 'customer'] : ['spend', 'customer', 'spent']),
          ...[change, before, after, randomUUID()],
        ],
      );
    await expect(entry(2, 1000, 900), 'a second version 2').rejects.toMatchObject(NOT_UNIQUE);
    await expect(entry(4, 700, 600), 'a gap').rejects.toMatchObject(NO_REFERENCE);
    await expect(entry(3, 800, 700), 'another beginning').rejects.toMatchObject(NO_REFERENCE);
    await expect(entry(3, 700, 650, -100), 'a wrong sum').rejects.toMatchObject(NO_CHECK);
    await expect(entry(3, 700, -100), 'an end below zero').rejects.toMatchObject(NO_CHECK);
    await expect(entry(1, 50, 100), 'another first one').rejects.toMatchObject(NO_CHECK);
  });

  test('writes a move with the same key once, and no move twice into one lot', async () => {
    const { rows } = await asOwner('select entry_id, lot_id from credit_entry_lots limit 1');
    const again =
      'insert into credit_entry_lots select organization_id, entry_id, lot_id, 1 from credit_entry_lots where entry_id = $1';
    await expect(asOwner(again, [rows[0].entry_id])).rejects.toMatchObject(NOT_UNIQUE);
    const key = `update credit_entries set idempotency_key = (select min(idempotency_key) from credit_entries)`;
    await expect(asOwner(key)).rejects.toMatchObject(NOT_UNIQUE);
  });
});

describe('a purchase', () => {
  test('E12 is granted once: there are no two lots for it', async () => {
    const second = `insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor,
        expires_at, cost_minor, purchase_id, created_at)
      select organization_id, $2, customer_id, source, allocation_minor, 0, expires_at, cost_minor, purchase_id, created_at
      from credit_lots where id = $1`;
    await expect(asOwner(second, [one.lotId, randomUUID()])).rejects.toMatchObject(NOT_UNIQUE);
  });

  test('E12 is paid exactly when it has its lot', async () => {
    const set = (text: string, values: unknown[] = []) =>
      asOwner(`update purchases set ${text} where id = $1`, [one.purchaseId, ...values]);
    await expect(set('lot_id = null'), 'paid without a lot').rejects.toMatchObject(NO_CHECK);
    await expect(set('paid_at = null'), 'a lot without being paid').rejects.toMatchObject(NO_CHECK);
    await expect(set('lot_id = $2', [randomUUID()]), 'no such lot').rejects.toMatchObject(NO_REFERENCE);
    // A purchase of which nothing was granted cannot borrow another one's lot.
    const unpaid = `insert into purchases select (jsonb_populate_record(p, jsonb_build_object('id', $2::uuid,
      'request_key', $2::text, 'payment_id', null))).* from purchases p where id = $1`;
    await expect(asOwner(unpaid, [one.purchaseId, randomUUID()])).rejects.toMatchObject(NO_REFERENCE);
  });
});

describe('a payment', () => {
  const set = (text: string) => asOwner(`update payments set ${text} where status = 'new'`);

  test('E12 that is not decided has a time to look at it again', async () => {
    await expect(set('check_at = null')).rejects.toMatchObject(NO_CHECK);
    await expect(set(`status = 'failed'`), 'decided and still looked at').rejects.toMatchObject(NO_CHECK);
  });

  test('E12 that is paid says when, and no other does', async () => {
    await expect(set(`status = 'paid', check_at = null, reference = 'x'`)).rejects.toMatchObject(NO_CHECK);
    await expect(set('settled_at = now()')).rejects.toMatchObject(NO_CHECK);
  });

  test('E12 by card moves on only with the reference of its gateway', async () => {
    await expect(set(`status = 'action'`)).rejects.toMatchObject(NO_CHECK);
  });

  test('E12 stands alone: a subject has one attempt that has not failed', async () => {
    const second = `insert into payments select (jsonb_populate_record(p, jsonb_build_object('id', $1::uuid))).*
      from payments p where status = 'new'`;
    await expect(asOwner(second, [randomUUID()])).rejects.toMatchObject(NOT_UNIQUE);
  });

  test('E12 is never refunded above what was paid', async () => {
    await expect(set('refunded_minor = amount_minor + 1')).rejects.toMatchObject(NO_CHECK);
  });
});

describe('the owner of an organization', () => {
  test('is one: never two, and never none', async () => {
    const own = 'insert into organization_owners (organization_id, user_id) values ($1, $2)';
    await db.asOwner(one.organizationId, own, [one.organizationId, one.userId]);
    const again = asApp(own, [one.organizationId, one.userId], one.organizationId);
    await expect(again).rejects.toMatchObject(NOT_UNIQUE);
    await expect(asApp('delete from organization_owners', [], one.organizationId)).rejects.toMatchObject(DENIED);
    const to = (userId: string) => asApp('update organization_owners set user_id = $1', [userId], one.organizationId);
    await expect(to(other.userId)).rejects.toMatchObject(NO_REFERENCE);
    await expect(to(one.userId)).resolves.toEqual([]);
  });
});
