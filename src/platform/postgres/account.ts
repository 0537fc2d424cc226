import { chmodSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { SetupError } from '../errors.ts';

/** The user a PostgreSQL process runs as when we are root, which PostgreSQL refuses to be. */
export type Account = { name: string; uid: number; gid: number };

export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The account for a new cluster. It needs a name: initdb refuses a uid that the system cannot look up. */
export function serviceAccount(): Account {
  const entries = passwdEntries();
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const account = entries.find((entry) => entry.name === name && entry.uid !== 0);
    if (account) return account;
  }
  throw new SetupError(
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody": ' +
      'start Roost as an ordinary user, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}

/** The account an existing cluster belongs to, which is the only one that may run it. */
export function ownerOf(path: string): Account {
  const { uid, gid } = statSync(path);
  return { name: passwdEntries().find((entry) => entry.uid === uid)?.name ?? String(uid), uid, gid };
}

/** The first folder or file on the way to `path`, itself included, that the account may not enter or execute. */
export function firstClosedTo(account: Account, path: string): string | undefined {
  const way: string[] = [];
  for (let step = realpathSync(path); ; step = dirname(step)) {
    way.unshift(step);
    if (step === dirname(step)) break;
  }
  return way.find((step) => !mayEnter(account, step));
}

/** Makes a folder the account can work in, whatever our umask is. */
export function makeFolderFor(account: Account | undefined, path: string): void {
  const made = mkdirSync(path, { recursive: true });
  if (!account) return;
  if (made !== undefined) chmodSync(path, 0o755);
  const closed = firstClosedTo(account, path);
  if (closed === undefined) return;
  throw new SetupError(
    `PostgreSQL runs as the user "${account.name}", who may not enter ${closed} and so cannot use ${path}: allow it ` +
      `(chmod o+x ${closed}), start Roost as an ordinary user, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

function mayEnter(account: Account, path: string): boolean {
  const { mode, uid, gid } = statSync(path);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function passwdEntries(): Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 7)
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }));
}
