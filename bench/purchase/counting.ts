import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Place } from '../ledger/place.ts';
import { heading, print } from '../measuring.ts';
import { withPrograms } from './programs.ts';
import { makeBuyers, press, type Shop } from './shop.ts';

/** Counts what one purchase sends: the program and the test gateway each have a database, and somebody in between. */
export async function countStatements(shop: Shop, elsewhere: Place, purchases: number): Promise<void> {
  const counters = [await openCounter(shop.place.appUrl), await openCounter(elsewhere.appUrl)] as const;
  try {
    await withPrograms(async (start) => {
      const gateway = await start(elsewhere, { databaseUrl: counters[1].url });
      const simulatorUrl = `${gateway.url}/simulator`;
      const { url } = await start(shop.place, { databaseUrl: counters[0].url, simulatorUrl });
      const [buyer] = await makeBuyers(shop, url, 'Counted', 1);
      const before = counters.map(({ counts }) => ({ ...counts }));
      for (let nth = 0; nth < purchases; nth++) await press(shop, url, buyer!);
      heading(`What one purchase sends to its database, from the form to the redirect (mean of ${purchases})`);
      for (const [at, label] of ['Roost', 'the test gateway'].entries()) {
        const each = (key: keyof Counts) => ((counters[at]!.counts[key] - before[at]![key]) / purchases).toFixed(1);
        const writing = `${each('writing')} of them writing`;
        print(
          label,
          `${each('statements')} statements in ${each('transactions')} transactions (${writing}), ${each('roundTrips')} round trips`,
        );
      }
    });
  } finally {
    for (const counter of counters) counter.close();
  }
}

/** What a program has sent to its database. */
type Counts = { transactions: number; writing: number; statements: number; roundTrips: number };

/** Stands between a program and its database and counts what goes by. Only to count with: what is timed goes past it. */
type Counter = { url: string; counts: Counts; close(): void };

async function openCounter(databaseUrl: string): Promise<Counter> {
  const counts: Counts = { transactions: 0, writing: 0, statements: 0, roundTrips: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(Number(new URL(databaseUrl).port), '127.0.0.1');
    const read = reader((type, body) => note(counts, type, body));
    from.on('data', read);
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: Object.assign(new URL(databaseUrl), { port: String(port) }).href,
    counts,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * A message of PostgreSQL's protocol: its type, its length and the rest. `Q` is text with everything in it, `P` a
 * statement with places for values, which `E` runs; `S` waits for the answers.
 */
function note(counts: Counts, type: string, body: Buffer): void {
  const text = type === 'Q' ? body.toString('utf8', 0, body.length - 1) : '';
  if (text.startsWith('begin')) {
    counts.transactions++;
    if (!text.startsWith('begin isolation level repeatable read read only')) counts.writing++;
  } else if (type === 'E' || (type === 'Q' && !/^(commit|rollback)\b/.test(text))) counts.statements++;
  if (type === 'Q' || type === 'S') counts.roundTrips++;
}

/** Cuts what a client sends into messages. The first one of a connection has no type. */
function reader(onMessage: (type: string, body: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let typeBytes = 0;
  return (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      if (rest.length < typeBytes + 4) return;
      const end = typeBytes + rest.readUInt32BE(typeBytes);
      if (rest.length < end) return;
      onMessage(rest.toString('latin1', 0, typeBytes), rest.subarray(typeBytes + 4, end));
      rest = rest.subarray(end);
      typeBytes = 1;
    }
  };
}
