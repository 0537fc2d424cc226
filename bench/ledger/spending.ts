import type pg from 'pg';
import { spendCredits } from '../../src/features/credits/credits.ts';
import { createSpending } from '../../src/features/credits/spending.ts';
import { newId } from '../../src/platform/ids.ts';
import {
  clientsFor,
  type Figures,
  heading,
  inRounds,
  median,
  print,
  printFigures,
  printLoad,
  printRatio,
} from '../measuring.ts';
import { assertSound, type Books, enter, loadAccounts, loading, loadPeople, newBooks } from './loading.ts';
import { type Place, withOwnerPool } from './place.ts';

const DAY_MS = 86_400_000;

/**
 * What a spend writes, as an app would that knows no rules: it has to be told the lot, looks at nothing and decides
 * nothing. Written by the owner of the tables, for the app's role may not.
 */
const BARE_SPEND = `
  with account as (
    update credit_accounts set version = version + 1, balance_minor = balance_minor - $4,
        moved_at = greatest(moved_at, $8)
      where organization_id = $1 and customer_id = $2 returning version, balance_minor, moved_at
  ), lot as (
    update credit_lots set remaining_minor = remaining_minor - $4, cost_left_minor = cost_left_minor - $4
      where organization_id = $1 and id = $5
  ), portion as (
    insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor, held_minor, cost_minor)
      values ($1, $3, $5, -$4::bigint, 0, -$4::bigint)
  )
  insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
      credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, actor_user_id, product, memo,
      created_at)
    select $1, $3, $2, version, version - 1, 'spend', 'customer', 'spent', $4, -$4::bigint, balance_minor + $4, balance_minor,
        $6, $7, 'Meeting room', '', moved_at
      from account returning id, balance_after_minor`;

type Target = { customerId: string; lotId: string };
type Spends = { place: Place; books: Books; targets: Target[]; actorIds: string[] };

/** Many short rounds: whatever else the machine does shall meet all ways alike. */
const full = { rounds: 15, seconds: 1.5 };
const short = { rounds: 3, seconds: 1 };

/** 10,000 customers who spend, 32 at once: the face and its group commit against the bare statement. */
export async function measureSpends(place: Place, { quick }: { quick: boolean }): Promise<void> {
  const accounts = quick ? 1_000 : 10_000;
  const spends = await loaded(place, accounts);
  const { rounds: count, seconds } = quick ? short : full;
  const spending = createSpending(place.core);
  const rounds = await withOwnerPool(place, spends.books.organizationId, 32, (pool) =>
    inRounds(count, place.serverPid, {
      group: () => clientsFor(seconds, 32, () => spending.spend(moveOf(spends))),
      one: () => clientsFor(seconds, 32, () => spendOne(spends)),
      wide: () => clientsFor(seconds, 32, () => bareSpend(spends, pool)),
      // As many as the program has connections.
      narrow: () => clientsFor(seconds, 12, () => bareSpend(spends, pool)),
      prepared: () => clientsFor(seconds, 12, () => bareSpend(spends, pool, 'bare-spend')),
    }),
  );
  await assertSound(place, spends.books);
  heading(`Spends of ${accounts} accounts with 2 lots, 32 at once`);
  printFigures('group commit (spending.spend)', rounds.group);
  printFigures('a transaction each (spendCredits)', rounds.one);
  printFigures('bare, 32 connections', rounds.wide);
  printFigures('bare, 12 connections', rounds.narrow);
  printFigures('bare, 12 connections, prepared', rounds.prepared);
  printComparison('group commit', 'better bare', rounds.group, betterOf(rounds.narrow, rounds.wide), '>= 0.6');
  printComparison('group commit', 'prepared', rounds.group, rounds.prepared);
  printComparison('a transaction each', 'better bare', rounds.one, betterOf(rounds.narrow, rounds.wide));
  printLoad();
}

/**
 * One account on which everybody draws: group commit, 64 at once, against the bare statement one by one. Of a new
 * organization, which the planner's statistics take for a small one until autovacuum has looked, and of one that is `known`.
 */
export async function measureHotAccount(place: Place, { quick }: { quick: boolean }, known: boolean): Promise<void> {
  const spends = await loaded(place, 1);
  const { rounds: count, seconds } = quick ? short : full;
  const spending = createSpending(place.core);
  if (known) {
    await clientsFor(2 * seconds, 64, () => spending.spend(moveOf(spends)));
    await place.owner.query('analyze credit_accounts, credit_lots, credit_entries, credit_entry_lots');
  }
  const rounds = await withOwnerPool(place, spends.books.organizationId, 32, (pool) =>
    inRounds(count, place.serverPid, {
      group: () => clientsFor(seconds, 64, () => spending.spend(moveOf(spends))),
      single: () => clientsFor(seconds, 1, () => bareSpend(spends, pool)),
      crowd: () => clientsFor(seconds, 32, () => bareSpend(spends, pool)),
      prepared: () => clientsFor(seconds, 1, () => bareSpend(spends, pool, 'bare-spend')),
    }),
  );
  await assertSound(place, spends.books);
  heading(`Spends of one account with 2 lots, ${known ? 'known to the statistics' : 'its organization new'}`);
  printFigures('group commit, 64 at once', rounds.group);
  printFigures('bare, one by one', rounds.single);
  printFigures('bare, 32 at once', rounds.crowd);
  printFigures('bare, one by one, prepared', rounds.prepared);
  printComparison('group commit', 'better bare', rounds.group, betterOf(rounds.single, rounds.crowd), '>= 5');
  printComparison('group commit', 'prepared', rounds.group, rounds.prepared);
  printLoad();
}

/** The ratio of what is done a second, which counts, and that of processor time, which others on the machine bend less. */
function printComparison(ourName: string, bareName: string, ours: Figures[], bare: Figures[], target?: string): void {
  printRatio(`${ourName} / ${bareName}`, ratesOf(ours), ratesOf(bare), target);
  printRatio(`  CPU time, ${bareName} / ${ourName}`, costsOf(bare), costsOf(ours));
}

async function loaded(place: Place, accounts: number): Promise<Spends> {
  const books = await newBooks(place);
  const now = Date.now();
  const begun = performance.now();
  let actorIds: string[] = [];
  await loading(place, async () => {
    actorIds = await loadPeople(place, books, 5_000);
    await loadAccounts(place, books, {
      accounts,
      lots: 2,
      allocationMinor: 100_000_000n,
      grantedAt: new Date(now - DAY_MS),
      expiresAt: new Date(now + 300 * DAY_MS),
    });
  });
  await enter(place.owner, books.organizationId);
  // The lot that ends first, from which the face spends too.
  const { rows } = await place.owner.query<{ customer: string; lot: string }>(
    'select customer_id as customer, (array_agg(id order by expires_at))[1] as lot from credit_lots group by customer_id',
  );
  print('loaded', `${accounts} accounts in ${Math.round(performance.now() - begun)} ms`);
  return { place, books, actorIds, targets: rows.map(({ customer, lot }) => ({ customerId: customer, lotId: lot })) };
}

function someOf<T>(all: T[]): T {
  return all[Math.floor(Math.random() * all.length)]!;
}

function moveOf(spends: Spends) {
  const now = spends.place.core.now();
  const { organizationId } = spends.books;
  const { customerId } = someOf(spends.targets);
  const product = 'Meeting room';
  return {
    organizationId,
    customerId,
    key: `spend:${newId(now)}`,
    actorUserId: someOf(spends.actorIds),
    product,
    creditsMinor: 1n,
    now,
  };
}

async function spendOne(spends: Spends): Promise<void> {
  const { organizationId } = spends.books;
  await spends.place.core.database.write(organizationId, (tx) => spendCredits(tx, moveOf(spends)));
}

async function bareSpend(spends: Spends, pool: pg.Pool, name?: string): Promise<void> {
  const now = spends.place.core.now();
  const { organizationId } = spends.books;
  const { customerId, lotId } = someOf(spends.targets);
  const values = [
    organizationId,
    customerId,
    newId(now),
    1n,
    lotId,
    `spend:${newId(now)}`,
    someOf(spends.actorIds),
    now,
  ];
  await pool.query({ text: BARE_SPEND, values, ...(name && { name }) });
}

function ratesOf(rounds: Figures[]): number[] {
  return rounds.map(({ perSecond }) => perSecond);
}

function costsOf(rounds: Figures[]): number[] {
  return rounds.map(({ nodeMs, serverMs }) => nodeMs + serverMs);
}

/** Of two ways to do without rules the one that is faster. */
function betterOf(a: Figures[], b: Figures[]): Figures[] {
  return median(ratesOf(a)) > median(ratesOf(b)) ? a : b;
}
