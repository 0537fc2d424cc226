import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { SetupError } from '../errors.ts';

// Programs at work hold one lock of the database together; whoever changes the key must hold it alone. So a key is never
// changed under a program that has only the old one in its memory, wherever that program runs.

const LOCK = 7_226_679_004n;
const AGAIN_AFTER_MS = 1_000;

export type Presence = {
  /** Settles when we may not work on: the key was changed, or is being changed, while the database was out of reach. */
  ended: Promise<Error | undefined>;
  leave(): Promise<void>;
};

type Options = {
  url: string;
  /** Asked each time the lock is ours: whether the keys in our memory are those in use. */
  keysAreGood: () => boolean;
};

/** Takes part in the lock until `leave()`, and takes part again after the database was away. */
export async function bePresent({ url, keysAreGood }: Options): Promise<Presence> {
  const ended = Promise.withResolvers<Error | undefined>();
  let left = false;
  let client: pg.Client | undefined;
  const takePart = async () => {
    client = await shareLock(url);
    if (left) return await client.end();
    if (!keysAreGood()) {
      await client.end();
      throw new SetupError('The key was changed just now: start Roost again.');
    }
    client.once('end', () => {
      if (!left) again();
    });
  };
  const again = async () => {
    while (!left) {
      try {
        return await takePart();
      } catch (error) {
        if (error instanceof SetupError) return ended.resolve(error);
      }
      await pause(AGAIN_AFTER_MS, undefined, { ref: false });
    }
  };
  await takePart();
  return {
    ended: ended.promise,
    async leave() {
      left = true;
      ended.resolve(undefined);
      await client?.end();
    },
  };
}

/** Does `work` while no program is at work on this database. Refuses when one is. */
export async function whileAlone<T>(url: string, work: () => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    if (!(await isOurs(client, 'pg_try_advisory_lock'))) {
      throw new SetupError('Roost is running on this database: stop it, run this again, and start it afterwards.');
    }
    return await work();
  } finally {
    await client.end();
  }
}

async function shareLock(url: string): Promise<pg.Client> {
  const client = await connect(url);
  if (await isOurs(client, 'pg_try_advisory_lock_shared')) return client;
  await client.end();
  throw new SetupError('The key of this database is being changed: start Roost again when that has ended.');
}

async function isOurs(client: pg.Client, question: string): Promise<boolean> {
  const { rows } = await client.query<{ ours: boolean }>(`select ${question}($1) as ours`, [LOCK]);
  return rows[0]!.ours;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true });
  // What broke it is of no matter; 'end' follows.
  client.on('error', () => {});
  await client.connect();
  return client;
}
