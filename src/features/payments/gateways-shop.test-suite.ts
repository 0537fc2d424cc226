import { randomUUID } from 'node:crypto';
import type { By, Gateway, Order, Snapshot } from './gateway.ts';
import type { CardKind, GatewayUnderTest } from './gateways.test-suite.ts';

export const PRICE = { minor: 4900n, currency: 'EUR' };
export const RETURN_URL = 'https://roost.example/return';

/** What tests of gateways do again and again, for a customer of their own. */
export type GatewayShop = {
  gateway: Gateway;
  customer: string;
  openPage(key?: string): Promise<Snapshot>;
  openSaved(change?: Partial<Order>): Promise<Snapshot>;
  buyWith(methodRef: string): Promise<Snapshot>;
  card(kind: CardKind): Promise<string>;
  /** A payment that is opened and not paid, in whichever way this gateway is paid. */
  opened(change?: Partial<Order>): Promise<Snapshot>;
  /** A payment that is paid, in whichever way this gateway is paid. */
  paid(): Promise<Snapshot>;
};

/** A customer and an order of their own, so that tests do not meet. */
export async function openGatewayShop({ gateway, savedCard, payer }: GatewayUnderTest): Promise<GatewayShop> {
  const customerId = randomUUID();
  const who = { customerId, name: 'Ann Smith', email: 'ann@example.com' };
  const customer = await gateway.customer(who, `customer:${customerId}`);
  const order: Order = {
    paymentId: randomUUID(),
    money: PRICE,
    title: '50 credits',
    customer,
    returnUrl: RETURN_URL,
    cancelUrl: 'https://roost.example/cancel',
    hintUrl: 'https://roost.example/hints',
    expiresAt: new Date(Date.now() + 31 * 60_000),
    locale: 'en-GB',
  };
  const open = (by: By, change?: Partial<Order>, key: string = randomUUID()) =>
    gateway.open({ ...order, ...change }, by, `open:${order.paymentId}:${key}`);
  // What a saved card opens does not depend on the card.
  const openSaved = (change?: Partial<Order>) => open(saved(''), change);
  const buyWith = async (methodRef: string) => {
    const { ref } = await openSaved();
    return gateway.pay(ref, saved(methodRef), RETURN_URL, `pay:${ref}`);
  };
  return {
    gateway,
    customer,
    openPage: (key) => open({ kind: 'page' }, {}, key),
    openSaved,
    buyWith,
    card: (kind) => savedCard(customer, kind),
    opened: (change) => (gateway.can.save ? openSaved(change) : open({ kind: 'page' }, change)),
    async paid() {
      if (gateway.can.save) return buyWith(await savedCard(customer, 'approved'));
      const { ref, next } = await open({ kind: 'page' });
      await payer!.pay(next!, 'approved');
      return gateway.read(ref);
    },
  };
}

export function saved(methodRef: string): By & { kind: 'saved' } {
  return { kind: 'saved', methodRef };
}
