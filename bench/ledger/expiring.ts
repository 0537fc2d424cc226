import { expireCredits } from '../../src/features/credits/credits.ts';
import { heading, inRounds, print, printFigures, printLoad, printRatio } from '../measuring.ts';
import { assertSound, type Books, enter, loadAccounts, loading, newBooks } from './loading.ts';
import type { Place } from './place.ts';

const DAY_MS = 86_400_000;
const LOTS_EACH = 5;

/** What the job writes, all of it in one statement that looks at nothing else. */
const BARE_EXPIRY = `
  with due as (
    select l.id as lot_id, l.customer_id, l.remaining_minor as off, l.cost_left_minor as cost, l.source, uuidv7() as entry_id,
        row_number() over customer as nth, sum(l.remaining_minor) over customer as running, a.version, a.balance_minor
      from credit_lots l join credit_accounts a on a.organization_id = l.organization_id and a.customer_id = l.customer_id
      where l.organization_id = $1 and l.is_open and l.expires_at <= $2
      window customer as (partition by l.customer_id order by l.expires_at, l.id)
  ), portions as (
    insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor, held_minor, cost_minor)
      select $1, entry_id, lot_id, -off, 0, -cost from due
  ), lots as (
    update credit_lots l set remaining_minor = 0, cost_left_minor = 0 from due
      where l.organization_id = $1 and l.id = due.lot_id
  ), accounts as (
    update credit_accounts a set version = a.version + d.entries, balance_minor = a.balance_minor - d.off, moved_at = $2
      from (select customer_id, count(*) as entries, sum(off) as off from due group by customer_id) d
      where a.organization_id = $1 and a.customer_id = d.customer_id
  )
  insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
      credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, created_at)
    select $1, entry_id, customer_id, version + nth, version + nth - 1, 'plan_expiration', 'customer', 'expired', off, -off,
        balance_minor - running + off, balance_minor - running, 'expire:' || lot_id || ':' || off, $2
      from due`;

/** 100,000 expired lots: the job in its rounds against one bare statement. Each measurement has a set of its own. */
export async function measureExpiry(place: Place, { quick }: { quick: boolean }): Promise<void> {
  const accounts = quick ? 2_000 : 20_000;
  const lots = accounts * LOTS_EACH;
  const count = quick ? 3 : 5;
  const sets = await loadSets(place, accounts, 2 * count);
  const left = [...sets];
  const now = place.core.now();
  const rounds = await inRounds(count, place.serverPid, {
    job: async () => expectLots(lots, await job(place, left.pop()!, now)),
    bare: async () => expectLots(lots, await bare(place, left.pop()!, now)),
  });
  for (const books of sets) await assertSound(place, books);
  heading(`Writing off ${lots} expired lots of ${accounts} accounts`);
  printFigures('the job, in its rounds', rounds.job);
  printFigures('one bare statement', rounds.bare);
  const rates = (of: typeof rounds.job) => of.map(({ perSecond }) => perSecond);
  printRatio('bare time / job time', rates(rounds.job), rates(rounds.bare), '>= 0.5');
  printLoad();
}

async function loadSets(place: Place, accounts: number, count: number): Promise<Books[]> {
  const sets: Books[] = [];
  const begun = performance.now();
  const granted = Date.now() - 30 * DAY_MS;
  for (let set = 0; set < count; set++) sets.push(await newBooks(place));
  await loading(place, async () => {
    for (const books of sets) {
      await loadAccounts(place, books, {
        accounts,
        lots: LOTS_EACH,
        allocationMinor: 1_000n,
        grantedAt: new Date(granted),
        expiresAt: new Date(granted + 28 * DAY_MS),
      });
    }
  });
  print('loaded', `${count} sets in ${Math.round(performance.now() - begun)} ms`);
  return sets;
}

/** As app.ts runs it. */
async function job({ core }: Place, { organizationId }: Books, now: Date): Promise<number> {
  const round = () => core.database.write(organizationId, (tx) => expireCredits(tx, { organizationId, now }));
  let lots = 0;
  for (let some = await round(); some > 0; some = await round()) lots += some;
  return lots;
}

async function bare({ owner }: Place, { organizationId }: Books, now: Date): Promise<number> {
  await enter(owner, organizationId);
  const { rowCount } = await owner.query(BARE_EXPIRY, [organizationId, now]);
  return rowCount!;
}

function expectLots(expected: number, lots: number): number {
  if (lots !== expected) throw new Error(`${lots} lots were written off instead of ${expected}`);
  return lots;
}
