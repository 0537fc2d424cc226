import { describe, expect, test } from 'vitest';
import { at, Story } from '../../../test/support/replayed.ts';
import { newReplay, type ReplayedEntry, replayEntry } from './replay.ts';

/** What is wrong with the last entry; nothing may be wrong with those before. */
function faultOf({ entries }: Story) {
  const replay = newReplay();
  const faults = entries.map((entry) => replayEntry(replay, entry));
  expect(faults.slice(0, -1)).toEqual(entries.slice(0, -1).map(() => undefined));
  return faults.at(-1);
}
const RIGHT = undefined;
const WRONG = 'portions-wrong';

/** Three lots in the spending order: of a plan, which ends after ten minutes; bought; given. */
const three = () =>
  new Story()
    .lot('given', { allocationMinor: 500n, source: 'adjustment' })
    .lot('bought', { allocationMinor: 1_000n, costMinor: 777n, purchaseId: 'p' })
    .lot('plan', { allocationMinor: 300n, costMinor: 31n, source: 'plan', expiresAt: at(10) })
    .entry(0, 'adjustment issued customer', 500n, [['given', 500n, 0n, 0n]])
    .entry(0, 'purchase issued customer', 1_000n, [['bought', 1_000n, 0n, 777n]], { purchaseId: 'p' })
    .entry(0, 'plan_allocation issued customer', 300n, [['plan', 300n, 0n, 31n]]);

describe('a grant', () => {
  const lot = { allocationMinor: 100n, costMinor: 7n, purchaseId: 'p', expiresAt: at(1) };
  const grant = (change: object, it: Partial<ReplayedEntry> = {}, kind = 'purchase issued customer') =>
    faultOf(
      new Story()
        .lot('a', { ...lot, ...change })
        .entry(0, kind, 100n, [['a', 100n, 0n, 7n]], { purchaseId: 'p', ...it }),
    );

  test('makes a lot of its own owner, kind, size, purchase and time, that ends later or never', () => {
    expect(grant({})).toBe(RIGHT);
    expect(grant({ expiresAt: null })).toBe(RIGHT);
    expect(grant({ source: 'plan', purchaseId: null }, { purchaseId: null }, 'plan_allocation issued customer')).toBe(
      RIGHT,
    );
    expect(grant({ source: 'adjustment', purchaseId: null }, { purchaseId: null }, 'adjustment issued customer')).toBe(
      RIGHT,
    );
  });

  test('makes no other lot', () => {
    expect(grant({ customerId: 'another' })).toBe(WRONG);
    expect(grant({ source: 'plan' })).toBe(WRONG);
    expect(grant({ allocationMinor: 101n })).toBe(WRONG);
    expect(grant({ purchaseId: 'q' })).toBe(WRONG);
    expect(grant({ purchaseId: null })).toBe(WRONG);
    expect(grant({ replacesLotId: 'b' })).toBe(WRONG);
    expect(grant({ createdAt: at(1) })).toBe(WRONG);
    expect(grant({ expiresAt: at(0) })).toBe(WRONG);
    expect(grant({ expiresAt: at(-1) })).toBe(WRONG);
    expect(grant({ costMinor: 8n })).toBe(WRONG);
    expect(grant({ source: 'plan', purchaseId: null }, { purchaseId: null }, 'adjustment issued customer')).toBe(WRONG);
  });

  test('makes a lot at all', () => {
    expect(faultOf(new Story().entry(0, 'purchase issued customer', 0n, [], { purchaseId: 'p' }))).toBe(WRONG);
  });

  test('makes a lot that was not there, and one only', () => {
    const again = three().entry(1, 'purchase issued customer', 1_000n, [['bought', 1_000n, 0n, 777n]], {
      purchaseId: 'p',
    });
    expect(faultOf(again)).toBe(WRONG);
    const story = new Story().lot('a', lot).lot('b', lot);
    const two = story.entry(0, 'purchase issued customer', 100n, [
      ['a', 50n, 0n, 7n],
      ['b', 50n, 0n, 7n],
    ]);
    expect(faultOf(two)).toBe(WRONG);
  });
});

describe('what is drawn', () => {
  test('goes through the lots in the spending order, each with its share of the cost', () => {
    const all: Parameters<Story['entry']>[3] = [
      ['plan', -300n, 0n, -31n],
      ['bought', -1_000n, 0n, -777n],
      ['given', -200n, 0n, 0n],
    ];
    expect(faultOf(three().entry(1, 'spend customer spent', 1_500n, all))).toBe(RIGHT);
    expect(faultOf(three().entry(1, 'adjustment customer issued', 1_500n, all))).toBe(RIGHT);
    const part: typeof all = [
      ['plan', -300n, 0n, -31n],
      ['bought', -1n, 0n, -1n],
    ];
    expect(faultOf(three().entry(1, 'spend customer spent', 301n, part))).toBe(RIGHT);
    const other: typeof all = [
      ['plan', -299n, 0n, -31n],
      ['bought', -2n, 0n, -2n],
    ];
    expect(faultOf(three().entry(1, 'spend customer spent', 301n, other))).toBe(WRONG);
    expect(faultOf(three().entry(1, 'spend customer spent', 500n, [['given', -500n, 0n, 0n]]))).toBe(WRONG);
  });

  test('touches nothing that has ended, from that moment on', () => {
    expect(faultOf(three().entry(9, 'spend customer spent', 1n, [['plan', -1n, 0n, 0n]]))).toBe(RIGHT);
    expect(faultOf(three().entry(10, 'spend customer spent', 1n, [['plan', -1n, 0n, 0n]]))).toBe(WRONG);
    expect(faultOf(three().entry(10, 'spend customer spent', 1n, [['bought', -1n, 0n, -1n]]))).toBe(RIGHT);
    const tooMuch = three().entry(10, 'spend customer spent', 1_501n, [
      ['bought', -1_000n, 0n, -777n],
      ['given', -501n, 0n, 0n],
    ]);
    expect(faultOf(tooMuch)).toBe(WRONG);
  });

  const held = () =>
    three().entry(
      1,
      'hold customer held',
      400n,
      [
        ['plan', 0n, 300n, 0n],
        ['bought', 0n, 100n, 0n],
      ],
      { holdUntil: at(20) },
    );

  test('touches nothing that is held, whose share of the cost stays with it', () => {
    expect(faultOf(held())).toBe(RIGHT);
    expect(faultOf(held().entry(2, 'spend customer spent', 1n, [['bought', -1n, 0n, -1n]]))).toBe(RIGHT);
    expect(faultOf(held().entry(2, 'spend customer spent', 1n, [['plan', -1n, 0n, 0n]]))).toBe(WRONG);
    const rest: Parameters<Story['entry']>[3] = [
      ['bought', -900n, 0n, -699n],
      ['given', -1n, 0n, 0n],
    ];
    expect(faultOf(held().entry(2, 'spend customer spent', 901n, rest))).toBe(RIGHT);
    expect(
      faultOf(
        held().entry(
          2,
          'hold customer held',
          901n,
          [
            ['bought', 0n, 900n, 0n],
            ['given', 0n, 1n, 0n],
          ],
          { holdUntil: at(5) },
        ),
      ),
    ).toBe(RIGHT);
  });

  test('is nothing while credits are frozen, but what an administrator deducts', () => {
    const frozen = () => three().entry(1, 'freeze customer customer', 0n, []);
    expect(faultOf(frozen().entry(2, 'spend customer spent', 1n, [['plan', -1n, 0n, 0n]]))).toBe(WRONG);
    expect(faultOf(frozen().entry(2, 'hold customer held', 1n, [['plan', 0n, 1n, 0n]], { holdUntil: at(5) }))).toBe(
      WRONG,
    );
    expect(faultOf(frozen().entry(2, 'adjustment customer issued', 1n, [['plan', -1n, 0n, 0n]]))).toBe(RIGHT);
  });
});

test('credits are frozen once and thawed once', () => {
  const frozen = () => three().entry(1, 'freeze customer customer', 0n, []);
  expect(faultOf(frozen())).toBe(RIGHT);
  expect(faultOf(frozen().entry(2, 'freeze customer customer', 0n, []))).toBe(WRONG);
  expect(faultOf(frozen().entry(2, 'thaw customer customer', 0n, []))).toBe(RIGHT);
  expect(faultOf(three().entry(1, 'thaw customer customer', 0n, []))).toBe(WRONG);
});

describe('what is written off', () => {
  const held = () => three().entry(1, 'hold customer held', 100n, [['plan', 0n, 100n, 0n]], { holdUntil: at(20) });

  test('is a lot that has ended, all that is left of it, by the name of its kind', () => {
    expect(faultOf(three().entry(10, 'plan_expiration customer expired', 300n, [['plan', -300n, 0n, -31n]]))).toBe(
      RIGHT,
    );
    expect(faultOf(three().entry(10, 'expiration customer expired', 300n, [['plan', -300n, 0n, -31n]]))).toBe(WRONG);
    expect(faultOf(three().entry(10, 'plan_expiration customer expired', 299n, [['plan', -299n, 0n, -31n]]))).toBe(
      WRONG,
    );
    expect(faultOf(three().entry(10, 'expiration customer expired', 500n, [['given', -500n, 0n, 0n]]))).toBe(WRONG);
    const bought = new Story()
      .lot('a', { allocationMinor: 100n, purchaseId: 'p', expiresAt: at(1) })
      .entry(0, 'purchase issued customer', 100n, [['a', 100n, 0n, 0n]], { purchaseId: 'p' });
    expect(faultOf(bought.entry(1, 'expiration customer expired', 100n, [['a', -100n, 0n, 0n]]))).toBe(RIGHT);
  });

  test('is a lot of a plan before its time, when the plan was ended, and no other', () => {
    expect(faultOf(three().entry(9, 'plan_expiration customer expired', 300n, [['plan', -300n, 0n, -31n]]))).toBe(
      RIGHT,
    );
    const bought = new Story()
      .lot('a', { allocationMinor: 100n, purchaseId: 'p', expiresAt: at(2) })
      .entry(0, 'purchase issued customer', 100n, [['a', 100n, 0n, 0n]], { purchaseId: 'p' });
    expect(faultOf(bought.entry(1, 'expiration customer expired', 100n, [['a', -100n, 0n, 0n]]))).toBe(WRONG);
  });

  test('is not what is held', () => {
    expect(faultOf(held().entry(10, 'plan_expiration customer expired', 200n, [['plan', -200n, 0n, -21n]]))).toBe(
      RIGHT,
    );
    expect(faultOf(held().entry(10, 'plan_expiration customer expired', 300n, [['plan', -300n, 0n, -31n]]))).toBe(
      WRONG,
    );
  });

  test('is a lot that is there', () => {
    expect(faultOf(three().entry(10, 'expiration customer expired', 0n, []))).toBe(WRONG);
    const story = three().lot('b', { allocationMinor: 10n, expiresAt: at(1) });
    expect(faultOf(story.entry(10, 'expiration customer expired', 10n, [['b', -10n, 0n, 0n]]))).toBe(WRONG);
  });
});

describe('a hold that ends', () => {
  const held = () =>
    three().entry(
      1,
      'hold customer held',
      400n,
      [
        ['bought', 0n, 100n, 0n],
        ['plan', 0n, 300n, 0n],
      ],
      { holdUntil: at(20) },
    );
  const of = () => held().clears(4);

  test('spends what ends first, with its cost, and lets go of the rest', () => {
    const part = held().entry(
      2,
      'spend held spent',
      310n,
      [
        ['plan', -300n, -300n, -31n],
        ['bought', -10n, -10n, -8n],
      ],
      of(),
    );
    expect(faultOf(part)).toBe(RIGHT);
    expect(faultOf(part.entry(2, 'hold_release held customer', 90n, [['bought', 0n, -90n, 0n]], of()))).toBe(RIGHT);
    expect(faultOf(part.entry(3, 'spend held spent', 1n, [['bought', -1n, -1n, -1n]], of()))).toBe(WRONG);
    const backwards = held().entry(2, 'spend held spent', 100n, [['bought', -100n, -100n, -78n]], of());
    expect(faultOf(backwards)).toBe(WRONG);
  });

  test('lets go of all of it without a cost', () => {
    const all: Parameters<Story['entry']>[3] = [
      ['plan', 0n, -300n, 0n],
      ['bought', 0n, -100n, 0n],
    ];
    expect(faultOf(held().entry(2, 'hold_release held customer', 400n, all, of()))).toBe(RIGHT);
    const more: typeof all = [
      ['plan', 0n, -300n, 0n],
      ['bought', 0n, -101n, 0n],
    ];
    expect(faultOf(held().entry(2, 'hold_release held customer', 401n, more, of()))).toBe(WRONG);
    expect(faultOf(held().entry(20, 'hold_expiration held customer', 400n, all, of()))).toBe(RIGHT);
  });

  test('times out when it says, and can be committed or released only before', () => {
    const all: Parameters<Story['entry']>[3] = [
      ['plan', 0n, -300n, 0n],
      ['bought', 0n, -100n, 0n],
    ];
    const spent: typeof all = [
      ['plan', -300n, -300n, -31n],
      ['bought', -100n, -100n, -78n],
    ];
    expect(faultOf(held().entry(19, 'hold_expiration held customer', 400n, all, of()))).toBe(WRONG);
    expect(faultOf(held().entry(20, 'hold_release held customer', 400n, all, of()))).toBe(WRONG);
    expect(faultOf(held().entry(19, 'spend held spent', 400n, spent, of()))).toBe(RIGHT);
    expect(faultOf(held().entry(20, 'spend held spent', 400n, spent, of()))).toBe(WRONG);
  });

  test('is a hold of the same owner from before', () => {
    const all: Parameters<Story['entry']>[3] = [
      ['plan', 0n, -300n, 0n],
      ['bought', 0n, -100n, 0n],
    ];
    const ends = (change: object) =>
      faultOf(held().entry(2, 'hold_release held customer', 400n, all, { clears: { ...of().clears!, ...change } }));
    expect(ends({})).toBe(RIGHT);
    expect(ends({ type: 'spend' })).toBe(WRONG);
    expect(ends({ customerId: 'another' })).toBe(WRONG);
    expect(ends({ version: 5n })).toBe(WRONG);
    expect(ends({ version: 6n })).toBe(WRONG);
    expect(faultOf(held().entry(2, 'hold_release held customer', 400n, all))).toBe(WRONG);
  });

  test('lets go of lots that are there', () => {
    const story = held().lot('b', { allocationMinor: 10n });
    const hold = { ...of().clears!, portions: [story.portion('b', 0n, 10n, 0n)] };
    expect(faultOf(story.entry(2, 'hold_release held customer', 10n, [['b', 0n, -10n, 0n]], { clears: hold }))).toBe(
      WRONG,
    );
  });
});
