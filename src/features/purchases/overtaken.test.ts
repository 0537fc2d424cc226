import { afterEach, beforeEach, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { raiseAlert } from '../payments/payments.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const { again, buy, rows, settle } = buyingIn(() => shop);

test('E7 an answer from before the payer paid that arrives last calls nobody: what is paid stays paid', async () => {
  const purchase = await buy(shop.press());
  const [taken, overtaken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let first = true;
  shop.between = async (_, next) => {
    const holds = first;
    first = false;
    await next();
    if (!holds) return;
    taken.resolve();
    await overtaken.promise;
  };
  const late = shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
  await taken.promise;
  await shop.payOnPage(purchase.nextUrl!, CARDS.good);
  expect(await settle(purchase)).toMatchObject({ status: 'paid' });
  overtaken.resolve();
  expect(await late).toMatchObject({ status: 'paid' });
  expect(await again(purchase)).toMatchObject({ status: 'paid', balanceAfterMinor: 5000n });
  expect(await rows('money_alerts')).toEqual([]);
});

test('an alert that another program raised about a silent gateway is over when the payment it was about has its answer', async () => {
  // This program has had answers all along.
  const before = await buy(shop.press());
  await shop.payOnPage(before.nextUrl!, CARDS.good);
  await settle(before);
  const purchase = await buy(shop.press());
  await shop.core.db.asOwner(shop.organizationId, 'update payments set checks = 4 where id = $1', [purchase.paymentId]);
  const { organizationId, location, connectionId } = shop;
  const about = { organizationId, locationId: location.id, connectionId: connectionId!, now: shop.core.now() };
  await shop.core.database.write(organizationId, (tx) => raiseAlert(tx, { ...about, kind: 'gateway-failing' }));
  await shop.payOnPage(purchase.nextUrl!, CARDS.good);
  expect(await settle(purchase)).toMatchObject({ status: 'paid' });
  expect((await rows('money_alerts')).map(({ resolved_at }) => resolved_at)).toEqual([shop.core.now()]);
});
