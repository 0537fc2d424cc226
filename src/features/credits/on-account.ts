import type { Tx } from '../../platform/database/database.ts';
import type { HistoryEntry } from './credits.ts';

/** Which of some purchases are owed still, on an invoice; it comes from those who sell. */
export type OnAccountOf = (db: Tx, purchaseIds: string[]) => Promise<ReadonlySet<string>>;

/** The purchases in a part of a history that are owed still. */
export async function owedIn(
  db: Tx,
  entries: HistoryEntry[],
  onAccountOf: OnAccountOf | undefined,
): Promise<ReadonlySet<string>> {
  const bought = entries.filter(({ type }) => type === 'purchase').flatMap(({ purchaseId }) => purchaseId ?? []);
  return (await onAccountOf?.(db, bought)) ?? new Set();
}
