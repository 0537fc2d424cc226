import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from '../errors.ts';

/** What a PostgreSQL server says of itself in its data folder. */
export type ServerFile = { pid: number; startedAt: number; ready: boolean };

export function readServerFile(cluster: string): ServerFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), startedAt: Number(lines[2]) * 1000, ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/**
 * Ends a server that an earlier program left on this cluster; whoever holds the folder's lock may. Answers the process id
 * the cluster's file names when that id belongs to some other program now, which PostgreSQL could not tell by itself.
 */
export async function clearLeftover(cluster: string, log: (line: string) => void): Promise<number | undefined> {
  const pid = readServerFile(cluster)?.pid;
  if (!pid || process.platform === 'win32' || !isAlive(pid)) return undefined;
  if (!isServerOf(pid, cluster)) return pid;
  log(`PostgreSQL of an earlier run (process ${pid}) is still there; waiting for it to end.`);
  for (const [signal, patienceMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    signalIfAlive(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      if (!isAlive(pid) || !isServerOf(pid, cluster)) return undefined;
      await pause(5);
    }
  }
  throw new SetupError(`PostgreSQL of an earlier run (process ${pid}) does not end; stop it by hand.`);
}

/** A PostgreSQL server works in its data folder. A process that has ended and waits to be collected has none. */
function isServerOf(pid: number, cluster: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(cluster);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
