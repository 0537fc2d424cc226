import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Account } from './account.ts';

/** A process that does not outlive us, however we end: the other end of its lifeline notices that ours is gone. */
export type TiedProcess = { child: ChildProcess; lifeline: Socket };

/**
 * End of input on descriptor 3 sends the signal; a line instead says that there is nothing left to end. The watcher is
 * forked twice, so that PostgreSQL, which the shell becomes, has no child it does not know.
 */
const shell = `
signal=$1 target=$2$$
shift 2
( ( read -r line <&3 || kill -s "$signal" -- "$target" ) >/dev/null 2>&1 & )
exec "$@" 3<&-`;

/**
 * `kill whole group` is for initdb, whose own children matter as much as itself; on Windows it is left to finish.
 */
export function spawnTied(
  command: string[],
  how: {
    end: 'fast shutdown' | 'kill whole group';
    cwd: string;
    account: Account | undefined;
    env?: NodeJS.ProcessEnv;
  },
): TiedProcess {
  if (process.platform === 'win32') {
    const child = spawn(command[0]!, command.slice(1), { ...spawnOptions(how), stdio: 'pipe', windowsHide: true });
    return tied(child, child.stdin as unknown as Socket);
  }
  const ending = how.end === 'fast shutdown' ? ['INT', ''] : ['KILL', '-'];
  const child = spawn('/bin/sh', ['-c', shell, 'sh', ...ending, ...command], {
    ...spawnOptions(how),
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C in a terminal reaches us alone, and we end it in good order.
    detached: true,
  });
  return tied(child, child.stdio[3] as Socket);
}

// pg_ctl is what sheds an administrator's rights on Windows, where PostgreSQL refuses to start with them.
const windowsWatcher = `
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const [pgCtl, cluster, options] = process.argv.slice(1);
const run = (...args) =>
  spawnSync(pgCtl, [...args, '-D', cluster], { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true }).status;
process.stdin.resume().on('end', () => { run('stop', '-m', 'fast'); process.exit(0); });
if (run('start', '-w', '-o', options) !== 0) process.exit(1);
const pid = Number.parseInt(readFileSync(cluster + '/postmaster.pid', 'utf8'), 10);
setInterval(() => { try { process.kill(pid, 0); } catch { process.exit(1); } }, 100);`;

export function spawnTiedOnWindows(pgCtl: string, cluster: string, options: string, cwd: string): TiedProcess {
  const child = spawn(process.execPath, ['-e', windowsWatcher, pgCtl, cluster, options], {
    ...spawnOptions({ cwd, account: undefined }),
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  return tied(child, child.stdin as unknown as Socket);
}

function spawnOptions({ cwd, account, env }: { cwd: string; account: Account | undefined; env?: NodeJS.ProcessEnv }) {
  return { cwd, env: { ...environment(), ...env }, ...(account && { uid: account.uid, gid: account.gid }) };
}

/** Only what a program needs to run: the secrets in our own environment are none of PostgreSQL's business. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LD_LIBRARY_PATH', 'NIX_LD', 'NIX_LD_LIBRARY_PATH', 'SystemRoot', 'ComSpec', 'TEMP', 'TMP'];
  const passed = kept.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(passed), LC_ALL: 'C', TZ: 'UTC' };
}

function tied(child: ChildProcess, lifeline: Socket): TiedProcess {
  // It may be gone before it was told; its exit says so by itself.
  lifeline.on('error', () => {});
  child.stdin?.on('error', () => {});
  return { child, lifeline };
}
