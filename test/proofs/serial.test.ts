import { describe, expect, test } from 'vitest';
import { unexplained } from './explain.ts';
import type { Drawn } from './moves.ts';
import { cycleOf, disorder, type Seen, type Written } from './serial.ts';
import type { LedgerState } from './state.ts';

// What checks the races is checked itself: by histories made by hand that cannot have happened.

const [MIA, MAX] = ['mia', 'max'];

/** Entries of one customer, each beginning where the one before ended; named and keyed by what made them. */
function entries(customer: string, ...changes: [key: string, change: bigint][]): Written[] {
  let before = 0n;
  return changes.map(([key, change], at) => {
    const entry = {
      id: `${key} of ${customer}`,
      customer,
      version: at + 1,
      key,
      change,
      before,
      after: before + change,
    };
    before = entry.after;
    return { ...entry, credits: change < 0n ? -change : change, transaction: key };
  });
}

function spend(customer: string, key: string, credits: bigint): Drawn {
  return { kind: 'spend', customer, key, credits, actor: null, product: '', memo: '', now: 0 };
}

/** Somebody asked from `begun` to `ended` for what made an entry. */
function made(entry: Written, begun: number, ended: number, changes: object = {}): Seen {
  const answered = { entryId: entry.id, credits: entry.credits, balance: entry.after, replayed: false, ...changes };
  return { who: entry.key, begun, ended, asked: spend(entry.customer, entry.key, entry.credits), answered };
}

function looked(begun: number, ended: number, ...versions: Written[]): Seen {
  const seen = versions.map(({ customer, version, after }) => ({ customer, version, balance: after }));
  return {
    who: 'eye',
    begun,
    ended,
    asked: { kind: 'read', now: 0, looked: MIA },
    answered: { versions: seen, view: {} },
  };
}

/** Draws on two customers at once. */
function batch(who: string, begun: number, ended: number, ...both: Written[]): Seen {
  const answered = both.map(({ id, credits, after }) => ({ entryId: id, credits, balance: after, replayed: false }));
  const items = both.map(({ customer, key, credits }) => spend(customer, key, credits));
  return { who, begun, ended, asked: { kind: 'batch', items }, answered };
}

describe('an order is found', () => {
  test('of what overlaps, in either order', () => {
    const [first, second, third] = entries(MIA, ['a', 10n], ['b', -3n], ['c', -2n]) as [Written, Written, Written];
    const seen = [made(third, 2, 9), made(first, 1, 3), made(second, 2, 8), looked(4, 9, second)];
    expect(disorder(seen, [first, second, third])).toEqual([]);
  });

  test('of the same key asked again', () => {
    const [first] = entries(MIA, ['a', 10n]) as [Written];
    expect(disorder([made(first, 1, 5), made(first, 2, 4, { replayed: true })], [first])).toEqual([]);
  });
});

describe('no order is found', () => {
  test('when one of two moves is lost', () => {
    const written = entries(MIA, ['a', 10n], ['b', -3n]);
    const lost = { ...written[1]!, id: 'lost', key: 'c' };
    expect(disorder([made(written[1]!, 1, 5), made(lost, 1, 5)], written)).toEqual([
      'c was told of c, which is not written',
    ]);
  });

  test('when two entries begin at the same balance', () => {
    const [first, second] = entries(MIA, ['a', 10n], ['b', -3n]) as [Written, Written];
    const double = { ...second, id: 'double', key: 'c' };
    expect(disorder([], [first, second, double])).toEqual(['mia version 2 stands where version 3 belongs']);
    expect(disorder([], [first, second, { ...double, version: 3 }])).toEqual([
      'mia version 3 does not begin where the one before it ended',
    ]);
  });

  test('when somebody was told another balance', () => {
    const written = entries(MIA, ['a', 10n], ['b', -3n]);
    expect(disorder([made(written[1]!, 1, 5, { balance: 10n })], written)).toHaveLength(1);
  });

  test('when two were told to have made the same', () => {
    const written = entries(MIA, ['a', 10n]);
    expect(disorder([made(written[0]!, 1, 5), made(written[0]!, 2, 6)], written)[0]).toContain('both told');
  });

  test('when what ended before another began comes after it', () => {
    const [first, second] = entries(MIA, ['a', 10n], ['b', 5n]) as [Written, Written];
    expect(disorder([made(second, 1, 2), made(first, 3, 4)], [first, second])[0]).toContain('no serial order');
  });

  test('when somebody reads what was no longer so', () => {
    const [first, second] = entries(MIA, ['a', 10n], ['b', -3n]) as [Written, Written];
    const seen = [made(first, 1, 2), made(second, 3, 4)];
    expect(disorder([...seen, looked(5, 6, first)], [first, second])[0]).toContain('no serial order');
    expect(disorder([...seen, looked(3, 6, first)], [first, second])).toEqual([]);
  });

  test('when somebody reads what was not yet so', () => {
    const [first, second] = entries(MIA, ['a', 10n], ['b', -3n]) as [Written, Written];
    const seen = [made(first, 1, 2), looked(3, 4, second), made(second, 5, 6)];
    expect(disorder(seen, [first, second])[0]).toContain('no serial order');
  });

  test('when two who draw on two accounts are in another order on each', () => {
    const mia = entries(MIA, ['a', 10n], ['b', -1n], ['c', -1n]);
    const max = entries(MAX, ['d', 10n], ['c', -1n], ['b', -1n]);
    const seen = [batch('b', 1, 9, mia[1]!, max[2]!), batch('c', 1, 9, mia[2]!, max[1]!)];
    expect(disorder(seen, [...mia, ...max])[0]).toContain('no serial order');
    const inOrder = entries(MAX, ['d', 10n], ['b', -1n], ['c', -1n]);
    const fine = [batch('b', 1, 9, mia[1]!, inOrder[1]!), batch('c', 1, 9, mia[2]!, inOrder[2]!)];
    expect(disorder(fine, [...mia, ...inOrder])).toEqual([]);
  });

  test('when somebody sees one account before and the other after a move of both', () => {
    const mia = entries(MIA, ['a', 10n], ['c', -1n]);
    const max = entries(MAX, ['b', 10n], ['c', -1n]);
    const seen = [batch('c', 1, 9, mia[1]!, max[1]!), looked(2, 8, mia[0]!, max[1]!)];
    expect(disorder(seen, [...mia, ...max])[0]).toContain('no serial order');
  });

  test('and the way round is named', () => {
    const graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['b', 'd'])],
      ['d', new Set<string>()],
    ]);
    expect(cycleOf(graph)).toHaveLength(3);
    expect(
      cycleOf(
        new Map([
          ['a', new Set(['b'])],
          ['b', new Set<string>()],
        ]),
      ),
    ).toBeUndefined();
  });
});

describe('what was refused', () => {
  const people = { customers: [MIA], timeZone: 'Europe/Berlin' };
  const grant = { kind: 'plan' as const, customer: MIA, key: 'a', credits: 10n, cost: 0n, expiresAt: null };
  const granted = { ...grant, actor: null, product: '', memo: '', now: 0 };
  const written = entries(MIA, ['a', 10n], ['b', -8n]);
  const common = {
    customer: MIA,
    asked: null,
    actor: null,
    product: '',
    memo: '',
    purchaseId: null,
    clears: null,
    holdUntil: null,
    at: 0,
  };
  const portion = { lot: 'lot', held: 0n, cost: 0n, cleared: 0n, clearedCost: 0n };
  const state: LedgerState = {
    accounts: [{ customer: MIA, version: 2, balance: 2n, frozenAt: null, movedAt: 0 }],
    lots: [
      {
        ...{
          id: 'lot',
          customer: MIA,
          source: 'plan',
          allocation: 10n,
          remaining: 2n,
          held: 0n,
          cost: 0n,
          costLeft: 0n,
        },
        ...{ expiresAt: null, createdAt: 0, purchaseId: null, replaces: null },
      },
    ],
    entries: written.map(({ transaction: _, ...entry }, at) => ({
      ...{ ...common, ...entry },
      ...(at === 0
        ? { type: 'plan_allocation', from: 'issued', to: 'customer' }
        : { type: 'spend', from: 'customer', to: 'spent' }),
    })),
    portions: [
      { ...portion, entry: written[0]!.id, change: 10n },
      { ...portion, entry: written[1]!.id, change: -8n },
    ],
  };
  const moves: Seen[] = [{ ...made(written[0]!, 1, 2), asked: granted }, made(written[1]!, 5, 6)];
  const refused = (credits: bigint, begun: number, ended: number): Seen => {
    const asked = spend(MIA, `${credits} at ${begun}`, credits);
    return { who: 'late', begun, ended, asked, answered: { refused: 'InsufficientCredits' } };
  };

  test('is right when it was too much at some moment in between', () => {
    expect(unexplained(people, [...moves, refused(5n, 4, 7), refused(11n, 3, 4)], state, written)).toEqual([]);
    expect(unexplained(people, [...moves, refused(1n, 0, 3)], state, written)).toEqual([]);
  });

  test('is wrong when there was enough all the time', () => {
    for (const wrong of [refused(5n, 3, 4), refused(2n, 4, 8), refused(2n, 7, 8)])
      expect(unexplained(people, [...moves, wrong], state, written), String(wrong.begun)).toHaveLength(1);
  });

  test('and what was spent beyond what was there is found', () => {
    const tooMuch = { ...moves[1]!, asked: spend(MIA, 'b', 80n) };
    expect(unexplained(people, [moves[0]!, tooMuch], state, written)[0]).toContain('InsufficientCredits');
  });
});
