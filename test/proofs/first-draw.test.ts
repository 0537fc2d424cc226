import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { until } from '../../src/platform/postgres/fixtures/launch.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { BEGINNING, breakGround } from './ground.ts';
import type { Ground } from './moves.ts';

// A draw on an account that is made in this very moment: table locks hold each session where it is to wait.

const NOW = new Date(BEGINNING);

let db: TestDatabase;
let ground: Ground;
let sessions: pg.Client[];

beforeAll(async () => {
  db = await testDatabase();
  ground = await breakGround(db.database, 1);
  sessions = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const session = new pg.Client({ connectionString: db.ownerUrl });
      await session.connect();
      await session.query(`select set_config('roost.organization_id', $1, false)`, [ground.organizationId]);
      return session;
    }),
  );
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.end()));
  await db.close();
});

function grant(session: pg.Client): Promise<unknown> {
  return session.query(
    `select * from grant_credits($1, $2, $3, $4, 'grant', 'plan_allocation', 'plan', 3, 100, null, null, null, '', '', $5)`,
    [ground.organizationId, ground.customers[0], newId(NOW), newId(NOW), NOW],
  );
}

async function spend(session: pg.Client, key: string): Promise<string> {
  const { rows } = await session.query<{ balance: string }>(
    `select balance_after_minor as balance from draw_credits($1, '{spend}', array[$2]::uuid[], array[$3]::uuid[],
      array[$4], '{1}', '{null}', '{null}', '{""}', '{""}', $5)`,
    [ground.organizationId, ground.customers[0], newId(NOW), key, NOW],
  );
  return rows[0]!.balance;
}

/** Until so many sessions of this database wait for a lock. */
async function untilWaiting(sessions: number): Promise<void> {
  await until('they wait', async () => {
    const { rows } = await db.asOwner(
      ground.organizationId,
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length === sessions;
  });
}

/** Until somebody who has decided waits to write. */
async function untilItWouldWrite(): Promise<void> {
  await until('it would write', async () => {
    const { rows } = await db.asOwner(
      ground.organizationId,
      `select from pg_locks where not granted and relation = 'credit_entries'::regclass and mode = 'RowExclusiveLock'`,
    );
    return rows.length === 1;
  });
}

// Otherwise two draws could decide by the same lots.
test('E10 a draw that began before its account was there decides under the lock of the account', async () => {
  const [granting, drawing, other] = sessions as [pg.Client, pg.Client, pg.Client];
  await granting.query('begin; lock table credit_entries in access exclusive mode');
  await grant(granting);
  const drawn = spend(drawing, 'drawn');
  drawn.catch(() => {});
  await untilWaiting(1);
  // Lets whoever draws read and decide, but not write.
  const mayNotWrite = other.query('begin; lock table credit_entries in share row exclusive mode');
  await untilWaiting(2);
  await granting.query('commit');
  await mayNotWrite;
  await untilItWouldWrite();
  const lock = other.query('select from credit_accounts for update nowait');
  await expect(lock).rejects.toMatchObject({ code: '55P03' });
  await other.query('rollback');
  expect(await drawn).toBe('2');
});
