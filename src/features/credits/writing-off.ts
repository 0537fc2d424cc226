import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { expireHolds } from './holding.ts';

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

/** Writes off what has expired, holds that have timed out and lots, organization by organization until nothing is left. */
export async function expireEverywhere(core: Core): Promise<void> {
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    const until = async (work: (tx: Tx) => Promise<number>) => {
      while ((await core.database.write(organizationId, work)) > 0);
    };
    await until((tx) => expireHolds(tx, { organizationId, now: core.now() }));
    await until((tx) => expireCredits(tx, { organizationId, now: core.now() }));
  }
}

/** Seals what was written since the last time, organization by organization. */
export async function sealEverywhere(core: Core): Promise<void> {
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    const round = () =>
      core.database.write(organizationId, (tx) => sealCredits(tx, { organizationId, now: core.now() }));
    while ((await round()) > 0);
  }
}
