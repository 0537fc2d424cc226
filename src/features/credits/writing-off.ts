import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';

/**
 * Writes off what is left of lots that expired up to `now`, about `limit` of them, each exactly once. Answers how many.
 * Credits past their expiry cannot be spent even before this has run; what is held waits for the end of its hold.
 */
export async function expireCredits(
  tx: Tx,
  it: { organizationId: string; now: Date; limit?: number },
): Promise<number> {
  const { rows } = await sql<{ lots: number }>`select expire_lots(
    ${it.organizationId}, ${it.limit ?? 2000}, ${it.now}) as lots`.execute(tx);
  return rows[0]!.lots;
}

/**
 * Seals entries that are not sealed yet, of at most `limit` customers: a chain of hashes behind the moves, by which
 * `verify` finds whatever was changed afterwards. Answers how many entries.
 */
export async function sealCredits(tx: Tx, it: { organizationId: string; now: Date; limit?: number }): Promise<number> {
  const { rows } = await sql<{ entries: number }>`select seal_credits(
    ${it.organizationId}, ${it.limit ?? 200}, ${it.now}) as entries`.execute(tx);
  return rows[0]!.entries;
}
