import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from './support/database.ts';

// What every migration has to keep to, read from the catalogue of the migrated database itself.

/** Tables that belong to no organization, each with the reason. */
const OF_NO_ORGANIZATION: Record<string, string> = {
  organizations: 'the organizations themselves',
  sign_in_addresses: 'leads from an e-mail address to its organizations, before any is known',
  schema_migrations: 'what was applied; the app has no right to it',
  passkey_challenges: 'asked of a browser before anybody is known',
  sign_in_tries: 'counts networks, which belong to nobody',
};

/** Those of them that do not even name one. */
const NAME_NO_ORGANIZATION = Object.keys(OF_NO_ORGANIZATION).filter((table) => table !== 'sign_in_addresses');

const LEDGER = ['credit_accounts', 'credit_entries', 'credit_entry_lots', 'credit_lots', 'credit_seals'];

let db: TestDatabase;
let client: pg.Client;
let app: string;

beforeAll(async () => {
  db = await testDatabase();
  client = new pg.Client({ connectionString: db.ownerUrl });
  await client.connect();
  app = new URL(db.appUrl).username;
});

afterAll(async () => {
  await client.end();
  await db.close();
});

async function list(text: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(text, values);
  return rows.map((row) => row.name).sort();
}

/** The tables of organizations: all of ours but the few that belong to none. */
const tables = () =>
  list(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> all ($1)`,
    [Object.keys(OF_NO_ORGANIZATION)],
  );

describe('every table of an organization', () => {
  test('is every table but those that belong to none', async () => {
    const without = await list(`select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and a.attnotnull)`);
    // sign_in_addresses names an organization, but is found by address: see the keys below.
    expect(without).toEqual(NAME_NO_ORGANIZATION.sort());
  });

  test('begins its primary key with the organization', async () => {
    const first = await list(`select c.relname as name from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where c.relnamespace = 'public'::regnamespace and i.indisprimary and a.attname = 'organization_id'`);
    expect(first).toEqual(await tables());
  });

  test('has the organization in every unique key', async () => {
    const without = await list(
      `select i.indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid
       where c.relnamespace = 'public'::regnamespace and i.indisunique and c.relname <> all ($1) and not exists (
         select from pg_attribute a where a.attrelid = c.oid and a.attnum = any (i.indkey) and a.attname = 'organization_id')`,
      [NAME_NO_ORGANIZATION],
    );
    expect(without).toEqual([]);
  });

  test('refers only to rows of the same organization', async () => {
    const astray = await list(
      `select k.conname || ' on ' || k.conrelid::regclass as name from pg_constraint k
       where k.connamespace = 'public'::regnamespace and k.contype = 'f' and not exists (
         select from unnest(k.conkey, k.confkey) as pair (ours, theirs)
           join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.ours
           join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.theirs
         where a.attname = 'organization_id'
           and (b.attname = 'organization_id' or k.confrelid = 'organizations'::regclass and b.attname = 'id'))`,
    );
    expect(astray).toEqual([]);
  });

  test('shows its rows by row-level security, to its owner too', async () => {
    const guarded = await list(`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relrowsecurity and relforcerowsecurity`);
    expect(guarded).toEqual(await tables());
    const { rows } = await client.query(
      `select distinct qual, with_check, cmd, permissive, roles::text from pg_policies where schemaname = 'public'`,
    );
    // A policy without a check of its own checks what is written by what may be seen.
    const own = { qual: '(organization_id = current_organization())', with_check: null, cmd: 'ALL' };
    expect(rows).toEqual([{ ...own, permissive: 'PERMISSIVE', roles: '{public}' }]);
    expect(await list(`select tablename::text as name from pg_policies where schemaname = 'public'`)).toEqual(
      await tables(),
    );
  });

  test('keeps its rows where they are: the app can change neither organization nor id', async () => {
    const movable = await list(
      `select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname in ('organization_id', 'id')
         and has_column_privilege($1, c.oid, a.attnum, 'update')`,
      [app],
    );
    expect(movable).toEqual([]);
  });
});

describe('the app', () => {
  test('works as a role that is nobody special', async () => {
    const { rows } = await client.query(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
         (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
       from pg_roles r where rolname = $1`,
      [app],
    );
    const no = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
    };
    expect(rows).toEqual([{ ...no, memberships: 0 }]);
  });

  test('owns nothing and can make nothing', async () => {
    const owned = await list(
      `select c.oid::regclass::text as name from pg_class c where c.relowner = $1::regrole
       union all select p.oid::regprocedure::text from pg_proc p where p.proowner = $1::regrole
       union all select n.nspname from pg_namespace n where n.nspowner = $1::regrole or has_schema_privilege($1, n.oid, 'create')
       union all select d.datname from pg_database d where d.datname = current_database() and d.datdba = $1::regrole`,
      [app],
    );
    expect(owned).toEqual([]);
  });

  test('may read the ledger and nothing else with it', async () => {
    for (const right of ['insert', 'update', 'delete', 'truncate', 'references', 'trigger']) {
      const allowed = await list(
        `select t.name from unnest($2::text[]) as t (name) where has_table_privilege($1, t.name, $3)
           or $3 in ('insert', 'update', 'references') and has_any_column_privilege($1, t.name, $3)`,
        [app, LEDGER, right],
      );
      expect(allowed, right).toEqual([]);
    }
    const unreadable = await list(
      `select t.name from unnest($2::text[]) as t (name) where not has_table_privilege($1, t.name, 'select')`,
      [app, LEDGER],
    );
    expect(unreadable).toEqual([]);
  });

  test('may not empty any table, and has no business with the list of migrations', async () => {
    const emptied = await list(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
         and (has_table_privilege($1, oid, 'truncate')
           or relname = 'schema_migrations' and has_table_privilege($1, oid, 'select, insert, update, delete'))`,
      [app],
    );
    expect(emptied).toEqual([]);
  });
});

describe('nothing happens behind the back of a statement', () => {
  test('there are no triggers but those of foreign keys, no rules and no views', async () => {
    const hidden = await list(`select tgname::text as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
      union all select rulename::text from pg_rules where schemaname = 'public'
      union all select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')`);
    expect(hidden).toEqual([]);
  });

  test('functions are the moves of credits, run as their owner, and what the policies ask', async () => {
    const { rows } = await client.query(
      `select proname, provolatile as volatile, prosecdef as as_owner, array_to_string(proconfig, '; ') as settings,
         has_function_privilege($1, oid, 'execute') as app_may,
         exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) g where g.grantee = 0) as all_may
       from pg_proc where pronamespace = 'public'::regnamespace order by proname`,
      [app],
    );
    const pinned = 'search_path=public, pg_temp';
    const byIndex = `${pinned}; plan_cache_mode=force_generic_plan; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_bitmapscan=off`;
    const move = { volatile: 'v', as_owner: true, settings: byIndex, app_may: true, all_may: false };
    // What the moves are made of: of no use to whoever may not write the tables, and closed to them all the same.
    const part = { volatile: 'v', as_owner: false, settings: null, app_may: false, all_may: false };
    const rule = { volatile: 'i', as_owner: false, settings: null, app_may: true, all_may: true };
    const hash = { volatile: 's', as_owner: false, settings: pinned, app_may: true, all_may: true };
    // Stable, so that a policy asks it once per statement.
    const asked = { volatile: 's', as_owner: false, settings: null, app_may: true, all_may: true };
    expect(rows).toEqual([
      { proname: 'clear_hold', ...part },
      { proname: 'cost_share', ...rule },
      { proname: 'current_organization', ...asked },
      { proname: 'draw_credits', ...move },
      { proname: 'end_hold', ...move },
      { proname: 'end_plan_credits', ...move },
      { proname: 'entry_digest', ...hash },
      { proname: 'expire_holds', ...move },
      { proname: 'expire_holds_of', ...part },
      { proname: 'expire_lots', ...move },
      { proname: 'freeze_credits', ...move },
      { proname: 'grant_credits', ...move },
      { proname: 'grant_plan_credits', ...move },
      { proname: 'inside_organization', ...asked },
      { proname: 'ledger_id', ...rule, volatile: 'v' },
      { proname: 'lock_credit_account', ...part },
      { proname: 'post_credits', ...part },
      { proname: 'return_credits', ...move },
      { proname: 'same_move', ...rule },
      { proname: 'seal_credits', ...move },
      { proname: 'seal_hash', ...hash },
      { proname: 'spending_order', ...rule },
      { proname: 'take_back_credits', ...move },
    ]);
  });
});
