import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Owner, openLedger, type TestLedger } from '../../../test/support/ledger.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { addCredits, expireCredits, expireHolds, spendCredits } from './credits.ts';
import { draw } from './moving.ts';
import { renewPlanCredits } from './plan-credits.ts';

const SOON = '2026-04-05T22:00:00Z';

let core: TestCore;
let ledger: TestLedger;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  ledger = await openLedger(core);
});
afterEach(async () => {
  expect(await ledger.faults()).toEqual([]);
});
afterAll(() => core.close());

const spend = (tx: Tx, { id: customerId }: Owner, creditsMinor: bigint) => {
  const { organizationId } = ledger.space;
  const it = { organizationId, customerId, creditsMinor, key: newId(core.now()), actorUserId: null };
  return spendCredits(tx, { ...it, now: core.now() });
};

/** A cycle of each one's plan begins, with 1.00 credits. */
const renew = (tx: Tx, owners: Owner[]) => {
  const at = { now: core.now(), expiresAt: new Date(SOON) };
  const cycle = (customerId: string) => ({ ...at, customerId, key: newId(core.now()), creditsMinor: 100n });
  return renewPlanCredits(
    tx,
    ledger.space.organizationId,
    owners.map(({ id }) => ({ ...cycle(id), endingLotId: null })),
  );
};

/** Does `first`, and keeps its transaction open until `then` was begun and waits for locks or has ended. */
async function crossing<T>(
  first: (tx: Tx) => Promise<unknown>,
  then: () => Promise<T>,
  { last, waiting = 1 }: { last?: (tx: Tx) => Promise<unknown>; waiting?: number } = {},
): Promise<T> {
  let begun: Promise<T> | undefined;
  await ledger.write(async (tx) => {
    await first(tx);
    let ended = false;
    begun = then().finally(() => {
      ended = true;
    });
    begun.catch(() => {});
    for (let waits = false, looks = 0; !waits && !ended && looks < 2_000; looks++) {
      const { rows } = await core.db.asOwner(
        ledger.space.organizationId,
        `select count(*)::int as n from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`,
      );
      waits = rows[0].n >= waiting;
    }
    await last?.(tx);
  });
  return await begun!;
}

describe('E10 a move waits for the one before it on the same account, and goes on from there', () => {
  const MOVES: Record<string, (owner: Owner, it: Awaited<ReturnType<typeof prepared>>) => Promise<unknown>> = {
    'a purchase': (owner) => owner.buy(10n),
    'a spend': (owner) => owner.spend(10n),
    'a hold': (owner) => owner.hold(10n, SOON),
    'a deduction': (owner) => owner.deduct(10n),
    'a hold that is committed': (owner, { hold }) => owner.commit(hold),
    'a hold that is released': (owner, { hold }) => owner.release(hold),
    'a spend that is reversed': (owner, { spent }) => owner.reverse(spent),
    'a purchase that is taken back': (owner, { bought }) => owner.takeBack(bought, 100n),
    'being frozen': (owner) => owner.freeze(),
    'what is written off': () => ledger.expire(),
  };

  async function prepared(owner: Owner) {
    const bought = await owner.buy(1_000n);
    await owner.plan(50n, ledger.later(1));
    const spent = await owner.spend(100n);
    const hold = await owner.hold(100n, SOON);
    await owner.plan(50n, ledger.later(1));
    await owner.hold(10n, ledger.later(1));
    core.clock.advance(60_000);
    return { bought, spent, hold };
  }

  test.each(Object.keys(MOVES))('E10 %s', async (name) => {
    const owner = await ledger.owner();
    const it = await prepared(owner);
    await crossing(
      (tx) => spend(tx, owner, 5n),
      () => MOVES[name]!(owner, it),
    );
    const entries = await owner.entries();
    expect(entries.map((entry) => entry.version)).toEqual(entries.map((_, nth) => BigInt(nth + 1)));
  });

  test('E10 and is refused when that left too little', async () => {
    const owner = await ledger.owner();
    await owner.buy(1_000n);
    const crossed = crossing(
      (tx) => spend(tx, owner, 600n),
      () => owner.spend(500n),
    );
    await expect(crossed).rejects.toThrow('insufficient-credits');
  });

  test('E10 the first entries of an account too', async () => {
    const owner = await ledger.owner();
    const { organizationId } = ledger.space;
    const it = { organizationId, customerId: owner.id, key: 'first', actorUserId: null, now: core.now() };
    await crossing(
      (tx) => addCredits(tx, { ...it, creditsMinor: 1n, expiresAt: null, memo: 'First' }),
      () => Promise.all([owner.add(1n), owner.add(1n), owner.add(1n)]),
      { waiting: 3 },
    );
    expect((await owner.balance()).balanceMinor).toBe(4n);
  });

  test('E10 the first cycles of a plan too, of which each brings its credits', async () => {
    const owner = await ledger.owner();
    await crossing(
      (tx) => renew(tx, [owner]),
      () => ledger.write((tx) => renew(tx, [owner])),
    );
    expect((await owner.balance()).balanceMinor).toBe(200n);
  });
});

describe('E10 whoever needs several accounts takes them in one order, so that nobody waits in a circle', () => {
  /** Their accounts stand in the table against the order of their ids, and no index puts them right. */
  async function several(): Promise<[first: Owner, ...others: Owner[]]> {
    const owners: Owner[] = [];
    for (let nth = 0; nth < 6; nth++) {
      owners.unshift(await ledger.owner());
      core.clock.advance(1);
    }
    for (const owner of owners) {
      await owner.plan(100n, SOON);
      await owner.hold(10n, ledger.later(1));
    }
    return owners.reverse() as [Owner, ...Owner[]];
  }
  const asTheyStand = async (tx: Tx) => {
    // With every way to read switched off the cheapest is taken: the whole table, whose rows come in its own order.
    await sql`select set_config(name, case vartype when 'bool' then 'off' else '1000' end, true) from pg_settings
      where name in ('enable_indexscan', 'enable_indexonlyscan', 'random_page_cost')`.execute(tx);
    // Plans that this connection has made before would stay.
    await sql`discard plans`.execute(tx);
  };

  /** Somebody has the first account, then needs all the others, while `work` is about to need all of them. */
  async function crossingAll(work: (tx: Tx, owners: Owner[]) => Promise<unknown>): Promise<void> {
    const [first, ...others] = await several();
    await crossing(
      (tx) => spend(tx, first, 1n),
      () =>
        ledger.write(async (tx) => {
          await asTheyStand(tx);
          await work(tx, [first, ...others]);
        }),
      {
        async last(tx) {
          for (const other of others) await spend(tx, other, 1n);
        },
      },
    );
  }

  test('E10 spends that share a commit', async () => {
    const { organizationId } = ledger.space;
    await crossingAll((tx, owners) =>
      draw(
        tx,
        organizationId,
        owners.toReversed().map(({ id: customerId }) => ({
          ...{ organizationId, customerId, key: newId(core.now()), type: 'spend', creditsMinor: 1n },
          ...{ actorUserId: null, now: core.now() },
        })),
      ),
    );
  });

  test('E10 plans that are renewed', async () => {
    await crossingAll((tx, owners) => renew(tx, owners.toReversed()));
  });

  test('E10 lots that are written off', async () => {
    await crossingAll((tx) => expireCredits(tx, { organizationId: ledger.space.organizationId, now: new Date(SOON) }));
  });

  test('E10 holds that have timed out', async () => {
    await crossingAll((tx) => expireHolds(tx, { organizationId: ledger.space.organizationId, now: new Date(SOON) }));
  });
});
