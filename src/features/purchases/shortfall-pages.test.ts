import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { activeInvoiceOf } from '../invoices/invoices.ts';
import { resolveAlert } from '../payments/payments.ts';
import type { Purchase } from './records.ts';
import { errorOf, factOf, fieldOf, type Person, refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
let purchase: Purchase;
let ada: Person;
const it = refundsIn(() => shop);

// Mia has bought 50 credits for €49.00 and spent 20 of them; then all of it was refunded.
beforeEach(async () => {
  shop = await openShop();
  purchase = await it.bought();
  ada = await it.signedIn(shop.administratorId);
  await it.spend(2_000n);
  await ada.follow(await it.refund(ada, purchase, '49.00'));
});
afterEach(() => shop.close());

const page = () => ada.page(it.at(purchase, '/waive'));
const waive = (fields: Record<string, string> = {}) =>
  ada.post(it.at(purchase, '/waive'), { reason: 'Bad heating', seen: '2000', ...fields });

test('UX-41 UX-54 a shortfall is let go after a page that says what it means, by a button that names it', async () => {
  expect(await ada.page(it.tab())).toContain(`href="${it.at(purchase, '/waive')}"`);
  const html = await page();
  expect(wordsOf(html)).toContain('Waive the shortfall of Mia?');
  expect(wordsOf(html)).toContain('20 credits of Regular were gone when the money went back.');
  expect(wordsOf(html)).toContain('Waive 20 credits');
  expect(fieldOf(html, 'seen')).toBe('2000');
  expect(await it.booked(purchase)).toEqual([3_000n, 2_000n, 0n]);
  const done = await ada.follow(await waive());
  expect(wordsOf(done)).toContain('20 credits waived.');
  expect([factOf(done, 'Shortfall'), factOf(done, 'Of it waived')]).toEqual(['20', '20']);
  expect(await it.booked(purchase)).toEqual([3_000n, 2_000n, 2_000n]);
  expect(wordsOf(done)).not.toContain('stay a shortfall');
  expect(await ada.page(it.tab())).not.toContain('/waive"');
});

test('UX-54 who let it go and why is kept at Money check, even when the alert had been closed before', async () => {
  const alertId = (await it.alertAbout(purchase, 'shortfall'))!;
  const { id: locationId } = shop.location;
  const closing = { locationId, alertId, userId: shop.administratorId, note: 'Later', now: shop.core.now() };
  await shop.core.database.write(shop.organizationId, (tx) => resolveAlert(tx, closing));
  shop.core.clock.advance(60_000);
  await waive();
  const words = wordsOf(await ada.page(it.check()));
  expect(words).toContain('Nothing to look at');
  expect(words).toMatch(/by Ada Bad heating.*by Ada Later/);
});

test('E1 pressing twice lets go once, and who goes back to the page is led on', async () => {
  const answers = await Promise.all([waive(), waive(), waive({ reason: 'Another' })]);
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
  expect(wordsOf(await ada.follow(await waive()))).toContain('20 credits waived.');
  expect(await it.booked(purchase)).toEqual([3_000n, 2_000n, 2_000n]);
  expect((await ada.get(it.at(purchase, '/waive'))).headers.get('location')).toBe(it.at(purchase));
  const notes = (await it.rows('money_alerts')).filter(({ kind }) => kind === 'shortfall');
  expect(notes).toHaveLength(1);
});

test('UX-83 E25 without a reason, or with another shortfall than was seen, nothing is let go', async () => {
  const empty = await waive({ reason: ' ' });
  expect([empty.status, errorOf(await empty.text(), 'field-reason')]).toEqual([422, 'Write why.']);
  const changed = await waive({ seen: '1000' });
  const html = await changed.text();
  expect(changed.status).toBe(409);
  expect(wordsOf(html)).toContain('Nothing was done. Look at the shortfall as it is now before you go on.');
  expect([fieldOf(html, 'seen'), fieldOf(html, 'reason')]).toEqual(['2000', 'Bad heating']);
  for (const seen of ['', 'x', '-1']) expect((await waive({ seen })).status).toBe(404);
  expect(await it.booked(purchase)).toEqual([3_000n, 2_000n, 0n]);
});

describe('put on the invoice', () => {
  const bill = (fields: Record<string, string> = {}) =>
    ada.post(it.at(purchase, '/bill'), { reason: 'Agreed by phone', seen: '2000', ...fields });
  const active = () => it.read((db) => activeInvoiceOf(db, shop.member.customerId));
  const takeOff = async () => {
    const invoice = (await active())!;
    const removal = { locationId: shop.location.id, invoiceId: invoice.id, itemId: invoice.items[0]!.id };
    const by = { takeBack: true, actorUserId: shop.administratorId, now: shop.core.now() };
    await it.write((tx) => shop.app.invoices.removeItem(tx, { ...removal, ...by }));
  };
  const owed = async () => {
    const [row] = (await it.rows('purchases')) as {
      waived_minor: string;
      billed_minor: string;
      shortfall_minor: string;
    }[];
    return [row!.shortfall_minor, row!.waived_minor, row!.billed_minor].map(BigInt);
  };

  test('UX-41 UX-54 a shortfall is paid with the next invoice, for what its credits were sold for', async () => {
    const html = await ada.page(it.at(purchase, '/bill'));
    expect(wordsOf(html)).toContain('Put the shortfall of Mia on the invoice?');
    expect(wordsOf(html)).toContain('What they were sold for, €19.60, joins the active invoice.');
    expect(wordsOf(html)).toContain('Put €19.60 on the invoice');
    const done = await ada.follow(await bill());
    expect(wordsOf(done)).toContain('20 credits put on the invoice: €19.60.');
    expect([factOf(done, 'Shortfall'), factOf(done, 'Of it on an invoice')]).toEqual(['20', '20']);
    expect(wordsOf(done)).not.toContain('stay a shortfall');
    expect((await active())!.items).toMatchObject([
      {
        ...{ kind: 'shortfall', title: '20 credits of Regular, used before their refund' },
        ...{ netMinor: 1_960n, taxMinor: 0n, totalMinor: 1_960n },
      },
    ]);
    expect(wordsOf(await ada.page(it.check()))).toMatch(/by Ada Agreed by phone/);
    expect(await owed()).toEqual([2_000n, 0n, 2_000n]);
  });

  test('E1 once, however often it is pressed, also beside being waived', async () => {
    const answers = await Promise.all([bill(), bill(), waive()]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    const [shortfall, waived, billed] = await owed();
    expect(shortfall).toBe(waived! + billed!);
    expect((await active())?.items.length ?? 0).toBe(billed === 0n ? 0 : 1);
  });

  test('taken off the invoice it is a shortfall again, which can be billed anew', async () => {
    await bill();
    await takeOff();
    expect(await owed()).toEqual([2_000n, 0n, 0n]);
    expect(await it.alertAbout(purchase, 'shortfall')).toBeDefined();
    shop.core.clock.advance(60_000);
    await bill();
    expect(await owed()).toEqual([2_000n, 0n, 2_000n]);
    expect((await active())!.items).toHaveLength(1);
  });

  test('S19 when the refund fails afterwards administrators are told to take it off, until they did', async () => {
    await bill();
    await (await it.dashboard()).refundFails((await it.paymentOf(purchase)).reference!);
    await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    expect(await owed()).toEqual([0n, 0n, 0n]);
    expect(wordsOf(await ada.page(it.check()))).toContain(
      '20 credits of Regular were put on an invoice because the money had gone back. It has come again.',
    );
    await takeOff();
    expect(await it.alertAbout(purchase, 'shortfall-billed')).toBeUndefined();
    expect(await it.alertAbout(purchase, 'shortfall')).toBeUndefined();
    expect(await owed()).toEqual([0n, 0n, 0n]);
  });

  test('E25 another shortfall than was seen is not billed', async () => {
    expect((await bill({ seen: '1000' })).status).toBe(409);
    expect((await bill({ reason: '' })).status).toBe(422);
    expect(await active()).toBeUndefined();
  });
});
