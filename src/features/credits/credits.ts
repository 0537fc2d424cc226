import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';

export { endOfValidity } from './expiry.ts';
export { type Balance, balanceOf, balancesOf, creditHistory, type HistoryEntry, type Lot } from './queries.ts';

/** What can be spent now is less than what was asked for. */
export class InsufficientCredits extends Refusal {
  constructor() {
    super('insufficient-credits', 422);
  }
}

/** The key was used before for another customer or another amount. */
export class CreditKeyReused extends Refusal {
  constructor() {
    super('idempotency-key-reused', 422);
  }
}

/** What every move of credits names. `key` makes it happen once, in the same transaction as the write. */
type Move = {
  organizationId: string;
  customerId: string;
  key: string;
  creditsMinor: bigint;
  actorUserId: string | null;
  product: string;
  memo?: string;
  now: Date;
};

/** A move that stands in the ledger; `replayed` when the same key had made it before. */
export type Moved = { entryId: string; balanceAfterMinor: bigint; replayed: boolean };

/**
 * Grants the credits of a purchase as one lot. `costMinor` is the money paid for it, before tax; `expiresAt` null never
 * expires. The database holds that a purchase is granted once. Refuses a key that was used for something else.
 */
export async function grantPurchasedCredits(
  tx: Tx,
  grant: Move & { purchaseId: string; costMinor: bigint; expiresAt: Date | null },
): Promise<Moved & { lotId: string }> {
  const { rows } = await sql<MoveRow & { lot_id: string }>`select * from grant_credits(
    ${grant.organizationId}, ${grant.customerId}, ${newId(grant.now)}, ${newId(grant.now)}, ${grant.key}, 'purchase',
    'purchase', ${grant.creditsMinor}, ${grant.costMinor}, ${grant.expiresAt}, ${grant.purchaseId}, ${grant.actorUserId},
    ${grant.product}, ${grant.memo ?? ''}, ${grant.now})`.execute(tx);
  return { ...moved(rows[0]!, grant), lotId: rows[0]!.lot_id };
}

/** Spends credits in the one order there is (see the README). Refuses when too little is spendable; nothing is written. */
export async function spendCredits(tx: Tx, spend: Move): Promise<Moved> {
  const { rows } = await sql<MoveRow>`select * from spend_credits(
    ${spend.organizationId}, ${spend.customerId}, ${newId(spend.now)}, ${spend.key}, ${spend.creditsMinor},
    ${spend.actorUserId}, ${spend.product}, ${spend.memo ?? ''}, ${spend.now})`.execute(tx);
  if (!rows[0]) throw new InsufficientCredits();
  return moved(rows[0], spend);
}

/**
 * Writes off what is left of lots that expired up to `now`, at most `limit` of them, each exactly once. Answers how many.
 * Credits past their expiry cannot be spent even before this has run.
 */
export async function expireCredits(
  tx: Tx,
  it: { organizationId: string; now: Date; limit?: number },
): Promise<number> {
  // Accounts in one order, so that two writers never wait for each other in a circle.
  const lots = await tx
    .selectFrom('credit_lots')
    .select(['id', 'customer_id'])
    .where('remaining_minor', '>', 0n)
    .where('expires_at', '<=', it.now)
    .orderBy('customer_id')
    .orderBy('expires_at')
    .limit(it.limit ?? 500)
    .execute();
  for (const lot of lots) {
    await sql`select * from expire_lot(${it.organizationId}, ${lot.customer_id}, ${lot.id}, ${newId(it.now)}, ${it.now})`.execute(
      tx,
    );
  }
  return lots.length;
}

type MoveRow = {
  entry_id: string;
  customer_id: string;
  credits_minor: bigint;
  balance_after_minor: bigint;
  replayed: boolean;
};

function moved(row: MoveRow, asked: Move): Moved {
  if (row.customer_id !== asked.customerId || row.credits_minor !== asked.creditsMinor) throw new CreditKeyReused();
  return { entryId: row.entry_id, balanceAfterMinor: row.balance_after_minor, replayed: row.replayed };
}
