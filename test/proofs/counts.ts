import { type Entry, isOver } from './books.ts';
import type { Model, Verdict } from './model.ts';
import type { Drawn, Move } from './moves.ts';

/** What a proof is worth depends on how often these were met: each at least in one of a hundred moves. */
const RARE = {
  overdraft: 'overdraft refused',
  lots: 'spend of two or more lots',
  over: 'expired lot skipped',
  timeOut: 'hold timed out',
  back: 'came back as a new lot',
};
const LEAST_SHARE = 0.01;

/** How often the generator has reached what. */
export class Counts {
  moves = 0;
  readonly #kinds = new Map<string, number>();
  readonly #rare = new Map<string, number>();

  /** Looks at a move that is about to be made; hands over what it will have come to. */
  watch(move: Move, model: Model): (verdict: Verdict) => void {
    const before = model.entries.length;
    const draws = move.kind === 'batch' ? move.items : isDraw(move) ? [move] : [];
    const overOnes = new Set(draws.filter((draw) => hasOver(draw, model)));
    return (verdict) => {
      this.moves++;
      const written = model.entries.slice(before);
      const verdicts = Array.isArray(verdict) ? verdict : [verdict];
      for (const [at, one] of verdicts.entries())
        add(
          this.#kinds,
          `${move.kind === 'batch' ? `in a batch, ${move.items[at]!.kind}` : move.kind}: ${wordFor(one)}`,
        );
      const isRefused = (it: Verdict) =>
        typeof it === 'object' && 'refused' in it && it.refused === 'InsufficientCredits';
      const skips = (key: string) => written.some((it) => it.key === key && /^(spend|hold)$/.test(it.type));
      const met = {
        overdraft: verdicts.some(isRefused),
        lots: written.some((it) => it.type === 'spend' && it.from === 'customer' && it.portions.length > 1),
        over: [...overOnes].some((draw) => skips(draw.key)),
        timeOut: written.some((it) => it.type === 'hold_expiration'),
        back: written.some(cameBackAsNew),
      };
      for (const [name, isMet] of Object.entries(met)) if (isMet) add(this.#rare, name);
    };
  }

  /** What was met too seldom to have been proved. */
  tooSeldom(): string[] {
    return Object.entries(RARE)
      .filter(([name]) => (this.#rare.get(name) ?? 0) < this.moves * LEAST_SHARE)
      .map(([, words]) => `met in less than 1 % of the moves: ${words}`);
  }

  table(): string {
    const line = (words: string, count: number) =>
      `  ${words.padEnd(36)} ${String(count).padStart(8)} ${((100 * count) / this.moves).toFixed(2).padStart(7)} %`;
    const kinds = [...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      ...kinds.map(([name, count]) => line(name, count)),
      '  met on the way, in so many moves:',
      ...Object.entries(RARE).map(([name, words]) => line(words, this.#rare.get(name) ?? 0)),
    ].join('\n');
  }
}

function isDraw(move: Move): move is Drawn {
  return move.kind === 'spend' || move.kind === 'hold';
}

/** Whether something is left on a lot that is over and not written off yet. */
function hasOver(draw: Drawn, model: Model): boolean {
  const at = model.timeOf(draw.customer, draw.now);
  return model.lots.some((lot) => lot.customer === draw.customer && lot.remaining > lot.held && isOver(lot, at));
}

function cameBackAsNew({ type, portions }: Entry): boolean {
  return type.endsWith('_reversal') && portions.some(({ lot, change }) => lot.replaces && lot.allocation === change);
}

function wordFor(verdict: Verdict): string {
  if (typeof verdict === 'number') return verdict > 0 ? 'wrote' : 'nothing to do';
  if (verdict === 'done' || Array.isArray(verdict)) return 'unchanged';
  if ('refused' in verdict) return verdict.refused;
  return verdict.replayed ? 'the same again' : 'moved';
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
