import { sql } from 'kysely';
import type { Database, Tx } from '../../../platform/database/database.ts';
import type { Later, Work } from './accounts.ts';
import { type Chance, chanceOf, type Faults, faultsShape } from './chance.ts';
import { unauthorized } from './refusals.ts';
import type { Account } from './store.ts';
import type { Told } from './telling.ts';

/** How an account stands: what goes wrong there on purpose, and what is still to happen. */
export type Standing = { faults: Faults; seed: number; draws: number; losing: Record<string, number>; later: Later[] };

/** An event that reorders waits this long at most, and not less than half of it. */
const OVERTAKEN_WITHIN_MS = 2_000;

export async function standingOf(db: Tx, account: Account): Promise<Standing> {
  const row = await rows(db, account).select(['faults', 'seed', 'draws', 'losing', 'later']).executeTakeFirst();
  if (!row) throw unauthorized();
  const { seed, draws } = row;
  return {
    faults: faultsShape.parse(row.faults),
    seed,
    draws,
    losing: row.losing as Record<string, number>,
    later: row.later as Later[],
  };
}

/** Changes what goes wrong. The day begins anew: the same seed brings the same day again. */
export async function setFaults(tx: Tx, account: Account, faults: Faults, seed: number): Promise<void> {
  await change(tx, account).set({ faults, seed, draws: 0 }).execute();
}

/** All quiet again: nothing goes wrong, and no event is lost any more. */
export async function quieten(tx: Tx, account: Account): Promise<void> {
  await change(tx, account).set({ faults: {}, losing: {}, draws: 0 }).execute();
}

export async function loseNextEvents(tx: Tx, account: Account, intentId: string, count: number): Promise<void> {
  await change(tx, account)
    .set({ losing: sql`losing || jsonb_build_object(${intentId}::text, ${count}::integer)` })
    .execute();
}

/** Asks chance in a transaction of its own, so that requests with faults do not wait for each other. */
export async function drawChance(database: Database, account: Account): Promise<Chance> {
  return await database.write(account.organizationId, async (tx) => {
    const row = await change(tx, account)
      .set({ draws: sql`draws + 1` })
      .returning(['faults', 'seed', 'draws'])
      .executeTakeFirst();
    if (!row) throw unauthorized();
    return chanceOf(faultsShape.parse(row.faults), row.seed, row.draws);
  });
}

export function isOverdue({ later }: Standing, at: Date): boolean {
  return later.some((it) => new Date(it.at) <= at);
}

export async function addLater(tx: Tx, account: Account, it: Later): Promise<void> {
  await change(tx, account)
    .set({ later: sql`later || ${JSON.stringify([it])}::jsonb` })
    .execute();
}

/** False when it was removed already. Locks the account, so whoever has a payment locked as well did that first. */
export async function removeLater(tx: Tx, account: Account, it: Later): Promise<boolean> {
  const { later } = (await rows(tx, account).select('later').forUpdate().executeTakeFirstOrThrow()) as {
    later: Later[];
  };
  const left = later.filter(({ id, what }) => id !== it.id || what !== it.what);
  if (left.length === later.length) return false;
  await change(tx, account)
    .set({ later: sql`${JSON.stringify(left)}::jsonb` })
    .execute();
  return true;
}

/** Decides which of the events that occurred are lost, doubled or late. */
export async function decideFates({ tx, account, chance, occurred }: Work): Promise<Told[]> {
  const told: Told[] = [];
  for (const [nth, event] of occurred.entries()) {
    const lost = (await isLosing(tx, account, event.intentId)) || chance.happens('losesEvents', nth);
    const copies = lost ? 0 : chance.happens('doublesEvents', nth) ? 2 : 1;
    const overtaken = chance.happens('reordersEvents', nth)
      ? OVERTAKEN_WITHIN_MS / 2 + chance.milliseconds(OVERTAKEN_WITHIN_MS / 2, nth)
      : 0;
    const late = chance.happens('delaysEvents', nth) ? chance.faults.delaySeconds * 1000 : 0;
    told.push({ ...event, copies, waitMs: overtaken + late });
  }
  return told;
}

async function isLosing(tx: Tx, account: Account, intentId: string | null): Promise<boolean> {
  if (!intentId) return false;
  const row = await change(tx, account)
    .set({ losing: sql`losing || jsonb_build_object(${intentId}::text, (losing->>${intentId})::integer - 1)` })
    .where(sql<boolean>`(losing->>${intentId})::integer > 0`)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

function rows(db: Tx, { organizationId, accountId }: Account) {
  return db.selectFrom('simulator_accounts').where('organization_id', '=', organizationId).where('id', '=', accountId);
}

function change(tx: Tx, { organizationId, accountId }: Account) {
  return tx.updateTable('simulator_accounts').where('organization_id', '=', organizationId).where('id', '=', accountId);
}
