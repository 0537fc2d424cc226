import { sql } from 'kysely';
import { balanceOf } from '../../src/features/credits/credits.ts';
import { createSpending, type Spending } from '../../src/features/credits/spending.ts';
import type { Core } from '../../src/platform/core.ts';
import { openDatabase } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { BEGINNING } from './ground.ts';
import { Load } from './load.ts';
import {
  type Answered,
  type Drawn,
  type Ground,
  isKeyTaken,
  type Move,
  perform,
  performGrouped,
  performIn,
} from './moves.ts';
import { type Random, randomOf } from './random.ts';
import type { Read, ReadAnswer, Seen } from './serial.ts';
import { plain } from './state.ts';

// One of the processes of the concurrency proof: some workers that ask of a few accounts whatever there is to ask, as fast
// as they are answered, and note down what they saw.

export type Order = {
  appUrl: string;
  ground: Omit<Ground, 'database'>;
  seed: number;
  process: number;
  workers: number;
  operations: number;
  /** The moment from which all processes count, by the clock of the machine. */
  base: bigint;
};

/** A second of ours is so long on the clock of the moves: lots expire and holds time out while we look. */
const SPEED = 6 * 3600;
const ERRORS_AT_MOST = 20;

process.once('message', async (order: Order) => {
  const seen = await work(order);
  process.send!(seen, () => process.disconnect());
});

// Nobody waits for us any more.
process.once('disconnect', () => process.exit());

async function work(order: Order): Promise<Seen[]> {
  const { workers, operations, base } = order;
  const database = openDatabase({ url: order.appUrl, connections: workers });
  const ground: Ground = { ...order.ground, database };
  const spending = createSpending({ database } as Core);
  const ids = new Map<string, string>();
  const now = () => Number(process.hrtime.bigint() - base);
  const clock = () => BEGINNING + (now() / 1_000_000) * SPEED;
  const seen: Seen[] = [];
  const worker = async (nth: number) => {
    const random = randomOf(order.seed, 1 + order.process * workers + nth);
    const who = `p${order.process}w${nth}`;
    const load = new Load(random, ground, { name: who, clock });
    while (seen.length < operations && errors(seen) < ERRORS_AT_MOST) {
      const asked = random.chance(0.1) ? readOf(random, ground, clock()) : load.next();
      const begun = now();
      const grouped = asked.kind === 'spend' && random.chance(0.4) ? { grouped: order.process } : {};
      const told = await ask({ ground, spending, ids }, asked, 'grouped' in grouped).catch(failed);
      seen.push({ who, begun, ended: now(), asked, ...grouped, ...told });
      if (asked.kind === 'read' || isFailed(told.answered)) continue;
      load.saw(asked, told.answered as Answered);
      note(ids, asked, told.answered as Answered);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, nth) => worker(nth)));
  await database.close();
  return seen;
}

type Means = { ground: Ground; spending: Spending; ids: Map<string, string> };

async function ask(
  means: Means,
  asked: Move | Read,
  isGrouped: boolean,
): Promise<Pick<Seen, 'answered' | 'transaction'>> {
  const { ground, spending, ids } = means;
  if (asked.kind === 'read') return { answered: await read(ground, asked) };
  const idOf = (key: string) => ids.get(key) ?? newId(new Date(BEGINNING));
  if (isGrouped) return { answered: await performGrouped(spending, ground, asked as Drawn) };
  // Of what a job has written only its transaction tells.
  if ('limit' in asked)
    return ground.database.write(ground.organizationId, async (tx) => {
      const answered = await performIn(tx, ground, asked, idOf);
      const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(tx);
      return { answered, transaction: rows[0]!.id };
    });
  return { answered: await perform(ground, asked, idOf) };
}

function readOf({ pick }: Random, { customers }: Ground, now: number): Read {
  return { kind: 'read', now: Math.round(now), looked: pick(customers) };
}

async function read({ database, organizationId }: Ground, { looked, now }: Read): Promise<ReadAnswer> {
  return database.read(organizationId, async (db) => {
    const { rows: versions } = await sql<ReadAnswer['versions'][number]>`
      select customer_id as customer, version::int, balance_minor as balance from credit_accounts`.execute(db);
    return { versions, view: plain(await balanceOf(db, looked, new Date(now))) };
  });
}

/** Workers of one process know of each other's moves. */
function note(ids: Map<string, string>, asked: Move, answered: Answered): void {
  const pairs =
    asked.kind === 'batch'
      ? asked.items.map((item, at) => [item, (answered as Answered[])[at]] as const)
      : [[asked, answered] as const];
  for (const [move, answer] of pairs)
    if ('key' in move && typeof answer === 'object' && 'entryId' in answer) ids.set(move.key, answer.entryId);
}

function isFailed(answered: Seen['answered']): boolean {
  return typeof answered === 'object' && 'failed' in answered;
}

function errors(seen: Seen[]): number {
  return seen.filter(({ answered }) => isFailed(answered)).length;
}

function failed(error: Error): { answered: { failed: string } | { refused: string } } {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (isKeyTaken(error)) return { answered: { refused: 'CreditKeyReused' } };
  return { answered: { failed: [code, constraint, error.message].filter(Boolean).join(' ') } };
}
