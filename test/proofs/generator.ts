import { type Entry, openOf } from './books.ts';
import { BEGINNING } from './ground.ts';
import type { Model } from './model.ts';
import type { Asked, Batch, Drawn, Granted, Job, Move, OneMove } from './moves.ts';
import type { Random } from './random.ts';

// Throws dice for the next move, loaded by what the model knows: a move that must fail for some dull reason shows little.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const KINDS = {
  grant: 18,
  spend: 26,
  hold: 14,
  commit: 7,
  release: 3,
  reverse: 13,
  takeBack: 4,
  giveBack: 3,
  deduct: 3,
  freeze: 1,
  thaw: 1,
  batch: 3,
  expireLots: 2,
  expireHolds: 2,
  sameAgain: 4,
  keyAgain: 3,
  nonsense: 1,
};

export class Generator {
  readonly #random: Random;
  readonly #model: Model;
  readonly #people: { customers: string[]; actors: string[] };
  readonly #asked: OneMove[] = [];
  #clock = BEGINNING;
  #keys = 0;

  constructor(random: Random, model: Model, people: { customers: string[]; actors: string[] }) {
    this.#random = random;
    this.#model = model;
    this.#people = people;
  }

  next(): Move {
    this.#tick();
    const move = this.#throw();
    if ('key' in move) this.#asked.push(move);
    if (move.kind === 'batch') this.#asked.push(...move.items);
    return move;
  }

  /** Mostly a little later, or at the very same time; now and then days later, or just when something ends. */
  #tick(): void {
    const { int, weighed, pick } = this.#random;
    const step = weighed({ none: 25, little: 38, some: 26, days: 5, weeks: 1, end: 5 });
    const most = { none: 0, little: 10 * MINUTE, some: 8 * HOUR, days: 3 * DAY, weeks: 16 * DAY, end: 0 }[step];
    this.#clock += int(0, most);
    const ends = step === 'end' ? this.#ends().filter((at) => at > this.#clock) : [];
    if (ends.length > 0) this.#clock = Math.min(...ends) + pick([-1, 0, 0, 1]);
  }

  /** When open holds and lots end. */
  #ends(): number[] {
    const lots = this.#model.lots.filter((lot) => lot.remaining > 0n && lot.expiresAt !== null);
    const holds = this.#people.customers.flatMap((customer) => this.#model.openHolds(customer));
    return [...lots.map((lot) => lot.expiresAt!), ...holds.map((hold) => hold.holdUntil!)];
  }

  /** The clock of whoever asks: some are late, a few very late. */
  #now(): number {
    const { chance, int, pick } = this.#random;
    return chance(0.9) ? this.#clock : this.#clock - int(0, pick([10 * MINUTE, DAY, 3 * DAY, 45 * DAY]));
  }

  #throw(): Move {
    const { weighed, pick, uuid } = this.#random;
    const asked = this.#newlyAsked();
    const kind = weighed(KINDS);
    const at = this.#model.timeOf(asked.customer, asked.now);
    switch (kind) {
      case 'grant':
        return this.#grant(asked, at);
      case 'spend':
      case 'deduct':
      case 'hold':
        return this.#draw(asked, kind);
      case 'batch':
        return this.#batch();
      case 'commit':
      case 'release':
        return this.#endHold(asked, kind);
      case 'reverse':
      case 'giveBack':
        return this.#giveBack(asked, kind);
      case 'takeBack': {
        const lots = this.#model.lots.filter((lot) => lot.purchaseId && lot.customer === asked.customer);
        const lot = lots.length > 0 ? pick(lots.slice(-6)) : undefined;
        const credits = this.#upTo(lot?.allocation ?? 100n);
        return { ...asked, kind: 'take back', purchaseId: lot?.purchaseId ?? uuid(), credits };
      }
      case 'freeze':
      case 'thaw':
        return this.#freeze(asked, kind);
      case 'expireLots':
      case 'expireHolds':
        return this.#job(kind);
      case 'sameAgain':
        return this.#again() ?? this.#draw(asked, 'spend');
      case 'keyAgain':
        return this.#otherBody(asked);
      case 'nonsense':
        return this.#nonsense(asked, at);
    }
  }

  #newlyAsked(): Asked {
    const { pick, chance } = this.#random;
    return {
      key: `k${++this.#keys}`,
      customer: pick(this.#people.customers),
      actor: pick([null, ...this.#people.actors]),
      product: chance(0.3) ? pick(['Desk', 'Room']) : '',
      memo: pick(['asked for it', 'on the phone']),
      now: this.#now(),
    };
  }

  #grant(asked: Asked, at: number): Granted {
    const { weighed, int, chance, uuid, pick, bigint } = this.#random;
    const kind = weighed({ purchase: 5, plan: 3, add: 2 });
    const lasts = at + pick([int(1, 24) * HOUR, int(1, 8) * DAY, int(1, 8) * DAY]);
    // Many end at the same instant: at the end of a day.
    const ends = chance(0.5) ? Math.ceil(lasts / DAY) * DAY : lasts;
    const expiresAt = chance(0.15) && kind !== 'plan' ? null : ends;
    const credits = chance(0.01) ? 100_000_000n : bigint(1n, pick([10n, 500n, 3000n]));
    const cost = kind === 'add' ? 0n : bigint(0n, pick([3n, 999n, 40_000n, 10_000_000_000n]));
    if (kind === 'purchase') return { ...asked, kind, purchaseId: uuid(), credits, cost, expiresAt };
    return { ...asked, kind, credits, cost, expiresAt };
  }

  #draw(asked: Asked, kind: Drawn['kind']): Drawn {
    const { chance, int, bigint, weighed } = this.#random;
    const at = this.#model.timeOf(asked.customer, asked.now);
    const free = this.#model.usable(asked.customer, at).map((lot) => this.#model.free(lot, at));
    const all = free.reduce((sum, one) => sum + one, 0n);
    const first = free.find((one) => one > 0n) ?? 0n;
    const how = weighed({ some: 45, more: 30, all: 3, tooMuch: 8 });
    const amounts = {
      some: this.#upTo(first),
      more: first < all ? first + this.#upTo((all - first) / 2n + 1n) : this.#upTo(all),
      all,
      tooMuch: all + bigint(1n, 500n),
    };
    const credits = amounts[how] < 1n || amounts[how] > 100_000_000n ? bigint(1n, 300n) : amounts[how];
    if (kind !== 'hold') return { ...asked, kind, credits };
    const holdUntil =
      asked.now + (chance(0.02) ? -int(0, HOUR) : chance(0.3) ? int(1, 60) * MINUTE : int(1, 96) * HOUR);
    return { ...asked, kind, credits, holdUntil };
  }

  /** Mostly of a hold that stands; of its customer, who is not the one that was thrown. */
  #endHold(asked: Asked, kind: 'commit' | 'release'): OneMove {
    const { chance, pick } = this.#random;
    const open = this.#people.customers.flatMap((customer) => this.#model.openHolds(customer));
    const stands = (hold: Entry) => hold.holdUntil! > this.#model.timeOf(hold.customer, asked.now);
    const [standing, ended] = [open.filter(stands), open.filter((hold) => !stands(hold))];
    const some = chance(0.8) ? standing : ended;
    const hold = some.length > 0 ? pick(some) : this.#some('hold', asked.customer);
    const credits = kind === 'commit' ? this.#partOf(hold) : undefined;
    return { ...asked, customer: hold?.customer ?? asked.customer, kind, of: hold?.key ?? 'nothing', credits };
  }

  #giveBack(asked: Asked, kind: 'reverse' | 'giveBack'): OneMove {
    const whose = this.#random.chance(0.05) ? asked.customer : undefined;
    const entry = this.#some(kind === 'reverse' ? 'spend' : 'take_back', whose);
    const move = { ...asked, customer: entry?.customer ?? asked.customer, of: entry?.key ?? 'nothing' };
    return { ...move, kind: kind === 'reverse' ? 'reverse' : 'give back', credits: this.#partOf(entry) };
  }

  #batch(): Batch {
    const { int, weighed } = this.#random;
    const one = () => this.#draw(this.#newlyAsked(), weighed({ spend: 6, hold: 3, deduct: 1 }));
    return { kind: 'batch', items: Array.from({ length: int(1, 5) }, one) };
  }

  #freeze(asked: Asked, kind: 'freeze' | 'thaw'): OneMove {
    const frozen = this.#people.customers.filter((it) => this.#model.accounts.get(it)?.frozenAt !== null);
    // One at a time at most, and not for long: what is frozen refuses everything.
    if (frozen.length > 0) return { ...asked, customer: frozen[0]!, kind: 'thaw' };
    return { ...asked, kind };
  }

  #job(kind: 'expireLots' | 'expireHolds'): Job {
    const { chance, int } = this.#random;
    const now = this.#now();
    if (kind === 'expireHolds') return { kind: 'expire holds', now, limit: chance(0.2) ? int(1, 2) : undefined };
    const limit = chance(0.2) ? int(1, 3) : undefined;
    const ends = this.#model.lots
      .filter((lot) => lot.expiresAt !== null && lot.expiresAt <= now && lot.remaining > lot.held)
      .map((lot) => lot.expiresAt!)
      .sort((a, b) => a - b);
    // Of lots that ended together any may be the first.
    const unclear = limit !== undefined && limit < ends.length && ends[limit - 1] === ends[limit];
    return { kind: 'expire lots', now, limit: unclear ? undefined : limit };
  }

  /** Something that was asked before, by another clock. */
  #again(): OneMove | undefined {
    const { chance, pick } = this.#random;
    if (this.#asked.length === 0) return undefined;
    return { ...pick(chance(0.5) ? this.#asked.slice(-10) : this.#asked), now: this.#now() };
  }

  /** A key that was asked with before, with something else. */
  #otherBody(asked: Asked): OneMove {
    const { weighed, pick } = this.#random;
    const before = this.#again();
    const how = weighed({ kind: 4, credits: 2, customer: 2, memo: 1, product: 1, actor: 1 });
    if (!before || how === 'kind') return { ...this.#draw(asked, 'spend'), key: before?.key ?? asked.key };
    if (how === 'credits' && 'credits' in before && before.credits !== undefined && before.kind !== 'release')
      return { ...before, credits: before.credits + 1n };
    if (how === 'customer') return { ...before, customer: pick(this.#people.customers) };
    if (how === 'memo') return { ...before, memo: 'quite another' };
    if (how === 'actor') return { ...before, actor: pick(this.#people.actors) };
    return { ...before, product: 'Another' };
  }

  #nonsense(asked: Asked, at: number): OneMove {
    const { pick, uuid, chance } = this.#random;
    const whose = chance(0.5) ? asked : { ...asked, customer: uuid() };
    const { purchaseId } = this.#model.lots.find((lot) => lot.purchaseId !== null) ?? { purchaseId: null };
    return pick<() => OneMove>([
      () => this.#grant(whose, at),
      () => ({ ...this.#grant(asked, at), expiresAt: at }),
      () => ({ ...this.#grant(asked, at), kind: 'add', memo: ' ' }),
      () => ({ ...this.#grant(asked, at), kind: 'purchase', purchaseId: purchaseId ?? uuid() }),
      () => ({ ...this.#draw(whose, 'spend'), customer: whose.customer }),
      () => ({ ...asked, kind: 'deduct', credits: pick([0n, -1n, 100_000_001n]) }),
      () => ({ ...whose, kind: 'freeze' }),
      () => ({ ...asked, kind: 'reverse', of: 'nothing', credits: undefined }),
      () => ({ ...asked, kind: 'reverse', of: this.#some('take_back')?.key ?? 'nothing', credits: 1n }),
      () => ({ ...whose, kind: 'commit', of: this.#some('hold')?.key ?? 'nothing', credits: undefined }),
      () => ({ ...asked, kind: 'take back', purchaseId: uuid(), credits: 1n }),
    ])();
  }

  /** A move of a type, mostly a recent one of which something is left; not what the ledger does by itself. */
  #some(type: string, customer?: string): Entry | undefined {
    const { chance, pick } = this.#random;
    const all = this.#model.entries.filter(
      (it) => it.type === type && it.key.startsWith('k') && (customer ?? it.customer) === it.customer,
    );
    if (all.length === 0) return undefined;
    const open = all.filter((entry) => entry.portions.some(openOf));
    const choice = open.length > 0 && chance(0.9) ? open : all;
    return pick(chance(0.5) ? choice.slice(-8) : choice);
  }

  #partOf(entry: Entry | undefined): bigint | undefined {
    const { chance } = this.#random;
    const open = entry?.portions.reduce((sum, portion) => sum + openOf(portion), 0n) ?? 0n;
    if (chance(0.45)) return undefined;
    return chance(0.08) ? open + 1n : this.#upTo(open);
  }

  #upTo(most: bigint): bigint {
    return this.#random.bigint(1n, most < 1n ? 1n : most);
  }
}
