import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase, type Tx } from '../../src/platform/database/database.ts';
import { audit } from './audit.ts';
import type { Order } from './concurrency-process.ts';
import { unexplained } from './explain.ts';
import { asOwner, breakOpenGround, type DatabaseUrls, startServer } from './ground.ts';
import { seedOf } from './random.ts';
import { disorder, type Seen, type Written } from './serial.ts';
import { readState } from './state.ts';

const PROCESSES = 2;
const WORKERS = 8;
const ACCOUNTS = 4;
/** A process that takes longer for each of its operations than this hangs. */
const WITHIN_MS = 200;

/** How the check of a race names two who wrote without waiting for each other. */
export const LOST_UPDATE = /stands where version|does not begin where/;

export type Raced = { seen: Seen[]; wrong: string[] };

/** Lets processes race on a few accounts of one database, and looks whether what they saw can have happened in turn. */
export async function race({ appUrl }: DatabaseUrls, seed: number, operations: number): Promise<Raced> {
  const database = openDatabase({ url: appUrl });
  try {
    const { database: _, ...ground } = await breakOpenGround(database, ACCOUNTS);
    const order = {
      appUrl,
      ground,
      seed,
      workers: WORKERS,
      operations: Math.ceil(operations / PROCESSES),
      base: process.hrtime.bigint(),
    };
    const all = await Promise.all(Array.from({ length: PROCESSES }, (_, nth) => racer({ ...order, process: nth })));
    const seen = all.flat().sort((a, b) => a.begun - b.begun);
    return await database.read(ground.organizationId, async (db) => {
      const state = await readState(db);
      const written = await readWritten(db);
      const wrong = [...failures(seen), ...disorder(seen, written), ...(await audit(db))];
      if (wrong.length === 0) wrong.push(...unexplained(ground, seen, state, written));
      return { seen, wrong };
    });
  } finally {
    await database.close();
  }
}

/** Entries with the transactions that wrote them. */
export async function readWritten(db: Tx): Promise<Written[]> {
  const { rows } = await sql<Written>`select id, customer_id as customer, version::int, idempotency_key as key,
    credits_minor as credits, change_minor as change, balance_before_minor as before, balance_after_minor as after,
    xmin::text as transaction from credit_entries`.execute(db);
  return rows;
}

async function racer(order: Order): Promise<Seen[]> {
  const child = fork(join(import.meta.dirname, 'concurrency-process.ts'), {
    execArgv: [],
    serialization: 'advanced',
    timeout: 60_000 + order.operations * WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  const exited = once(child, 'exit');
  child.send(order);
  const told = await Promise.race([
    once(child, 'message'),
    exited.then(([code, signal]) => Promise.reject(new Error(`a process of the race ended with ${signal ?? code}`))),
  ]);
  await exited;
  return told[0] as Seen[];
}

/** What was neither a move nor a refusal. */
function failures(seen: Seen[]): string[] {
  const counts = new Map<string, number>();
  for (const { answered } of seen)
    if (typeof answered === 'object' && 'failed' in answered)
      counts.set(answered.failed, (counts.get(answered.failed) ?? 0) + 1);
  return [...counts].map(([failed, count]) => `${count} times: ${failed}`);
}

/** Makes a database in which moves do not wait for each other: what the row lock is there for. */
export async function unlock({ ownerUrl }: DatabaseUrls): Promise<void> {
  await asOwner(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ text: string }>(
      `select pg_get_functiondef(oid) as text from pg_proc where proname in ('lock_credit_account', 'draw_credits')`,
    );
    const locking = rows.filter(({ text }) => / for update\b/.test(text));
    if (locking.length === 0) throw new Error('there is no lock to be left out');
    for (const { text } of locking) await owner.query(text.replaceAll(/ for update\b/g, ''));
  });
}

/** Takes away the constraints by which two entries cannot have the same version, nor an entry begin anywhere. */
export async function unchain({ ownerUrl }: DatabaseUrls): Promise<void> {
  await asOwner(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ name: string }>(
      `select c.conname as name from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
        where c.conrelid = 'credit_entries'::regclass and c.contype = 'u' and a.attname = 'version'`,
    );
    for (const { name } of rows) await owner.query(`alter table credit_entries drop constraint ${name} cascade`);
  });
}

/** `npm run prove -- concurrency [--ops N] [--seed S]`: races, and then races that have to be seen through. */
export async function proveConcurrency(options: { ops?: string; seed?: string }): Promise<string[]> {
  const operations = Number(options.ops ?? 20_000);
  const seed = seedOf(options.seed);
  console.log(`concurrency: ${PROCESSES} processes of ${WORKERS} workers on ${ACCOUNTS} accounts, seed ${seed}`);
  const server = await startServer();
  const wrong: string[] = [];
  try {
    const begun = performance.now();
    const raced = await race(await server.newDatabase(), seed, operations);
    console.log(`${table(raced.seen)}\n  ${raced.seen.length} operations in ${seconds(begun)} s, with the check`);
    wrong.push(...raced.wrong.slice(0, 10));

    const unlocked = await server.newDatabase();
    await unlock(unlocked);
    const caught = await race(unlocked, seed, 4_000);
    console.log(`  without the row lock: ${caught.wrong[0] ?? 'nothing was noticed'}`);
    if (caught.wrong.length === 0) wrong.push('a ledger without the row lock was not seen through');

    const loose = await server.newDatabase();
    await unlock(loose);
    await unchain(loose);
    const seenThrough = await race(loose, seed, 4_000);
    const lostUpdate = seenThrough.wrong.find((it) => LOST_UPDATE.test(it));
    console.log(`  and without the constraints on versions: ${lostUpdate ?? 'nothing was noticed'}`);
    if (lostUpdate === undefined) wrong.push('lost updates were not seen');
  } finally {
    await server.stop();
  }
  return wrong;
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}

function table(seen: Seen[]): string {
  const counts = new Map<string, number>();
  for (const { asked, answered } of seen) {
    const refused = typeof answered === 'object' && 'refused' in answered ? answered.refused : 'answered';
    const words = `${asked.kind}: ${typeof answered === 'object' && 'failed' in answered ? 'FAILED' : refused}`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const line = ([words, count]: [string, number]) => `  ${words.padEnd(36)} ${String(count).padStart(8)}`;
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(line)
    .join('\n');
}
