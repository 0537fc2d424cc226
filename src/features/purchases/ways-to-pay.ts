import type { Tx } from '../../platform/database/database.ts';
import { isId } from '../../platform/ids.ts';
import type { Money } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import { type Payments, packageConnectionAt, type SavedMethod, savedMethodsOf } from '../payments/payments.ts';
import { isAnyOpen } from '../permissions/permissions.ts';
import type { Reach } from './buying-for.ts';
import { type InvoiceWay, invoiceWayFor, isTooMuch } from './on-account.ts';
import { lastOnInvoiceAt } from './records.ts';

/** Why cards are not offered, though there may be other ways: each has a sentence of its own (UX-19). */
export type NoCard = { why: 'no-gateway' } | { why: 'not-chargeable'; least?: Money } | { why: 'not-open' };

/** Why nobody can pay a price. `managers-only`: nothing is open to the members of the company. */
export type CannotPay =
  | NoCard
  | { why: 'managers-only' }
  | { why: 'cards-expired' }
  | { why: 'too-much'; limit: Money | undefined; owed: Money };

/** How a price can be paid, or why it cannot. Of `invoice`, more than may be owed is shown and cannot be chosen. */
export type WaysToPay =
  | { kind: 'free' }
  | {
      kind: 'some';
      saved: SavedMethod[];
      page: boolean;
      invoice: InvoiceWay | undefined;
      noCard?: NoCard;
      usual: Method;
    }
  | { kind: 'none'; cannot: CannotPay };

/** What the payer chose in the sheet. */
export type Method = { kind: 'free' } | { kind: 'page' } | { kind: 'invoice' } | { kind: 'saved'; id: string };

type Paying = { location: Location; customerId: string; reach: Reach; total: Money; now: Date };

/**
 * The ways in which `customerId` can pay `total`: nothing at all when it is free (S11), else by card when a gateway is
 * connected that can charge this amount, and on the invoice when the plan allows it (S4, E14, E19). Of a company, its
 * members are offered what is open to them (S10).
 */
export async function waysToPay(db: Tx, payments: Pick<Payments, 'unchargeable'>, it: Paying): Promise<WaysToPay> {
  const { reach } = it;
  if (reach.kind === 'member' && !isAnyOpen(reach.opened)) return { kind: 'none', cannot: { why: 'managers-only' } };
  if (it.total.minor === 0n) return { kind: 'free' };
  const cards = await cardsFor(db, payments, it);
  const invoice = reach.kind === 'all' || reach.opened.invoice ? await invoiceWayFor(db, it) : undefined;
  const noCard = 'why' in cards ? cards : undefined;
  const saved = 'why' in cards ? [] : cards.saved;
  // A new card would become one of the company's, and those are its managers' to choose.
  const page = !noCard && reach.kind === 'all';
  const usable = saved.filter(({ expired }) => !expired);
  const mayInvoice = invoice !== undefined && !isTooMuch(invoice, it.total);
  if (usable.length === 0 && !page && !mayInvoice) return { kind: 'none', cannot: whyNone(noCard, saved, invoice) };
  const usual = await usualMethod(db, it, { card: usable[0], mayInvoice, page });
  return { kind: 'some', saved, page, invoice, usual, ...(noCard && { noCard }) };
}

function whyNone(noCard: NoCard | undefined, saved: SavedMethod[], invoice: InvoiceWay | undefined): CannotPay {
  if (invoice) return { why: 'too-much', ...invoice };
  return saved.length > 0 || !noCard ? { why: 'cards-expired' } : noCard;
}

async function cardsFor(
  db: Tx,
  payments: Pick<Payments, 'unchargeable'>,
  { location, customerId, reach, total, now }: Paying,
): Promise<{ saved: SavedMethod[] } | NoCard> {
  const connection = await packageConnectionAt(db, location.id);
  if (!connection) return { why: 'no-gateway' };
  const problem = payments.unchargeable(connection.kind, total);
  if (problem) return { why: 'not-chargeable', ...(problem.least && { least: problem.least }) };
  const saved = await savedMethodsOf(db, connection.id, customerId, now);
  if (reach.kind === 'all') return { saved };
  const open = saved.filter(({ id }) => reach.opened.cardIds.has(id));
  return open.length > 0 ? { saved: open } : { why: 'not-open' };
}

/**
 * The method chosen before anybody chose (UX-10): the one used last that is still good, the invoice among them; the
 * gateway's page for who has none.
 */
async function usualMethod(
  db: Tx,
  { customerId }: Paying,
  it: { card: SavedMethod | undefined; mayInvoice: boolean; page: boolean },
): Promise<Method> {
  const { card, mayInvoice, page } = it;
  const invoicedAt = mayInvoice ? await lastOnInvoiceAt(db, customerId) : undefined;
  const isInvoiceLast = invoicedAt !== undefined && (!card || invoicedAt > card.chosenAt);
  if (mayInvoice && (isInvoiceLast || (!card && !page))) return { kind: 'invoice' };
  return card ? { kind: 'saved', id: card.id } : { kind: 'page' };
}

/** `free`, `page`, `invoice` or `saved-<id>`, as forms carry it. */
export function methodValue(method: Method): string {
  return method.kind === 'saved' ? `saved-${method.id}` : method.kind;
}

export function parseMethod(value: string): Method | undefined {
  if (value === 'free' || value === 'page' || value === 'invoice') return { kind: value };
  const id = /^saved-(.+)$/.exec(value)?.[1];
  return isId(id) ? { kind: 'saved', id } : undefined;
}
