import type Stripe from 'stripe';
import type { Tx } from '../../../platform/database/database.ts';
import { type ListRequest, readList } from './lists.ts';
import { missing } from './refusals.ts';

/** One connected test gateway. */
export type Account = { organizationId: string; accountId: string };

/** A question of the bank, as a page of ours asks it. */
export type Challenge = {
  id: string;
  object: 'challenge';
  intent: string;
  method: string;
  /** Where the browser goes on, unless the payment was made on a session's page. */
  return_url: string | null;
  session: string | null;
};

/** Everything that is remembered, by kind, as the SDK's own types. */
export type Objects = {
  customer: Stripe.Customer;
  payment_method: Stripe.PaymentMethod;
  payment_intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  'checkout.session': Stripe.Checkout.Session;
  challenge: Challenge;
  webhook_endpoint: Stripe.WebhookEndpoint;
  event: Stripe.Event;
};
export type Kind = keyof Objects;

export type Store = {
  find<K extends Kind>(kind: K, id: string): Promise<Objects[K] | undefined>;
  /** Like `find`; refuses with Stripe's 404. */
  get<K extends Kind>(kind: K, id: string): Promise<Objects[K]>;
  /**
   * Like `get`, and nobody else changes it until the transaction ends. Whoever locks several takes a session first, then its
   * intent, then a method, and the account last.
   */
  locked<K extends Kind>(kind: K, id: string): Promise<Objects[K]>;
  /** All of a kind that belong to something, newest first. */
  of<K extends Kind>(kind: K, belongsTo: string): Promise<Objects[K][]>;
  /** A page of a kind, newest first. */
  list<K extends Kind>(kind: K, request: ListRequest): Promise<Stripe.ApiList<Objects[K]>>;
  insert<K extends Kind>(kind: K, object: Objects[K], more?: { belongsTo?: string; secret?: string }): Promise<void>;
  save<K extends Kind>(kind: K, object: Objects[K]): Promise<void>;
  /** Gives an object to another owner, or to none. */
  move(id: string, belongsTo: string | null): Promise<void>;
  ownerOf(id: string): Promise<string | null>;
  remove(id: string): Promise<void>;
  endpoints(): Promise<{ endpoint: Stripe.WebhookEndpoint; secret: string }[]>;
};

/** The objects of one account, inside a transaction of its organization. */
export function openStore(tx: Tx, account: Account, now: Date): Store {
  const { organizationId, accountId } = account;
  const rows = () =>
    tx
      .selectFrom('simulator_objects')
      .where('organization_id', '=', organizationId)
      .where('account_id', '=', accountId);
  const row = (id: string) =>
    tx
      .updateTable('simulator_objects')
      .where('organization_id', '=', organizationId)
      .where('account_id', '=', accountId)
      .where('id', '=', id);
  const find = async <K extends Kind>(kind: K, id: string, lock = false) => {
    let query = rows().where('kind', '=', kind).where('id', '=', id).select('body');
    if (lock) query = query.forUpdate();
    return (await query.executeTakeFirst())?.body as Objects[K] | undefined;
  };
  const get = async <K extends Kind>(kind: K, id: string, lock = false) => {
    const found = await find(kind, id, lock);
    if (!found) throw missing(kind, id);
    return found;
  };
  return {
    find: (kind, id) => find(kind, id),
    get: (kind, id) => get(kind, id),
    locked: (kind, id) => get(kind, id, true),
    async of<K extends Kind>(kind: K, belongsTo: string) {
      const found = await rows()
        .where('kind', '=', kind)
        .where('belongs_to', '=', belongsTo)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .select('body')
        .execute();
      return found.map(({ body }) => body as Objects[K]);
    },
    list: (kind, request) => readList(tx, account, kind, request),
    async insert(kind, object, { belongsTo, secret } = {}) {
      await tx
        .insertInto('simulator_objects')
        .values({
          organization_id: organizationId,
          account_id: accountId,
          id: object.id,
          kind,
          body: object,
          belongs_to: belongsTo ?? null,
          secret: secret ?? null,
          created_at: now,
        })
        .execute();
    },
    async save(_kind, object) {
      await row(object.id).set({ body: object }).execute();
    },
    async move(id, belongsTo) {
      await row(id).set({ belongs_to: belongsTo }).execute();
    },
    async ownerOf(id) {
      const found = await rows().where('id', '=', id).select('belongs_to').executeTakeFirst();
      return found?.belongs_to ?? null;
    },
    remove: (id) => remove(tx, account, id),
    async endpoints() {
      const found = await rows().where('kind', '=', 'webhook_endpoint').select(['body', 'secret']).execute();
      return found.map(({ body, secret }) => ({ endpoint: body as Stripe.WebhookEndpoint, secret: secret ?? '' }));
    },
  };
}

async function remove(tx: Tx, { organizationId, accountId }: Account, id: string): Promise<void> {
  await tx
    .deleteFrom('simulator_objects')
    .where('organization_id', '=', organizationId)
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute();
}
