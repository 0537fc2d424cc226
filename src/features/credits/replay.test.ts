import { describe, expect, test } from 'vitest';
import { at, Story } from '../../../test/support/replayed.ts';
import { clearedKey, type EntryFault, newReplay, type Replay, type ReplayedEntry, replayEntry } from './replay.ts';

/** Goes through all entries, of which only the last may be wrong; answers what is. */
function replayed({ entries }: Story): { replay: Replay; fault: EntryFault | undefined } {
  const replay = newReplay();
  const faults = entries.map((entry) => replayEntry(replay, entry));
  expect(faults.slice(0, -1)).toEqual(entries.slice(0, -1).map(() => undefined));
  return { replay, fault: faults.at(-1) };
}

/** What is wrong with the last entry of a story once it was changed; nothing may be wrong with it before. */
function faultOf(story: Story, change: Partial<ReplayedEntry>): EntryFault | undefined {
  expect(replayed(story).fault, 'before').toBeUndefined();
  Object.assign(story.entries.at(-1)!, change);
  return replayed(story).fault;
}

const bought = () =>
  new Story()
    .lot('a', { allocationMinor: 1_000n, costMinor: 100n, purchaseId: 'p' })
    .entry(0, 'purchase issued customer', 1_000n, [['a', 1_000n, 0n, 100n]], { purchaseId: 'p' });
const spent = () => bought().entry(1, 'spend customer spent', 300n, [['a', -300n, 0n, -30n]]);
const held = () => bought().entry(1, 'hold customer held', 300n, [['a', 0n, 300n, 0n]], { holdUntil: at(30) });

describe('an entry by itself', () => {
  test('leaves an account with its version, balance, time and lots', () => {
    const { replay } = replayed(spent());
    expect(replay).toMatchObject({ version: 2n, balanceMinor: 700n, movedAt: at(1), frozenAt: null });
    expect(replay.lots.get('a')).toMatchObject({ remainingMinor: 700n, heldMinor: 0n, costLeftMinor: 70n });
    expect([...replay.cleared]).toEqual([]);
  });

  test('has the next version and names the one before', () => {
    expect(faultOf(spent(), { version: 3n })).toBe('version-gap');
    expect(faultOf(spent(), { version: 1n })).toBe('version-gap');
    expect(faultOf(spent(), { previousVersion: null })).toBe('version-gap');
    expect(faultOf(spent(), { previousVersion: 2n })).toBe('version-gap');
    expect(faultOf(bought(), { previousVersion: 1n })).toBe('version-gap');
  });

  test('is of a kind that there is', () => {
    expect(faultOf(spent(), { type: 'refund' })).toBe('template-unknown');
    expect(faultOf(spent(), { from: 'held' })).not.toBe(undefined);
    expect(faultOf(spent(), { to: 'expired' })).toBe('template-unknown');
    expect(faultOf(spent(), { from: 'issued' })).toBe('template-unknown');
    expect(faultOf(spent(), { type: 'expiration' })).toBe('template-unknown');
  });

  test('begins where the one before ended and changes the balance by what it says', () => {
    expect(faultOf(spent(), { creditsMinor: 301n })).toBe('balance-broken');
    expect(faultOf(spent(), { changeMinor: 300n })).toBe('balance-broken');
    expect(faultOf(spent(), { balanceBeforeMinor: 999n })).toBe('balance-broken');
    expect(faultOf(spent(), { balanceAfterMinor: 701n })).toBe('balance-broken');
    expect(faultOf(held(), { changeMinor: 300n })).toBe('balance-broken');
  });

  test('never ends below zero, and may end at zero', () => {
    expect(replayed(bought().entry(1, 'spend customer spent', 1_000n, [['a', -1_000n, 0n, -100n]])).fault).toBe(
      undefined,
    );
    const story = bought().entry(1, 'spend customer spent', 1_001n, [['a', -1_001n, 0n, -100n]]);
    expect(replayed(story).fault).toBe('balance-broken');
  });

  test('is no older than the one before it', () => {
    expect(faultOf(spent(), { at: at(0) })).toBe(undefined);
    expect(faultOf(spent(), { at: new Date(at(0).getTime() - 1) })).toBe('time-backwards');
  });

  test('is the sum of what it changes of lots', () => {
    const portions = (...them: Parameters<Story['portion']>[]) => ({
      portions: them.map((it) => bought().portion(...it)),
    });
    expect(faultOf(spent(), portions(['a', -299n, 0n, -30n]))).toBe('sum-wrong');
    expect(faultOf(spent(), portions(['a', -300n, -300n, -30n]))).toBe('sum-wrong');
    expect(faultOf(spent(), portions())).toBe('sum-wrong');
    expect(faultOf(held(), portions(['a', 0n, 299n, 0n]))).toBe('sum-wrong');
    expect(faultOf(held(), portions(['a', 0n, -300n, 0n]))).toBe('sum-wrong');
    expect(faultOf(held(), portions(['a', -300n, 300n, 0n]))).toBe('sum-wrong');
  });

  test('goes through the lots, and by the amounts and costs, that the rules say', () => {
    const other = () => bought().lot('b', { allocationMinor: 1_000n });
    const portions = (...them: Parameters<Story['portion']>[]) => ({
      portions: them.map((it) => other().portion(...it)),
    });
    expect(faultOf(spent(), portions(['a', -300n, 0n, -31n]))).toBe('portions-wrong');
    expect(faultOf(spent(), portions(['a', -300n, 0n, 0n]))).toBe('portions-wrong');
    expect(faultOf(spent(), portions(['b', -300n, 0n, -30n]))).toBe('portions-wrong');
    expect(faultOf(spent(), portions(['a', -300n, 0n, -30n], ['b', 0n, 0n, 0n]))).toBe('portions-wrong');
    expect(faultOf(spent(), portions(['a', -200n, 0n, -20n], ['a', -100n, 0n, -10n]))).toBe('portions-wrong');
    expect(faultOf(held(), portions(['a', 0n, 300n, -30n]))).toBe('portions-wrong');
  });
});

describe('what a lot holds', () => {
  test('is all that was granted with all its cost at first, and no cost when it is used up', () => {
    const none = bought().entry(1, 'spend customer spent', 1_000n, [['a', -1_000n, 0n, -100n]]);
    expect(replayed(none).replay.lots.get('a')).toMatchObject({ remainingMinor: 0n, costLeftMinor: 0n });
  });

  test.each<[string, object]>([
    ['holds more than there is', { heldMinor: 701n }],
    ['holds less than nothing', { heldMinor: -1n }],
    ['has more left than was granted', { remainingMinor: 1_301n }],
    ['has more cost left than was paid', { costLeftMinor: 131n }],
    ['has less cost left than nothing', { costLeftMinor: 29n }],
  ])('is wrong when it %s', (_what, change) => {
    const replay = newReplay();
    const [grant, spend] = spent().entries;
    replayEntry(replay, grant!);
    Object.assign(replay.lots.get('a')!, change);
    // The spend is what the rules make of the lot as it is now; what is left of it cannot be.
    const lot = replay.lots.get('a')!;
    const free = lot.remainingMinor - lot.heldMinor;
    const wrong = replayEntry(replay, spend!);
    expect(wrong, `${free} free`).toMatch(/lot-out-of-bounds|portions-wrong/);
  });

  test('is out of bounds when a grant says it cost more than was paid, or the whole of it less', () => {
    const replay = newReplay();
    const [grant] = bought().entries;
    replay.lots.set('a', { ...grant!.portions[0]!.lot, remainingMinor: 1n, heldMinor: 0n, costLeftMinor: 0n });
    expect(replayEntry(replay, grant!)).toBe('portions-wrong');
  });
});

describe('what was given back, committed or released', () => {
  const reversed = () =>
    spent()
      .entry(2, 'spend_reversal spent customer', 100n, [['a', 100n, 0n, 10n]], { ...spent().clears(2) })
      .entry(3, 'spend_reversal spent customer', 50n, [['a', 50n, 0n, 5n]], { ...spent().clears(2) });

  test('is added up with its cost', () => {
    const { replay, fault } = replayed(reversed());
    expect(fault).toBe(undefined);
    expect([...replay.cleared]).toEqual([[clearedKey('entry 2', 'a'), { creditsMinor: 150n, costMinor: 15n }]]);
    expect(replay.lots.get('a')).toMatchObject({ remainingMinor: 850n, costLeftMinor: 85n });
  });

  test('is without a cost for a hold', () => {
    const story = held()
      .entry(2, 'spend held spent', 100n, [['a', -100n, -100n, -10n]], held().clears(2))
      .entry(2, 'hold_release held customer', 200n, [['a', 0n, -200n, 0n]], held().clears(2));
    const { replay, fault } = replayed(story);
    expect(fault).toBe(undefined);
    expect([...replay.cleared]).toEqual([[clearedKey('entry 2', 'a'), { creditsMinor: 300n, costMinor: 0n }]]);
    expect(replay.lots.get('a')).toMatchObject({ remainingMinor: 900n, heldMinor: 0n, costLeftMinor: 90n });
  });

  test('is never more than it was', () => {
    const twice = reversed().entry(4, 'spend_reversal spent customer', 151n, [['a', 151n, 0n, 15n]], spent().clears(2));
    expect(replayed(twice).fault).toBe('portions-wrong');
    const rest = reversed().entry(4, 'spend_reversal spent customer', 150n, [['a', 150n, 0n, 15n]], spent().clears(2));
    expect(replayed(rest).fault).toBe(undefined);
  });
});

test('being frozen and thawed is remembered with its time', () => {
  const frozen = bought().entry(5, 'freeze customer customer', 0n, []);
  expect(replayed(frozen).replay).toMatchObject({ frozenAt: at(5), balanceMinor: 1_000n });
  const thawed = frozen.entry(6, 'thaw customer customer', 0n, []);
  expect(replayed(thawed)).toMatchObject({ fault: undefined, replay: { frozenAt: null } });
  expect(replayed(thawed.entry(7, 'spend customer spent', 1n, [['a', -1n, 0n, 0n]])).fault).toBe(undefined);
});
