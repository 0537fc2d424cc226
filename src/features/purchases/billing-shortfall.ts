import type { Tx } from '../../platform/database/database.ts';
import { formatCredits } from '../../shared/credits.ts';
import { divideHalfUp } from '../../shared/money.ts';
import { addInvoiceItem, type InvoiceItem, type ItemHandler } from '../invoices/invoices.ts';
import type { Location } from '../organizations/organizations.ts';
import { aboutPayment, type Payment, paymentById, raiseAlert, settleAlerts } from '../payments/payments.ts';
import { purchaseMessages } from './messages.ts';
import { type Purchase, purchaseById } from './records.ts';
import { lockShortfall, owedOf, writeShortfall } from './shortfall.ts';

/** What so many credits of a purchase were sold for, each amount rounded half up once. */
export function shareOf(
  purchase: Purchase,
  creditsMinor: bigint,
): Pick<Purchase, 'listMinor' | 'netMinor' | 'taxMinor'> {
  const share = (minor: bigint) => divideHalfUp(minor * creditsMinor, purchase.creditsMinor);
  return {
    listMinor: share(purchase.listMinor),
    netMinor: share(purchase.netMinor),
    taxMinor: share(purchase.taxMinor),
  };
}

/**
 * Puts what is owed of a purchase's credits on the customer's active invoice, for what they were sold for. Under the
 * payment's row lock; does nothing when nothing is owed. The alert about it is for whoever bills it to close.
 */
export async function billShortfall(
  tx: Tx,
  payment: Payment,
  { location, actorUserId, now }: { location: Location; actorUserId: string; now: Date },
): Promise<void> {
  const purchase = (await purchaseById(tx, payment.subjectId))!;
  const creditsMinor = owedOf(purchase);
  if (creditsMinor === 0n) return;
  const { organizationId, locationId, customerId, amount } = payment;
  const before = await tx
    .selectFrom('billed_shortfalls')
    .select('item_id')
    .where('purchase_id', '=', purchase.id)
    .execute();
  const { discountPercent, taxLabel, taxRatePpm, title } = purchase;
  const counted = { one: creditsMinor === 100n, credits: formatCredits(creditsMinor, location.locale) };
  const { itemId } = await addInvoiceItem(tx, {
    ...{ organizationId, locationId, customerId, currency: amount.currency },
    ...{ key: `shortfall:${purchase.id}:${before.length + 1}`, kind: 'shortfall', subjectId: purchase.id },
    title: purchaseMessages(location.locale).shortfallItem({ ...counted, title }),
    ...{ ...shareOf(purchase, creditsMinor), discountPercent, taxLabel, taxRatePpm, actorUserId, now },
  });
  await tx
    .insertInto('billed_shortfalls')
    .values({
      organization_id: organizationId,
      item_id: itemId,
      purchase_id: purchase.id,
      credits_minor: creditsMinor,
    })
    .execute();
  const locked = await lockShortfall(tx, purchase.id);
  await writeShortfall(tx, { ...locked, billedMinor: locked.billedMinor + creditsMinor });
}

/** Taken off its invoice, a shortfall is owed again; paid, it stays billed. No credits hang on it. */
export const shortfallItems: ItemHandler = {
  settled: async () => {},
  undone: (tx, item, { now }) => owedAgain(tx, item, now),
  unspentOf: async () => 0n,
};

async function owedAgain(tx: Tx, item: InvoiceItem, now: Date): Promise<void> {
  const { purchase_id, credits_minor } = await tx
    .selectFrom('billed_shortfalls')
    .select(['purchase_id', 'credits_minor'])
    .where('item_id', '=', item.id)
    .executeTakeFirstOrThrow();
  const before = await lockShortfall(tx, purchase_id);
  // Some of its money may have come back since, and then it is billed no longer.
  const billedMinor = before.billedMinor > credits_minor ? before.billedMinor - credits_minor : 0n;
  const after = { ...before, billedMinor };
  await writeShortfall(tx, after);
  const { paymentId } = (await purchaseById(tx, purchase_id))!;
  const payment = (await paymentById(tx, paymentId!))!;
  await settleAlerts(tx, { kind: 'shortfall-billed', paymentId: payment.id, now });
  const details = { creditsMinor: String(owedOf(after)) };
  if (owedOf(after) > 0n) await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'shortfall', details });
}
