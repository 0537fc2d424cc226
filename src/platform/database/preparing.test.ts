import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { openDatabase } from './database.ts';

let db: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** One connection, so that it is always the same. */
async function withConnection(work: (kept: () => Promise<string[]>, directory: Directory) => Promise<void>) {
  const { directory, close } = openDatabase({ url: db.appUrl, connections: 1 });
  const kept = async () => {
    const { rows } = await sql<{ text: string }>`select statement as text from pg_prepared_statements`.execute(
      directory,
    );
    return rows.map(({ text }) => text);
  };
  try {
    await work(kept, directory);
  } finally {
    await close();
  }
}
type Directory = ReturnType<typeof openDatabase>['directory'];

test('a statement with values is prepared once for a connection, whatever the values; one without is not', async () => {
  await withConnection(async (kept, directory) => {
    for (const value of [1, 2, null]) {
      const { rows } = await sql<{ doubled: number | null }>`select ${value}::int * 2 as doubled`.execute(directory);
      expect(rows).toEqual([{ doubled: value === null ? null : value * 2 }]);
    }
    await sql`select 1 as one`.execute(directory);
    expect(await kept()).toEqual(['select $1::int * 2 as doubled']);
  });
});

test('a statement that fails fails again by its own reason, and does not stand in the way of others', async () => {
  await withConnection(async (_, directory) => {
    for (let time = 0; time < 2; time++)
      await expect(sql`select ${1} from nowhere`.execute(directory)).rejects.toThrow('"nowhere" does not exist');
    for (const by of [0, 2]) {
      const divided = sql<{ it: number }>`select 4 / ${by}::int as it`.execute(directory);
      if (by === 0) await expect(divided).rejects.toThrow('division by zero');
      else expect((await divided).rows).toEqual([{ it: 2 }]);
    }
  });
});

test('texts that are ever new are sent all the same, and no longer kept', async () => {
  await withConnection(async (kept, directory) => {
    for (let length = 1; length <= 600; length++) {
      const list = sql.join(Array.from({ length }, (_, at) => sql`${at}::int`));
      const { rows } = await sql<{ it: number }>`select greatest(${list}) as it`.execute(directory);
      expect(rows).toEqual([{ it: length - 1 }]);
    }
    expect((await kept()).length).toBeLessThanOrEqual(500);
  });
});
