import { randomInt } from 'node:crypto';
import type { Tx } from '../../platform/database/database.ts';
import { hashToken, newId } from '../../platform/ids.ts';

const CODES = 10;
/** Without letters and digits that look alike. Sixteen of them are 80 bits: their hash alone tells nothing. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Makes ten codes in place of those there were. They are answered here and never again; only hashes stay. */
export async function makeRecoveryCodes(
  tx: Tx,
  it: { organizationId: string; userId: string; now: Date },
): Promise<string[]> {
  await tx.deleteFrom('recovery_codes').where('user_id', '=', it.userId).execute();
  const codes = Array.from({ length: CODES }, newCode);
  await tx
    .insertInto('recovery_codes')
    .values(
      codes.map((code) => ({
        organization_id: it.organizationId,
        id: newId(it.now),
        user_id: it.userId,
        code_hash: hashOf(code),
        created_at: it.now,
      })),
    )
    .execute();
  return codes;
}

/** Whether `typed` is one of somebody's codes that was not used yet. Uses it up. */
export async function useRecoveryCode(tx: Tx, it: { userId: string; typed: string; now: Date }): Promise<boolean> {
  const used = await tx
    .updateTable('recovery_codes')
    .set({ used_at: it.now })
    .where('user_id', '=', it.userId)
    .where('code_hash', '=', hashOf(it.typed))
    .where('used_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return used !== undefined;
}

function newCode(): string {
  const letters = Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return letters.match(/.{4}/g)!.join('-');
}

/** However it is typed: with spaces, without lines, in capitals. */
const hashOf = (code: string): Buffer => hashToken(code.toLowerCase().replaceAll(/[\s-]/g, ''));
