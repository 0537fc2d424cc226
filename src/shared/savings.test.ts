import { expect, test } from 'vitest';
import { savingPercent } from './savings.ts';

const offer = (priceMinor: bigint, credits: bigint) => ({ priceMinor, creditsMinor: credits * 100n });

test('a package saves against the dearest one, in whole percent rounded down', () => {
  expect(savingPercent(offer(4900n, 50n), [offer(1200n, 10n), offer(10800n, 120n)])).toBe(18);
  expect(savingPercent(offer(10800n, 120n), [offer(1200n, 10n), offer(4900n, 50n)])).toBe(25);
});

test('the dearest package, and one without others, saves nothing', () => {
  expect(savingPercent(offer(1200n, 10n), [offer(4900n, 50n)])).toBe(0);
  expect(savingPercent(offer(4900n, 50n), [])).toBe(0);
});

test('less than one percent is not worth saying', () => {
  expect(savingPercent(offer(9901n, 100n), [offer(10000n, 100n)])).toBe(0);
  expect(savingPercent(offer(9900n, 100n), [offer(10000n, 100n)])).toBe(1);
});

test('free packages and amounts beyond a float stay exact', () => {
  expect(savingPercent(offer(0n, 50n), [offer(0n, 10n)])).toBe(0);
  expect(savingPercent(offer(0n, 50n), [offer(100n, 10n)])).toBe(100);
  const huge = 10n ** 20n;
  expect(savingPercent(offer(huge * 99n + 1n, 1n), [offer(huge * 100n, 1n)])).toBe(0);
});
