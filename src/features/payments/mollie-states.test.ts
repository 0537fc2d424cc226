import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type MollieShop, openMollieShop } from '../../../test/support/mollie-shop.ts';
import { choose } from '../../../test/support/mollie-simulator.ts';
import { type Snapshot, Unknown } from './gateway.ts';

type Told = Record<string, unknown> & { _embedded?: Record<string, unknown>; _links: Record<string, unknown> };

describe('What Mollie may say of a payment', () => {
  let shop: MollieShop;
  let paid: Snapshot;
  beforeAll(async () => {
    shop = await openMollieShop();
    paid = await shop.paid();
  });
  afterEach(() => {
    shop.simulator.between = (_, next) => next();
  });
  afterAll(() => shop.simulator.close());

  /** The paid payment, as if Mollie told it otherwise. */
  const told = async (change: (payment: Told) => void): Promise<Snapshot> => {
    shop.simulator.between = async (c, next) => {
      await next();
      const payment = (await c.res.json()) as Told;
      change(payment);
      c.res = Response.json(payment);
    };
    return shop.gateway.read(paid.ref);
  };

  test.each([
    ['open', 'open'],
    ['pending', 'processing'],
    ['authorized', 'processing'],
    ['paid', 'paid'],
    ['canceled', 'closed'],
    ['expired', 'closed'],
    ['failed', 'closed'],
  ])('%s is %s', async (status, state) => {
    expect(await told((payment) => Object.assign(payment, { status }))).toMatchObject({ ref: paid.ref, state });
  });

  test.each([
    ['failed', 'card_expired', 'expired-card'],
    ['failed', 'insufficient_funds', 'insufficient-funds'],
    ['failed', 'authentication_abandoned', 'authentication-failed'],
    ['failed', 'refused_by_issuer', 'declined'],
    ['failed', 'a_reason_of_tomorrow', 'declined'],
    ['failed', undefined, 'declined'],
    ['canceled', 'insufficient_funds', 'insufficient-funds'],
    ['canceled', undefined, 'abandoned'],
    ['expired', undefined, 'abandoned'],
  ])('%s by %s is told in our words: %s', async (status, failureReason, code) => {
    const text = failureReason ? 'Sorry.' : '';
    const details = failureReason && { failureReason, failureMessage: text };
    const snapshot = await told((payment) => Object.assign(payment, { status, details }));
    expect(snapshot.failure).toEqual({ code, text });
  });

  test('another amount, currency or real money is told as it is, for the caller to judge', async () => {
    const snapshot = await told((payment) =>
      Object.assign(payment, { mode: 'live', amount: { currency: 'JPY', value: '100' }, amountRefunded: null }),
    );
    expect(snapshot).toMatchObject({ live: true, money: { minor: 100n, currency: 'JPY' } });
  });

  test.each<[string, (payment: Told) => void]>([
    ['of another resource', (payment) => Object.assign(payment, { resource: 'order' })],
    ['of another payment', (payment) => Object.assign(payment, { id: 'tr_another' })],
    ['in neither mode', (payment) => Object.assign(payment, { mode: 'both' })],
    ['in a state that nobody knows', (payment) => Object.assign(payment, { status: 'on_the_moon' })],
    ['without an amount', (payment) => Object.assign(payment, { amount: null })],
    ['whose amount is a number', (payment) => Object.assign(payment, { amount: { currency: 'EUR', value: 49 } })],
    ['of somebody else', (payment) => Object.assign(payment, { metadata: { order: 7 } })],
    ['without its metadata', (payment) => Object.assign(payment, { metadata: null })],
    ['that leads to a script', (payment) => openAt(payment, 'javascript:alert(1)')],
    ['whose refunds did not come along', (payment) => refundedOnly(payment, '10.00')],
    ['with a refund of another payment', (payment) => withRefund(payment, { paymentId: 'tr_another' })],
    [
      'with a refund in another currency',
      (payment) => withRefund(payment, { amount: { currency: 'USD', value: '1.00' } }),
    ],
    ['with a refund that nobody knows', (payment) => withRefund(payment, { status: 'on_the_moon' })],
  ])('an answer %s decides nothing', async (_, change) => {
    await expect(told(change)).rejects.toBeInstanceOf(Unknown);
  });

  test('a refund that is on its way counts, although the sum of Mollie does not count it yet', async () => {
    const { ref } = await shop.paid();
    await shop.gateway.refund(ref, 1000n, 'one');
    const raw = await rawPayment(ref);
    expect(raw.amountRefunded).toEqual({ currency: 'EUR', value: '0.00' });
    expect(await shop.gateway.read(ref)).toMatchObject({ refunded: 1000n });
    await shop.simulator.dashboard.endRefunds(ref, 'refunded');
    expect(await shop.gateway.read(ref)).toMatchObject({ refunded: 1000n });
  });

  test.each(['failed', 'canceled'] as const)('a refund that was %s counts no more', async (status) => {
    const { ref } = await shop.paid();
    expect(await shop.gateway.refund(ref, 1000n, `will be ${status}`)).toMatchObject({ refunded: 1000n });
    await shop.simulator.dashboard.endRefunds(ref, status);
    const ours = [{ key: `will be ${status}`, minor: 0n }];
    expect(await shop.gateway.read(ref)).toMatchObject({ state: 'paid', refunded: 0n, ours });
  });

  test('a refund made by hand in the dashboard counts', async () => {
    const { ref } = await shop.paid();
    await shop.simulator.dashboard.refund(ref, '12.34');
    expect(await shop.gateway.read(ref)).toMatchObject({ refunded: 1234n, ours: [] });
  });

  test('what is charged back is disputed until it is reversed', async () => {
    const { ref } = await shop.paid();
    const { dashboard } = shop.simulator;
    const part = await dashboard.chargeBack(ref, '9.00');
    await dashboard.chargeBack(ref, '40.00');
    expect(await shop.gateway.read(ref)).toMatchObject({ state: 'paid', disputed: 4900n, refunded: 0n });
    await dashboard.reverse(part);
    expect(await shop.gateway.read(ref)).toMatchObject({ disputed: 4000n });
  });

  test('a payment that fails for good says why', async () => {
    shop.simulator.books.methods = ['creditcard'];
    const { ref, next } = await shop.open();
    await choose(next!, 'lacks-funds');
    expect(await shop.gateway.read(ref)).toMatchObject({ state: 'closed', failure: { code: 'insufficient-funds' } });
  });

  const rawPayment = async (ref: string): Promise<Told> => {
    const { apiKey, baseUrl } = shop.simulator;
    const answer = await fetch(`${baseUrl}/v2/payments/${ref}`, { headers: { Authorization: `Bearer ${apiKey}` } });
    return (await answer.json()) as Told;
  };
});

function openAt(payment: Told, href: string): void {
  Object.assign(payment, { status: 'open', _links: { checkout: { href } } });
}

function refundedOnly(payment: Told, value: string): void {
  Object.assign(payment, { amountRefunded: { currency: 'EUR', value }, _embedded: undefined });
}

function withRefund(payment: Told, change: object): void {
  const refund = {
    ...{ resource: 'refund', id: 're_1', paymentId: payment.id, amount: { currency: 'EUR', value: '1.00' } },
    ...{ status: 'refunded', createdAt: '2026-03-10T09:00:00+00:00', metadata: null },
  };
  payment._embedded = { refunds: [{ ...refund, ...change }], chargebacks: [] };
}
