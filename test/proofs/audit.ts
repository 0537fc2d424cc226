import { sql } from 'kysely';
import { checkLedger } from '../../src/features/credits/verify.ts';
import type { Tx } from '../../src/platform/database/database.ts';

/** A rule of the books, and a query for whatever breaks it. */
type Rule = { rule: string; broken: string };

const INSIDE = `('customer', 'held')`;

const RULES: Rule[] = [
  {
    rule: 'the balance is what the lots hold, what the entries come to, and what the last of them says',
    broken: `select a.customer_id, a.balance_minor, l.held, e.sum, e.last, a.version, e.version as last_version
      from credit_accounts a
      cross join lateral (select coalesce(sum(remaining_minor), 0) as held from credit_lots l
        where l.customer_id = a.customer_id) l
      cross join lateral (select coalesce(sum(change_minor), 0) as sum, count(*) as count, coalesce(max(version), 0) as version,
          coalesce((array_agg(balance_after_minor order by version desc))[1], 0) as last, max(created_at) as at
        from credit_entries e where e.customer_id = a.customer_id) e
      where a.balance_minor <> l.held or a.balance_minor <> e.sum or a.balance_minor <> e.last
        or a.version <> e.version or a.version <> e.count or a.moved_at is distinct from e.at`,
  },
  {
    rule: 'versions have no gap, each entry begins where the one before it ended, and time does not run backwards',
    broken: `select * from (
        select e.id, e.customer_id, e.version, e.balance_before_minor, e.created_at,
          lag(e.version, 1, 0::bigint) over w as version_before, lag(e.balance_after_minor, 1, 0::bigint) over w as balance_before,
          lag(e.created_at) over w as at_before
        from credit_entries e window w as (partition by e.customer_id order by e.version)) e
      where version <> version_before + 1 or balance_before_minor <> balance_before or created_at < at_before`,
  },
  {
    rule: 'every lot holds what its portions come to: credits, money and what is set aside',
    broken: `select l.id, l.remaining_minor, m.*
      from credit_lots l
      cross join lateral (select coalesce(sum(m.change_minor), 0) as change, coalesce(sum(m.held_minor), 0) as held,
          coalesce(sum(m.cost_minor), 0) as cost,
          coalesce(sum(m.held_minor - m.cleared_minor) filter (where m.held_minor > 0), 0) as open
        from credit_entry_lots m where m.lot_id = l.id) m
      where l.remaining_minor <> m.change or l.held_minor <> m.held or l.held_minor <> m.open or l.cost_left_minor <> m.cost`,
  },
  {
    rule: 'the portions of an entry come to what the entry says, all on lots of its customer',
    broken: `select e.id, e.type, e.credits_minor, m.*
      from credit_entries e
      cross join lateral (select coalesce(sum(m.change_minor), 0) as change, coalesce(sum(m.held_minor), 0) as held,
          count(*) filter (where l.customer_id is distinct from e.customer_id) as strange
        from credit_entry_lots m left join credit_lots l on l.id = m.lot_id where m.entry_id = e.id) m
      where m.strange > 0 or m.change <> e.change_minor or m.held <> e.credits_minor
        * ((e.to_account = 'held')::int - (e.from_account = 'held')::int)`,
  },
  {
    rule: 'what came back of a spend, take back or hold is what the entries say that gave it back',
    broken: `select * from credit_entry_lots m
      full join (
        select c.clears_entry_id as entry_id, coalesce(o.lot_id, l.replaces_lot_id) as lot_id,
            sum(case when c.from_account = 'held' then -n.held_minor else n.change_minor end) as credits,
            sum(case when c.from_account = 'held' then 0 else n.cost_minor end) as cost
          from credit_entries c
          join credit_entry_lots n on n.entry_id = c.id
          join credit_lots l on l.id = n.lot_id
          left join credit_entry_lots o on o.entry_id = c.clears_entry_id and o.lot_id = n.lot_id
          where c.clears_entry_id is not null
          group by 1, 2
      ) c on c.entry_id = m.entry_id and c.lot_id = m.lot_id
      where m.entry_id is null or m.cleared_minor <> coalesce(c.credits, 0) or m.cleared_cost_minor <> coalesce(c.cost, 0)`,
  },
  {
    rule: 'every lot begins with the entry that filled it, and what replaces a lot belongs to the same customer',
    broken: `select l.id from credit_lots l
      left join credit_lots r on r.id = l.replaces_lot_id
      where not exists (select from credit_entry_lots m join credit_entries e on e.id = m.entry_id
          where m.lot_id = l.id and m.change_minor = l.allocation_minor and m.cost_minor = l.cost_minor
            and e.created_at = l.created_at and e.from_account in ('issued', 'spent', 'taken_back'))
        or r.customer_id <> l.customer_id`,
  },
  {
    rule: 'credits issued are with customers, held, spent, expired or taken back; each account has what was posted to it',
    broken: `select * from (select
        (select coalesce(sum(credits_minor * ((from_account = 'issued')::int - (to_account = 'issued')::int)), 0) from credit_entries)
        as issued,
        (select coalesce(sum(credits_minor * ((to_account in ('spent', 'expired', 'taken_back'))::int
          - (from_account in ('spent', 'expired', 'taken_back'))::int)), 0) from credit_entries) as gone,
        (select coalesce(sum(remaining_minor), 0) from credit_lots) as left) b where issued <> gone + "left"`,
  },
  {
    rule: 'money paid = used + expired + taken back + left, exactly',
    broken: `select * from (select
        (select coalesce(sum(cost_minor), 0) from credit_lots where replaces_lot_id is null) as paid,
        (select coalesce(sum(-m.cost_minor), 0) from credit_entry_lots m join credit_entries e on e.id = m.entry_id
          where not (e.from_account = 'issued')) as gone,
        (select coalesce(sum(cost_left_minor), 0) from credit_lots) as left) b where paid <> gone + "left"`,
  },
  {
    rule: 'credits are frozen since the freeze that no thaw came after',
    broken: `select a.customer_id, a.frozen_at from credit_accounts a
      left join lateral (select e.type, e.created_at from credit_entries e
        where e.customer_id = a.customer_id and e.type in ('freeze', 'thaw') order by e.version desc limit 1) f on true
      where a.frozen_at is distinct from case when f.type = 'freeze' then f.created_at end`,
  },
  {
    rule: 'nothing was spent or held of a lot that was over, and nothing of a hold after its time',
    broken: `select e.id, e.type from credit_entries e
      join credit_entry_lots m on m.entry_id = e.id join credit_lots l on l.id = m.lot_id
      left join credit_entries h on h.id = e.clears_entry_id and h.type = 'hold'
      where (e.from_account = 'customer' and e.to_account <> 'expired' and l.expires_at <= e.created_at)
        or (e.to_account = 'expired' and not l.expires_at <= e.created_at)
        or (e.type = 'hold_expiration') <> coalesce(h.hold_until <= e.created_at, false)`,
  },
  {
    rule: 'a move changes the balance by what goes between its accounts',
    broken: `select e.id from credit_entries e where e.change_minor <> e.credits_minor
      * ((e.to_account in ${INSIDE})::int - (e.from_account in ${INSIDE})::int)`,
  },
];

/**
 * Counts the books of an organization anew, from every row, and lets the product's own check look as well. Answers what is
 * wrong, in words; nothing when all is well.
 */
export async function audit(db: Tx): Promise<string[]> {
  const found = await recount(db);
  const { faults } = await checkLedger(db);
  return [...found, ...faults.slice(0, 3).map((fault) => `verify: ${shown(fault)}`)];
}

/** The first half of it: what every row comes to. */
export async function recount(db: Tx): Promise<string[]> {
  const found: string[] = [];
  for (const { rule, broken } of RULES) {
    const { rows } = await sql.raw(broken).execute(db);
    for (const row of rows.slice(0, 3)) found.push(`not so: ${rule}: ${shown(row)}`);
  }
  return found;
}

function shown(row: unknown): string {
  return JSON.stringify(row, (_, it) => (typeof it === 'bigint' ? String(it) : it));
}
