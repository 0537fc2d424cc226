import { z } from 'zod';
import type { Work } from './accounts.ts';
import { newMethod, TEST_METHODS } from './cards.ts';
import { PAGING } from './lists.ts';
import { changing, type Operation, reading } from './operations.ts';
import { text } from './parameters.ts';
import { StripeRefusal } from './refusals.ts';
import type { Objects } from './store.ts';

export const methodOperations: Operation[] = [
  reading(
    '/v1/payment_methods',
    { customer: text, type: z.literal('card').optional(), ...PAGING },
    async ({ store }, { customer, type: _, ...page }) => {
      await store.get('customer', customer);
      return store.list('payment_method', { ...page, belongsTo: customer });
    },
  ),
  reading('/v1/payment_methods/:id', {}, ({ store }, _, id) => store.get('payment_method', id)),
  changing('/v1/payment_methods/:id/attach', { customer: text }, async (work, given, id) => {
    const { store } = work;
    const customer = await store.get('customer', given.customer);
    const method = await methodToAttach(work, id);
    if (method.customer !== null)
      throw new StripeRefusal(400, 'This payment method is attached to a customer already.');
    const attached = { ...method, customer: customer.id };
    await store.save('payment_method', attached);
    await store.move(method.id, customer.id);
    return attached;
  }),
  changing('/v1/payment_methods/:id/detach', {}, async ({ store }, _, id) => {
    const method = await store.locked('payment_method', id);
    if (method.customer === null) {
      throw new StripeRefusal(
        400,
        'The payment method you provided is not attached to a customer so detachment is impossible.',
      );
    }
    const detached = { ...method, customer: null };
    await store.save('payment_method', detached);
    await store.move(id, null);
    return detached;
  }),
];

/** A method that is there, or a fresh one when the id stands for a test card. */
async function methodToAttach({ store, now }: Work, id: string): Promise<Objects['payment_method']> {
  const number = TEST_METHODS[id];
  if (!number) return store.locked('payment_method', id);
  const method = newMethod({ number, expiresMonth: 12, expiresYear: now.getUTCFullYear() + 3, name: '' }, now);
  await store.insert('payment_method', method);
  return method;
}
