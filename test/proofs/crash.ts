import { sql } from 'kysely';
import { openDatabase } from '../../src/platform/database/database.ts';
import { anyLeft, until } from '../../src/platform/postgres/fixtures/launch.ts';
import { audit, recount } from './audit.ts';
import { readWritten } from './concurrency.ts';
import { unexplained } from './explain.ts';
import { asOwner, BEGINNING, breakOpenGround, newFolder, prepare } from './ground.ts';
import { Load } from './load.ts';
import type { Answered, Ground, Move } from './moves.ts';
import { killDatabase, NoAnswer, Program } from './program.ts';
import { type Random, randomOf, seedOf } from './random.ts';
import { answersOf, disorder, type Seen } from './serial.ts';
import { readState } from './state.ts';

const CLIENTS = 8;
const ACCOUNTS = 6;
const KILLED = ['program', 'database', 'both'] as const;
/** A second of ours is so long on the clock of the moves. */
const SPEED = 6 * 3600;

type Folder = ReturnType<typeof newFolder>;
type Doubt = { asked: Move; begun: number };

/** All that clients know, over all cycles. */
class Clients {
  readonly seen: Seen[] = [];
  readonly doubts: Doubt[] = [];
  readonly ids = new Map<string, string>();
  readonly #ground: Omit<Ground, 'database'>;
  readonly #loads: Load[];
  readonly #base = process.hrtime.bigint();

  constructor(seed: number, ground: Omit<Ground, 'database'>) {
    this.#ground = ground;
    const clock = () => BEGINNING + (this.now() / 1_000_000) * SPEED;
    this.#loads = Array.from(
      { length: CLIENTS },
      (_, nth) => new Load(randomOf(seed, nth + 1), ground, { name: `c${nth}`, clock }),
    );
  }

  now(): number {
    return Number(process.hrtime.bigint() - this.#base);
  }

  /** Every client asks one thing after the other until nobody answers any more, or `acknowledged` says that it is over. */
  async workOn(program: Program, acknowledged: () => boolean): Promise<void> {
    let goesOn = true;
    const client = async (load: Load) => {
      while (goesOn) {
        const doubt = { asked: load.next(), begun: this.now() };
        const answered = await this.#askOnce(program, doubt);
        if (answered === undefined) return;
        load.saw(doubt.asked, answered);
        goesOn = acknowledged();
      }
    };
    await Promise.all(this.#loads.map(client));
  }

  async #askOnce(program: Program, doubt: Doubt): Promise<Answered | undefined> {
    try {
      const answered = await this.#ask(program, doubt.asked);
      this.#note(doubt, answered);
      return answered;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.doubts.push(doubt);
      return undefined;
    }
  }

  async #ask(program: Program, asked: Move): Promise<Answered> {
    const ofId = 'of' in asked ? this.ids.get(asked.of) : undefined;
    const reply = await program.ask({ ask: asked, ofId, ground: this.#ground });
    return (reply as { answered: Answered }).answered;
  }

  /** Asks again, with the same keys, whatever nobody answered. Answers what is not as it has to be. */
  async retry(program: Program, written: Map<string, string>): Promise<string[]> {
    const wrong: string[] = [];
    for (const doubt of this.doubts.splice(0)) {
      const answered = await this.#ask(program, doubt.asked);
      const seen = { who: 'in doubt', begun: doubt.begun, ended: 0, asked: doubt.asked, answered };
      for (const { asked, answered: answer } of answersOf(seen)) {
        if (answer === 'done') continue;
        if ('refused' in answer) {
          // A key that many use may have been another's.
          if (written.has(asked.key) && !asked.key.startsWith('shared:'))
            wrong.push(`${asked.key} is written, and refused when asked again`);
          continue;
        }
        const isThere = written.has(asked.key) || this.ids.has(asked.key);
        if (isThere !== answer.replayed) wrong.push(`${asked.key} was made twice`);
        // Made by the first of the two that asked, of which nothing was heard.
        if (!this.ids.has(asked.key)) answer.replayed = false;
      }
      this.#note(doubt, answered);
    }
    return wrong;
  }

  #note({ asked, begun }: Doubt, answered: Answered): void {
    const seen = { who: 'key' in asked ? asked.key : asked.kind, begun, ended: this.now(), asked, answered };
    this.seen.push(seen);
    for (const { asked: one, answered: answer } of answersOf(seen))
      if (answer !== 'done' && 'entryId' in answer) this.ids.set(one.key, answer.entryId);
  }

  /** Acknowledged moves that are not there as they were acknowledged. */
  lost(entries: Map<string, string>): string[] {
    return [...this.ids]
      .filter(([key, id]) => entries.get(key) !== id)
      .map(([key]) => `${key} was acknowledged and is lost`);
  }
}

/** `npm run prove -- crash [--cycles N] [--seed S]`: kills program and database under load, again and again. */
export async function proveCrash(options: { cycles?: string; seed?: string }): Promise<string[]> {
  const cycles = Number(options.cycles ?? 30);
  const seed = seedOf(options.seed);
  console.log(`crash: ${cycles} cycles, ${CLIENTS} clients, ${ACCOUNTS} accounts, seed ${seed}`);
  const folder = newFolder();
  let program: Program | undefined;
  const wrong: string[] = [];
  try {
    program = await Program.start(folder);
    await prepare(program.urls);
    const database = openDatabase({ url: program.urls.appUrl });
    const { database: _, ...ground } = await breakOpenGround(database, ACCOUNTS);
    await database.close();
    const clients = new Clients(seed, ground);
    const random = randomOf(seed);
    for (let cycle = 1; cycle <= cycles && wrong.length === 0; cycle++) {
      const { next, line, found } = await survive(
        program,
        folder,
        clients,
        ground,
        random,
        KILLED[cycle % KILLED.length]!,
      );
      program = next;
      wrong.push(...found);
      console.log(`  ${String(cycle).padStart(3)}  ${line}`);
    }
    wrong.push(...(await explainAll(program, clients, ground)));
    console.log(`  ${clients.seen.length} operations, one after the other by the rules`);
  } finally {
    await program?.stop();
    await until('every process has ended', () => !anyLeft([], folder.dataDir), 30_000);
    folder.remove();
  }
  return wrong.slice(0, 10);
}

/** One cycle: load, the kill in the middle of it, the start, the look at everything, and what was in doubt once more. */
async function survive(
  program: Program,
  folder: Folder,
  clients: Clients,
  ground: Omit<Ground, 'database'>,
  random: Random,
  killed: (typeof KILLED)[number],
): Promise<{ next: Program; line: string; found: string[] }> {
  const begun = performance.now();
  const pid = await program.databasePid();
  const before = clients.seen.length;
  let left = random.int(40, 400);
  let isOver = false;
  let struck: Promise<void> | undefined;
  const strike = async () => {
    if (killed !== 'program') await killDatabase(pid);
    isOver = true;
    if (killed !== 'database') await program.kill();
  };
  await clients.workOn(program, () => {
    if (--left === 0) struck = strike();
    return !isOver;
  });
  await struck;
  const acknowledged = clients.seen.length - before;
  const next = killed === 'database' ? program : await Program.start(folder);
  await next.databasePid();
  const found = await inspect(next, ground, recount);
  const lost = clients.lost(found.entries);
  const doubts = clients.doubts.length;
  const there = clients.doubts.filter(({ asked }) => 'key' in asked && found.entries.has(asked.key)).length;
  const doubled = await clients.retry(next, found.entries);
  const after = await inspect(next, ground, audit);
  doubled.push(...clients.lost(after.entries));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const line = `killed ${killed.padEnd(8)}  acknowledged ${String(acknowledged).padStart(4)}  in doubt ${doubts} (${there} done)  lost ${lost.length}  doubled ${doubled.length}  ${seconds} s`;
  return { next, line, found: [...lost, ...doubled, ...found.wrong, ...after.wrong] };
}

/** Counts the whole ledger anew; answers which entry each key has made. */
async function inspect(
  { urls }: Program,
  { organizationId }: Omit<Ground, 'database'>,
  look: typeof audit,
): Promise<{ wrong: string[]; entries: Map<string, string> }> {
  // Killed again and again, the database never comes to that by itself, and counts as if its tables were empty.
  await asOwner(urls.ownerUrl, (owner) => owner.query('analyze'));
  const database = openDatabase({ url: urls.appUrl, connections: 1 });
  try {
    return await database.read(organizationId, async (db) => {
      const { rows } = await sql<{ key: string; id: string }>`
        select idempotency_key as key, id from credit_entries`.execute(db);
      const entries = new Map(rows.map(({ key, id }) => [key, id]));
      const wrong = entries.size < rows.length ? ['a key has made more than one entry'] : [];
      return { wrong: [...wrong, ...(await look(db))], entries };
    });
  } finally {
    await database.close();
  }
}

/** At the end all that was ever acknowledged has to have happened in turn, kills or not. */
async function explainAll({ urls }: Program, { seen }: Clients, ground: Omit<Ground, 'database'>): Promise<string[]> {
  const database = openDatabase({ url: urls.appUrl, connections: 1 });
  try {
    return await database.read(ground.organizationId, async (db) => {
      const written = await readWritten(db);
      const wrong = disorder(seen, written);
      return wrong.length > 0 ? wrong : unexplained(ground, seen, await readState(db), written);
    });
  } finally {
    await database.close();
  }
}
