import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stood in the way of one request to the gateway's API, as far as whoever asked can tell. */
export type Mishap = 'failed before acting' | 'a page in between' | 'JSON in between' | 'cut off' | 'silence';

/** One request to the gateway's API. */
export type Asked = { method: string; path: string; key: string | undefined };

/** What watches the door. Whoever does not answer holds the request, or its answer, for good. */
export type Watch = {
  asks?(asked: Asked): Promise<void>;
  answers?(asked: Asked): Promise<void>;
};

/** Between the programs and the gateway's API, over real HTTP: it hands everything on as it is. */
export type GatewayDoor = {
  url: string;
  /** How often each mishap was met. */
  mishaps: Map<Mishap, number>;
  /** The idempotency keys of requests whose answers never arrived. */
  unanswered: Set<string>;
  watch: Watch;
  close(): void;
};

export async function openGatewayDoor(gatewayUrl: () => string): Promise<GatewayDoor> {
  const agent = new Agent({ keepAlive: true });
  const door: Omit<GatewayDoor, 'url' | 'close'> = { mishaps: new Map(), unanswered: new Set(), watch: {} };
  const note = (mishap: Mishap, { key }: Asked) => {
    door.mishaps.set(mishap, (door.mishaps.get(mishap) ?? 0) + 1);
    if ((mishap === 'cut off' || mishap === 'silence') && key) door.unanswered.add(key);
  };
  const server = createServer(async (from, to) => {
    const asked = { method: from.method!, path: from.url!, key: from.headers['idempotency-key'] as string | undefined };
    const body = await wholeOf(from).catch(() => undefined);
    if (body === undefined) return;
    await door.watch.asks?.(asked);
    const passed = pass(agent, gatewayUrl(), from, body);
    to.once('close', () => {
      if (!to.writableEnded && !passed.isOver()) note('silence', asked);
      passed.abandon();
    });
    const answer = await passed.answer.catch(() => undefined);
    if (!answer) {
      if (!to.destroyed) note('cut off', asked);
      return to.destroy();
    }
    const mishap = mishapIn(answer);
    if (mishap) note(mishap, asked);
    await door.watch.answers?.(asked);
    reply(to, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(door, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simulator`,
    close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  });
}

type Answer = { status: number; headers: IncomingMessage['headers']; body: Buffer };

function pass(agent: Agent, gatewayUrl: string, from: IncomingMessage, body: Buffer) {
  const headers = { ...from.headers, 'content-length': String(body.length) };
  const sent = request(new URL(from.url!, gatewayUrl), { agent, method: from.method!, headers });
  let isOver = false;
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) =>
      wholeOf(response).then(
        (whole) => resolve({ status: response.statusCode!, headers: response.headers, body: whole }),
        reject,
      ),
    );
  });
  answer.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  sent.end(body);
  return { answer, isOver: () => isOver, abandon: () => void sent.destroy() };
}

function reply(to: ServerResponse, { status, headers, body }: Answer): void {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = headers;
  to.writeHead(status, { ...kept, 'content-length': String(body.length) });
  to.end(body);
}

function mishapIn({ status, headers, body }: Answer): Mishap | undefined {
  if (status < 500) return undefined;
  if (headers['content-type']?.includes('html')) return 'a page in between';
  return body.includes('"error"') ? 'failed before acting' : 'JSON in between';
}

async function wholeOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
