import { expect, test } from 'vitest';
import { creditsInput, formatCredits, formatSignedCredits, MAX_CREDITS_MINOR, parseCredits } from './credits.ts';

test('the most credits of one move are a million', () => {
  expect(MAX_CREDITS_MINOR).toBe(parseCredits('1000000.00'));
});

test('credits are read to the hundredth, and a third decimal is refused', () => {
  expect(['7', '7.5', '7,25', ' 1 000.01 '].map(parseCredits)).toEqual([700n, 750n, 725n, 100_001n]);
  expect(['7.255', '-1', '', 'ten'].map(parseCredits)).toEqual([undefined, undefined, undefined, undefined]);
});

test('UX-79 credits are shown with the decimals they have, each language in its own way', () => {
  expect([0n, 1n, 10n, 100n, 123_456_789n].map((it) => formatCredits(it, 'en'))).toEqual([
    ...['0', '0.01', '0.1', '1', '1,234,567.89'],
  ]);
  expect(formatCredits(123_456_789n, 'de')).toBe('1.234.567,89');
});

test('UX-31 less than nothing carries a minus that is a minus, and nothing carries no sign', () => {
  expect([-1n, -150n].map((it) => formatCredits(it, 'en'))).toEqual(['−0.01', '−1.5']);
  expect([-1n, 0n, 1n].map((it) => formatSignedCredits(it, 'en'))).toEqual(['−0.01', '0', '+0.01']);
});

test('a field of credits holds as few decimals as are needed', () => {
  expect([0n, 1n, 10n, 100n, 1_000n, 100_000n, 1_050n].map(creditsInput)).toEqual([
    ...['0', '0.01', '0.1', '1', '10', '1000', '10.5'],
  ]);
});
