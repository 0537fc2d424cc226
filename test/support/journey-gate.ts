import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A door of its own, on a port of its own, to a server: journeys shut it to bring about that nobody answers there. */
export type Gate = {
  port: number;
  /** Where it leads; connections made before stay where they are. */
  leadTo(port: number): void;
  /** Cuts every connection and refuses new ones, until it is opened. */
  shut(): void;
  /** Lets everybody in again, and the answers through that were kept back. */
  open(): void;
  /** Lets the next request that holds `text` through and keeps its answer back; settles when there is an answer. */
  keepAnswerTo(text: string): Promise<void>;
  close(): void;
};

type Kept = { text: string; answered: () => void };

export async function openGate(target = 0): Promise<Gate> {
  const sockets = new Set<Socket>();
  const heldBack: (() => void)[] = [];
  let port = target;
  let isShut = false;
  let kept: Kept | undefined;

  const server = createServer((from) => {
    if (isShut) return from.destroy();
    const to = connect(port, '127.0.0.1');
    let keeping: Kept | undefined;
    from.on('data', (data) => {
      if (kept && data.includes(kept.text)) {
        keeping = kept;
        kept = undefined;
      }
      to.write(data);
    });
    to.on('data', (data) => {
      if (!keeping) return from.write(data);
      keeping.answered();
      heldBack.push(() => {
        keeping = undefined;
        from.write(data);
      });
    });
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on('end', () => other.end());
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    heldBack.length = 0;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(next) {
      port = next;
    },
    shut() {
      isShut = true;
      cut();
    },
    open() {
      isShut = false;
      for (const answer of heldBack.splice(0)) answer();
    },
    keepAnswerTo: (text) => new Promise((answered) => (kept = { text, answered })),
    close() {
      server.close();
      cut();
    },
  };
}
