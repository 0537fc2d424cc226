import { readFileSync } from 'node:fs';
import { median, percentile, processCpuMs, serverCpuMs } from '../measuring.ts';

/** Whose time is counted: programs and PostgreSQL servers by their first processes. */
export type Meters = Record<string, { kind: 'program' | 'server'; pids: number[] }>;

/** One round of one way: how long each operation took, how many there were a second, and what they cost whom. */
export type Sample = { latencies: number[]; perSecond: number; cpuMs: Record<string, number> };

/**
 * Has `clients` do one operation after the other for so many seconds, each for whoever has waited longest: nobody does two
 * things at once.
 */
export async function sample<Who>(
  it: { seconds: number; clients: number; meters: Meters },
  all: readonly Who[],
  operation: (who: Who, nth: number) => Promise<void>,
): Promise<Sample> {
  const waiting = [...all];
  const latencies: number[] = [];
  const before = readMeters(it.meters);
  const begun = performance.now();
  const end = begun + it.seconds * 1000;
  let next = 0;
  const client = async () => {
    while (performance.now() < end) {
      const who = waiting.shift()!;
      const started = performance.now();
      await operation(who, next++);
      latencies.push(performance.now() - started);
      waiting.push(who);
    }
  };
  await Promise.all(Array.from({ length: it.clients }, client));
  const seconds = (performance.now() - begun) / 1000;
  const after = readMeters(it.meters);
  const cpuMs = Object.fromEntries(
    Object.keys(it.meters).map((name) => [name, (after[name]! - before[name]!) / latencies.length]),
  );
  return { latencies, perSecond: latencies.length / seconds, cpuMs };
}

function readMeters(meters: Meters): Record<string, number> {
  return Object.fromEntries(
    Object.entries(meters).map(([name, { kind, pids }]) => [
      name,
      pids.reduce((sum, pid) => sum + (kind === 'server' ? serverCpuMs(pid) : processCpuMs(pid)), 0),
    ]),
  );
}

/** The middle of what rounds say. */
export function middle(samples: Sample[]): {
  perSecond: number;
  p50: number;
  p99: number;
  cpuMs: Record<string, number>;
} {
  const latencies = samples.flatMap((it) => it.latencies);
  return {
    perSecond: median(samples.map((it) => it.perSecond)),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuMs: Object.fromEntries(
      Object.keys(samples[0]!.cpuMs).map((name) => [name, median(samples.map((it) => it.cpuMs[name]!))]),
    ),
  };
}

/** Each of `ways` once in every round, beginning with another one each time; and the machine's load in each. */
export async function interleaved<Name extends string>(
  rounds: number,
  ways: Record<Name, () => Promise<Sample>>,
): Promise<Rounds<Name>> {
  const names = Object.keys(ways) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>;
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const at of names.keys()) {
      const name = names[(at + round) % names.length]!;
      samples[name].push(await ways[name]());
    }
    loads.push(Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]));
  }
  return { samples, loads };
}

export type Rounds<Name extends string> = { samples: Record<Name, Sample[]>; loads: number[] };
