import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CARDS } from '../../../test/support/shop.ts';
import { newId } from '../../platform/ids.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
beforeEach(async () => {
  it = await invoicing();
});
afterEach(() => it.close());

const refusals = (outcomes: PromiseSettledResult<unknown>[]) =>
  outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : []));

describe('at the same instant', () => {
  test('I11 a payment by card is applied by eight, and others void, credit and record: it is paid once', async () => {
    const invoice = await it.issued();
    const { id, nextUrl } = await it.pay(invoice);
    await it.shop.payOnPage(nextUrl!, CARDS.good);
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 8 }, () => it.settle(id)),
      it.external(invoice),
      it.void(invoice),
      it.pay(invoice),
    ]);
    expect(refusals(outcomes)).toHaveLength(3);
    for (const code of refusals(outcomes)) expect(['invoice-payment-under-way', 'invoice-not-open']).toContain(code);
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', paymentId: id });
    expect(it.heard).toEqual([{ what: 'settled', title: 'Locker' }]);
  });

  test('I10 sixteen record that it was paid elsewhere: it is paid once', async () => {
    const invoice = await it.issued();
    const outcomes = await Promise.allSettled(Array.from({ length: 16 }, () => it.external(invoice)));
    expect(new Set(refusals(outcomes))).toEqual(new Set(['invoice-not-open']));
    expect(refusals(outcomes)).toHaveLength(15);
    expect(await it.rows('payments')).toHaveLength(1);
    expect(it.heard).toHaveLength(1);
  });

  test('I8 it is paid elsewhere, voided and credited: one of them happens, and its items hear one thing', async () => {
    for (let round = 0; round < 4; round++) {
      it.heard.length = 0;
      const invoice = await it.issued();
      await Promise.allSettled([it.void(invoice), it.external(invoice), it.void(invoice, false)]);
      const { status, paymentId } = await it.again(invoice);
      expect([status, paymentId === null, it.heard.length]).toEqual([status, status === 'void', 1]);
      expect(it.heard[0]!.what === 'settled').toBe(status === 'paid');
    }
  });

  test('I9 the same items are credited by eight: once', async () => {
    const invoice = await it.issued();
    await it.external(invoice);
    it.heard.length = 0;
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => it.credit(invoice)));
    expect(refusals(outcomes)).toEqual(Array.from({ length: 7 }, () => 'nothing-to-credit'));
    expect(it.heard).toHaveLength(1);
    expect((await it.again(invoice)).creditedMinor).toBe(10_000n);
  });

  test('I8 an item is taken off by eight: once', async () => {
    await it.add('Locker', 100n);
    const draft = (await it.active())!;
    await Promise.all(Array.from({ length: 8 }, () => it.remove(draft, draft.items[0]!)));
    expect(it.heard).toHaveLength(1);
  });
});

test('E1 a credit note is written once by its form, and its id serves for nothing else', async () => {
  const first = await it.issued();
  const second = await it.issued();
  const { core, location, administratorId: actorUserId } = it.shop;
  const id = newId(core.now());
  const press = (invoiceId: string) =>
    it.write((tx) =>
      it.invoices.credit(tx, {
        ...{ id, invoiceId, itemIds: 'all', takeBack: true },
        ...{ actorUserId, locationId: location.id, now: core.now() },
      }),
    );
  const [one, two] = await Promise.all([press(first.id), press(first.id)]);
  expect([one.id, two.number]).toEqual([id, one.number]);
  await expect(press(second.id)).rejects.toThrow('idempotency-key-reused');
  expect(await it.rows('invoice_documents')).toHaveLength(3);
});
