import { endOfValidity } from '../../src/features/credits/credits.ts';
import {
  again,
  Books,
  bySpendingOrder,
  type Draft,
  draftOf,
  type Entry,
  isOver,
  type Lot,
  least,
  type Made,
  openOf,
  type Portion,
  portionOf,
  purchaseOf,
  type Refused,
  shareOf,
  sum,
  takenFrom,
} from './books.ts';
import type { Asked, Drawn, Ended, Frozen, Granted, Job, Move, Returned, TakenBack } from './moves.ts';

// The rules of the ledger once more, over plain lists, to hold the real one against. Written from the rules; whatever the
// real one asks of a query is counted here. Nothing is written by a move that is refused.

export type Verdict = Refused | Made | 'done' | number | (Refused | Made)[];

const DAY = 86_400_000;
const MOST = 100_000_000n;
const no = (refused: string): Refused => ({ refused });
const said = ({ actor, product, memo }: Asked) => ({ actor, product, memo });
const outOfRange = (credits: bigint | undefined) => credits !== undefined && (credits < 1n || credits > MOST);

export class Model extends Books {
  readonly #timeZone: string;

  constructor(customers: readonly string[], timeZone: string) {
    super(customers);
    this.#timeZone = timeZone;
  }

  apply(move: Move): Verdict {
    if ('credits' in move && outOfRange(move.credits) && !('memo' in move && lacksMemo(move)))
      return no('CreditsOutOfRange');
    switch (move.kind) {
      case 'purchase':
      case 'plan':
      case 'add':
        return this.#grant(move);
      case 'spend':
      case 'deduct':
      case 'hold':
        return this.#drawOne(move);
      case 'batch':
        return this.#batch(move.items);
      case 'commit':
      case 'release':
        return this.#endHold(move);
      case 'reverse':
      case 'give back':
        return this.#giveBack(move);
      case 'take back':
        return this.#takeBack(move);
      case 'freeze':
      case 'thaw':
        return this.#freeze(move);
      case 'expire lots':
        return this.#expireLots(move);
      case 'expire holds':
        return this.#expireHolds(move);
    }
  }

  #grant(move: Granted): Verdict {
    const { customer, key, credits, expiresAt } = move;
    if (lacksMemo(move)) return no('MemoMissing');
    const at = this.timeOf(customer, move.now);
    const type = { purchase: 'purchase', plan: 'plan_allocation', add: 'adjustment' }[move.kind];
    const purchaseId = move.kind === 'purchase' ? move.purchaseId : null;
    const draft = { ...draftOf(customer, key, [type, 'issued', 'customer'], at), ...said(move), credits, purchaseId };
    const made = this.byKey.get(key);
    // When credits added by hand end was asked for; of others it follows from what was sold.
    if (made) return again(made, draft, move.kind !== 'add' || made.portions[0]?.lot.expiresAt === expiresAt);
    if (!this.accounts.has(customer)) return no('UnknownCustomer');
    if (expiresAt !== null && expiresAt <= at) return no('ExpiryInThePast');
    if (purchaseId && this.lots.some((lot) => lot.purchaseId === purchaseId)) return no('granted before');
    const source = move.kind === 'add' ? ('adjustment' as const) : move.kind;
    const cost = move.kind === 'add' ? 0n : move.cost;
    const lot = this.newLot({ customer, source, allocation: credits, cost, expiresAt, createdAt: at, purchaseId });
    return this.write(draft, [portionOf(lot, credits, 0n, cost)]);
  }

  #drawOne(move: Drawn): Verdict {
    if (lacksMemo(move)) return no('MemoMissing');
    const verdict = this.#judge(move, move.now);
    if (verdict && 'refused' in verdict) return verdict;
    this.#timeOutInTheWay(move.customer, this.timeOf(move.customer, move.now));
    return verdict ?? this.#draw(move, move.now);
  }

  /** As if one were drawn after the other, all at the time of the last who asked. */
  #batch(items: Drawn[]): Verdict {
    if (items.some((item) => outOfRange(item.credits))) return no('CreditsOutOfRange');
    const now = Math.max(...items.map((item) => item.now));
    for (const customer of new Set(items.map((item) => item.customer)))
      this.#timeOutInTheWay(customer, this.timeOf(customer, now));
    return items.map((item) => this.#judge(item, now) ?? this.#draw(item, now));
  }

  #draftOfDraw(move: Drawn, now: number): Draft {
    const [type, to] = DRAWS[move.kind];
    const draft = draftOf(move.customer, move.key, [type, 'customer', to], this.timeOf(move.customer, now));
    const holdUntil = move.kind === 'hold' ? move.holdUntil : null;
    return { ...draft, ...said(move), credits: move.credits, holdUntil };
  }

  /** What is said about it without drawing: refused, or made before. */
  #judge(move: Drawn, now: number): Refused | Made | undefined {
    const draft = this.#draftOfDraw(move, now);
    const made = this.byKey.get(move.key);
    if (made) return again(made, draft);
    const account = this.accounts.get(move.customer);
    if (!account) return no('UnknownCustomer');
    if (account.frozenAt !== null && move.kind !== 'deduct') return no('CreditsFrozen');
    if (draft.holdUntil !== null && draft.holdUntil <= draft.at) return no('ExpiryInThePast');
    const free = this.usable(move.customer, draft.at).map((lot) => this.free(lot, draft.at));
    return sum(free) < move.credits ? no('InsufficientCredits') : undefined;
  }

  #draw(move: Drawn, now: number): Made {
    const draft = this.#draftOfDraw(move, now);
    let need = move.credits;
    const portions: Portion[] = [];
    for (const lot of this.usable(move.customer, draft.at)) {
      const take = least(need, this.free(lot, draft.at));
      if (take > 0n) portions.push(move.kind === 'hold' ? portionOf(lot, 0n, take) : takenFrom(lot, take));
      need -= take;
    }
    return this.write(draft, portions);
  }

  #timeOutInTheWay(customer: string, at: number): void {
    if (!this.usable(customer, at).some((lot) => lot.held > 0n)) return;
    for (const hold of this.openHolds(customer)) if (hold.holdUntil! <= at) this.timeOut(hold, at);
  }

  #endHold(move: Ended): Verdict {
    const hold = this.#meant(move, 'hold');
    const at = this.timeOf(move.customer, move.now);
    const spends = move.kind === 'commit';
    const [type, to] = spends ? ['spend', 'spent'] : ['hold_release', 'customer'];
    const draft = {
      ...draftOf(move.customer, move.key, [type!, 'held', to!], at),
      ...said({ ...move, product: hold?.product ?? '' }),
      clears: hold ?? null,
    };
    const made = this.byKey.get(move.key);
    if (made) return again(made, { ...draft, credits: move.credits ?? made.credits }, hold !== undefined);
    if (!hold) return no('UnknownMove');
    const open = sum(hold.portions.map(openOf));
    if (open === 0n || hold.holdUntil! <= at) return no('HoldEnded');
    const credits = move.credits ?? open;
    if (credits > open) return no('MoreThanLeft');
    this.refuseToWrite();
    let spend = spends ? credits : 0n;
    const spent: Portion[] = [];
    const rest: Portion[] = [];
    for (const portion of [...hold.portions].sort((a, b) => bySpendingOrder(a.lot, b.lot))) {
      const take = least(spend, portion.held);
      if (take > 0n) spent.push(takenFrom(portion.lot, take, -take));
      if (portion.held > take) rest.push(portionOf(portion.lot, 0n, take - portion.held));
      spend -= take;
      portion.cleared = portion.held;
    }
    if (!spends) return this.write({ ...draft, credits }, rest);
    const written = this.write({ ...draft, credits }, spent);
    const release = { type: 'hold_release', to: 'customer', key: `hold-rest:${hold.id}`, credits: open - credits };
    if (open > credits) this.write({ ...draft, ...release }, rest);
    return written;
  }

  #giveBack(move: Returned): Verdict {
    const of = this.#meant(move, move.kind === 'reverse' ? 'spend' : 'take_back');
    const at = this.timeOf(move.customer, move.now);
    const draft = {
      ...draftOf(move.customer, move.key, [`${of?.type}_reversal`, of?.to ?? '', 'customer'], at),
      ...said({ ...move, product: of?.product ?? '' }),
      purchaseId: of?.purchaseId ?? null,
      clears: of ?? null,
    };
    const made = this.byKey.get(move.key);
    if (made) return again(made, { ...draft, credits: move.credits ?? made.credits }, of !== undefined);
    if (!of) return no('UnknownMove');
    const open = sum(of.portions.map(openOf));
    const credits = move.credits ?? open;
    if (credits === 0n || credits > open) return no('MoreThanLeft');
    this.refuseToWrite();
    let need = credits;
    const portions: Portion[] = [];
    for (const portion of [...of.portions].sort((a, b) => bySpendingOrder(b.lot, a.lot))) {
      const take = least(need, openOf(portion));
      if (take === 0n) continue;
      const cost = shareOf(-portion.cost - portion.clearedCost, take, openOf(portion));
      const lot = isOver(portion.lot, at) ? this.#replacement(portion.lot, take, cost, move.now, at) : portion.lot;
      portions.push(portionOf(lot, take, 0n, cost));
      portion.cleared += take;
      portion.clearedCost += cost;
      need -= take;
    }
    return this.write({ ...draft, credits }, portions);
  }

  /** What comes back after its lot is over: 30 days by the clock of whoever gives it back, and a day at least. */
  #replacement(lot: Lot, allocation: bigint, cost: bigint, now: number, createdAt: number): Lot {
    const end = endOfValidity(new Date(now), 30, this.#timeZone)!.getTime();
    const expiresAt = Math.max(end, createdAt + DAY);
    return this.newLot({
      customer: lot.customer,
      source: 'adjustment',
      allocation,
      cost,
      expiresAt,
      createdAt,
      replaces: lot,
    });
  }

  #takeBack(move: TakenBack): Verdict {
    const { customer, key, purchaseId, credits: asked } = move;
    const at = this.timeOf(customer, move.now);
    const draft = {
      ...draftOf(customer, key, ['take_back', 'customer', 'taken_back'], at),
      ...said(move),
      asked,
      purchaseId,
    };
    const made = this.byKey.get(key);
    if (made) return again(made, draft);
    if (!this.lots.some((lot) => lot.customer === customer && lot.purchaseId === purchaseId)) return no('UnknownMove');
    for (const hold of this.openHolds(customer)) if (hold.holdUntil! <= at) this.timeOut(hold, at);
    let need = asked;
    const portions: Portion[] = [];
    for (const lot of this.usable(customer, at).filter((it) => purchaseOf(it) === purchaseId)) {
      const take = least(need, lot.remaining - lot.held);
      if (take > 0n) portions.push(takenFrom(lot, take));
      need -= take;
    }
    return this.write({ ...draft, credits: asked - need }, portions);
  }

  #freeze(move: Frozen): Verdict {
    const { customer, key, kind } = move;
    const at = this.timeOf(customer, move.now);
    const draft = { ...draftOf(customer, key, [kind, 'customer', 'customer'], at), ...said({ ...move, product: '' }) };
    const made = this.byKey.get(key);
    if (made) return again(made, draft);
    const account = this.accounts.get(customer);
    if (!account) return no('UnknownCustomer');
    if ((account.frozenAt !== null) === (kind === 'freeze')) return 'done';
    const written = this.write(draft, []);
    account.frozenAt = kind === 'freeze' ? at : null;
    return written;
  }

  /** The customers of the first lots to be over, and of these all there is to write off. */
  #expireLots({ now, limit }: Job): number {
    const over = this.lots.filter((lot) => isOver(lot, now) && lot.remaining > lot.held);
    const first = [...over].sort((a, b) => a.expiresAt! - b.expiresAt!).slice(0, limit);
    const customers = new Set(first.map((lot) => lot.customer));
    const written = over.filter((lot) => customers.has(lot.customer)).sort(bySpendingOrder);
    for (const lot of written) this.writeOff(lot, this.timeOf(lot.customer, now));
    return written.length;
  }

  #expireHolds({ now, limit }: Job): number {
    const over = (customer: string, at: number) => this.openHolds(customer).filter((hold) => hold.holdUntil! <= at);
    const customers = [...this.accounts.keys()].sort().filter((customer) => over(customer, now).length > 0);
    return customers.slice(0, limit).reduce((ended, customer) => {
      const at = this.timeOf(customer, now);
      const holds = over(customer, at);
      for (const hold of holds) this.timeOut(hold, at);
      return ended + holds.length;
    }, 0);
  }

  #meant(move: Returned | Ended, type: string): Entry | undefined {
    const entry = this.byKey.get(move.of);
    return entry?.customer === move.customer && entry.type === type ? entry : undefined;
  }
}

const DRAWS = { spend: ['spend', 'spent'], deduct: ['adjustment', 'issued'], hold: ['hold', 'held'] } as const;

function lacksMemo(move: { kind: string; memo: string }): boolean {
  return (move.kind === 'add' || move.kind === 'deduct') && move.memo.trim() === '';
}
