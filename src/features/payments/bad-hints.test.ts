import { expect, test } from 'vitest';
import { countBadHints } from './bad-hints.ts';

const NOW = new Date('2026-03-10T09:00:00Z');
const LATER = new Date('2026-03-10T09:01:00Z');

test('bad hints are counted by sender, for a minute', () => {
  const bad = countBadHints();
  for (let count = 1; count <= 20; count++) expect(bad.count(NOW, 'a')).toBe(false);
  expect(bad.count(NOW, 'a')).toBe(true);
  expect(bad.isTooMany(NOW, 'a')).toBe(true);
  expect(bad.isTooMany(NOW, 'b')).toBe(false);
  expect(bad.count(NOW, 'b')).toBe(false);
  expect(bad.count(NOW, 'b', 'a')).toBe(true);
  expect(bad.isTooMany(LATER, 'a')).toBe(false);
  expect(bad.count(LATER, 'a')).toBe(false);
});

test('a flood from ever new senders takes no more memory, and those it begins with are still told apart', () => {
  const bad = countBadHints();
  for (let count = 0; count < 21; count++) bad.count(NOW, 'first');
  let refused = 0;
  for (let sender = 0; sender < 20_000; sender++) if (bad.count(NOW, `sender ${sender}`)) refused++;
  expect(refused).toBeGreaterThan(14_000);
  expect(bad.isTooMany(NOW, 'first')).toBe(true);
  expect(bad.isTooMany(NOW, 'somebody else')).toBe(false);
});
