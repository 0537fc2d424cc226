import { heading, print, printLoad, printRatio } from '../measuring.ts';
import type { Bare } from './bare.ts';
import { middle, type Rounds, type Sample } from './sampling.ts';

type Way = 'one' | 'two' | 'rows' | 'joined' | 'prepared';

const LABELS: Record<Way, string> = {
  one: 'purchases, 1 program',
  two: 'purchases, 2 programs',
  rows: 'bare by rows',
  joined: 'bare by transactions',
  prepared: 'bare, prepared',
};

const BARE = ['rows', 'joined', 'prepared'] as const;
const TARGET = '>= 0.5';

type Report = { title: string; clients: number; bare: Bare; rounds: Rounds<Way> };

export function report({ title, clients, bare, rounds: { samples, loads } }: Report): void {
  const rows = bare.transactions.map((changes) => changes.length);
  const sum = rows.reduce((a, b) => a + b, 0);
  heading(`${clients} at once, ${title}`);
  print('each writes', `${sum} rows in ${rows.length} transactions (${rows.join(' + ')}), as was recorded`);
  for (const name of Object.keys(LABELS) as Way[]) printWay(LABELS[name], samples[name]);
  // Whatever is fastest on this machine at this moment is what a purchase is held against.
  const fastest = BARE.toSorted((a, b) => middle(samples[b]).perSecond - middle(samples[a]).perSecond)[0]!;
  for (const name of ['one', 'two'] as const) {
    for (const way of [fastest, ...BARE.filter((it) => it !== fastest)]) {
      const target = way === fastest ? TARGET : undefined;
      printRatio(`${LABELS[name]} / ${LABELS[way]}`, ratesOf(samples[name]), ratesOf(samples[way]), target);
    }
    const costs = (way: Way, ...whose: string[]) => costsOf(samples[way], whose);
    printRatio(
      '  CPU time, bare / purchases',
      costs(fastest, 'bench', 'PostgreSQL'),
      costs(name, 'Roost', 'PostgreSQL'),
    );
    printRatio('  of PostgreSQL alone', costs(fastest, 'PostgreSQL'), costs(name, 'PostgreSQL'));
  }
  print('load average of the rounds', `${Math.min(...loads)} to ${Math.max(...loads)}`);
  printLoad();
}

function printWay(label: string, rounds: Sample[]): void {
  const { perSecond, p50, p99, cpuMs } = middle(rounds);
  const costs = Object.entries(cpuMs).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
  const rate = `${perSecond.toFixed(0)}/s`.padEnd(8);
  print(label, `${rate} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; CPU-ms each: ${costs.join(', ')}`);
}

function ratesOf(rounds: Sample[]): number[] {
  return rounds.map(({ perSecond }) => perSecond);
}

function costsOf(rounds: Sample[], whose: string[]): number[] {
  return rounds.map(({ cpuMs }) => whose.reduce((sum, name) => sum + cpuMs[name]!, 0));
}
