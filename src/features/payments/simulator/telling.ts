import Stripe from 'stripe';
import type { Database } from '../../../platform/database/database.ts';
import { newId } from '../../../platform/ids.ts';
import type { Occurred } from './accounts.ts';
import { type Account, openStore } from './store.ts';

/** An event on its way: how many times it is sent, and after which time. */
export type Told = Occurred & { copies: number; waitMs: number };

type Endpoint = { endpoint: Stripe.WebhookEndpoint; secret: string };

export type TellerOptions = {
  database: Database;
  now: () => Date;
  send: typeof fetch;
  /** Asked for each event; answers false to lose it without a trace. */
  deliver: () => boolean;
};

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;

/**
 * Sends events to the endpoints that want them, signed, a few times each, and forgets those that do not arrive: whoever
 * listens may not rely on them. What became of each attempt is written down for people to look at.
 */
export function teller(options: TellerOptions) {
  return (account: Account, told: Told[]): void => {
    const wanted = told.filter(() => options.deliver());
    if (wanted.length > 0) void tell(options, account, wanted).catch(() => {});
  };
}

async function tell(options: TellerOptions, account: Account, told: Told[]): Promise<void> {
  const { database, now } = options;
  const endpoints = await database.read(account.organizationId, (tx) => openStore(tx, account, now()).endpoints());
  for (const event of told) {
    const wanting = endpoints.filter(
      ({ endpoint: { enabled_events } }) => enabled_events.includes(event.type) || enabled_events.includes('*'),
    );
    if (wanting.length > 0 && event.copies === 0) await note(options, account, event, { outcome: 'lost' });
    for (const endpoint of wanting) {
      for (let copy = 0; copy < event.copies; copy++) {
        after(event.waitMs, () => deliverTo(options, account, endpoint, event, 1));
      }
    }
  }
}

async function deliverTo(
  options: TellerOptions,
  account: Account,
  to: Endpoint,
  event: Told,
  attempt: number,
): Promise<void> {
  const { url } = to.endpoint;
  const status = await post(options.send, to, event.payload);
  await note(
    options,
    account,
    event,
    status === undefined ? { outcome: 'no-answer', url } : { outcome: 'answered', url, status },
  );
  if ((status !== undefined && status < 300) || attempt === ATTEMPTS) return;
  after(FIRST_PAUSE_MS * 4 ** (attempt - 1), () => deliverTo(options, account, to, event, attempt + 1));
}

/** The status that came back; `undefined` when nobody answered. */
async function post(send: typeof fetch, { endpoint, secret }: Endpoint, payload: string): Promise<number | undefined> {
  try {
    // Signed anew each time: the receiver refuses an old signature.
    const signature = await Stripe.webhooks.generateTestHeaderStringAsync({ payload, secret });
    const answer = await send(endpoint.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'Stripe-Signature': signature },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return undefined;
  }
}

type Outcome = { outcome: 'answered' | 'no-answer' | 'lost'; url?: string; status?: number };

async function note({ database, now }: TellerOptions, account: Account, event: Told, it: Outcome): Promise<void> {
  const at = now();
  await database.write(account.organizationId, (tx) =>
    tx
      .insertInto('simulator_deliveries')
      .values({
        organization_id: account.organizationId,
        id: newId(at),
        account_id: account.accountId,
        event_id: event.eventId,
        sent_at: at,
        ...it,
      })
      .execute(),
  );
}

/** Does not keep the program alive; nobody waits for what becomes of it. */
function after(ms: number, act: () => Promise<void>): void {
  const run = () => void act().catch(() => {});
  if (ms === 0) run();
  else setTimeout(run, ms).unref();
}
