import { describe, expect, test } from 'vitest';
import { creditsInput, formatCredits, formatSignedCredits, parseCredits } from './credits.ts';
import { decimalText, divideHalfUp, exponentOf, formatMoney, formatPricePerCredit, parseMinor } from './money.ts';

describe('E24 money in every currency', () => {
  test('E24 decimals are those of ISO 4217: EUR 2, JPY 0, KWD 3, HUF 2, ISK 0', () => {
    expect(['EUR', 'JPY', 'KWD', 'HUF', 'ISK', 'CLF'].map(exponentOf)).toEqual([2, 0, 3, 2, 0, 4]);
  });

  test('E24 amounts are shown with the currency’s own decimals in each language', () => {
    expect(formatMoney({ minor: 4900n, currency: 'EUR' }, 'en')).toBe('€49.00');
    expect(formatMoney({ minor: 4900n, currency: 'EUR' }, 'de')).toBe('49,00\u00a0€');
    expect(formatMoney({ minor: 4900n, currency: 'JPY' }, 'ja')).toBe('￥4,900');
    expect(formatMoney({ minor: 4900n, currency: 'KWD' }, 'en')).toBe('KWD\u00a04.900');
    expect(formatMoney({ minor: 123_456_789_012_345_678n, currency: 'EUR' }, 'en')).toBe('€1,234,567,890,123,456.78');
  });

  test('a third decimal of a euro is refused, and so is anything that is no amount', () => {
    expect(parseMinor('4.85', 'EUR')).toBe(485n);
    expect(parseMinor('49,5', 'EUR')).toBe(4950n);
    expect(parseMinor('1 234.50', 'EUR')).toBe(123_450n);
    expect(parseMinor('4900', 'JPY')).toBe(4900n);
    expect(parseMinor('1.005', 'KWD')).toBe(1005n);
    for (const text of [
      '1.005',
      '1,000',
      '49.000',
      '-1',
      '+1',
      '1e3',
      'NaN',
      '',
      '.',
      '٣',
      '1.2.3',
      '0x10',
      ' ',
      '1'.repeat(13),
    ]) {
      expect(parseMinor(text, 'EUR'), text).toBeUndefined();
    }
  });
});

test('UX-03 the price per credit is rounded half up at the currency’s own decimals', () => {
  expect(formatPricePerCredit({ minor: 4900n, currency: 'EUR' }, 5000n, 'en')).toBe('€0.98');
  expect(formatPricePerCredit({ minor: 1000n, currency: 'JPY' }, 300n, 'ja')).toBe('￥333');
  expect(formatPricePerCredit({ minor: 1n, currency: 'EUR' }, 200n, 'en')).toBe('€0.01');
});

test('division rounds half away from zero and refuses to divide by nothing', () => {
  expect([divideHalfUp(5n, 2n), divideHalfUp(-5n, 2n), divideHalfUp(4n, 3n), divideHalfUp(5n, 3n)]).toEqual([
    3n,
    -3n,
    1n,
    2n,
  ]);
  expect(() => divideHalfUp(1n, 0n)).toThrow(RangeError);
});

test('credits are read from text to the hundredth and shown without needless decimals', () => {
  expect(parseCredits('0.01')).toBe(1n);
  expect(parseCredits('0.001')).toBeUndefined();
  expect([formatCredits(5000n, 'en'), formatCredits(50n, 'en'), formatCredits(125_025n, 'en')]).toEqual([
    '50',
    '0.5',
    '1,250.25',
  ]);
  expect([creditsInput(5000n), creditsInput(50n), creditsInput(10_000n), creditsInput(1n)]).toEqual([
    '50',
    '0.5',
    '100',
    '0.01',
  ]);
  expect(decimalText(-4900n, 2)).toBe('-49.00');
});

test('UX-31 a change of credits says its direction in text', () => {
  expect([formatSignedCredits(5000n, 'en'), formatSignedCredits(-800n, 'en')]).toEqual(['+50', '−8']);
});
