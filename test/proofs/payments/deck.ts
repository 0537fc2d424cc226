import type { Random } from '../random.ts';

// What may happen to a purchase, and how often of a hundred times.

/** Test cards, by what their bank does. */
export const CARDS = {
  good: '4242424242424242',
  declined: '4000000000000002',
  'lacks funds': '4000000000009995',
  asks: '4000002760003184',
  'asks until saved': '4000002500003155',
  'declines when saved': '4000000000000341',
  'is disputed later': '4000000000000259',
  'is inquired about later': '4000000000001976',
  'fails refunds later': '4000000000005126',
  'delays refunds': '4000000000007726',
} as const;
export type Card = keyof typeof CARDS;

/** How the button is pressed. */
export const PRESSES = {
  once: 66,
  'twice at once, at both programs': 14,
  'again after the answer': 8,
  'the line is cut, and again': 8,
  'again with another package in it': 4,
} as const;
export type Press = keyof typeof PRESSES;

/** What the payer does then. */
export const WAYS = {
  'the gateway’s page': 14,
  'the gateway’s page, and never back': 10,
  'the gateway’s page, pressed twice there': 4,
  'declined there, then another card': 4,
  'declined there, and leaves': 3,
  'the bank asks there: yes': 4,
  'the bank asks there: no, then another card': 2,
  'the bank asks there: no, and leaves': 2,
  'the bank asks there, and is never answered': 2,
  'never pays': 2,
  'goes back without paying': 3,
  'pays, and goes back': 3,
  'pays and goes back at once': 4,
  'comes back at both programs at once': 4,
  'a card that is disputed later': 3,
  'a card that is inquired about later': 2,
  'a card that fails refunds later': 3,
  'a card that delays refunds': 3,
  'a saved card': 20,
  'a saved card whose bank asks: yes': 3,
  'a saved card whose bank asks: no': 2,
  'a saved card whose bank is never answered': 1,
  'a saved card that is declined': 3,
  'nothing to pay': 2,
} as const;
export type Way = keyof typeof WAYS;

/** What happens to a payment afterwards. */
export const AFTERWARDS = {
  nothing: 80,
  'refunded here': 5,
  'refunded here in part': 6,
  'refunded here in part, twice': 4,
  'refunded here by two at once, together too much': 3,
  'refunded here by one form sent twice at once': 4,
  'refunded at the gateway': 4,
  'refunded here and at the gateway at once': 4,
  'a refund fails later': 4,
  'spent, then refunded': 6,
  'spent, refunded, and let go': 3,
  'disputed and won': 4,
  'disputed and lost': 4,
  'disputed in part, and left open': 2,
  'disputed, then refunded here': 2,
  'refunded in part, then disputed and lost': 3,
  'spent, disputed and won': 3,
  'asked about and closed': 1,
  'asked about and disputed': 2,
} as const;
export type Afterwards = keyof typeof AFTERWARDS;

/** Deals cards so that of each hundred every name comes as often as its weight says, in an order that chance decides. */
export function deal<T extends string>(weights: Record<T, number>, { int }: Random): () => T {
  const names = Object.keys(weights) as T[];
  const whole = names.flatMap((name) => Array.from({ length: weights[name] }, () => name));
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = [...whole];
    return left.splice(int(0, left.length - 1), 1)[0]!;
  };
}
