import type Stripe from 'stripe';
import type { Database, Tx } from '../../../platform/database/database.ts';
import { isId } from '../../../platform/ids.ts';
import { organizationOfPageId } from './object-ids.ts';
import { unauthorized } from './refusals.ts';
import { type Account, openStore, type Store } from './store.ts';

/** One request at work, inside its transaction; when it may change something, it has the account to itself. */
export type Work = {
  tx: Tx;
  store: Store;
  account: Account;
  now: Date;
  /** Where the simulator's own pages are. */
  baseUrl: string;
  /** What happened, to be told to webhook endpoints after the commit. */
  occurred: Stripe.Event[];
};

/** Runs work for an account. Unknown accounts are refused as Stripe refuses an unknown key. */
export type Accounts = {
  look<T>(account: Account, act: (work: Work) => Promise<T>): Promise<T>;
  change<T>(account: Account, act: (work: Work) => Promise<T>): Promise<T>;
  /** Whose page it is; `undefined` when there is no such page. */
  ofPage(id: string): Promise<Account | undefined>;
};

export type AccountsOptions = {
  database: Database;
  baseUrl: () => string;
  now: () => Date;
  tell: (events: Stripe.Event[], endpoints: Awaited<ReturnType<Store['endpoints']>>) => void;
};

/** Makes the test gateway's account of a connection; answers the API key that reaches it. The key grants everything there. */
export async function createSimulatorAccount(tx: Tx, { organizationId, accountId }: Account): Promise<string> {
  await tx
    .insertInto('simulator_accounts')
    .values({ organization_id: organizationId, id: accountId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return `rk_test_sim_${organizationId}_${accountId}`;
}

/** The account that an `Authorization` header names. Whether it exists, only the database knows. */
export function accountOfKey(authorization: string | undefined): Account {
  const [, organizationId, accountId] = /^Bearer rk_test_sim_([^_]+)_([^_]+)$/.exec(authorization ?? '') ?? [];
  if (!isId(organizationId) || !isId(accountId)) throw unauthorized();
  return { organizationId, accountId };
}

export function openAccounts({ database, baseUrl, now, tell }: AccountsOptions): Accounts {
  const begin = (tx: Tx, account: Account): Work => {
    const at = now();
    return { tx, store: openStore(tx, account, at), account, now: at, baseUrl: baseUrl(), occurred: [] };
  };
  return {
    look: (account, act) =>
      database.read(account.organizationId, async (tx) => {
        const known = await tx
          .selectFrom('simulator_accounts')
          .where('organization_id', '=', account.organizationId)
          .where('id', '=', account.accountId)
          .select('id')
          .executeTakeFirst();
        if (!known) throw unauthorized();
        return act(begin(tx, account));
      }),
    async change(account, act) {
      const { result, events, endpoints } = await database.write(account.organizationId, async (tx) => {
        const locked = await tx
          .updateTable('simulator_accounts')
          .set({ changed_at: now() })
          .where('organization_id', '=', account.organizationId)
          .where('id', '=', account.accountId)
          .returning('id')
          .executeTakeFirst();
        if (!locked) throw unauthorized();
        const work = begin(tx, account);
        const result = await act(work);
        const events = work.occurred;
        return { result, events, endpoints: events.length > 0 ? await work.store.endpoints() : [] };
      });
      tell(events, endpoints);
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
  };
}
