import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Copy, copyProgram, runTests } from './copies.ts';

/** A bug as somebody might really make it, and the test that has to notice. */
type Bug = { name: string; patch: string; what: string; file: string; title: string };

const FOLDER = join(import.meta.dirname, 'bugs');
const LANES = 2;

/** `npm run prove -- bugs [--only text]`: breaks copies of the program in many ways; their own tests have to notice. */
export async function proveBugs(options: { only?: string } = {}): Promise<string[]> {
  const bugs = readBugs().filter(({ name }) => name.includes(options.only ?? ''));
  const wrong = await withoutBugs(bugs);
  let next = 0;
  const lane = async () => {
    while (next < bugs.length) {
      const bug = bugs[next++]!;
      const text = await withBug(bug);
      console.log(`${text === undefined ? 'noticed' : 'WRONG  '}  ${bug.name}: ${text ?? bug.what}`);
      if (text !== undefined) wrong.push(`${bug.name}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  console.log(`${bugs.length} bugs, ${wrong.length} of them not as they should be`);
  return wrong;
}

/** The first line of a patch: `# What breaks. Noticed by: file > title`. */
function readBugs(): Bug[] {
  return readdirSync(FOLDER)
    .sort()
    .map((name) => {
      const patch = join(FOLDER, name);
      const [, what, file, title] = /^# (.*) Noticed by: (\S+) > (.*)\n/.exec(readFileSync(patch, 'utf8')) ?? [];
      if (!what || !file || !title) throw new Error(`${name} does not say what breaks and which test has to notice`);
      return { name: name.replace(/\.patch$/, ''), patch, what, file, title };
    });
}

/** All of those tests have to pass while nothing is broken. */
async function withoutBugs(bugs: Bug[]): Promise<string[]> {
  return await inCopy(async (copy) => {
    const files = [...new Set(bugs.map(({ file }) => file))];
    const run = await runTests(copy, files);
    const missing = bugs.filter(({ file, title }) => !run.passed.includes(`${file} > ${title}`));
    return missing.map(({ name, file, title }) => `${name}: does not pass even without the bug: ${file} > ${title}`);
  });
}

/** What is wrong: nothing when the test fails, and by itself. */
async function withBug({ patch, file, title }: Bug): Promise<string | undefined> {
  return await inCopy(async (copy) => {
    try {
      execFileSync('git', ['apply', '--whitespace=nowarn', patch], { cwd: copy.folder, stdio: 'pipe' });
    } catch (error) {
      return `the patch does not apply: ${(error as { stderr: Buffer }).stderr}`;
    }
    const { began, failed, output } = await runTests(copy, [file], title);
    if (!began) return `it does not even begin: ${output.slice(-500)}`;
    return failed.includes(`${file} > ${title}`) ? undefined : `not noticed by ${file} > ${title}`;
  });
}

async function inCopy<T>(work: (copy: Copy) => Promise<T>): Promise<T> {
  const copy = copyProgram();
  process.once('exit', copy.remove);
  try {
    return await work(copy);
  } finally {
    process.off('exit', copy.remove);
    copy.remove();
  }
}
