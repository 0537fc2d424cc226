import { type ServerType, serve } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { type App, createApp } from '../../src/app.ts';
import { balanceOf } from '../../src/features/credits/credits.ts';
import type { ItemHandlers } from '../../src/features/invoices/invoices.ts';
import type { Location } from '../../src/features/organizations/organizations.ts';
import { connectTestGateway, type Gateways } from '../../src/features/payments/payments.ts';
import { testOffer } from '../../src/features/payments/stripe-offers.ts';
import { createCompany, createMembership, createUser } from '../../src/features/people/people.ts';
import type { BuyRequest, DiscountFor } from '../../src/features/purchases/purchases.ts';
import { newId, newRequestKey } from '../../src/platform/ids.ts';
import { type TestCore, testCore } from './core.ts';
import { type Space, someSpace } from './people.ts';

/** A space that sells: three packages, the test gateway over real HTTP, a member, and a company with manager and member. */
export type Shop = Space & {
  core: TestCore;
  app: App;
  packages: { small: string; fifty: string; free: string };
  member: Buyer;
  manager: Buyer;
  employee: Buyer;
  company: { id: string; customerId: string };
  connectionId: string | undefined;
  /** What stands between the program and the test gateway's API; replaced by tests that cut, delay or falsify answers. */
  between: MiddlewareHandler;
  /** One press of the pay button for the member's 50 credits, with what is given changed. */
  press(changes?: Partial<BuyRequest>): BuyRequest;
  balance(customerId: string): Promise<bigint>;
  /** Pays on the gateway's page, as a payer without a browser. */
  payOnPage(url: string, card: string): Promise<Response>;
  close(): Promise<void>;
};

type Buyer = { userId: string; customerId: string; name: string; email: string };

export const CARDS = {
  good: '4242424242424242',
  declined: '4000000000000002',
  lacksFunds: '4000000000009995',
  asks: '4000002760003184',
};

type Options = {
  connected?: boolean;
  /** Whether the test gateway sends its hints; lost unless asked for, so that tests show what works without them. */
  hints?: boolean;
  discountFor?: DiscountFor;
  /** What items on invoices mean to whoever sells them; that of the program unless given. */
  onInvoice?: ItemHandlers;
  env?: Record<string, string>;
  location?: Partial<Location>;
  /** The gateways that can be connected; those of the program unless given. */
  gateways?: (core: TestCore) => Gateways;
};

/** The test gateway as the program offers it. */
export const testGateways = ({ config }: Pick<TestCore, 'config'>): Gateways => [
  testOffer({ timeoutMs: 5_000, simulatorUrl: () => config.simulatorUrl }),
];

export async function openShop(options: Options = {}): Promise<Shop> {
  const core = await testCore({ env: options.env });
  const space = await someSpace(core);
  const location = { ...space.location, ...options.location };
  const app = createApp(core, {
    deliverHints: () => options.hints ?? false,
    ...(options.discountFor && { discountFor: options.discountFor }),
    ...(options.onInvoice && { onInvoice: options.onInvoice }),
    ...(options.gateways && { gateways: options.gateways(core) }),
  });
  let between: MiddlewareHandler = (_, next) => next();
  const outer = new Hono()
    .use('/simulator/v1/*', (c, next) => between(c, next))
    .route('/', app.http as unknown as Hono);
  const listening = Promise.withResolvers<number>();
  const server = serve({ fetch: outer.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => listening.resolve(port));
  core.config.baseUrl = `http://localhost:${await listening.promise}`;
  core.config.simulatorUrl = `http://127.0.0.1:${await listening.promise}/simulator`;
  const made = await stock(core, space, options.connected ?? true);
  return {
    ...space,
    ...made,
    location,
    core,
    app,
    get between() {
      return between;
    },
    set between(next) {
      between = next;
    },
    press: (changes = {}) => ({
      organizationId: space.organizationId,
      location,
      wallet: { kind: 'personal', customerId: made.member.customerId, name: 'Mia' },
      buyer: { id: made.member.userId, name: 'Mia', email: 'mia@example.com' },
      requestKey: newRequestKey(),
      packageId: made.packages.fifty,
      method: { kind: 'page' },
      seenTotalMinor: 4900n,
      now: core.now(),
      ...changes,
    }),
    balance: (customerId) =>
      core.database.read(
        space.organizationId,
        async (db) => (await balanceOf(db, customerId, core.now())).balanceMinor,
      ),
    payOnPage: (url, card) =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ test: card }), redirect: 'manual' }),
    close: () => close(core, app, server),
  };
}

async function stock(core: TestCore, space: Space, connected: boolean) {
  const { organizationId, location } = space;
  const now = core.now();
  return await core.database.write(organizationId, async (tx) => {
    const made = { organizationId, locationId: location.id, now };
    const company = await createCompany(tx, { ...made, name: 'Otter Works' });
    const buyer = async (name: string, role: 'manager' | 'member'): Promise<Buyer> => {
      const email = `${name.toLowerCase()}@example.com`;
      const userId = await createUser(tx, { ...made, name, email });
      const membership = { ...made, userId, name, type: 'member' as const, company: { id: company.id, role } };
      return { userId, customerId: (await createMembership(tx, membership)).customerId, name, email };
    };
    const manager = await buyer('Max', 'manager');
    const employee = await buyer('Eve', 'member');
    const { customer_id } = await tx
      .selectFrom('memberships')
      .select('customer_id')
      .where('user_id', '=', space.memberId)
      .executeTakeFirstOrThrow();
    const member = { userId: space.memberId, customerId: customer_id, name: 'Mia', email: 'mia@example.com' };
    const pack = async (name: string, credits: bigint, priceMinor: bigint, position: number, days: number | null) => {
      const id = newId(now);
      const row = { organization_id: organizationId, id, location_id: location.id, name, credits_minor: credits };
      const terms = { price_minor: priceMinor, valid_for_days: days, position, on_sale: true, created_at: now };
      await tx
        .insertInto('credit_packages')
        .values({ ...row, ...terms })
        .execute();
      return id;
    };
    const packages = {
      small: await pack('Starter', 1000n, 1200n, 1, 90),
      fifty: await pack('Regular', 5000n, 4900n, 2, null),
      free: await pack('Welcome', 500n, 0n, 3, 30),
    };
    const connectionId = connected ? await connectTestGateway(tx, core, made) : undefined;
    return { company, manager, employee, member, packages, connectionId };
  });
}

async function close(core: TestCore, app: App, server: ServerType): Promise<void> {
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
  await app.stop();
  await core.close();
}
