import type { Tx } from '../../platform/database/database.ts';
import { packageConnectionAt, type SavedMethod, savedMethodsOf } from '../payments/payments.ts';
import { type Waiting, waitingFor } from './asking.ts';
import { type Change, type CompanyMethod, changesOf } from './permissions.ts';

/** Whether a customer may pay on an invoice now: its plan says so. */
export type InvoiceFor = (db: Tx, it: { customerId: string; now: Date }) => Promise<boolean>;

/** A way in which a company can pay, and whether its members may use it. */
export type ListedMethod = {
  /** As a form names it: the card's id, or `invoice`. */
  value: string;
  method: CompanyMethod;
  card: SavedMethod | undefined;
  isOpen: boolean;
  /** Who changed it last. */
  change: Change | undefined;
};

/** The ways in which a company can pay, and who asks to use them. */
export type Listed = { methods: ListedMethod[]; waiting: Waiting[]; takesCards: boolean };

export async function listOf(
  db: Tx,
  it: { locationId: string; customerId: string; now: Date; invoiceFor: InvoiceFor },
): Promise<Listed> {
  const { customerId, now } = it;
  const connection = await packageConnectionAt(db, it.locationId);
  const cards = connection ? await savedMethodsOf(db, connection.id, customerId, now) : [];
  const changes = await changesOf(db, customerId);
  const entry = (value: string, method: CompanyMethod, card?: SavedMethod): ListedMethod => {
    const change = changes.get(value);
    return { value, method, card, isOpen: change?.isOpen ?? false, change };
  };
  const methods = cards.map((card) => entry(card.id, { kind: 'card', id: card.id }, card));
  if (await it.invoiceFor(db, { customerId, now })) methods.push(entry('invoice', { kind: 'invoice' }));
  return { methods, waiting: await waitingFor(db, customerId, now), takesCards: connection !== undefined };
}
