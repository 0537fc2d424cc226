import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { companyBuyingIn } from '../../../test/support/company-buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newId, newRequestKey } from '../../platform/ids.ts';
import { activeInvoiceOf, onAccountMinorOf, saveInvoiceSettings } from '../invoices/invoices.ts';
import { setPermission } from '../permissions/permissions.ts';
import { OnAccountLimit } from './on-account.ts';
import { refundsIn } from './test-refunds.ts';

let shop: Shop;
const { buy, rows, pressAs, subscribe } = companyBuyingIn(() => shop);
const { read, spend, booked } = refundsIn(() => shop);
beforeEach(async () => {
  shop = await openShop({ connected: false });
});
afterEach(() => shop.close());

const INVOICE = { kind: 'invoice' } as const;
const onInvoice = (changes = {}) =>
  buy(shop.press({ method: INVOICE, requestKey: newRequestKey(), now: shop.core.now(), ...changes }));
const mia = () => shop.member.customerId;
const balance = (customerId = mia()) => shop.balance(customerId);
const owed = (customerId = mia()) => read((db) => onAccountMinorOf(db, customerId));
const active = async (customerId = mia()) => (await read((db) => activeInvoiceOf(db, customerId)))!;
const write = <T>(work: Parameters<typeof shop.core.database.write<T>>[1]) =>
  shop.core.database.write(shop.organizationId, work);
const purchaseIs = async () => (await rows('purchases')).map((row) => [row.method, row.on_account]);

const cap = (packageCapMinor: bigint | null) =>
  write((tx) =>
    saveInvoiceSettings(tx, {
      organizationId: shop.organizationId,
      locationId: shop.location.id,
      settings: { dueDays: 14, reminders: false, packageCapMinor },
      now: shop.core.now(),
    }),
  );
const at = () => ({ locationId: shop.location.id, now: shop.core.now() });
const issue = async () => {
  const { id: invoiceId } = await active();
  return await write((tx) => shop.app.invoices.issue(tx, { ...at(), invoiceId }));
};
const payElsewhere = async (invoiceId: string, seenDueMinor: bigint) => {
  const it = {
    location: shop.location,
    invoiceId,
    seenDueMinor,
    actorUserId: shop.administratorId,
    now: shop.core.now(),
  };
  await write((tx) =>
    shop.app.invoices.recordExternalPayment(tx, { ...it, id: newId(shop.core.now()), label: 'Bank transfer' }),
  );
};

describe('S4 S16 buying on the invoice', () => {
  test('S2 S12 S16 adds an item to the active invoice and the credits at once, without any gateway, on account until it is paid', async () => {
    await subscribe(mia());
    const purchase = await onInvoice();
    expect(purchase).toMatchObject({ status: 'paid', method: 'invoice', onAccount: true, paymentId: null });
    expect(await balance()).toBe(5_000n);
    const { items, status } = await active();
    const item = items.find(({ kind }) => kind === 'credit_package');
    expect([status, item]).toMatchObject(['draft', { subjectId: purchase.id, totalMinor: 4_900n, title: 'Regular' }]);
    expect(purchase.invoiceItemId).toBe(item!.id);
    expect(await owed()).toBe(4_900n);
    expect([await rows('payments'), await rows('receipts')]).toEqual([[], []]);
    const lots = await rows('credit_lots');
    expect(lots).toMatchObject([{ purchase_id: purchase.id, cost_minor: '4900' }]);
  });

  test('S4 is refused without a plan that allows it, and once the plan allows it no more', async () => {
    const refused = { code: 'method-not-available' };
    await expect(onInvoice()).rejects.toMatchObject(refused);
    await subscribe(mia(), { creditsOnInvoice: false });
    await expect(onInvoice()).rejects.toMatchObject(refused);
    const items = (await rows('invoice_items')).filter(({ kind }) => kind === 'credit_package');
    expect([await rows('purchases'), items]).toEqual([[], []]);
  });

  test('S4 follows what was agreed with the customer alone, before the plan', async () => {
    await subscribe(mia(), { creditsOnInvoice: false });
    await shop.core.db.asOwner(shop.organizationId, 'update subscriptions set credits_on_invoice = true');
    await onInvoice();
    await shop.core.db.asOwner(shop.organizationId, 'update subscriptions set credits_on_invoice = false');
    await expect(onInvoice()).rejects.toMatchObject({ code: 'method-not-available' });
  });

  test('E14 works for what is under the gateway’s minimum, with the discount and the tax of then', async () => {
    await subscribe(mia(), { creditsDiscountPercent: 97 });
    const purchase = await onInvoice({ packageId: shop.packages.small, seenTotalMinor: 36n });
    const [item] = (await active()).items.filter(({ kind }) => kind === 'credit_package');
    expect(item).toMatchObject({ totalMinor: 36n, discountPercent: 97, listMinor: 1_200n });
    expect(purchase.totalMinor).toBe(36n);
  });

  test('what is free is no item: it is free', async () => {
    await subscribe(mia());
    const free = { packageId: shop.packages.free, seenTotalMinor: 0n };
    await expect(onInvoice(free)).rejects.toMatchObject({ code: 'method-not-available' });
  });

  test('E1 sixteen presses of one button make one purchase, one item and one grant', async () => {
    await subscribe(mia());
    const requestKey = newRequestKey();
    const bought = await Promise.all(Array.from({ length: 16 }, () => onInvoice({ requestKey })));
    expect(new Set(bought.map(({ id }) => id)).size).toBe(1);
    const packages = (await active()).items.filter(({ kind }) => kind === 'credit_package');
    expect([packages.length, await balance(), (await rows('purchases')).length]).toEqual([1, 5_000n, 1]);
    await expect(
      onInvoice({ requestKey, packageId: shop.packages.small, seenTotalMinor: 1_200n }),
    ).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  test('S16 sixteen different presses at once stand on one invoice, each with its credits', async () => {
    await subscribe(mia());
    await Promise.all(Array.from({ length: 16 }, () => onInvoice()));
    expect(new Set((await rows('invoices')).map(({ id }) => id)).size).toBe(1);
    expect([await owed(), await balance()]).toEqual([16n * 4_900n, 80_000n]);
  });

  test('S16 what is bought while the invoice is issued stands on it or on the next one, never on none', async () => {
    await subscribe(mia());
    await onInvoice();
    await Promise.all([issue(), ...Array.from({ length: 6 }, () => onInvoice())]);
    const items = (await rows('invoice_items')).filter(({ kind }) => kind === 'credit_package');
    expect(items).toHaveLength(7);
    const lines = await rows('invoice_lines');
    const drafts = new Set((await rows('invoices')).filter(({ status }) => status === 'draft').map(({ id }) => id));
    for (const item of items)
      expect(lines.some(({ item_id }) => item_id === item.id) || drafts.has(item.invoice_id)).toBe(true);
    expect(await balance()).toBe(35_000n);
  });
});

describe('S10 for a company', () => {
  const company = () => shop.company.customerId;
  const open = (isOpen: boolean) =>
    write((tx) =>
      setPermission(tx, {
        organizationId: shop.organizationId,
        customerId: company(),
        method: INVOICE,
        isOpen,
        actorUserId: shop.manager.userId,
        now: shop.core.now(),
      }),
    );
  const press = (who: typeof shop.manager) => buy(pressAs(who, { method: INVOICE, now: shop.core.now() }));

  test('S9 S10 its managers put it on the company’s invoice, and its members once that is open to them', async () => {
    await subscribe(company());
    await press(shop.manager);
    await expect(press(shop.employee)).rejects.toMatchObject({ code: 'payment-not-permitted' });
    await open(true);
    await press(shop.employee);
    expect([await balance(company()), await owed(company()), await owed(shop.employee.customerId)]).toEqual([
      10_000n,
      9_800n,
      0n,
    ]);
    await open(false);
    await expect(press(shop.employee)).rejects.toMatchObject({ code: 'payment-not-permitted' });
  });

  test('E16 the plan of the company decides, not that of whoever presses', async () => {
    await subscribe(shop.manager.customerId);
    await expect(press(shop.manager)).rejects.toMatchObject({ code: 'method-not-available' });
  });
});

describe('E6 the most that may be on account', () => {
  test('E6 is refused by name with the figures from the first cent over it, and nothing is written', async () => {
    await subscribe(mia());
    await cap(9_799n);
    await onInvoice();
    const refused = await onInvoice().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OnAccountLimit);
    expect(refused).toMatchObject({
      code: 'on-account-limit',
      status: 409,
      limit: { minor: 9_799n, currency: 'EUR' },
      owed: { minor: 4_900n, currency: 'EUR' },
    });
    expect([await owed(), await balance(), (await rows('purchases')).length]).toEqual([4_900n, 5_000n, 1]);
    await cap(9_800n);
    await onInvoice();
    await cap(null);
    await onInvoice();
  });

  test('E6 holds for sixteen who press at once: together they stay below it', async () => {
    await subscribe(mia());
    await cap(3n * 4_900n);
    const presses = await Promise.allSettled(Array.from({ length: 16 }, () => onInvoice()));
    expect(presses.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const press of presses) if (press.status === 'rejected') expect(press.reason).toBeInstanceOf(OnAccountLimit);
    expect([await owed(), await balance()]).toEqual([3n * 4_900n, 15_000n]);
  });

  test('E6 counts what was issued and not paid, and no more once it is paid', async () => {
    await subscribe(mia());
    await cap(4_900n);
    await onInvoice();
    const { id, dueMinor } = await issue();
    await expect(onInvoice()).rejects.toBeInstanceOf(OnAccountLimit);
    await payElsewhere(id, dueMinor);
    await onInvoice();
  });
});

describe('E6 until the invoice is paid', () => {
  test('E6 a purchase is on account, and no more once it is paid; the credits stay all the while', async () => {
    await subscribe(mia());
    await onInvoice();
    const { id, dueMinor } = await issue();
    expect(await purchaseIs()).toEqual([['invoice', true]]);
    await payElsewhere(id, dueMinor);
    expect(await purchaseIs()).toEqual([['invoice', false]]);
    expect([await owed(), await balance()]).toEqual([0n, 5_000n]);
  });

  test.each([
    [true, 3_000n, 0n],
    [false, 0n, 3_000n],
  ])(
    'an item that is taken off the draft is owed no longer; what is unspent of it goes: %s',
    async (takeBack, taken, left) => {
      await subscribe(mia());
      const purchase = await onInvoice();
      await spend(2_000n);
      const { id: invoiceId, items } = await active();
      const [item] = items.filter(({ kind }) => kind === 'credit_package');
      expect(await read((db) => shop.app.invoices.unspentOf(db, [item!], shop.core.now()))).toBe(3_000n);
      const remove = { ...at(), invoiceId, itemId: item!.id, takeBack, actorUserId: shop.administratorId };
      for (let times = 0; times < 2; times++) await write((tx) => shop.app.invoices.removeItem(tx, remove));
      expect(await purchaseIs()).toEqual([['invoice', false]]);
      expect([await owed(), await balance()]).toEqual([0n, left]);
      expect(await booked(purchase)).toEqual([taken, 0n, 0n]);
    },
  );

  test('an invoice that is voided takes back what is unspent of every package on it', async () => {
    await subscribe(mia());
    const bought = [await onInvoice()];
    shop.core.clock.advance(1_000);
    bought.push(await onInvoice());
    await spend(6_000n);
    const { id: invoiceId } = await issue();
    const by = { ...at(), invoiceId, takeBack: true, actorUserId: shop.administratorId };
    await write((tx) => shop.app.invoices.void(tx, by));
    expect(await purchaseIs()).toEqual([
      ['invoice', false],
      ['invoice', false],
    ]);
    expect(await balance()).toBe(0n);
    expect([await booked(bought[0]!), await booked(bought[1]!)]).toEqual([
      [0n, 0n, 0n],
      [4_000n, 0n, 0n],
    ]);
  });
});

describe('what the database refuses', () => {
  const set = (what: string) => shop.core.db.asOwner(shop.organizationId, `update purchases set ${what}`);

  test('on account without an invoice, on an invoice without its item, or two purchases for one item', async () => {
    await subscribe(mia());
    await onInvoice();
    await expect(set('invoice_item_id = null')).rejects.toMatchObject({ code: '23514' });
    await expect(set("method = 'free'")).rejects.toMatchObject({ code: '23514' });
    await onInvoice();
    await expect(set('invoice_item_id = (select id from invoice_items limit 1)')).rejects.toMatchObject({
      code: '23505',
    });
    await expect(
      set('on_behalf = true, method = ' + "'card', invoice_item_id = null, on_account = false"),
    ).rejects.toMatchObject({
      code: '23514',
    });
  });
});
