import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { isId, newId } from '../../platform/ids.ts';
import { POSTING_TEMPLATES } from './posting-templates.ts';

// What the database refuses whoever writes, past the functions that move credits. Each statement breaks one rule and no
// other, in a ledger where every kind of move has happened.

const SOON = '2026-04-05T22:00:00Z';
const NO_CHECK = '23514';
const NO_REFERENCE = '23503';
const NOT_UNIQUE = '23505';

let core: TestCore;
let ledger: TestLedger;
let owner: Owner;
let client: pg.Client;

beforeAll(async () => {
  core = await testCore();
  ledger = await openLedger(core);
  owner = await ledger.owner();
  await everyMove();
  client = new pg.Client({ connectionString: core.db.ownerUrl });
  await client.connect();
  await client.query(`select set_config('roost.organization_id', $1, false)`, [ledger.space.organizationId]);
});
afterAll(async () => {
  await client.end();
  await core.close();
});

async function everyMove(): Promise<void> {
  const bought = await owner.buy(1_000n, { cost: 999n });
  await owner.plan(500n, SOON, { cost: 101n });
  await owner.add(100n, { endsAt: SOON });
  const spent = await owner.spend(700n);
  await owner.reverse(spent, { creditsMinor: 300n });
  await owner.deduct(10n);
  await owner.commit(await owner.hold(100n, ledger.later(30)), { creditsMinor: 60n });
  await owner.hold(50n, ledger.later(1));
  await owner.giveBack(await owner.takeBack(bought, 400n), { creditsMinor: 100n });
  await owner.freeze();
  await owner.thaw();
  core.clock.set(SOON);
  await ledger.expire();
  await owner.reverse(spent, { creditsMinor: 200n });
  await owner.hold(20n, ledger.later(30));
  await ledger.seal();
  await owner.spend(1n);
  await ledger.seal();
}

/** Runs a statement and takes it back; answers the code of the error, or how many rows it changed. */
async function tried(statement: string): Promise<string | number> {
  await client.query('begin');
  try {
    return (await client.query(statement)).rowCount!;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.query('rollback');
  }
}

const one = (table: string, where: string) => `ctid = (select ctid from ${table} where ${where} limit 1)`;

test('the ledger that is to be broken is right', async () => {
  expect(await ledger.faults()).toEqual([]);
});

describe('E12 an entry', () => {
  test.each([
    ['without credits', `credits_minor = 0, change_minor = 0`, `type = 'hold'`],
    ['of more than a million', `credits_minor = 100000001, change_minor = 0`, `type = 'hold'`],
    ['that freezes an amount', `credits_minor = 1, change_minor = 0`, `type = 'freeze'`],
    ['that thaws an amount', `credits_minor = 1`, `type = 'thaw'`],
    ['that changes less than it says', `credits_minor = credits_minor + 1`, `type = 'purchase'`],
    [
      'of a hold that changes the balance',
      `credits_minor = credits_minor + 1, change_minor = 1`,
      `type = 'hold_release'`,
    ],
    ['that asked for something and was no take back', 'asked_minor = 1000', `type = 'spend'`],
    ['that took back without having been asked', 'asked_minor = null', `type = 'take_back'`],
    ['that took back more than was asked for', 'asked_minor = credits_minor - 1', `type = 'take_back'`],
    ['that was asked to take back more than there can be', 'asked_minor = 100000001', `type = 'take_back'`],
    ['that gives back nothing in particular', 'clears_entry_id = null', `type = 'spend_reversal'`],
    ['that ends no hold in particular', 'clears_entry_id = null', `type = 'hold_release'`],
    ['that gives back what was taken from nothing', 'clears_entry_id = null', `type = 'take_back_reversal'`],
    ['that gives back and spends', 'clears_entry_id = id', `type = 'spend' and from_account = 'customer'`],
    ['of a hold without an end', 'hold_until = null', `type = 'hold'`],
    ['with an end that is no hold', 'hold_until = created_at', `type = 'spend'`],
    ['of an adjustment without a reason', `memo = ''`, `type = 'adjustment' and from_account = 'issued'`],
    ['of a deduction without a reason', `memo = ''`, `type = 'adjustment' and to_account = 'issued'`],
  ])('E12 %s', async (_what, set, where) => {
    expect(await tried(`update credit_entries set ${set} where ${one('credit_entries', where)}`)).toBe(NO_CHECK);
  });

  test('E12 that took back nothing can be written', async () => {
    const nothing = `update credit_entries set credits_minor = 0, change_minor = 0, balance_after_minor = balance_before_minor
      where type = 'take_back'`;
    // The entry after it begins elsewhere: it is this that is refused, and not the amount.
    expect(await tried(nothing)).toBe(NO_REFERENCE);
  });

  test('E12 is of a kind that there is, between the accounts of that kind, and of no other', async () => {
    const accounts = ['issued', 'customer', 'held', 'spent', 'expired', 'taken_back'];
    const types = [...new Set(POSTING_TEMPLATES.map(({ type }) => type)), 'hold_reversal', 'refund', ''];
    const { rows } = await client.query(
      `select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'credit_entries_template'`,
    );
    const check = rows[0].text.replace(/^CHECK /, '');
    const { rows: allowed } = await client.query(
      `select type, from_account as "from", to_account as "to" from unnest($1::text[]) type, unnest($2::text[]) from_account,
         unnest($2::text[]) to_account where ${check}`,
      [types, accounts],
    );
    const sorted = (some: readonly object[]) => some.map((it) => Object.values(it).join(' ')).sort();
    expect(sorted(allowed)).toEqual(sorted(POSTING_TEMPLATES));
  });

  test('E12 gives back an entry that is there', async () => {
    const set = `update credit_entries set clears_entry_id = '${newId(core.now())}' where type = 'spend_reversal'`;
    expect(await tried(set)).toBe(NO_REFERENCE);
  });

  test('E1 E12 has a key of its own in the organization', async () => {
    const set = `update credit_entries set idempotency_key = (select min(idempotency_key) from credit_entries)`;
    expect(await tried(set)).toBe(NOT_UNIQUE);
  });
});

describe('E12 what an entry changes of a lot', () => {
  test.each([
    ['is something', 'change_minor = 0, held_minor = 0, cost_minor = 0', 'cleared_minor = 0 and cost_minor = 0'],
    ['never comes back more than whole', 'cleared_minor = -change_minor + 1', 'change_minor < 0 and held_minor = 0'],
    ['never comes back twice when it came', 'cleared_minor = 1', 'change_minor > 0'],
    ['is never held and released more than whole', 'cleared_minor = held_minor + 1', 'held_minor > 0'],
    ['never comes back less than nothing', 'cleared_minor = -1', 'true'],
    ['never brings back more than it cost', 'cleared_cost_minor = -cost_minor + 1', 'cost_minor < 0'],
    ['never brings back a cost when it came', 'cleared_cost_minor = 1', 'cost_minor > 0'],
    ['never brings back less than nothing', 'cleared_cost_minor = -1', 'true'],
  ])('E12 %s', async (_what, set, where) => {
    expect(await tried(`update credit_entry_lots set ${set} where ${one('credit_entry_lots', where)}`)).toBe(NO_CHECK);
  });
});

describe('E12 a lot', () => {
  test.each([
    ['holds no more than there is', 'held_minor = remaining_minor + 1', 'is_open'],
    ['holds no less than nothing', 'held_minor = -1', 'is_open'],
    [
      'has no more cost left than was paid',
      'cost_left_minor = cost_minor + 1',
      'is_open and remaining_minor < allocation_minor',
    ],
    ['has no less cost left than nothing', 'cost_left_minor = -1', 'is_open and remaining_minor < allocation_minor'],
    ['has no cost left when it is used up', 'cost_left_minor = 1', `not is_open and source = 'plan'`],
    [
      'has all its cost left when it is whole',
      'remaining_minor = allocation_minor',
      'is_open and cost_left_minor < cost_minor',
    ],
    ['is never more than a million', 'allocation_minor = 100000001', 'is_open and remaining_minor < allocation_minor'],
    ['comes from a purchase when it says so', 'purchase_id = null', `source = 'purchase'`],
    ['comes from no purchase otherwise', 'purchase_id = id', `source = 'plan'`],
    ['comes from somewhere', `source = 'gift'`, `source = 'plan'`],
  ])('E12 %s', async (_what, set, where) => {
    expect(await tried(`update credit_lots set ${set} where ${one('credit_lots', where)}`)).toBe(NO_CHECK);
  });

  test('E12 replaces one that is there', async () => {
    const set = `update credit_lots set replaces_lot_id = '${newId(core.now())}' where replaces_lot_id is not null`;
    expect(await tried(set)).toBe(NO_REFERENCE);
  });
});

describe('E12 a seal', () => {
  test.each([
    ['covers something', `to_version = from_version - 1, digests = ''`, NO_CHECK],
    ['has a digest of each entry', 'to_version = to_version + 1', NO_CHECK],
    ['names the one before it', 'previous_number = null, previous_hash = null', NO_CHECK],
    ['follows the one before it', `previous_hash = sha256('')`, NO_REFERENCE],
    ['covers no version twice', 'from_version = 1, digests = digests || digests', NO_CHECK],
    ['has a hash', `hash = ''`, NO_CHECK],
  ])('E12 %s', async (_what, set, code) => {
    expect(await tried(`update credit_seals set ${set} where number = 2`)).toBe(code);
  });

  test('E12 is the first only without one before it', async () => {
    expect(await tried('update credit_seals set previous_number = 1, previous_hash = hash where number = 1')).toBe(
      NO_CHECK,
    );
  });

  test('E12 has a hash of everything else it says', async () => {
    const { rows } = await client.query(
      `select a.attname as name, seal_hash(s) = s.hash as as_it_is,
         seal_hash(jsonb_populate_record(s, jsonb_build_object(a.attname, case a.atttypid
           when 'uuid'::regtype then $1 when 'bigint'::regtype then '99' when 'bytea'::regtype then '\\x99'
           when 'timestamptz'::regtype then '1999-09-09' end))) = s.hash as as_changed
       from credit_seals s, pg_attribute a
       where s.number = 2 and a.attrelid = 'credit_seals'::regclass and a.attnum > 0 and not a.attisdropped
       order by a.attnum`,
      [newId(core.now())],
    );
    expect(rows.map(({ name, as_it_is, as_changed }) => [name, as_it_is, as_changed])).toEqual(
      rows.map(({ name }) => [name, true, name === 'hash']),
    );
    expect(rows).toHaveLength(10);
  });
});

test('each entry and lot has an id that begins with its time, whoever has made it', async () => {
  const { rows } =
    await client.query(`select id, created_at from credit_entries union all select id, created_at from credit_lots
    where replaces_lot_id is not null`);
  expect(rows.length).toBeGreaterThan(15);
  for (const { id, created_at: at } of rows) {
    expect(isId(id), id).toBe(true);
    expect(id.slice(14, 15), id).toBe('7');
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16), id).toBe(at.getTime());
  }
});

test('only what was spent or taken back can be given back, whatever the function is told', async () => {
  const { organizationId } = ledger.space;
  for (const type of ['hold', 'purchase', 'adjustment', 'freeze']) {
    const { rows } = await client.query(
      `select (return_credits($1, $2, $3, $4, (select id from credit_entries where type = $5 limit 1), $5, null, now(), null,
         '', now())).verdict`,
      [organizationId, owner.id, newId(core.now()), `of a ${type}`, type],
    );
    expect(rows, type).toEqual([{ verdict: 'unknown' }]);
  }
});
