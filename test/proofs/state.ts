import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { type Balance, balanceAsOf, balanceOf, creditHistory } from '../../src/features/credits/credits.ts';
import type { Tx } from '../../src/platform/database/database.ts';
import { type Entry, type Lot, type Portion, sum } from './books.ts';
import type { Model } from './model.ts';
import type { Ground } from './moves.ts';

/** A row of the real ledger or of the model's, in the same words. */
type Row = Record<string, unknown>;

/** All that the ledger holds of an organization, and the lists to compare it with. */
export type LedgerState = { accounts: Row[]; lots: Row[]; entries: Row[]; portions: Row[] };

export async function readState(db: Tx): Promise<LedgerState> {
  const rows = async (query: string) => (await sql.raw<Row>(query).execute(db)).rows;
  const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
  return {
    accounts: await rows(`select customer_id as customer, version::int, balance_minor as balance,
      ${ms('frozen_at')} as "frozenAt", ${ms('moved_at')} as "movedAt" from credit_accounts`),
    lots: await rows(`select id, customer_id as customer, source, allocation_minor as allocation,
      remaining_minor as remaining, held_minor as held, cost_minor as cost, cost_left_minor as "costLeft",
      ${ms('expires_at')} as "expiresAt", ${ms('created_at')} as "createdAt", purchase_id as "purchaseId",
      replaces_lot_id as replaces from credit_lots`),
    entries:
      await rows(`select id, customer_id as customer, version::int, idempotency_key as key, type, from_account as "from",
      to_account as "to", credits_minor as credits, asked_minor as asked, change_minor as change,
      balance_before_minor as before, balance_after_minor as after, actor_user_id as actor, product, memo,
      purchase_id as "purchaseId", clears_entry_id as clears, ${ms('hold_until')} as "holdUntil", ${ms('created_at')} as at
      from credit_entries order by customer_id, version`),
    portions: await rows(`select entry_id as entry, lot_id as lot, change_minor as change, held_minor as held,
      cost_minor as cost, cleared_minor as cleared, cleared_cost_minor as "clearedCost" from credit_entry_lots`),
  };
}

/** What differs between the ledger and the model, in words; nothing when they are the same. */
export function differences(state: LedgerState, model: Model): string[] {
  const found: string[] = [];
  const compare = (what: string, real: Row[], modelled: Row[], keyOf: (row: Row) => string) => {
    const reals = new Map(real.map((row) => [keyOf(row), row]));
    for (const row of modelled) {
      const key = keyOf(row);
      if (!isDeepStrictEqual(reals.get(key), row))
        found.push(`${what}: ${shown(reals.get(key))} should be ${shown(row)}`);
      reals.delete(key);
    }
    for (const row of reals.values()) found.push(`${what} too many: ${shown(row)}`);
  };
  learnIds(state, model);
  const accounts = [...model.accounts].filter(([, { version }]) => version > 0);
  const moved = state.accounts.filter(({ version }) => (version as number) > 0);
  compare(
    'account',
    moved,
    accounts.map(([customer, it]) => ({ customer, ...it })),
    (row) => String(row.customer),
  );
  compare('lot', state.lots, model.lots.map(lotRow), (row) => String(row.id));
  compare('entry', state.entries, model.entries.map(entryRow), (row) => String(row.key));
  const portions = model.entries.flatMap((entry) => entry.portions.map((portion) => portionRow(entry, portion)));
  compare('portion', state.portions, portions, (row) => `${row.entry} ${row.lot}`);
  return found;
}

/** What the ledger wrote by itself is known by its key. */
function learnIds(state: LedgerState, model: Model): void {
  for (const row of state.entries) {
    const entry = model.byKey.get(String(row.key));
    if (entry?.id === '') entry.id = String(row.id);
  }
}

function lotRow({ replaces, ...lot }: Lot): Row {
  return { ...lot, replaces: replaces?.id ?? null };
}

function entryRow({ portions: _, clears, ...entry }: Entry): Row {
  return { ...entry, clears: clears?.id ?? null };
}

function portionRow({ id }: Entry, { lot, ...portion }: Portion): Row {
  return { entry: id, lot: lot.id, ...portion };
}

/** What the face shows of each customer, now and of the moment before, held against the model. */
export class Views {
  #before: { customer: string; version: number; at: number; view: Row }[] = [];

  async differences(ground: Ground, model: Model): Promise<string[]> {
    const found: string[] = [];
    const compare = (what: string, real: unknown, modelled: unknown) => {
      if (!isDeepStrictEqual(real, modelled)) found.push(`${what}: ${shown(real)} should be ${shown(modelled)}`);
    };
    await ground.database.read(ground.organizationId, async (db) => {
      for (const { customer, version, at, view } of this.#before.splice(0)) {
        const later = model.entries.some((it) => it.customer === customer && it.version > version && it.at === at);
        if (later) continue;
        compare(`balance of ${customer} at ${at}`, plain(await balanceAsOf(db, customer, new Date(at))), view);
      }
      for (const customer of ground.customers) {
        const { movedAt: at, version } = model.accounts.get(customer)!;
        if (at === null) continue;
        const view = viewOf(model, customer, at);
        compare(`balance of ${customer}`, plain(await balanceOf(db, customer, new Date(at))), view);
        const { entries } = await creditHistory(db, customer, { limit: 30 });
        const changes = model.entries.filter((it) => it.customer === customer && it.change !== 0n);
        compare(
          `history of ${customer}`,
          entries.map(({ id }) => id),
          changes
            .slice(-30)
            .reverse()
            .map(({ id }) => id),
        );
        this.#before.push({ customer, version, at, view });
      }
    });
    return found;
  }
}

/** What somebody who looks at a customer's credits is to see. */
export function viewOf(model: Model, customer: string, at: number): Row {
  const lots = model.usable(customer, at).map((lot) => {
    const free = model.free(lot, at);
    return { id: lot.id, remaining: lot.remaining, held: lot.remaining - free };
  });
  const { balance, frozenAt } = model.accounts.get(customer)!;
  const held = sum(lots.map((lot) => lot.held));
  const spendable = sum(lots.map((lot) => lot.remaining)) - held;
  return { balance, spendable, held, frozen: frozenAt !== null, lots };
}

/** What somebody sees, in the same words. */
export function plain({ balanceMinor, spendableMinor, heldMinor, frozen, lots }: Balance): Row {
  const shownLots = lots.map((lot) => ({ id: lot.id, remaining: lot.remainingMinor, held: lot.heldMinor }));
  return { balance: balanceMinor, spendable: spendableMinor, held: heldMinor, frozen, lots: shownLots };
}

/** For people to read, with whole credits as plain numbers. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, it) => (typeof it === 'bigint' ? `${it}n` : it));
  return text?.replaceAll(/"(-?\d+)n"/g, '$1') ?? 'nothing';
}
