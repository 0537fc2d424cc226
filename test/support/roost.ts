import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/platform/core.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { createSecrets, newKey } from '../../src/platform/secrets.ts';
import { type ClusterUrls, cloneDatabase, type TestDatabase } from './cluster.ts';
import { type Gate, openGate } from './journey-gate.ts';

/**
 * The real program, as `npm start` starts it, on a database of its own. People reach it at `localhost`; its test gateway
 * is on another site, `127.0.0.1` on another port, as a real gateway would be.
 */
export type Roost = {
  url: string;
  /** What the program printed when it had started. */
  greeting: string;
  /** The same database and key in the hands of the test: for seeding and for looking. */
  core: Core;
  db: TestDatabase;
  /** Between the program and its database. */
  databaseGate: Gate;
  /** Between the program, browsers included, and the test gateway. */
  gatewayGate: Gate;
  /** Ends the program from one moment to the next, as a power cut does. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Starts it again, at the same address. */
  restart(env?: Record<string, string>): Promise<void>;
  close(): Promise<void>;
};

const STARTS_WITHIN_MS = 20_000;
const ENDS_WITHIN_MS = 8_000;

export async function startRoost(env: Record<string, string> = {}): Promise<Roost> {
  const db = await cloneDatabase(JSON.parse(process.env.JOURNEY_POSTGRES!) as ClusterUrls);
  const dataDir = mkdtempSync(join(tmpdir(), 'roost-journey-'));
  const databaseGate = await openGate(Number(new URL(db.appUrl).port));
  const gatewayGate = await openGate();
  const settings: Record<string, string> = {
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: Object.assign(new URL(db.appUrl), { port: String(databaseGate.port) }).href,
    DATABASE_OWNER_URL: db.ownerUrl,
    ROOST_KEY: newKey(),
    SIMULATOR_URL: `http://127.0.0.1:${gatewayGate.port}/simulator`,
    ...env,
  };
  let program = await run(settings);
  const { port } = new URL(program.url);
  gatewayGate.leadTo(Number(port));
  const core = coreOf(db, { ...settings, PORT: port });
  const roost: Roost = {
    url: program.url,
    greeting: program.greeting,
    core,
    db,
    databaseGate,
    gatewayGate,
    kill: () => end(program.child, 'SIGKILL'),
    stop: () => end(program.child, 'SIGTERM'),
    async restart(changes = {}) {
      program = await run({ ...settings, ...changes, PORT: port });
    },
    async close() {
      await end(program.child, 'SIGTERM');
      databaseGate.close();
      gatewayGate.close();
      await core.jobs.stop();
      await db.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return roost;
}

type Program = { child: ChildProcess; url: string; greeting: string };

async function run(settings: Record<string, string>): Promise<Program> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'build/main.js', 'start'], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let greeting = '';
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
    if (process.env.JOURNEY_LOG) process.stderr.write(text);
  });
  return await new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN_MS);
    child.once('exit', () => reject(new Error(`Roost did not start.\n${greeting}${errors}`)));
    child.stdout.on('data', (text) => {
      greeting += text;
      const [url] = /http:\/\/localhost:\d+/.exec(greeting) ?? [];
      if (!url) return;
      clearTimeout(tooLate);
      resolve({ child, url, greeting });
    });
  });
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const tooLate = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(tooLate);
}

function coreOf(database: TestDatabase, settings: Record<string, string>): Core {
  const config = readConfig(settings, { demo: false });
  const log = () => {};
  return {
    config,
    database: database.database,
    jobs: createJobs(database.database, log, { supervise: false }),
    secrets: createSecrets(config.key),
    now: () => new Date(),
    log,
  };
}
