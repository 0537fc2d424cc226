import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { isId, newId } from '../../platform/ids.ts';
import { MAX_CREDITS_MINOR } from '../../shared/credits.ts';

/**
 * What every move of credits names. `key` makes it happen once, in the same transaction as the write; `memo` is the reason
 * in a person's words, `product` what it was for. `actorUserId` is null when the program itself acts.
 */
export type Move = {
  organizationId: string;
  customerId: string;
  key: string;
  actorUserId: string | null;
  product?: string;
  memo?: string;
  now: Date;
};

/** A move that stands in the ledger; `replayed` when the same key had made it before. Credits are hundredths. */
export type Moved = { entryId: string; creditsMinor: bigint; balanceAfterMinor: bigint; replayed: boolean };

/** What can be spent now is less than what was asked for. */
export class InsufficientCredits extends Refusal {
  constructor() {
    super('insufficient-credits', 422);
  }
}

/** The key was used before for something else: another customer, amount, kind, product, memo or actor. */
export class CreditKeyReused extends Refusal {
  constructor() {
    super('idempotency-key-reused', 422);
  }
}

/** Not between 0.01 and 1,000,000.00 credits. */
export class CreditsOutOfRange extends Refusal {
  constructor() {
    super('credits-out-of-range', 422);
  }
}

/** There is no such customer in this organization. */
export class UnknownCustomer extends Refusal {
  constructor() {
    super('customer-unknown', 404);
  }
}

/** This customer has no such spend, take back, hold or purchased lot. */
export class UnknownMove extends Refusal {
  constructor() {
    super('credit-move-unknown', 404);
  }
}

/** The credits are frozen: their owner is not a member at present. */
export class CreditsFrozen extends Refusal {
  constructor() {
    super('credits-frozen', 409);
  }
}

/** More than is left to give back, or than is held. */
export class MoreThanLeft extends Refusal {
  constructor() {
    super('more-than-left', 422);
  }
}

/** The hold was committed or released before, or has timed out. */
export class HoldEnded extends Refusal {
  constructor() {
    super('hold-ended', 409);
  }
}

/** Credits that would end, or a hold that would time out, before they begin. */
export class ExpiryInThePast extends Refusal {
  constructor() {
    super('expiry-in-the-past', 422);
  }
}

/** An adjustment says why. */
export class MemoMissing extends Refusal {
  constructor() {
    super('memo-missing', 422);
  }
}

/** How a move function answers; `verdict` says whether anything was written. */
export type MoveRow = {
  verdict: string;
  entry_id: string;
  credits_minor: bigint;
  balance_after_minor: bigint;
};

const REFUSALS: Record<string, new () => Refusal> = {
  reused: CreditKeyReused,
  insufficient: InsufficientCredits,
  frozen: CreditsFrozen,
  exceeds: MoreThanLeft,
  ended: HoldEnded,
  past: ExpiryInThePast,
};

/** What was asked of the database as it was answered: a move that stands, or the refusal that its verdict means. */
export function settled(row: MoveRow, unknown: new () => Refusal): Moved {
  const refusal = row.verdict === 'unknown' ? unknown : REFUSALS[row.verdict];
  if (refusal) throw new refusal();
  return {
    entryId: row.entry_id,
    creditsMinor: row.credits_minor,
    balanceAfterMinor: row.balance_after_minor,
    replayed: row.verdict === 'replayed',
  };
}

const UNIQUE_KEY = 'credit_entries_organization_id_idempotency_key_key';
const MAX_KEY = 200;
const MAX_TEXT = 1000;
/** Keys of what the ledger does by itself: lots that expire, holds that end. */
const OWN_KEYS = /^(expire|hold-expired|hold-rest):/;

/**
 * Refuses what could not be written anyway, before anything is asked of the database. What no form or schema lets through
 * is a `TypeError`: it is the caller's mistake.
 */
export function checkMove(it: Move): void {
  if (!isId(it.customerId)) throw new UnknownCustomer();
  if (!isText(it.key, MAX_KEY) || it.key === '') throw new TypeError('a move needs its idempotency key');
  if (OWN_KEYS.test(it.key)) throw new TypeError("this idempotency key is of the ledger's own");
  if (it.actorUserId !== null && !isId(it.actorUserId)) throw new TypeError('no such actor');
  if (![it.product ?? '', it.memo ?? ''].every((text) => isText(text, MAX_TEXT))) throw new TypeError('no such text');
  if (Number.isNaN(it.now.getTime())) throw new TypeError('no such time');
}

function isText(text: unknown, atMost: number): boolean {
  return typeof text === 'string' && text.length <= atMost && !text.includes('\0');
}

/**
 * Asks the database for moves. Who asks with the same key at the same time for the same customer waits and is answered;
 * when two customers do, the one who comes second is refused here.
 */
export async function ask<Row>(tx: Tx, statement: RawBuilder<Row>): Promise<Row[]> {
  try {
    return (await statement.execute(tx)).rows;
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code === '23505' && constraint === UNIQUE_KEY) throw new CreditKeyReused();
    throw error;
  }
}

export function checkCredits(creditsMinor: bigint): void {
  if (typeof creditsMinor !== 'bigint' || creditsMinor < 1n || creditsMinor > MAX_CREDITS_MINOR)
    throw new CreditsOutOfRange();
}

/** Something drawn from a customer's lots in the spending order. */
export type Draw = Move & { type: 'spend' | 'hold' | 'adjustment'; creditsMinor: bigint; holdUntil?: Date };

/**
 * Draws for several customers of one organization at once, each item judged on its own in the order given; answers one row
 * an item. The keys must differ. Nothing is written for an item that is refused.
 */
export async function draw(tx: Tx, organizationId: string, items: readonly Draw[]): Promise<MoveRow[]> {
  for (const item of items) {
    checkMove(item);
    checkCredits(item.creditsMinor);
  }
  const now = new Date(Math.max(...items.map((item) => item.now.getTime())));
  const rows = await ask(
    tx,
    sql<MoveRow & { item: number }>`select * from draw_credits(
    ${organizationId}, ${items.map((it) => it.type)}, ${items.map((it) => it.customerId)},
    ${items.map((it) => newId(it.now))}, ${items.map((it) => it.key)}, ${items.map((it) => it.creditsMinor)},
    ${items.map((it) => it.holdUntil ?? null)}, ${items.map((it) => it.actorUserId)},
    ${items.map((it) => it.product ?? '')}, ${items.map((it) => it.memo ?? '')}, ${now})`,
  );
  return rows.sort((a, b) => a.item - b.item);
}

/** One draw that either stands or is refused. */
export async function drawOne(tx: Tx, item: Draw): Promise<Moved> {
  const [row] = await draw(tx, item.organizationId, [item]);
  return settled(row!, UnknownCustomer);
}
