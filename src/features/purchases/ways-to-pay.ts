import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import type { Money } from '../../shared/money.ts';
import {
  type Connection,
  type Payments,
  packageConnectionAt,
  type SavedMethod,
  savedMethodsOf,
} from '../payments/payments.ts';

/** How a price can be paid, or why it cannot. */
export type WaysToPay =
  | { kind: 'free' }
  | { kind: 'card'; connection: Connection; saved: SavedMethod[] }
  | { kind: 'none'; why: 'no-gateway' | 'not-chargeable'; least?: Money };

/** What the payer chose in the sheet. */
export type Method = { kind: 'free' } | { kind: 'page' } | { kind: 'saved'; id: string };

/**
 * The ways in which `customerId` can pay `total`: nothing at all when it is free (S11), else by card when a gateway is
 * connected that can charge this amount (E14, E19).
 */
export async function waysToPay(
  db: Tx,
  payments: Pick<Payments, 'unchargeable'>,
  it: { locationId: string; customerId: string; total: Money; now: Date },
): Promise<WaysToPay> {
  if (it.total.minor === 0n) return { kind: 'free' };
  const connection = await packageConnectionAt(db, it.locationId);
  if (!connection) return { kind: 'none', why: 'no-gateway' };
  const problem = payments.unchargeable(connection.kind, it.total);
  if (problem) return { kind: 'none', why: 'not-chargeable', least: problem.least };
  const saved = await savedMethodsOf(db, connection.id, it.customerId, it.now);
  return { kind: 'card', connection, saved };
}

/** The method chosen before anybody chose: the card used last that is still good, else the gateway's page. */
export function defaultMethod(ways: WaysToPay & { kind: 'card' }): Method {
  const card = ways.saved.find((method) => !method.expired);
  return card ? { kind: 'saved', id: card.id } : { kind: 'page' };
}

/** `free`, `page` or `saved-<id>`, as forms carry it. */
export function methodValue(method: Method): string {
  return method.kind === 'saved' ? `saved-${method.id}` : method.kind;
}

export function parseMethod(value: string): Method | undefined {
  if (value === 'free' || value === 'page') return { kind: value };
  const id = /^saved-(.+)$/.exec(value)?.[1];
  return isId(id) ? { kind: 'saved', id } : undefined;
}
