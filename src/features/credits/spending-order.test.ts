import { expect, test } from 'vitest';
import { bySpendingOrder, type Place } from './spending-order.ts';

const place = (it: Partial<Place>): Place => ({
  expiresAt: new Date('2026-04-01T00:00:00Z'),
  source: 'purchase',
  createdAt: new Date('2026-03-01T00:00:00Z'),
  id: 'b',
  ...it,
});

/** Each comes before all that follow it. */
const INORDER: Place[] = [
  place({ expiresAt: new Date('2026-03-31T23:59:59.999Z'), source: 'adjustment', createdAt: new Date(9), id: 'z' }),
  place({ source: 'plan', createdAt: new Date('2026-03-02T00:00:00Z'), id: 'z' }),
  place({ createdAt: new Date('2026-02-28T23:59:59.999Z'), id: 'z' }),
  place({ id: 'a' }),
  place({ id: 'b' }),
  place({ createdAt: new Date('2026-03-01T00:00:00.001Z'), id: 'a' }),
  place({ source: 'adjustment', createdAt: new Date(0), id: 'a' }),
  place({ expiresAt: new Date('2026-04-01T00:00:00.001Z'), source: 'plan', createdAt: new Date(0), id: 'a' }),
  place({ expiresAt: null, source: 'plan' }),
  place({ expiresAt: null, source: 'purchase', id: 'a' }),
  place({ expiresAt: null, source: 'purchase', id: 'b' }),
];

test('soonest end first and never-ending last, then plan, purchase, adjustment, then the oldest, then by id', () => {
  for (const [at, first] of INORDER.entries()) {
    expect(bySpendingOrder(first, { ...first })).toBe(0);
    for (const second of INORDER.slice(at + 1)) {
      expect(bySpendingOrder(first, second)).toBe(-1);
      expect(bySpendingOrder(second, first)).toBe(1);
    }
  }
  expect(INORDER.toReversed().sort(bySpendingOrder)).toEqual(INORDER);
});
