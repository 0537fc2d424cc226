import { build } from '../../build.ts';
import { audit } from './audit.ts';
import { auditBooks } from './payments/audit.ts';
import { readBothBooks } from './payments/both-books.ts';
import { Chaos, type Pace } from './payments/chaos.ts';
import { countReached } from './payments/reached.ts';
import { command } from './payments/roost.ts';
import type { Tally } from './payments/tally.ts';
import { seedOf } from './random.ts';

const UNHURRIED: Pace = {
  settings: { GATEWAY_TIMEOUT_MS: '4000', FIRST_CHECK_MS: '300', CHECK_LOOP_MS: '400', CHECKOUT_LIMIT_SECONDS: '20' },
  shoppers: 24,
  clerks: 8,
  people: 100,
  patienceMs: 30_000,
  settlesWithinMs: 1_800_000,
};

export type Survived = { wrong: string[]; tally: Tally; seconds: number };

/** A bad day with webhooks and one without, and then a look at both sides' books. */
export async function surviveBadDays(seed: number, purchases: number, pace: Pace): Promise<Survived> {
  await build();
  return await Chaos.withIt(seed, pace, async (chaos) => {
    const begun = performance.now();
    await chaos.round(Math.ceil(purchases / 2), true);
    await chaos.round(Math.floor(purchases / 2), false);
    const seconds = (performance.now() - begun) / 1000;
    const wrong = await chaos.settle();
    const { space, tally, told, complaints, door } = chaos;
    const books = await readBothBooks(space.database, space.organizationId);
    wrong.push(...auditBooks(books, told));
    wrong.push(...(await space.database.read(space.organizationId, audit)));
    const { code, said } = await command(chaos.settings, 'verify');
    if (code !== 0) wrong.push(`verify ended with ${code}: ${said}`);
    await countReached(tally, space, door);
    tally.add('purchases written', books.here.length);
    wrong.push(...grouped(complaints));
    return { wrong, tally, seconds };
  });
}

/** `npm run prove -- payments [--purchases N] [--seed S]`: thousands of purchases while everything goes wrong. */
export async function provePayments(options: { purchases?: string; seed?: string }): Promise<string[]> {
  const purchases = Number(options.purchases ?? 10_000);
  const seed = seedOf(options.seed);
  console.log(`payments: ${purchases} purchases, half of them without webhooks, two programs, seed ${seed}`);
  const begun = performance.now();
  const { wrong, tally, seconds } = await surviveBadDays(seed, purchases, UNHURRIED);
  console.log(tally.table());
  const whole = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(
    `  ${purchases} purchases in ${seconds.toFixed(0)} s, ${(purchases / seconds).toFixed(1)} a second; ${whole} s with settling and audit`,
  );
  wrong.push(...tally.tooSeldom(Math.floor(purchases / 5_000)));
  return wrong.length > 0
    ? [...grouped(wrong), `again: npm run prove -- payments --purchases ${purchases} --seed ${seed}`]
    : [];
}

/** Says once what was said often. */
function grouped(complaints: string[]): string[] {
  const counts = new Map<string, { count: number; first: string }>();
  for (const complaint of complaints) {
    const what = complaint.replace(/[0-9a-f-]{36}|\d+|"at":"[^"]*"/g, '#').slice(0, 120);
    const seen = counts.get(what) ?? { count: 0, first: complaint };
    counts.set(what, { ...seen, count: seen.count + 1 });
  }
  return [...counts.values()].map(({ count, first }) => `${count} times: ${first}`);
}
