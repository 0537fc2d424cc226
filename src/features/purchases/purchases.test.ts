import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { creditHistory } from '../credits/credits.ts';
import { paymentsOf } from '../payments/payments.ts';
import { MethodNotAvailable, PackageNotOnSale, PriceChanged, RequestKeyReused } from './purchases.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop({ env: { GATEWAY_TIMEOUT_MS: '1500' } });
});
afterEach(() => shop.close());

const { again, buy, settle, rows, charges, savedCard } = buyingIn(() => shop);

describe('buying by card', () => {
  test('S8 S12 a member pays on the gateway’s page and has the credits in the same moment that the payment is paid', async () => {
    const purchase = await buy(shop.press());
    expect(purchase).toMatchObject({ status: 'action', totalMinor: 4900n });
    expect(await shop.balance(shop.member.customerId)).toBe(0n);
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({
      status: 'paid',
      balanceAfterMinor: 5000n,
      methodLabel: 'Visa •••• 4242',
    });
    expect(await shop.balance(shop.member.customerId)).toBe(5000n);
  });

  test('S17 the purchase stands in the history with its balance after it, S14 and in the payments with its card', async () => {
    await savedCard();
    const [purchase] = await rows('purchases');
    const { entries, payments } = await shop.core.database.read(shop.organizationId, async (db) => ({
      ...(await creditHistory(db, shop.member.customerId, { limit: 5 })),
      ...(await paymentsOf(db, shop.member.customerId, { limit: 5 })),
    }));
    expect(entries).toMatchObject([
      { type: 'purchase', changeMinor: 5000n, balanceAfterMinor: 5000n, purchaseId: purchase!.id },
    ]);
    expect(payments).toMatchObject([
      { status: 'paid', amount: { minor: 4900n, currency: 'EUR' }, methodLabel: 'Visa •••• 4242' },
    ]);
  });

  test('a saved card pays with one press', async () => {
    const id = await savedCard();
    const purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
    expect(purchase).toMatchObject({ status: 'paid', balanceAfterMinor: 10_000n });
  });

  test('S9 S18 a company manager buys for the company: the company pays and owns the credits', async () => {
    const { manager, company } = shop;
    const purchase = await buy(
      shop.press({
        wallet: { kind: 'company', customerId: company.customerId, name: 'Otter Works' },
        buyer: { id: manager.userId, name: manager.name, email: manager.email },
      }),
    );
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await settle(purchase);
    expect(await shop.balance(company.customerId)).toBe(5000n);
    expect(await shop.balance(manager.customerId)).toBe(0n);
    expect((await rows('saved_methods'))[0]).toMatchObject({ customer_id: company.customerId });
  });

  test('S11 a package of price 0 is granted at once with no gateway asked, and a payment of 0 stands in the books', async () => {
    shop.between = () => {
      throw new Error('the gateway was asked');
    };
    const press = shop.press({ packageId: shop.packages.free, method: { kind: 'free' }, seenTotalMinor: 0n });
    const purchase = await buy(press);
    expect(purchase).toMatchObject({ status: 'paid', totalMinor: 0n, method: 'free', balanceAfterMinor: 500n });
    expect(await rows('payments')).toMatchObject([{ method: 'free', amount_minor: 0n.toString(), status: 'paid' }]);
  });

  test('a decline on the gateway’s page charges nothing, and another card on the same page pays once', async () => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.declined);
    expect(await settle(purchase)).toMatchObject({ status: 'action' });
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({ status: 'paid' });
    expect(await charges()).toHaveLength(1);
  });
});

describe('E1 the same press again', () => {
  test('E1 sixteen presses with one request key at once make one purchase, one payment and one grant', async () => {
    const id = await savedCard();
    const press = shop.press({ method: { kind: 'saved', id } });
    const answers = await Promise.all(Array.from({ length: 16 }, () => shop.app.purchases.buy(press)));
    expect(new Set(answers.map((it) => it.id)).size).toBe(1);
    expect(answers.filter((it) => !it.repeated)).toHaveLength(1);
    expect(await charges()).toHaveLength(2);
    expect(await shop.balance(shop.member.customerId)).toBe(10_000n);
  });

  test('E1 a request key that comes with another package is refused and nothing is written', async () => {
    const press = shop.press();
    await shop.app.purchases.buy(press);
    const other = { ...press, packageId: shop.packages.small, seenTotalMinor: 1200n };
    await expect(shop.app.purchases.buy(other)).rejects.toThrow(RequestKeyReused);
    expect(await rows('purchases')).toHaveLength(1);
  });

  test('E7 sixteen settlements at the same instant grant once', async () => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await Promise.all(
      Array.from({ length: 16 }, () => shop.app.payments.settle(shop.organizationId, purchase.paymentId!)),
    );
    expect(await shop.balance(shop.member.customerId)).toBe(5000n);
    expect(await rows('credit_entries')).toHaveLength(1);
  });
});

describe('E2 the browser that never comes back', () => {
  test('E2 paid at the gateway, no webhook, no return: the check of due payments grants', async () => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await shop.app.checkPayments()).toBe(0);
    shop.core.clock.advance(2_001);
    expect(await shop.app.checkPayments()).toBe(1);
    expect(await again(purchase)).toMatchObject({ status: 'paid' });
  });

  test('a page that nobody pays is closed after its 31 minutes and the purchase fails with nothing charged', async () => {
    const purchase = await buy(shop.press());
    shop.core.clock.advance(31 * 60_000 + 1);
    await shop.app.checkPayments();
    expect(await again(purchase)).toMatchObject({ status: 'failed', failureCode: 'abandoned' });
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await charges()).toHaveLength(0);
  });
});

describe('E3 what changes while somebody buys', () => {
  test('E3 another price than the one that was seen is refused with the new price', async () => {
    const press = shop.press({ seenTotalMinor: 4000n });
    await expect(shop.app.purchases.buy(press)).rejects.toThrow(PriceChanged);
    expect(await rows('payments')).toHaveLength(0);
  });

  test('E3 a package that was taken off sale is refused, but a page that is open already is honoured', async () => {
    const purchase = await buy(shop.press());
    await shop.core.db.asOwner(shop.organizationId, 'update credit_packages set on_sale = false, price_minor = 9900');
    await expect(shop.app.purchases.buy(shop.press())).rejects.toThrow(PackageNotOnSale);
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({ status: 'paid', totalMinor: 4900n, balanceAfterMinor: 5000n });
  });

  test('E20 a payment under way settles after its gateway was disconnected', async () => {
    const purchase = await buy(shop.press());
    await shop.core.db.asOwner(shop.organizationId, 'update gateway_connections set disconnected_at = now()');
    await expect(shop.app.purchases.buy(shop.press())).rejects.toThrow(MethodNotAvailable);
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({ status: 'paid' });
  });
});

describe('what a sale costs', () => {
  test('a settled purchase by saved card takes 13 statements in three transactions: sold, reference committed, paid', async () => {
    const id = await savedCard();
    const press = shop.press({ method: { kind: 'saved', id } });
    const { statements } = shop.core.db;
    statements.length = 0;
    await shop.app.purchases.buy(press);
    // The test gateway keeps its own books in the same database: what it sends is a gateway's, not ours.
    const own = transactionsOf(statements).filter(
      (transaction) => !transaction.some((text) => /simulator_|savepoint/.test(text)),
    );
    expect(own.map((transaction) => transaction.length)).toEqual([5, 1, 7]);
  });
});

/** The statements of each transaction, without `begin` and `commit`; right as long as one follows the other. */
function transactionsOf(statements: string[]): string[][] {
  const transactions: string[][] = [];
  for (const text of statements) {
    if (text.startsWith('begin')) transactions.push([]);
    else if (text !== 'commit') transactions.at(-1)!.push(text);
  }
  return transactions;
}
