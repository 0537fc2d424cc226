import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { isId } from '../ids.ts';
import { keepStatements } from './preparing.ts';
import type { Schema } from './schema.ts';

/** A connection inside one organization's transaction: it sees and writes that organization's rows only. */
export type Tx = Kysely<Schema>;

/**
 * The database as the app meets it. Every read and write happens inside one organization, in one transaction opened at
 * the edge (page, API operation, job) and never held across a call to the outside.
 */
export type Database = {
  /** Reads in a read-only transaction that sees one moment, however many statements it takes. */
  read<T>(organizationId: string, work: (db: Tx) => Promise<T>): Promise<T>;
  /** Writes in one transaction: all of it, or nothing when `work` throws. */
  write<T>(organizationId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Look-ups that lead to an organization: only tables that belong to none. */
  readonly directory: Kysely<Schema>;
  /**
   * For the job queue's own housekeeping. Apart from the others, so that looking something up there in the middle of a
   * transaction never waits for a connection that a transaction holds.
   */
  readonly jobsPool: pg.Pool;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  url: string;
  /** At most this many connections. */
  connections?: number;
  /** Told of each statement as it is sent; tests count with it. */
  onStatement?: (text: string) => void;
};

const INT8 = 20;
const DATE = 1082;

/** Opens a pool as the app's own role. 64-bit integers arrive as bigint, dates as `YYYY-MM-DD`, instants as Date. */
export function openDatabase({ url, connections = 12, onStatement }: DatabaseOptions): Database {
  const pool = openPool(url, connections);
  pool.on('connect', keepStatements);
  const jobsPool = openPool(url, 3);
  const directory = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    log(event) {
      if (event.level === 'query') onStatement?.(event.query.sql);
    },
  });
  const within = <T>(begin: string, organizationId: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    if (!isId(organizationId)) throw new TypeError('not an organization id');
    return directory.connection().execute(async (tx) => {
      // One round trip; a validated UUID is the only thing ever put into this text.
      await sql.raw(`${begin}; set local roost.organization_id = '${organizationId}'`).execute(tx);
      try {
        const result = await work(tx);
        await sql.raw('commit').execute(tx);
        return result;
      } catch (error) {
        // A broken connection cannot roll back; the server has done so by itself.
        await sql
          .raw('rollback')
          .execute(tx)
          .catch(() => {});
        throw error;
      }
    });
  };
  return {
    read: (organizationId, work) => within('begin isolation level repeatable read read only', organizationId, work),
    write: (organizationId, work) => within('begin', organizationId, work),
    directory,
    jobsPool,
    async close() {
      await Promise.all([directory.destroy(), jobsPool.end()]);
    },
  };
}

function openPool(url: string, connections: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    types: {
      getTypeParser: ((oid: number, format?: 'text') => {
        if (oid === INT8) return BigInt;
        if (oid === DATE) return (text: string) => text;
        return pg.types.getTypeParser(oid, format);
      }) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that breaks is replaced at its next use; without a listener it would end the program. The pool listens
  // for those that are idle; one in use that breaks between two statements tells only itself.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Whether `error` means that the database cannot be reached just now, rather than that it said no. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: string }).code ?? '';
  return (
    /^(ECONN|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|08|57P0|53300)/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|driver has already been destroyed|Client has encountered a connection error/.test(
      error.message,
    )
  );
}
