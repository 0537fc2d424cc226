import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CARDS } from '../../../test/support/shop.ts';
import type { Jobs, Queues } from '../../platform/jobs.ts';
import { newestMails } from '../../platform/mail.ts';
import { newsText } from '../notifications/messages.ts';
import { notificationsOf } from '../notifications/notifications.ts';
import { receiptsOf } from '../payments/payments.ts';
import { type Invoice, registerInvoiceJobs, saveInvoiceSettings } from './invoices.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
beforeEach(async () => {
  it = await invoicing();
});
afterEach(() => it.close());

/** Runs the jobs that were enqueued, once or more, as a worker does. */
async function runJobs(times = 1): Promise<void> {
  const { core, app, organizationId } = it.shop;
  const handlers = new Map<string, (data: never) => Promise<void>>();
  const jobs: Jobs = { ...core.jobs, handle: (queue, run) => void handlers.set(queue, run as never) };
  registerInvoiceJobs({ ...core, jobs }, app.payments);
  const { rows } = await core.db.asOwner(
    organizationId,
    `select name, data from pgboss.job where name like 'invoice.%' order by created_on`,
  );
  for (let time = 0; time < times; time++)
    for (const { name, data } of rows as { name: keyof Queues; data: never }[]) await handlers.get(name)!(data);
}

/** What somebody finds in the app, by the alphabet: the clock stands still. */
async function toldTo(userId: string): Promise<string[]> {
  const { news } = await it.read((db) => notificationsOf(db, userId, { limit: 50 }));
  const lines = news.map((one) => {
    const { heading, sentence } = newsText(one, 'en-GB');
    return `${heading} – ${sentence}`;
  });
  return lines.sort();
}
const mails = async () =>
  (await it.read((db) => newestMails(db, it.shop.core, 50))).sort((a, b) => (a.subject < b.subject ? -1 : 1));
const day = async (on: string) => {
  it.shop.core.clock.set(`${on}T08:00:00Z`);
  await it.invoices.remind();
};
const paidOnPage = async (invoice: Invoice, card = CARDS.good) => {
  const { id, nextUrl } = await it.pay(invoice);
  await it.shop.payOnPage(nextUrl!, card);
  return await it.settle(id);
};

describe('what is told of an invoice', () => {
  test('I13 the member hears that it was issued and paid, in the app and by mail, however often the jobs run', async () => {
    const invoice = await it.issued();
    await paidOnPage(invoice);
    await runJobs(3);
    expect(await toldTo(it.shop.member.userId)).toEqual([
      'Invoice 000001 is paid – €100.00, thank you.',
      'Invoice 000001: €100.00 – To be paid by 24 March 2026.',
    ]);
    expect((await mails()).map(({ to, subject }) => `${to}: ${subject}`)).toEqual([
      'mia@example.com: Invoice 000001 is paid',
      'mia@example.com: Invoice 000001: €100.00',
    ]);
    expect((await mails())[1]!.body).toBe(
      `Hello Mia,\n\nNest Mitte has issued invoice 000001 over €100.00. Please pay it by 24 March 2026:\n\n${it.shop.core.config.baseUrl}/l/nest-mitte/invoices/1\n\nNest Mitte`,
    );
    expect(await toldTo(it.shop.administratorId)).toEqual([]);
  });

  test('I13 a company’s managers hear it, and its members do not', async () => {
    const { company, manager, employee } = it.shop;
    await it.add('Desk', 70_000n, { customerId: company.customerId });
    await it.void(await it.issue((await it.active(company.customerId))!));
    await runJobs();
    expect(await toldTo(manager.userId)).toEqual([
      'Invoice 000001 is void – There is nothing to pay. For Otter Works.',
      'Invoice 000001: €700.00 – To be paid by 24 March 2026. For Otter Works.',
    ]);
    expect(await toldTo(employee.userId)).toEqual([]);
  });

  test('I13 nothing to pay is said so, and so are credit notes', async () => {
    await it.add('A day for trying', 0n);
    await it.issue((await it.active())!);
    await it.credit(await it.issued(500n));
    await runJobs();
    const told = await toldTo(it.shop.member.userId);
    expect(told).toContain('Invoice 000001: €0.00 – There is nothing to pay.');
    expect(told).toContain('Credit note 000003: €5.00 – ');
  });

  test('I13 a payment that failed is told, each one', async () => {
    const invoice = await it.issued();
    const { id, nextUrl } = await it.pay(invoice);
    await it.shop.payOnPage(nextUrl!, CARDS.declined);
    await it.shop.app.payments.settle(it.shop.organizationId, id, { giveUp: true });
    await runJobs(2);
    expect(await toldTo(it.shop.member.userId)).toContain(
      'The payment of invoice 000001 failed – Nothing of the €100.00 was charged.',
    );
    expect((await mails()).map(({ subject }) => subject)).toContain('The payment of invoice 000001 failed');
  });
});

describe('reminders', () => {
  const reminders = async () => {
    await runJobs();
    return (await toldTo(it.shop.member.userId)).filter((line) => line.includes('overdue'));
  };

  test('I14 come when the last day is over, again three days later, and then no more', async () => {
    await it.issued();
    await day('2026-03-24');
    expect(await reminders()).toHaveLength(0);
    await day('2026-03-25');
    await day('2026-03-25');
    expect(await reminders()).toEqual(['Invoice 000001 is overdue: €100.00 – It was due on 24 March 2026.']);
    await day('2026-03-27');
    expect(await reminders()).toHaveLength(1);
    await Promise.all([day('2026-03-28'), day('2026-03-28')]);
    expect(await reminders()).toHaveLength(2);
    await day('2026-05-01');
    expect(await reminders()).toHaveLength(2);
    expect((await mails()).filter(({ subject }) => subject.startsWith('Reminder'))).toHaveLength(2);
  });

  test('I14 that are late come three days apart all the same', async () => {
    await it.issued();
    await day('2026-06-01');
    await day('2026-06-01');
    expect(await reminders()).toHaveLength(1);
    await day('2026-06-04');
    expect(await reminders()).toHaveLength(2);
  });

  test('I14 ask for what is left, and for nothing of what was paid, voided or is a draft', async () => {
    await it.add('Phone', 100n);
    await it.add('Desk', 900n);
    const partly = await it.issue((await it.active())!);
    await it.credit(partly, [partly.items[0]!.id]);
    await paidOnPage(await it.issued());
    await it.void(await it.issued());
    await it.add('Locker', 1n);
    await day('2026-04-30');
    expect(await reminders()).toEqual(['Invoice 000001 is overdue: €9.00 – It was due on 24 March 2026.']);
  });

  test('I14 are not sent to who has paid before they leave, nor where they are switched off', async () => {
    const invoice = await it.issued();
    await day('2026-03-25');
    await it.external(invoice);
    expect(await reminders()).toEqual([]);
    const { organizationId, location, core } = it.shop;
    const settings = { dueDays: 14, reminders: false, packageCapMinor: null };
    await it.write((tx) =>
      saveInvoiceSettings(tx, { organizationId, locationId: location.id, settings, now: core.now() }),
    );
    await it.issued();
    await day('2026-06-01');
    expect(await reminders()).toEqual([]);
  });
});

describe('UX-34 the receipt of an invoice’s payment', () => {
  test('names what stood on it, without what was credited before', async () => {
    await it.add('Locker', 1_500n, { discountPercent: 50, netMinor: 750n });
    await it.add('Phone', 250n);
    const issued = await it.issue((await it.active())!);
    await it.credit(issued, [issued.items[1]!.id]);
    it.shop.core.clock.advance(60_000);
    const payment = await paidOnPage(await it.again(issued));
    await runJobs(2);
    const [receipt, ...more] = await it.read((db) => receiptsOf(db, payment.id));
    expect(more).toEqual([]);
    expect(receipt!.document).toMatchObject({
      customer: 'Mia',
      buyer: 'Mia',
      lines: [{ title: 'Locker', listMinor: 1_500n, discountPercent: 50, netMinor: 750n }],
      totalMinor: 750n,
    });
  });

  test('I12 is followed by one against it for each refund, and the invoice stays paid', async () => {
    const invoice = await it.issued();
    const { id: paymentId } = await paidOnPage(invoice);
    const refund = (amountMinor: bigint, requestKey: string) =>
      it.shop.app.payments.refund({
        organizationId: it.shop.organizationId,
        locationId: it.shop.location.id,
        paymentId,
        amountMinor,
        actorUserId: it.shop.administratorId,
        reason: 'A gesture',
        requestKey,
      });
    await refund(2_500n, 'a');
    await refund(500n, 'b');
    await runJobs(2);
    const receipts = await it.read((db) => receiptsOf(db, paymentId));
    expect(receipts.map(({ document }) => document.totalMinor)).toEqual([10_000n, -2_500n, -500n]);
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', refundedMinor: 3_000n });
    const told = await toldTo(it.shop.member.userId);
    expect(told.filter((line) => line.includes('refunded'))).toEqual([
      '€25.00 refunded – Invoice 000001.',
      '€5.00 refunded – Invoice 000001.',
    ]);
  });
});
