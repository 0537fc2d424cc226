import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { createCompany } from '../people/people.ts';
import {
  addCredits,
  commitHold,
  deductCredits,
  freezeCredits,
  giveBackCredits,
  grantPlanCredits,
  grantPurchasedCredits,
  holdCredits,
  releaseHold,
  reverseSpend,
  spendCredits,
  takeBackCredits,
  thawCredits,
} from './credits.ts';
import { isSealed } from './seals.ts';
import { checkLedger, type LedgerCheck } from './verify.ts';
import { expireCredits, sealCredits } from './writing-off.ts';

let core: TestCore;
let space: Space;
let customerId: string;
let owner: pg.Client;
let key = 0;

beforeAll(async () => {
  core = await testCore({ at: '2026-03-10T09:00:00Z' });
  space = await someSpace(core);
  customerId = await customer();
  await everyMove();
  await seal();
  owner = new pg.Client({ connectionString: core.db.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await core.close();
});

const customer = () => {
  const { organizationId, location } = space;
  const it = { organizationId, locationId: location.id, name: `C${++key}`, now: core.now() };
  return core.database.write(organizationId, async (tx) => (await createCompany(tx, it)).customerId);
};
const write = <T>(work: Parameters<typeof core.database.write<T>>[1]) =>
  core.database.write(space.organizationId, work);
const seal = () => write((tx) => sealCredits(tx, { organizationId: space.organizationId, now: core.now() }));
const move = () => ({
  organizationId: space.organizationId,
  customerId,
  key: `test:${++key}`,
  actorUserId: space.administratorId,
  product: 'Room',
  memo: 'Because',
  now: core.now(),
});

/** A history in which every kind of move happens, some of them to lots that have expired. */
async function everyMove(): Promise<void> {
  const timeZone = 'Europe/Berlin';
  const soon = new Date('2026-03-12T23:00:00Z');
  const purchaseId = newId(core.now());
  await write((tx) =>
    grantPurchasedCredits(tx, { ...move(), purchaseId, creditsMinor: 5_000n, costMinor: 4_999n, expiresAt: null }),
  );
  await write((tx) => grantPlanCredits(tx, { ...move(), creditsMinor: 700n, costMinor: 301n, expiresAt: soon }));
  await write((tx) => addCredits(tx, { ...move(), creditsMinor: 1_000n, expiresAt: soon }));
  const spent = await write((tx) => spendCredits(tx, { ...move(), creditsMinor: 1_100n }));
  await write((tx) => reverseSpend(tx, { ...move(), entryId: spent.entryId, creditsMinor: 550n, timeZone }));
  await write((tx) => deductCredits(tx, { ...move(), creditsMinor: 33n }));
  const hold = (creditsMinor: bigint, minutes: number) =>
    write((tx) =>
      holdCredits(tx, { ...move(), creditsMinor, holdUntil: new Date(core.now().getTime() + minutes * 60_000) }),
    );
  const [first, second] = [await hold(650n, 30), await hold(40n, 30)];
  await write((tx) => commitHold(tx, { ...move(), holdId: first.entryId, creditsMinor: 600n }));
  await write((tx) => releaseHold(tx, { ...move(), holdId: second.entryId }));
  await hold(77n, 5);
  await write((tx) => grantPlanCredits(tx, { ...move(), creditsMinor: 50n, costMinor: 7n, expiresAt: soon }));
  core.clock.set('2026-03-13T09:00:00Z');
  await write((tx) => spendCredits(tx, { ...move(), creditsMinor: 10n }));
  await seal();
  await write((tx) => expireCredits(tx, { organizationId: space.organizationId, now: core.now() }));
  await write((tx) => reverseSpend(tx, { ...move(), entryId: spent.entryId, timeZone }));
  const taken = await write((tx) => takeBackCredits(tx, { ...move(), purchaseId, creditsMinor: 5_000n }));
  await write((tx) => giveBackCredits(tx, { ...move(), entryId: taken.entryId, creditsMinor: 1_234n, timeZone }));
  await write((tx) => freezeCredits(tx, move()));
  await write((tx) => thawCredits(tx, move()));
}

const check = (): Promise<LedgerCheck> => core.database.read(space.organizationId, (db) => checkLedger(db));

/** As somebody would who has taken the database over: without its constraints, and put back afterwards. */
async function tampered<T>(statement: string, values: unknown[], look: () => Promise<T>): Promise<T> {
  await owner.query(`select set_config('roost.organization_id', $1, false)`, [space.organizationId]);
  const tables = ['credit_accounts', 'credit_lots', 'credit_entries', 'credit_entry_lots', 'credit_seals'];
  for (const table of tables) {
    await owner.query(`create table if not exists kept_${table} as table ${table}`);
    const { rows } = await owner.query(
      `select conname from pg_constraint where conrelid = $1::regclass
      and contype in ('c', 'f', 'u', 'p')`,
      [table],
    );
    for (const { conname } of rows)
      await owner.query(`alter table ${table} drop constraint if exists ${conname} cascade`);
  }
  for (const table of tables) await owner.query(`alter table ${table} no force row level security`);
  const { rowCount } = await owner.query(statement, values);
  expect(rowCount, statement).toBeGreaterThan(0);
  try {
    return await look();
  } finally {
    for (const table of tables) {
      const { rows } = await owner.query(
        `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
           where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
        [table],
      );
      await owner.query(`delete from ${table}`);
      await owner.query(`insert into ${table} (${rows[0].columns}) select ${rows[0].columns} from kept_${table}`);
      await owner.query(`alter table ${table} force row level security`);
    }
  }
}

test('a ledger in which every kind of move happened is right, and all of it is sealed', async () => {
  const found = await check();
  expect(found).toMatchObject({ faults: [], complete: true, seals: 2n });
  expect(found.sealedEntries).toBe(found.entries);
  const types = await core.db.asOwner(
    space.organizationId,
    'select distinct type, from_account, to_account from credit_entries',
  );
  expect(types.rows).toHaveLength(16);
});

/** One value other than the one that is there, by the type of the column. */
const OTHER: Record<string, string> = {
  uuid: `coalesce(overlay(@::text placing case right(@::text, 1) when '0' then '1' else '0' end from 36), '00000000-0000-7000-8000-000000000000')::uuid`,
  int8: 'coalesce(@, 0) + 1',
  text: `overlay(@ || 'x' placing '~' from 1 for 1)`,
  timestamptz: `coalesce(@, now()) + interval '1 millisecond'`,
  bytea: 'set_byte(@, 0, get_byte(@, 0) # 1)',
};
/** What changes as moves happen is not sealed: the entries say what it has to be. */
const NEVER_SEALED = [
  'remaining_minor',
  'held_minor',
  'cost_left_minor',
  'is_open',
  'cleared_minor',
  'cleared_cost_minor',
];

describe('one byte that is changed afterwards is found, with its row', () => {
  test.each([
    ['credit_entries', 'version = 4', { version: 4n }],
    ['credit_entry_lots', `entry_id = (select id from credit_entries where version = 4)`, { version: 4n }],
    ['credit_lots', `source = 'plan'`, { version: 2n }],
  ])(
    'in any column of %s',
    async (table, row, where) => {
      const { rows: columns } = await core.db.asOwner(
        space.organizationId,
        `select attname, typname from pg_attribute join pg_type t on t.oid = atttypid
         where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
        [table],
      );
      const sealed = columns
        .filter(({ attname }) => table !== 'credit_lots' || !NEVER_SEALED.includes(attname))
        .filter(({ attname }) => !attname.startsWith('cleared_'));
      expect(sealed.length).toBeGreaterThan(5);
      for (const { attname, typname } of sealed) {
        const other = OTHER[typname]!.replaceAll('@', `nullif(${attname}, null)`);
        const first = `ctid = (select ctid from ${table} where ${row} order by ctid limit 1)`;
        const { faults } = await tampered(`update ${table} set ${attname} = ${other} where ${first}`, [], check);
        expect(faults, attname).not.toEqual([]);
        const moved = ['version', 'customer_id', 'organization_id', 'entry_id', 'lot_id', 'id'].includes(attname);
        if (!moved) expect(faults[0], attname).toMatchObject({ customerId, what: 'entry-changed', ...where });
        else expect(faults[0]!.version ?? faults[0]!.lotId, attname).toBeDefined();
      }
    },
    60_000,
  );

  test('in any column of a seal', async () => {
    const { rows: columns } = await core.db.asOwner(
      space.organizationId,
      `select attname, typname from pg_attribute join pg_type t on t.oid = atttypid
         where attrelid = 'credit_seals'::regclass and attnum > 0 and not attisdropped`,
    );
    for (const { attname, typname } of columns) {
      const other = attname === 'previous_hash' ? `'\\x00'` : OTHER[typname]!.replaceAll('@', attname);
      const { faults } = await tampered(`update credit_seals set ${attname} = ${other} where number = 1`, [], check);
      expect(faults[0], attname).toMatchObject({ what: 'seal-broken' });
    }
  }, 60_000);
});

describe('whatever somebody changed past the moves is found without a seal too', () => {
  const unsealed = 'with gone as (delete from credit_seals) ';
  test.each([
    ['a balance', 'update credit_accounts set balance_minor = balance_minor + 1', 'account-differs'],
    ['a version', 'update credit_accounts set version = version + 1', 'account-differs'],
    ['being frozen', 'update credit_accounts set frozen_at = now()', 'account-differs'],
    [
      'what is left of a lot',
      `update credit_lots set remaining_minor = remaining_minor - 1 where is_open`,
      'lot-differs',
    ],
    ['what is held of a lot', 'update credit_lots set held_minor = held_minor + 1 where is_open', 'lot-differs'],
    ['the cost of a lot', 'update credit_lots set cost_left_minor = cost_left_minor + 1 where is_open', 'lot-differs'],
    ['what came back', 'update credit_entry_lots set cleared_minor = 1 where change_minor < 0', 'returned-differs'],
    [
      'when a lot ends',
      `update credit_lots set expires_at = '2026-03-10T09:00:00Z' where source = 'plan'`,
      'portions-wrong',
    ],
    [
      'the lots of a spend',
      'update credit_entry_lots set cost_minor = cost_minor - 1 where change_minor < 0',
      'portions-wrong',
    ],
    [
      'the end of a history',
      'delete from credit_entries where version = (select max(version) from credit_entries)',
      'account-differs',
    ],
    ['an entry in the middle', 'delete from credit_entries where version = 5', 'version-gap'],
    ['an amount', 'update credit_entries set credits_minor = 1 where version = 4', 'balance-broken'],
    [
      'a lot from nowhere',
      `insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor,
       cost_minor, created_at) select organization_id, gen_random_uuid(), customer_id, 'adjustment', 1, 1, 0, now()
       from credit_accounts where version > 0`,
      'lot-without-entry',
    ],
  ])('%s', async (_what, statement, what) => {
    const found = await tampered(unsealed + statement, [], check);
    expect(found.faults.map((fault) => fault.what)).toEqual([what]);
  });

  test('entries that were sealed and cut off', async () => {
    const statement = `with gone as (delete from credit_entries where version >= 10) update credit_accounts set version = 9`;
    expect((await tampered(statement, [], check)).faults).toMatchObject([
      { what: 'sealed-entry-missing', version: 10n },
    ]);
  });
});

test('a seal that was noted down is found again, and one of another history is not', async () => {
  const { head } = await check();
  const found = (hash: string) => core.database.read(space.organizationId, (db) => isSealed(db, hash));
  expect(await found(head!)).toBe(true);
  expect(await found(head!.replace(/^./, (first) => (first === '0' ? '1' : '0')))).toBe(false);
  expect(await found('no hash')).toBe(false);
});
