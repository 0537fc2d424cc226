import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { MAX_CREDITS_MINOR } from '../../shared/credits.ts';
import {
  ask,
  CreditKeyReused,
  CreditsOutOfRange,
  checkMove,
  type Move,
  type Moved,
  type MoveRow,
  settled,
  UnknownCustomer,
  UnknownMove,
} from './moving.ts';

/**
 * The credits of one cycle of a customer's plan, from `now`, the start of the cycle, until `expiresAt`, the start of the
 * next. `endingLotId` is the lot of the cycle before. `creditsMinor` may be 0: then only that lot is written off.
 */
export type PlanRenewal = Omit<Move, 'organizationId' | 'actorUserId' | 'memo'> & {
  creditsMinor: bigint;
  expiresAt: Date;
  endingLotId: string | null;
};

/**
 * Grants the credits of a cycle to many customers at once, each of them once, and writes off what is left of the cycle
 * before, in one step. Answers the lot of each renewal, in their order: null when there are no credits, or when the account
 * has moved since the end of the cycle, for time never runs backwards. Refuses a key that was used for something else.
 * The credits cost nothing: a plan's price pays for the plan.
 */
export async function renewPlanCredits(
  tx: Tx,
  organizationId: string,
  renewals: readonly PlanRenewal[],
): Promise<(string | null)[]> {
  if (renewals.length === 0) return [];
  for (const it of renewals) {
    checkMove({ ...it, organizationId, actorUserId: null });
    if (it.creditsMinor < 0n || it.creditsMinor > MAX_CREDITS_MINOR) throw new CreditsOutOfRange();
  }
  const rows = await ask(
    tx,
    sql<{ item: number; verdict: string; lot_id: string | null }>`select * from grant_plan_credits(
    ${organizationId}, ${renewals.map((it) => it.customerId)}, ${renewals.map((it) => newId(it.now))},
    ${renewals.map((it) => it.key)}, ${renewals.map((it) => it.creditsMinor)}, ${renewals.map((it) => it.expiresAt)},
    ${renewals.map((it) => it.endingLotId)}, ${renewals.map((it) => it.product ?? '')}, ${renewals.map((it) => it.now)})`,
  );
  const lotIds: (string | null)[] = [];
  for (const { item, verdict, lot_id } of rows) {
    if (verdict === 'unknown') throw new UnknownCustomer();
    if (verdict === 'reused') throw new CreditKeyReused();
    lotIds[item - 1] = lot_id;
  }
  return lotIds;
}

/**
 * Writes off what is left of a plan's lot before its time, because its subscription ends. What is held stays for its hold,
 * and what that releases is good for as long as the lot would have been. Answers none when nothing was left.
 */
export async function endPlanCredits(
  tx: Tx,
  it: { organizationId: string; customerId: string; lotId: string; actorUserId: string; now: Date },
): Promise<Moved | undefined> {
  const [row] = await ask(
    tx,
    sql<MoveRow>`select * from end_plan_credits(
    ${it.organizationId}, ${it.customerId}, ${it.lotId}, ${newId(it.now)}, ${it.actorUserId}, ${it.now})`,
  );
  return row!.verdict === 'unchanged' ? undefined : settled(row!, UnknownMove);
}
