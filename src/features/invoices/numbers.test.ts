import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCompany } from '../people/people.ts';
import { invoiceById, NotADraft } from './invoices.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
beforeEach(async () => {
  it = await invoicing();
});
afterEach(() => it.close());

/** So many drafts of as many companies, each with one item. */
async function drafts(count: number): Promise<string[]> {
  const { organizationId, location, core } = it.shop;
  const made = { organizationId, locationId: location.id, now: core.now() };
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { customerId } = await it.write((tx) => createCompany(tx, { ...made, name: `Company ${n}` }));
    ids.push((await it.add('Locker', 1_000n, { customerId })).invoiceId);
  }
  return ids;
}

const numbers = async () =>
  (await it.rows('invoice_documents')).map(({ number }) => Number(number)).sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

describe('numbers of a location have no gaps', () => {
  test('I3 sixteen issued at the same instant have sixteen numbers, one after the other', async () => {
    await Promise.all((await drafts(16)).map((id) => it.issue({ id })));
    expect(await numbers()).toEqual(upTo(16));
  });

  test('I3 when issuing breaks off after the number was taken, the number is taken again', async () => {
    const ids = await drafts(16);
    const { location, core } = it.shop;
    const outcomes = await Promise.allSettled(
      ids.map((invoiceId, n) =>
        it.write(async (tx) => {
          await it.invoices.issue(tx, { locationId: location.id, invoiceId, now: core.now() });
          if (n % 4 === 1) throw new Error('broken off');
          // The program, or its connection, ends in the middle.
          if (n % 4 === 3) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(8);
    expect(await numbers()).toEqual(upTo(8));
    await Promise.all(ids.map((id) => it.issue({ id })));
    expect(await numbers()).toEqual(upTo(16));
  });

  test('I3 one that is issued by sixteen at once has one number', async () => {
    const [id] = await drafts(1);
    const issued = await Promise.all(Array.from({ length: 16 }, () => it.issue({ id: id! })));
    expect(new Set(issued.map(({ number }) => number))).toEqual(new Set([1n]));
    expect(await numbers()).toEqual([1]);
  });

  test('I3 credit notes are counted among invoices, and what is void keeps its number', async () => {
    const first = await it.issued();
    const second = await it.issued();
    await Promise.all([it.credit(first), it.void(second), it.issued(300n, 'Desk')]);
    expect(await numbers()).toEqual(upTo(4));
    expect((await it.again(second)).number).toBe(2n);
  });
});

describe('what is added while an invoice is issued', () => {
  test('I1 stands on it or on the next one, and never in between', async () => {
    const { invoiceId } = await it.add('Locker', 100n);
    const added = await Promise.all([
      ...Array.from({ length: 8 }, (_, n) => it.add(`Item ${n}`, 1n)),
      it.issue({ id: invoiceId }),
      ...Array.from({ length: 8 }, (_, n) => it.add(`Later ${n}`, 1n)),
    ]);
    const issued = await it.again({ id: invoiceId });
    const next = await it.active();
    expect(issued.items.length + (next?.items.length ?? 0)).toBe(17);
    expect(issued.totalMinor + (next?.totalMinor ?? 0n)).toBe(116n);
    for (const item of added)
      if ('itemId' in item) {
        const invoice = await it.read((db) => invoiceById(db, item.invoiceId));
        expect(invoice!.items.map(({ id }) => id)).toContain(item.itemId);
      }
  });

  test('I2 what is taken off at the same time is not on what was issued', async () => {
    await it.add('Locker', 100n);
    await it.add('Phone', 1n);
    const draft = (await it.active())!;
    const [removed] = await Promise.allSettled([it.remove(draft, draft.items[0]!), it.issue(draft)]);
    const { items } = await it.again(draft);
    expect(items.map(({ title }) => title)).toEqual(removed.status === 'fulfilled' ? ['Phone'] : ['Locker', 'Phone']);
    if (removed.status === 'rejected') expect(removed.reason).toBeInstanceOf(NotADraft);
  });
});
