import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unknown } from './gateway.ts';
import { chargeable, fromStripeAmount, isWhole, toStripeAmount } from './stripe-amounts.ts';

describe('Amounts at Stripe', () => {
  test.each([
    ['EUR', 4900n, 4900],
    ['JPY', 4900n, 4900],
    ['KWD', 4900n, 4900],
    ['ISK', 4900n, 490_000],
    ['UGX', 4900n, 490_000],
    ['HUF', 490_000n, 490_000],
    ['MGA', 4900n, 49],
  ])(
    'a package in %s at %i of its smallest unit is charged as %i and read back exactly (E24)',
    (currency, minor, amount) => {
      expect(chargeable({ minor, currency })).toEqual({ ok: true });
      expect(toStripeAmount({ minor, currency })).toBe(amount);
      expect(fromStripeAmount(amount, currency.toLowerCase())).toEqual({ minor, currency });
    },
  );

  test.each([
    ['EUR', 49n, 50n],
    ['USD', 49n, 50n],
    ['GBP', 29n, 30n],
    ['JPY', 49n, 50n],
    ['CHF', 0n, 50n],
    ['SEK', 299n, 300n],
    ['NOK', 299n, 300n],
    ['DKK', 249n, 250n],
    ['PLN', 199n, 200n],
    ['CZK', 1499n, 1500n],
    ['HUF', 17_499n, 17_500n],
    ['KWD', 9n, 10n],
    ['BOB', 0n, 1n],
  ])('a price in %s of %i is too low to be charged; the least is %i (E14)', (currency, minor, least) => {
    expect(chargeable({ minor, currency })).toEqual({ ok: false, least: { minor: least, currency } });
    expect(chargeable({ minor: least, currency })).toEqual({ ok: true });
  });

  test('dinars and rials are priced in tens of their smallest unit, as card networks want it (E24)', () => {
    for (const currency of ['BHD', 'JOD', 'KWD', 'OMR', 'TND']) {
      expect(chargeable({ minor: 5125n, currency })).toEqual({ ok: false, step: 10n });
      expect(chargeable({ minor: 5120n, currency })).toEqual({ ok: true });
    }
  });

  test('what can be given back may be little, but not a fraction that Stripe does not have', () => {
    expect(isWhole({ minor: 1n, currency: 'EUR' })).toBe(true);
    expect(isWhole({ minor: 5n, currency: 'KWD' })).toBe(false);
    expect(isWhole({ minor: 50n, currency: 'MGA' })).toBe(false);
    expect(isWhole({ minor: 100n, currency: 'MGA' })).toBe(true);
  });

  test('forints and Taiwan dollars are charged with their decimals: Stripe rounds only what it pays out', () => {
    for (const currency of ['HUF', 'TWD']) {
      expect(chargeable({ minor: 123_456n, currency })).toEqual({ ok: true });
      expect(toStripeAmount({ minor: 123_456n, currency })).toBe(123_456);
    }
  });

  test('a price has eight digits at most, but rupiahs twelve', () => {
    expect(chargeable({ minor: 99_999_999n, currency: 'EUR' })).toEqual({ ok: true });
    expect(chargeable({ minor: 100_000_000n, currency: 'EUR' })).toEqual({ ok: false });
    expect(chargeable({ minor: 1_000_000n, currency: 'ISK' })).toEqual({ ok: false });
    expect(chargeable({ minor: 150_000_000n, currency: 'IDR' })).toEqual({ ok: true });
    expect(chargeable({ minor: 1000n, currency: 'IQD' })).toEqual({ ok: false });
  });

  test('an amount that is no whole amount of its currency is never rounded', () => {
    expect(() => fromStripeAmount(490_050, 'isk')).toThrow(Unknown);
    expect(() => fromStripeAmount(49.5, 'eur')).toThrow(Unknown);
    expect(() => fromStripeAmount(Number.NaN, 'eur')).toThrow(Unknown);
    expect(() => fromStripeAmount(100, 'EURO')).toThrow(Unknown);
  });

  test('whatever can be charged comes back as it was', () => {
    const currency = fc.constantFrom('EUR', 'JPY', 'KWD', 'ISK', 'UGX', 'MGA', 'IDR', 'HUF');
    fc.assert(
      fc.property(currency, fc.bigInt(1n, 200_000_000n), (currency, minor) => {
        const money = { minor, currency };
        if (!chargeable(money).ok) return;
        expect(fromStripeAmount(toStripeAmount(money), currency.toLowerCase())).toEqual(money);
      }),
    );
  });
});
