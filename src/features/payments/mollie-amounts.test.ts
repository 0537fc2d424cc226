import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unknown } from './gateway.ts';
import { chargeable, fromMollieAmount, toMollieAmount } from './mollie-amounts.ts';

describe('Amounts at Mollie', () => {
  test.each([
    ['EUR', 4900n, '49.00'],
    ['EUR', 5n, '0.05'],
    ['HUF', 490_000n, '4900.00'],
    ['JPY', 4900n, '4900'],
    ['ISK', 7n, '7'],
    ['KWD', 4900n, '4.900'],
    ['EUR', 900_719_925_474_099_301n, '9007199254740993.01'],
  ])('money in %s of %i of its smallest unit is written %s (E24)', (currency, minor, value) => {
    expect(toMollieAmount({ minor, currency })).toEqual({ currency, value });
  });

  test.each(['EUR', 'JPY', 'KWD', 'HUF'])('whatever is written in %s is read back exactly', (currency) => {
    fc.assert(
      fc.property(fc.bigInt(0n, 999_999_999_999n), (minor) => {
        expect(fromMollieAmount(toMollieAmount({ minor, currency }))).toEqual({ minor, currency });
      }),
    );
  });

  test.each([
    ['EUR', '49'],
    ['EUR', '49.0'],
    ['EUR', '49.000'],
    ['EUR', '-49.00'],
    ['EUR', '4.9e1'],
    ['EUR', ' 49.00'],
    ['EUR', '49,00'],
    ['EUR', ''],
    ['EUR', '.00'],
    ['JPY', '4900.00'],
    ['KWD', '4.90'],
    ['eur', '49.00'],
    ['EURO', '49.00'],
  ])('an answer of %s "%s" is no amount: it is never rounded or guessed', (currency, value) => {
    expect(() => fromMollieAmount({ currency, value })).toThrow(Unknown);
  });

  test('the least is one of the smallest unit (E14)', () => {
    expect(chargeable({ minor: 1n, currency: 'EUR' })).toEqual({ ok: true });
    expect(chargeable({ minor: 0n, currency: 'EUR' })).toEqual({ ok: false, least: { minor: 1n, currency: 'EUR' } });
    expect(chargeable({ minor: 0n, currency: 'JPY' })).toEqual({ ok: false, least: { minor: 1n, currency: 'JPY' } });
  });

  test.each(['KWD', 'BRL', 'XYZ'])('%s is not charged by any way that pays at once', (currency) => {
    expect(chargeable({ minor: 4900n, currency })).toEqual({ ok: false });
  });
});
