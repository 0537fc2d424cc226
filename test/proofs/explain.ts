import { isDeepStrictEqual } from 'node:util';
import { type Entry, isOver, Stands } from './books.ts';
import { Model, type Verdict } from './model.ts';
import type { Drawn, Ground, OneMove } from './moves.ts';
import { answersOf, isRead, type Seen, type Written } from './serial.ts';
import { differences, type LedgerState, shown, viewOf } from './state.ts';

// The moves in the order of their versions, one after the other, by the rules of the model: each has to come out as it is
// written, and whoever was refused or read must have been right at some moment between beginning and end.

type Row = LedgerState['entries'][number];

/** A refusal or a look, and the versions between which it can have happened. */
type Waiting = { seen: Seen; what: string; least: number; most: number; isRight(model: Model): boolean };

/** What cannot be explained, in words. */
export function unexplained(
  ground: Pick<Ground, 'customers' | 'timeZone'>,
  seen: readonly Seen[],
  state: LedgerState,
  written: readonly Written[],
): string[] {
  const transactions = new Map(written.map(({ id, transaction }) => [id, transaction]));
  const model = new Model(ground.customers, ground.timeZone);
  const moves = new Map<string, OneMove[]>();
  const groups = Map.groupBy(seen, (it) => it.grouped);
  const alternatives = (it: Seen, move: OneMove) => timesOfGroup(it, groups).map((now) => ({ ...move, now }));
  for (const it of seen)
    for (const move of movesOf(it))
      if (!isRefused(it, move.key)) moves.set(move.key, [move, ...alternatives(it, move)]);
  const known = new Map(state.entries.map((row) => [String(row.key), row]));
  const found: string[] = [];
  for (const customer of ground.customers) {
    const rows = state.entries.filter((row) => row.customer === customer);
    const waiting = waitingOf(customer, seen, timesOf(seen, rows, transactions), { known, alternatives });
    const settle = (version: number) => {
      for (const it of waiting.filter(({ least, most }) => least <= version && version <= most))
        if (it.isRight(model)) waiting.splice(waiting.indexOf(it), 1);
    };
    settle(0);
    const steps = stepsOf(rows, moves, transactions);
    for (const { rows: made, moves: asked } of steps) {
      const wrong = step(model, made, asked, state);
      if (wrong !== undefined) {
        found.push(wrong);
        break;
      }
      settle(Number(made.at(-1)!.version));
    }
    for (const { seen: it, what, least, most } of waiting)
      found.push(`${it.who}: ${what} at no version from ${least} to ${most}: ${shown(it.asked)}`);
  }
  return found.length > 0 ? found : differences(state, model);
}

/** The moves of an operation, each as if it had been asked for alone: at the time of the last of them. */
function movesOf({ asked }: Seen): OneMove[] {
  if (asked.kind === 'batch') {
    const now = Math.max(...asked.items.map((item) => item.now));
    return asked.items.map((item) => ({ ...item, now }));
  }
  return 'key' in asked ? [asked] : [];
}

function refusalsOf(it: Seen): Map<string, string> {
  return new Map(
    answersOf(it).flatMap(({ asked, answered }) =>
      typeof answered === 'object' && 'refused' in answered ? [[asked.key, answered.refused] as const] : [],
    ),
  );
}

function isRefused(it: Seen, key: string): boolean {
  const [answer] = answersOf(it).filter(({ asked }) => asked.key === key);
  const { answered } = answer!;
  if (answered === 'done') return false;
  return typeof answered !== 'object' || !('entryId' in answered) || answered.replayed;
}

/** Entries that were written at once, and for each what was asked, at one time or another. */
type Step = { rows: Row[]; moves: (OneMove[] | undefined)[] };

/** Draws of one customer in one transaction are judged together; everything else on its own. */
function stepsOf(rows: Row[], moves: Map<string, OneMove[]>, transactions: Map<string, string>): Step[] {
  const steps: Step[] = [];
  for (const [at, row] of rows.entries()) {
    const asked = moves.get(String(row.key));
    const [last, before] = [steps.at(-1), rows[at - 1]];
    const isSame = before && transactions.get(String(row.id)) === transactions.get(String(before.id));
    if (last && isSame && isDraw(asked) && last.moves.every(isDraw)) {
      last.rows.push(row);
      last.moves.push(asked);
    } else steps.push({ rows: [row], moves: [asked] });
  }
  return steps;
}

function isDraw(moves: OneMove[] | undefined): moves is Drawn[] {
  return moves !== undefined && ['spend', 'hold', 'deduct'].includes(moves[0]!.kind);
}

/** Does in the model what entries say was done. */
function step(model: Model, rows: Row[], moves: Step['moves'], state: LedgerState): string | undefined {
  const [row] = rows as [Row];
  const at = Number(row.at);
  const name = `${row.key}, version ${row.version}`;
  const [, what, id] = /^(hold-expired|hold-rest|expire):([0-9a-f-]{36})/.exec(String(row.key)) ?? [];
  if (what === 'expire') {
    const lot = model.lots.find((it) => it.id === id);
    if (!lot || !isOver(lot, at) || lot.remaining === lot.held) return `${name}: there was nothing to write off`;
    model.writeOff(lot, at);
  } else if (what === 'hold-expired') {
    const hold = model.openHolds(String(row.customer)).find((it) => it.id === id);
    if (!hold || hold.holdUntil! > at) return `${name}: no such hold had timed out`;
    model.timeOut(hold, at);
  } else if (what === undefined) {
    const asked = moves.map((any) => any?.find((it) => model.timeOf(it.customer, it.now) === at) ?? any?.[0]);
    if (asked.includes(undefined)) return `${name}: nobody asked for it`;
    const verdict = model.apply(asked.every(isDrawn) ? { kind: 'batch', items: asked } : asked[0]!);
    for (const one of Array.isArray(verdict) ? verdict : [verdict])
      if (typeof one === 'object' && 'refused' in one) return `${name}: it should have been refused: ${one.refused}`;
  }
  for (const it of rows) {
    const entry = model.byKey.get(String(it.key));
    if (entry?.version !== it.version) return `${name}: it has version ${entry?.version} by the rules: ${shown(moves)}`;
    tellIds(entry!, it, state);
  }
  return undefined;
}

function isDrawn(move: OneMove | undefined): move is Drawn {
  return isDraw(move && [move]);
}

function tellIds(entry: Entry, row: Row, state: LedgerState): void {
  entry.id = String(row.id);
  const nameless = entry.portions.map(({ lot }) => lot).filter((lot) => lot.id === '');
  if (nameless.length === 0) return;
  const ids = new Set(state.portions.filter((it) => it.entry === row.id).map((it) => it.lot));
  const made = state.lots.filter((lot) => ids.has(lot.id));
  for (const lot of nameless) lot.id = String(made.find((it) => it.replaces === (lot.replaces?.id ?? null))?.id ?? '');
}

/** When a spend may have happened that was grouped: at the time of any other that was under way with it. */
function timesOfGroup(it: Seen, groups: Map<number | undefined, Seen[]>): number[] {
  if (it.grouped === undefined) return [];
  const others = groups.get(it.grouped)!.filter(({ begun, ended }) => begun < it.ended && ended > it.begun);
  const { now } = it.asked as OneMove;
  return [...new Set(others.map(({ asked }) => (asked as OneMove).now))].filter((other) => other > now);
}

type Knowledge = { known: Map<string, Row>; alternatives(it: Seen, move: OneMove): OneMove[] };

/** Refusals and looks of one customer. Which versions they can have met follows from who had ended, and who had begun. */
function waitingOf(
  customer: string,
  seen: readonly Seen[],
  times: (Seen | undefined)[],
  { known, alternatives }: Knowledge,
): Waiting[] {
  const waiting: Waiting[] = [];
  for (const it of seen) {
    const least = times.findLastIndex((time) => time !== undefined && time.ended < it.begun) + 1;
    const later = times.findIndex((time) => time !== undefined && time.begun > it.ended);
    const most = later < 0 ? times.length : later;
    const add = (what: string, isRight: Waiting['isRight']) => waiting.push({ seen: it, what, least, most, isRight });
    const refusals = refusalsOf(it);
    for (const move of movesOf(it)) {
      // Of freezing nothing is told: without an entry it has to have been so already.
      if (it.answered === 'done' && move.customer === customer && !known.has(move.key))
        add('there was nothing to do', (model) => judge(model, move) === 'done');
      const refused = refusals.get(move.key);
      if (refused === undefined || move.customer !== customer) continue;
      const made = known.get(move.key);
      // Keys are the whole organization's: whoever used it first need not be this customer.
      if (refused === 'CreditKeyReused' && made && made.customer !== customer) continue;
      const any = [move, ...alternatives(it, move)];
      add(refused, (model) => any.some((one) => isDeepStrictEqual(judge(model, one), { refused })));
    }
    if (it.asked.kind !== 'read' || !isRead(it.answered)) continue;
    const { now, looked } = it.asked;
    const { versions, view } = it.answered;
    const { version } = versions.find((one) => one.customer === customer) ?? { version: 0 };
    const same = (model: Model) => model.accounts.get(customer)!.version === version;
    const sees = (model: Model) => looked !== customer || isDeepStrictEqual(view, viewOf(model, customer, now));
    add('what was read was so', (model) => same(model) && sees(model));
  }
  return waiting;
}

/** When each version was made: whoever made a part of a transaction made all of it. */
function timesOf(seen: readonly Seen[], rows: Row[], transactions: Map<string, string>): (Seen | undefined)[] {
  const makers = new Map<string, Seen>();
  for (const it of seen) {
    if (it.transaction !== undefined) makers.set(it.transaction, it);
    for (const { key } of movesOf(it)) if (!isRefused(it, key)) makers.set(key, it);
  }
  const transactionOf = (row: Row) => transactions.get(String(row.id))!;
  for (const row of rows) {
    const maker = makers.get(String(row.key));
    if (maker) makers.set(transactionOf(row), maker);
  }
  return rows.map((row) => makers.get(transactionOf(row)));
}

/** What would be said to a move at this moment, without making it. */
function judge(model: Model, move: OneMove): Verdict | 'stands' {
  // Customers are gone through one by one: what another did with the key may not have happened yet.
  const others = model.byKey.get(move.key);
  const isHidden = others !== undefined && others.customer !== move.customer;
  if (isHidden) model.byKey.delete(move.key);
  model.isAsking = true;
  try {
    return model.apply(move);
  } catch (error) {
    if (error instanceof Stands) return 'stands';
    throw error;
  } finally {
    model.isAsking = false;
    if (isHidden) model.byKey.set(move.key, others);
  }
}
