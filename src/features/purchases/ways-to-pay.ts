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
import { isAnyOpen } from '../permissions/permissions.ts';
import type { Reach } from './buying-for.ts';

/** Why cards are not offered, though there may be other ways: each has a sentence of its own (UX-19). */
export type NoCard = { why: 'no-gateway' } | { why: 'not-chargeable'; least?: Money } | { why: 'not-open' };

/** Why nobody can pay a price. `managers-only`: nothing is open to the members of the company. */
export type CannotPay = NoCard | { why: 'managers-only' } | { why: 'cards-expired' };

/** How a price can be paid, or why it cannot. */
export type WaysToPay =
  | { kind: 'free' }
  | { kind: 'some'; saved: SavedMethod[]; page: boolean; noCard?: NoCard }
  | { kind: 'none'; cannot: CannotPay };

/** What the payer chose in the sheet. */
export type Method = { kind: 'free' } | { kind: 'page' } | { kind: 'saved'; id: string };

/**
 * The ways in which `customerId` can pay `total`: nothing at all when it is free (S11), else by card when a gateway is
 * connected that can charge this amount (E14, E19). Of a company, its members are offered what is open to them (S10).
 */
export async function waysToPay(
  db: Tx,
  payments: Pick<Payments, 'unchargeable'>,
  it: { locationId: string; customerId: string; reach: Reach; total: Money; now: Date },
): Promise<WaysToPay> {
  const { reach } = it;
  if (reach.kind === 'member' && !isAnyOpen(reach.opened)) return { kind: 'none', cannot: { why: 'managers-only' } };
  if (it.total.minor === 0n) return { kind: 'free' };
  const cards = await cardsFor(db, payments, it);
  if ('why' in cards) return { kind: 'none', cannot: cards };
  // A new card would become one of the company's, and those are its managers' to choose.
  const page = reach.kind === 'all';
  if (!page && cards.saved.every(({ expired }) => expired)) return { kind: 'none', cannot: { why: 'cards-expired' } };
  return { kind: 'some', saved: cards.saved, page };
}

async function cardsFor(
  db: Tx,
  payments: Pick<Payments, 'unchargeable'>,
  { locationId, customerId, reach, total, now }: Parameters<typeof waysToPay>[2],
): Promise<{ connection: Connection; saved: SavedMethod[] } | NoCard> {
  const connection = await packageConnectionAt(db, locationId);
  if (!connection) return { why: 'no-gateway' };
  const problem = payments.unchargeable(connection.kind, total);
  if (problem) return { why: 'not-chargeable', ...(problem.least && { least: problem.least }) };
  const saved = await savedMethodsOf(db, connection.id, customerId, now);
  if (reach.kind === 'all') return { connection, saved };
  const open = saved.filter(({ id }) => reach.opened.cardIds.has(id));
  return open.length > 0 ? { connection, saved: open } : { why: 'not-open' };
}

/** The method chosen before anybody chose: the card used last that is still good, else the gateway's page. */
export function defaultMethod(ways: WaysToPay & { kind: 'some' }): Method {
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
