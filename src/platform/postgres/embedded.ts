import { mkdirSync, realpathSync } from 'node:fs';
import { runsAsRoot } from './account.ts';
import { findBinaries, runnableBinaries } from './binaries.ts';
import { createCluster, openCluster, type Passwords } from './cluster.ts';
import { APP_ROLE, DATABASE, OWNER_ROLE, writeConfiguration } from './configuration.ts';
import { lockFolder } from './folder-lock.ts';
import { placeCluster, writePointer } from './placement.ts';
import { superviseServer } from './supervisor.ts';

export { NoPostgresBinaries } from './binaries.ts';
export { WrongPostgresVersion } from './cluster.ts';
export { FolderInUse } from './folder-lock.ts';

export type EmbeddedPostgres = {
  /** Connects as the role that owns the database: for migrations, and to make databases for tests. */
  ownerUrl: string;
  /** Connects as the role that has no rights but those a migration granted. */
  appUrl: string;
  /** The server process of this moment: another one after a crash. */
  readonly pid: number;
  /** Settles once: with nothing after `stop()`, with the reason when the server could not be kept running. */
  exited: Promise<Error | undefined>;
  /** Ends the server in good order and gives the folder back. As often as you like. */
  stop(): Promise<void>;
};

/**
 * Starts PostgreSQL on a data folder, which is made and filled when it is new, and keeps it running on the same port
 * until `stop()` or our own end, however sudden. Refuses with `FolderInUse`, `WrongPostgresVersion`, `NoPostgresBinaries`.
 */
export async function startEmbeddedPostgres({
  dataDir,
  log = () => {},
  systemDir = '/var/lib/roost',
}: {
  dataDir: string;
  log?: (line: string) => void;
  /** Where a cluster lives that cannot live in `dataDir`; only ever used by root. */
  systemDir?: string;
}): Promise<EmbeddedPostgres> {
  const installed = findBinaries();
  mkdirSync(dataDir, { recursive: true });
  const folder = realpathSync(dataDir);
  const releases = [await lockFolder(folder)];
  const release = () => {
    for (const giveBack of releases.splice(0)) giveBack();
  };
  try {
    const { home, account, exists, outside } = placeCluster(folder, systemDir, log);
    const binaries = await runnableBinaries(installed, { account, copiesDir: runsAsRoot() ? systemDir : folder });
    if (!exists) {
      await createCluster(home, binaries, account);
      if (outside) writePointer(folder, home);
    }
    // A copy of the data folder points to the same cluster.
    if (outside) releases.push(await lockFolder(home));
    const passwords = openCluster(home, binaries);
    writeConfiguration(home);

    const server = await superviseServer({ home, binaries, account, log });
    const exited = server.exited.finally(release);
    return {
      ...urls(server.port, passwords),
      get pid() {
        return server.pid;
      },
      exited,
      async stop() {
        server.stop();
        await exited;
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

function urls(port: number, passwords: Passwords) {
  const url = (role: string, password: string) => `postgres://${role}:${password}@127.0.0.1:${port}/${DATABASE}`;
  return { ownerUrl: url(OWNER_ROLE, passwords.owner), appUrl: url(APP_ROLE, passwords.app) };
}
