import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { newId } from '../../platform/ids.ts';
import {
  CreditsOutOfRange,
  ExpiryInThePast,
  InsufficientCredits,
  type Move,
  UnknownCustomer,
  UnknownMove,
} from './credits.ts';

// E25: whatever it is that arrives, it is refused by name, and the ledger is afterwards what it was before: no entry, no
// lot, no account, no version used up.

const SOON = '2026-04-05T22:00:00Z';
const MOST = 100_000_000n;

let core: TestCore;
let ledger: TestLedger;
let owner: Owner;
let ground: Awaited<ReturnType<typeof prepare>>;
let before: string;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  ledger = await openLedger(core);
  owner = await ledger.owner();
  ground = await prepare();
  before = await ledger.everything();
});
afterEach(async () => {
  expect(await ledger.everything()).toBe(before);
  expect(await ledger.faults()).toEqual([]);
});
afterAll(() => core.close());

async function prepare() {
  const bought = await owner.buy(10_000n);
  const taken = await owner.takeBack(bought, 1_000n);
  return { bought, taken, spent: await owner.spend(1_000n), hold: await owner.hold(1_000n, SOON) };
}

type Changes = Partial<Move>;
const DRAWING: Record<string, (credits: bigint, it?: Changes) => Promise<unknown>> = {
  buy: (credits, it) => owner.buy(credits, it),
  plan: (credits, it) => owner.plan(credits, SOON, it),
  add: (credits, it) => owner.add(credits, it),
  deduct: (credits, it) => owner.deduct(credits, it),
  spend: (credits, it) => owner.spend(credits, it),
  hold: (credits, it) => owner.hold(credits, SOON, it),
  takeBack: (credits, it) => owner.takeBack(ground.bought, credits, it),
  commit: (creditsMinor, it) => owner.commit(ground.hold, { ...it, creditsMinor }),
  reverse: (creditsMinor, it) => owner.reverse(ground.spent, { ...it, creditsMinor }),
  giveBack: (creditsMinor, it) => owner.giveBack(ground.taken, { ...it, creditsMinor }),
};
const ALL: Record<string, (it: Changes) => Promise<unknown>> = {
  ...Object.fromEntries(Object.entries(DRAWING).map(([name, move]) => [name, (it: Changes) => move(100n, it)])),
  release: (it) => owner.release(ground.hold, it),
  freeze: (it) => owner.freeze(it),
  thaw: (it) => owner.thaw(it),
};

describe('E25 an amount', () => {
  const amounts = [0n, -1n, -(10n ** 30n), MOST + 1n, 10n ** 30n, 1, 0.5, Number.NaN, '100', '', null, true, {}, [1n]];

  test.each(Object.keys(DRAWING))('E25 that is none is refused by %s', async (name) => {
    for (const amount of amounts) {
      const asked = DRAWING[name]!(amount as bigint);
      await expect(asked, `${typeof amount} ${amount}`).rejects.toThrow(CreditsOutOfRange);
    }
  });

  test.each(['buy', 'plan', 'add', 'deduct', 'spend', 'hold', 'takeBack'])(
    'E25 that is missing is refused by %s',
    async (name) => {
      await expect(DRAWING[name]!(undefined as unknown as bigint)).rejects.toThrow(CreditsOutOfRange);
    },
  );

  test('E25 of a million credits is the most, and is only too much for who has less', async () => {
    await expect(owner.spend(MOST)).rejects.toThrow(InsufficientCredits);
    const other = await ledger.owner();
    expect(await other.add(MOST)).toMatchObject({ creditsMinor: MOST });
    expect(await other.spend(MOST)).toMatchObject({ creditsMinor: MOST, balanceAfterMinor: 0n });
    before = await ledger.everything();
  });
});

describe('E25 an owner', () => {
  /** Moves that refer to something say that there is no such thing for them. */
  const REFERRING = ['takeBack', 'commit', 'release', 'reverse', 'giveBack'];

  test.each(Object.keys(ALL))('E25 who is not there is refused by %s', async (name) => {
    const elsewhere = await openLedger(core);
    const foreign = await elsewhere.owner();
    await foreign.buy(10_000n);
    const theirs = await elsewhere.everything();
    for (const customerId of [foreign.id, newId(core.now()), ledger.space.location.id])
      await expect(ALL[name]!({ customerId })).rejects.toThrow(
        REFERRING.includes(name) ? UnknownMove : UnknownCustomer,
      );
    expect(await elsewhere.everything()).toBe(theirs);
  });

  test.each(Object.keys(ALL))('E25 who could be nobody is refused by %s', async (name) => {
    for (const id of ['', 'nobody', owner.id.toUpperCase(), `${owner.id} `, `${owner.id}'; --`, 5, null, undefined, {}])
      await expect(ALL[name]!({ customerId: id as string }), String(id)).rejects.toThrow(UnknownCustomer);
  });

  test('E25 of another organization is out of reach by its moves as well', async () => {
    const elsewhere = await openLedger(core);
    const foreign = await elsewhere.owner();
    const bought = await foreign.buy(10_000n);
    const [spent, hold] = [await foreign.spend(100n), await foreign.hold(100n, SOON)];
    const taken = await foreign.takeBack(bought, 100n);
    const theirs = await elsewhere.everything();
    for (const asked of [
      () => owner.commit(hold),
      () => owner.release(hold),
      () => owner.reverse(spent),
      () => owner.giveBack(taken),
      () => owner.takeBack(bought, 1n),
    ])
      await expect(asked()).rejects.toThrow(UnknownMove);
    expect(await elsewhere.everything()).toBe(theirs);
  });
});

test('E25 what is referred to has to be there', async () => {
  for (const id of [newId(core.now()), '', 'no id', `${ground.hold.entryId}'`, 5, null, undefined]) {
    const it = { entryId: id as string, purchaseId: id as string };
    for (const asked of [
      () => owner.commit(it),
      () => owner.release(it),
      () => owner.reverse(it),
      () => owner.giveBack(it),
      () => owner.takeBack(it, 1n),
    ])
      await expect(asked(), `${asked} of ${id}`).rejects.toThrow(UnknownMove);
  }
});

test.each(Object.keys(ALL))('E25 without a key nothing happens: %s', async (name) => {
  for (const key of ['', undefined, null, 5])
    await expect(ALL[name]!({ key: key as string })).rejects.toThrow(TypeError);
});

test('E25 what would end before it begins is refused', async () => {
  for (const end of [core.now(), new Date(core.now().getTime() - 1), new Date(0)]) {
    await expect(owner.buy(100n, { endsAt: end })).rejects.toThrow(ExpiryInThePast);
    await expect(owner.plan(100n, end)).rejects.toThrow(ExpiryInThePast);
    await expect(owner.add(100n, { endsAt: end })).rejects.toThrow(ExpiryInThePast);
    await expect(owner.hold(100n, end)).rejects.toThrow(ExpiryInThePast);
  }
});

test('E25 no such time, no such actor, a text that no database can hold: nothing is written', async () => {
  for (const asked of [
    () => owner.spend(1n, { now: new Date(Number.NaN) }),
    () => owner.spend(1n, { actorUserId: 'nobody' }),
    () => owner.spend(1n, { actorUserId: newId(core.now()) }),
    () => owner.spend(1n, { memo: 'a\u0000b' }),
    () => owner.spend(1n, { product: '\u0000' }),
    () => owner.spend(1n, { key: '\u0000' }),
  ])
    await expect(asked()).rejects.toThrow();
});
