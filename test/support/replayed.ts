import type { Account } from '../../src/features/credits/posting-templates.ts';
import type { ReplayedEntry, ReplayedPortion } from '../../src/features/credits/replay.ts';

// Hand-made histories for the replay, without a database.

type Lot = ReplayedPortion['lot'];
type Written = [lotId: string, change: bigint, held: bigint, cost: bigint];

export const at = (minutes: number) => new Date(Date.parse('2026-03-10T09:00:00Z') + minutes * 60_000);

/** Lots as they were made, and the entries of one customer, each following the one before it. */
export class Story {
  readonly entries: ReplayedEntry[] = [];
  readonly #lots = new Map<string, Lot>();

  lot(id: string, it: Partial<Lot> & Pick<Lot, 'allocationMinor'>): this {
    const plain = {
      source: 'purchase',
      costMinor: 0n,
      purchaseId: null,
      replacesLotId: null,
      expiresAt: null,
    } as const;
    this.#lots.set(id, { id, customerId: 'customer', createdAt: at(0), ...plain, ...it });
    return this;
  }

  /** `minutes` is when it happened; `kind` is type, from and to. */
  entry(minutes: number, kind: string, credits: bigint, portions: Written[], it: Partial<ReplayedEntry> = {}): this {
    const [type, from, to] = kind.split(' ') as [string, Account, Account];
    const before = this.entries.at(-1);
    const version = (before?.version ?? 0n) + 1n;
    const inside = (account: Account) => (account === 'customer' || account === 'held' ? 1n : 0n);
    const change = credits * (inside(to) - inside(from));
    const balance = before?.balanceAfterMinor ?? 0n;
    this.entries.push({
      ...{
        id: `entry ${version}`,
        customerId: 'customer',
        version,
        previousVersion: version > 1n ? version - 1n : null,
      },
      ...{ type, from, to, creditsMinor: credits, askedMinor: null, changeMinor: change },
      ...{ balanceBeforeMinor: balance, balanceAfterMinor: balance + change, purchaseId: null, holdUntil: null },
      ...{ at: at(minutes), portions: portions.map((portion) => this.portion(...portion)), clears: undefined },
      ...it,
    });
    return this;
  }

  portion(lotId: string, changeMinor: bigint, heldMinor: bigint, costMinor: bigint): ReplayedPortion {
    return { lotId, changeMinor, heldMinor, costMinor, lot: this.#lots.get(lotId)! };
  }

  /** What an entry clears: the one with this version. */
  clears(version: number): Pick<ReplayedEntry, 'clears'> {
    return { clears: this.entries[version - 1] };
  }
}
