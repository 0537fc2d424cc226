import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import { newId } from '../../platform/ids.ts';
import { CreditKeyReused, type Move, type Moved } from './credits.ts';

const SOON = '2026-04-05T22:00:00Z';

let core: TestCore;
let ledger: TestLedger;
let owner: Owner;
let other: Owner;
/** What moves refer to, of which there are two each: so that one can be named instead of the other. */
let ground: Awaited<ReturnType<typeof prepare>>;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  ledger = await openLedger(core);
  owner = await ledger.owner();
  other = await ledger.owner();
  ground = await prepare(owner);
});
afterEach(async () => {
  expect(await ledger.faults()).toEqual([]);
});
afterAll(() => core.close());

async function prepare(of: Owner) {
  const two = async <T>(make: () => Promise<T>): Promise<[T, T]> => [await make(), await make()];
  return {
    purchases: await two(() => of.buy(10_000n)),
    spends: await two(() => of.spend(500n)),
    holds: await two(() => of.hold(500n, SOON)),
    taken: await two(async () => of.takeBack(await of.buy(500n), 500n)),
    newPurchases: [newId(core.now()), newId(core.now())] as [string, string],
  };
}

type Changes = Partial<Move>;
/** `of` says which of two is referred to. */
type Make = (credits: bigint, changes: Changes, of: 0 | 1) => Promise<Moved | undefined>;

const MOVES: Record<string, Make> = {
  'a purchase': (credits, it, of) => owner.buy(credits, { ...it, purchaseId: ground.newPurchases[of] }),
  'a plan': (credits, it) => owner.plan(credits, SOON, it),
  'an addition': (credits, it) => owner.add(credits, { ...it, endsAt: SOON }),
  'a deduction': (credits, it) => owner.deduct(credits, it),
  'a spend': (credits, it) => owner.spend(credits, it),
  'a hold': (credits, it) => owner.hold(credits, SOON, it),
  'a hold that is committed': (creditsMinor, it, of) => owner.commit(ground.holds[of], { ...it, creditsMinor }),
  'a hold that is released': (_, it, of) => owner.release(ground.holds[of], it),
  'a spend that is reversed': (creditsMinor, it, of) => owner.reverse(ground.spends[of], { ...it, creditsMinor }),
  'a purchase that is taken back': (credits, it, of) => owner.takeBack(ground.purchases[of], credits, it),
  'what is given back again': (creditsMinor, it, of) => owner.giveBack(ground.taken[of], { ...it, creditsMinor }),
  'being frozen': async (_, it) => {
    await owner.freeze(it);
    return undefined;
  },
};

/** These have no amount, take their product from what they refer to, or refer to nothing. */
const WITHOUT_AMOUNT = ['a hold that is released', 'being frozen'];
const WITHOUT_PRODUCT = ['a hold that is committed', 'a hold that is released', 'a spend that is reversed'].concat([
  'what is given back again',
  'being frozen',
]);
const REFERRING = Object.keys(MOVES).filter((name) => MOVES[name]!.toString().includes('[of]'));

test.each(Object.keys(MOVES))('E1 %s happens once with the same key, and is answered alike', async (name) => {
  const make = () => MOVES[name]!(100n, { key: 'the same' }, 0);
  const first = await make();
  const written = await ledger.everything();
  core.clock.advance(60_000);
  const again = await make();
  expect(await ledger.everything()).toBe(written);
  expect(first && { ...first, replayed: true }).toEqual(again);
});

test.each(Object.keys(MOVES))('E1 %s is refused when its key comes with anything else', async (name) => {
  const key = { key: 'the same' };
  await MOVES[name]!(100n, key, 0);
  const written = await ledger.everything();
  const make = (changes: Changes, credits = 100n, of: 0 | 1 = 0) => MOVES[name]!(credits, { ...key, ...changes }, of);
  const others: [string, () => Promise<unknown>][] = [
    ['another reason', () => make({ memo: 'Another' })],
    ['another actor', () => make({ actorUserId: ledger.space.memberId })],
    ['no actor', () => make({ actorUserId: null })],
    ['another owner', () => make({ customerId: other.id })],
  ];
  if (!WITHOUT_AMOUNT.includes(name))
    others.push(['one more', () => make({}, 101n)], ['one less', () => make({}, 99n)]);
  if (!WITHOUT_PRODUCT.includes(name)) others.push(['another product', () => make({ product: 'Another' })]);
  if (REFERRING.includes(name)) others.push(['another one', () => make({}, 100n, 1)]);
  for (const [what, asked] of others) await expect(asked(), what).rejects.toThrow(CreditKeyReused);
  expect(await ledger.everything()).toBe(written);
});

test('E1 a key that one kind of move has used is refused to every other', async () => {
  const names = Object.keys(MOVES);
  for (const [nth, name] of names.entries()) {
    const key = { key: `of ${name}` };
    await MOVES[name]!(10n, key, 0);
    const written = await ledger.everything();
    for (const another of names.toSpliced(nth, 1))
      await expect(MOVES[another]!(10n, key, 0), `${name}, then ${another}`).rejects.toThrow(CreditKeyReused);
    expect(await ledger.everything()).toBe(written);
    if (name === 'a hold that is committed') ground = { ...ground, holds: [ground.holds[1], ground.holds[0]] };
  }
  await expect(owner.thaw({ key: 'of being frozen' })).rejects.toThrow(CreditKeyReused);
});

test('E1 credits that are added with the same key must end at the same time', async () => {
  const key = { key: 'the same' };
  await owner.add(100n, { ...key, endsAt: SOON });
  await expect(owner.add(100n, { ...key, endsAt: null })).rejects.toThrow(CreditKeyReused);
  await expect(owner.add(100n, { ...key, endsAt: '2026-04-06T22:00:00Z' })).rejects.toThrow(CreditKeyReused);
});

test('E1 what a purchase grants ends as it did when it was granted first, however late it is asked for again', async () => {
  const purchase = { key: 'the same', purchaseId: newId(core.now()) };
  const first = await owner.buy(100n, { ...purchase, endsAt: SOON });
  expect(await owner.buy(100n, { ...purchase, endsAt: '2026-04-06T22:00:00Z' })).toMatchObject({
    lotId: first.lotId,
    replayed: true,
  });
});

test('E1 a hold with the same key must end at the same time', async () => {
  await owner.hold(100n, SOON, { key: 'the same' });
  await expect(owner.hold(100n, '2026-04-06T22:00:00Z', { key: 'the same' })).rejects.toThrow(CreditKeyReused);
});

test('E1 all that is left is not the part that the same key gave back or committed before', async () => {
  const { spends, holds } = ground;
  await owner.reverse(spends[0], { key: 'part', creditsMinor: 200n });
  await expect(owner.reverse(spends[0], { key: 'part' })).rejects.toThrow(CreditKeyReused);
  await owner.reverse(spends[0], { key: 'rest' });
  expect(await owner.reverse(spends[0], { key: 'rest' })).toMatchObject({ creditsMinor: 300n, replayed: true });
  await owner.commit(holds[0], { key: 'part of a hold', creditsMinor: 200n });
  await expect(owner.commit(holds[0], { key: 'part of a hold' })).rejects.toThrow(CreditKeyReused);
  await owner.commit(holds[1], { key: 'all of a hold' });
  expect(await owner.commit(holds[1], { key: 'all of a hold' })).toMatchObject({ creditsMinor: 500n, replayed: true });
});

test('E1 one key for two customers at the same instant is refused to one of them by name', async () => {
  for (let round = 0; round < 5; round++) {
    const asked = [owner, other].map((of) => of.add(100n, { key: `both:${round}` }));
    const results = await Promise.allSettled(asked);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => reason.constructor)).toEqual([CreditKeyReused]);
  }
});

test('E1 keys are those of an organization: another one may use the same', async () => {
  const elsewhere = await openLedger(core);
  const stranger = await elsewhere.owner();
  await stranger.buy(1_000n, { key: 'the same' });
  await owner.buy(2_000n, { key: 'the same' });
  expect((await stranger.balance()).balanceMinor).toBe(1_000n);
});

test.each(Object.keys(MOVES))('E1 %s that many ask for at once with the same key happens once', async (name) => {
  const asked = Array.from({ length: 6 }, () => MOVES[name]!(100n, { key: 'the same' }, 0));
  const answers = await Promise.all(asked);
  expect(new Set(answers.map((it) => it?.entryId)).size).toBe(1);
  expect(answers.filter((it) => it && !it.replayed).length).toBeLessThanOrEqual(1);
  expect((await owner.entries()).filter(({ type }) => type === 'freeze').length).toBeLessThanOrEqual(1);
});
