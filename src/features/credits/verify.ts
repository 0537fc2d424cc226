import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { type LedgerEntry, ledgerEntries } from './ledger-rows.ts';
import { clearedKey, type EntryFault, newReplay, type Replay, replayEntry } from './replay.ts';
import { brokenSeal, type SealedVersions, sealedVersions } from './seals.ts';

/** What is wrong, and with which row. `version` and `entryId` name an entry, `lotId` a lot, `seal` a seal by its number. */
export type LedgerFault = {
  what:
    | EntryFault
    | 'account-differs'
    | 'lot-differs'
    | 'lot-without-entry'
    | 'returned-differs'
    | 'entry-changed'
    | 'sealed-entry-missing'
    | 'seal-broken';
  customerId?: string;
  version?: bigint;
  entryId?: string;
  lotId?: string;
  seal?: bigint;
};

/** What a check went through. `head` is the hash of the last seal; `complete` is false when time ran out before the end. */
export type LedgerCheck = {
  customers: number;
  entries: number;
  sealedEntries: number;
  seals: bigint;
  head: string | undefined;
  faults: LedgerFault[];
  complete: boolean;
};

const CHUNK = 100;

/**
 * Recomputes an organization's ledger from its entries by the rules alone and compares every balance, lot and entry, and
 * every sealed row with its seal. Names at most one fault a customer: what follows a wrong row proves nothing. To be run
 * in a transaction that sees one moment (`database.read`). `customerIds` checks only those; `mayGoOn` is asked between.
 */
export async function checkLedger(
  db: Tx,
  it: { customerIds?: readonly string[]; mayGoOn?: () => boolean } = {},
): Promise<LedgerCheck> {
  const check: LedgerCheck = {
    customers: 0,
    entries: 0,
    sealedEntries: 0,
    seals: 0n,
    head: undefined,
    faults: [],
    complete: true,
  };
  const { seals, head, broken } = await brokenSeal(db);
  Object.assign(check, { seals, head });
  if (broken !== undefined) check.faults.push({ what: 'seal-broken', seal: broken });
  for (let after = ''; ; ) {
    const customers = await nextCustomers(db, after, it.customerIds);
    if (customers.length === 0) return check;
    if (it.mayGoOn && !it.mayGoOn()) return { ...check, complete: false };
    await checkCustomers(db, customers, check);
    after = customers.at(-1)!;
  }
}

async function nextCustomers(db: Tx, after: string, among: readonly string[] | undefined): Promise<string[]> {
  let query = db.selectFrom('credit_accounts').select('customer_id').orderBy('customer_id').limit(CHUNK);
  if (after !== '') query = query.where('customer_id', '>', after);
  if (among) query = query.where(sql<boolean>`customer_id = any(${among}::uuid[])`);
  return (await query.execute()).map((row) => row.customer_id);
}

async function checkCustomers(db: Tx, customerIds: string[], check: LedgerCheck): Promise<void> {
  const accounts = await db.selectFrom('credit_accounts').selectAll().where('customer_id', 'in', customerIds).execute();
  const lots = await db.selectFrom('credit_lots').selectAll().where('customer_id', 'in', customerIds).execute();
  const sealed = await sealedVersions(db, customerIds);
  const entries = ledgerEntries(db, customerIds);
  let next = await entries.next();
  for (const customerId of customerIds) {
    const walk = newWalk(sealed.get(customerId));
    for (; !next.done && next.value.customerId === customerId; next = await entries.next()) {
      check.entries++;
      if (!walk.fault) walk.fault = step(walk, next.value);
    }
    check.customers++;
    check.sealedEntries += Number(walk.sealed?.to ?? 0n);
    const found =
      walk.fault ??
      accountFault(walk, accounts.find((row) => row.customer_id === customerId)!) ??
      lotFault(
        walk.replay,
        lots.filter((row) => row.customer_id === customerId),
      );
    if (found) check.faults.push({ customerId, ...found });
  }
}

type Walk = {
  replay: Replay;
  sealed: SealedVersions | undefined;
  /** What rows say came back of them, to be compared with what did at the end. */
  said: Map<string, { creditsMinor: bigint; costMinor: bigint; entryId: string; lotId: string; version: bigint }>;
  fault: LedgerFault | undefined;
};

function newWalk(sealed: SealedVersions | undefined): Walk {
  return { replay: newReplay(), sealed, said: new Map(), fault: undefined };
}

function step(walk: Walk, entry: LedgerEntry): LedgerFault | undefined {
  const at = { version: entry.version, entryId: entry.id };
  const digest = walk.sealed?.digestOf(entry.version);
  if (digest !== undefined && digest !== entry.digest) return { what: 'entry-changed', ...at };
  for (const it of entry.cleared) walk.said.set(clearedKey(entry.id, it.lotId), { ...it, ...at });
  const what = replayEntry(walk.replay, entry);
  return what && { what, ...at };
}

type AccountRow = { version: bigint; balance_minor: bigint; frozen_at: Date | null; moved_at: Date | null };

function accountFault({ replay, sealed, said }: Walk, row: AccountRow): LedgerFault | undefined {
  if (sealed && sealed.to > replay.version) return { what: 'sealed-entry-missing', version: replay.version + 1n };
  for (const [key, it] of said) {
    const came = replay.cleared.get(key);
    if (came?.creditsMinor !== it.creditsMinor || came.costMinor !== it.costMinor)
      return { what: 'returned-differs', entryId: it.entryId, lotId: it.lotId, version: it.version };
  }
  for (const [key, { creditsMinor }] of replay.cleared) {
    const [entryId, lotId] = key.split(' ');
    if (creditsMinor !== 0n && !said.has(key)) return { what: 'returned-differs', entryId: entryId!, lotId: lotId! };
  }
  const same =
    row.version === replay.version &&
    row.balance_minor === replay.balanceMinor &&
    row.frozen_at?.getTime() === replay.frozenAt?.getTime() &&
    row.moved_at?.getTime() === replay.movedAt?.getTime();
  return same ? undefined : { what: 'account-differs', version: row.version };
}

type LotRow = { id: string; remaining_minor: bigint; held_minor: bigint; cost_left_minor: bigint };

function lotFault(replay: Replay, rows: LotRow[]): LedgerFault | undefined {
  let sum = 0n;
  for (const row of rows) {
    const lot = replay.lots.get(row.id);
    if (!lot) return { what: 'lot-without-entry', lotId: row.id };
    const same =
      row.remaining_minor === lot.remainingMinor &&
      row.held_minor === lot.heldMinor &&
      row.cost_left_minor === lot.costLeftMinor;
    if (!same) return { what: 'lot-differs', lotId: row.id };
    sum += row.remaining_minor;
  }
  return sum === replay.balanceMinor ? undefined : { what: 'account-differs', version: replay.version };
}
