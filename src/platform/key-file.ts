import { closeSync, fchownSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SetupError } from './errors.ts';
import { newKey } from './secrets.ts';

/**
 * The keys of a key file, one in a line: the one that seals first, then those that only open, while a change of key is
 * under way. Makes the file, with a new key, when there is none.
 */
export function readKeyFile(path: string): string[] {
  try {
    const keys = keysIn(readFileSync(path, 'utf8'));
    if (keys.length > 0) return keys;
    throw new SetupError(`The key file ${path} is empty: bring it back from a backup.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = newKey();
  writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' });
  return [key];
}

/**
 * Puts other keys into a key file: whenever we are interrupted, either the old file or the new one is there, whole. It
 * stays the file of whose it was: the program must be able to read it, whoever changes the key.
 */
export function writeKeyFile(path: string, keys: readonly string[]): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    const { uid, gid } = statSync(path);
    if (process.getuid && process.getuid() !== uid) fchownSync(file, uid, gid);
    writeFileSync(file, `${keys.join('\n')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Keys that stand in one text, with spaces, commas or line ends between them. */
export function keysIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((key) => key !== '');
}

/** A rename is on the disk when its folder is; Windows has no such thing to ask for. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
