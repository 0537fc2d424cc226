import { least } from '../../shared/money.ts';
import { costShare } from './cost-share.ts';
import { clearedKey, type Replay, type ReplayedEntry, type ReplayedLot, type ReplayedPortion } from './replay.ts';
import { bySpendingOrder } from './spending-order.ts';

/** What an entry ought to change of a lot; `clearedLotId` names the portion of the cleared entry that it came from. */
type ExpectedPortion = Pick<ReplayedPortion, 'lotId' | 'changeMinor' | 'heldMinor' | 'costMinor'> & {
  clearedLotId?: string;
};

/** The portions that an entry ought to have by the rules; `undefined` when it ought not to be there at all. */
export function expectedPortions(replay: Replay, entry: ReplayedEntry): ExpectedPortion[] | undefined {
  if (entry.type === 'freeze') return replay.frozenAt ? undefined : [];
  if (entry.type === 'thaw') return replay.frozenAt ? [] : undefined;
  if (entry.from === 'issued') return granted(replay, entry);
  if (entry.from === 'held') return holdEnded(replay, entry);
  if (entry.from === 'spent' || entry.from === 'taken_back') return returned(replay, entry);
  if (entry.to === 'expired') return writtenOff(replay, entry);
  if (entry.to === 'taken_back') return takenBack(replay, entry);
  return drawn(replay, entry);
}

const SOURCE_OF: Record<string, string> = { purchase: 'purchase', plan_allocation: 'plan', adjustment: 'adjustment' };

/** A grant makes one new lot, as large as itself. */
function granted(replay: Replay, entry: ReplayedEntry): ExpectedPortion[] | undefined {
  const lot = entry.portions[0]?.lot;
  if (!lot || replay.lots.has(lot.id) || lot.customerId !== entry.customerId) return undefined;
  const asMade =
    lot.source === SOURCE_OF[entry.type] &&
    lot.allocationMinor === entry.creditsMinor &&
    lot.purchaseId === entry.purchaseId &&
    lot.replacesLotId === null &&
    lot.createdAt.getTime() === entry.at.getTime() &&
    (lot.expiresAt === null || lot.expiresAt > entry.at);
  return asMade ? [portionOf(lot.id, entry.creditsMinor, 0n, lot.costMinor)] : undefined;
}

/** Spends, holds and deductions go through the lots in the spending order and never touch what has expired. */
function drawn(replay: Replay, entry: ReplayedEntry): ExpectedPortion[] | undefined {
  if (replay.frozenAt && entry.type !== 'adjustment') return undefined;
  const usable = [...replay.lots.values()].filter((lot) => isUsable(lot, entry.at));
  const { portions, short } = takenFrom(usable, entry.creditsMinor, entry.to === 'held');
  return short === 0n ? portions : undefined;
}

/** A take back has what is left of its purchase's lot and of those that replaced it, up to what was asked for. */
function takenBack(replay: Replay, entry: ReplayedEntry): ExpectedPortion[] | undefined {
  const family = new Set<string>();
  // Lots stand in the order in which they were made: who replaces comes after.
  for (const lot of replay.lots.values())
    if (lot.purchaseId === entry.purchaseId || (lot.replacesLotId && family.has(lot.replacesLotId))) family.add(lot.id);
  const usable = [...replay.lots.values()].filter((lot) => family.has(lot.id) && isUsable(lot, entry.at));
  const { portions, short } = takenFrom(usable, entry.askedMinor ?? 0n, false);
  return family.size > 0 && (entry.askedMinor ?? 0n) - short === entry.creditsMinor ? portions : undefined;
}

function takenFrom(lots: ReplayedLot[], creditsMinor: bigint, hold: boolean) {
  const portions: ExpectedPortion[] = [];
  let short = creditsMinor;
  for (const lot of lots.sort(bySpendingOrder)) {
    const free = lot.remainingMinor - lot.heldMinor;
    const take = least(free, short);
    if (take === 0n) continue;
    const cost = costShare(lot.costLeftMinor, take, lot.remainingMinor);
    portions.push(hold ? portionOf(lot.id, 0n, take, 0n) : portionOf(lot.id, -take, 0n, -cost));
    short -= take;
  }
  return { portions, short };
}

/** What is left of an expired lot and not held, once. A plan's lot ends before its time when somebody ends the plan. */
function writtenOff(replay: Replay, entry: ReplayedEntry): ExpectedPortion[] | undefined {
  const lot = replay.lots.get(entry.portions[0]?.lotId ?? '');
  if (!lot?.expiresAt || (lot.expiresAt > entry.at && lot.source !== 'plan')) return undefined;
  if ((lot.source === 'plan') !== (entry.type === 'plan_expiration')) return undefined;
  const off = lot.remainingMinor - lot.heldMinor;
  return [portionOf(lot.id, -off, 0n, -costShare(lot.costLeftMinor, off, lot.remainingMinor))];
}

/** A hold that is committed, released or timed out lets go of its lots in the spending order. */
function holdEnded(replay: Replay, entry: ReplayedEntry): ExpectedPortion[] | undefined {
  const hold = entry.clears;
  if (hold?.type !== 'hold' || hold.customerId !== entry.customerId || hold.version >= entry.version) return undefined;
  if ((entry.type === 'hold_expiration') !== hold.holdUntil! <= entry.at) return undefined;
  const portions: ExpectedPortion[] = [];
  let left = entry.creditsMinor;
  for (const { lotId, heldMinor } of hold.portions.toSorted((a, b) => bySpendingOrder(a.lot, b.lot))) {
    const open = heldMinor - (replay.cleared.get(clearedKey(hold.id, lotId))?.creditsMinor ?? 0n);
    const take = least(open, left);
    const lot = replay.lots.get(lotId);
    if (!lot) return undefined;
    if (take === 0n) continue;
    const cost = costShare(lot.costLeftMinor, take, lot.remainingMinor);
    const spent = entry.to === 'spent';
    portions.push({ ...portionOf(lotId, spent ? -take : 0n, -take, spent ? -cost : 0n), clearedLotId: lotId });
    left -= take;
  }
  return left === 0n ? portions : undefined;
}

const RETURNS: Record<string, string> = { spend_reversal: 'spend', take_back_reversal: 'take_back' };

/** What comes back goes to the lots it came from, last one first; to a new lot where the old one has expired (E11). */
function returned(replay: Replay, entry: ReplayedEntry): ExpectedPortion[] | undefined {
  const of = entry.clears;
  if (of?.type !== RETURNS[entry.type] || of?.customerId !== entry.customerId) return undefined;
  if (of.version >= entry.version) return undefined;
  const portions: ExpectedPortion[] = [];
  let left = entry.creditsMinor;
  for (const portion of of.portions.toSorted((a, b) => bySpendingOrder(b.lot, a.lot))) {
    const { lotId, lot } = portion;
    const cleared = replay.cleared.get(clearedKey(of.id, lotId)) ?? { creditsMinor: 0n, costMinor: 0n };
    const open = -portion.changeMinor - cleared.creditsMinor;
    const take = least(open, left);
    if (take === 0n) continue;
    const cost = costShare(-portion.costMinor - cleared.costMinor, take, open);
    const expired = lot.expiresAt !== null && lot.expiresAt <= entry.at;
    const into = expired ? replacementOf(replay, entry, lotId, take, cost) : lotId;
    if (into === undefined) return undefined;
    portions.push({ ...portionOf(into, take, 0n, cost), clearedLotId: lotId });
    left -= take;
  }
  return left === 0n ? portions : undefined;
}

function replacementOf(replay: Replay, entry: ReplayedEntry, lotId: string, creditsMinor: bigint, costMinor: bigint) {
  const found = entry.portions.find(({ lot }) => lot.replacesLotId === lotId && !replay.lots.has(lot.id))?.lot;
  if (!found) return undefined;
  const asMade =
    found.customerId === entry.customerId &&
    found.source === 'adjustment' &&
    found.purchaseId === null &&
    found.allocationMinor === creditsMinor &&
    found.costMinor === costMinor &&
    found.createdAt.getTime() === entry.at.getTime() &&
    found.expiresAt !== null &&
    found.expiresAt > entry.at;
  return asMade ? found.id : undefined;
}

function isUsable(lot: ReplayedLot, at: Date): boolean {
  return lot.expiresAt === null || lot.expiresAt > at;
}

function portionOf(lotId: string, changeMinor: bigint, heldMinor: bigint, costMinor: bigint): ExpectedPortion {
  return { lotId, changeMinor, heldMinor, costMinor };
}
