import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostPopular, savingsOf } from './savings.ts';

const sold = (id: string, priceMinor: bigint, credits: bigint) => ({ id, priceMinor, creditsMinor: credits * 100n });

const anyPackages = fc
  .array(fc.record({ priceMinor: fc.bigInt(0n, 10n ** 11n), creditsMinor: fc.bigInt(1n, 10n ** 8n) }), { maxLength: 6 })
  .map((list) => list.map((it, index) => ({ ...it, id: String(index) })));

test('a package shows what it saves per credit against the dearest one, rounded down (UX-04)', () => {
  const savings = savingsOf([sold('10', 1000n, 10n), sold('50', 4450n, 50n), sold('100', 7001n, 100n)]);
  expect([...savings]).toEqual([
    ['50', 11],
    ['100', 29],
  ]);
});

test('a saving under 1 % is not shown, and one of exactly 1 % is (UX-04)', () => {
  expect(savingsOf([sold('a', 10_000n, 100n), sold('b', 9901n, 100n)]).size).toBe(0);
  expect(savingsOf([sold('a', 10_000n, 100n), sold('b', 9900n, 100n)]).get('b')).toBe(1);
});

test('a single package has no saving, nor have packages that are all free (UX-04)', () => {
  expect(savingsOf([sold('a', 1000n, 10n)]).size).toBe(0);
  expect(savingsOf([sold('a', 0n, 10n), sold('b', 0n, 20n)]).size).toBe(0);
  expect(savingsOf([]).size).toBe(0);
});

test('a free package beside one that costs money saves 100 % (UX-04)', () => {
  expect(savingsOf([sold('a', 1000n, 10n), sold('b', 0n, 10n)]).get('b')).toBe(100);
});

test('no saving is ever larger than it is, and the dearest package has none (UX-04)', () => {
  fc.assert(
    fc.property(anyPackages, (packages) => {
      const savings = savingsOf(packages);
      for (const { id, priceMinor, creditsMinor } of packages) {
        const percent = savings.get(id);
        if (percent === undefined) continue;
        expect(percent >= 1 && percent <= 100).toBe(true);
        // Some other package costs at least so much more per credit.
        const proven = packages.some(
          (other) => priceMinor * other.creditsMinor * 100n <= other.priceMinor * creditsMinor * BigInt(100 - percent),
        );
        expect(proven).toBe(true);
      }
      if (packages.length > 0) expect(savings.size < packages.length).toBe(true);
    }),
  );
});

test('at most one package is most popular: the one bought most, the first among equals (UX-05)', () => {
  const packages = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  expect(
    mostPopular(
      packages,
      new Map([
        ['b', 3],
        ['c', 2],
      ]),
    ),
  ).toBe('b');
  expect(
    mostPopular(
      packages,
      new Map([
        ['c', 3],
        ['a', 3],
      ]),
    ),
  ).toBe('a');
  expect(
    mostPopular(
      packages,
      new Map([
        ['gone', 9],
        ['c', 1],
      ]),
    ),
  ).toBe('c');
});

test('no package is most popular before anything was bought, or without a choice (UX-05)', () => {
  expect(mostPopular([{ id: 'a' }, { id: 'b' }], new Map())).toBeUndefined();
  expect(mostPopular([{ id: 'a' }, { id: 'b' }], new Map([['a', 0]]))).toBeUndefined();
  expect(mostPopular([{ id: 'a' }], new Map([['a', 5]]))).toBeUndefined();
});

test('of two packages one can be the most popular, of one none', () => {
  const counts = new Map([['a', 1]]);
  expect(mostPopular([{ id: 'b' }, { id: 'a' }], counts)).toBe('a');
  expect(mostPopular([{ id: 'a' }], counts)).toBeUndefined();
});
