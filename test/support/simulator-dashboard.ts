import { simulatorDashboardPath } from '../../src/features/payments/simulator/accounts.ts';
import type { Faults } from '../../src/features/payments/simulator/chance.ts';
import type { Database } from '../../src/platform/database/database.ts';

/** Whose dashboard: a connection of an organization. */
type Account = { organizationId: string; accountId: string };

/**
 * The buttons of a test gateway's dashboard, pressed as its forms are. A payment is named by its reference, `cs_…` or
 * `pi_…`; what is done to a refund or dispute is done to the last one of the payment. Amounts are written as people type
 * them, `12.50`; none means all of it.
 */
export type Dashboard = {
  url: string;
  refund(ref: string, amount?: string): Promise<void>;
  refundFails(ref: string): Promise<void>;
  refundArrives(ref: string): Promise<void>;
  dispute(ref: string, amount?: string): Promise<void>;
  inquiry(ref: string, amount?: string): Promise<void>;
  /** win, lose: of a dispute; close, escalate: of an inquiry. */
  decide(ref: string, decision: 'win' | 'lose' | 'close' | 'escalate'): Promise<void>;
  /** A payment that is `processing`: its money arrives, or does not. */
  settle(ref: string, arrives: boolean): Promise<void>;
  loseNext(ref: string, count: number): Promise<void>;
  /** Sends the last event of a type about a payment again. */
  sendAgain(ref: string, type: string, times?: 1 | 2): Promise<void>;
  /** Begins a bad day: what is not given does not go wrong. The same seed is the same day. */
  faults(faults: Partial<Faults>, seed?: number): Promise<void>;
  quiet(): Promise<void>;
};

export async function openDashboard(database: Database, account: Account, baseUrl: string): Promise<Dashboard> {
  const { organizationId } = account;
  const path = await database.read(organizationId, (db) => simulatorDashboardPath(db, account));
  if (!path) throw new Error('there is no such account at the test gateway');
  const url = baseUrl + path;
  const send = async (to: string, form: Record<string, string>) => {
    const answer = await fetch(url + to, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
    if (answer.status !== 303) throw new Error(`${to} answered ${answer.status}: ${problemIn(await answer.text())}`);
  };
  const press = (ref: string, button: string, more: Record<string, string> = {}) =>
    send(`/payments/${ref}`, { press: button, ...more });
  const last = (ref: string, kind: 'refund' | 'dispute' | 'event', type?: string) =>
    lastOf(database, organizationId, ref, kind, type);
  return {
    url,
    refund: (ref, amount = '') => press(ref, 'refund', { amount }),
    refundFails: async (ref) => press(ref, 'refund-fails', { id: await last(ref, 'refund') }),
    refundArrives: async (ref) => press(ref, 'refund-arrives', { id: await last(ref, 'refund') }),
    dispute: (ref, amount = '') => press(ref, 'dispute', { amount }),
    inquiry: (ref, amount = '') => press(ref, 'inquiry', { amount }),
    decide: async (ref, decision) => press(ref, decision, { id: await last(ref, 'dispute') }),
    settle: (ref, arrives) => press(ref, arrives ? 'arrives' : 'does-not-arrive'),
    loseNext: (ref, count) => press(ref, 'lose-next', { count: String(count) }),
    sendAgain: async (ref, type, times = 1) =>
      send(`/events/${await last(ref, 'event', type)}`, { times: String(times) }),
    faults: (faults, seed = 1) =>
      send('/bad-day', {
        press: 'begin',
        seed: String(seed),
        ...Object.fromEntries(Object.entries(faults).map(([name, value]) => [name, String(value)])),
      }),
    quiet: () => send('/bad-day', { press: 'quiet' }),
  };
}

async function lastOf(
  database: Database,
  organizationId: string,
  ref: string,
  kind: 'refund' | 'dispute' | 'event',
  type?: string,
): Promise<string> {
  return await database.read(organizationId, async (db) => {
    const objects = () => db.selectFrom('simulator_objects').where('organization_id', '=', organizationId);
    const intent = ref.startsWith('cs_')
      ? await objects()
          .where('belongs_to', '=', ref)
          .where('kind', '=', 'payment_intent')
          .select('id')
          .executeTakeFirst()
      : { id: ref };
    const all = await objects()
      .where('kind', '=', kind)
      .where('belongs_to', '=', intent?.id ?? '')
      .orderBy('created_at', 'desc')
      .select(['id', 'body'])
      .execute();
    const found = all.find(({ body }) => !type || (body as { type: string }).type === type);
    if (!found) throw new Error(`${ref} has no ${type ?? kind}`);
    return found.id;
  });
}

/** What the page says went wrong. */
function problemIn(page: string): string {
  return /role="alert">([^<]*)</.exec(page)?.[1] ?? page.slice(0, 200);
}
