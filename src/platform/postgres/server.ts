import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from '../errors.ts';
import type { Account } from './account.ts';
import { type Binaries, program } from './binaries.ts';
import { clusterIn } from './cluster.ts';
import { configurationFile } from './configuration.ts';
import { clearLeftover, readServerFile } from './leftover.ts';
import { spawnTied, spawnTiedOnWindows, type TiedProcess } from './lifeline.ts';

export type ServerOptions = {
  home: string;
  binaries: Binaries;
  account: Account | undefined;
  log: (line: string) => void;
};

/** One running server process; `exited` says how it ended. */
export type Server = { pid: number; exited: Promise<string> };

export class ServerDidNotStart extends SetupError {
  /** `port taken`: another port would do. `predecessor dying`: so would a moment's patience. */
  readonly why: 'port taken' | 'predecessor dying' | 'other';

  constructor(exit: string, lastLines: string[]) {
    const output = lastLines.join('\n');
    super(`PostgreSQL did not start (${exit}).\n${output}`);
    this.name = 'ServerDidNotStart';
    this.why = /could not bind|could not create any TCP/.test(output)
      ? 'port taken'
      : /shared memory block|lock file "postmaster.pid" already exists/.test(output)
        ? 'predecessor dying'
        : 'other';
  }
}

/** Answers once the server accepts connections, however long it recovers first. The signal stops it, then and later. */
export async function startServer(options: ServerOptions, port: number, signal: AbortSignal): Promise<Server> {
  const { home, log } = options;
  const cluster = clusterIn(home);
  const reusedPid = await clearLeftover(cluster, log);
  signal.throwIfAborted();
  const spawnedAt = Date.now();
  const { child, lifeline } = spawnServer(options, port, reusedPid);
  const lastLines = collectLines(child.stderr as Socket, log);
  const exited = exitOf(child, lifeline);
  signal.addEventListener('abort', () => void stop(child, lifeline, exited), { once: true });

  let exit: string | undefined;
  void exited.then((how) => {
    exit = how;
  });
  for (;;) {
    const file = readServerFile(cluster);
    const isOurs = process.platform === 'win32' ? (file?.startedAt ?? 0) > spawnedAt - 2_000 : file?.pid === child.pid;
    if (file?.ready && isOurs) {
      letProgramEnd(child, lifeline);
      return { pid: file.pid, exited };
    }
    if (exit !== undefined) {
      await lastWords(child);
      throw new ServerDidNotStart(exit, lastLines);
    }
    await pause(2);
  }
}

function spawnServer({ home, binaries, account }: ServerOptions, port: number, reusedPid?: number): TiedProcess {
  const cluster = clusterIn(home);
  const options = [`--config-file=${configurationFile(home)}`, '-p', String(port)];
  if (process.platform === 'win32') {
    return spawnTiedOnWindows(program(binaries, 'pg_ctl'), cluster, options.map((o) => `"${o}"`).join(' '), home);
  }
  return spawnTied([program(binaries, 'postgres'), '-D', cluster, ...options], {
    end: 'fast shutdown',
    cwd: home,
    account,
    // PostgreSQL takes a process of this id for one that started it, and so its old file for a stale one.
    env: reusedPid === undefined ? {} : { PG_GRANDPARENT_PID: String(reusedPid) },
  });
}

function exitOf(child: TiedProcess['child'], lifeline: Socket): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      // By the time the watcher wakes up, the process id may be another's.
      if (!lifeline.writableEnded) lifeline.end('gone\n');
      resolve(signal ?? `exit code ${code}`);
    });
  });
}

/** Ends the lifeline, as our own death would; force only when that takes too long. */
async function stop(child: TiedProcess['child'], lifeline: Socket, exited: Promise<string>): Promise<void> {
  child.ref();
  if (!lifeline.writableEnded) lifeline.end();
  // The watcher may have been killed; a second request changes nothing.
  if (process.platform !== 'win32') child.kill('SIGINT');
  for (const [patienceMs, force] of [
    [20_000, 'SIGQUIT'],
    [5_000, 'SIGKILL'],
  ] as const) {
    const patience = new AbortController();
    const ended = await Promise.race([
      exited,
      pause(patienceMs, undefined, { signal: patience.signal }).catch(() => {}),
    ]);
    patience.abort();
    if (ended !== undefined) return;
    child.kill(force);
  }
  await exited;
}

/** A program that forgets to stop the server still ends, and the server with it. */
function letProgramEnd(child: TiedProcess['child'], lifeline: Socket): void {
  child.unref();
  for (const stream of [lifeline, child.stdin, child.stderr]) (stream as Socket | null)?.unref();
}

function collectLines(stderr: Socket, log: (line: string) => void): string[] {
  const last: string[] = [];
  createInterface({ input: stderr }).on('line', (line) => {
    if (last.push(line) > 20) last.shift();
    log(line);
  });
  return last;
}

/** Output may arrive after the exit. It never closes while some process of a killed server still holds it. */
async function lastWords(child: TiedProcess['child']): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  await Promise.race([closed, pause(50)]);
}
