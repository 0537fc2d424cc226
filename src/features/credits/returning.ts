import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { isId, newId } from '../../platform/ids.ts';
import { least } from '../../shared/money.ts';
import { endOfValidity } from './expiry.ts';
import { ask, checkCredits, checkMove, type Move, type Moved, type MoveRow, settled, UnknownMove } from './moving.ts';

/** How long credits are valid that come back after their lot has expired (E11). */
export const RETURNED_DAYS = 30;

type Return = Omit<Move, 'product'> & {
  /** The move that is undone. */
  entryId: string;
  /** How much of it; left out: all that has not come back yet. */
  creditsMinor?: bigint;
  /** The location's, in which credits end that come back after their lot has expired. */
  timeZone: string;
};

/**
 * Gives back what was spent, whole or in part and never more: to the same lots in reverse order, with its cost. What came
 * from a lot that has expired since comes back as a new lot of 30 days (E11).
 */
export async function reverseSpend(tx: Tx, it: Return): Promise<Moved> {
  return giveBack(tx, it, 'spend');
}

/** Gives back what was taken back (a dispute was won, a refund failed later), by the same rules as `reverseSpend`. */
export async function giveBackCredits(tx: Tx, it: Return): Promise<Moved> {
  return giveBack(tx, it, 'take_back');
}

/**
 * Takes back what is left of the credits of a purchase (refund, dispute), at most `creditsMinor` and never what is held,
 * spent or expired. `creditsMinor` of the answer is what was taken, perhaps 0; the shortfall is the difference.
 */
export async function takeBackCredits(tx: Tx, it: Move & { purchaseId: string; creditsMinor: bigint }): Promise<Moved> {
  checkMove(it);
  checkCredits(it.creditsMinor);
  if (!isId(it.purchaseId)) throw new UnknownMove();
  const [row] = await ask(
    tx,
    sql<MoveRow>`select * from take_back_credits(
    ${it.organizationId}, ${it.customerId}, ${newId(it.now)}, ${it.key}, ${it.purchaseId}, ${it.creditsMinor},
    ${it.actorUserId}, ${it.product ?? ''}, ${it.memo ?? ''}, ${it.now})`,
  );
  return settled(row!, UnknownMove);
}

/**
 * Gives back up to `creditsMinor` of what was taken back of a purchase, what was taken last first; answers how much. Each
 * take back that is undone has a key of its own, made from `key`.
 */
export async function giveBackOfPurchase(
  tx: Tx,
  it: Omit<Return, 'entryId' | 'creditsMinor'> & { purchaseId: string; creditsMinor: bigint },
): Promise<bigint> {
  const { purchaseId, creditsMinor, ...move } = it;
  const { rows } = await sql<{ id: string; open: bigint }>`
    select e.id, sum(-m.change_minor - m.cleared_minor)::bigint as open
      from credit_entries e
      join credit_entry_lots m on m.organization_id = e.organization_id and m.entry_id = e.id
      where e.customer_id = ${it.customerId} and e.type = 'take_back' and e.purchase_id = ${purchaseId}
      group by e.organization_id, e.id having sum(-m.change_minor - m.cleared_minor) > 0
      order by e.version desc`.execute(tx);
  let left = creditsMinor;
  for (const { id, open } of rows) {
    if (left === 0n) break;
    const part = least(open, left);
    await giveBackCredits(tx, { ...move, entryId: id, creditsMinor: part, key: `${it.key}:${id}` });
    left -= part;
  }
  return creditsMinor - left;
}

async function giveBack(tx: Tx, it: Return, type: 'spend' | 'take_back'): Promise<Moved> {
  checkMove(it);
  if (it.creditsMinor !== undefined) checkCredits(it.creditsMinor);
  if (!isId(it.entryId)) throw new UnknownMove();
  const [row] = await ask(
    tx,
    sql<MoveRow>`select * from return_credits(
    ${it.organizationId}, ${it.customerId}, ${newId(it.now)}, ${it.key}, ${it.entryId}, ${type},
    ${it.creditsMinor ?? null}, ${endOfValidity(it.now, RETURNED_DAYS, it.timeZone)}, ${it.actorUserId}, ${it.memo ?? ''},
    ${it.now})`,
  );
  return settled(row!, UnknownMove);
}
