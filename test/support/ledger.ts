import {
  addCredits,
  type Balance,
  balanceOf,
  commitHold,
  deductCredits,
  expireCredits,
  expireHolds,
  freezeCredits,
  giveBackCredits,
  grantPlanCredits,
  grantPurchasedCredits,
  holdCredits,
  type Move,
  type Moved,
  releaseHold,
  reverseSpend,
  spendCredits,
  takeBackCredits,
  thawCredits,
} from '../../src/features/credits/credits.ts';
import { checkLedger, type LedgerFault } from '../../src/features/credits/verify.ts';
import { sealCredits } from '../../src/features/credits/writing-off.ts';
import { createCompany } from '../../src/features/people/people.ts';
import type { Tx } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids.ts';
import type { TestCore } from './core.ts';
import { type Space, someSpace } from './people.ts';

/** An entry as it was written; each portion is `lot, change, held, cost`. */
export type WrittenEntry = {
  id: string;
  version: bigint;
  type: string;
  from: string;
  to: string;
  credits: bigint;
  asked: bigint | null;
  change: bigint;
  after: bigint;
  at: Date;
  actor: string | null;
  product: string;
  memo: string;
  portions: [lotId: string, change: bigint, held: bigint, cost: bigint][];
};

/** A lot as it stands, expired and used-up ones too. */
export type StandingLot = {
  id: string;
  source: string;
  allocation: bigint;
  remaining: bigint;
  held: bigint;
  cost: bigint;
  costLeft: bigint;
  endsAt: Date | null;
  replaces: string | null;
};

type Changes = Partial<Move>;
type Granting = Changes & { cost?: bigint; endsAt?: Date | string | null };
type Returning = Changes & { creditsMinor?: bigint };
type Granted = Moved & { lotId: string };
type Naming = { entryId: string } | string;

/** Somebody who owns credits: each move is made through the face, in a transaction of its own, at the time of the clock. */
export type Owner = {
  id: string;
  buy(creditsMinor: bigint, it?: Granting & { purchaseId?: string }): Promise<Granted & { purchaseId: string }>;
  plan(creditsMinor: bigint, endsAt: Date | string, it?: Granting): Promise<Granted>;
  add(creditsMinor: bigint, it?: Granting): Promise<Granted>;
  deduct(creditsMinor: bigint, it?: Changes): Promise<Moved>;
  spend(creditsMinor: bigint, it?: Changes): Promise<Moved>;
  hold(creditsMinor: bigint, until: Date | string, it?: Changes): Promise<Moved>;
  commit(hold: Naming, it?: Returning): Promise<Moved>;
  release(hold: Naming, it?: Changes): Promise<Moved>;
  reverse(spend: Naming, it?: Returning): Promise<Moved>;
  takeBack(purchase: { purchaseId: string } | string, creditsMinor: bigint, it?: Changes): Promise<Moved>;
  giveBack(takeBack: Naming, it?: Returning): Promise<Moved>;
  freeze(it?: Changes): Promise<void>;
  thaw(it?: Changes): Promise<void>;
  balance(at?: Date): Promise<Balance>;
  lots(): Promise<StandingLot[]>;
  entries(): Promise<WrittenEntry[]>;
};

/** The ledger of an organization of its own, to move credits in. */
export type TestLedger = {
  space: Space;
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  owner(): Promise<Owner>;
  /** So many minutes after what the clock says. */
  later(minutes: number): Date;
  /** Writes off what has expired by the clock, holds and lots; answers how many. */
  expire(): Promise<{ holds: number; lots: number }>;
  seal(): Promise<number>;
  /** What the check of the whole ledger finds; and everything in it as text, to see that nothing was written. */
  faults(): Promise<LedgerFault[]>;
  everything(): Promise<string>;
};

/** Makes an organization whose ledger is empty, on the tenth of March 2026 at 10 in the morning in Berlin. */
export async function openLedger(core: TestCore): Promise<TestLedger> {
  core.clock.set('2026-03-10T09:00:00Z');
  const space = await someSpace(core, { domain: `${newId(core.now())}.example` });
  const { organizationId, location } = space;
  const write: TestLedger['write'] = (work) => core.database.write(organizationId, work);
  let made = 0;
  return {
    space,
    write,
    async owner() {
      const it = { organizationId, locationId: location.id, name: `Company ${++made}`, now: core.now() };
      return ownerOf(core, space, (await write((tx) => createCompany(tx, it))).customerId);
    },
    later: (minutes) => new Date(core.now().getTime() + minutes * 60_000),
    async expire() {
      const it = { organizationId, now: core.now() };
      return { holds: await write((tx) => expireHolds(tx, it)), lots: await write((tx) => expireCredits(tx, it)) };
    },
    seal: () => write((tx) => sealCredits(tx, { organizationId, now: core.now() })),
    faults: async () => (await core.database.read(organizationId, (db) => checkLedger(db))).faults,
    async everything() {
      const { rows } = await core.db.asOwner(organizationId, EVERYTHING);
      return rows[0].everything;
    },
  };
}

const EVERYTHING = `select jsonb_build_array(
  (select jsonb_agg(a order by a.customer_id) from credit_accounts a), (select jsonb_agg(l order by l.id) from credit_lots l),
  (select jsonb_agg(e order by e.id) from credit_entries e),
  (select jsonb_agg(m order by m.entry_id, m.lot_id) from credit_entry_lots m))::text as everything`;

function ownerOf(core: TestCore, space: Space, customerId: string): Owner {
  return {
    id: customerId,
    ...grantsOf(core, space, customerId),
    ...drawsOf(core, space, customerId),
    ...returnsOf(core, space, customerId),
    ...looksOf(core, space, customerId),
  };
}

let keys = 0;

function moveOf(core: TestCore, space: Space, customerId: string): Move {
  return {
    organizationId: space.organizationId,
    customerId,
    key: `test:${++keys}`,
    actorUserId: space.administratorId,
    product: 'Room',
    memo: 'Because',
    now: core.now(),
  };
}

const dateOf = (at: Date | string) => (typeof at === 'string' ? new Date(at) : at);
const idOf = (it: Naming) => (typeof it === 'string' ? it : it.entryId);

function grantsOf(core: TestCore, space: Space, customerId: string): Pick<Owner, 'buy' | 'plan' | 'add'> {
  const grant = async (
    work: (tx: Tx, it: Move & { costMinor: bigint }) => Promise<Moved & { lotId: string }>,
    { cost = 0n, endsAt: _, ...changes }: Granting,
  ) => {
    const it = { ...moveOf(core, space, customerId), ...changes, costMinor: cost };
    return await core.database.write(space.organizationId, (tx) => work(tx, it));
  };
  const end = ({ endsAt = null }: Granting) => (endsAt === null ? null : dateOf(endsAt));
  return {
    async buy(creditsMinor, { purchaseId = newId(core.now()), ...it } = {}) {
      const bought = await grant(
        (tx, move) => grantPurchasedCredits(tx, { ...move, creditsMinor, expiresAt: end(it), purchaseId }),
        it,
      );
      return { ...bought, purchaseId };
    },
    plan: (creditsMinor, endsAt, it = {}) =>
      grant((tx, move) => grantPlanCredits(tx, { ...move, creditsMinor, expiresAt: dateOf(endsAt) }), it),
    add: (creditsMinor, it = {}) =>
      grant((tx, move) => addCredits(tx, { memo: '', ...move, creditsMinor, expiresAt: end(it) }), it),
  };
}

function drawsOf(
  core: TestCore,
  space: Space,
  customerId: string,
): Pick<Owner, 'deduct' | 'spend' | 'hold' | 'takeBack' | 'freeze' | 'thaw'> {
  const move = (changes: Changes) => ({ ...moveOf(core, space, customerId), ...changes });
  const write = <T>(work: (tx: Tx) => Promise<T>) => core.database.write(space.organizationId, work);
  return {
    deduct: (creditsMinor, it = {}) => write((tx) => deductCredits(tx, { memo: '', ...move(it), creditsMinor })),
    spend: (creditsMinor, it = {}) => write((tx) => spendCredits(tx, { ...move(it), creditsMinor })),
    hold: (creditsMinor, until, it = {}) =>
      write((tx) => holdCredits(tx, { ...move(it), creditsMinor, holdUntil: dateOf(until) })),
    takeBack: (of, creditsMinor, it = {}) => {
      const purchaseId = typeof of === 'string' ? of : of.purchaseId;
      return write((tx) => takeBackCredits(tx, { ...move(it), purchaseId, creditsMinor }));
    },
    freeze: (it = {}) => write((tx) => freezeCredits(tx, move(it))),
    thaw: (it = {}) => write((tx) => thawCredits(tx, move(it))),
  };
}

function returnsOf(
  core: TestCore,
  space: Space,
  customerId: string,
): Pick<Owner, 'commit' | 'release' | 'reverse' | 'giveBack'> {
  const move = (changes: Changes) => ({ ...moveOf(core, space, customerId), ...changes });
  const write = <T>(work: (tx: Tx) => Promise<T>) => core.database.write(space.organizationId, work);
  const { timeZone } = space.location;
  return {
    commit: (hold, it = {}) => write((tx) => commitHold(tx, { ...move(it), holdId: idOf(hold) })),
    release: (hold, it = {}) => write((tx) => releaseHold(tx, { ...move(it), holdId: idOf(hold) })),
    reverse: (of, it = {}) => write((tx) => reverseSpend(tx, { ...move(it), entryId: idOf(of), timeZone })),
    giveBack: (of, it = {}) => write((tx) => giveBackCredits(tx, { ...move(it), entryId: idOf(of), timeZone })),
  };
}

const LOTS = `select id, source, allocation_minor, remaining_minor, held_minor, cost_minor, cost_left_minor, expires_at,
  replaces_lot_id from credit_lots where customer_id = $1 order by created_at, id`;
const ENTRIES = `select e.*, (select coalesce(json_agg(json_build_array(m.lot_id, m.change_minor::text, m.held_minor::text,
    m.cost_minor::text) order by spending_order(l)), '[]') from credit_entry_lots m join credit_lots l on l.id = m.lot_id
  where m.entry_id = e.id) as portions from credit_entries e where e.customer_id = $1 order by e.version`;

function looksOf(core: TestCore, space: Space, customerId: string): Pick<Owner, 'balance' | 'lots' | 'entries'> {
  const rows = async (text: string) => (await core.db.asOwner(space.organizationId, text, [customerId])).rows;
  return {
    balance: (at = core.now()) => core.database.read(space.organizationId, (db) => balanceOf(db, customerId, at)),
    async lots() {
      return (await rows(LOTS)).map((row) => ({
        id: row.id,
        source: row.source,
        allocation: BigInt(row.allocation_minor),
        remaining: BigInt(row.remaining_minor),
        held: BigInt(row.held_minor),
        cost: BigInt(row.cost_minor),
        costLeft: BigInt(row.cost_left_minor),
        endsAt: row.expires_at,
        replaces: row.replaces_lot_id,
      }));
    },
    async entries() {
      return (await rows(ENTRIES)).map((row) => ({
        id: row.id,
        version: BigInt(row.version),
        type: row.type,
        from: row.from_account,
        to: row.to_account,
        credits: BigInt(row.credits_minor),
        asked: row.asked_minor === null ? null : BigInt(row.asked_minor),
        change: BigInt(row.change_minor),
        after: BigInt(row.balance_after_minor),
        at: row.created_at,
        actor: row.actor_user_id,
        product: row.product,
        memo: row.memo,
        portions: row.portions.map(([lotId, ...amounts]: string[]) => [lotId, ...amounts.map(BigInt)]),
      }));
    },
  };
}
