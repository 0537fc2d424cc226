import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../ledger/place.ts';

const ROOT = join(import.meta.dirname, '../..');
const STARTS_WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 10_000;

/** Roost as `npm start` runs it, on the server of a place; it sells, and the jobs behind it wait. */
export type Program = { url: string; pid: number; stop(): Promise<void> };

type Options = {
  /** Where it reaches its database, when something stands in between. */
  databaseUrl?: string;
  /** Where the test gateway is; in the program itself unless given. */
  simulatorUrl?: string;
};

async function startProgram(place: Place, { databaseUrl, simulatorUrl }: Options = {}): Promise<Program> {
  const dataDir = mkdtempSync(join(tmpdir(), 'roost-bench-program-'));
  const child = spawn(process.execPath, ['--enable-source-maps', 'build/main.js', 'start'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl ?? place.appUrl,
      DATABASE_OWNER_URL: place.ownerUrl,
      ROOST_KEY: place.core.config.key,
      ROOST_ROLES: 'web',
      ...(simulatorUrl && { SIMULATOR_URL: simulatorUrl }),
    },
  });
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  const kill = () => child.kill('SIGKILL');
  const end = () => {
    kill();
    removeFolder();
  };
  process.once('exit', end);
  try {
    return { url: await addressOf(child), pid: child.pid!, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const tooLate = setTimeout(kill, ENDS_WITHIN_MS);
      await ended;
      clearTimeout(tooLate);
    }
    process.off('exit', end);
    removeFolder();
  }
}

/** Does `work` with programs that end whatever becomes of it. */
export async function withPrograms<T>(work: (start: typeof startProgram) => Promise<T>): Promise<T> {
  const programs: Program[] = [];
  try {
    return await work(async (...how) => {
      const program = await startProgram(...how);
      programs.push(program);
      return program;
    });
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
  }
}

/** What the program prints when it listens. */
async function addressOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let greeting = '';
  child.once('exit', () => reject(new Error(`Roost did not start.\n${greeting}`)));
  child.stdout!.on('data', (text) => {
    greeting += text;
    const [url] = /http:\/\/localhost:\d+/.exec(greeting) ?? [];
    if (url) resolve(url);
  });
  const tooLate = setTimeout(() => reject(new Error('Roost takes too long to start.')), STARTS_WITHIN_MS);
  return promise.finally(() => clearTimeout(tooLate));
}
