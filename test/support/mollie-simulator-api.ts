import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  amountOf,
  isAmount,
  type MollieBooks,
  move,
  newMollieId,
  refundedOf,
  remainingOf,
  type SimulatedChargeback,
  type SimulatedPayment,
  type SimulatedRefund,
  unitsOf,
} from './mollie-simulator-books.ts';

type Json = Record<string, unknown>;

/** As much of Mollie's REST API as the adapter uses. `root` is where the pages and the API are found. */
export function mollieApiOf(books: MollieBooks, apiKey: string, root: () => string): Hono {
  const api = new Hono();
  const show = (payment: SimulatedPayment, embed = '') => shownPayment(books, payment, root(), embed);
  api.use(async (c, next) => {
    if (c.req.header('authorization') === `Bearer ${apiKey}`) return next();
    return refusal(401, 'Missing authentication, or failed to authenticate');
  });
  api.use(idempotent(books));
  api.get('/profiles/me', () =>
    said(200, {
      resource: 'profile',
      id: 'pfl_simulated',
      mode: books.mode,
      status: books.profileStatus,
      name: 'Nest',
    }),
  );
  api.get('/methods', (c) => {
    const inEuros = (c.req.query('amount[currency]') ?? 'EUR') === 'EUR';
    const wallets = c.req.query('includeWallets') ?? '';
    const methods = books.methods
      .filter((id) => (inEuros || ['creditcard', 'applepay', 'paypal'].includes(id)) && (id !== 'applepay' || wallets))
      .map((id) => ({ resource: 'method', id }));
    return said(200, { count: methods.length, _embedded: { methods }, _links: {} });
  });
  api.post('/customers', async (c) => {
    const { name, email, metadata } = await c.req.json();
    const customer = { id: newMollieId('cst'), name, email, metadata };
    books.customers.set(customer.id, customer);
    return said(201, { resource: 'customer', mode: books.mode, ...customer });
  });
  api.post('/payments', async (c) => createPayment(books, await c.req.json(), show));
  api.get('/payments', (c) => listed(c, 'payments', [...books.payments.values()], (payment) => show(payment)));
  api.get('/payments/:id', (c) => {
    const payment = books.payments.get(c.req.param('id'));
    return payment ? said(200, show(payment, c.req.query('embed'))) : notFound(c);
  });
  api.delete('/payments/:id', async (c) => {
    const payment = books.payments.get(c.req.param('id'));
    if (!payment) return notFound(c);
    if (payment.status !== 'open' || !books.cancelable) return refusal(422, 'The payment cannot be canceled');
    await move(books, payment, 'canceled');
    return said(200, show(payment));
  });
  api.post('/payments/:id/refunds', async (c) => {
    const payment = books.payments.get(c.req.param('id'));
    return payment ? createRefund(books, payment, await c.req.json()) : notFound(c);
  });
  api.get('/refunds', (c) => listed(c, 'refunds', [...books.refunds.values()], shownRefund));
  api.get('/chargebacks', (c) => listed(c, 'chargebacks', [...books.chargebacks.values()], shownChargeback));
  return api;
}

function createPayment(books: MollieBooks, body: Json, show: (payment: SimulatedPayment) => Json): Response {
  const { amount, description, redirectUrl, cancelUrl, webhookUrl, customerId, metadata, method, locale } = body;
  if (!isAmount(amount)) return refusal(422, 'The amount contains an invalid value', 'amount');
  if (typeof description !== 'string' || typeof redirectUrl !== 'string') return refusal(422, 'Something is missing');
  if (webhookUrl !== undefined && !/^https:\/\/[^/]+\.[a-z]+(:\d+)?\//.test(String(webhookUrl)))
    return refusal(422, "The webhook URL is unreachable from Mollie's point of view", 'webhookUrl');
  if (customerId !== undefined && !books.customers.has(String(customerId)))
    return refusal(422, 'The customer does not exist', 'customerId');
  if (locale !== undefined && !/^[a-z]{2}_[A-Z]{2}$/.test(String(locale)))
    return refusal(422, 'The locale is invalid', 'locale');
  const methods = [method].flat().filter((it) => it !== undefined) as string[];
  if (methods.length === 0 || methods.some((id) => !books.methods.includes(id)))
    return refusal(422, 'The payment method is not activated on your account', 'method');
  const payment: SimulatedPayment = {
    ...{ id: newMollieId('tr'), createdAt: books.now(), status: 'open', amount, description, methods, metadata },
    redirectUrl,
    ...(cancelUrl !== undefined && { cancelUrl: String(cancelUrl) }),
    ...(webhookUrl !== undefined && { webhookUrl: String(webhookUrl) }),
    ...(customerId !== undefined && { customerId: String(customerId) }),
  };
  books.payments.set(payment.id, payment);
  return said(201, show(payment));
}

function createRefund(books: MollieBooks, payment: SimulatedPayment, { amount, metadata }: Json): Response {
  if (payment.status !== 'paid') return refusal(422, 'The payment is not paid and cannot be refunded');
  if (!isAmount(amount) || amount.currency !== payment.amount.currency)
    return refusal(422, 'The amount contains an invalid value', 'amount');
  if (unitsOf(amount.value) > remainingOf(books, payment))
    return refusal(422, 'The specified amount cannot be refunded', 'amount');
  const refund: SimulatedRefund = {
    ...{ id: newMollieId('re'), paymentId: payment.id, amount, metadata },
    ...{ status: 'pending', createdAt: books.now() },
  };
  books.refunds.set(refund.id, refund);
  return said(201, shownRefund(refund));
}

function shownPayment(books: MollieBooks, payment: SimulatedPayment, root: string, embed: string): Json {
  const { id, createdAt, paidAt, status, amount, webhookUrl, customerId, details, ...rest } = payment;
  const { currency } = amount;
  const refunds = [...books.refunds.values()].filter(({ paymentId }) => paymentId === id);
  const chargebacks = [...books.chargebacks.values()].filter(({ paymentId }) => paymentId === id);
  const lost = chargebacks.filter(({ reversedAt }) => !reversedAt).map((it) => unitsOf(it.amount.value));
  const isOpen = status === 'open';
  return {
    ...{ resource: 'payment', id, mode: books.mode, createdAt: shownAt(createdAt), status, amount },
    ...{ description: rest.description, metadata: rest.metadata ?? null, redirectUrl: rest.redirectUrl },
    ...{ method: null, profileId: 'pfl_simulated', sequenceType: 'oneoff' },
    ...(webhookUrl && { webhookUrl }),
    ...(customerId && { customerId }),
    ...(isOpen && { isCancelable: books.cancelable }),
    ...(paidAt && { paidAt: shownAt(paidAt) }),
    ...(details && { details }),
    ...(status === 'paid' && {
      amountRefunded: amountOf(refundedOf(books, payment).done, currency),
      amountRemaining: amountOf(remainingOf(books, payment), currency),
    }),
    ...(lost.length > 0 && {
      amountChargedBack: amountOf(
        lost.reduce((sum, units) => sum + units, 0n),
        currency,
      ),
    }),
    _links: { ...(isOpen && { checkout: { href: `${root}/checkout/select-method/${id}`, type: 'text/html' } }) },
    ...(embed && {
      _embedded: {
        ...(embed.includes('refunds') && { refunds: refunds.map(shownRefund) }),
        ...(embed.includes('chargebacks') && { chargebacks: chargebacks.map(shownChargeback) }),
      },
    }),
  };
}

function shownRefund({ createdAt, ...refund }: SimulatedRefund): Json {
  return { resource: 'refund', ...refund, createdAt: shownAt(createdAt), metadata: refund.metadata ?? null };
}

function shownChargeback({ createdAt, reversedAt, ...chargeback }: SimulatedChargeback): Json {
  const at = reversedAt ? shownAt(reversedAt) : null;
  return { resource: 'chargeback', ...chargeback, createdAt: shownAt(createdAt), reversedAt: at };
}

/** Mollie tells whole seconds, in a zone by its offset. */
function shownAt(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, '+00:00');
}

/** Newest first, and the next page by the id with which it begins. */
function listed<T extends { id: string; createdAt: Date }>(
  c: Context,
  name: string,
  all: T[],
  show: (it: T) => Json,
): Response {
  const newestFirst = all.reverse().sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const limit = Number(c.req.query('limit') ?? 50);
  const from = c.req.query('from');
  const begin = from === undefined ? 0 : newestFirst.findIndex(({ id }) => id === from);
  if (begin < 0 || limit > 250) return refusal(400, 'There is no such page');
  const items = newestFirst.slice(begin, begin + limit);
  const next = newestFirst[begin + limit];
  const href = next && `https://api.mollie.com/v2/${name}?from=${next.id}&limit=${limit}`;
  const links = { next: href ? { href, type: 'application/hal+json' } : null, previous: null };
  return said(200, { count: items.length, _embedded: { [name]: items.map(show) }, _links: links });
}

/** The same key answers the same again; with another body it is refused, and while its twin is under way as well. */
function idempotent({ keys }: MollieBooks) {
  return async (c: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const key = c.req.header('idempotency-key');
    if (c.req.method !== 'POST' || key === undefined) {
      await next();
      return;
    }
    const request = `${c.req.path} ${await c.req.raw.clone().text()}`;
    const before = keys.get(key);
    if (before && before.request !== request) return refusal(400, 'The key was used with other parameters');
    if (before && !before.answer) return refusal(409, 'A request with this key is being processed');
    if (before?.answer) {
      const replay = before.answer.clone();
      replay.headers.set('Idempotent-Replayed', 'true');
      return replay;
    }
    const remembered: { request: string; answer?: Response } = { request };
    keys.set(key, remembered);
    await next();
    remembered.answer = c.res.clone();
  };
}

function notFound(c: Context): Response {
  return refusal(404, `No payment exists with token ${c.req.param('id')}.`);
}

function refusal(status: number, detail: string, field?: string): Response {
  const links = { documentation: { href: 'https://docs.mollie.com/overview/handling-errors', type: 'text/html' } };
  return said(status, { status, title: `Status ${status}`, detail, ...(field && { field }), _links: links });
}

function said(status: number, body: Json): Response {
  const headers = { 'Content-Type': 'application/hal+json' };
  return new Response(JSON.stringify(body), { status: status as ContentfulStatusCode, headers });
}
