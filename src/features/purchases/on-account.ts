import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import type { Money } from '../../shared/money.ts';
import { creditsOfPurchase, takeBackCredits } from '../credits/credits.ts';
import {
  addInvoiceItem,
  chargeOnOf,
  type InvoiceItem,
  type ItemHandler,
  invoiceSettingsAt,
  onAccountMinorOf,
} from '../invoices/invoices.ts';
import type { Location } from '../organizations/organizations.ts';
import type { Price } from '../packages/packages.ts';
import { termsOf } from '../subscriptions/subscriptions.ts';
import { MethodNotAvailable, type Sale } from './selling.ts';

/** More would be on account than the location allows a customer (E6): the most there may be, what is owed, and the price. */
export class OnAccountLimit extends Refusal {
  readonly limit: Money;
  readonly owed: Money;
  constructor(limit: Money, owed: Money) {
    super('on-account-limit', 409, { limit: `${limit.minor}`, owed: `${owed.minor}`, currency: limit.currency });
    this.limit = limit;
    this.owed = owed;
  }
}

/**
 * Paying on an invoice: when it is charged, as `2026-12-01`, or null for the next one; what the customer owes for packages
 * now, and the most that they may.
 */
export type InvoiceWay = { chargeOn: string | null; owed: Money; limit: Money | undefined };

/** How a customer can put something on the invoice, if the plan allows it (S4, UX-11). */
export async function invoiceWayFor(
  db: Tx,
  it: { location: Location; customerId: string; now: Date },
): Promise<InvoiceWay | undefined> {
  const terms = await termsOf(db, it.customerId, it.now);
  if (!terms?.creditsOnInvoice) return undefined;
  return { chargeOn: await chargeOnOf(db, it.customerId, it.now), ...(await accountOf(db, it)) };
}

/** Whether a price would be more than may be owed (E6). */
export function isTooMuch({ limit, owed }: Pick<InvoiceWay, 'limit' | 'owed'>, total: Money): boolean {
  return limit !== undefined && owed.minor + total.minor > limit.minor;
}

/**
 * Puts a sale on the active invoice of the customer (S16) and answers the item. Refuses when the plan does not allow it, or
 * when more would be owed than the location allows. Whoever buys on the same invoice at that time goes first or waits, so
 * that together they stay below the limit.
 */
export async function addToInvoice(
  tx: Tx,
  { sale, price, title, purchaseId }: { sale: Sale; price: Price; title: string; purchaseId: string },
): Promise<string> {
  const { organizationId, location, now } = sale;
  const { customerId } = sale.wallet;
  const terms = await termsOf(tx, customerId, now);
  if (!terms?.creditsOnInvoice) throw new MethodNotAvailable();
  const { itemId } = await addInvoiceItem(tx, {
    organizationId,
    locationId: location.id,
    customerId,
    currency: location.currency,
    key: `purchase:${purchaseId}`,
    kind: 'credit_package',
    subjectId: purchaseId,
    title,
    listMinor: price.list.minor,
    discountPercent: price.discountPercent,
    netMinor: price.net.minor,
    taxMinor: price.tax.minor,
    taxLabel: location.tax.label,
    taxRatePpm: location.tax.ratePpm,
    actorUserId: sale.buyer.id,
    now,
  });
  const account = await accountOf(tx, { location, customerId });
  const before = { ...account, owed: { ...account.owed, minor: account.owed.minor - price.total.minor } };
  if (isTooMuch(before, price.total)) throw new OnAccountLimit(before.limit!, before.owed);
  return itemId;
}

/** What a customer owes for packages, and may at most. */
async function accountOf(
  db: Tx,
  { location, customerId }: { location: Location; customerId: string },
): Promise<Pick<InvoiceWay, 'owed' | 'limit'>> {
  const { currency } = location;
  const { packageCapMinor } = await invoiceSettingsAt(db, location.id);
  return {
    owed: { minor: await onAccountMinorOf(db, customerId), currency },
    limit: packageCapMinor === null ? undefined : { minor: packageCapMinor, currency },
  };
}

/** Has those told whose credits were moved. */
export type Tell = (tx: Tx, it: { organizationId: string; entryIds: string[] }) => Promise<void>;

/** What it means for purchases that their items are paid, or taken off an invoice. */
export function packageItems(tell: Tell): ItemHandler {
  return {
    settled: (tx, item) => settle(tx, item),
    async undone(tx, item, { takeBack, actorUserId, now }) {
      await settle(tx, item);
      if (takeBack) await takeBackUnspent(tx, tell, item, { actorUserId, now });
    },
    unspentOf: async (db, { subjectId }, now) => (await creditsOfPurchase(db, subjectId!, now)).leftMinor,
  };
}

/** It is owed no longer. */
async function settle(tx: Tx, { subjectId }: InvoiceItem): Promise<void> {
  await tx.updateTable('purchases').set({ on_account: false }).where('id', '=', subjectId).execute();
}

/** What is left of it goes; what was spent stays spent, and nobody pays for it any more. */
async function takeBackUnspent(
  tx: Tx,
  tell: Tell,
  item: InvoiceItem,
  { actorUserId, now }: { actorUserId: string; now: Date },
): Promise<void> {
  const purchase = await tx
    .selectFrom('purchases')
    .select(['id', 'organization_id', 'customer_id', 'title', 'credits_minor', 'taken_back_minor'])
    .where('id', '=', item.subjectId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const { leftMinor } = await creditsOfPurchase(tx, purchase.id, now);
  if (leftMinor === 0n) return;
  const moved = await takeBackCredits(tx, {
    organizationId: purchase.organization_id,
    customerId: purchase.customer_id,
    key: `undone:${item.id}`,
    purchaseId: purchase.id,
    creditsMinor: leftMinor,
    actorUserId,
    product: purchase.title,
    now,
  });
  await tx
    .updateTable('purchases')
    .set({ taken_back_minor: purchase.taken_back_minor + moved.creditsMinor })
    .where('id', '=', purchase.id)
    .execute();
  await tell(tx, { organizationId: purchase.organization_id, entryIds: [moved.entryId] });
}
