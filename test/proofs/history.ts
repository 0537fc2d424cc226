import type { Database } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { audit } from './audit.ts';
import type { Made } from './books.ts';
import { Counts } from './counts.ts';
import { Generator } from './generator.ts';
import { BEGINNING, breakGround } from './ground.ts';
import { Model, type Verdict } from './model.ts';
import { type Answered, type Ground, type Move, perform, returnedLots } from './moves.ts';
import { randomOf } from './random.ts';
import { differences, readState, shown, Views } from './state.ts';

/** So many moves are one history: enough for credits to come, go and expire, few enough to be read. */
export const HISTORY_MOVES = 500;
const CUSTOMERS = 5;
const LOOK_EVERY = 50;
const LOOK_AT_VIEWS_EVERY = 100;

/** The ledger did something else than the model. */
export class Mismatch extends Error {}

/** What was asked up to the moment at which the ledger and the model went apart, if they did. */
export type History = { ground: Ground; asked: Move[]; failure: string | undefined };

/** Plays one random history on an organization of its own. */
export async function playHistory(
  database: Database,
  seed: number,
  number: number,
  counts: Counts,
  length = HISTORY_MOVES,
): Promise<History> {
  const ground = await breakGround(database, CUSTOMERS);
  const model = new Model(ground.customers, ground.timeZone);
  const generator = new Generator(randomOf(seed, number), model, ground);
  const asked: Move[] = [];
  const next = () => {
    if (asked.length === length) return undefined;
    asked.push(generator.next());
    return asked.at(-1);
  };
  return { ground, asked, failure: await play(ground, model, next, counts) };
}

/** Asks the same moves again, on new ground. Answers how the ledger and the model went apart, if they do. */
export async function replayHistory(
  database: Database,
  from: Ground,
  asked: readonly Move[],
): Promise<string | undefined> {
  const ground = await breakGround(database, CUSTOMERS);
  const names = new Map(
    [...from.customers, ...from.actors].map((id, at) => [id, [...ground.customers, ...ground.actors][at]!]),
  );
  const renamed = <T extends Move>(move: T): T => ({
    ...move,
    ...('customer' in move && { customer: names.get(move.customer) ?? move.customer }),
    ...('actor' in move && move.actor !== null && { actor: names.get(move.actor)! }),
    ...('items' in move && { items: move.items.map(renamed) }),
  });
  const rest = asked.map(renamed);
  return await play(ground, new Model(ground.customers, ground.timeZone), () => rest.shift(), new Counts());
}

async function play(
  ground: Ground,
  model: Model,
  next: () => Move | undefined,
  counts: Counts,
): Promise<string | undefined> {
  const views = new Views();
  try {
    for (let move = next(), made = 1; move; move = next(), made++) {
      await makeBoth(ground, model, move, counts);
      if (made % LOOK_EVERY === 0) await look(ground, model, made % LOOK_AT_VIEWS_EVERY === 0 ? views : undefined);
    }
    await look(ground, model, views);
    const found = await ground.database.read(ground.organizationId, audit);
    return found.length > 0 ? found.join('\n') : undefined;
  } catch (error) {
    if (error instanceof Mismatch) return error.message;
    return `it failed: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Makes a move in the ledger and in the model, and holds one answer against the other. */
async function makeBoth(ground: Ground, model: Model, move: Move, counts: Counts): Promise<void> {
  const answered = await perform(ground, move, (key) => model.byKey.get(key)?.id || newId(new Date(BEGINNING)));
  const tell = counts.watch(move, model);
  const verdict = model.apply(move);
  tell(verdict);
  const pairs =
    Array.isArray(verdict) && Array.isArray(answered)
      ? verdict.map((it, at) => [it, answered[at]!] as const)
      : [[verdict, answered] as const];
  for (const [ours, theirs] of pairs) {
    const told = await tellIds(ground, ours, theirs);
    if (told !== undefined || !isSame(ours, theirs))
      throw new Mismatch(
        `${shown(move)}\nwas answered ${shown(theirs)}\nshould be ${shown(wanted(ours))}${told ?? ''}`,
      );
  }
}

/** Only the database knows what ids it has given. */
async function tellIds(ground: Ground, verdict: Verdict, answered: Answered): Promise<string | undefined> {
  if (typeof verdict !== 'object' || !('entry' in verdict) || verdict.replayed) return undefined;
  if (typeof answered !== 'object' || !('entryId' in answered)) return undefined;
  const { entry } = verdict;
  entry.id = answered.entryId;
  const made = entry.portions.map(({ lot }) => lot).filter((lot) => lot.id === '');
  if (made.length === 0) return undefined;
  if (answered.lotId !== undefined) made[0]!.id = answered.lotId;
  else {
    const returned = await returnedLots(ground, entry.id);
    for (const lot of made) lot.id = returned.find(({ replaces }) => replaces === lot.replaces?.id)?.id ?? '';
  }
  return made.some((lot) => lot.id === '') ? ', with a new lot' : undefined;
}

function isSame(verdict: Verdict | Made, answered: Answered): boolean {
  // Freezing answers nothing.
  if (answered === 'done') return verdict === 'done' || (typeof verdict === 'object' && 'entry' in verdict);
  return shown(answered) === shown(wanted(verdict)) || (typeof verdict === 'number' && verdict === answered);
}

/** What the model would have answered, in the words of the ledger. */
function wanted(verdict: Verdict): unknown {
  if (typeof verdict !== 'object' || !('entry' in verdict)) return verdict;
  const { entry, replayed } = verdict;
  const { lot } = entry.portions[0] ?? {};
  const lotId = entry.from === 'issued' ? { lotId: lot?.id } : {};
  return { entryId: entry.id, credits: entry.credits, balance: entry.after, replayed, ...lotId };
}

async function look(ground: Ground, model: Model, views: Views | undefined): Promise<void> {
  const state = await ground.database.read(ground.organizationId, readState);
  const found = differences(state, model);
  // What is shown can only be right when what is there is.
  if (found.length === 0 && views) found.push(...(await views.differences(ground, model)));
  if (found.length > 0) throw new Mismatch(found.slice(0, 8).join('\n'));
}
