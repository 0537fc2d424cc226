import { CREATED, PAGING } from './lists.ts';
import { newObjectId, stripeTime } from './object-ids.ts';
import { changing, type Operation, reading } from './operations.ts';
import { metadata, text } from './parameters.ts';
import type { Objects } from './store.ts';

export const customerOperations: Operation[] = [
  changing(
    '/v1/customers',
    { name: text.optional(), email: text.optional(), metadata },
    async ({ store, now }, given) => {
      const customer: Objects['customer'] = {
        id: newObjectId('cus'),
        object: 'customer',
        address: null,
        balance: 0,
        created: stripeTime(now),
        currency: null,
        default_source: null,
        delinquent: false,
        description: null,
        discount: null,
        email: given.email ?? null,
        invoice_prefix: newObjectId('').slice(-8).toUpperCase(),
        invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
        livemode: false,
        metadata: given.metadata,
        name: given.name ?? null,
        next_invoice_sequence: 1,
        phone: null,
        preferred_locales: [],
        shipping: null,
        tax_exempt: 'none',
        test_clock: null,
      };
      await store.insert('customer', customer);
      return customer;
    },
  ),
  reading('/v1/customers', { ...PAGING, ...CREATED }, ({ store }, given) => store.list('customer', given)),
  reading('/v1/customers/:id', {}, ({ store }, _, id) => store.get('customer', id)),
];
