import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { breakGround } from '../../../test/proofs/ground.ts';
import type { Ground } from '../../../test/proofs/moves.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { newId } from '../../platform/ids.ts';
import { costShare } from './cost-share.ts';
import { addCredits } from './credits.ts';
import { type Account, balanceChangeOf, POSTING_TEMPLATES, postingsOf } from './posting-templates.ts';
import { bySpendingOrder } from './spending-order.ts';

// The rules that are written twice, as code and as SQL: both have to say the same.

const NOW = new Date('2026-03-10T09:00:00Z');

let db: TestDatabase;
let ground: Ground;
let owner: pg.Client;

beforeAll(async () => {
  db = await testDatabase();
  ground = await breakGround(db.database, 1);
  owner = new pg.Client({ connectionString: db.ownerUrl });
  await owner.connect();
  await owner.query(`select set_config('roost.organization_id', $1, false)`, [ground.organizationId]);
});
afterAll(async () => {
  await owner.end();
  await db.close();
});

describe('the order of spending', () => {
  // Few values for each, so that most lots are alike in something.
  const instant = fc.integer({ min: 0, max: 4 }).map((minutes) => new Date(NOW.getTime() + minutes * 60_000));
  const lot = fc.record({
    id: fc.uuid(),
    source: fc.constantFrom('plan' as const, 'purchase' as const, 'adjustment' as const),
    expiresAt: fc.option(instant),
    createdAt: fc.oneof(instant, fc.date({ min: NOW, max: new Date('2031-01-01T00:00:00Z'), noInvalidDate: true })),
  });
  const lots = fc.uniqueArray(lot, { selector: ({ id }) => id, maxLength: 30 });

  test('is the same in the program and in the database', async () => {
    await fc.assert(
      fc.asyncProperty(lots, async (some) => {
        const rows = some.map(({ id, source, expiresAt, createdAt }) => ({
          ...{ id, source },
          ...{ expires_at: expiresAt, created_at: createdAt },
        }));
        const sorted = await owner.query<{ id: string }>(
          'select l.id from jsonb_populate_recordset(null::credit_lots, $1) l order by spending_order(l)',
          [JSON.stringify(rows)],
        );
        expect(sorted.rows.map(({ id }) => id)).toEqual([...some].sort(bySpendingOrder).map(({ id }) => id));
      }),
      { numRuns: 500 },
    );
  });
});

describe('what was paid goes with the credits', () => {
  const of = fc.bigInt({ min: 1n, max: 100_000_000n });
  const cost = fc.oneof(fc.bigInt({ min: 0n, max: 200n }), fc.bigInt({ min: 0n, max: 10n ** 15n }));
  const part = fc
    .tuple(cost, of)
    .chain(([paid, all]) =>
      fc.tuple(fc.constant(paid), fc.oneof(fc.bigInt({ min: 1n, max: all }), fc.constant(all)), fc.constant(all)),
    );

  test('in the same parts by the program and by the database', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 50, maxLength: 50 }), async (parts) => {
        const columns = [0, 1, 2].map((at) => parts.map((it) => String(it[at])));
        const { rows } = await owner.query<{ share: string }>(
          `select cost_share(c, k, n)::text as share
            from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality u (c, k, n, place) order by place`,
          columns,
        );
        expect(rows.map(({ share }) => BigInt(share))).toEqual(parts.map((it) => costShare(...it)));
      }),
      { numRuns: 100 },
    );
  });

  test('and however credits are split, the parts come to what was paid, and none is off by more than a half', () => {
    const steps = fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(cost, steps, (paid, takes) => {
        let [left, rest] = [paid, takes.reduce((sum, take) => sum + take, 0n)];
        for (const take of takes) {
          const share = costShare(left, take, rest);
          const twiceOff = 2n * (share * rest - left * take);
          expect(twiceOff <= rest && twiceOff >= -rest && share <= left).toBe(true);
          left -= share;
          rest -= take;
        }
        expect(left).toBe(0n);
      }),
    );
  });
});

describe('posting templates', () => {
  test('each sums to zero, for every amount', () => {
    fc.assert(
      fc.property(fc.constantFrom(...POSTING_TEMPLATES), fc.bigInt(), (template, credits) => {
        expect(postingsOf(template, credits).reduce((sum, { changeMinor }) => sum + changeMinor, 0n)).toBe(0n);
      }),
    );
  });

  test('the database lets exactly these be written, whoever writes', async () => {
    const { organizationId } = ground;
    const customerId = ground.customers[0]!;
    const move = { organizationId, customerId, key: 'first', actorUserId: null, now: NOW };
    const first = await db.database.write(organizationId, (tx) =>
      addCredits(tx, { ...move, creditsMinor: 1000n, expiresAt: null, memo: 'to begin with' }),
    );
    /** Whether an entry is let in that follows the first, and is right but for its template. */
    const isLetIn = async (type: string, from: string, to: string): Promise<boolean> => {
      const credits = type === 'freeze' || type === 'thaw' ? 0n : 10n;
      const change = balanceChangeOf({ type, from: from as Account, to: to as Account }, credits);
      const row = {
        ...{
          organization_id: organizationId,
          id: newId(NOW),
          customer_id: customerId,
          version: 2,
          previous_version: 1,
        },
        ...{ type, from_account: from, to_account: to, credits_minor: credits, change_minor: change },
        ...{ balance_before_minor: 1000n, balance_after_minor: 1000n + change, idempotency_key: 'second', memo: 'why' },
        asked_minor: type === 'take_back' ? 10n : null,
        clears_entry_id: ['held', 'spent', 'taken_back'].includes(from) ? first.entryId : null,
        hold_until: type === 'hold' ? NOW : null,
        created_at: NOW,
      };
      const names = Object.keys(row);
      await owner.query('begin');
      try {
        await owner.query(
          `insert into credit_entries (${names}) values (${names.map((_, at) => `$${at + 1}`)})`,
          Object.values(row),
        );
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: '23514', constraint: 'credit_entries_template' });
        return false;
      } finally {
        await owner.query('rollback');
      }
    };
    const types = [...new Set(POSTING_TEMPLATES.map(({ type }) => type)), 'gift'];
    const accounts = ['issued', 'customer', 'held', 'spent', 'expired', 'taken_back', 'bank'];
    const letIn: string[] = [];
    for (const type of types)
      for (const from of accounts)
        for (const to of accounts) if (await isLetIn(type, from, to)) letIn.push(`${type}: ${from} → ${to}`);
    expect(letIn.sort()).toEqual(POSTING_TEMPLATES.map(({ type, from, to }) => `${type}: ${from} → ${to}`).sort());
  });
});
