import { readdirSync, readFileSync } from 'node:fs';

/** What some operations took: by the clock, and of the processors in Node and in all processes of the server. */
export type Figures = { operations: number; perSecond: number; nodeMs: number; serverMs: number };

/** The kernel tells processes' times in ticks, which are hundredths of a second to every program. */
const MS_PER_TICK = 10;

/**
 * Processor time of a PostgreSQL server in milliseconds since its start: of its first process, of the children that it has
 * buried (their time is added to their parent's `cutime` and `cstime`), and of those that live.
 */
export function serverCpuMs(pid: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    const [, parent, , , , , , , , , , user, system, buriedUser, buriedSystem] = fields.map(Number);
    if (Number(name) === pid) ticks += user! + system! + buriedUser! + buriedSystem!;
    else if (parent === pid) ticks += user! + system!;
  }
  return ticks * MS_PER_TICK;
}

/** Processor time of one process in milliseconds since its start. */
export function processCpuMs(pid: number): number {
  const [, , , , , , , , , , , user = 0, system = 0] = statOf(String(pid)).map(Number);
  return (user + system) * MS_PER_TICK;
}

/** The fields of a process from its state on; none when it has ended meanwhile. */
function statOf(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Measures `work`, which answers how many operations it did. */
async function measured(serverPid: number, work: () => Promise<number>): Promise<Figures> {
  const serverBefore = serverCpuMs(serverPid);
  const nodeBefore = process.cpuUsage();
  const begun = performance.now();
  const operations = await work();
  const seconds = (performance.now() - begun) / 1000;
  const node = process.cpuUsage(nodeBefore);
  return {
    operations,
    perSecond: operations / seconds,
    nodeMs: (node.user + node.system) / 1000 / operations,
    serverMs: (serverCpuMs(serverPid) - serverBefore) / operations,
  };
}

/** Has `clients` do one operation after the other for so many seconds; answers how many were done. */
export async function clientsFor(seconds: number, clients: number, operation: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let done = 0;
  const client = async () => {
    while (performance.now() < end) {
      await operation();
      done++;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return done;
}

/**
 * Measures each of `ways` once in every round, beginning with another one each time, so that whatever else the machine is
 * doing meets all of them.
 */
export async function inRounds<Name extends string>(
  rounds: number,
  serverPid: number,
  ways: Record<Name, () => Promise<number>>,
): Promise<Record<Name, Figures[]>> {
  const names = Object.keys(ways) as Name[];
  const all = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Figures[]>;
  for (let round = 0; round < rounds; round++) {
    for (const at of names.keys()) {
      const name = names[(at + round) % names.length]!;
      all[name].push(await measured(serverPid, ways[name]));
    }
  }
  return all;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
}

/** The median of the rounds' ratios, each of two neighbours in time, and the least and greatest of them. */
function ratioOf(ours: number[], theirs: number[]): { median: number; least: number; greatest: number } {
  const ratios = ours.map((value, round) => value / theirs[round]!);
  return { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) };
}

export function print(label: string, text: string): void {
  process.stdout.write(`${label.padEnd(48)}${text}\n`);
}

export function heading(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** One line for the rounds of one way: operations a second, and what one of them costs each side. */
export function printFigures(label: string, rounds: Figures[]): void {
  const of = (key: keyof Figures) => median(rounds.map((round) => round[key]));
  const rate = `${Math.round(of('perSecond'))}/s`;
  print(label, `${rate.padEnd(10)} CPU-ms each: Node ${of('nodeMs').toFixed(3)}, server ${of('serverMs').toFixed(3)}`);
}

export function printRatio(label: string, ours: number[], theirs: number[], target?: string): void {
  const { median, least, greatest } = ratioOf(ours, theirs);
  print(
    label,
    `${median.toFixed(2)} (${least.toFixed(2)} to ${greatest.toFixed(2)})${target ? `, target ${target}` : ''}`,
  );
}

export function printLoad(): void {
  print('load average (1, 5, 15 minutes)', readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' '));
}
