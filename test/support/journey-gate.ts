import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A door of its own, on a port of its own, to a server: journeys shut it to bring about that nobody answers there. */
export type Gate = {
  port: number;
  /** Where it leads; connections made before stay where they are. */
  leadTo(port: number): void;
  /** Cuts every connection and refuses new ones, until it is opened. */
  shut(): void;
  open(): void;
  close(): void;
};

export async function openGate(target = 0): Promise<Gate> {
  const sockets = new Set<Socket>();
  let port = target;
  let isShut = false;
  const server = createServer((from) => {
    if (isShut) return from.destroy();
    const to = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
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
    },
    close() {
      server.close();
      cut();
    },
  };
}
