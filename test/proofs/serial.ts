import type { Answer, Answered, Move } from './moves.ts';

// Whether what many clients saw can have happened one after the other, in an order that respects the clock: an operation
// that had ended before another began came before it.

/** Looks at accounts: which version each had, and how much the customer of `looked` saw. */
export type Read = { kind: 'read'; now: number; looked: string };
export type ReadAnswer = { versions: { customer: string; version: number; balance: bigint }[]; view: unknown };

/**
 * One operation of one client, by a clock that all share. `transaction` is told of what names no entry; `grouped` are spends
 * that shared theirs with others of the same process, and the time of the last of these.
 */
export type Seen = {
  who: string;
  grouped?: number;
  begun: number;
  ended: number;
  asked: Move | Read;
  answered: Answered | ReadAnswer | { failed: string };
  transaction?: string;
};

/** An entry as the ledger holds it afterwards. */
export type Written = {
  id: string;
  customer: string;
  version: number;
  key: string;
  credits: bigint;
  change: bigint;
  before: bigint;
  after: bigint;
  transaction: string;
};

/** What a client saw of one entry or state, and where that stands in the account's order. */
type Claim = { seen: Seen; entry: Written; made: boolean };

/** What cannot be, in words; nothing when there is a serial order. */
export function disorder(seen: readonly Seen[], written: readonly Written[]): string[] {
  const accounts = Map.groupBy(
    [...written].sort((a, b) => a.version - b.version),
    (entry) => entry.customer,
  );
  const found = [...accounts.values()].flatMap(brokenChain);
  const claims = claimsOf(seen, written, found);
  found.push(...claimedTwice(claims, written), ...staleReads(seen, accounts));
  if (found.length > 0) return found;
  const graph = graphOf(seen, accounts, claims);
  const cycle = cycleOf(graph);
  return cycle ? [`no serial order: ${cycle.join(' → ')}`] : [];
}

function brokenChain(entries: Written[]): string[] {
  return entries.flatMap((entry, at) => {
    const before = entries[at - 1];
    const name = `${entry.customer} version ${entry.version}`;
    if (entry.version !== at + 1) return [`${name} stands where version ${at + 1} belongs`];
    if (entry.before !== (before?.after ?? 0n)) return [`${name} does not begin where the one before it ended`];
    return entry.after === entry.before + entry.change ? [] : [`${name} does not come to what it says`];
  });
}

/** Holds what clients were answered against what is written. */
function claimsOf(seen: readonly Seen[], written: readonly Written[], found: string[]): Claim[] {
  const byId = new Map(written.map((entry) => [entry.id, entry]));
  const byKey = new Map(written.map((entry) => [entry.key, entry]));
  const claims: Claim[] = [];
  for (const it of seen) {
    for (const { asked, answered } of answersOf(it)) {
      if (answered === 'done') {
        // Of freezing nothing is told; the key tells it apart.
        const entry = byKey.get(asked.key);
        if (entry) claims.push({ seen: it, entry, made: true });
        continue;
      }
      if (typeof answered !== 'object' || !('entryId' in answered)) continue;
      const entry = byId.get(answered.entryId);
      if (!entry) found.push(`${it.who} was told of ${asked.key}, which is not written`);
      else if (entry.key !== asked.key || entry.customer !== asked.customer)
        found.push(`${it.who} asked ${asked.key} and was told of ${entry.key}`);
      else if (entry.credits !== answered.credits || entry.after !== answered.balance)
        found.push(`${it.who} saw ${answered.balance} after ${asked.key}; written is ${entry.after}`);
      else claims.push({ seen: it, entry, made: !answered.replayed });
    }
  }
  return claims;
}

/** Each answer of an operation with what was asked. */
export function answersOf({
  asked,
  answered,
}: Seen): { asked: { key: string; customer: string }; answered: Answer | 'done' }[] {
  if (asked.kind === 'batch' && Array.isArray(answered))
    return asked.items.map((item, at) => ({ asked: item, answered: answered[at]! }));
  if (!('key' in asked)) return [];
  return [{ asked, answered: answered as Answer | 'done' }];
}

/** An entry with a client's key was made by one operation, and only one was told so. */
function claimedTwice(claims: Claim[], written: readonly Written[]): string[] {
  const makers = Map.groupBy(
    claims.filter(({ made }) => made),
    ({ entry }) => entry.id,
  );
  return written.flatMap(({ id, key }) => {
    const [one, other] = makers.get(id) ?? [];
    return one && other ? [`${one.seen.who} and ${other.seen.who} were both told to have made ${key}`] : [];
  });
}

/** Every version that was read has the balance that was read. */
function staleReads(seen: readonly Seen[], accounts: Map<string, Written[]>): string[] {
  return seen.flatMap(({ who, asked, answered }) => {
    if (asked.kind !== 'read' || !isRead(answered)) return [];
    return answered.versions.flatMap(({ customer, version, balance }) => {
      const entry = accounts.get(customer)?.[version - 1];
      return (entry?.after ?? 0n) === balance ? [] : [`${who} read ${balance} at ${customer} version ${version}`];
    });
  });
}

export function isRead(answered: Seen['answered']): answered is ReadAnswer {
  return typeof answered === 'object' && 'versions' in answered;
}

type Graph = Map<string, Set<string>>;

/**
 * What came before what. Transactions follow each other by the versions they wrote; whoever read a version came after it
 * and before the next; and time has a node for each beginning, so that not every pair has to be written down.
 */
function graphOf(seen: readonly Seen[], accounts: Map<string, Written[]>, claims: Claim[]): Graph {
  const graph: Graph = new Map();
  const edge = (from: string, to: string) => {
    if (from === to) return;
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
    if (!graph.has(to)) graph.set(to, new Set());
  };
  for (const entries of accounts.values())
    for (const [at, { transaction }] of entries.entries()) if (at > 0) edge(entries[at - 1]!.transaction, transaction);
  const names = new Map(seen.map((it, nth) => [it, it.transaction ?? `${it.who} #${nth}`]));
  for (const { seen: it, entry, made } of claims) if (made) names.set(it, entry.transaction);
  const stoodAt = (it: Seen, customer: string, version: number) => {
    const entries = accounts.get(customer) ?? [];
    if (version > 0) edge(entries[version - 1]!.transaction, names.get(it)!);
    if (entries[version]) edge(names.get(it)!, entries[version].transaction);
  };
  for (const { seen: it, entry, made } of claims) if (!made) edge(entry.transaction, names.get(it)!);
  for (const it of seen)
    if (isRead(it.answered)) for (const { customer, version } of it.answered.versions) stoodAt(it, customer, version);
  const claiming = new Set(claims.map(({ seen: it }) => it));
  const placed = seen.filter((it) => it.transaction || isRead(it.answered) || claiming.has(it));
  addTime(placed, names, edge);
  return graph;
}

function addTime(seen: Seen[], names: Map<Seen, string>, edge: (from: string, to: string) => void): void {
  const begun = [...new Set(seen.map((it) => it.begun))].sort((a, b) => a - b);
  const moment = (at: number) => `at ${at}`;
  for (const [nth, at] of begun.entries()) if (nth > 0) edge(moment(begun[nth - 1]!), moment(at));
  for (const it of seen) {
    edge(moment(it.begun), names.get(it)!);
    const next = firstAfter(begun, it.ended);
    if (next !== undefined) edge(names.get(it)!, moment(next));
  }
}

function firstAfter(sorted: number[], at: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > at) high = middle;
    else low = middle + 1;
  }
  return sorted[low];
}

/** A way round in a circle, if there is one. */
export function cycleOf(graph: Graph): string[] | undefined {
  const waits = new Map<string, number>([...graph.keys()].map((node) => [node, 0]));
  for (const after of graph.values()) for (const node of after) waits.set(node, waits.get(node)! + 1);
  const ready = [...waits].filter(([, count]) => count === 0).map(([node]) => node);
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    waits.delete(node);
    for (const after of graph.get(node)!) {
      waits.set(after, waits.get(after)! - 1);
      if (waits.get(after) === 0) ready.push(after);
    }
  }
  // Whoever is left waits for another who is left: going back from one to the next has to come round.
  const back = new Map<string, string>();
  for (const node of waits.keys()) for (const after of graph.get(node)!) if (waits.has(after)) back.set(after, node);
  const way: string[] = [];
  for (let node = waits.keys().next().value; node !== undefined; node = back.get(node)) {
    const first = way.indexOf(node);
    if (first >= 0) return [...way.slice(first), node].reverse();
    way.push(node);
  }
  return undefined;
}
