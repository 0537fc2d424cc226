import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What watches the commits of a program. Whoever does not answer holds the commit, or the news of it, for good. */
export type CommitWatch = {
  /** `tables`: what the transaction has written to. */
  commits?(tables: string[]): Promise<void>;
  committed?(tables: string[]): Promise<void>;
};

/** Between a program and its database: it hands on every byte as it is, and sees which transactions commit. */
export type DatabaseDoor = { port: number; watch: CommitWatch; close(): void };

const LENGTH = 4;
const QUERY = 'Q'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);

export async function openDatabaseDoor(target: number): Promise<DatabaseDoor> {
  const sockets = new Set<Socket>();
  const door: Omit<DatabaseDoor, 'port' | 'close'> = { watch: {} };
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1');
    const session = new Session();
    let turn = Promise.resolve();
    from.on('data', (data) => {
      // One after the other: what follows a commit that is held is held too.
      turn = turn.then(async () => {
        for (const { bytes, tables } of session.messagesIn(data)) {
          if (tables) await door.watch.commits?.(tables);
          session.committing = tables;
          to.write(bytes);
        }
      });
    });
    to.on('data', async (data) => {
      const tables = session.committing;
      session.committing = undefined;
      if (tables) await door.watch.committed?.(tables);
      from.write(data);
    });
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(door, {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}

type Message = { bytes: Buffer; tables: string[] | undefined };

/** One connection, as far as it takes to know what a commit commits. */
class Session {
  /** What the commit that is under way has written to. */
  committing: string[] | undefined;
  #rest = Buffer.alloc(0);
  #isGreeted = false;
  #writes: Set<string> | undefined;
  /** Statements that PostgreSQL keeps for this connection, by name; without one, the last that was parsed. */
  #kept = new Map<string, string>();

  /** Whole messages, as they were sent. */
  *messagesIn(data: Buffer): Generator<Message> {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      // The first message has no type.
      const at = this.#isGreeted ? 1 : 0;
      if (this.#rest.length < at + LENGTH) return;
      const length = at + this.#rest.readInt32BE(at);
      if (this.#rest.length < length) return;
      const bytes = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      yield { bytes, tables: this.#isGreeted ? this.#tablesCommittedBy(bytes) : undefined };
      this.#isGreeted = true;
    }
  }

  #tablesCommittedBy(bytes: Buffer): string[] | undefined {
    const text = this.#textIn(bytes);
    if (text === undefined) return undefined;
    if (text.startsWith('begin')) this.#writes = text.includes('read only') ? undefined : new Set();
    else if (text === 'commit') {
      const tables = this.#writes;
      this.#writes = undefined;
      return tables && [...tables];
    } else if (text === 'rollback') this.#writes = undefined;
    else for (const table of tablesIn(text)) this.#writes?.add(table);
    return undefined;
  }

  /** The statement that a message has carried out. */
  #textIn(bytes: Buffer): string | undefined {
    const [first = '', second = ''] = bytes.toString('utf8', 1 + LENGTH).split('\0');
    if (bytes[0] === PARSE) this.#kept.set(first, second);
    if (bytes[0] === BIND) return this.#kept.get(second)?.trim();
    return bytes[0] === QUERY ? first.trim() : undefined;
  }
}

function tablesIn(text: string): string[] {
  const written = [...text.matchAll(/\b(?:insert into|update|delete from) "?(?:pgboss"?\."?)?(\w+)/gi)].map(
    ([, table]) => table!,
  );
  // Credits are moved by functions.
  const moved = /\b(grant_credits|take_back_credits|return_credits)\b/.test(text) ? ['credits'] : [];
  return [...written.filter((table) => table !== 'skip' && table !== 'set'), ...moved];
}
