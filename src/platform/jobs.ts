import { fromKysely, PgBoss } from 'pg-boss';
import type { Log } from './core.ts';
import type { Database, Tx } from './database/database.ts';
import type { ExtraStep } from './database/migrate.ts';

/**
 * Work that follows a transaction: enqueued inside it, so that it happens exactly when the transaction did, and run by a
 * worker afterwards. A job's id is made from what it is about; the same id in the same queue is kept once.
 */
export type Jobs = {
  enqueue<Q extends QueueName>(tx: Tx, queue: Q, id: string, data: Queues[Q]): Promise<void>;
  /** Registers what runs for `queue`; handlers may run more than once for a job and must not mind. */
  handle<Q extends QueueName>(queue: Q, run: (data: Queues[Q]) => Promise<void>): void;
  /** Begins to run handlers, in a worker. */
  startWorking(): Promise<void>;
  stop(): Promise<void>;
};

/** The queues and what each job carries. Features add theirs by declaration merging beside their handler. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging in the features that own the queues.
export interface Queues {}
type QueueName = keyof Queues & string;

const SCHEMA = 'pgboss';
/** The queue's own version, whose schema is installed; a test holds it to package.json. */
export const PG_BOSS_VERSION = '12.38.0';

/** Installs the queue's own schema and the given queues as the owner; the app's role only works in it. */
export function installJobs(ownerUrl: string, appRole: string, queues: readonly string[]): ExtraStep {
  return {
    name: `pg-boss ${PG_BOSS_VERSION} ${queues.join(' ')}`,
    async run(client) {
      const boss = new PgBoss({ connectionString: ownerUrl, max: 2, supervise: false, schedule: false });
      boss.on('error', () => {});
      await boss.start();
      for (const queue of queues) {
        await boss.createQueue(queue, {
          retryLimit: 20,
          retryDelay: 1,
          retryBackoff: true,
          retryDelayMax: 3600,
          expireInSeconds: 60,
        });
      }
      await boss.stop({ graceful: false });
      const role = client.escapeIdentifier(appRole);
      await client.query(`grant usage on schema ${SCHEMA} to ${role}`);
      await client.query(`grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${role}`);
      await client.query(`grant usage on all sequences in schema ${SCHEMA} to ${role}`);
      await client.query(`grant execute on all functions in schema ${SCHEMA} to ${role}`);
    },
  };
}

/** The queue on this program's own pool. `supervise` keeps the queue's house (retries, clean-up): workers do. */
export function createJobs(database: Database, log: Log, options: { supervise: boolean }): Jobs {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.jobsPool.query(text, values) },
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    supervise: options.supervise,
  });
  boss.on('error', (error) => log('warn', 'jobs.error', { message: error.message }));
  const handlers = new Map<string, (data: unknown) => Promise<void>>();
  let starting: Promise<unknown> | undefined;
  let stopped = false;
  const started = (): Promise<unknown> => {
    starting ??= boss.start().catch((error) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
  return {
    async enqueue(tx, queue, id, data) {
      await started();
      await boss.send(queue, data as object, { id, db: fromKysely(tx) });
    },
    handle(queue, run) {
      handlers.set(queue, run as (data: unknown) => Promise<void>);
    },
    async startWorking() {
      await started();
      for (const [queue, run] of handlers) {
        if (stopped) return;
        await boss.work(
          queue,
          { batchSize: 20, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
          async (jobs) => {
            for (const job of jobs) await run(job.data);
          },
        );
      }
    },
    async stop() {
      stopped = true;
      // What is still starting cannot be stopped yet.
      await starting?.catch(() => {});
      if (starting) await boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
}
