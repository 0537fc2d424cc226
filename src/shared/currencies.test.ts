import { describe, expect, test } from 'vitest';
import { decimalText, divideHalfUp, exponentOf, formatMoney, parseDecimal, parseMinor } from './money.ts';

describe('E24 decimals of ISO 4217', () => {
  test.each<[number, string]>([
    [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
    [2, 'EUR USD GBP CHF HUF IDR TWD MGA MRU AED'],
    [3, 'BHD IQD JOD KWD LYD OMR TND'],
    [4, 'CLF UYW'],
  ])('E24 are %s in %s', (exponent, codes) => {
    for (const code of codes.split(' ')) expect(exponentOf(code), code).toBe(exponent);
  });
});

test('E24 money is shown exactly, less than nothing and less than one too', () => {
  expect(formatMoney({ minor: -5n, currency: 'EUR' }, 'en')).toBe('-€0.05');
  expect(formatMoney({ minor: 0n, currency: 'EUR' }, 'en')).toBe('€0.00');
  expect(formatMoney({ minor: 5n, currency: 'KWD' }, 'en')).toBe('KWD\u00a00.005');
  expect(formatMoney({ minor: -4_900n, currency: 'JPY' }, 'en')).toBe('-¥4,900');
});

test('plain decimals have as many digits after the point as they should, and a nought before it', () => {
  expect(decimalText(0n, 2)).toBe('0.00');
  expect(decimalText(0n, 0)).toBe('0');
  expect(decimalText(5n, 0)).toBe('5');
  expect(decimalText(5n, 3)).toBe('0.005');
  expect(decimalText(-5n, 3)).toBe('-0.005');
  expect(decimalText(-12_345n, 0)).toBe('-12345');
  expect(decimalText(123n, 2)).toBe('1.23');
});

test('a division is rounded at exactly one half, on both sides of nothing', () => {
  expect([0n, 1n, 2n, 3n, 4n, 5n, 6n].map((it) => divideHalfUp(it, 4n))).toEqual([0n, 0n, 1n, 1n, 1n, 1n, 2n]);
  expect([-1n, -2n, -3n, -5n, -6n].map((it) => divideHalfUp(it, 4n))).toEqual([0n, -1n, -1n, -1n, -2n]);
});

test('a division by nothing, or by less, says so', () => {
  for (const divisor of [0n, -1n]) expect(() => divideHalfUp(1n, divisor)).toThrow('the divisor must be positive');
});

describe('an amount as a person types it', () => {
  test('may have spaces around and between its thousands, of any kind', () => {
    for (const text of [' 1234.5 ', '1 234.50', "1'234,5", '1\u00a0234.50', '1\u202f234,50', '\t1234.50\n'])
      expect(parseMinor(text, 'EUR'), text).toBe(123_450n);
    expect(parseMinor('1 234 567', 'EUR')).toBe(123_456_700n);
    expect(parseMinor('1 234', 'JPY')).toBe(1_234n);
  });

  test('is not put together from pieces that are no thousands', () => {
    for (const text of ['1 23', '1 2345', '12 34.50', '1  234', ' ', '1 234 56', "1'23", 'x1', '1x', '1.2x', '1,2,3'])
      expect(parseMinor(text, 'EUR'), text).toBeUndefined();
  });

  test('has up to as many decimals as its currency, and up to twelve digits before them', () => {
    expect(parseMinor('5.', 'EUR')).toBe(500n);
    expect(parseMinor('5.', 'JPY')).toBe(5n);
    expect(parseMinor('5.0', 'JPY')).toBeUndefined();
    expect(parseMinor('0.0001', 'CLF')).toBe(1n);
    expect(parseMinor('999999999999.99', 'EUR')).toBe(99_999_999_999_999n);
    expect(parseMinor('1000000000000', 'EUR')).toBeUndefined();
    expect(parseDecimal('0.12345', 5)).toBe(12_345n);
    expect(parseMinor('.5', 'EUR')).toBeUndefined();
  });
});
