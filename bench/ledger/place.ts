import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/platform/core.ts';
import { openDatabase } from '../../src/platform/database/database.ts';
import { prepareDatabase } from '../../src/platform/database/prepare.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts';
import { createSecrets } from '../../src/platform/secrets.ts';

/** A Roost of its own: the embedded server as the product starts and configures it, on a folder that is thrown away. */
export type Place = {
  core: Core;
  appUrl: string;
  /** The server's first process. */
  serverPid: number;
  /** The owner of the tables. */
  owner: pg.Client;
  ownerUrl: string;
};

/** However it goes wrong, it ends. */
const LIMIT_MS = 45 * 60_000;

/** Hands a place to `work` and clears it away afterwards, also when we are told to end. */
export async function inPlace(work: (place: Place) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-bench-'));
  // The server's own user passes through it.
  chmodSync(folder, 0o711);
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  let stop = async () => {};
  const giveUp = (why: string) => {
    process.stderr.write(`The bench ends: ${why}.\n`);
    stop().finally(() => {
      removeFolder();
      process.exit(1);
    });
  };
  const crash = (error: Error) => giveUp(`${error.stack}`);
  const limit = setTimeout(() => giveUp('it took too long'), LIMIT_MS);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, giveUp);
  process.once('uncaughtException', crash);
  // Of two places the one that has stopped first ends the program.
  process.once('exit', removeFolder);
  try {
    const server = await startEmbeddedPostgres({ dataDir: folder, systemDir: join(folder, 'system') });
    stop = () => server.stop();
    const { ownerUrl, appUrl } = server;
    const appRole = new URL(appUrl).username;
    // Without queues: nothing that is measured enqueues a job.
    await prepareDatabase({ ownerUrl, appRole }, join(import.meta.dirname, '../..'), []);
    await withCore(folder, appUrl, async (core) => {
      const owner = new pg.Client({ connectionString: ownerUrl });
      owner.on('error', () => {});
      await owner.connect();
      try {
        await work({ core, appUrl, ownerUrl, serverPid: server.pid, owner });
      } finally {
        await owner.end();
      }
    });
  } finally {
    await stop();
    removeFolder();
    clearTimeout(limit);
    for (const signal of signals) process.removeListener(signal, giveUp);
    process.removeListener('uncaughtException', crash);
    process.removeListener('exit', removeFolder);
  }
}

/** As main.ts makes it, with as many connections. */
async function withCore(dataDir: string, url: string, work: (core: Core) => Promise<void>): Promise<void> {
  const config = readConfig({ DATA_DIR: dataDir }, { demo: false });
  const database = openDatabase({ url });
  const log: Core['log'] = () => {};
  const jobs = createJobs(database, log, { supervise: false });
  try {
    await work({ config, database, jobs, secrets: createSecrets(config.key), now: () => new Date(), log });
  } finally {
    await jobs.stop();
    await database.close();
  }
}

/** Lends connections as the owner, inside one organization for as long as they live. */
export async function withOwnerPool<T>(
  { ownerUrl }: Place,
  organizationId: string,
  connections: number,
  work: (pool: pg.Pool) => Promise<T>,
): Promise<T> {
  const options = `-c roost.organization_id=${organizationId}`;
  const pool = new pg.Pool({ connectionString: ownerUrl, max: connections, idleTimeoutMillis: 0, options });
  // The server may say good-bye to connections that are ending already.
  pool.on('error', () => {});
  try {
    // All of them are there before anything is measured.
    const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
    for (const client of clients) client.release();
    return await work(pool);
  } finally {
    await pool.end();
  }
}
