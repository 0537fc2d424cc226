import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyProgram, run } from './copies.ts';

// Changes of the pure files of the money core, made by Stryker, each of which a test has to notice.

const STRYKER = 'node_modules/@stryker-mutator/core/bin/stryker.js';
const WANTED = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1'];
const TIMEOUT_MS = 3_600_000;
const LEAST_PERCENT = 90;

/** `npm run prove -- mutation`, its second half. Stryker is no dependency: whoever wants to run this installs it for it. */
export async function provePureMutations(): Promise<string[]> {
  if (!existsSync(STRYKER))
    return [`Stryker is not here. npm install --no-save --ignore-scripts --no-audit ${WANTED.join(' ')}`];
  const copy = copyProgram();
  try {
    const output = await run(copy.folder, [STRYKER, 'run', 'test/mutation/stryker.json'], TIMEOUT_MS);
    const path = join(copy.folder, '.stryker-report.json');
    if (!existsSync(path)) return [`Stryker has made no report:\n${output.slice(-2_000)}`];
    return judged(JSON.parse(readFileSync(path, 'utf8')));
  } finally {
    copy.remove();
  }
}

type Place = { line: number; column: number };
type Mutant = { mutatorName: string; replacement?: string; location: { start: Place; end: Place }; status: string };
type Report = { files: Record<string, { source: string; mutants: Mutant[] }> };

const NOTICED = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];

function judged({ files }: Report): string[] {
  const argued = readArgued();
  const wanted = new Set(argued.keys());
  const wrong: string[] = [];
  for (const [file, { source, mutants }] of Object.entries(files).sort()) {
    const noticed = mutants.filter(({ status }) => NOTICED.includes(status)).length;
    const missed = mutants.filter(({ status }) => MISSED.includes(status)).map((mutant) => changeOf(source, mutant));
    // What changes nothing cannot be noticed, and does not count.
    const unnoticed = missed.filter((change) => !argued.has(`${file}\n${change}`));
    for (const change of missed) wanted.delete(`${file}\n${change}`);
    const percent = Math.floor((100 * noticed) / (noticed + unnoticed.length));
    const counts = `${noticed} of ${noticed + missed.length}, ${missed.length - unnoticed.length} change nothing`;
    console.log(`${String(percent).padStart(4)} %  ${counts}  ${file}`);
    if (percent < LEAST_PERCENT) wrong.push(`${file}: only ${percent} % of its changes are noticed`);
    for (const change of unnoticed) wrong.push(`${file}: nobody notices\n${change}`);
  }
  for (const key of wanted) wrong.push(`said to change nothing, and noticed or not there any more:\n${key}`);
  return wrong;
}

/** The whole lines before and after. */
function changeOf(source: string, { location: { start, end }, replacement = '' }: Mutant): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const before = lines[0]!.slice(0, start.column - 1);
  const behind = lines.at(-1)!.slice(end.column - 1);
  const shown = (mark: string, text: string[]) => text.map((line) => `${mark} ${line.trim()}`);
  return [...shown('-', lines), ...shown('+', `${before}${replacement}${behind}`.split('\n'))].join('\n');
}

/** What is in the list of those that nobody can notice: `# file`, the lines before with `-`, after with `+`, and `=` why. */
function readArgued(): Map<string, string> {
  const text = readFileSync(join(import.meta.dirname, 'pure-survivors.txt'), 'utf8');
  const blocks = text.split(/^# /m).slice(1);
  return new Map(
    blocks.map((block) => {
      const [file, ...lines] = block.split('\n');
      const change = lines.filter((line) => /^[-+] /.test(line)).join('\n');
      const why = lines.filter((line) => line.startsWith('= ')).join(' ');
      if (why === '') throw new Error(`no reason is given in ${file}:\n${change}`);
      return [`${file!.trim()}\n${change}`, why];
    }),
  );
}
