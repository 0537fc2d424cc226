import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { companyBuyingIn } from '../../../test/support/company-buying.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import type { Bought, BuyRequest } from './purchases.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const { again, buy, settle, rows } = buyingIn(() => shop);
const { subscribe } = companyBuyingIn(() => shop);

/** Whoever writes such a row is stopped in the last moment, when everything else is written: as by a full disk. */
async function refuseAtCommit(table: string, when: string): Promise<void> {
  await shop.core.db.asOwner(
    shop.organizationId,
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused at commit'; end $$;
    create constraint trigger refuse after insert or update on ${table} deferrable initially deferred
      for each row when (${when}) execute function refuse()`,
  );
}

const refuseNothing = () => shop.core.db.asOwner(shop.organizationId, 'drop function refuse cascade');

describe('E9 S12 what makes a purchase paid is written together or not at all', () => {
  test.each([
    ['the payment', 'payments', "new.status = 'paid'"],
    ['the purchase', 'purchases', 'new.paid_at is not null'],
    ['the credits', 'credit_lots', 'true'],
  ])('E9 when %s cannot be written nothing else is, and the next look writes all of it', async (_, table, when) => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    await refuseAtCommit(table, when);
    await expect(settle(purchase)).rejects.toThrow('refused at commit');
    expect(await again(purchase)).toMatchObject({ status: 'action', paidAt: null });
    expect(await rows('payments')).toMatchObject([{ status: 'action', settled_at: null }]);
    expect(await rows('credit_entries')).toEqual([]);
    expect(await rows('pgboss.job_common')).toEqual([]);
    await refuseNothing();
    expect(await settle(purchase)).toMatchObject({ status: 'paid', balanceAfterMinor: 5_000n });
    expect(await rows('credit_entries')).toHaveLength(1);
  });
});

describe('S16 what is sold without a gateway is written together or not at all', () => {
  const write = () => shop.press({ method: { kind: 'invoice' } });
  const sell = (press: BuyRequest) =>
    shop.app.purchases.sellTo({ ...press, memo: '', method: { kind: 'external', label: 'Cash' } });
  const ways: Record<string, (press: BuyRequest) => Promise<Bought>> = {
    'on the invoice': (press) => shop.app.purchases.buy(press),
    'for money taken elsewhere': sell,
  };

  test.each([
    ['on the invoice', 'invoice_items', "new.kind = 'credit_package'"],
    ['on the invoice', 'purchases', 'new.on_account'],
    ['on the invoice', 'credit_lots', 'true'],
    ['on the invoice', 'credit_entries', 'true'],
    ['for money taken elsewhere', 'payments', 'true'],
    ['for money taken elsewhere', 'purchases', 'new.paid_at is not null'],
    ['for money taken elsewhere', 'credit_lots', 'true'],
  ])('E9 %s: when %s cannot be written nothing is, and the same press again sells once', async (way, table, when) => {
    await subscribe(shop.member.customerId, { priceMinor: 0n });
    const press = write();
    await refuseAtCommit(table, when);
    await expect(ways[way]!(press)).rejects.toThrow('refused at commit');
    for (const empty of ['purchases', 'payments', 'invoices', 'invoice_items', 'credit_lots', 'pgboss.job_common'])
      expect([empty, await rows(empty)]).toEqual([empty, []]);
    await refuseNothing();
    expect(await ways[way]!(press)).toMatchObject({ status: 'paid', repeated: false });
    expect(await ways[way]!(press)).toMatchObject({ status: 'paid', repeated: true });
    expect([await shop.balance(shop.member.customerId), (await rows('purchases')).length]).toEqual([5_000n, 1]);
  });
});
