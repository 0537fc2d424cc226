import { describe, expect, test } from 'vitest';
import { at, Story } from '../../../test/support/replayed.ts';
import { newReplay, replayEntry } from './replay.ts';

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

describe('what is given back', () => {
  const spent = () =>
    three().entry(1, 'spend customer spent', 1_400n, [
      ['plan', -300n, 0n, -31n],
      ['bought', -1_000n, 0n, -777n],
      ['given', -100n, 0n, 0n],
    ]);
  const of = () => spent().clears(4);
  const back = (
    minutes: number,
    credits: bigint,
    portions: Parameters<Story['entry']>[3],
    story = spent(),
    it: object = of(),
  ) => story.entry(minutes, 'spend_reversal spent customer', credits, portions, it);

  test('goes to the lots it came from, last one first, with its cost', () => {
    const part = back(2, 600n, [
      ['given', 100n, 0n, 0n],
      ['bought', 500n, 0n, 389n],
    ]);
    expect(faultOf(part)).toBe(RIGHT);
    expect(
      faultOf(
        back(
          3,
          501n,
          [
            ['bought', 500n, 0n, 388n],
            ['plan', 1n, 0n, 0n],
          ],
          part,
        ),
      ),
    ).toBe(RIGHT);
    expect(faultOf(back(2, 300n, [['plan', 300n, 0n, 31n]]))).toBe(WRONG);
    expect(
      faultOf(
        back(2, 1_401n, [
          ['given', 100n, 0n, 0n],
          ['bought', 1_000n, 0n, 777n],
          ['plan', 301n, 0n, 31n],
        ]),
      ),
    ).toBe(WRONG);
  });

  test('is a spend of the same owner from before', () => {
    const gives = (change: object) =>
      faultOf(back(2, 1n, [['given', 1n, 0n, 0n]], spent(), { clears: { ...of().clears!, ...change } }));
    expect(gives({})).toBe(RIGHT);
    expect(gives({ type: 'take_back' })).toBe(WRONG);
    expect(gives({ type: 'hold' })).toBe(WRONG);
    expect(gives({ customerId: 'another' })).toBe(WRONG);
    expect(gives({ version: 5n })).toBe(WRONG);
    expect(faultOf(back(2, 1n, [['given', 1n, 0n, 0n]], spent(), {}))).toBe(WRONG);
  });

  const whole: Parameters<Story['entry']>[3] = [
    ['given', 100n, 0n, 0n],
    ['bought', 1_000n, 0n, 777n],
    ['new', 300n, 0n, 31n],
  ];
  const replacing = (change: object = {}) =>
    spent().lot('new', {
      ...{ allocationMinor: 300n, costMinor: 31n, source: 'adjustment', replacesLotId: 'plan' },
      ...{ createdAt: at(10), expiresAt: at(99), ...change },
    });

  test('E11 comes as a new lot where the old one has ended', () => {
    expect(faultOf(back(10, 1_400n, whole, replacing()))).toBe(RIGHT);
    expect(faultOf(back(9, 1_400n, whole, replacing({ createdAt: at(9) })))).toBe(WRONG);
    expect(faultOf(back(10, 1_400n, [...whole.slice(0, 2), ['plan', 300n, 0n, 31n]]))).toBe(WRONG);
    expect(faultOf(back(9, 1_400n, [...whole.slice(0, 2), ['plan', 300n, 0n, 31n]]))).toBe(RIGHT);
  });

  test('E11 comes as a lot of the same owner and size, with the cost, which ends later', () => {
    for (const change of [
      { customerId: 'another' },
      { source: 'purchase' },
      { purchaseId: 'p' },
      { allocationMinor: 301n },
      { costMinor: 32n },
      { createdAt: at(11) },
      { expiresAt: null },
      { expiresAt: at(10) },
      { replacesLotId: 'bought' },
      { replacesLotId: null },
    ])
      expect(faultOf(back(10, 1_400n, whole, replacing(change))), JSON.stringify(change, String)).toBe(WRONG);
  });

  test('E11 comes as a lot that was not there', () => {
    const parts = back(
      10,
      1_200n,
      [
        ['given', 100n, 0n, 0n],
        ['bought', 1_000n, 0n, 777n],
        ['new', 100n, 0n, 10n],
      ],
      replacing({ allocationMinor: 100n, costMinor: 10n }),
    );
    expect(faultOf(parts)).toBe(RIGHT);
    expect(faultOf(back(10, 100n, [['new', 100n, 0n, 11n]], parts))).toBe(WRONG);
  });
});

test('what is held is set aside of the lots that come first, and not of others for as much', () => {
  const held = (plan: bigint, bought: bigint) => {
    const portions: Parameters<Story['entry']>[3] = [
      ['plan', 0n, plan, 0n],
      ['bought', 0n, bought, 0n],
    ];
    return faultOf(three().entry(1, 'hold customer held', 400n, portions, { holdUntil: at(20) }));
  };
  expect(held(300n, 100n)).toBe(RIGHT);
  expect(held(100n, 300n)).toBe(WRONG);
});

describe('what is taken back', () => {
  const asked = (askedMinor: bigint | null, purchaseId: string | null = 'p') => ({ askedMinor, purchaseId });
  const takes = (credits: bigint, portions: Parameters<Story['entry']>[3], it: object, story = three(), minutes = 1) =>
    story.entry(minutes, 'take_back customer taken_back', credits, portions, it);

  test('is what is left of the purchase, up to what was asked for', () => {
    expect(faultOf(takes(1_000n, [['bought', -1_000n, 0n, -777n]], asked(1_000n)))).toBe(RIGHT);
    expect(faultOf(takes(1_000n, [['bought', -1_000n, 0n, -777n]], asked(5_000n)))).toBe(RIGHT);
    expect(faultOf(takes(10n, [['bought', -10n, 0n, -8n]], asked(10n)))).toBe(RIGHT);
    expect(faultOf(takes(9n, [['bought', -9n, 0n, -7n]], asked(10n)))).toBe(WRONG);
    expect(faultOf(takes(10n, [['bought', -10n, 0n, -8n]], asked(9n)))).toBe(WRONG);
    expect(faultOf(takes(10n, [['bought', -10n, 0n, -8n]], asked(null)))).toBe(WRONG);
  });

  test('is nothing of another purchase, and nothing at all of none', () => {
    expect(faultOf(takes(10n, [['bought', -10n, 0n, -8n]], asked(10n, 'q')))).toBe(WRONG);
    expect(faultOf(takes(0n, [], asked(10n, 'q')))).toBe(WRONG);
    expect(faultOf(takes(10n, [['plan', -10n, 0n, -1n]], asked(10n)))).toBe(WRONG);
  });

  test('is nothing that is held or spent; then it is written down that there was nothing', () => {
    const held = three().entry(
      1,
      'hold customer held',
      1_300n,
      [
        ['plan', 0n, 300n, 0n],
        ['bought', 0n, 1_000n, 0n],
      ],
      { holdUntil: at(9) },
    );
    expect(faultOf(takes(0n, [], asked(10n), held))).toBe(RIGHT);
  });

  test('E11 is also what replaced it, and what replaced that, while it lasts', () => {
    const story = new Story()
      .lot('a', { allocationMinor: 100n, costMinor: 50n, purchaseId: 'p', expiresAt: at(1) })
      .entry(0, 'purchase issued customer', 100n, [['a', 100n, 0n, 50n]], { purchaseId: 'p' })
      .entry(0, 'spend customer spent', 60n, [['a', -60n, 0n, -30n]]);
    const lot = { source: 'adjustment' as const, allocationMinor: 60n, costMinor: 30n };
    story
      .lot('b', { ...lot, replacesLotId: 'a', createdAt: at(1), expiresAt: at(5) })
      .entry(1, 'spend_reversal spent customer', 60n, [['b', 60n, 0n, 30n]], story.clears(2))
      .entry(2, 'spend customer spent', 60n, [['b', -60n, 0n, -30n]])
      .lot('c', { ...lot, replacesLotId: 'b', createdAt: at(5), expiresAt: at(9) })
      .entry(5, 'spend_reversal spent customer', 60n, [['c', 60n, 0n, 30n]], story.clears(4));
    expect(faultOf(takes(60n, [['c', -60n, 0n, -30n]], asked(100n), story, 8))).toBe(RIGHT);
    story.entries.pop();
    expect(faultOf(takes(60n, [['c', -60n, 0n, -30n]], asked(100n), story, 9))).toBe(WRONG);
    story.entries.pop();
    expect(faultOf(takes(0n, [], asked(100n), story, 9))).toBe(RIGHT);
  });

  test('E11 is nothing of what replaced the lot of another purchase', () => {
    const story = new Story()
      .lot('a', { allocationMinor: 100n, costMinor: 50n, purchaseId: 'q', expiresAt: at(1) })
      .lot('bought', { allocationMinor: 10n, purchaseId: 'p' })
      .entry(0, 'purchase issued customer', 100n, [['a', 100n, 0n, 50n]], { purchaseId: 'q' })
      .entry(0, 'purchase issued customer', 10n, [['bought', 10n, 0n, 0n]], { purchaseId: 'p' })
      .entry(0, 'spend customer spent', 60n, [['a', -60n, 0n, -30n]]);
    story
      .lot('b', {
        ...{ source: 'adjustment', allocationMinor: 60n, costMinor: 30n },
        ...{ replacesLotId: 'a', createdAt: at(1), expiresAt: at(5) },
      })
      .entry(1, 'spend_reversal spent customer', 60n, [['b', 60n, 0n, 30n]], story.clears(3));
    expect(faultOf(takes(10n, [['bought', -10n, 0n, 0n]], asked(100n), story, 2))).toBe(RIGHT);
  });

  test('can be given back by its own name only', () => {
    const taken = () => takes(10n, [['bought', -10n, 0n, -8n]], asked(10n));
    const back = (kind: string) => faultOf(taken().entry(2, kind, 10n, [['bought', 10n, 0n, 8n]], taken().clears(4)));
    expect(back('take_back_reversal taken_back customer')).toBe(RIGHT);
    expect(back('spend_reversal spent customer')).toBe(WRONG);
  });
});
