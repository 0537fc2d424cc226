import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from '../errors.ts';

export class FolderInUse extends SetupError {
  readonly folder: string;
  readonly pid: number | undefined;

  constructor(folder: string, pid: number | undefined) {
    const holder = pid === undefined ? 'Another Roost' : `Another Roost (process ${pid})`;
    super(`${holder} is already using the folder ${folder}; stop it first or choose another folder.`);
    this.name = 'FolderInUse';
    this.folder = folder;
    this.pid = pid;
  }
}

// An open lock that nobody refers to would be collected and thereby released.
const held = new Set<DatabaseSync>();

/**
 * Takes the folder for this process and answers the function that gives it back.
 *
 * The lock is one the kernel holds, by way of an SQLite file nobody writes to: it is atomic, ends with the process however
 * that ends, and is seen from other containers that share the folder, where process ids mean nothing. The file with the
 * process id beside it is there to be read by people only.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const holderFile = join(folder, 'in-use.pid');
  const lock = openLock(folder);
  // Two that ask at the same instant can both be sent away, so each asks again at moments of its own.
  for (let attempt = 0; attempt < 12; attempt += 1) {
    if (tryToHold(lock, folder)) {
      held.add(lock);
      writeFileSync(holderFile, `${process.pid}\n`);
      return () => {
        if (!held.delete(lock)) return;
        rmSync(holderFile, { force: true });
        lock.close();
      };
    }
    await pause(4 + Math.random() * 16);
  }
  lock.close();
  throw new FolderInUse(folder, holderIn(holderFile));
}

function openLock(folder: string): DatabaseSync {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  try {
    return new DatabaseSync(join(folder, 'in-use.lock'), { timeout: 0 });
  } catch (error) {
    throw notLockable(folder, error);
  }
}

function tryToHold(lock: DatabaseSync, folder: string): boolean {
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
    return true;
  } catch (error) {
    const SQLITE_BUSY = 5;
    const code = (error as { errcode?: number }).errcode ?? 0;
    if ((code & 0xff) === SQLITE_BUSY) return false;
    lock.close();
    throw notLockable(folder, error);
  }
}

function notLockable(folder: string, error: unknown): SetupError {
  return new SetupError(
    `The folder ${folder} cannot be locked (${(error as Error).message}); may this user write to it?`,
  );
}

function holderIn(holderFile: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(holderFile, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}
