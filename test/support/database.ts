import { inject } from 'vitest';
import { cloneDatabase, type TestDatabase } from './cluster.ts';

export type { TestDatabase } from './cluster.ts';

/** Clones the migrated template of this run; close it when done. */
export async function testDatabase(): Promise<TestDatabase> {
  return await cloneDatabase(inject('postgres'));
}
