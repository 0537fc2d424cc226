import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PG_BOSS_VERSION } from './jobs.ts';

test('the job queue’s schema is installed anew when its version changes', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(dependencies['pg-boss']).toBe(PG_BOSS_VERSION);
});
