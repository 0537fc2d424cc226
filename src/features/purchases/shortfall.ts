import type { Tx } from '../../platform/database/database.ts';

/**
 * What became of a purchase's credits whose money went back: taken back, or gone already. Of these, what was waived and
 * what its customer pays for with an invoice; the rest is owed.
 */
export type Shortfall = {
  id: string;
  takenBackMinor: bigint;
  shortfallMinor: bigint;
  waivedMinor: bigint;
  billedMinor: bigint;
};

/** What was gone of credits whose money went back, and nobody has waived or billed. */
export function owedOf({ shortfallMinor, waivedMinor, billedMinor }: Omit<Shortfall, 'id' | 'takenBackMinor'>): bigint {
  return shortfallMinor - waivedMinor - billedMinor;
}

/** Locks the purchase. */
export async function lockShortfall(tx: Tx, purchaseId: string): Promise<Shortfall> {
  const row = await tx
    .selectFrom('purchases')
    .select(['id', 'taken_back_minor', 'shortfall_minor', 'waived_minor', 'billed_minor'])
    .where('id', '=', purchaseId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return {
    id: row.id,
    takenBackMinor: row.taken_back_minor,
    shortfallMinor: row.shortfall_minor,
    waivedMinor: row.waived_minor,
    billedMinor: row.billed_minor,
  };
}

export async function writeShortfall(tx: Tx, it: Shortfall): Promise<void> {
  await tx
    .updateTable('purchases')
    .set({
      taken_back_minor: it.takenBackMinor,
      shortfall_minor: it.shortfallMinor,
      waived_minor: it.waivedMinor,
      billed_minor: it.billedMinor,
    })
    .where('id', '=', it.id)
    .execute();
}
