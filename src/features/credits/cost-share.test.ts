import { expect, test } from 'vitest';
import { costShare } from './cost-share.ts';

test('a share is rounded half up', () => {
  expect(costShare(100n, 1n, 3n)).toBe(33n);
  expect(costShare(101n, 1n, 2n)).toBe(51n);
  expect(costShare(200n, 1n, 3n)).toBe(67n);
  expect(costShare(1n, 1n, 3n)).toBe(0n);
  expect(costShare(1n, 1n, 2n)).toBe(1n);
});

test('the last of the credits take all that is left', () => {
  for (const cost of [0n, 1n, 99n, 10n ** 18n]) expect(costShare(cost, 7n, 7n)).toBe(cost);
});

test('E12 whatever the parts, together they are what was paid', () => {
  for (const parts of [
    [1n, 1n, 1n],
    [7n, 11n, 13n, 100n],
    [99_999_999n, 1n],
  ]) {
    let [cost, left] = [1_001n, parts.reduce((sum, part) => sum + part, 0n)];
    for (const part of parts) {
      const share = costShare(cost, part, left);
      expect(share >= 0n && share <= cost).toBe(true);
      cost -= share;
      left -= part;
    }
    expect([cost, left]).toEqual([0n, 0n]);
  }
});
