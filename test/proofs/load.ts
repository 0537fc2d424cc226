import type { Answered, Asked, Drawn, Move, OneMove } from './moves.ts';
import type { Random } from './random.ts';

// What many clients ask at once of a few accounts. Unlike the generator it knows only what it was answered.

const HOUR = 3_600_000;

const KINDS = {
  grant: 13,
  spend: 26,
  hold: 12,
  commit: 7,
  release: 3,
  reverse: 10,
  'take back': 4,
  'give back': 3,
  deduct: 2,
  freeze: 0.5,
  batch: 7,
  'expire lots': 2,
  'expire holds': 2,
  again: 4,
  shared: 5,
};

type Known = { key: string; customer: string; purchaseId: string; credits: bigint };
type Board = 'spend' | 'hold' | 'take back' | 'purchase';

export class Load {
  readonly #random: Random;
  readonly #people: { customers: string[]; actors: string[] };
  readonly #name: string;
  readonly #clock: () => number;
  readonly #known: Record<Board, Known[]> = { spend: [], hold: [], 'take back': [], purchase: [] };
  readonly #balances = new Map<string, bigint>();
  readonly #frozen = new Set<string>();
  readonly #asked: OneMove[] = [];
  #keys = 0;

  /** `name` begins its keys; `clock` tells the time of its moves. */
  constructor(
    random: Random,
    people: { customers: string[]; actors: string[] },
    { name, clock }: { name: string; clock: () => number },
  ) {
    this.#random = random;
    this.#people = people;
    this.#name = name;
    this.#clock = clock;
  }

  next(): Move {
    const move = this.#throw();
    // Of freezing nothing is told, so that nobody could say which of two has done it.
    if ('key' in move && move.kind !== 'freeze' && move.kind !== 'thaw') this.#asked.push(move);
    if (this.#asked.length > 60) this.#asked.shift();
    return move;
  }

  /** Learns from an answer. */
  saw(move: Move, answered: Answered): void {
    if (move.kind === 'batch' && Array.isArray(answered))
      for (const [at, item] of move.items.entries()) this.#sawOne(item, answered[at]!);
    else if ('key' in move) this.#sawOne(move, answered);
  }

  #sawOne(move: OneMove, answered: Answered): void {
    if (move.kind === 'freeze' || move.kind === 'thaw') return;
    if (typeof answered !== 'object' || Array.isArray(answered)) return;
    if ('refused' in answered) {
      if (answered.refused === 'CreditsFrozen') this.#frozen.add(move.customer);
      return;
    }
    this.#balances.set(move.customer, answered.balance);
    const board = move.kind === 'commit' ? 'spend' : move.kind;
    const purchaseId = 'purchaseId' in move ? move.purchaseId : '';
    const { key, customer } = move;
    if (board in this.#known)
      this.#known[board as Board].push({ key, customer, purchaseId, credits: answered.credits });
    for (const known of Object.values(this.#known)) if (known.length > 40) known.shift();
  }

  #throw(): Move {
    const { weighed, pick, int, chance, uuid } = this.#random;
    const asked = this.#newlyAsked();
    if (this.#frozen.size > 0 && chance(0.3)) return this.#thaw(asked);
    const kind = weighed(KINDS);
    const of = (board: Board) => this.#someOf(board);
    switch (kind) {
      case 'grant': {
        const source = weighed({ purchase: 5, plan: 3, add: 2 });
        const expiresAt = chance(0.2) && source !== 'plan' ? null : asked.now + int(4, 72) * HOUR;
        const lot = { ...asked, credits: BigInt(int(1, 900)), cost: BigInt(int(0, 20_000)), expiresAt };
        return source === 'purchase' ? { ...lot, kind: source, purchaseId: uuid() } : { ...lot, kind: source };
      }
      case 'spend':
      case 'hold':
      case 'deduct':
        return this.#draw(asked, kind);
      case 'batch': {
        const items = Array.from({ length: int(2, 4) }, () =>
          this.#draw(this.#newlyAsked(), pick(['spend', 'spend', 'hold'])),
        );
        return { kind, items };
      }
      case 'commit':
      case 'release':
      case 'reverse':
      case 'give back': {
        const known = of(kind === 'reverse' ? 'spend' : kind === 'give back' ? 'take back' : 'hold');
        const credits = chance(0.5) || kind === 'release' ? undefined : this.#partOf(known.credits);
        return { ...asked, customer: known.customer, kind, of: known.key, credits };
      }
      case 'take back': {
        const { customer, purchaseId, credits } = of('purchase');
        return { ...asked, customer, kind, purchaseId: purchaseId || uuid(), credits: this.#partOf(credits) };
      }
      case 'freeze':
        return { ...asked, kind };
      case 'expire lots':
      case 'expire holds':
        return { kind, now: asked.now, limit: undefined };
      case 'again':
        return this.#asked.length > 0 ? { ...pick(this.#asked), now: asked.now } : this.#draw(asked, 'spend');
      case 'shared':
        return this.#shared(asked);
    }
  }

  #newlyAsked(): Asked {
    const { pick, int } = this.#random;
    return {
      key: `${this.#name}:${++this.#keys}`,
      customer: pick(this.#people.customers),
      actor: pick(this.#people.actors),
      product: '',
      memo: 'asked for it',
      now: Math.round(this.#clock()) - pick([0, 0, int(0, 4) * HOUR]),
    };
  }

  #draw(asked: Asked, kind: Drawn['kind']): Drawn {
    const { weighed, int } = this.#random;
    const balance = this.#balances.get(asked.customer) ?? 0n;
    const how = weighed({ little: 6, much: 3, tooMuch: 1 });
    const credits = how === 'tooMuch' ? balance + 500n : this.#partOf(how === 'much' ? balance : balance / 5n);
    return kind === 'hold'
      ? { ...asked, kind, credits, holdUntil: asked.now + int(2, 60) * HOUR }
      : { ...asked, kind, credits };
  }

  #thaw(asked: Asked): OneMove {
    const [customer] = this.#frozen;
    this.#frozen.delete(customer!);
    return { ...asked, customer: customer!, kind: 'thaw' };
  }

  /** What every client asks for in this very moment, under one key; some of them mean something else by it. */
  #shared(asked: Asked): Drawn {
    const { pick, chance } = this.#random;
    const nth = Math.floor(this.#clock() / HOUR);
    const { customers, actors } = this.#people;
    const same = { ...asked, key: `shared:${nth}`, customer: customers[nth % customers.length]!, actor: actors[0]! };
    const customer = chance(0.1) ? pick(customers) : same.customer;
    return { ...same, customer, kind: 'spend', credits: chance(0.1) ? 2n : 1n };
  }

  #someOf(board: Board): Known {
    const { pick } = this.#random;
    const known = this.#known[board];
    return known.length > 0
      ? pick(known)
      : { key: 'nothing', customer: pick(this.#people.customers), purchaseId: '', credits: 1n };
  }

  #partOf(credits: bigint): bigint {
    return this.#random.bigint(1n, credits < 1n ? 1n : credits);
  }
}
