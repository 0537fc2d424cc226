import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type Connection, connectionAt } from '../../src/features/payments/payments.ts';
import { testOffer } from '../../src/features/payments/stripe-offers.ts';
import { newId } from '../../src/platform/ids.ts';
import { type FillingBrowser, fillingBrowser } from './filling.ts';
import { type Space, someSpace } from './people.ts';
import { openShop, type Shop } from './shop.ts';
import { type StripeByKey, stripeByKey } from './stripe-by-key.ts';

/** Keys of one account that Stripe knows, made anew for each test: to try things out, and for real money. */
export const KEY = 'rk_test_51Recognisable0000000000000001';
export const LIVE_KEY = 'rk_live_51Recognisable0000000000000003';

/** The settings page of a location that is connected to nothing, in the hands of its administrator. */
export type GatewaySettings = {
  readonly shop: Shop;
  readonly stripe: StripeByKey;
  readonly space: Space;
  readonly administrator: FillingBrowser;
  signedIn(userId: string): Promise<FillingBrowser>;
  /** The address of the page. */
  page(): string;
  connection(): Promise<Connection | undefined>;
  /** All connections of the organization, ended ones too, as they are stored. */
  // biome-ignore lint/suspicious/noExplicitAny: rows as the database has them.
  rows(): Promise<any[]>;
  /** Fills in and sends the form that connects a gateway. */
  connect(fields?: Record<string, string>, kind?: string): Promise<Response>;
  /** What is told on the settings page, to which an action led. */
  told(answer: Response): Promise<string>;
};

/** Opens a space of its own for each test of a file. */
export function gatewaySettings(): GatewaySettings {
  let shop: Shop;
  let stripe: StripeByKey;
  let space: Space;
  let administrator: FillingBrowser;
  beforeAll(async () => {
    shop = await openShop({
      connected: false,
      gateways: (core) => {
        stripe = stripeByKey(core);
        const timeoutMs = core.config.gatewayTimeoutMs;
        return [stripe.offer, testOffer({ timeoutMs, simulatorUrl: () => core.config.simulatorUrl })];
      },
    });
  });
  beforeEach(async () => {
    space = await someSpace(shop.core, { domain: `${newId(shop.core.now())}.example` });
    administrator = await it.signedIn(space.administratorId);
    stripe.instead = undefined;
    stripe.asked = [];
    await stripe.makeKey(space.organizationId, KEY);
    await stripe.makeKey(space.organizationId, LIVE_KEY, KEY);
  });
  afterAll(() => shop.close());
  const it: GatewaySettings = {
    get shop() {
      return shop;
    },
    get stripe() {
      return stripe;
    },
    get space() {
      return space;
    },
    get administrator() {
      return administrator;
    },
    signedIn: (userId) => fillingBrowser(shop, { organizationId: space.organizationId, userId }),
    page: () => `/l/${space.location.slug}/settings/payment-gateways`,
    connection: () => shop.core.database.read(space.organizationId, (db) => connectionAt(db, space.location.id)),
    rows: async () =>
      (await shop.core.db.asOwner(space.organizationId, 'select * from gateway_connections order by created_at, id'))
        .rows,
    connect: (fields = {}, kind = 'stripe') =>
      administrator.fill(`${it.page()}/${kind}/connect`, {
        forPackages: 'on',
        forInvoices: 'on',
        ...(kind === 'stripe' && { 'setting-apiKey': KEY }),
        ...fields,
      }),
    async told(answer) {
      expect([answer.status, answer.headers.get('location')]).toEqual([303, it.page()]);
      return await administrator.read(it.page());
    },
  };
  return it;
}
