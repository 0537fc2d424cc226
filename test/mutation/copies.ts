import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const LEFT_OUT = ['node_modules', '.git', 'build', 'data', 'test-results', 'playwright-report', '.vitest'];

/** A copy of the program in which something may be broken. It shares the packages with the original. */
export type Copy = { folder: string; remove(): void };

export function copyProgram(): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'roost-broken-'));
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (path) => !LEFT_OUT.includes(relative(ROOT, path).split(sep)[0]!),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Tests by file and title, and what was said on the way. `began` is false when it did not come as far as a test. */
export type TestRun = { passed: string[]; failed: string[]; began: boolean; output: string };

const TIMEOUT_MS = 300_000;

/** Runs test files of a copy, or the one test with this title. */
export async function runTests(copy: Copy, files: readonly string[], title?: string): Promise<TestRun> {
  const report = join(copy.folder, '.vitest-report.json');
  rmSync(report, { force: true });
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--reporter', 'json', '--outputFile', report];
  const patience = ['--testTimeout', '30000', '--teardownTimeout', '10000'];
  const choice = title === undefined ? [] : ['--testNamePattern', `^${escaped(title)}$`];
  const output = await run(copy.folder, [...args, ...patience, ...choice, ...files]);
  return { ...readReport(report, copy.folder), output };
}

/** Runs Node in a process group of its own, so that all of it ends when its time is up; answers what was said. */
export function run(folder: string, args: readonly string[], timeoutMs = TIMEOUT_MS): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, detached: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output += text;
      });
    const end = () => {
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    };
    const timer = setTimeout(end, timeoutMs);
    process.once('exit', end);
    child.on('close', () => {
      clearTimeout(timer);
      process.off('exit', end);
      resolve(output);
    });
  });
}

type Report = {
  testResults: { name: string; assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
};

function readReport(path: string, folder: string): Omit<TestRun, 'output'> {
  if (!existsSync(path)) return { passed: [], failed: [], began: false };
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const tests = testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(folder, name).split(sep).join('/');
    return assertionResults.map((it) => ({ ...it, id: [file, ...it.ancestorTitles, it.title].join(' > ') }));
  });
  const those = (status: string) => tests.filter((it) => it.status === status).map(({ id }) => id);
  return { passed: those('passed'), failed: those('failed'), began: tests.length > 0 };
}

function escaped(title: string): string {
  return title.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
