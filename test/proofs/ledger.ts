import type { Database } from '../../src/platform/database/database.ts';
import { openDatabase } from '../../src/platform/database/database.ts';
import { Counts } from './counts.ts';
import { hurry, startServer } from './ground.ts';
import { HISTORY_MOVES, type History, playHistory, replayHistory } from './history.ts';
import { seedOf } from './random.ts';
import { shrink } from './shrink.ts';
import { shown } from './state.ts';

const HISTORIES_AT_ONCE = 4;

export type Played = { counts: Counts; failure: (History & { number: number }) | undefined };

/** Plays histories until so many moves are made, or one goes wrong. */
export async function playHistories(database: Database, seed: number, moves: number): Promise<Played> {
  const counts = new Counts();
  let failure: Played['failure'];
  let number = 0;
  const lane = async () => {
    while (!failure && number * HISTORY_MOVES < moves) {
      const mine = number++;
      const history = await playHistory(database, seed, mine, counts);
      if (history.failure !== undefined) failure ??= { ...history, number: mine };
    }
  };
  await Promise.all(Array.from({ length: HISTORIES_AT_ONCE }, lane));
  return { counts, failure };
}

/** `npm run prove -- ledger [--ops N] [--seed S] [--history H]`: random histories against the plain model. */
export async function proveLedger(options: { ops?: string; seed?: string; history?: string }): Promise<string[]> {
  const moves = Number(options.ops ?? 200_000);
  const seed = seedOf(options.seed);
  console.log(`ledger: ${moves} moves, seed ${seed}`);
  const server = await startServer();
  const urls = await server.newDatabase();
  await hurry(urls);
  const database = openDatabase({ url: urls.appUrl });
  try {
    const begun = performance.now();
    const { counts, failure } = await (options.history === undefined
      ? playHistories(database, seed, moves)
      : playOne(database, seed, Number(options.history)));
    const seconds = (performance.now() - begun) / 1000;
    console.log(counts.table());
    console.log(`  ${counts.moves} moves in ${seconds.toFixed(1)} s, ${Math.round(counts.moves / seconds)} a second`);
    if (!failure) return options.history === undefined ? counts.tooSeldom() : [];
    const again = `npm run prove -- ledger --seed ${seed} --history ${failure.number}`;
    console.log(`history ${failure.number} went wrong at move ${failure.asked.length}:\n${failure.failure}`);
    const shortest = await shrink(failure.asked, (asked) => replayHistory(database, failure.ground, asked));
    console.log(`the shortest that was found:\n${shortest.moves.map(shown).join('\n')}\n${shortest.failure ?? ''}`);
    return [`the ledger and its model went apart; again: ${again}`];
  } finally {
    await database.close();
    await server.stop();
  }
}

async function playOne(database: Database, seed: number, number: number): Promise<Played> {
  const counts = new Counts();
  const history = await playHistory(database, seed, number, counts);
  return { counts, failure: history.failure === undefined ? undefined : { ...history, number } };
}
