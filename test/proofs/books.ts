// The books of the plain model: lists of lots and entries, and what it means to write one. No rule stands here but how
// money goes with credits, the spending order, and what a key asked for again gets.

export type Lot = {
  /** Told by the database once it has made the lot; it decides between lots that are alike otherwise. */
  id: string;
  customer: string;
  source: 'plan' | 'purchase' | 'adjustment';
  allocation: bigint;
  remaining: bigint;
  held: bigint;
  cost: bigint;
  costLeft: bigint;
  expiresAt: number | null;
  createdAt: number;
  purchaseId: string | null;
  replaces: Lot | null;
};
export type Portion = { lot: Lot; change: bigint; held: bigint; cost: bigint; cleared: bigint; clearedCost: bigint };
export type Draft = {
  customer: string;
  key: string;
  type: string;
  from: string;
  to: string;
  credits: bigint;
  asked: bigint | null;
  actor: string | null;
  product: string;
  memo: string;
  purchaseId: string | null;
  clears: Entry | null;
  holdUntil: number | null;
  at: number;
};
export type Entry = Draft & {
  id: string;
  version: number;
  change: bigint;
  before: bigint;
  after: bigint;
  portions: Portion[];
};
export type Account = { version: number; balance: bigint; frozenAt: number | null; movedAt: number | null };
export type Made = { entry: Entry; replayed: boolean };
export type Refused = { refused: string };

/** A move is not refused. */
export class Stands extends Error {}

export class Books {
  readonly accounts = new Map<string, Account>();
  readonly lots: Lot[] = [];
  readonly entries: Entry[] = [];
  readonly byKey = new Map<string, Entry>();
  /** While it is set, whatever would be written says that it stands instead. */
  isAsking = false;
  #holds: Entry[] = [];

  constructor(customers: readonly string[]) {
    for (const customer of customers)
      this.accounts.set(customer, { version: 0, balance: 0n, frozenAt: null, movedAt: null });
  }

  /** Time never runs backwards on an account. */
  timeOf(customer: string, now: number): number {
    return Math.max(now, this.accounts.get(customer)?.movedAt ?? now);
  }

  /** What can be drawn on, in the spending order. */
  usable(customer: string, at: number): Lot[] {
    const open = this.lots.filter((lot) => lot.customer === customer && lot.remaining > 0n && !isOver(lot, at));
    return open.sort(bySpendingOrder);
  }

  /** Of a lot what is not set aside; a hold that has timed out sets nothing aside any more. */
  free(lot: Lot, at: number): bigint {
    if (lot.held === 0n) return lot.remaining;
    const standing = this.openHolds(lot.customer).filter((hold) => hold.holdUntil! > at);
    const ofLot = standing.flatMap((hold) => hold.portions).filter((portion) => portion.lot === lot);
    return lot.remaining - sum(ofLot.map(openOf));
  }

  /** Holds that were neither committed nor released, nor have been written to have timed out. */
  openHolds(customer: string): Entry[] {
    this.#holds = this.#holds.filter((hold) => hold.portions.some(openOf));
    return this.#holds.filter((hold) => hold.customer === customer);
  }

  /** To be called before anything changes. */
  refuseToWrite(): void {
    if (this.isAsking) throw new Stands();
  }

  newLot(it: Pick<Lot, 'customer' | 'source' | 'allocation' | 'cost' | 'expiresAt' | 'createdAt'> & Partial<Lot>): Lot {
    this.refuseToWrite();
    const lot = { id: '', purchaseId: null, replaces: null, ...it, remaining: 0n, held: 0n, costLeft: 0n };
    this.lots.push(lot);
    return lot;
  }

  write(draft: Draft, portions: Portion[]): Made {
    this.refuseToWrite();
    const account = this.accounts.get(draft.customer)!;
    const inside = (place: string) => (place === 'customer' || place === 'held' ? 1n : 0n);
    const change = draft.credits * (inside(draft.to) - inside(draft.from));
    const before = account.balance;
    const entry = { ...draft, id: '', version: ++account.version, change, before, after: before + change, portions };
    for (const { lot, change, held, cost } of portions) {
      lot.remaining += change;
      lot.held += held;
      lot.costLeft += cost;
    }
    account.balance = entry.after;
    account.movedAt = draft.at;
    this.entries.push(entry);
    this.byKey.set(entry.key, entry);
    if (entry.type === 'hold') this.#holds.push(entry);
    return { entry, replayed: false };
  }

  /** Writes down that a hold has timed out. */
  timeOut(hold: Entry, at: number): void {
    const draft = draftOf(hold.customer, `hold-expired:${hold.id}`, ['hold_expiration', 'held', 'customer'], at);
    const rest = hold.portions.map((portion) => portionOf(portion.lot, 0n, -portion.held));
    this.write({ ...draft, product: hold.product, credits: hold.credits, clears: hold }, rest);
    for (const portion of hold.portions) portion.cleared = portion.held;
  }

  /** Writes off what nobody holds of a lot that is over. */
  writeOff(lot: Lot, at: number): void {
    const credits = lot.remaining - lot.held;
    const type = lot.source === 'plan' ? 'plan_expiration' : 'expiration';
    const draft = draftOf(lot.customer, `expire:${lot.id}:${lot.remaining}`, [type, 'customer', 'expired'], at);
    this.write({ ...draft, credits }, [takenFrom(lot, credits)]);
  }
}

/** The same key again: the same answer when all that was asked is the same, and refused otherwise. */
export function again(made: Entry, draft: Draft, alike = true): Made | Refused {
  const body = (it: Draft) => [
    ...[it.customer, it.type, it.from, it.to, it.asked ?? it.credits],
    ...[it.product, it.memo, it.actor, it.purchaseId, it.clears],
  ];
  const asked = body(draft);
  const same = alike && body(made).every((value, at) => value === asked[at]);
  return same ? { entry: made, replayed: true } : { refused: 'CreditKeyReused' };
}

export function draftOf(
  customer: string,
  key: string,
  [type, from, to]: [type: string, from: string, to: string],
  at: number,
): Draft {
  const nothing = { asked: null, actor: null, product: '', memo: '', purchaseId: null, clears: null, holdUntil: null };
  return { ...nothing, customer, key, type, from, to, at, credits: 0n };
}

export function portionOf(lot: Lot, change: bigint, held = 0n, cost = 0n): Portion {
  return { lot, change, held, cost, cleared: 0n, clearedCost: 0n };
}

/** Credits out of a lot, with the money that was paid for them. */
export function takenFrom(lot: Lot, credits: bigint, held = 0n): Portion {
  return portionOf(lot, -credits, held, -shareOf(lot.costLeft, credits, lot.remaining));
}

/** Of a spend or take back what has not come back, of a hold what is still set aside. */
export function openOf({ change, held, cleared }: Portion): bigint {
  return (held > 0n ? held : -change) - cleared;
}

/** Rounded half up; the last of the credits take all that is left. */
export function shareOf(cost: bigint, credits: bigint, of: bigint): bigint {
  if (credits === of) return cost;
  const whole = (cost * credits) / of;
  return ((cost * credits) % of) * 2n >= of ? whole + 1n : whole;
}

const SOURCES = ['plan', 'purchase', 'adjustment'];

/** Soonest over first and never last; then plan, purchase, adjustment; then the oldest; then by id. */
export function bySpendingOrder(a: Lot, b: Lot): number {
  const end = (lot: Lot) => lot.expiresAt ?? Number.MAX_SAFE_INTEGER;
  const byId = a.id < b.id ? -1 : 1;
  return end(a) - end(b) || SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source) || a.createdAt - b.createdAt || byId;
}

/** The purchase that credits came from, however often they came back. */
export function purchaseOf(lot: Lot): string | null {
  return lot.replaces ? purchaseOf(lot.replaces) : lot.purchaseId;
}

export function isOver(lot: Lot, at: number): boolean {
  return lot.expiresAt !== null && lot.expiresAt <= at;
}

export function sum(amounts: bigint[]): bigint {
  return amounts.reduce((all, one) => all + one, 0n);
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
