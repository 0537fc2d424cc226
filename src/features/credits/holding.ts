import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { isId, newId } from '../../platform/ids.ts';
import {
  ask,
  checkCredits,
  checkMove,
  drawOne,
  type Move,
  type Moved,
  type MoveRow,
  settled,
  UnknownMove,
} from './moving.ts';

/**
 * Sets credits aside until something is certain: they count against what is available, and come free by themselves at
 * `holdUntil`. The lots are chosen now, in the spending order; what is held stays usable by its hold even when its lot
 * expires meanwhile. The balance does not change. Answers the hold as `entryId`.
 */
export async function holdCredits(tx: Tx, it: Move & { creditsMinor: bigint; holdUntil: Date }): Promise<Moved> {
  return drawOne(tx, { ...it, type: 'hold' });
}

type Ending = Omit<Move, 'product'> & { holdId: string };

/** Spends what was held, or `creditsMinor` of it, and releases the rest. Refuses a hold that has ended or timed out. */
export async function commitHold(tx: Tx, it: Ending & { creditsMinor?: bigint }): Promise<Moved> {
  return endHold(tx, it, true);
}

/** Lets go of what was held. Refuses a hold that has ended or timed out. */
export async function releaseHold(tx: Tx, it: Ending): Promise<Moved> {
  return endHold(tx, it, false);
}

/** Writes that holds have timed out, of at most `limit` customers; answers how many. Nobody had to wait for it. */
export async function expireHolds(tx: Tx, it: { organizationId: string; now: Date; limit?: number }): Promise<number> {
  const { rows } = await sql<{ ended: number }>`select expire_holds(
    ${it.organizationId}, ${it.limit ?? 500}, ${it.now}) as ended`.execute(tx);
  return rows[0]!.ended;
}

async function endHold(tx: Tx, it: Ending & { creditsMinor?: bigint }, spend: boolean): Promise<Moved> {
  checkMove(it);
  if (it.creditsMinor !== undefined) checkCredits(it.creditsMinor);
  if (!isId(it.holdId)) throw new UnknownMove();
  const [row] = await ask(
    tx,
    sql<MoveRow>`select * from end_hold(
    ${it.organizationId}, ${it.customerId}, ${it.holdId}, ${spend}, ${newId(it.now)}, ${it.key},
    ${it.creditsMinor ?? null}, ${it.actorUserId}, ${it.memo ?? ''}, ${it.now})`,
  );
  return settled(row!, UnknownMove);
}
