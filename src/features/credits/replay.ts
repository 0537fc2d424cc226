import { type Account, balanceChangeOf, POSTING_TEMPLATES } from './posting-templates.ts';
import { expectedPortions } from './replay-moves.ts';
import type { Place } from './spending-order.ts';

/** A lot while the entries of its customer are gone through again. */
export type ReplayedLot = Place & {
  allocationMinor: bigint;
  remainingMinor: bigint;
  heldMinor: bigint;
  costMinor: bigint;
  costLeftMinor: bigint;
  purchaseId: string | null;
  replacesLotId: string | null;
};

/** What an entry changes of one lot; `lot` is that lot as it was made. */
export type ReplayedPortion = {
  lotId: string;
  changeMinor: bigint;
  heldMinor: bigint;
  costMinor: bigint;
  lot: Omit<ReplayedLot, 'remainingMinor' | 'heldMinor' | 'costLeftMinor'> & { customerId: string };
};

/** An entry with its portions, and the entry that it clears with the portions of that. */
export type ReplayedEntry = {
  id: string;
  customerId: string;
  version: bigint;
  previousVersion: bigint | null;
  type: string;
  from: Account;
  to: Account;
  creditsMinor: bigint;
  askedMinor: bigint | null;
  changeMinor: bigint;
  balanceBeforeMinor: bigint;
  balanceAfterMinor: bigint;
  purchaseId: string | null;
  holdUntil: Date | null;
  at: Date;
  portions: ReplayedPortion[];
  clears: Pick<ReplayedEntry, 'id' | 'customerId' | 'version' | 'type' | 'holdUntil' | 'portions'> | undefined;
};

/** A customer's account as its entries so far make it. `cleared` is what came back, was committed or released since. */
export type Replay = {
  version: bigint;
  balanceMinor: bigint;
  frozenAt: Date | null;
  movedAt: Date | null;
  lots: Map<string, ReplayedLot>;
  cleared: Map<string, { creditsMinor: bigint; costMinor: bigint }>;
};

/** What is wrong with an entry. */
export type EntryFault =
  | 'version-gap'
  | 'balance-broken'
  | 'template-unknown'
  | 'time-backwards'
  | 'sum-wrong'
  | 'portions-wrong'
  | 'lot-out-of-bounds';

export function newReplay(): Replay {
  return { version: 0n, balanceMinor: 0n, frozenAt: null, movedAt: null, lots: new Map(), cleared: new Map() };
}

export const clearedKey = (entryId: string, lotId: string) => `${entryId} ${lotId}`;

/**
 * Goes through one more entry by the rules alone: the same lots, amounts and costs have to come out as are written down.
 * Answers what is wrong with it; the replay cannot go on then.
 */
export function replayEntry(replay: Replay, entry: ReplayedEntry): EntryFault | undefined {
  const wrong = wrongByItself(replay, entry);
  if (wrong) return wrong;
  const expected = expectedPortions(replay, entry);
  if (!expected || !sameAs(expected, entry.portions)) return 'portions-wrong';
  for (const portion of entry.portions) if (!applyPortion(replay, portion)) return 'lot-out-of-bounds';
  for (const it of expected) {
    if (!entry.clears || it.clearedLotId === undefined) continue;
    const key = clearedKey(entry.clears.id, it.clearedLotId);
    const before = replay.cleared.get(key) ?? { creditsMinor: 0n, costMinor: 0n };
    // Committing or releasing a hold gives no cost back.
    const costMinor = before.costMinor + (entry.from === 'held' ? 0n : it.costMinor);
    replay.cleared.set(key, { creditsMinor: before.creditsMinor + magnitudeOf(it), costMinor });
  }
  replay.version = entry.version;
  replay.balanceMinor = entry.balanceAfterMinor;
  replay.movedAt = entry.at;
  if (entry.type === 'freeze') replay.frozenAt = entry.at;
  if (entry.type === 'thaw') replay.frozenAt = null;
  return undefined;
}

/** What an entry says of itself, and how it follows the one before it. */
function wrongByItself(replay: Replay, entry: ReplayedEntry): EntryFault | undefined {
  const { version, creditsMinor } = entry;
  if (version !== replay.version + 1n || (entry.previousVersion ?? 0n) !== replay.version) return 'version-gap';
  const template = POSTING_TEMPLATES.find(
    ({ type, from, to }) => type === entry.type && from === entry.from && to === entry.to,
  );
  if (!template) return 'template-unknown';
  const change = balanceChangeOf(template, creditsMinor);
  if (entry.changeMinor !== change || entry.balanceBeforeMinor !== replay.balanceMinor) return 'balance-broken';
  if (entry.balanceAfterMinor !== replay.balanceMinor + change || entry.balanceAfterMinor < 0n) return 'balance-broken';
  if (replay.movedAt && entry.at < replay.movedAt) return 'time-backwards';
  const held = entry.to === 'held' ? creditsMinor : entry.from === 'held' ? -creditsMinor : 0n;
  const sum = (of: (portion: ReplayedPortion) => bigint) => entry.portions.reduce((total, it) => total + of(it), 0n);
  if (sum((it) => it.changeMinor) !== change || sum((it) => it.heldMinor) !== held) return 'sum-wrong';
  return undefined;
}

type Expected = Pick<ReplayedPortion, 'lotId' | 'changeMinor' | 'heldMinor' | 'costMinor'>;

function sameAs(expected: readonly Expected[], found: readonly ReplayedPortion[]): boolean {
  if (expected.length !== found.length) return false;
  return expected.every((it) =>
    found.some(
      (other) =>
        other.lotId === it.lotId &&
        other.changeMinor === it.changeMinor &&
        other.heldMinor === it.heldMinor &&
        other.costMinor === it.costMinor,
    ),
  );
}

function applyPortion(replay: Replay, it: ReplayedPortion): boolean {
  const made = { ...it.lot, remainingMinor: 0n, heldMinor: 0n, costLeftMinor: 0n };
  const lot: ReplayedLot = replay.lots.get(it.lotId) ?? made;
  replay.lots.set(it.lotId, lot);
  lot.remainingMinor += it.changeMinor;
  lot.heldMinor += it.heldMinor;
  lot.costLeftMinor += it.costMinor;
  return (
    lot.heldMinor >= 0n &&
    lot.heldMinor <= lot.remainingMinor &&
    lot.remainingMinor <= lot.allocationMinor &&
    lot.costLeftMinor >= 0n &&
    lot.costLeftMinor <= lot.costMinor &&
    (lot.remainingMinor > 0n || lot.costLeftMinor === 0n) &&
    (lot.remainingMinor < lot.allocationMinor || lot.costLeftMinor === lot.costMinor)
  );
}

function magnitudeOf({ changeMinor, heldMinor }: Expected): bigint {
  return heldMinor < 0n ? -heldMinor : changeMinor;
}
