import type { Database, Tx } from '../../../platform/database/database.ts';
import { isId } from '../../../platform/ids.ts';
import { type Chance, isQuiet, QUIET } from './chance.ts';
import { dashboardIdOf, organizationOfPageId, tokenOfDashboardId } from './object-ids.ts';
import { unauthorized } from './refusals.ts';
import { addLater, decideFates, drawChance, isOverdue, removeLater, standingOf } from './standing.ts';
import { type Account, openStore, type Store } from './store.ts';
import type { Told } from './telling.ts';

/** One request at work, inside its transaction. Whoever changes a payment locks it first: `store.locked`. */
export type Work = {
  tx: Tx;
  store: Store;
  account: Account;
  now: Date;
  /** Where the simulator's own pages are. */
  baseUrl: string;
  /** What goes wrong on purpose. */
  chance: Chance;
  /** What happened, to be told to webhook endpoints after the commit. */
  occurred: Occurred[];
  /** Has something happen by itself a little later. */
  later(it: Omit<Later, 'at'>): Promise<void>;
};

export type Occurred = { eventId: string; type: string; intentId: string | null; payload: string };

/** A dispute that will be opened, or a refund that will fail or succeed. `id` names the intent or the refund. */
export type Later = { at: string; what: 'dispute' | 'inquiry' | 'refund-fails' | 'refund-succeeds'; id: string };

/** Runs work for an account. Unknown accounts are refused as Stripe refuses an unknown key. */
export type Accounts = {
  look<T>(account: Account, act: (work: Work) => Promise<T>, how?: How): Promise<T>;
  change<T>(account: Account, act: (work: Work) => Promise<T>, how?: How): Promise<T>;
  /** Whose page it is; `undefined` when there is no such page. */
  ofPage(id: string): Promise<Account | undefined>;
  /** Whose dashboard it is. */
  ofDashboard(id: string): Promise<Account | undefined>;
};

/** `quiet`: nothing goes wrong whatever the day is like, and chance is not asked, so that looking changes no day. */
export type How = { quiet?: boolean };

export type AccountsOptions = {
  database: Database;
  baseUrl: () => string;
  now: () => Date;
  tell: (account: Account, told: Told[]) => void;
  /** Has what was to happen later happen now; `isDue` answers false when somebody else was faster. */
  perform: (work: Work, it: Later, isDue: () => Promise<boolean>) => Promise<void>;
};

/** A test card's dispute, or what becomes of its refund, does not come at once. */
const LATER_MS = 5_000;

/** Makes the test gateway's account of a connection; answers the API key that reaches it. The key grants everything there. */
export async function createSimulatorAccount(tx: Tx, { organizationId, accountId }: Account): Promise<string> {
  await tx
    .insertInto('simulator_accounts')
    .values({ organization_id: organizationId, id: accountId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return `rk_test_sim_${organizationId}_${accountId}`;
}

/** Where the dashboard of a test gateway's account is, below the address of the test gateway. */
export async function simulatorDashboardPath(
  db: Tx,
  { organizationId, accountId }: Account,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('simulator_accounts')
    .where('organization_id', '=', organizationId)
    .where('id', '=', accountId)
    .select('dashboard_token')
    .executeTakeFirst();
  return row && `/dashboard/${dashboardIdOf(organizationId, row.dashboard_token)}`;
}

/** The account that an `Authorization` header names. Whether it exists, only the database knows. */
export function accountOfKey(authorization: string | undefined): Account {
  const [, organizationId, accountId] = /^Bearer rk_test_sim_([^_]+)_([^_]+)$/.exec(authorization ?? '') ?? [];
  if (!isId(organizationId) || !isId(accountId)) throw unauthorized();
  return { organizationId, accountId };
}

/** Something was to happen by itself before this moment. */
class Overdue extends Error {}
/** The day is not quiet: chance has to be asked first. */
class Restless extends Error {}

export function openAccounts(options: AccountsOptions): Accounts {
  const { database, tell } = options;
  /** Most requests need one transaction. What is overdue happens in others before, and so is chance asked. */
  const settled = async <T>(account: Account, how: How, attempt: (chance?: Chance) => Promise<T>): Promise<T> => {
    for (let chance = how.quiet ? QUIET : undefined; ; ) {
      try {
        return await attempt(chance);
      } catch (error) {
        if (error instanceof Overdue) await catchUp(options, account);
        else if (error instanceof Restless) chance = await drawChance(database, account);
        else throw error;
      }
    }
  };
  return {
    look: (account, act, how = {}) =>
      settled(account, how, (chance) =>
        database.read(account.organizationId, async (tx) =>
          act(await begin(options, tx, account, { chance, timers: [] })),
        ),
      ),
    async change(account, act, how = {}) {
      const timers: number[] = [];
      const { result, told } = await settled(account, how, (chance) =>
        database.write(account.organizationId, async (tx) => {
          timers.length = 0;
          const work = await begin(options, tx, account, { chance, timers });
          const result = await act(work);
          return { result, told: await decideFates(work) };
        }),
      );
      tell(account, told);
      // Keeps no program alive: what a restart forgets is caught up with by the next request.
      for (const ms of timers) setTimeout(() => void catchUp(options, account).catch(() => {}), ms).unref();
      return result;
    },
    async ofPage(id) {
      const organizationId = organizationOfPageId(id);
      if (!organizationId) return undefined;
      const row = await database.read(organizationId, (db) =>
        db
          .selectFrom('simulator_objects')
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .select('account_id')
          .executeTakeFirst(),
      );
      return row && { organizationId, accountId: row.account_id };
    },
    async ofDashboard(id) {
      const found = tokenOfDashboardId(id);
      if (!found) return undefined;
      const row = await database.read(found.organizationId, (db) =>
        db
          .selectFrom('simulator_accounts')
          .where('organization_id', '=', found.organizationId)
          .where('dashboard_token', '=', found.token)
          .select('id')
          .executeTakeFirst(),
      );
      return row && { organizationId: found.organizationId, accountId: row.id };
    },
  };
}

async function begin(
  { baseUrl, now }: AccountsOptions,
  tx: Tx,
  account: Account,
  { chance, timers }: { chance?: Chance; timers: number[] },
): Promise<Work> {
  const standing = await standingOf(tx, account);
  const at = now();
  if (isOverdue(standing, at)) throw new Overdue();
  if (!chance && !isQuiet(standing.faults)) throw new Restless();
  return workOf({ tx, account, at, baseUrl: baseUrl(), chance: chance ?? QUIET, timers });
}

type Place = { tx: Tx; account: Account; at: Date; baseUrl: string; chance: Chance; timers: number[] };

function workOf({ tx, account, at, baseUrl, chance, timers }: Place): Work {
  return {
    tx,
    store: openStore(tx, account, at),
    account,
    now: at,
    baseUrl,
    chance,
    occurred: [],
    async later(it) {
      await addLater(tx, account, { ...it, at: new Date(at.getTime() + LATER_MS).toISOString() });
      timers.push(LATER_MS + 50);
    },
  };
}

/** Has everything happen that is due, each in a transaction of its own; whoever is second finds it done. */
async function catchUp(options: AccountsOptions, account: Account): Promise<void> {
  const { database, now, baseUrl, perform, tell } = options;
  const at = now();
  const { later } = await database.read(account.organizationId, (tx) => standingOf(tx, account));
  for (const it of later.filter((it) => new Date(it.at) <= at)) {
    const told = await database.write(account.organizationId, async (tx) => {
      const work = workOf({ tx, account, at, baseUrl: baseUrl(), chance: QUIET, timers: [] });
      await perform(work, it, () => removeLater(tx, account, it));
      return decideFates(work);
    });
    tell(account, told);
  }
}
