import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { z } from 'zod';
import { CREATED, PAGING } from './lists.ts';
import { newObjectId, stripeTime } from './object-ids.ts';
import { changing, type Operation, reading } from './operations.ts';
import { text, webAddress } from './parameters.ts';
import type { Objects } from './store.ts';

/** What concerns the merchant: the account itself, what happened there, and where it is told. */
export const merchantOperations: Operation[] = [
  reading('/v1/account', {}, async ({ account }) => {
    const merchant: Stripe.Account = {
      id: `acct_${account.accountId.slice(-12)}`,
      object: 'account',
      charges_enabled: true,
      country: 'US',
      default_currency: 'usd',
      details_submitted: true,
      email: null,
      payouts_enabled: true,
      type: 'standard',
    };
    return merchant;
  }),
  reading('/v1/events', { types: z.array(text).max(20).optional(), ...PAGING, ...CREATED }, ({ store }, given) =>
    store.list('event', given),
  ),
  reading('/v1/events/:id', {}, ({ store }, _, id) => store.get('event', id)),
  changing(
    '/v1/webhook_endpoints',
    { url: webAddress, enabled_events: z.array(text).min(1), description: text.optional() },
    async ({ store, now }, given) => {
      const secret = `whsec_${randomBytes(24).toString('base64url')}`;
      const endpoint: Objects['webhook_endpoint'] = {
        id: newObjectId('we'),
        object: 'webhook_endpoint',
        api_version: null,
        application: null,
        created: stripeTime(now),
        description: given.description ?? null,
        enabled_events: given.enabled_events,
        livemode: false,
        metadata: {},
        status: 'enabled',
        url: given.url,
      };
      await store.insert('webhook_endpoint', endpoint, { secret });
      // Shown this once, as at Stripe.
      return { ...endpoint, secret };
    },
  ),
  reading('/v1/webhook_endpoints', PAGING, ({ store }, given) => store.list('webhook_endpoint', given)),
  {
    ...changing('/v1/webhook_endpoints/:id', {}, async ({ store }, _, id) => {
      await store.locked('webhook_endpoint', id);
      await store.remove(id);
      return { id, object: 'webhook_endpoint', deleted: true };
    }),
    method: 'DELETE',
  },
];
