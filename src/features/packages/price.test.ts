import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMoney, formatPricePerCredit, type Money } from '../../shared/money.ts';
import type { Tax } from '../organizations/organizations.ts';
import { priceFor } from './price.ts';

const NONE: Tax = { mode: 'none', ratePpm: 0, label: '' };
const tax = (mode: 'inclusive' | 'exclusive', percent: number): Tax => ({
  mode,
  ratePpm: percent * 10_000,
  label: 'VAT',
});

const pkg = (priceMinor: bigint, creditsMinor = 5000n) => ({ priceMinor, creditsMinor });
const minors = (price: ReturnType<typeof priceFor>) => [price.net.minor, price.tax.minor, price.total.minor];

const anyPackage = fc.record({
  priceMinor: fc.bigInt(0n, 100_000_000_000n),
  creditsMinor: fc.bigInt(1n, 100_000_000n),
});
const anyCurrency = fc.constantFrom('EUR', 'JPY', 'KWD');
const anyTax: fc.Arbitrary<Tax> = fc.oneof(
  fc.constant(NONE),
  fc.record({
    mode: fc.constantFrom('inclusive' as const, 'exclusive' as const),
    ratePpm: fc.integer({ min: 1, max: 1_000_000 }),
    label: fc.constant('VAT'),
  }),
);

test('net and tax add up to the total in EUR, JPY and KWD (E24)', () => {
  fc.assert(
    fc.property(anyPackage, fc.nat(100), anyTax, anyCurrency, (sold, discount, rate, currency) => {
      const price = priceFor(sold, discount, rate, currency);
      expect(price.net.minor + price.tax.minor).toBe(price.total.minor);
      expect(price.list).toEqual({ minor: sold.priceMinor, currency });
      for (const money of [price.net, price.tax, price.total]) {
        expect(money.minor >= 0n && money.currency === currency).toBe(true);
      }
    }),
  );
});

test('without a discount a price that holds its tax is the list price; a discount of 100 % costs nothing (E24)', () => {
  fc.assert(
    fc.property(anyPackage, anyTax, anyCurrency, (sold, rate, currency) => {
      const full = priceFor(sold, 0, rate, currency);
      expect(rate.mode === 'exclusive' ? full.net.minor : full.total.minor).toBe(sold.priceMinor);
      expect(minors(priceFor(sold, 100, rate, currency))).toEqual([0n, 0n, 0n]);
    }),
  );
});

test('a larger discount never costs more, and is never off by more than half a minor unit', () => {
  fc.assert(
    fc.property(anyPackage, fc.nat(99), anyTax, (sold, discount, rate) => {
      const price = priceFor(sold, discount, rate, 'EUR');
      expect(priceFor(sold, discount + 1, rate, 'EUR').total.minor <= price.total.minor).toBe(true);
      const discounted = rate.mode === 'exclusive' ? price.net.minor : price.total.minor;
      const error = discounted * 100n - sold.priceMinor * BigInt(100 - discount);
      expect(error > -50n && error <= 50n).toBe(true);
    }),
  );
});

test('a discount is rounded half up once: 15 % off 4.90 EUR is 4.17 EUR', () => {
  expect(minors(priceFor(pkg(490n), 15, NONE, 'EUR'))).toEqual([417n, 0n, 417n]);
  expect(minors(priceFor(pkg(10n), 5, NONE, 'EUR'))).toEqual([10n, 0n, 10n]);
});

test('inclusive tax is inside the price, exclusive tax on top of it', () => {
  expect(minors(priceFor(pkg(4900n), 0, tax('inclusive', 19), 'EUR'))).toEqual([4118n, 782n, 4900n]);
  expect(minors(priceFor(pkg(4900n), 0, tax('exclusive', 19), 'EUR'))).toEqual([4900n, 931n, 5831n]);
  expect(minors(priceFor(pkg(4900n), 20, tax('exclusive', 19), 'EUR'))).toEqual([3920n, 745n, 4665n]);
  expect(minors(priceFor(pkg(4900n), 0, tax('inclusive', 10), 'JPY'))).toEqual([4455n, 445n, 4900n]);
  expect(minors(priceFor(pkg(15_500n), 0, tax('exclusive', 5), 'KWD'))).toEqual([15_500n, 775n, 16_275n]);
});

test('a discount that is no whole percentage from 0 to 100 is a bug', () => {
  for (const discount of [-1, 101, 12.5, Number.NaN]) {
    expect(() => priceFor(pkg(4900n), discount, NONE, 'EUR')).toThrow('a discount is a whole percentage from 0 to 100');
  }
});

test("the price per credit has the currency's own decimals in every language (UX-03, UX-79, E24)", () => {
  const prices: Money[] = [
    { minor: 4900n, currency: 'EUR' },
    { minor: 4900n, currency: 'JPY' },
    { minor: 15_500n, currency: 'KWD' },
  ];
  const shown = ['en', 'de', 'ja'].flatMap((locale) =>
    prices.map((price) => `${locale}: ${formatMoney(price, locale)} is ${formatPricePerCredit(price, 5000n, locale)}`),
  );
  expect(shown.map((line) => line.replaceAll('\u00a0', ' '))).toMatchInlineSnapshot(`
    [
      "en: €49.00 is €0.98",
      "en: ¥4,900 is ¥98",
      "en: KWD 15.500 is KWD 0.310",
      "de: 49,00 € is 0,98 €",
      "de: 4.900 ¥ is 98 ¥",
      "de: 15,500 KWD is 0,310 KWD",
      "ja: €49.00 is €0.98",
      "ja: ￥4,900 is ￥98",
      "ja: KWD 15.500 is KWD 0.310",
    ]
  `);
});

test('without tax there is none, whatever its rate was before', () => {
  const off: Tax = { mode: 'none', ratePpm: 190_000, label: 'VAT' };
  expect(priceFor(pkg(4900n), 0, off, 'EUR').tax.minor).toBe(0n);
});
