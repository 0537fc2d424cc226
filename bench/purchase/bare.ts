import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { newId } from '../../src/platform/ids.ts';
import { type Change, type Row, recorded } from './recording.ts';
import type { Buyer } from './shop.ts';

// What one purchase wrote, as statements that write nothing but that: made from a recording, told everything, looking at
// nothing. Ids are new ones of the same kind, times are now, buyers are others; all else is as it was recorded.

/** Rows of one transaction that are written by one statement. */
type Write = { sql: string; values: Value[] };
/** The value of a place, for one purchase. */
type Value = (it: Filling) => string | null;
type Filling = { ids: string[]; now: number; bought: number };

/** Who buys, and how often they have since they stood where the one stood whose purchase was recorded. */
export type BareBuyer = { tokens: string[]; bought: number };

export const bareBuyer = ({ tokens }: Buyer): BareBuyer => ({ tokens, bought: 0 });

export type Bare = {
  /** What was written, transaction by transaction. */
  transactions: Change[][];
  /** One transaction after the other; in each a statement for every row. */
  rowByRow(pool: pg.Pool, buyer: BareBuyer): Promise<void>;
  /** One statement for each transaction, which is its own; a row that is written twice in it is written as it ends. */
  atOnce(pool: pg.Pool, buyer: BareBuyer, prepared?: boolean): Promise<void>;
};

/** Records a purchase; and another one, for what both wrote alike was there before. */
export async function bareFrom(owner: pg.Client, buyer: Buyer, press: () => Promise<void>, other: () => Promise<void>) {
  const recordedAt = Date.now();
  const changes = await recorded(owner, press);
  return bareOf({ changes, buyer, recordedAt, others: await recorded(owner, other) });
}

type Recording = { changes: Change[]; buyer: Buyer; recordedAt: number; others: Change[] };

function bareOf({ changes, buyer: { tokens }, recordedAt, others }: Recording): Bare {
  const found = (all: Change[]) => [...new Set(all.flatMap(textsOf).flatMap(tokensIn))];
  const old = new Set([...found(others), ...tokens]);
  const made = found(changes).filter((token) => !old.has(token));
  const template: Template = { ids: [...tokens, ...made], recordedAt, steps: stepsOf(changes) };
  const transactions = inTransactions(changes);
  const single = transactions.map((of) => of.map((change) => writeOf(change, template, 0)));
  const joined = transactions.map((of) => joinedWrite(lastStates(of), template));
  const fill = (buyer: BareBuyer): Filling => {
    const now = Date.now();
    return { ids: [...buyer.tokens, ...made.map((id) => anew(id, now))], now, bought: buyer.bought++ };
  };
  return {
    transactions,
    async rowByRow(pool, buyer) {
      const filling = fill(buyer);
      for (const writes of single) {
        const client = await pool.connect();
        await client.query('begin');
        for (const write of writes) await client.query(write.sql, filled(write, filling));
        await client.query('commit');
        client.release();
      }
    },
    async atOnce(pool, buyer, prepared = false) {
      const filling = fill(buyer);
      for (const [nth, write] of joined.entries()) {
        const name = prepared ? { name: `${nth + 1} of ${joined.length}` } : {};
        await pool.query({ text: write.sql, values: filled(write, filling), ...name });
      }
    },
  };
}

/** Fails unless both ways write the rows that were recorded, and the same of each. */
export async function assertSame(owner: pg.Client, pool: pg.Pool, bare: Bare, buyer: BareBuyer): Promise<void> {
  const before = bare.transactions;
  const rows = inTransactions(await recorded(owner, () => bare.rowByRow(pool, buyer)));
  const once = inTransactions(await recorded(owner, () => bare.atOnce(pool, buyer)));
  const same = (a: Change[][], b: Change[][]) => JSON.stringify(a.map(shapeOf)) === JSON.stringify(b.map(shapeOf));
  if (!same(rows, before)) throw new Error('row by row does not write what a purchase writes');
  if (!same(once, before.map(lastStates))) throw new Error('statements at once do not write what a purchase writes');
}

/** What a transaction writes, whatever the values and their order. */
function shapeOf(changes: Change[]): string[] {
  return changes.map((change) => `${change.operation} ${change.table.name} ${changedIn(change)}`).sort();
}

function inTransactions(changes: Change[]): Change[][] {
  return [...new Set(changes.map(({ transaction }) => transaction))].map((transaction) =>
    changes.filter((change) => change.transaction === transaction),
  );
}

function filled({ values }: Write, filling: Filling): (string | null)[] {
  return values.map((value) => value(filling));
}

function changedIn({ table, before, after }: Change): string[] {
  return table.columns.map(({ name }) => name).filter((column) => before[column] !== after[column]);
}

type Template = { ids: string[]; recordedAt: number; steps: Steps };

function textsOf({ before, after }: Change): string[] {
  return [...Object.values(before), ...Object.values(after)].filter((text) => text !== null);
}

const TOKEN = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[a-z]+_(?:[0-9a-f]{24})(?:_secret_[0-9a-f]{24})?/g;

function tokensIn(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** Another id of the same kind. */
function anew(id: string, now: number): string {
  if (id[14] === '7' && id[8] === '-') return newId(new Date(now));
  return id[8] === '-' ? randomUUID() : id.replaceAll(/[0-9a-f]{24}/g, () => randomBytes(12).toString('hex'));
}

/** By how much each purchase moves its buyer's account on. */
type Steps = { version: bigint; balance: bigint };

function stepsOf(changes: Change[]): Steps {
  const account = changes.filter(({ table }) => table.name === 'public.credit_accounts');
  const step = (column: string) => BigInt(account.at(-1)!.after[column]!) - BigInt(account[0]!.before[column]!);
  return { version: step('version'), balance: step('balance_minor') };
}

/** What has to follow from the purchases before: the ledger's constraints hold entries together. */
const MOVING: Record<string, keyof Steps> = {
  'public.credit_accounts.version': 'version',
  'public.credit_accounts.balance_minor': 'balance',
  'public.credit_entries.version': 'version',
  'public.credit_entries.previous_version': 'version',
  'public.credit_entries.balance_before_minor': 'balance',
  'public.credit_entries.balance_after_minor': 'balance',
};

function valueIn(change: Change, column: string, row: Row, { ids, recordedAt, steps }: Template): Value {
  const text = row[column]!;
  if (text === null) return () => null;
  const moving = MOVING[`${change.table.name}.${column}`];
  if (moving) return ({ bought }) => String(BigInt(text) + steps[moving] * BigInt(bought));
  const { type } = change.table.columns.find(({ name }) => name === column)!;
  if (type.startsWith('timestamp')) {
    const later = new Date(text).getTime() - recordedAt;
    return ({ now }) => new Date(now + later).toISOString();
  }
  const places = (text.match(TOKEN) ?? []).map((token) => ids.indexOf(token));
  const between = text.split(TOKEN);
  if (places.every((place) => place < 0)) return () => text;
  const tokens = tokensIn(text);
  return (it) =>
    between
      .map((part, at) => (at === 0 ? part : `${places[at - 1]! < 0 ? tokens[at - 1] : it.ids[places[at - 1]!]}${part}`))
      .join('');
}

/** The statement for one row, whose places begin after `taken`. */
function writeOf(change: Change, template: Template, taken: number): Write {
  const { table, operation, before, after } = change;
  const typeOf = (column: string) => table.columns.find(({ name }) => name === column)!.type;
  const values: Value[] = [];
  const place = (column: string, row: Row) => {
    values.push(valueIn(change, column, row, template));
    return `$${taken + values.length}::${typeOf(column)}`;
  };
  if (operation === 'INSERT') {
    const columns = table.columns.map(({ name }) => name);
    const places = columns.map((column) => place(column, after));
    return { sql: `insert into ${table.name} (${columns.map(quoted)}) values (${places})`, values };
  }
  const changed = changedIn(change);
  // A row that was written as it stood is written all the same.
  const sets = (changed.length > 0 ? changed : table.key.slice(0, 1)).map(
    (column) => `${quoted(column)} = ${place(column, after)}`,
  );
  const wheres = table.key.map((column) => `${quoted(column)} = ${place(column, before)}`);
  return { sql: `update ${table.name} set ${sets} where ${wheres.join(' and ')}`, values };
}

function joinedWrite(changes: Change[], template: Template): Write {
  const values: Value[] = [];
  const texts = changes.map((change) => {
    const write = writeOf(change, template, values.length);
    values.push(...write.values);
    return write.sql;
  });
  const last = texts.pop()!;
  const others = texts.map((text, at) => `w${at} as (${text})`).join(', ');
  return { sql: others ? `with ${others} ${last}` : last, values };
}

/** What is written twice in a transaction, once: one statement cannot write a row twice. */
function lastStates(changes: Change[]): Change[] {
  const states = new Map<string, Change>();
  for (const change of changes) {
    const key = [change.table.name, ...change.table.key.map((column) => change.after[column])].join(' ');
    const first = states.get(key);
    states.set(key, first ? { ...first, after: change.after } : change);
  }
  return [...states.values()];
}

const quoted = (column: string): string => `"${column}"`;
