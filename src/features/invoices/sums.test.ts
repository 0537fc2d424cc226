import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { divideHalfUp } from '../../shared/money.ts';
import type { Tax } from '../organizations/organizations.ts';
import { priceFor } from '../packages/packages.ts';
import { type Invoice, type InvoiceItem, invoiceById } from './invoices.ts';
import { addInvoiceItems } from './items.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
beforeAll(async () => {
  it = await invoicing();
});
afterAll(() => it.close());

const taxes = fc.record({
  mode: fc.constantFrom('none', 'inclusive', 'exclusive'),
  ratePpm: fc.constantFrom(0, 1, 25_000, 77_000, 88_750, 190_000, 333_333, 1_000_000),
  label: fc.constant('VAT'),
}) satisfies fc.Arbitrary<Tax>;
const sold = fc.record({
  priceMinor: fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 100_000_000_000n)),
  discountPercent: fc.integer({ min: 0, max: 100 }),
  tax: taxes,
});
const lines = fc.array(sold, { minLength: 1, maxLength: 12 });

const sumOf = (items: readonly InvoiceItem[], of: 'netMinor' | 'taxMinor' | 'totalMinor') =>
  items.reduce((sum, item) => sum + item[of], 0n);

/** Issues what is sold as one invoice, in a currency. */
async function issued(sales: readonly { priceMinor: bigint; discountPercent: number; tax: Tax }[], currency: string) {
  const items = sales.map(({ priceMinor, discountPercent, tax }, n) => {
    const price = priceFor({ priceMinor, creditsMinor: 1n }, discountPercent, tax, currency);
    return it.item(`Line ${n}`, 0n, {
      currency,
      listMinor: price.list.minor,
      discountPercent,
      netMinor: price.net.minor,
      taxMinor: price.tax.minor,
      taxLabel: tax.label,
      taxRatePpm: tax.ratePpm,
    });
  });
  const [added] = await it.write((tx) => addInvoiceItems(tx, items));
  return { items, invoice: await it.issue({ id: added!.invoiceId }) };
}

function expectSums(invoice: Invoice): void {
  expect(invoice.subtotalMinor).toBe(sumOf(invoice.items, 'netMinor'));
  expect(invoice.taxMinor).toBe(sumOf(invoice.items, 'taxMinor'));
  expect(invoice.totalMinor).toBe(sumOf(invoice.items, 'totalMinor'));
  expect(invoice.totalMinor).toBe(invoice.subtotalMinor + invoice.taxMinor);
}

describe.each(['JPY', 'EUR', 'KWD'])('E24 in %s', (currency) => {
  test('I4 totals are the sums of lines, each rounded half up once', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (sales) => {
        const { invoice } = await issued(sales, currency);
        expectSums(invoice);
        expect(invoice.items).toHaveLength(sales.length);
        for (const [n, { priceMinor, discountPercent, tax }] of sales.entries()) {
          const line = invoice.items[n]!;
          const discounted = divideHalfUp(priceMinor * BigInt(100 - discountPercent), 100n);
          const rate = BigInt(tax.ratePpm);
          expect(tax.mode === 'exclusive' ? line.netMinor : line.totalMinor).toBe(discounted);
          if (tax.mode === 'exclusive') expect(line.taxMinor).toBe(divideHalfUp(discounted * rate, 1_000_000n));
          if (tax.mode === 'inclusive') expect(line.taxMinor).toBe(divideHalfUp(discounted * rate, 1_000_000n + rate));
          if (tax.mode === 'none') expect(line.taxMinor).toBe(0n);
        }
        expect(invoice.status).toBe(invoice.totalMinor === 0n ? 'paid' : 'issued');
      }),
      { numRuns: 15 },
    );
  });

  test('I9 credit notes over all of it, in whatever portions, bring everything back to zero', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.nat({ max: 3 }), { minLength: 12, maxLength: 12 }), async (sales, parts) => {
        const { invoice } = await issued(sales, currency);
        const notes: Invoice[] = [];
        for (const part of [0, 1, 2, 3]) {
          const ids = invoice.items.filter((_, n) => parts[n] === part).map(({ id }) => id);
          if (ids.length > 0) notes.push(await it.credit(invoice, ids));
        }
        for (const note of notes) expectSums(note);
        const after = (await it.read((db) => invoiceById(db, invoice.id)))!;
        const noted = (of: 'subtotalMinor' | 'taxMinor' | 'totalMinor') =>
          notes.reduce((sum, note) => sum + note[of], 0n);
        expect(noted('subtotalMinor') + invoice.subtotalMinor).toBe(0n);
        expect(noted('taxMinor') + invoice.taxMinor).toBe(0n);
        expect(noted('totalMinor') + invoice.totalMinor).toBe(0n);
        expect(after).toMatchObject({ creditedMinor: invoice.totalMinor, dueMinor: 0n, status: 'paid' });
        await expect(it.credit(invoice)).rejects.toThrow('nothing-to-credit');
      }),
      { numRuns: 10 },
    );
  });

  test('I8 nobody owes anything of what is void', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (sales) => {
        const { invoice } = await issued(sales, currency);
        fc.pre(invoice.totalMinor > 0n);
        expect(await it.void(invoice)).toMatchObject({ status: 'void', dueMinor: 0n, totalMinor: invoice.totalMinor });
      }),
      { numRuns: 5 },
    );
  });
});
