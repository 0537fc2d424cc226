import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import {
  ask,
  checkCredits,
  checkMove,
  drawOne,
  MemoMissing,
  type Move,
  type Moved,
  type MoveRow,
  settled,
  UnknownCustomer,
} from './moving.ts';

export { endOfValidity } from './expiry.ts';
export { commitHold, expireHolds, holdCredits, releaseHold } from './holding.ts';
export { creditsOfPurchase, type PurchasedCredits } from './lot-of-purchase.ts';
export {
  CreditKeyReused,
  CreditsFrozen,
  CreditsOutOfRange,
  ExpiryInThePast,
  HoldEnded,
  InsufficientCredits,
  MemoMissing,
  MoreThanLeft,
  type Move,
  type Moved,
  UnknownCustomer,
  UnknownMove,
} from './moving.ts';
export { endPlanCredits, renewPlanCredits } from './plan-credits.ts';
export {
  type Balance,
  balanceAsOf,
  balanceOf,
  balancesOf,
  creditHistory,
  type HistoryEntry,
  type Lot,
} from './queries.ts';
export { giveBackCredits, giveBackOfPurchase, reverseSpend, takeBackCredits } from './returning.ts';
export { printLedgerCheck } from './verify-command.ts';
export { expireCredits, expireEverywhere, sealEverywhere } from './writing-off.ts';

type Grant = Move & { creditsMinor: bigint; expiresAt: Date | null };

/**
 * Grants the credits of a purchase as one lot. `costMinor` is the money paid for it, before tax; `expiresAt` null never
 * expires. The database holds that a purchase is granted once. Refuses a key that was used for something else.
 */
export async function grantPurchasedCredits(
  tx: Tx,
  it: Grant & { purchaseId: string; costMinor: bigint },
): Promise<Moved & { lotId: string }> {
  return grant(tx, { ...it, type: 'purchase', source: 'purchase' });
}

/** Grants the credits of one cycle of a plan, which end with it. `costMinor` is the part of the price that paid for them. */
export async function grantPlanCredits(
  tx: Tx,
  it: Grant & { expiresAt: Date; costMinor: bigint },
): Promise<Moved & { lotId: string }> {
  return grant(tx, { ...it, type: 'plan_allocation', source: 'plan', purchaseId: null });
}

/** An administrator adds credits; `memo` says why and is required. They cost nothing and may expire. */
export async function addCredits(tx: Tx, it: Grant & { memo: string }): Promise<Moved & { lotId: string }> {
  if (it.memo.trim() === '') throw new MemoMissing();
  return grant(tx, { ...it, type: 'adjustment', source: 'adjustment', purchaseId: null, costMinor: 0n });
}

/** An administrator deducts credits, in the spending order and of frozen credits too; `memo` says why and is required. */
export async function deductCredits(tx: Tx, it: Move & { creditsMinor: bigint; memo: string }): Promise<Moved> {
  if (it.memo.trim() === '') throw new MemoMissing();
  return drawOne(tx, { ...it, type: 'adjustment' });
}

/** Spends credits in the one order there is (see the README). Refuses when too little is spendable; nothing is written. */
export async function spendCredits(tx: Tx, it: Move & { creditsMinor: bigint }): Promise<Moved> {
  return drawOne(tx, { ...it, type: 'spend' });
}

/**
 * Freezes a customer's credits: they cannot be spent or held while their expiry goes on; what is granted meanwhile is
 * frozen too. Nothing happens when they are frozen already.
 */
export async function freezeCredits(tx: Tx, it: Move): Promise<void> {
  await setFrozen(tx, it, true);
}

/** Thaws frozen credits. Nothing happens when they are not frozen. */
export async function thawCredits(tx: Tx, it: Move): Promise<void> {
  await setFrozen(tx, it, false);
}

type GrantOf = Grant & {
  type: 'purchase' | 'plan_allocation' | 'adjustment';
  source: 'purchase' | 'plan' | 'adjustment';
  costMinor: bigint;
  purchaseId: string | null;
};

async function grant(tx: Tx, it: GrantOf): Promise<Moved & { lotId: string }> {
  checkMove(it);
  checkCredits(it.creditsMinor);
  const [row] = await ask(
    tx,
    sql<MoveRow & { lot_id: string }>`select * from grant_credits(
    ${it.organizationId}, ${it.customerId}, ${newId(it.now)}, ${newId(it.now)}, ${it.key}, ${it.type}, ${it.source},
    ${it.creditsMinor}, ${it.costMinor}, ${it.expiresAt}, ${it.purchaseId}, ${it.actorUserId}, ${it.product ?? ''},
    ${it.memo ?? ''}, ${it.now})`,
  );
  return { ...settled(row!, UnknownCustomer), lotId: row!.lot_id };
}

async function setFrozen(tx: Tx, it: Move, frozen: boolean): Promise<void> {
  checkMove(it);
  const [row] = await ask(
    tx,
    sql<MoveRow>`select * from freeze_credits(
    ${it.organizationId}, ${it.customerId}, ${newId(it.now)}, ${it.key}, ${frozen}, ${it.actorUserId}, ${it.memo ?? ''},
    ${it.now})`,
  );
  settled(row!, UnknownCustomer);
}
