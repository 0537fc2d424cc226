import { setTimeout as pause } from 'node:timers/promises';
import { type Server, ServerDidNotStart, type ServerOptions, startServer } from './server.ts';

export type Supervised = {
  readonly pid: number;
  readonly port: number;
  /** Settles once: with nothing after `stop()`, with the reason when the server could not be kept running. */
  exited: Promise<Error | undefined>;
  stop(): void;
};

const RESTARTS_PER_MINUTE = 5;
const RESTART_PATIENCE_MS = 30_000;

/** Starts the server and, whenever it ends unbidden, starts it again on the same port. */
export async function superviseServer(options: ServerOptions): Promise<Supervised> {
  const stopping = new AbortController();
  const first = await startOnFreePort(options, stopping.signal);
  const { port } = first;
  let server = first.server;

  const exited = (async () => {
    const restarts: number[] = [];
    try {
      for (;;) {
        const how = await server.exited;
        if (stopping.signal.aborted) return undefined;
        const minuteAgo = Date.now() - 60_000;
        if (restarts.push(Date.now()) > RESTARTS_PER_MINUTE && restarts.shift()! > minuteAgo) {
          throw new Error(`PostgreSQL keeps ending (${how}).`);
        }
        options.log(`PostgreSQL ended unexpectedly (${how}); starting it again.`);
        server = await startAgain(options, port, stopping.signal);
        options.log(`PostgreSQL is running again (process ${server.pid}).`);
      }
    } catch (error) {
      return stopping.signal.aborted ? undefined : (error as Error);
    }
  })();

  return {
    get pid() {
      return server.pid;
    },
    port,
    exited,
    stop: () => stopping.abort(),
  };
}

async function startOnFreePort(options: ServerOptions, signal: AbortSignal): Promise<{ server: Server; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = somePort();
    try {
      return { server: await patiently(() => startServer(options, port, signal), ['predecessor dying'], signal), port };
    } catch (error) {
      const taken = error instanceof ServerDidNotStart && error.why === 'port taken';
      if (!taken || attempt === 10) throw error;
    }
  }
}

/** Any failure may pass: the old server's processes take a moment to die, and somebody may hold the port for one. */
function startAgain(options: ServerOptions, port: number, signal: AbortSignal): Promise<Server> {
  return patiently(() => startServer(options, port, signal), ['predecessor dying', 'port taken', 'other'], signal);
}

async function patiently(
  start: () => Promise<Server>,
  passing: ServerDidNotStart['why'][],
  signal: AbortSignal,
): Promise<Server> {
  const deadline = Date.now() + RESTART_PATIENCE_MS;
  for (let delayMs = 25; ; delayMs = Math.min(delayMs * 2, 1_000)) {
    try {
      return await start();
    } catch (error) {
      const mayPass = error instanceof ServerDidNotStart && passing.includes(error.why);
      if (!mayPass || Date.now() > deadline) throw error;
    }
    await pause(delayMs, undefined, { signal });
  }
}

/** Below the ports that systems hand out for outgoing connections, so that none of those takes it during a restart. */
function somePort(): number {
  return 20_000 + Math.floor(Math.random() * 12_000);
}
