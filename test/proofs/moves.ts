import { sql } from 'kysely';
import {
  addCredits,
  commitHold,
  deductCredits,
  expireCredits,
  expireHolds,
  freezeCredits,
  giveBackCredits,
  grantPlanCredits,
  grantPurchasedCredits,
  holdCredits,
  releaseHold,
  reverseSpend,
  spendCredits,
  takeBackCredits,
  thawCredits,
} from '../../src/features/credits/credits.ts';
import { draw } from '../../src/features/credits/moving.ts';
import type { Spending } from '../../src/features/credits/spending.ts';
import type { Database, Tx } from '../../src/platform/database/database.ts';
import { Refusal } from '../../src/platform/errors.ts';

/** What somebody asks of the ledger. Moves are named by their keys: `of` is the key of the move that is meant. */
export type Asked = {
  key: string;
  customer: string;
  actor: string | null;
  product: string;
  memo: string;
  /** Milliseconds. */
  now: number;
};
export type Drawn = Asked & { credits: bigint } & ({ kind: 'spend' | 'deduct' } | { kind: 'hold'; holdUntil: number });
type Lasting = Asked & { credits: bigint; cost: bigint; expiresAt: number | null };
export type Granted = (Lasting & { kind: 'purchase'; purchaseId: string }) | (Lasting & { kind: 'plan' | 'add' });
export type Returned = Asked & { kind: 'reverse' | 'give back'; of: string; credits: bigint | undefined };
export type Ended = Asked & { kind: 'commit' | 'release'; of: string; credits: bigint | undefined };
export type TakenBack = Asked & { kind: 'take back'; purchaseId: string; credits: bigint };
export type Frozen = Asked & { kind: 'freeze' | 'thaw' };
export type OneMove = Drawn | Granted | Returned | Ended | TakenBack | Frozen;
export type Job = { kind: 'expire lots' | 'expire holds'; now: number; limit: number | undefined };
/** Several draws in one call, each judged on its own. */
export type Batch = { kind: 'batch'; items: Drawn[] };
export type Move = OneMove | Job | Batch;

/** What was answered to one who asked: a move that stands, or the name of the refusal. */
export type Answer =
  | { refused: string }
  | { entryId: string; lotId?: string | undefined; credits: bigint; balance: bigint; replayed: boolean };
/** Freezing answers nothing, jobs a number, a batch for each of its items. */
export type Answered = Answer | 'done' | number | Answer[];

/** Where moves happen. */
export type Ground = {
  database: Database;
  organizationId: string;
  timeZone: string;
  customers: string[];
  actors: string[];
};

/** Makes a move through the face, in a transaction of its own. `idOf` knows the entries that keys have made. */
export async function perform(
  { database, ...ground }: Ground,
  move: Move,
  idOf: (key: string) => string,
): Promise<Answered> {
  try {
    return await database.write(ground.organizationId, (tx) => performIn(tx, ground, move, idOf));
  } catch (error) {
    return { refused: refusalOf(error) };
  }
}

/** The class of a refusal; the code of what the database itself refuses. Anything else is a bug. */
function refusalOf(error: unknown): string {
  if (error instanceof Refusal) return error.name;
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === '23505' && constraint === 'credit_lots_one_per_purchase') return 'granted before';
  throw error;
}

/** Two customers, one key, one moment: nobody waits for the other's account, so the index refuses one of them. */
export function isKeyTaken(error: unknown): boolean {
  return (error as { constraint?: string }).constraint === 'credit_entries_organization_id_idempotency_key_key';
}

type Place = Omit<Ground, 'database'>;

/** Makes a move inside a transaction. */
export async function performIn(
  tx: Tx,
  { organizationId, timeZone }: Place,
  move: Move,
  idOf: (key: string) => string,
): Promise<Answered> {
  if ('limit' in move) {
    const limit = move.limit === undefined ? {} : { limit: move.limit };
    const job = { organizationId, now: new Date(move.now), ...limit };
    return move.kind === 'expire lots' ? expireCredits(tx, job) : expireHolds(tx, job);
  }
  if (move.kind === 'batch') return performBatch(tx, organizationId, move.items);
  const { key, product, memo } = move;
  const same = { organizationId, customerId: move.customer, key, actorUserId: move.actor, product, memo };
  const it = { ...same, now: new Date(move.now) };
  const { credits } = move as { credits?: bigint | undefined };
  const part = credits === undefined ? {} : { creditsMinor: credits };
  switch (move.kind) {
    case 'purchase':
    case 'plan':
    case 'add': {
      const expiresAt = move.expiresAt === null ? null : new Date(move.expiresAt);
      const lot = { ...it, creditsMinor: move.credits, expiresAt, costMinor: move.cost };
      if (move.kind === 'purchase')
        return answerOf(await grantPurchasedCredits(tx, { ...lot, purchaseId: move.purchaseId }));
      if (move.kind === 'add') return answerOf(await addCredits(tx, lot));
      return answerOf(await grantPlanCredits(tx, { ...lot, expiresAt: expiresAt! }));
    }
    case 'spend':
      return answerOf(await spendCredits(tx, { ...it, creditsMinor: move.credits }));
    case 'deduct':
      return answerOf(await deductCredits(tx, { ...it, creditsMinor: move.credits }));
    case 'hold':
      return answerOf(
        await holdCredits(tx, { ...it, creditsMinor: move.credits, holdUntil: new Date(move.holdUntil) }),
      );
    case 'commit':
      return answerOf(await commitHold(tx, { ...it, holdId: idOf(move.of), ...part }));
    case 'release':
      return answerOf(await releaseHold(tx, { ...it, holdId: idOf(move.of) }));
    case 'reverse':
      return answerOf(await reverseSpend(tx, { ...it, entryId: idOf(move.of), timeZone, ...part }));
    case 'give back':
      return answerOf(await giveBackCredits(tx, { ...it, entryId: idOf(move.of), timeZone, ...part }));
    case 'take back':
      return answerOf(await takeBackCredits(tx, { ...it, purchaseId: move.purchaseId, creditsMinor: move.credits }));
    default:
      await (move.kind === 'freeze' ? freezeCredits(tx, it) : thawCredits(tx, it));
      return 'done';
  }
}

const REFUSED: Record<string, string> = {
  unknown: 'UnknownCustomer',
  reused: 'CreditKeyReused',
  frozen: 'CreditsFrozen',
  past: 'ExpiryInThePast',
  insufficient: 'InsufficientCredits',
};

async function performBatch(tx: Tx, organizationId: string, items: Drawn[]): Promise<Answer[]> {
  const rows = await draw(
    tx,
    organizationId,
    items.map((item) => ({
      organizationId,
      customerId: item.customer,
      key: item.key,
      actorUserId: item.actor,
      product: item.product,
      memo: item.memo,
      now: new Date(item.now),
      creditsMinor: item.credits,
      type: item.kind === 'deduct' ? ('adjustment' as const) : item.kind,
      ...(item.kind === 'hold' && { holdUntil: new Date(item.holdUntil) }),
    })),
  );
  return rows.map((row) =>
    row.verdict in REFUSED
      ? { refused: REFUSED[row.verdict]! }
      : {
          entryId: row.entry_id,
          credits: row.credits_minor,
          balance: row.balance_after_minor,
          replayed: row.verdict === 'replayed',
        },
  );
}

/** Spends together with whoever else spends at this moment. */
export async function performGrouped(spending: Spending, ground: Ground, move: Drawn): Promise<Answered> {
  const { key, product, memo, credits: creditsMinor } = move;
  const whose = { organizationId: ground.organizationId, customerId: move.customer, actorUserId: move.actor };
  try {
    return answerOf(await spending.spend({ ...whose, key, product, memo, creditsMinor, now: new Date(move.now) }));
  } catch (error) {
    return { refused: refusalOf(error) };
  }
}

type Settled = {
  entryId: string;
  creditsMinor: bigint;
  balanceAfterMinor: bigint;
  replayed: boolean;
  lotId?: string;
};

function answerOf({ entryId, creditsMinor, balanceAfterMinor, replayed, lotId }: Settled): Answer {
  return { entryId, credits: creditsMinor, balance: balanceAfterMinor, replayed, lotId };
}

/** The lots that an entry has made or filled, by the lot whose credits came back in them. */
export async function returnedLots(ground: Ground, entryId: string): Promise<{ id: string; replaces: string }[]> {
  const { rows } = await ground.database.read(ground.organizationId, (db) =>
    sql<{ id: string; replaces: string }>`
      select l.id, l.replaces_lot_id as replaces
        from credit_entry_lots m join credit_lots l on l.organization_id = m.organization_id and l.id = m.lot_id
        where m.entry_id = ${entryId} and l.replaces_lot_id is not null`.execute(db),
  );
  return rows;
}
