import type pg from 'pg';
import { billCycles } from '../../src/features/invoices/billing-cycles.ts';
import { renewSubscriptions } from '../../src/features/subscriptions/renewing.ts';
import { assertSound, type Books, enter, loading, newBooks } from '../ledger/loading.ts';
import type { Place } from '../ledger/place.ts';

// Subscribers in the middle of their second cycle's first hour: everybody is due, and has something left of the first.

/** Monthly cycles of a location in Berlin; the second has just begun. */
const FIRST = { on: '2026-04-10', at: new Date('2026-04-09T22:00:00Z') };
const SECOND = { on: '2026-05-10', at: new Date('2026-05-09T22:00:00Z') };
const THIRD = { on: '2026-06-10', at: new Date('2026-06-09T22:00:00Z') };
const NOW = new Date('2026-05-09T22:10:00Z');
const CREDITS = 2_000n;

/** So many customers with a subscription, a written first cycle, and its lot. */
export async function loadSubscribers(place: Place, count: number, sets: number): Promise<Books[]> {
  const all: Books[] = [];
  for (let set = 0; set < sets; set++) all.push(await newBooks(place));
  await loading(place, async () => {
    for (const books of all) await loadSet(place.owner, books, count);
  });
  await place.owner.query('vacuum analyze subscriptions, subscription_periods, plans');
  return all;
}

async function loadSet(owner: pg.Client, { organizationId, locationId }: Books, count: number): Promise<void> {
  await enter(owner, organizationId);
  const run = (text: string, values: unknown[]) => owner.query(text, [organizationId, ...values]);
  const each = 'from generate_series(1, $2::int) c';
  await run(
    `insert into plans (organization_id, id, location_id, name, cycle, price_minor, credits_minor, credits_discount_percent,
        credits_on_invoice, auto_invoice, free_packages_per_cycle, created_at)
      values ($1, bench.id(0, 1), $2, 'Resident', 'month', 19000, $3, 20, false, true, 1, $4)`,
    [locationId, CREDITS, FIRST.at],
  );
  await run(
    `insert into customers (organization_id, id, location_id, kind, name, created_at)
      select $1, bench.id(c, 0), $3, 'company', 'Company ' || c, $4 ${each}`,
    [count, locationId, FIRST.at],
  );
  await run(
    `insert into credit_accounts (organization_id, customer_id, version, balance_minor, moved_at)
      select $1, bench.id(c, 0), 1, $3, $4 ${each}`,
    [count, CREDITS, FIRST.at],
  );
  await run(
    `insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor, expires_at,
        cost_minor, created_at)
      select $1, bench.id(c, 1), bench.id(c, 0), 'plan', $3, $3, $4, 0, $5 ${each}`,
    [count, CREDITS, SECOND.at, FIRST.at],
  );
  await run(
    `insert into credit_entries (organization_id, id, customer_id, version, type, from_account, to_account, credits_minor,
        change_minor, balance_before_minor, balance_after_minor, idempotency_key, product, created_at)
      select $1, bench.id(c, 2), bench.id(c, 0), 1, 'plan_allocation', 'issued', 'customer', $3, $3, 0, $3,
        'plan:' || bench.id(c, 3) || ':' || $4::text, 'Resident', $5 ${each}`,
    [count, CREDITS, FIRST.on, FIRST.at],
  );
  await run(
    `insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor)
      select $1, bench.id(c, 2), bench.id(c, 1), $3 ${each}`,
    [count, CREDITS],
  );
  await run(
    `insert into subscriptions (organization_id, id, location_id, customer_id, plan_id, starts_at, anchor_on, next_on,
        renews_at, created_at)
      select $1, bench.id(c, 3), $3, bench.id(c, 0), bench.id(0, 1), $4::timestamptz, $5::date, $6::date, $7, $4 ${each}`,
    [count, locationId, FIRST.at, FIRST.on, SECOND.on, SECOND.at],
  );
  await run(
    `insert into subscription_periods (organization_id, subscription_id, starts_on, starts_at, ends_at, plan_id, plan_name,
        cycle, price_minor, credits_minor, credits_discount_percent, credits_on_invoice, auto_invoice,
        free_packages_per_cycle, lot_id, written_at)
      select $1, bench.id(c, 3), $3::date, $4::timestamptz, $5, bench.id(0, 1), 'Resident', 'month', 19000, $6, 20, false,
        true, 1, bench.id(c, 1), $4 ${each}`,
    [count, FIRST.on, FIRST.at, SECOND.at, CREDITS],
  );
}

/** As app.ts runs it: rounds until nothing is due. */
export async function renewByJob(database: Place['core']['database'], organizationId: string): Promise<number> {
  const round = () =>
    database.write(organizationId, (tx) =>
      renewSubscriptions(tx, (inner, periods) => billCycles(inner, periods, NOW), { organizationId, now: NOW }),
    );
  let renewed = 0;
  for (let some = await round(); some > 0; some = await round()) renewed += some;
  return renewed;
}

/** The same rows, in one transaction of as few statements as write them; it looks at nothing and locks nothing before. */
export async function renewByHand({ owner }: Place, { organizationId, locationId }: Books): Promise<number> {
  await enter(owner, organizationId);
  await owner.query('begin');
  await owner.query(
    `create temp table due on commit drop as
      select s.id, s.customer_id, p.id as plan_id, p.name, p.credits_minor as credits, d.lot_id as old_lot_id,
          l.remaining_minor as off, uuidv7() as lot_id, uuidv7() as off_id, uuidv7() as entry_id, uuidv7() as invoice_id, a.version, a.balance_minor
        from subscriptions s
        join plans p on p.organization_id = s.organization_id and p.id = s.plan_id
        join subscription_periods d on d.organization_id = s.organization_id and d.subscription_id = s.id
        join credit_lots l on l.organization_id = s.organization_id and l.id = d.lot_id
        join credit_accounts a on a.organization_id = s.organization_id and a.customer_id = s.customer_id
        where s.organization_id = '${organizationId}' and s.renews_at <= '${NOW.toISOString()}'`,
  );
  const values = [organizationId, SECOND.at];
  await owner.query(
    `insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor, expires_at,
        cost_minor, created_at)
      select $1, lot_id, customer_id, 'plan', credits, credits, $3, 0, $2 from due`,
    [...values, THIRD.at],
  );
  await owner.query(
    `insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
        credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, product, created_at)
      select $1::uuid, off_id, customer_id, version + 1, version, 'plan_expiration', 'customer', 'expired', off, -off,
          balance_minor, balance_minor - off, 'expire:' || old_lot_id || ':' || off, '', $2::timestamptz from due
      union all
      select $1::uuid, entry_id, customer_id, version + 2, version + 1, 'plan_allocation', 'issued', 'customer', credits, credits,
          balance_minor - off, balance_minor - off + credits, 'plan:' || id || ':' || $3::text, name, $2 from due`,
    [...values, SECOND.on],
  );
  await owner.query(
    `insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor)
      select $1::uuid, off_id, old_lot_id, -off from due union all select $1::uuid, entry_id, lot_id, credits from due`,
    [organizationId],
  );
  await owner.query(
    `update credit_lots l set remaining_minor = 0 from due where l.organization_id = $1 and l.id = due.old_lot_id`,
    [organizationId],
  );
  await owner.query(
    `update credit_accounts a set version = a.version + 2, balance_minor = a.balance_minor - due.off + due.credits, moved_at = $2
      from due where a.organization_id = $1 and a.customer_id = due.customer_id`,
    values,
  );
  await owner.query(
    `insert into subscription_periods (organization_id, subscription_id, starts_on, starts_at, ends_at, plan_id, plan_name,
        cycle, price_minor, credits_minor, credits_discount_percent, credits_on_invoice, auto_invoice,
        free_packages_per_cycle, lot_id, written_at)
      select $1, due.id, $3::date, $2, $4, p.id, p.name, p.cycle, p.price_minor, p.credits_minor, p.credits_discount_percent,
          p.credits_on_invoice, p.auto_invoice, p.free_packages_per_cycle, due.lot_id, $2
        from due join plans p on p.organization_id = $1 and p.id = due.plan_id`,
    [...values, SECOND.on, THIRD.at],
  );
  await billByHand(owner, { organizationId, locationId });
  const { rowCount } = await owner.query(
    `update subscriptions s set next_on = $2::date, renews_at = $3 from due where s.organization_id = $1 and s.id = due.id`,
    [organizationId, THIRD.on, THIRD.at],
  );
  await owner.query('commit');
  return rowCount!;
}

/** The price of each cycle on an active invoice of its customer, who had none. */
async function billByHand(
  owner: pg.Client,
  { organizationId, locationId }: Pick<Books, 'organizationId' | 'locationId'>,
) {
  const values = [organizationId, SECOND.at];
  await owner.query(
    `insert into invoices (organization_id, id, location_id, customer_id, kind, currency, status, opened_at)
      select $1, invoice_id, $3, customer_id, 'invoice', 'EUR', 'draft', $2 from due`,
    [...values, locationId],
  );
  await owner.query(
    `insert into invoice_items (organization_id, id, invoice_id, position, key, kind, source, subject_id, title, starts_on,
        ends_on, list_minor, discount_percent, net_minor, tax_minor, total_minor, tax_label, tax_rate_ppm, added_at)
      select $1, uuidv7(), invoice_id, 1, 'plan:' || id || ':' || $3::text, 'plan', 'plans', id, name, $3::date, $4::date - 1,
          19000, 0, 19000, 0, 19000, '', 0, $2 from due`,
    [...values, SECOND.on, THIRD.on],
  );
}

/** How many second cycles are written; each once by its key. */
export async function periodsWritten({ owner }: Place, { organizationId }: Books): Promise<number> {
  await enter(owner, organizationId);
  const { rows } = await owner.query<{ count: number }>(
    'select count(*)::int from subscription_periods where starts_on = $1',
    [SECOND.on],
  );
  return rows[0]!.count;
}

/** Exactly one second cycle for each subscription, with its credits, and books that add up. */
export async function assertRenewed(place: Place, books: Books, count: number): Promise<void> {
  const written = await periodsWritten(place, books);
  if (written !== count) throw new Error(`${written} periods were written instead of ${count}`);
  const { rows } = await place.owner.query<{ wrong: number }>(
    `select count(*)::int as wrong from subscription_periods d
      join subscriptions s on s.organization_id = d.organization_id and s.id = d.subscription_id
      join credit_accounts a on a.organization_id = s.organization_id and a.customer_id = s.customer_id
      where d.starts_on = $1 and (d.lot_id is null or d.ends_at <> $2 or a.balance_minor <> $3 or a.version <> 3
        or s.next_on <> $4)`,
    [SECOND.on, THIRD.at, CREDITS, THIRD.on],
  );
  if (rows[0]!.wrong > 0) throw new Error(`${rows[0]!.wrong} renewals are not as they have to be`);
  const { rows: items } = await place.owner.query<{ right: number }>(
    `select count(*)::int as right from invoice_items t
      join invoices i on i.organization_id = t.organization_id and i.id = t.invoice_id and i.status = 'draft'
      where t.starts_on = $1 and t.ends_on = $2::date - 1 and t.net_minor = 19000`,
    [SECOND.on, THIRD.on],
  );
  if (items[0]!.right !== count) throw new Error(`${items[0]!.right} cycles stand on an invoice instead of ${count}`);
  await assertSound(place, books);
}
