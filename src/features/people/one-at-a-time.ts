import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';

/** Until this transaction ends, others who come with the same `key` wait: a second submit meets what the first wrote. */
export async function oneAtATime(tx: Tx, key: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
}
