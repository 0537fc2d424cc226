import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Locked = { optionalDependencies?: Record<string, string>; hasInstallScript?: boolean; resolved?: string };
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };

// npm forgets the packages of other platforms when it installs over an existing folder; `npm ci` then fails elsewhere.
test('the lock file knows the packages of every platform: make it anew with `npm run lock` if not', () => {
  const names = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
  for (const { optionalDependencies } of Object.values(packages)) {
    for (const name of Object.keys(optionalDependencies ?? {})) expect(names).toContain(name);
  }
});

test('the lock file names no registry, so that people install from the one they trust', () => {
  expect(Object.values(packages).filter((it) => it.resolved)).toEqual([]);
});
