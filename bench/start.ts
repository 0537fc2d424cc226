import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// How long a start takes to its first page, by the very command of the README, and what program and database hold idle.
// Absolute figures of one machine: the load stands beside them.

const ROUNDS = 5;
const IDLE_SECONDS = 20;

export async function measureStart(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-bench-'));
  try {
    const first = await start(folder);
    await first.end();
    const times: number[] = [];
    let idleMb = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const again = await start(folder);
      times.push(again.milliseconds);
      if (round === ROUNDS) {
        await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
        idleMb = memoryOf(again.pid);
      }
      await again.end();
    }
    times.sort((a, b) => a - b);
    const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
    process.stdout.write(`first start to first page     ${first.milliseconds} ms (makes the cluster and migrates)\n`);
    process.stdout.write(
      `later start to first page     ${times[ROUNDS >> 1]} ms, median of ${ROUNDS} (${times.join(', ')})\n`,
    );
    process.stdout.write(`idle, program and database    ${idleMb} MB (proportional set size, npm left out)\n`);
    process.stdout.write(`load average                  ${load}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(folder: string) {
  const port = await freePort();
  const env = { ...process.env, DATA_DIR: folder, PORT: String(port) };
  const begun = performance.now();
  const child = spawn('npm', ['start', '--silent'], { env, stdio: 'ignore', detached: true });
  for (;;) {
    const answer = await fetch(`http://localhost:${port}/set-up`).catch(() => undefined);
    if (answer) break;
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const milliseconds = Math.round(performance.now() - begun);
  return {
    milliseconds,
    pid: child.pid!,
    async end() {
      process.kill(-child.pid!, 'SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
      // npm may leave before the program has put everything away.
      for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
        const alive = await fetch(`http://localhost:${port}/`).catch(() => undefined);
        if (!alive && !readdirSync(folder).includes('database.json')) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Proportional memory of everything below `root`, and of servers whose parent has left them to the system. */
function memoryOf(root: number): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const seen = all.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
      return [{ pid: Number(pid), parent, command, kilobytes: Number(pss ?? 0) }];
    } catch {
      return [];
    }
  });
  const family = new Set([root]);
  for (let grown = -1; grown !== family.size; ) {
    grown = family.size;
    for (const it of seen) if (family.has(it.parent)) family.add(it.pid);
  }
  const counted = seen.filter((it) => family.has(it.pid) && !/^(npm|sh) /.test(it.command));
  return Math.round(counted.reduce((sum, it) => sum + it.kilobytes, 0) / 1024);
}
