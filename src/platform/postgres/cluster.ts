import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SetupError } from '../errors.ts';
import type { Account } from './account.ts';
import { type Binaries, NoPostgresBinaries, program } from './binaries.ts';
import { APP_ROLE, configurationFile, DATABASE, OWNER_ROLE, writeConfiguration } from './configuration.ts';
import { spawnTied } from './lifeline.ts';

export type Passwords = { owner: string; app: string };

export class WrongPostgresVersion extends SetupError {
  constructor(folder: string, found: string, major: number) {
    super(
      `The database in ${folder} was made by PostgreSQL ${found}, and this Roost brings PostgreSQL ${major}: ` +
        'start it with the release that made it and export the data there.',
    );
    this.name = 'WrongPostgresVersion';
  }
}

export function clusterIn(home: string): string {
  return join(home, 'cluster');
}

/** Refuses a cluster of another major version, and a user who may not read it. */
export function openCluster(home: string, binaries: Binaries): Passwords {
  const version = readOwn(join(clusterIn(home), 'PG_VERSION')).trim();
  if (version !== String(binaries.major)) throw new WrongPostgresVersion(home, version, binaries.major);
  return JSON.parse(readOwn(join(home, 'passwords.json')));
}

function readOwn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES')
      throw new SetupError(`This user may not read ${path}: start Roost as the user who did before.`);
    if (code === 'ENOENT')
      throw new SetupError(`The database is not whole (${path} is missing): bring it back from a backup.`);
    throw error;
  }
}

/** All or nothing: `home` appears once everything in it is on the disk. An earlier half of one is thrown away. */
export async function createCluster(home: string, binaries: Binaries, account: Account | undefined): Promise<void> {
  const parent = dirname(home);
  const draftPrefix = `${basename(home)}.new-`;
  for (const name of readdirSync(parent)) {
    if (name.startsWith(draftPrefix)) rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
  }
  // A new name each time: processes of an interrupted attempt may still be writing to theirs.
  const draft = join(parent, draftPrefix + randomBytes(4).toString('hex'));
  try {
    await fillCluster(draft, binaries, account);
    renameSync(draft, home);
    syncToDisk(parent);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

async function fillCluster(draft: string, binaries: Binaries, account: Account | undefined): Promise<void> {
  const cluster = clusterIn(draft);
  mkdirSync(draft);
  chmodSync(draft, account ? 0o755 : 0o700);
  mkdirSync(cluster, { mode: 0o700 });
  if (account) chownSync(cluster, account.uid, account.gid);
  const passwords: Passwords = { owner: newPassword(), app: newPassword() };
  writeFileSync(join(draft, 'passwords.json'), JSON.stringify(passwords), { mode: 0o600, flush: true });
  writeConfiguration(draft);

  const run = (command: string[], input = '') => runToEnd(command, { cwd: draft, account, input });
  const initdb = [program(binaries, 'initdb'), '-D', cluster];
  await run([
    ...initdb,
    ...['--username=postgres', '--auth=reject', '--encoding=UTF8', '--data-checksums'],
    ...['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync', '--no-instructions'],
  ]);
  const alone = ['--single', '-j', '-D', cluster, `--config-file=${configurationFile(draft)}`];
  const settings = ['-c', 'exit_on_error=on', '-c', 'log_min_messages=error', '-c', 'fsync=off'];
  await run([program(binaries, 'postgres'), ...alone, ...settings, 'postgres'], firstStatements(passwords));
  await run([...initdb, '--sync-only']);
  syncToDisk(draft);
}

/** The owner migrates and makes test databases; the app may only connect until a migration grants it more. */
function firstStatements({ owner, app }: Passwords): string {
  const statements = [
    `create role ${OWNER_ROLE} login createdb password '${owner}'`,
    `create role ${APP_ROLE} login password '${app}'`,
    // To drop a test database that the app is still connected to.
    `grant pg_signal_backend to ${OWNER_ROLE}`,
    `create database ${DATABASE} owner ${OWNER_ROLE}`,
    `revoke all on database ${DATABASE}, postgres, template1 from public`,
    `grant connect on database ${DATABASE} to ${APP_ROLE}`,
    `grant connect on database postgres to ${OWNER_ROLE}`,
  ];
  // In single-user mode a statement ends at an empty line.
  return statements.map((statement) => `${statement};\n\n`).join('');
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

function syncToDisk(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function runToEnd(
  command: string[],
  { cwd, account, input }: { cwd: string; account: Account | undefined; input: string },
): Promise<void> {
  const { child, lifeline } = spawnTied(command, { end: 'kill whole group', cwd, account });
  let output = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4_000);
  });
  child.stdin!.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // The child is not closed before its lifeline is.
    child.on('exit', () => lifeline.end('gone\n'));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      const name = basename(command[0]!);
      // The shell's word for a file that is there and cannot be loaded, as on a Linux without glibc.
      if (code === 126 || code === 127) return reject(new NoPostgresBinaries(output.trim()));
      reject(new SetupError(`PostgreSQL could not be set up: ${name} ended with ${signal ?? code}.\n${output.trim()}`));
    });
  });
}
