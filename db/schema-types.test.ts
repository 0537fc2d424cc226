import { readFileSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../test/support/database.ts';
import { schemaTypes } from './schema-types.ts';

const FILE = 'src/platform/database/schema.ts';
let db: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  db = await testDatabase();
  client = new pg.Client({ connectionString: db.ownerUrl });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await db.close();
});

test('the types that queries are checked with are those of the migrated schema and the grants of the app', async () => {
  const types = await schemaTypes(client, new URL(db.appUrl).username);
  if (process.env.UPDATE_TYPES) writeFileSync(FILE, types);
  expect(readFileSync(FILE, 'utf8')).toBe(types);
});
