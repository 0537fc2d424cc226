import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/platform/core.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { createSecrets } from '../../src/platform/secrets.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** The clock of a test: it stands still until it is moved. */
export type TestClock = { now: () => Date; set(at: string): void; advance(ms: number): void };

export type TestCore = Core & { clock: TestClock; db: TestDatabase; logged: string[]; close(): Promise<void> };

/** Everything a feature is handed, on a real database of its own, with a clock that stands at a chosen time. */
export async function testCore(
  it: { env?: Record<string, string>; demo?: boolean; at?: string } = {},
): Promise<TestCore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'roost-core-'));
  const db = await testDatabase();
  const clock = testClock(it.at ?? '2026-03-10T09:00:00Z');
  const logged: string[] = [];
  const config = readConfig({ DATA_DIR: dataDir, ...it.env }, { demo: it.demo ?? false });
  const log: Core['log'] = (level, event, details) => logged.push(JSON.stringify({ level, event, ...details }));
  const jobs = createJobs(db.database, log, { supervise: false });
  return {
    config,
    database: db.database,
    jobs,
    secrets: createSecrets(config.key),
    now: clock.now,
    log,
    clock,
    db,
    logged,
    async close() {
      await jobs.stop();
      await db.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function testClock(at: string): TestClock {
  let now = new Date(at);
  return {
    now: () => new Date(now),
    set(next) {
      now = new Date(next);
    },
    advance(ms) {
      now = new Date(now.getTime() + ms);
    },
  };
}
