import { expect, test } from 'vitest';
import type { Pace } from './payments/chaos.ts';
import { surviveBadDays } from './payments.ts';
import { seedOf } from './random.ts';

// Two short bad days; `npm run prove -- payments` has longer ones.

const HURRIED: Pace = {
  settings: { GATEWAY_TIMEOUT_MS: '1500', FIRST_CHECK_MS: '100', CHECK_LOOP_MS: '100', CHECKOUT_LIMIT_SECONDS: '5' },
  shoppers: 8,
  clerks: 4,
  people: 12,
  patienceMs: 3_000,
  settlesWithinMs: 120_000,
};
const PURCHASES = 80;

const seed = seedOf(process.env.SEED ?? '1');

test('E1 E2 E7 E8 while everything goes wrong at once, with webhooks and without, nobody is charged twice and credits follow the money', {
  timeout: 600_000,
}, async () => {
  const { wrong, tally } = await surviveBadDays(seed, PURCHASES, HURRIED);
  expect(wrong, `seed ${seed}`).toEqual([]);
  expect(tally.get('purchases written')).toBeGreaterThan(PURCHASES * 0.9);
  for (const reached of ['cut off', 'silence', 'failed before acting', 'acted, and nobody was told'])
    expect(tally.get(`gateway: ${reached}`), reached).toBeGreaterThan(0);
});
