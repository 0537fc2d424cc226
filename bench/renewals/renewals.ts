import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Books } from '../ledger/loading.ts';
import { inPlace, type Place } from '../ledger/place.ts';
import { heading, inRounds, print, printFigures, printLoad, printRatio } from '../measuring.ts';
import { assertRenewed, loadSubscribers, periodsWritten, renewByHand, renewByJob } from './renewing.ts';

const LIMIT_MS = 20 * 60_000;

/** 100,000 renewals by the job against the same rows written by hand, and a job that is killed twice in the middle. */
export async function measureRenewals({ quick }: { quick: boolean }): Promise<void> {
  const count = quick ? 10_000 : 100_000;
  const rounds = quick ? 2 : 3;
  await inPlace(async (place) => {
    const begun = performance.now();
    const sets = await loadSubscribers(place, count, 2 * rounds + 1);
    print('loaded', `${sets.length} sets in ${Math.round(performance.now() - begun)} ms`);
    const killed = sets.pop()!;
    const left = [...sets];
    const figures = await inRounds(rounds, place.serverPid, {
      job: async () => renewed(count, await renewByJob(place.core.database, left.pop()!.organizationId)),
      hand: async () => renewed(count, await renewByHand(place, left.pop()!)),
    });
    for (const books of sets) await assertRenewed(place, books, count);
    heading(`Renewing ${count} subscriptions`);
    printFigures('the job, in its rounds', figures.job);
    printFigures('the same rows by hand', figures.hand);
    const rates = (of: typeof figures.job) => of.map(({ perSecond }) => perSecond);
    printRatio('time by hand / time of the job', rates(figures.job), rates(figures.hand), '>= 0.5');
    await killTwice(place, killed, count);
    printLoad();
  });
}

/** Kills the job when a third and when two thirds are done, lets it end, and counts. */
async function killTwice(place: Place, books: Books, count: number): Promise<void> {
  const deaths: number[] = [];
  for (const share of [1 / 3, 2 / 3]) {
    const worker = startWorker(place, books);
    const ended = once(worker, 'exit');
    await reached(place, books, count * share);
    worker.kill('SIGKILL');
    await ended;
    deaths.push(await periodsWritten(place, books));
  }
  const last = startWorker(place, books);
  const [code] = await once(last, 'exit');
  if (code !== 0) throw new Error(`the last job ended with ${code}`);
  await assertRenewed(place, books, count);
  if (deaths.some((written) => written >= count)) throw new Error('a job was killed after its end');
  print('killed twice', `at ${deaths.join(' and ')} of ${count}; ${count} periods at the end, books sound`);
}

function startWorker({ appUrl }: Place, { organizationId }: Books) {
  const file = join(import.meta.dirname, 'worker.ts');
  return spawn(process.execPath, [file, appUrl, organizationId], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Asks how far the job is until so many are written. */
async function reached(place: Place, books: Books, many: number): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while ((await periodsWritten(place, books)) < many) {
    if (performance.now() > end) throw new Error('the job did not get there');
    await pause(5);
  }
}

function renewed(expected: number, count: number): number {
  if (count !== expected) throw new Error(`${count} were renewed instead of ${expected}`);
  return count;
}
