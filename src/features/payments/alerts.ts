import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { tellOfAlert } from './alert-news.ts';

/** Something about money that a person has to look at; the catalog has a sentence for each. */
export type AlertKind =
  | 'late-payment'
  | 'review'
  | 'shortfall'
  | 'shortfall-billed'
  | 'dispute'
  | 'gateway-failing'
  | 'missing-here'
  | 'missing-there'
  | 'differs'
  | 'refund-refused'
  | 'granted-while-removed'
  | 'paid-too-much';

export type Alert = {
  id: string;
  kind: AlertKind;
  paymentId: string | null;
  connectionId: string | null;
  /** The gateway's own id, where a payment is missing here. */
  reference: string | null;
  details: Record<string, string>;
  createdAt: Date;
  resolvedAt: Date | null;
  resolvedBy: string | null;
  note: string;
};

type About = {
  organizationId: string;
  locationId: string;
  kind: AlertKind;
  paymentId?: string;
  connectionId?: string;
  reference?: string;
  details?: Record<string, string>;
  now: Date;
};

/** What an alert about a payment names. */
export function aboutPayment(payment: { organizationId: string; locationId: string; id: string }, now: Date) {
  return { organizationId: payment.organizationId, locationId: payment.locationId, paymentId: payment.id, now };
}

/** Found by comparing books, perhaps by the hundred, and found again by each comparison. */
const FOUND_BY_COMPARING: readonly AlertKind[] = ['missing-here', 'missing-there', 'differs'];

/**
 * Raises an alert, once: while one of this kind about the same is open, its details are renewed instead. Administrators
 * are told of a new one. A difference that somebody has looked at and closed is not raised again unless it has changed.
 */
export async function raiseAlert(tx: Tx, it: About): Promise<void> {
  const details = JSON.stringify(it.details ?? {});
  const isFoundByComparing = FOUND_BY_COMPARING.includes(it.kind);
  if (isFoundByComparing && (await wasLookedAt(tx, it, details))) return;
  const made = newId(it.now);
  const { id } = await tx
    .insertInto('money_alerts')
    .values({
      organization_id: it.organizationId,
      id: made,
      location_id: it.locationId,
      kind: it.kind,
      payment_id: it.paymentId ?? null,
      connection_id: it.connectionId ?? null,
      reference: it.reference ?? null,
      details,
      created_at: it.now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'kind', 'payment_id', 'connection_id', 'reference'])
        .where('resolved_at', 'is', null)
        .doUpdateSet({ details }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  if (id === made) await tellOfAlert(tx, { ...it, id, isFoundByComparing });
}

/** Whether the last alert about the same was closed by somebody, and said what this one says. */
async function wasLookedAt(tx: Tx, it: About, details: string): Promise<boolean> {
  const last = await tx
    .selectFrom('money_alerts')
    .select(['resolved_by', sql<boolean>`details = ${details}::jsonb`.as('says_the_same')])
    .where('kind', '=', it.kind)
    .where('payment_id', 'is not distinct from', it.paymentId ?? null)
    .where('connection_id', 'is not distinct from', it.connectionId ?? null)
    .where('reference', 'is not distinct from', it.reference ?? null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last !== undefined && last.resolved_by !== null && last.says_the_same;
}

/** Closes an alert by itself. */
export async function settleAlert(tx: Tx, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('money_alerts')
    .set({ resolved_at: now })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .execute();
}

/** Closes alerts by themselves when what they say is over: a gateway answers again, a dispute is decided. */
export async function settleAlerts(
  tx: Tx,
  it: { kind: AlertKind; paymentId?: string; connectionId?: string; outcome?: 'won' | 'lost'; now: Date },
): Promise<void> {
  const outcome = JSON.stringify(it.outcome ? { outcome: it.outcome } : {});
  let query = tx
    .updateTable('money_alerts')
    .set({ resolved_at: it.now, details: sql`details || ${outcome}::jsonb` })
    .where('kind', '=', it.kind)
    .where('resolved_at', 'is', null);
  if (it.paymentId) query = query.where('payment_id', '=', it.paymentId);
  if (it.connectionId) query = query.where('connection_id', '=', it.connectionId);
  await query.execute();
}

/** An administrator has looked at an alert and says what was done. Answers whether it was open. */
export async function resolveAlert(
  tx: Tx,
  it: { locationId: string; alertId: string; userId: string; note: string; now: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('money_alerts')
    .set({ resolved_at: it.now, resolved_by: it.userId, note: it.note })
    .where('id', '=', it.alertId)
    .where('location_id', '=', it.locationId)
    .where('resolved_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** A location's alerts, open ones first, newest first: at most `limit`. */
export async function alertsAt(db: Tx, locationId: string, limit: number): Promise<Alert[]> {
  const rows = await db
    .selectFrom('money_alerts')
    .selectAll()
    .where('location_id', '=', locationId)
    .orderBy((row) => row('resolved_at', 'is not', null))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind as AlertKind,
    paymentId: row.payment_id,
    connectionId: row.connection_id,
    reference: row.reference,
    details: row.details as Record<string, string>,
    createdAt: row.created_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    note: row.note,
  }));
}
