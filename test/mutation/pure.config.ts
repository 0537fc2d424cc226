import { defineConfig } from 'vitest/config';

// Tests of what is pure, without a database: the fewer seconds they take, the more changes can be tried on them.
export default defineConfig({
  test: {
    include: [
      'src/features/credits/{cost-share,expiring,expiry,expiry-days,posting-templates,replay,replay-moves,replay-returns,spending-order}.test.ts',
      'src/features/packages/{price,savings}*.test.ts',
      'src/features/payments/{reversals,transition,transition-table}.test.ts',
      'src/shared/{credits,currencies,money,savings}.test.ts',
    ],
  },
});
