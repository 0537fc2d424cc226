import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, inLanes, type Lane } from './lanes.ts';

/** A change of the ledger's SQL; a test has to notice it, unless `equivalent` says why nobody can. */
type SqlMutation = { place: Place; name: string; find: string; replace: string; equivalent: string | undefined };

/** Where what a list changes stands, and tests of its own. */
type Place = { migration: string; tests: readonly string[] };
const LEDGER: Place = { migration: 'db/migrations/0007_ledger.sql', tests: [] };
const PLACES: Record<string, Place> = {
  'drawing.txt': LEDGER,
  'ending.txt': LEDGER,
  'standing.txt': LEDGER,
  'renewing.txt': {
    migration: 'db/migrations/0013_plans.sql',
    tests: ['credits/plan-credits', 'subscriptions/renewing', 'subscriptions/subscriptions'].map(
      (name) => `src/features/${name}.test.ts`,
    ),
  },
};

const FOLDER = join(import.meta.dirname, 'sql');
const LANES = 2;

/** Tests of the ledger: those first that are fast and notice most. */
const TESTS = [
  'test/catalogue.test.ts',
  'test/database-guards.test.ts',
  ...[
    ...[
      'guards',
      'adjustments',
      'freezing',
      'moving-time',
      'holding',
      'returning',
      'taking-back',
      'cost',
      'writing-off',
    ],
    ...[
      'locking',
      'group-commit',
      'upgrading',
      'same-key',
      'spending',
      'credits',
      'bad-input',
      'verify',
      'ledger-rules',
      'ledger-model',
    ],
  ].map((name) => `src/features/credits/${name}.test.ts`),
];

/** `npm run prove -- mutation [--only text]`: breaks the ledger's SQL in many small ways; each has to be noticed. */
export async function proveSqlMutations(options: { only?: string } = {}): Promise<string[]> {
  const all = mutations();
  const wrong = unusable(all);
  if (wrong.length > 0) return wrong;
  const chosen = all.filter(({ name }) => name.includes(options.only ?? ''));
  const begun = performance.now();
  const counts = new Map<string, number>();
  await inLanes(chosen, LANES, async (lane, mutation) => {
    const { by, isWrong, text } = verdictOf(mutation, await runMutated(lane, mutation));
    counts.set(by, (counts.get(by) ?? 0) + 1);
    console.log(`${isWrong ? 'WRONG  ' : 'noticed'}  ${mutation.name}\n         ${text}`);
    if (isWrong) wrong.push(`${mutation.name}: ${text}`);
  });
  for (const [by, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${String(count).padStart(5)}  ${by}`);
  console.log(`${chosen.length} changes of the ledger's SQL in ${Math.round((performance.now() - begun) / 1000)} s`);
  return wrong;
}

/** Reads the changes from their lists: `# name`, what stands there with `-`, what is put there with `+`, why not with `=`. */
function mutations(): SqlMutation[] {
  const blocks = Object.entries(PLACES).flatMap(([file, place]) =>
    readFileSync(join(FOLDER, file), 'utf8')
      .split(/^# /m)
      .slice(1)
      .map((block) => ({ place, block })),
  );
  return blocks.map(({ place, block }) => {
    const [name, ...lines] = block.split('\n');
    const marked = (mark: string) => lines.filter((line) => line.startsWith(`${mark} `)).map((line) => line.slice(2));
    const equivalent = marked('=').join(' ') || undefined;
    return { place, name: name!.trim(), find: marked('-').join('\n'), replace: marked('+').join('\n'), equivalent };
  });
}

/** What is wrong with the lists themselves. */
function unusable(all: SqlMutation[]): string[] {
  const names = all.map(({ name }) => name);
  return [
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${name}: there twice`),
    ...all
      .filter(({ place, find }) => readFileSync(place.migration, 'utf8').split(find).length !== 2)
      .map(({ name }) => `${name}: does not stand there once`),
  ];
}

/** Answers who noticed first; or, as text, why it could not even be tried. */
async function runMutated(lane: Lane, { place, find, replace }: SqlMutation): Promise<Finding | string> {
  const path = join(lane.folder, place.migration);
  const original = readFileSync(place.migration, 'utf8');
  writeFileSync(
    path,
    original.replace(find, () => replace),
  );
  try {
    await lane.migrate();
  } catch (error) {
    return (error as Error).message;
  }
  const finding = await lane.run([...place.tests, ...TESTS]);
  writeFileSync(path, original);
  return finding;
}

function verdictOf(
  { equivalent }: SqlMutation,
  found: Finding | string,
): { by: string; isWrong: boolean; text: string } {
  if (typeof found === 'string')
    return { by: 'no SQL any more', isWrong: true, text: `it is no SQL any more: ${found}` };
  if (found && equivalent === undefined)
    return { by: found.file, isWrong: false, text: `${found.file}: ${found.title}` };
  if (found)
    return {
      by: found.file,
      isWrong: true,
      text: `said to change nothing, but noticed by ${found.file}: ${found.title}`,
    };
  if (equivalent !== undefined)
    return { by: 'nobody, rightly', isWrong: false, text: `nobody, rightly: ${equivalent}` };
  return { by: 'nobody', isWrong: true, text: 'all tests pass' };
}
