import type { Core } from '../../platform/core.ts';
import { Refusal } from '../../platform/errors.ts';
import { readText } from '../../platform/http/body.ts';
import type { Ctx, Route } from '../../platform/http/routes.ts';
import { hashToken, isId } from '../../platform/ids.ts';
import { type BadHints, countBadHints } from './bad-hints.ts';
import { aboutHints } from './connections.ts';
import { type Hint, Refused } from './gateway.ts';
import { type Gateways, gatewayAt } from './offers.ts';
import type { Payments } from './payments.ts';
import { paymentByReference } from './records.ts';

const MOST_BYTES = 256 * 1024;

/** Not a hint of a gateway of ours: nothing is read, nothing is written. */
class ForeignHint extends Refusal {
  constructor() {
    super('foreign-hint', 400);
  }
}

/** The same, once too often in this minute. */
class TooManyForeignHints extends Refusal {
  constructor() {
    super('too-many-foreign-hints', 429);
  }
}

/**
 * Where gateways send hints. A hint says "look at this reference again" and is never a fact: what the gateway answers to
 * our own question is. Forged, stale, oversized and foreign ones are refused alike: 400, and 429 for who sends many. Good
 * ones are never counted: many gateways, and whoever forges, may come from behind one address.
 */
export function webhookRoute(core: Core, gateways: Gateways, payments: Pick<Payments, 'settle'>): Route {
  const bad = countBadHints();
  return {
    method: 'POST',
    path: '/webhooks/:organization/:connection/:secret',
    access: 'gateway',
    crossSite: true,
    handle: async (c) => {
      const { organizationId, connectionId, refs } = await hintedBy(core, gateways, bad, c);
      for (const ref of refs) {
        const payment = await core.database.read(organizationId, (db) => paymentByReference(db, connectionId, ref));
        if (payment) await payments.settle(organizationId, payment.id);
      }
      return c.body(null, 204);
    },
  };
}

async function hintedBy(core: Core, gateways: Gateways, bad: BadHints, c: Ctx) {
  const { organization = '', connection = '', secret = '' } = c.req.param() as Record<string, string>;
  const { now } = c.var;
  const path = `path ${hashToken(`${organization}/${connection}/${secret}`).toString('base64url')}`;
  const refuse = (...senders: string[]) => {
    const isTooMany = bad.count(now, `address ${addressOf(c)}`, ...senders);
    throw isTooMany ? new TooManyForeignHints() : new ForeignHint();
  };
  // A path that leads nowhere never will: paths are random, and known to their gateway only once they are stored.
  if (bad.isTooMany(now, path)) throw new TooManyForeignHints();
  if (!isId(organization) || !isId(connection) || !/^[\w-]{1,100}$/.test(secret)) return refuse(path);
  const row = await core.database.read(organization, (db) =>
    db
      .selectFrom('gateway_connections')
      .select(['id', 'kind', 'sealed_settings', 'sealed_webhook_secret'])
      .where('id', '=', connection)
      .where('webhook_path', '=', secret)
      .executeTakeFirst(),
  );
  if (!row) return refuse(path);
  const sender = `connection ${row.id}`;
  if (!row.sealed_webhook_secret) return refuse(sender);
  // Too large, or cut off on its way.
  const body = await readText(c, MOST_BYTES).catch(() => undefined);
  if (body === undefined) return refuse(sender);
  const gateway = gatewayAt(core, gateways, { id: row.id, kind: row.kind, sealedSettings: row.sealed_settings });
  const signing = core.secrets.open(row.sealed_webhook_secret, aboutHints(row.id));
  try {
    const hints = await gateway.hints(body, c.req.raw.headers, signing);
    return { organizationId: organization, connectionId: row.id, refs: namesIn(hints) };
  } catch (error) {
    if (error instanceof Refused) return refuse(sender);
    throw error;
  }
}

/** What cannot be the name of a payment is not looked up; some of it (U+0000) would be an error in the database. */
function namesIn(hints: readonly Hint[]): string[] {
  return hints.map((hint) => hint.ref).filter((ref) => /^[\x21-\x7e]{1,255}$/.test(ref));
}

/** Who is at the other end of the line: a proxy of ours, often. What a header says could be made up. */
function addressOf(c: Ctx): string {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? '';
}
