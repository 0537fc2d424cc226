import { type CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { balanceOf, creditHistory } from '../../src/features/credits/credits.ts';
import type { Tx } from '../../src/platform/database/database.ts';
import type { Schema } from '../../src/platform/database/schema.ts';
import { heading, percentile, print, printLoad } from '../measuring.ts';
import { assertSound, type Books, loadHistories, loading, newBooks } from './loading.ts';
import type { Place } from './place.ts';

const PAGE = 50;

/** What a page of credits reads, of accounts with ever longer histories. */
type Read = 'balance' | 'history';
const reads: Record<Read, (db: Tx, customerId: string, now: Date) => Promise<unknown>> = {
  balance: balanceOf,
  history: (db, customerId) => creditHistory(db, customerId, { limit: PAGE }),
};

export async function measureReads(place: Place, { quick }: { quick: boolean }): Promise<void> {
  const sizes = quick ? [1_000, 10_000, 100_000] : [1_000, 100_000, 10_000_000];
  const books = await newBooks(place);
  const begun = performance.now();
  let customers: string[] = [];
  await loading(place, async () => {
    customers = await loadHistories(place, books, sizes, new Date(Date.now() - 60_000));
  });
  await assertSound(place, books);
  const { rows } = await place.owner.query<{ size: string }>(
    'select pg_size_pretty(pg_database_size(current_database())) as size',
  );
  print('loaded', `${rows[0]!.size} of database in ${Math.round((performance.now() - begun) / 1000)} s`);
  for (const read of Object.keys(reads) as Read[]) await measureRead(place, books, read, sizes, customers, quick);
  printLoad();
}

async function measureRead(
  place: Place,
  { organizationId }: Books,
  read: Read,
  sizes: number[],
  customers: string[],
  quick: boolean,
): Promise<void> {
  const { core } = place;
  const times: number[][] = customers.map(() => []);
  const count = quick ? 500 : 5_000;
  const warmUp = 100;
  for (let n = -warmUp; n < count; n++) {
    for (const at of customers.keys()) {
      // Another one begins each time.
      const which = (at + n + warmUp) % customers.length;
      const begun = performance.now();
      await core.database.read(organizationId, (db) => reads[read](db, customers[which]!, core.now()));
      if (n >= 0) times[which]!.push(performance.now() - begun);
    }
  }
  heading(read === 'balance' ? 'Balance with open lots' : `First page of the history, ${PAGE} entries`);
  for (const [at, size] of sizes.entries()) {
    const { rows, buffers } = await explained(place, organizationId, (db) =>
      reads[read](db, customers[at]!, core.now()),
    );
    const [p50, p99] = [percentile(times[at]!, 0.5).toFixed(2), percentile(times[at]!, 0.99).toFixed(2)];
    print(`${size} entries`, `p50 ${p50} ms, p99 ${p99} ms, ${count} reads; rows ${rows}, buffers ${buffers}`);
  }
  const ratio = (share: number) => percentile(times.at(-1)!, share) / percentile(times[0]!, share);
  print(`longest / shortest`, `p99 ${ratio(0.99).toFixed(2)}, target <= 1.25; p50 ${ratio(0.5).toFixed(2)}`);
}

type Plan = { [key: string]: unknown; Plans?: Plan[] };

/** Rows and buffers that the statements of `work` touch, as the app's role sends them. */
async function explained(
  { appUrl }: Place,
  organizationId: string,
  work: (db: Tx) => Promise<unknown>,
): Promise<{ rows: number; buffers: number }> {
  const pool = new pg.Pool({ connectionString: appUrl, max: 1 });
  const sent: CompiledQuery[] = [];
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), log: ({ query }) => void sent.push(query) });
  try {
    await sql`select set_config('roost.organization_id', ${organizationId}, false)`.execute(db);
    sent.length = 0;
    await work(db);
    let [rows, buffers] = [0, 0];
    for (const { sql, parameters } of [...sent]) {
      const answer = await pool.query(`explain (analyze, buffers, format json) ${sql}`, [...parameters]);
      const plan = answer.rows[0]['QUERY PLAN'][0].Plan as Plan;
      rows += rowsTouched(plan);
      buffers += Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks']);
    }
    return { rows, buffers };
  } finally {
    await db.destroy();
  }
}

/** What its scans found, also what they threw away. */
function rowsTouched(plan: Plan): number {
  const below = (plan.Plans ?? []).reduce((sum, child) => sum + rowsTouched(child), 0);
  if (!String(plan['Node Type']).includes('Scan')) return below;
  const found = Number(plan['Actual Rows']) + Number(plan['Rows Removed by Filter'] ?? 0);
  return below + Math.round(found * Number(plan['Actual Loops']));
}
