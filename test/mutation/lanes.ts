import { join, relative, sep } from 'node:path';
import pg from 'pg';
import { createVitest, type TestCase, type TestModule, type Vitest } from 'vitest/node';
import { prepareDatabase } from '../../src/platform/database/prepare.ts';
import type { ClusterUrls } from '../support/cluster.ts';
import { type Copy, copyProgram } from './copies.ts';

/** What came of a run: the first test that failed, if any did. */
export type Finding = { file: string; title: string } | undefined;

/** A copy of the program with a server of its own, which stays while the migrations of the copy are changed. */
export type Lane = {
  folder: string;
  /** Migrates anew from the files of the copy; fails when they are no SQL any more. */
  migrate(): Promise<void>;
  /** Runs test files in their order, up to the first test that fails. */
  run(files: readonly string[]): Promise<Finding>;
};

/** Does all the work in so many lanes, and leaves nothing behind. */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (lane: Lane, item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const go = async () => {
    const copy = copyProgram();
    const end = () => copy.remove();
    process.once('exit', end);
    const vitest = await openVitest(copy);
    try {
      const lane = await laneOf(copy, vitest);
      while (next < items.length) await work(lane, items[next++]!);
    } finally {
      await vitest.close();
      process.off('exit', end);
      copy.remove();
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(lanes, items.length) }, go));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

const PATIENCE = { testTimeout: 120_000, hookTimeout: 120_000, teardownTimeout: 10_000 };

async function openVitest({ folder }: Copy): Promise<Vitest> {
  const failsFast = {
    onTestCaseResult(test: TestCase) {
      if (test.result().state === 'failed') vitest.cancelCurrentRun('test-failure');
    },
  };
  const config = join(folder, relative(ROOT, join(import.meta.dirname, 'vitest.config.ts')));
  const vitest = await createVitest('test', {
    root: folder,
    config,
    watch: false,
    reporters: [failsFast],
    ...PATIENCE,
  });
  return vitest;
}

const ROOT = join(import.meta.dirname, '../..');

async function laneOf({ folder }: Copy, vitest: Vitest): Promise<Lane> {
  const run: Lane['run'] = async (files) => {
    process.env.TEST_ORDER = files.join(',');
    const { testModules } = await vitest.runTestSpecifications(await vitest.globTestSpecifications([...files]));
    return firstFailure(testModules, folder);
  };
  // The first run starts the server.
  await run(['test/catalogue.test.ts']);
  const project = vitest.getRootProject();
  const urls = project.getProvidedContext().postgres;
  // What goes round and round is ended too.
  const appUrl = `${urls.appUrl}?options=-c%20statement_timeout%3D20000`;
  project.provide('postgres', { ...urls, appUrl });
  return { folder, run, migrate: () => migrateAnew(urls, folder) };
}

async function migrateAnew(urls: ClusterUrls, folder: string): Promise<void> {
  await asOwner(urls, ['drop database template_roost', 'create database template_roost']);
  const ownerUrl = Object.assign(new URL(urls.ownerUrl), { pathname: '/template_roost' }).href;
  await prepareDatabase({ ownerUrl, appRole: new URL(urls.appUrl).username }, folder, []);
}

async function asOwner({ ownerUrl }: ClusterUrls, statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function firstFailure(modules: readonly TestModule[], folder: string): Finding {
  for (const module of modules) {
    const file = relative(folder, module.moduleId).split(sep).join('/');
    for (const test of module.children.allTests('failed')) return { file, title: test.fullName };
    const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
    if (module.errors().length + suites.length > 0) return { file, title: '(before or after its tests)' };
  }
  return undefined;
}
