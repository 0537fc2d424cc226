import { type HttpBindings, serve } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler, type Next } from 'hono';
import type { CardKind, GatewayUnderTest } from '../../src/features/payments/gateways.test-suite.ts';
import { mollieGateway } from '../../src/features/payments/mollie.ts';
import { mollieApiOf } from './mollie-simulator-api.ts';
import { dashboardOf, type MollieBooks, openBooks } from './mollie-simulator-books.ts';
import { molliePagesOf, type PayerChoice } from './mollie-simulator-pages.ts';

export type MollieSimulator = {
  apiKey: string;
  baseUrl: string;
  books: MollieBooks;
  dashboard: ReturnType<typeof dashboardOf>;
  /** What stands between the API and its callers; replaced by tests that cut, delay or falsify answers. */
  between: MiddlewareHandler;
  /** Where hints to an address really go; nowhere unless a test says. */
  tunnel: (url: string) => string | undefined;
  /** Every hint that was sent, by its payment, whether it arrived or not. */
  hints: string[];
  close(): Promise<void>;
};

/** Mollie over real HTTP, below a path, with nothing but memory behind it. */
export async function startMollieSimulator(options: { now?: () => Date } = {}): Promise<MollieSimulator> {
  const apiKey = `test_${'s'.repeat(30)}`;
  const root = () => simulator.baseUrl;
  const books = openBooks({
    now: options.now ?? (() => new Date()),
    changed: (payment) => sendHint(simulator, payment),
  });
  const app = new Hono();
  app.use('/mollie/v2/*', (c, next) => simulator.between(c, next));
  app.route('/mollie/v2', mollieApiOf(books, apiKey, root));
  app.route('/mollie/checkout', molliePagesOf(books, root));
  const listening = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => listening.resolve(port));
  const simulator: MollieSimulator = {
    apiKey,
    baseUrl: `http://127.0.0.1:${await listening.promise}/mollie`,
    books,
    dashboard: dashboardOf(books),
    between: (_, next) => next(),
    tunnel: () => undefined,
    hints: [],
    async close() {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
    },
  };
  return simulator;
}

/** A hint as Mollie sends it: a form with nothing in it but an id. */
async function sendHint(simulator: MollieSimulator, { id, webhookUrl }: { id: string; webhookUrl?: string }) {
  if (!webhookUrl) return;
  simulator.hints.push(id);
  const target = simulator.tunnel(webhookUrl);
  if (target) await fetch(target, { method: 'POST', body: new URLSearchParams({ id }) });
}

/** Our adapter connected to a simulator. */
export function connectToMollie({ apiKey, baseUrl }: MollieSimulator, timeoutMs = 5000) {
  return mollieGateway({ apiKey, apiBase: new URL(baseUrl), timeoutMs });
}

/** Mollie has acted, and its answer is lost. */
export async function cutAfterActing(c: Context<{ Bindings: HttpBindings }>, next: Next): Promise<void> {
  await next();
  c.env.outgoing.destroy();
}

/** What stands before Mollie is out of order. */
export async function outage(): Promise<Response> {
  return new Response('<html><h1>503 Service Unavailable</h1></html>', {
    status: 503,
    headers: { 'Content-Type': 'text/html', 'Retry-After': '1' },
  });
}

/** Presses a button of Mollie's page; answers where the payer is led. */
export async function choose(page: URL | string, choice: PayerChoice): Promise<string | undefined> {
  const body = new URLSearchParams({ do: choice });
  const answer = await fetch(page, { method: 'POST', body, redirect: 'manual' });
  return answer.headers.get('location') ?? undefined;
}

/** A payer without a browser. */
export const molliePayer: NonNullable<GatewayUnderTest['payer']> = {
  async pay(page, kind) {
    const location = await choose(page, CHOICE_OF[kind]);
    return location?.includes('/checkout/bank/') ? new URL(location) : undefined;
  },
  async answerBank(question, yes) {
    const body = new URLSearchParams({ answer: yes ? 'yes' : 'no' });
    await fetch(question, { method: 'POST', body, redirect: 'manual' });
  },
};

const CHOICE_OF: Record<CardKind, PayerChoice> = {
  approved: 'pay',
  declined: 'decline',
  'declined-when-saved': 'decline',
  'lacks-funds': 'lacks-funds',
  asks: 'ask',
};
