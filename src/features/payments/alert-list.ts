import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import type { Money } from '../../shared/money.ts';
import { type Alert, type AlertKind, alertsAt } from './alerts.ts';

/** An alert with what a person has to see of it. */
export type ShownAlert = Alert & {
  payment:
    | { id: string; title: string; amount: Money; disputedMinor: bigint; customerId: string; customer: string }
    | undefined;
  resolvedByName: string | null;
};

/** A gateway of a location, and when its books were compared with ours last. */
export type ReadBooks = { id: string; kind: string; account: string; comparedAt: Date | undefined };

/** A location's alerts, open ones first, newest first: at most `limit`. */
export async function shownAlerts(db: Tx, locationId: string, limit: number): Promise<ShownAlert[]> {
  const alerts = await alertsAt(db, locationId, limit);
  const payments = await paymentsOf(db, idsIn(alerts, 'paymentId'));
  const people = await namesOf(db, idsIn(alerts, 'resolvedBy'));
  return alerts.map((alert) => ({
    ...alert,
    payment: payments.get(alert.paymentId ?? ''),
    resolvedByName: people.get(alert.resolvedBy ?? '') ?? null,
  }));
}

/** How many alerts of a location are open. */
export async function openAlerts(db: Tx, locationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('money_alerts')
    .select((all) => all.fn.countAll<bigint>().as('count'))
    .where('location_id', '=', locationId)
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The open alert of a kind about a payment; answers its id. */
export async function openAlertAbout(db: Tx, it: { kind: AlertKind; paymentId: string }): Promise<string | undefined> {
  const row = await db
    .selectFrom('money_alerts')
    .select('id')
    .where('kind', '=', it.kind)
    .where('payment_id', '=', it.paymentId)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  return row?.id;
}

/** Whether a location has such an alert, open or not. */
export async function hasAlert(db: Tx, locationId: string, id: string | undefined): Promise<boolean> {
  if (!isId(id)) return false;
  const row = await db
    .selectFrom('money_alerts')
    .select('id')
    .where('id', '=', id)
    .where('location_id', '=', locationId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The gateways of a location whose books can be read: the one that is connected, and those that settle payments still. */
export async function readBooksAt(db: Tx, locationId: string): Promise<ReadBooks[]> {
  const rows = await db
    .selectFrom('gateway_connections')
    .select(['id', 'kind', 'account', 'compared_at'])
    .where('location_id', '=', locationId)
    .where((row) => row(row.fn('octet_length', ['sealed_settings']), '>', 0))
    .orderBy('id', 'desc')
    .execute();
  return rows.map(({ compared_at, ...row }) => ({ ...row, comparedAt: compared_at ?? undefined }));
}

async function paymentsOf(db: Tx, ids: string[]): Promise<Map<string, NonNullable<ShownAlert['payment']>>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('payments as p')
    .innerJoin('customers as c', (join) =>
      join.onRef('c.organization_id', '=', 'p.organization_id').onRef('c.id', '=', 'p.customer_id'),
    )
    .select(['p.id', 'p.title', 'p.amount_minor', 'p.currency', 'p.disputed_minor', 'p.customer_id', 'c.name'])
    .where('p.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => {
      const { id, title, customer_id: customerId, name: customer } = row;
      const amount = { minor: row.amount_minor, currency: row.currency };
      return [id, { id, title, amount, disputedMinor: row.disputed_minor, customerId, customer }];
    }),
  );
}

async function namesOf(db: Tx, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('users').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function idsIn(alerts: Alert[], field: 'paymentId' | 'resolvedBy'): string[] {
  return [...new Set(alerts.map((alert) => alert[field]))].filter((id): id is string => id !== null);
}
