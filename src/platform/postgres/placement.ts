import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../errors.ts';
import { type Account, firstClosedTo, makeFolderFor, ownerOf, runsAsRoot, serviceAccount } from './account.ts';
import { clusterIn } from './cluster.ts';

/** Where a data folder's cluster is, or shall be, and who runs it: nobody in particular unless we are root. */
export type Placement = { home: string; account: Account | undefined; exists: boolean; outside: boolean };

/**
 * Usually inside the data folder. When we are root and the account that runs PostgreSQL may not enter there, outside:
 * in `systemDir`, and a pointer stays in the data folder.
 */
export function placeCluster(dataDir: string, systemDir: string, log: (line: string) => void): Placement {
  const inside = join(dataDir, 'postgres');
  const pointed = readPointer(dataDir);
  if (pointed !== undefined) {
    if (existsSync(clusterIn(pointed))) return existing(pointed, true);
    throw new SetupError(
      `The database of ${dataDir} was kept in ${pointed}, which is gone: bring that folder back, or remove ` +
        `${pointerFile(dataDir)} to begin with an empty database.`,
    );
  }
  if (existsSync(inside)) return existing(inside, false);
  if (!runsAsRoot()) return { home: inside, account: undefined, exists: false, outside: false };

  const account = serviceAccount();
  const closed = firstClosedTo(account, dataDir);
  if (closed === undefined) return { home: inside, account, exists: false, outside: false };
  // The random part keeps a data folder that was removed and made anew apart from the one before.
  const name = `${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}-${randomBytes(4).toString('hex')}`;
  const home = join(systemDir, name);
  log(`PostgreSQL runs as the user "${account.name}", who may not enter ${closed}: keeping the database in ${home}.`);
  makeFolderFor(account, systemDir);
  return { home, account, exists: false, outside: true };
}

/** Written once the cluster is complete. Lost with it or not at all: it is on the disk before anybody stores anything. */
export function writePointer(dataDir: string, home: string): void {
  const draft = `${pointerFile(dataDir)}.new`;
  writeFileSync(draft, `${JSON.stringify({ cluster: home }, undefined, 2)}\n`, { flush: true });
  renameSync(draft, pointerFile(dataDir));
  const folder = openSync(dataDir, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function existing(home: string, outside: boolean): Placement {
  if (!runsAsRoot()) return { home, account: undefined, exists: true, outside };
  const account = ownerOf(clusterIn(home));
  const closed = firstClosedTo(account, home);
  if (closed === undefined) return { home, account, exists: true, outside };
  throw new SetupError(
    `The database in ${home} belongs to the user "${account.name}", who may no longer enter ${closed}: allow it ` +
      `(chmod o+x ${closed}), or start Roost as that user.`,
  );
}

function readPointer(dataDir: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(pointerFile(dataDir), 'utf8')) as { cluster: string }).cluster;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function pointerFile(dataDir: string): string {
  return join(dataDir, 'postgres-is-elsewhere.json');
}
