import { serve } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import Stripe from 'stripe';
import { createOrganization } from '../../src/features/organizations/organizations.ts';
import type { CardKind, GatewayUnderTest } from '../../src/features/payments/gateways.test-suite.ts';
import { createSimulatorAccount } from '../../src/features/payments/simulator/accounts.ts';
import { createSimulator, type SimulatorOptions } from '../../src/features/payments/simulator/simulator.ts';
import { stripeGateway } from '../../src/features/payments/stripe.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { testDatabase } from './database.ts';
import { type Dashboard, openDashboard } from './simulator-dashboard.ts';
import { type SentRequest, strangeRequests } from './stripe-parameters.ts';

export type TestSimulator = {
  database: Database;
  organizationId: string;
  apiKey: string;
  baseUrl: string;
  /** What stands between the simulator and its callers; replaced by tests that cut, delay or falsify answers. */
  between: MiddlewareHandler;
  dashboard: Dashboard;
  /** What our adapter has sent, to be held to the SDK's types when the simulator closes. */
  sent: SentRequest[];
  /** A second program over the same database, as after a restart. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** The simulator over real HTTP, below a path, on a database of its own or on the given one. */
export async function startSimulator({
  on,
  ...options
}: Partial<SimulatorOptions> & { on?: Database } = {}): Promise<TestSimulator> {
  const { database, close } = on ? { database: on, close: async () => {} } : await testDatabase();
  const organizationId = await createOrganization(database, { name: 'Nest', isDemo: false, now: new Date() });
  const account = { organizationId, accountId: newId(new Date()) };
  const apiKey = await database.write(organizationId, (tx) => createSimulatorAccount(tx, account));
  const create = () =>
    createSimulator({ database, baseUrl: () => simulator.baseUrl, now: () => new Date(), ...options });
  let current = create();
  const app = new Hono();
  app.use((c, next) => simulator.between(c, next));
  app.all('/simulator/*', (c) => new Hono().route('/simulator', current).fetch(c.req.raw, c.env));
  const listening = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => listening.resolve(port));
  const baseUrl = `http://127.0.0.1:${await listening.promise}/simulator`;
  const simulator: TestSimulator = {
    database,
    organizationId,
    apiKey,
    baseUrl,
    between: (_, next) => next(),
    sent: [],
    dashboard: await openDashboard(database, account, baseUrl),
    async restart() {
      current = create();
    },
    async close() {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await close();
      const strange = strangeRequests(simulator.sent);
      if (strange.length > 0) throw new Error(`not as Stripe's types have it:\n${strange.join('\n')}`);
    },
  };
  return simulator;
}

/** Our adapter connected to a simulator, and a way to save cards there. */
export function connectTo(
  { apiKey, baseUrl, sent }: TestSimulator,
  timeoutMs = 20_000,
): Pick<GatewayUnderTest, 'gateway' | 'savedCard'> {
  const apiBase = new URL(baseUrl);
  const { hostname: host, port, pathname } = apiBase;
  const stripe = new Stripe(apiKey, {
    host,
    port,
    protocol: 'http',
    httpClient: Stripe.createFetchHttpClient((input: unknown, init?: RequestInit) =>
      fetch(String(input).replace('/v1/', `${pathname}/v1/`), init),
    ),
  });
  return {
    gateway: stripeGateway({ apiKey, live: false, apiBase, timeoutMs, fetch: notingFetch(sent) }),
    savedCard: async (customer, kind) => (await stripe.paymentMethods.attach(METHODS[kind], { customer })).id,
  };
}

/** Sends a request and notes it. It is not checked now: that takes time, and tests have callers who lose patience. */
function notingFetch(sent: SentRequest[]): typeof fetch {
  return (input, init) => {
    sent.push({ method: init?.method ?? 'GET', url: String(input), body: String(init?.body ?? '') });
    return fetch(input, init);
  };
}

/** A payer without a browser: sends the forms of the simulator's pages. */
export const httpPayer: NonNullable<GatewayUnderTest['payer']> = {
  async pay(page, kind) {
    const answer = await sendForm(page, { test: NUMBERS[kind] });
    const location = answer.headers.get('location');
    return location?.includes('/3ds/') ? new URL(location) : undefined;
  },
  async answerBank(question, yes) {
    await sendForm(question, { answer: yes ? 'yes' : 'no' });
  },
};

export function sendForm(page: URL, form: Record<string, string>): Promise<Response> {
  return fetch(page, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
}

const NUMBERS: Record<CardKind, string> = {
  approved: '4242424242424242',
  declined: '4000000000000002',
  'lacks-funds': '4000000000009995',
  asks: '4000002760003184',
  'declined-when-saved': '4000000000000341',
};

const METHODS: Record<CardKind, string> = {
  approved: 'pm_card_visa',
  declined: 'pm_card_chargeCustomerFail',
  'lacks-funds': 'pm_card_chargeCustomerFail',
  asks: 'pm_card_authenticationRequired',
  'declined-when-saved': 'pm_card_chargeCustomerFail',
};
