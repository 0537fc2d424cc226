import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { sql } from 'kysely';
import Stripe from 'stripe';
import { type Accounts, accountOfKey, type Work } from './accounts.ts';
import { expand } from './expand.ts';
import { type Mishap, mishapOf, sufferAfter, sufferBefore } from './mishaps.ts';
import { newObjectId } from './object-ids.ts';
import type { Operation } from './operations.ts';
import { checkParameters, type Parameters, parseForm } from './parameters.ts';
import { Decline, StripeRefusal } from './refusals.ts';

type Answer = { status: number; body: object; replayed?: boolean };

/** The JSON API: who asks, what they ask, whether it was asked before, and what came of it. */
export function apiRoutes(accounts: Accounts, operations: Operation[]): Hono {
  const api = new Hono();
  for (const operation of operations) {
    api.on(operation.method, operation.path, (c) => answer(c, accounts, operation));
  }
  api.all('/v1/*', (c) => {
    const message = `Unrecognized request URL (${c.req.method}: ${new URL(c.req.url).pathname}).`;
    return send(c, { status: 404, body: new StripeRefusal(404, message).body });
  });
  return api;
}

async function answer(c: Context, accounts: Accounts, operation: Operation): Promise<Response> {
  try {
    const account = accountOfKey(c.req.header('authorization'));
    const form = operation.method === 'POST' ? await c.req.text() : new URL(c.req.url).search;
    const id = c.req.param('id') ?? '';
    const key = c.req.header('idempotency-key');
    const act = async (work: Work): Promise<{ mishap: Mishap | undefined; made?: Answer }> => {
      const mishap = mishapOf(work.chance);
      if (mishap?.before) return { mishap };
      const made = operation.changes
        ? await once(work, operation, form, id, key)
        : { status: 200, body: await perform(work, operation, form, id) };
      return { mishap, made };
    };
    const { mishap, made } = operation.changes
      ? await accounts.change(account, act)
      : await accounts.look(account, act);
    if (!made) return await sufferBefore(c, mishap!);
    const answered = send(c, made);
    return mishap ? await sufferAfter(c, mishap, answered) : answered;
  } catch (error) {
    if (error instanceof StripeRefusal) return send(c, { status: error.status, body: error.body });
    console.error(error);
    return send(c, { status: 500, body: { error: { type: 'api_error', message: 'The test gateway failed.' } } });
  }
}

/**
 * Does what is asked, or answers what the same key was answered before. The answer is kept in the transaction that acts:
 * either both are there afterwards or neither.
 */
async function once(work: Work, operation: Operation, form: string, id: string, key?: string): Promise<Answer> {
  if (!key) return attempt(work, operation, form, id);
  const fingerprint = createHash('sha256').update(`${operation.path}\n${id}\n${form}`).digest();
  const { tx, account, now } = work;
  // Requests with the same key wait for each other.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${account.accountId} ${key}`}, 0))`.execute(tx);
  const before = await tx
    .selectFrom('simulator_requests')
    .where('organization_id', '=', account.organizationId)
    .where('account_id', '=', account.accountId)
    .where('idempotency_key', '=', key)
    .select(['fingerprint', 'status', 'answer'])
    .executeTakeFirst();
  if (before && !before.fingerprint.equals(fingerprint)) {
    const message = 'Keys for idempotent requests can only be used with the same parameters they were first used with.';
    return { status: 400, body: new StripeRefusal(400, message, { type: 'idempotency_error' }).body };
  }
  if (before) return { status: before.status, body: before.answer as object, replayed: true };
  const made = await attempt(work, operation, form, id);
  await tx
    .insertInto('simulator_requests')
    .values({
      organization_id: account.organizationId,
      account_id: account.accountId,
      idempotency_key: key,
      fingerprint,
      status: made.status,
      answer: made.body,
      created_at: now,
    })
    .execute();
  return made;
}

/** A refused request leaves nothing behind but its answer. */
async function attempt(work: Work, operation: Operation, form: string, id: string): Promise<Answer> {
  await sql`savepoint attempt`.execute(work.tx);
  try {
    const body = await perform(work, operation, form, id);
    return body instanceof Decline ? { status: 402, body: body.body } : { status: 200, body };
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    await sql`rollback to savepoint attempt`.execute(work.tx);
    work.occurred.length = 0;
    return { status: error.status, body: error.body };
  }
}

async function perform(work: Work, operation: Operation, form: string, id: string): Promise<object> {
  const { expand: paths = [], ...given } = parseForm(form);
  if (!Array.isArray(paths)) throw new StripeRefusal(400, 'Invalid array', { param: 'expand' });
  const parameters = checkParameters(operation.parameters, given as Parameters);
  const body = await operation.act(work, parameters as never, id);
  return body instanceof Decline ? body : expand(work.store, body, paths.map(String));
}

function send(c: Context, { status, body, replayed }: Answer): Response {
  c.header('Request-Id', newObjectId('req'));
  c.header('Stripe-Version', Stripe.API_VERSION);
  c.header('Cache-Control', 'no-store');
  if (replayed) c.header('Idempotent-Replayed', 'true');
  return c.json(body, status as ContentfulStatusCode);
}
