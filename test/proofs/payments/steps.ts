import type { CommitWatch } from './database-door.ts';
import type { Asked, Watch } from './gateway-door.ts';

/** A point at which a program may end: before a step of it is taken, or after that with nobody knowing. */
export type Point = { nth: number; when: 'before' | 'after'; step: string };

/** Which steps count. */
export type Counts = { asked(asked: Asked): boolean; committed(tables: string[]): boolean };

const EVERYTHING: Counts = { asked: () => true, committed: () => true };

/**
 * The steps that a program takes, as both doors see them: commits, and requests to the gateway. Between two of them it
 * changes nothing that would outlast it. At the point that was asked for it is held, and `strike` is called.
 */
export class Steps {
  readonly taken: string[] = [];
  /** Settles when the point was reached and struck. */
  readonly struck: Promise<void>;
  readonly #numbers = new WeakMap<object, number>();
  readonly #counts: Counts;
  readonly #isIt: (point: Point) => boolean;
  #isStruck = false;
  readonly #strike: () => Promise<void>;
  readonly #done: () => void;

  /** `isIt` says at which point; the first one counts. */
  constructor(strike: () => Promise<void>, isIt: (point: Point) => boolean, counts: Counts = EVERYTHING) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.struck = promise;
    this.#done = resolve;
    this.#strike = strike;
    this.#isIt = isIt;
    this.#counts = counts;
  }

  get atGateway(): Watch {
    return {
      asks: (asked) => this.#before(asked, this.#counts.asked(asked) && `${asked.method} ${nameOf(asked.path)}`),
      answers: (asked) => this.#meet(asked, 'after'),
    };
  }

  get atDatabase(): CommitWatch {
    return {
      commits: (tables) =>
        this.#before(tables, this.#counts.committed(tables) && `commit of ${tables.join(', ') || 'nothing'}`),
      committed: (tables) => this.#meet(tables, 'after'),
    };
  }

  /** Every point that there is, after a run that was not struck. */
  points(): Point[] {
    return this.taken.flatMap((step, nth) => (['before', 'after'] as const).map((when) => ({ nth, when, step })));
  }

  async #before(thing: object, step: string | false): Promise<void> {
    if (step === false) return;
    this.#numbers.set(thing, this.taken.push(step) - 1);
    await this.#meet(thing, 'before');
  }

  async #meet(thing: object, when: Point['when']): Promise<void> {
    const nth = this.#numbers.get(thing);
    if (nth === undefined || this.#isStruck || !this.#isIt({ nth, when, step: this.taken[nth]! })) return;
    this.#isStruck = true;
    await this.#strike();
    this.#done();
    // Nobody waits for it any more.
    await new Promise(() => {});
  }
}

function nameOf(path: string): string {
  return path
    .replace(/^\/simulator/, '')
    .replace(/\?.*/, '')
    .replace(/\/(cs|pi|re|cus)_\w+/, '/…');
}
