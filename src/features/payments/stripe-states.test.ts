import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, httpPayer, startSimulator, type TestSimulator } from '../../../test/support/simulator.ts';
import type { Snapshot } from './gateway.ts';
import { accountOfKey } from './simulator/accounts.ts';
import { openStore } from './simulator/store.ts';

type Session = Omit<Stripe.Checkout.Session, 'payment_intent'> & { payment_intent: Stripe.PaymentIntent };

describe('What Stripe may say of a payment', () => {
  let simulator: TestSimulator;
  let gateway: ReturnType<typeof connectTo>['gateway'];
  let paid: Snapshot;

  beforeAll(async () => {
    simulator = await startSimulator();
    ({ gateway } = connectTo(simulator));
    const customer = await gateway.customer({ customerId: 'c', name: 'Ann', email: 'a@example.com' }, randomUUID());
    const order = {
      ...{
        paymentId: randomUUID(),
        money: { minor: 4900n, currency: 'EUR' },
        title: '50 credits',
        customer,
        locale: 'en',
      },
      ...{ returnUrl: 'https://app.example/return', cancelUrl: 'https://app.example/cancel', hintUrl: '' },
      expiresAt: new Date(Date.now() + 31 * 60_000),
    };
    const { ref, next } = await gateway.open(order, { kind: 'page' }, randomUUID());
    await httpPayer.pay(next!, 'approved');
    paid = await gateway.read(ref);
  });
  afterEach(() => {
    simulator.between = (_, next) => next();
  });
  afterAll(() => simulator.close());

  /** The paid payment, as if Stripe told it otherwise. */
  const told = async (change: (session: Session) => void): Promise<Snapshot> => {
    simulator.between = async (c, next) => {
      await next();
      const session = (await c.res.json()) as Session;
      change(session);
      c.res = Response.json(session);
    };
    return gateway.read(paid.ref);
  };

  test('a finished page whose money is still under way is not paid', async () => {
    const snapshot = await told((session) => {
      session.payment_status = 'unpaid';
      session.payment_intent.status = 'processing';
    });
    expect(snapshot.state).toBe('processing');
  });

  test('a finished page whose money did not come is closed', async () => {
    const snapshot = await told((session) => {
      session.payment_status = 'unpaid';
      session.payment_intent.status = 'requires_payment_method';
    });
    expect(snapshot.state).toBe('closed');
  });

  test('a page that expired while its money came is paid', async () => {
    const snapshot = await told((session) => {
      session.status = 'expired';
    });
    expect(snapshot.state).toBe('paid');
  });

  test('another amount, currency or real money is told as it is, for the caller to judge', async () => {
    const snapshot = await told((session) => {
      session.livemode = true;
      session.payment_intent.amount_received = 100;
      session.payment_intent.currency = 'usd';
    });
    expect(snapshot).toMatchObject({ live: true, money: { minor: 100n, currency: 'USD' } });
  });

  test.each<[string, string | undefined, string]>([
    ['expired_card', undefined, 'expired-card'],
    ['card_declined', 'insufficient_funds', 'insufficient-funds'],
    ['card_declined', 'lost_card', 'declined'],
    ['authentication_required', 'authentication_required', 'authentication-failed'],
    ['payment_intent_authentication_failure', undefined, 'authentication-failed'],
  ])('the failure %s %s is told in our words: %s', async (code, decline_code, expected) => {
    const snapshot = await told((session) => {
      session.status = 'expired';
      session.payment_intent.status = 'canceled';
      session.payment_intent.last_payment_error = { type: 'card_error', code, decline_code, message: 'Sorry.' };
    });
    expect(snapshot.failure).toEqual({ code: expected, text: 'Sorry.' });
  });

  test('disputes count while they hold the money back or have taken it, and not when they are won', async () => {
    const { organizationId } = simulator;
    await simulator.database.write(organizationId, async (tx) => {
      const store = openStore(tx, accountOfKey(`Bearer ${simulator.apiKey}`), new Date());
      const intent = await store.get('payment_intent', paid.also![0]!);
      const charge = await store.get('charge', intent.latest_charge as string);
      await store.save('charge', { ...charge, disputed: true });
      const amounts = { needs_response: 1000, lost: 500, won: 1900, warning_needs_response: 700, prevented: 300 };
      for (const [status, amount] of Object.entries(amounts)) {
        const dispute = { id: `dp_${status}`, object: 'dispute', status, amount, currency: 'eur' } as Stripe.Dispute;
        await store.insert('dispute', dispute, { belongsTo: intent.id });
      }
    });
    expect(await gateway.read(paid.ref)).toMatchObject({ state: 'paid', disputed: 1500n, refunded: 0n });
  });
});
