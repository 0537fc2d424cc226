import type pg from 'pg';
import { checkLedger } from '../../src/features/credits/verify.ts';
import { someSpace } from '../../test/support/people.ts';
import type { Place } from './place.ts';

// Rows that the ledger's functions would have written one by one. They satisfy every constraint: keys and references are
// taken away for the load and made again behind it, which looks at all rows.

/** An organization of its own for each measurement. */
export type Books = { organizationId: string; locationId: string; actorId: string };

const LEDGER = "'{credit_accounts, credit_lots, credit_entries, credit_entry_lots}'::regclass[]";
const LARGE = "'{credit_entries, credit_entry_lots}'::regclass[]";

export async function newBooks({ core }: Place): Promise<Books> {
  const { organizationId, location, memberId } = await someSpace(core);
  return { organizationId, locationId: location.id, actorId: memberId };
}

/** What the owner does from here on it does inside an organization, for row-level security holds it too. */
export async function enter(owner: pg.Client, organizationId: string): Promise<void> {
  await owner.query(`select set_config('roost.organization_id', $1, false)`, [organizationId]);
}

/** Takes the keys away from the ledger, has `load` fill it, and makes them again. */
export async function loading({ owner }: Place, load: () => Promise<void>): Promise<void> {
  await owner.query(`create schema if not exists bench;
    create or replace function bench.id(n bigint, i bigint) returns uuid language sql immutable parallel safe
      as $$ select (lpad(to_hex(n), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid $$;
    set synchronous_commit = off; set maintenance_work_mem = '1GB'`);
  const keys = await keysOf(owner);
  for (const { remove } of keys.toReversed()) await owner.query(remove);
  // A reference is looked up as its table's owner, who would see one organization only.
  const { rows: guarded } = await owner.query<{ name: string }>(
    'select oid::regclass::text as name from pg_class where relforcerowsecurity',
  );
  for (const { name } of guarded) await owner.query(`alter table ${name} no force row level security`);
  await load();
  for (const { make } of keys) await owner.query(make);
  for (const { name } of guarded) await owner.query(`alter table ${name} force row level security`);
  await owner.query('reset maintenance_work_mem; reset synchronous_commit');
  await owner.query('vacuum analyze users, customers, credit_accounts, credit_lots, credit_entries, credit_entry_lots');
}

/** How to make the keys of the large tables and all references, in an order in which they can be made. */
async function keysOf(owner: pg.Client): Promise<{ make: string; remove: string }[]> {
  const { rows } = await owner.query<{ make: string; remove: string }>(`
    select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make,
        format('alter table %s drop constraint %I', conrelid::regclass, conname) as remove, contype = 'f' as late
      from pg_constraint
      where (contype in ('p', 'u') and conrelid = any (${LARGE}))
        or (contype = 'f' and (conrelid = any (${LEDGER}) or confrelid = any (${LEDGER})))
    union all
    select pg_get_indexdef(i.indexrelid), format('drop index %s', i.indexrelid::regclass), false
      from pg_index i
      where i.indrelid = any (${LARGE}) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
    order by late`);
  return rows;
}

/** People who do things; answers their ids. Many, for a row that everybody refers to is a cost of its own. */
export async function loadPeople({ owner }: Place, { organizationId }: Books, people: number): Promise<string[]> {
  await enter(owner, organizationId);
  const { rows } = await owner.query<{ id: string }>(
    `insert into users (organization_id, id, email, name, created_at)
      select $1, bench.id(p, 0), p || '@example.com', 'Person ' || p, now() from generate_series(1, $2::int) p returning id`,
    [organizationId, people],
  );
  return rows.map(({ id }) => id);
}

/** Customers who each have some granted lots, the first of which ends first. */
export async function loadAccounts(
  { owner }: Place,
  { organizationId, locationId }: Books,
  it: { accounts: number; lots: number; allocationMinor: bigint; grantedAt: Date; expiresAt: Date },
): Promise<void> {
  await enter(owner, organizationId);
  const values = [organizationId, it.grantedAt, it.accounts, it.lots, it.allocationMinor];
  const lots = `generate_series(1, $3::int) c, generate_series(1, $4::int) l`;
  await owner.query(
    `insert into customers (organization_id, id, location_id, kind, name, created_at)
      select $1, bench.id(c, 0), $4, 'company', 'Company ' || c, $2 from generate_series(1, $3::int) c`,
    [organizationId, it.grantedAt, it.accounts, locationId],
  );
  await owner.query(
    `insert into credit_accounts (organization_id, customer_id, version, balance_minor, moved_at)
      select $1, bench.id(c, 0), $4::int, $4::int * $5::bigint, $2::timestamptz from generate_series(1, $3::int) c`,
    values,
  );
  await owner.query(
    `insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor, expires_at,
        cost_minor, cost_left_minor, created_at)
      select $1, bench.id(c, l), bench.id(c, 0), 'plan', $5::bigint, $5::bigint,
        $6::timestamptz + l * interval '1 hour' + c % 60 * interval '1 minute', $5::bigint, $5::bigint, $2::timestamptz
      from ${lots}`,
    [...values, it.expiresAt],
  );
  await owner.query(
    `insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
        credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, created_at)
      select $1, bench.id(c, l), bench.id(c, 0), l, nullif(l - 1, 0), 'plan_allocation', 'issued', 'customer', $5::bigint,
        $5::bigint, (l - 1) * $5::bigint, l * $5::bigint, 'grant:' || c || ':' || l, $2::timestamptz
      from ${lots}`,
    values,
  );
  await owner.query(
    `insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor, cost_minor)
      select $1, bench.id(c, l), bench.id(c, l), $5::bigint, $5::bigint from ${lots} where $2::timestamptz is not null`,
    values,
  );
}

/** An account with a history. In each thousand of its entries a lot is granted and used up, but for five lots at the end. */
const BLOCK = 1000;
const STEP = 500_000;

/**
 * Customers with so many entries each. The histories end at one time and are written side by side, so that the newest
 * pages of a short one lie as those of a long one do. Answers their ids in the order of `sizes`.
 */
export async function loadHistories({ owner }: Place, books: Books, sizes: number[], endsAt: Date): Promise<string[]> {
  const { organizationId, locationId, actorId } = books;
  await enter(owner, organizationId);
  const longest = Math.max(...sizes);
  const beginsAt = new Date(endsAt.getTime() - longest * 1000);
  await owner.query('create temp table sizes as select * from unnest($1::bigint[]) with ordinality s (entries, i)', [
    sizes,
  ]);
  const { rows } = await owner.query<{ id: string }>(
    `with made as (
      insert into customers (organization_id, id, location_id, kind, name, created_at)
        select $1, bench.id(0, i * 10), $2, 'company', 'Company ' || i, $3::timestamptz from sizes
    ), accounts as (
      insert into credit_accounts (organization_id, customer_id, version, balance_minor, moved_at)
        select $1, bench.id(0, i * 10), entries, 4005, $4::timestamptz from sizes
    )
    select bench.id(0, i * 10) as id from sizes order by i`,
    [organizationId, locationId, beginsAt, endsAt],
  );
  await owner.query(
    `insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor, expires_at,
        cost_minor, cost_left_minor, created_at)
      select $1, bench.id(b + 1, i * 10 + j), bench.id(0, i * 10), 'plan', w.allocation, w.remaining,
          $3::timestamptz + (j + 1) * interval '1 year', w.allocation, w.remaining,
          $2::timestamptz + ($4::bigint - entries + b * ${BLOCK} + j + 1) * interval '1 second'
        from sizes, generate_series(0, entries / ${BLOCK} - 1) b,
          generate_series(0, case when b = entries / ${BLOCK} - 1 then 4 else 0 end) j,
          lateral (select case when b < entries / ${BLOCK} - 1 then 999 else 1000 end as allocation,
            case when b < entries / ${BLOCK} - 1 then 0 when j = 0 then 5 else 1000 end as remaining) w`,
    [organizationId, beginsAt, endsAt, longest],
  );
  for (let from = 1; from <= longest; from += STEP) {
    const to = Math.min(longest, from + STEP - 1);
    await owner.query(ENTRIES, [organizationId, actorId, beginsAt, longest, from, to]);
    await owner.query(PORTIONS, [organizationId, longest, from, to]);
  }
  await owner.query('drop table sizes');
  return rows.map(({ id }) => id);
}

/** Entry `v` of account `i` in its block: the `r`-th of block `b`. */
const stepsOf = (longest: string, from: string, to: string) => `
  from generate_series(${from}::bigint, ${to}::bigint) n, sizes,
    lateral (select n - (${longest}::bigint - entries) as v) x,
    lateral (select (v - 1) / ${BLOCK} as b, (v - 1) % ${BLOCK} as r, (v - 1) / ${BLOCK} = entries / ${BLOCK} - 1 as last) y,
    lateral (select case when last then r < 5 else r = 0 end as granted) z,
    lateral (select case when not granted then -1 when last then 1000 else 999 end as change,
      case when not last then 999 - r when r < 5 then (r + 1) * 1000 else 5004 - r end as balance) w
  where n > ${longest}::bigint - entries
  order by n`;

const ENTRIES = `
  insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
      credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, actor_user_id, product,
      created_at)
    select $1, bench.id(v, i * 10), bench.id(0, i * 10), v, nullif(v - 1, 0),
      case when granted then 'plan_allocation' else 'spend' end, case when granted then 'issued' else 'customer' end,
      case when granted then 'customer' else 'spent' end, abs(change), change, balance - change, balance,
      'bench:' || i || ':' || v, $2, case when granted then 'Resident' else 'Meeting room' end,
      $3::timestamptz + n * interval '1 second'
    ${stepsOf('$4', '$5', '$6')}`;

const PORTIONS = `
  insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor, cost_minor)
    select $1, bench.id(v, i * 10), bench.id(b + 1, i * 10 + case when granted then r else 0 end), change, change
    ${stepsOf('$2', '$3', '$4')}`;

/** The product's own check replays entry after entry; beyond so many our statement has to do. */
const REPLAYED_ENTRIES = 150_000;

/** Whether accounts, lots and entries of an organization say the same; that entries are chained holds by their keys. */
export async function assertSound({ core, owner }: Place, { organizationId }: Books): Promise<void> {
  await enter(owner, organizationId);
  const { rows } = await owner.query<{ accounts: string; entries: string; wrong: string }>(`
    select count(*) as accounts, sum(a.version) as entries, count(*) filter (where (a.version, a.balance_minor, a.balance_minor, a.moved_at)
        is distinct from (e.entries, e.balance, l.remaining, e.at) or l.wrong > 0) as wrong
      from credit_accounts a
      left join (
        select customer_id, count(*) as entries, sum(change_minor) as balance, max(created_at) as at
          from credit_entries group by customer_id
      ) e using (customer_id)
      left join (
        select l.customer_id, sum(l.remaining_minor) as remaining, count(*) filter (where (l.remaining_minor, l.cost_left_minor)
            is distinct from (m.change, m.cost)) as wrong
          from credit_lots l
          left join (
            select lot_id, sum(change_minor) as change, sum(cost_minor) as cost from credit_entry_lots group by lot_id
          ) m on m.lot_id = l.id
          group by l.customer_id
      ) l using (customer_id)`);
  const { accounts, entries, wrong } = rows[0]!;
  if (accounts === '0' || wrong !== '0') throw new Error(`${wrong} of ${accounts} accounts do not add up`);
  if (Number(entries) > REPLAYED_ENTRIES) return;
  const { faults } = await core.database.read(organizationId, (db) => checkLedger(db));
  if (faults.length > 0) throw new Error(`the ledger is wrong: ${faults.slice(0, 5).map(({ what }) => what)}`);
}
