import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CARDS } from '../../../test/support/shop.ts';
import { newId } from '../../platform/ids.ts';
import {
  AlreadyCredited,
  CardNotAvailable,
  creditNotesOf,
  DueChanged,
  ExternalLabelOutOfRange,
  type Invoice,
  type InvoiceDocument,
  type InvoiceStatus,
  invoiceNumber,
  invoicePath,
  MAX_EXTERNAL_LABEL_LENGTH,
  NothingToCredit,
  NotOpen,
  PaymentKeyReused,
  PaymentUnderWay,
  paymentUnderWay,
} from './invoices.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
beforeEach(async () => {
  it = await invoicing();
});
afterEach(() => it.close());

const later = () => it.shop.core.clock.advance(60_000);
const payOnPage = async (invoice: Invoice, card = CARDS.good) => {
  const payment = await it.pay(invoice);
  await it.shop.payOnPage(payment.nextUrl!, card);
  return await it.settle(payment.id);
};

describe('paying an invoice by card', () => {
  test('I10 on the gateway’s page makes it paid, and what stands on it is owed no longer', async () => {
    const invoice = await it.issued();
    const begun = await it.pay(invoice);
    expect(begun).toMatchObject({ status: 'action', title: 'Invoice 000001', subject: 'invoice' });
    expect((await it.again(invoice)).status).toBe('issued');
    expect(it.heard).toEqual([]);
    await it.shop.payOnPage(begun.nextUrl!, CARDS.good);
    expect(await it.settle(begun.id)).toMatchObject({ status: 'paid', amount: { minor: 10_000n } });
    const paid: { status: InvoiceStatus; paymentId: string | null } = await it.again(invoice);
    expect(paid).toMatchObject({ status: 'paid', paymentId: begun.id });
    await it.settle(begun.id);
    expect(it.heard).toEqual([{ what: 'settled', title: 'Locker' }]);
    expect(await it.rows('saved_methods')).toHaveLength(1);
  });

  test('I10 takes the saved card at once', async () => {
    await payOnPage(await it.issued());
    const [card] = await it.rows('saved_methods');
    const invoice = await it.issued(2_000n);
    expect(await it.pay(invoice, { saved: card!.id as string })).toMatchObject({ status: 'paid' });
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', number: 2n });
  });

  test('E1 pressing twice pays once, and the same id pays nothing else', async () => {
    const invoice = await it.issued();
    const other = await it.issued(500n);
    const id = newId(it.shop.core.now());
    const presses = await Promise.allSettled([it.pay(invoice, { id }), it.pay(invoice, { id })]);
    expect(presses.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await it.rows('payments')).toHaveLength(1);
    await expect(it.pay(other, { id })).rejects.toThrow(PaymentKeyReused);
  });

  test('I10 a declined card leaves it open, and another try is another payment', async () => {
    const invoice = await it.issued();
    const begun = await it.pay(invoice);
    await it.shop.payOnPage(begun.nextUrl!, CARDS.declined);
    expect(await it.shop.app.payments.settle(it.shop.organizationId, begun.id, { giveUp: true })).toMatchObject({
      status: 'failed',
    });
    expect((await it.again(invoice)).status).toBe('issued');
    expect(await payOnPage(invoice)).toMatchObject({ status: 'paid' });
  });

  test('I11 while it is undecided nothing else happens to the invoice', async () => {
    const invoice = await it.issued();
    const begun = await it.pay(invoice);
    expect(await it.read((db) => paymentUnderWay(db, invoice.id))).toBe(begun.id);
    for (const attempt of [
      () => it.pay(invoice),
      () => it.external(invoice),
      () => it.void(invoice),
      () => it.credit(invoice),
    ])
      await expect(attempt()).rejects.toThrow(PaymentUnderWay);
    expect(it.heard).toEqual([]);
  });

  test('refuses an amount that the payer did not see, and a card that is not theirs', async () => {
    const invoice = await it.issued();
    await expect(it.pay(invoice, { seenDueMinor: 1n })).rejects.toThrow(DueChanged);
    await expect(it.pay(invoice, { saved: newId(new Date(0)) })).rejects.toThrow(CardNotAvailable);
    await expect(it.pay(invoice, { id: 'nonsense' })).rejects.toThrow('not-found');
    await it.add('Phone', 1n);
    await expect(it.pay((await it.active())!)).rejects.toThrow(NotOpen);
    expect(await it.rows('payments')).toEqual([]);
  });

  test('E14 what the gateway cannot charge is refused', async () => {
    await expect(it.pay(await it.issued(10n))).rejects.toThrow(CardNotAvailable);
  });
});

describe('a payment that comes too late', () => {
  test('I12 pays the invoice if nobody has, and administrators are told if somebody has', async () => {
    const invoice = await it.issued();
    const begun = await it.pay(invoice);
    const { payments } = it.shop.app;
    await it.shop.core.db.asOwner(
      it.shop.organizationId,
      `update payments set status = 'failed', check_at = null, failure_code = 'abandoned'`,
    );
    await it.external(invoice);
    await it.shop.payOnPage(begun.nextUrl!, CARDS.good);
    expect(await payments.settle(it.shop.organizationId, begun.id)).toMatchObject({
      status: 'paid',
      alert: 'late-payment',
    });
    const kinds = (await it.rows('money_alerts')).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['late-payment', 'paid-too-much']);
    expect((await it.again(invoice)).paymentId).not.toBe(begun.id);
    expect(it.heard).toHaveLength(1);
  });
});

describe('paying elsewhere', () => {
  test('I10 is recorded once, with how it was paid', async () => {
    const invoice = await it.issued();
    const id = newId(it.shop.core.now());
    const payment = await it.external(invoice, { id, label: ' Bank transfer ' });
    expect(payment).toMatchObject({ id, method: 'external', status: 'paid', methodLabel: 'Bank transfer' });
    expect((await it.external(invoice, { id })).id).toBe(id);
    await expect(it.external(invoice)).rejects.toThrow(NotOpen);
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', paymentId: id, dueMinor: 0n });
    expect(it.heard).toEqual([{ what: 'settled', title: 'Locker' }]);
    expect(await it.rows('payments')).toMatchObject([{ subject: 'invoice', source: null }]);
  });

  test('E25 is refused without a word about how, or with a novel', async () => {
    const invoice = await it.issued();
    for (const label of ['', '   ', 'x'.repeat(MAX_EXTERNAL_LABEL_LENGTH + 1)])
      await expect(it.external(invoice, { label })).rejects.toThrow(ExternalLabelOutOfRange);
    await expect(it.external(invoice, { seenDueMinor: 9_999n })).rejects.toThrow(DueChanged);
    expect(await it.rows('payments')).toEqual([]);
  });
});

describe('void', () => {
  test('I8 nobody owes it any more; it keeps its number, and nothing happens to it again', async () => {
    const invoice = await it.issued();
    expect(await it.void(invoice)).toMatchObject({ status: 'void', number: 1n, dueMinor: 0n });
    await it.void(invoice, false);
    expect(it.heard).toEqual([{ what: 'undone, taken back', title: 'Locker' }]);
    for (const attempt of [() => it.pay(invoice), () => it.external(invoice), () => it.credit(invoice)])
      await expect(attempt()).rejects.toThrow(NotOpen);
    expect((await it.issued()).number).toBe(2n);
  });

  test('I8 is not for drafts, nor for what was paid or credited', async () => {
    await it.add('Phone', 100n);
    await expect(it.void((await it.active())!)).rejects.toThrow(NotOpen);
    await it.add('Desk', 200n);
    const issued = await it.issue((await it.active())!);
    await it.credit(issued, [issued.items[0]!.id]);
    await expect(it.void(issued)).rejects.toThrow(AlreadyCredited);
    const paid = await it.issued();
    await it.external(paid);
    await expect(it.void(paid)).rejects.toThrow(NotOpen);
  });
});

describe('a credit note', () => {
  test('I9 takes items off an unpaid invoice, and less is due', async () => {
    await it.add('Locker', 1_500n);
    await it.add('Phone', 250n);
    const issued = await it.issue((await it.active())!);
    const note = await it.credit(issued, [issued.items[1]!.id], false);
    const document: InvoiceDocument | null = note.document;
    expect(document).toEqual(issued.document);
    expect(note).toMatchObject({
      kind: 'credit_note',
      number: 2n,
      totalMinor: -250n,
      against: { id: issued.id, number: 1n },
      dueOn: null,
      items: [{ title: 'Phone', totalMinor: -250n }],
    });
    const left = await it.again(issued);
    expect(left).toMatchObject({ status: 'issued', totalMinor: 1_750n, creditedMinor: 250n, dueMinor: 1_500n });
    expect(await it.read((db) => creditNotesOf(db, issued.id))).toMatchObject([{ id: note.id }]);
    expect(it.heard).toEqual([{ what: 'undone', title: 'Phone' }]);
    await expect(it.credit(issued, [issued.items[1]!.id])).rejects.toThrow(NothingToCredit);
    await expect(it.credit(issued, ['nonsense'])).rejects.toThrow(NothingToCredit);
    later();
    expect(await payOnPage(left)).toMatchObject({ status: 'paid', amount: { minor: 1_500n } });
    expect(it.heard.slice(1)).toEqual([{ what: 'settled', title: 'Locker' }]);
  });

  test('I9 over all of an unpaid invoice settles it without a payment', async () => {
    const issued = await it.issued();
    await it.credit(issued);
    expect(await it.again(issued)).toMatchObject({ status: 'paid', paymentId: null, creditedMinor: 10_000n });
    expect(it.heard).toEqual([{ what: 'undone, taken back', title: 'Locker' }]);
  });

  test('I9 I12 against a paid invoice leaves it paid; the money is given back by refunding its payment', async () => {
    const issued = await it.issued();
    const payment = await payOnPage(issued);
    later();
    const note = await it.credit(issued);
    expect(await it.again(issued)).toMatchObject({ status: 'paid', creditedMinor: 10_000n, refundedMinor: 0n });
    await expect(it.credit(note)).rejects.toThrow(NotOpen);
    await it.shop.app.payments.refund({
      organizationId: it.shop.organizationId,
      locationId: it.shop.location.id,
      paymentId: payment.id,
      amountMinor: 10_000n,
      actorUserId: it.shop.administratorId,
      reason: 'Credit note',
      requestKey: newId(it.shop.core.now()),
    });
    expect(await it.again(issued)).toMatchObject({ status: 'paid', refundedMinor: 10_000n });
  });
});

test('what was issued has an address and a number as people write it', () => {
  expect(invoiceNumber(42n)).toBe('000042');
  expect(invoicePath({ slug: 'nest' }, { number: 42n })).toBe('/l/nest/invoices/42');
});
