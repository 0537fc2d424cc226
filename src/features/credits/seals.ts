import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';

/** Which versions of a customer are sealed: all up to `to`. Digests are hex, and to be asked for in order. */
export type SealedVersions = { to: bigint; digestOf(version: bigint): string | undefined };

/**
 * Goes along the chain of an organization's seals and answers how many there are, the hash of the last one, and the number
 * of the first that is not as it was written.
 */
export async function brokenSeal(
  db: Tx,
): Promise<{ seals: bigint; head: string | undefined; broken: bigint | undefined }> {
  const { rows } = await sql<{ seals: bigint; head: string | null; broken: bigint | null }>`
    select count(*) as seals, (array_agg(encode(s.hash, 'hex') order by s.number desc))[1] as head,
      min(s.number) filter (where not s.whole or s.number <> s.place or s.follows is false) as broken
    from (
      select t.number, t.hash, t.hash = seal_hash(t) as whole, row_number() over (order by t.number) as place,
        t.previous_hash is not distinct from lag(t.hash) over (order by t.number) and t.from_version
          = 1 + coalesce(lag(t.to_version) over (partition by t.customer_id order by t.number), 0) as follows
      from credit_seals t
    ) s`.execute(db);
  const { seals, head, broken } = rows[0]!;
  return { seals, head: head ?? undefined, broken: broken ?? undefined };
}

/** The digests that were sealed of some customers' entries. */
export async function sealedVersions(db: Tx, customerIds: readonly string[]): Promise<Map<string, SealedVersions>> {
  const rows = await db
    .selectFrom('credit_seals')
    .select(['customer_id', 'from_version', 'to_version', 'digests'])
    .where('customer_id', 'in', [...customerIds])
    .orderBy('customer_id')
    .orderBy('from_version')
    .execute();
  const sealed = new Map<string, SealedVersions>();
  for (const [customerId, own] of Map.groupBy(rows, (row) => row.customer_id)) {
    // Versions are asked for from the first to the last.
    let at = 0;
    sealed.set(customerId, {
      to: own.at(-1)!.to_version,
      digestOf(version) {
        while (own[at] && own[at]!.to_version < version) at++;
        const row = own[at];
        if (!row || row.from_version > version) return undefined;
        const start = Number(version - row.from_version) * 32;
        return row.digests.subarray(start, start + 32).toString('hex');
      },
    });
  }
  return sealed;
}

/** Whether a hash that was noted down once is still in the chain of seals: nothing before it was rewritten since. */
export async function isSealed(db: Tx, hash: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(hash)) return false;
  const row = await db
    .selectFrom('credit_seals')
    .select('number')
    .where('hash', '=', Buffer.from(hash, 'hex'))
    .executeTakeFirst();
  return row !== undefined;
}
