import { randomUUID } from 'node:crypto';
import type { Gateway, Order, Snapshot } from '../../src/features/payments/gateway.ts';
import { choose, connectToMollie, type MollieSimulator, startMollieSimulator } from './mollie-simulator.ts';

/** Our adapter before Mollie's simulator, and a customer who orders. */
export type MollieShop = {
  simulator: MollieSimulator;
  gateway: Gateway;
  /** An order of its own each time. */
  order(change?: Partial<Order>): Order;
  open(change?: Partial<Order>): Promise<Snapshot>;
  paid(change?: Partial<Order>): Promise<Snapshot>;
};

export async function openMollieShop(options: { now?: () => Date } = {}): Promise<MollieShop> {
  const simulator = await startMollieSimulator(options);
  const gateway = connectToMollie(simulator);
  const customer = await gateway.customer({ customerId: 'c', name: 'Ann', email: 'a@example.com' }, randomUUID());
  const order = (change: Partial<Order> = {}): Order => ({
    paymentId: randomUUID(),
    money: { minor: 4900n, currency: 'EUR' },
    title: '50 credits',
    customer,
    returnUrl: 'https://roost.example/return',
    cancelUrl: 'https://roost.example/cancel',
    hintUrl: 'https://roost.example/hints',
    expiresAt: new Date(Date.now() + 31 * 60_000),
    locale: 'en-GB',
    ...change,
  });
  const open = (change?: Partial<Order>) => gateway.open(order(change), { kind: 'page' }, randomUUID());
  return {
    simulator,
    gateway,
    order,
    open,
    async paid(change) {
      const { ref, next } = await open(change);
      await choose(next!, 'pay');
      return gateway.read(ref);
    },
  };
}
