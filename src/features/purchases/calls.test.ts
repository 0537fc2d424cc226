import { afterEach, beforeEach, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { MethodNotAvailable } from './purchases.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const { buy, rows, charges, savedCard } = buyingIn(() => shop);

test('E1 whatever is sent for a payment has a key that follows from the payment alone, so that it happens once', async () => {
  const id = await savedCard();
  const keys: (string | undefined)[] = [];
  shop.between = async (c, next) => {
    if (c.req.method === 'POST') keys.push(c.req.header('idempotency-key'));
    await next();
  };
  const { paymentId } = await buy(shop.press({ method: { kind: 'saved', id } }));
  expect(keys).toEqual([`open:${paymentId}`, `pay:${paymentId}:1`]);
});

test('a saved card is charged for its own customer only: to anybody else it does not exist', async () => {
  const id = await savedCard();
  const { manager, company } = shop;
  const buyer = { id: manager.userId, name: manager.name, email: manager.email };
  for (const wallet of [
    { kind: 'personal' as const, customerId: manager.customerId, name: manager.name },
    { kind: 'company' as const, customerId: company.customerId, name: 'Otter Works' },
  ]) {
    const press = shop.press({ wallet, buyer, method: { kind: 'saved', id } });
    await expect(shop.app.purchases.buy(press)).rejects.toThrow(MethodNotAvailable);
  }
  expect(await charges()).toHaveLength(1);
  expect(await rows('purchases')).toHaveLength(1);
});

test('a payment that was given up while its gateway was opening it is charged no more, and what was opened is closed', async () => {
  const id = await savedCard();
  shop.between = async (c, next) => {
    await next();
    if (!c.req.path.endsWith('/payment_intents')) return;
    // So late that nobody waits for this answer any more.
    shop.core.clock.advance(shop.core.config.gatewayTimeoutMs + 6_000);
    await shop.app.checkPayments();
  };
  const purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
  expect(purchase).toMatchObject({ status: 'failed', failureCode: 'gateway-refused' });
  expect(await charges()).toHaveLength(1);
  const intents = (await rows('simulator_objects')).filter(({ kind }) => kind === 'payment_intent');
  expect(intents.map(({ body }) => (body as { status: string }).status).sort()).toEqual(['canceled', 'succeeded']);
});
