import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Journeys need a real browser and are never skipped: it is found, or installed, or this says how to install it.

/** Headless, without a sandbox of its own (containers run as root), and asking nobody on the network. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);
const WINDOWS = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
  .flatMap((name) => process.env[name] ?? [])
  .flatMap((folder) => [
    join(folder, 'Google/Chrome/Application/chrome.exe'),
    join(folder, 'Microsoft/Edge/Application/msedge.exe'),
  ]);

/** The browser that journeys run in: `CHROMIUM` when it is set, else the first that is found in the usual places. */
export function chromiumPath(): string | undefined {
  if (process.env.CHROMIUM) return isProgram(process.env.CHROMIUM) ? process.env.CHROMIUM : undefined;
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter).filter(Boolean)];
  const linux = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...linux, '/snap/bin/chromium', ...MAC, ...WINDOWS].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian and what is made from it, where we may install. */
function mayInstall(): boolean {
  const system = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return process.getuid?.() === 0 && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(system);
}

function install(): void {
  process.stdout.write('Journeys need Chromium, which is not here yet: installing it.\n');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    if (spawnSync('apt-get', args, { stdio: 'inherit', env }).status !== 0) return;
  }
}

function howToInstall(): string {
  if (process.env.CHROMIUM)
    return `CHROMIUM is set to ${process.env.CHROMIUM}, which is no program that can be started.`;
  const command = {
    darwin: 'brew install --cask chromium',
    win32: 'winget install Google.Chrome',
  }[process.platform as string];
  return (
    'Journeys need Chromium or Chrome, and none was found. Install it with\n\n' +
    `  ${command ?? 'sudo apt-get update && sudo apt-get install -y chromium'}\n\n` +
    'or set CHROMIUM to the path of one.'
  );
}

if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  if (!chromiumPath() && !process.env.CHROMIUM && mayInstall()) install();
  if (!chromiumPath()) {
    process.stderr.write(`\n${howToInstall()}\n\n`);
    process.exitCode = 1;
  }
}
