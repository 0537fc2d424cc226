import { sql } from 'kysely';
import type Stripe from 'stripe';
import { z } from 'zod';
import type { Tx } from '../../../platform/database/database.ts';
import { integer, text } from './parameters.ts';
import { StripeRefusal } from './refusals.ts';
import type { Account, Kind, Objects } from './store.ts';

/** What every list of Stripe takes. */
export const PAGING = {
  limit: integer.pipe(z.number().min(1).max(100)).optional(),
  starting_after: text.optional(),
  ending_before: text.optional(),
};

const range = z.strictObject({
  gt: integer.optional(),
  gte: integer.optional(),
  lt: integer.optional(),
  lte: integer.optional(),
});

/** Which were created when; an instant alone means that very second. */
export const CREATED = { created: z.union([integer, range]).optional() };

export type ListRequest = {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
  created?: number | z.output<typeof range>;
  /** Only those that belong to something. */
  belongsTo?: string;
  /** Only events of these types. */
  types?: string[];
  /** Only those of a customer. */
  customer?: string;
  /** Intents that no payer has tried a card on are there too, although Stripe's own lists do not have them. */
  untried?: boolean;
};

const URLS: Partial<Record<Kind, string>> = {
  payment_intent: '/v1/payment_intents',
  'checkout.session': '/v1/checkout/sessions',
  refund: '/v1/refunds',
  dispute: '/v1/disputes',
  event: '/v1/events',
  payment_method: '/v1/payment_methods',
  customer: '/v1/customers',
  webhook_endpoint: '/v1/webhook_endpoints',
};

/** A list as Stripe answers it, newest first. */
export function listOf<T>(kind: Kind, data: T[], has_more = false): Stripe.ApiList<T> {
  return { object: 'list', data, has_more, url: URLS[kind] ?? '' };
}

export async function readList<K extends Kind>(
  tx: Tx,
  account: Account,
  kind: K,
  request: ListRequest,
): Promise<Stripe.ApiList<Objects[K]>> {
  const { limit = 10, starting_after, ending_before } = request;
  if (starting_after && ending_before)
    throw new StripeRefusal(400, 'You can only specify one of `starting_after` or `ending_before`.');
  // Before an object the nearest ones are the oldest of those: they are read the other way round.
  const direction = ending_before ? 'asc' : 'desc';
  let query = filtered(tx, account, kind, request)
    .select('body')
    .orderBy('created_at', direction)
    .orderBy('id', direction)
    .limit(limit + 1);
  const cursor = starting_after ?? ending_before;
  if (cursor) {
    await requireCursor(tx, account, kind, cursor);
    const beyond = ending_before ? sql`>` : sql`<`;
    query = query.where(
      sql<boolean>`(created_at, id) ${beyond} (select c.created_at, c.id from simulator_objects c
        where c.organization_id = ${account.organizationId} and c.id = ${cursor})`,
    );
  }
  const rows = await query.execute();
  const page = rows.slice(0, limit).map(({ body }) => body as Objects[K]);
  return listOf(kind, ending_before ? page.toReversed() : page, rows.length > limit);
}

function filtered(tx: Tx, account: Account, kind: Kind, request: ListRequest) {
  const { created, belongsTo, types, customer, untried } = request;
  let query = tx
    .selectFrom('simulator_objects')
    .where('organization_id', '=', account.organizationId)
    .where('account_id', '=', account.accountId)
    .where('kind', '=', kind);
  const { gt, gte, lt, lte } = typeof created === 'number' ? { gte: created, lte: created } : { ...created };
  // A whole second is asked for, and instants are kept more precisely.
  if (gt !== undefined) query = query.where('created_at', '>=', instant(gt + 1));
  if (gte !== undefined) query = query.where('created_at', '>=', instant(gte));
  if (lt !== undefined) query = query.where('created_at', '<', instant(lt));
  if (lte !== undefined) query = query.where('created_at', '<', instant(lte + 1));
  if (belongsTo !== undefined) query = query.where('belongs_to', '=', belongsTo);
  if (types) query = query.where(sql<boolean>`body->>'type' = any(${types})`);
  if (customer) query = query.where(sql<boolean>`body->>'customer' = ${customer}`);
  if (kind !== 'payment_intent' || untried) return query;
  return query.where(
    sql<boolean>`(belongs_to is null or exists (select from simulator_objects s
      where s.organization_id = simulator_objects.organization_id and s.id = simulator_objects.belongs_to
        and s.body->>'payment_intent' is not null))`,
  );
}

async function requireCursor(tx: Tx, { organizationId, accountId }: Account, kind: Kind, id: string): Promise<void> {
  const found = await tx
    .selectFrom('simulator_objects')
    .where('organization_id', '=', organizationId)
    .where('account_id', '=', accountId)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .select('id')
    .executeTakeFirst();
  if (!found) throw new StripeRefusal(400, `No such ${kind}: '${id}'`, { code: 'resource_missing' });
}

function instant(seconds: number): Date {
  return new Date(seconds * 1000);
}
