import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, httpPayer, startSimulator, type TestSimulator } from '../../../test/support/simulator.ts';
import {
  isCall,
  keptParameters,
  makeParameters,
  PINNED,
  strangeRequests,
} from '../../../test/support/stripe-parameters.ts';
import type { Order } from './gateway.ts';

// After another version of the SDK: UPDATE_STRIPE=1 vitest run src/features/payments/stripe-requests.test.ts
if (process.env.UPDATE_STRIPE) await makeParameters();

describe('Requests to Stripe', () => {
  test('are held to the types of the SDK that is installed', () => {
    const { sdk, api } = keptParameters();
    expect({ sdk, api }, 'make them anew: UPDATE_STRIPE=1').toEqual(PINNED);
  });

  describe('as the adapter makes them', () => {
    let simulator: TestSimulator;
    beforeAll(async () => {
      simulator = await startSimulator();
    });
    afterAll(() => simulator.close());

    test('every call of it is one that the SDK knows, with parameters that it knows', async () => {
      const made: string[] = [];
      simulator.between = async (c, next) => {
        made.push(`${c.req.method} ${c.req.path.replace('/simulator', '')}`);
        await next();
      };
      await makeEveryCall(simulator);
      const { properties } = keptParameters().definitions.StripeCalls as { properties: object };
      const seen = (call: string) =>
        made.some((it) => {
          const [method, path] = it.split(' ') as [string, string];
          return isCall(call, method, path);
        });
      expect(Object.keys(properties).filter((call) => !seen(call))).toEqual([]);
      expect(strangeRequests(simulator.sent)).toEqual([]);
    });
  });

  describe('are refused by the check', () => {
    const check = (method: string, url: string, body: string) => strangeRequests([{ method, url, body }]).join();
    const intents = 'https://api.stripe.com/v1/payment_intents';

    test('when they are right, they are not', () => {
      const right = 'amount=4900&currency=eur&allowed_payment_method_types[0]=card&metadata[roost_payment]=1';
      expect(check('POST', intents, right)).toBe('');
      expect(check('GET', `${intents}?created[gte]=1&created[lt]=2&limit=25&expand[0]=data.customer`, '')).toBe('');
    });

    test.each([
      ['a parameter of an older API', 'amount=4900&currency=eur&payment_method_types[0]=card', 'payment_method_types'],
      [
        'one that is misspelt within another',
        'amount=1&currency=eur&transfer_data[destinaton]=x',
        '"additionalProperty":"destinaton"',
      ],
      ['an amount that is no integer', 'amount=49.5&currency=eur', 'must be integer'],
      ['an amount that is a text', 'amount=a+lot&currency=eur', 'must be integer'],
      ['a value that no enum has', 'amount=1&currency=eur&capture_method=later', '/capture_method'],
      ['a list where one value belongs', 'amount=1&currency[0]=eur', '/currency'],
      ['what is required and missing', 'currency=eur', "'amount'"],
      ['what the adapter never sends', 'amount=1&currency=eur&payment_method_data[type]=card', 'payment_method_data'],
    ])('%s', (_, body, problem) => {
      expect(check('POST', intents, body)).toContain(problem);
    });

    test('a call that the adapter is not known to make', () => {
      expect(check('DELETE', 'https://api.stripe.com/v1/customers/cus_1', '')).toContain('no call');
    });
  });
});

async function makeEveryCall(simulator: TestSimulator): Promise<void> {
  const { gateway, savedCard } = connectTo(simulator);
  const from = new Date(Date.now() - 60_000);
  const customer = await gateway.customer({ customerId: 'c', name: 'Ann', email: 'ann@example.com' }, randomUUID());
  const order: Order = {
    ...{ paymentId: randomUUID(), money: { minor: 4900n, currency: 'EUR' }, title: '50 credits', customer },
    ...{ returnUrl: 'https://roost.example/return', cancelUrl: 'https://roost.example/cancel', hintUrl: '' },
    ...{ expiresAt: new Date(Date.now() + 31 * 60_000), locale: 'de-AT' },
  };
  await gateway.check();
  await gateway.listen('https://roost.example/webhook', randomUUID());
  await gateway.unlisten('https://roost.example/webhook');
  const page = await gateway.open(order, { kind: 'page' }, randomUUID());
  await httpPayer.pay(page.next!, 'approved');
  await gateway.close((await gateway.open(order, { kind: 'page' }, randomUUID())).ref);
  const methodRef = await savedCard(customer, 'approved');
  const by = { kind: 'saved', methodRef } as const;
  const { ref } = await gateway.open(order, by, randomUUID());
  await gateway.pay(ref, by, order.returnUrl, randomUUID());
  await gateway.close((await gateway.open(order, by, randomUUID())).ref);
  for (let nth = 0; nth < 11; nth++) await gateway.refund(ref, 10n, `refund:${nth}`);
  await simulator.dashboard.dispute(page.ref);
  await gateway.methods(customer);
  await gateway.forget(methodRef);
  await gateway.forget(methodRef);
  for await (const _ of gateway.recent(from, new Date(Date.now() + 60_000))) await gateway.read(_.ref);
}
