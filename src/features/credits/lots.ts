import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import type { Lot } from './queries.ts';

/** A lot with where it came from and what became of it. */
export type LotStory = Lot & {
  /** Whether something of it can be used still, now or once it is not set aside any more. */
  isOpen: boolean;
  /** The money that was paid for what is left of it. */
  costLeftMinor: bigint;
  costMinor: bigint;
  /** The expired lot whose credits came back as this one. */
  replacesLotId: string | null;
  origin: { type: string; product: string; memo: string; actorName: string | null; purchaseId: string | null };
  /** What changed it since, the latest first; `usesGoOn` when older ones are left out. */
  uses: LotUse[];
  usesGoOn: boolean;
};

/** One change of a lot; `leftAfterMinor` is what was left of the lot after it. */
export type LotUse = {
  entryId: string;
  version: bigint;
  type: string;
  product: string;
  memo: string;
  changeMinor: bigint;
  leftAfterMinor: bigint;
  at: Date;
};

/** Where a page of lots begins: after an open one in the order of spending, or at those that came before a closed one. */
export type LotsPlace = { after: string } | { before: string };

type LotsPage = { open: LotStory[]; closed: LotStory[]; next: LotsPlace | undefined };

/**
 * A customer's lots: the open ones in the order of spending, then those that are used up or expired, newest first. At most
 * `limit` of them, each with its latest uses, in a fixed number of queries. The place of a lot never changes while it is
 * open, so that going on after it leaves nothing out.
 */
export async function lotsOf(
  db: Tx,
  customerId: string,
  it: { now: Date; place?: LotsPlace; limit: number; uses: number },
): Promise<LotsPage> {
  const { now, place, limit } = it;
  const open = place && 'before' in place ? [] : await openLots(db, customerId, now, limit + 1, place?.after);
  const room = Math.max(0, limit + 1 - open.length);
  const closed =
    room === 0 ? [] : await closedLots(db, customerId, now, room, place && 'before' in place && place.before);
  const shown = [...open, ...closed].slice(0, limit);
  const uses = await usesOf(db, shown, it.uses);
  const told = shown.map((row) => toStory(row, uses.get(row.id) ?? [], it.uses));
  const last = told.at(-1);
  const more = open.length + closed.length > limit && last;
  return {
    open: told.filter((lot) => lot.isOpen),
    closed: told.filter((lot) => !lot.isOpen),
    next: more ? (more.isOpen ? { after: more.id } : { before: more.id }) : undefined,
  };
}

/** One lot of a customer, with a page of its uses before the version `before`; `undefined` when there is none. */
export async function lotStory(
  db: Tx,
  customerId: string,
  lotId: string | undefined,
  it: { now: Date; before?: bigint; limit: number },
): Promise<{ lot: LotStory; next: bigint | undefined } | undefined> {
  if (!isId(lotId)) return undefined;
  const [row] = await lots(db, it.now, sql`l.customer_id = ${customerId} and l.id = ${lotId}`, sql`l.id`, 1);
  if (!row) return undefined;
  const uses = (await usesOf(db, [row], it.limit, it.before)).get(row.id) ?? [];
  const lot = toStory(row, uses, it.limit);
  return { lot, next: lot.usesGoOn ? lot.uses.at(-1)!.version : undefined };
}

/** Whether a customer has this lot. */
export async function hasLot(db: Tx, customerId: string, lotId: string): Promise<boolean> {
  if (!isId(lotId)) return false;
  const row = await db
    .selectFrom('credit_lots')
    .select('id')
    .where('id', '=', lotId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return row !== undefined;
}

function openLots(db: Tx, customerId: string, now: Date, limit: number, after: string | undefined): Promise<Row[]> {
  const from = after
    ? sql`and spending_order(l) > (select spending_order(c) from credit_lots c where c.id = ${after})`
    : sql``;
  const which = sql`l.customer_id = ${customerId} and l.is_open and (l.expires_at is null or l.expires_at > ${now}) ${from}`;
  return lots(db, now, which, sql`spending_order(l)`, limit);
}

function closedLots(db: Tx, customerId: string, now: Date, limit: number, before: string | false | undefined) {
  const from = before
    ? sql`and (l.created_at, l.id) < (select c.created_at, c.id from credit_lots c where c.id = ${before})`
    : sql``;
  const which = sql`l.customer_id = ${customerId} and (not l.is_open or l.expires_at <= ${now}) ${from}`;
  return lots(db, now, which, sql`l.created_at desc, l.id desc`, limit);
}

/** Some lots, each with its first entry, which says where it came from. */
async function lots(db: Tx, now: Date, which: RawBuilder<unknown>, order: RawBuilder<unknown>, limit: number) {
  const { rows } = await sql<Row>`
    select l.*, o.id as origin_id, o.type, o.product, o.memo, o.purchase_id, u.name as actor_name
      from (
        select l.organization_id, l.id, l.source, l.allocation_minor, l.remaining_minor, l.expires_at, l.created_at,
            l.cost_minor, l.cost_left_minor, l.replaces_lot_id,
            l.is_open and (l.expires_at is null or l.expires_at > ${now}) as is_open,
            case when l.held_minor = 0 then 0 else (
              select coalesce(sum(m.held_minor - m.cleared_minor), 0)::bigint
                from credit_entry_lots m
                join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
                where m.organization_id = l.organization_id and m.lot_id = l.id and m.held_minor > m.cleared_minor
                  and e.hold_until > ${now}) end as held_minor,
            row_number() over (order by ${order}) as place
          from credit_lots l where ${which} order by ${order} limit ${limit}
      ) l
      cross join lateral (
        select e.organization_id, e.id, e.type, e.product, e.memo, e.purchase_id, e.actor_user_id
          from credit_entry_lots m
          join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
          where m.organization_id = l.organization_id and m.lot_id = l.id and m.change_minor = l.allocation_minor
          order by e.version limit 1
      ) o
      left join users u on u.organization_id = o.organization_id and u.id = o.actor_user_id
      order by l.place`.execute(db);
  return rows;
}

/** The latest uses of some lots, one more than `limit` of each; the entry that made a lot is none. */
async function usesOf(db: Tx, lots: Row[], limit: number, before?: bigint): Promise<Map<string, LotUse[]>> {
  if (lots.length === 0) return new Map();
  const [ids, origins] = [lots.map((lot) => lot.id), lots.map((lot) => lot.origin_id)];
  const until = before === undefined ? sql`` : sql`and e.version < ${before}`;
  const of = sql`credit_entry_lots m
    join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
    where m.organization_id = l.organization_id and m.lot_id = l.id and m.change_minor <> 0 ${until}`;
  const left = before === undefined ? sql`l.remaining_minor` : sql`(select sum(m.change_minor)::bigint from ${of})`;
  const { rows } = await sql<UseRow>`
    select l.id as lot_id, ${left} as left_first, u.*
      from unnest(${ids}::uuid[], ${origins}::uuid[]) w (id, origin_id)
      join credit_lots l on l.id = w.id
      cross join lateral (
        select e.id, e.version, e.type, e.product, e.memo, e.created_at, m.change_minor
          from ${of} and e.id <> w.origin_id order by e.version desc limit ${limit + 1}
      ) u
      order by l.id, u.version desc`.execute(db);
  const found = new Map<string, LotUse[]>();
  for (const row of rows) {
    const uses = found.get(row.lot_id) ?? [];
    const newer = uses.at(-1);
    // What was left after a use is what the next one began with.
    const leftAfterMinor = newer ? newer.leftAfterMinor - newer.changeMinor : row.left_first;
    found.set(row.lot_id, [...uses, toUse(row, leftAfterMinor)]);
  }
  return found;
}

type Row = {
  id: string;
  source: Lot['source'];
  allocation_minor: bigint;
  remaining_minor: bigint;
  held_minor: bigint;
  expires_at: Date | null;
  created_at: Date;
  is_open: boolean;
  cost_minor: bigint;
  cost_left_minor: bigint;
  replaces_lot_id: string | null;
  origin_id: string;
  type: string;
  product: string;
  memo: string;
  purchase_id: string | null;
  actor_name: string | null;
};

type UseRow = {
  lot_id: string;
  id: string;
  version: bigint;
  type: string;
  product: string;
  memo: string;
  created_at: Date;
  change_minor: bigint;
  left_first: bigint;
};

function toStory(row: Row, uses: LotUse[], limit: number): LotStory {
  return {
    id: row.id,
    source: row.source,
    allocationMinor: row.allocation_minor,
    remainingMinor: row.remaining_minor,
    heldMinor: row.held_minor,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    isOpen: row.is_open,
    costMinor: row.cost_minor,
    costLeftMinor: row.cost_left_minor,
    replacesLotId: row.replaces_lot_id,
    origin: {
      type: row.type,
      product: row.product,
      memo: row.memo,
      actorName: row.actor_name,
      purchaseId: row.purchase_id,
    },
    uses: uses.slice(0, limit),
    usesGoOn: uses.length > limit,
  };
}

function toUse(row: UseRow, leftAfterMinor: bigint): LotUse {
  return {
    entryId: row.id,
    version: row.version,
    type: row.type,
    product: row.product,
    memo: row.memo,
    changeMinor: row.change_minor,
    leftAfterMinor,
    at: row.created_at,
  };
}
