import { createHash } from 'node:crypto';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import type { Money } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import { type CreditPackage, type Price, packageAt, packageTitle } from '../packages/packages.ts';
import {
  type Begun,
  type CardRoute,
  cardRouteAt,
  isExpired,
  type NewPayment,
  type Payments,
} from '../payments/payments.ts';
import type { User, Wallet } from '../people/people.ts';
import { requirePermission } from '../permissions/permissions.ts';
import { NoFreePackage, takeFreePackage } from '../subscriptions/subscriptions.ts';
import { grant } from './granting.ts';
import { isMember } from './members.ts';
import { addToInvoice } from './on-account.ts';
import { type DiscountFor, quoteOf } from './quotes.ts';
import type { Method } from './ways-to-pay.ts';

/** The price is not the one that the buyer saw (E3); `now` is what it is. */
export class PriceChanged extends Refusal {
  readonly now: Money;
  constructor(now: Money) {
    super('price-changed', 409);
    this.now = now;
  }
}

/** The package is not on sale any more. */
export class PackageNotOnSale extends Refusal {
  constructor() {
    super('package-not-on-sale', 409);
  }
}

/** The way to pay is not one that is offered for this price and customer. */
export class MethodNotAvailable extends Refusal {
  constructor() {
    super('method-not-available', 422);
  }
}

/** The customer is nobody who may buy at the location now (S7). */
export class NotAMember extends Refusal {
  constructor() {
    super('membership-required', 409);
  }
}

/** Money taken elsewhere, as an administrator says: in cash, by a bank transfer. */
export type External = { kind: 'external'; label: string };

/** One press of a button that sells a package. `seenTotalMinor` is the price that stood in it. */
export type Sale = {
  organizationId: string;
  location: Location;
  /** Who pays, and owns the credits. */
  wallet: Wallet;
  buyer: User;
  /** The buyer is an administrator who sells to the customer: no permission of the company is asked. */
  onBehalf: boolean;
  requestKey: string;
  packageId: string;
  method: Method | External;
  /** What administrators note about it. */
  memo: string;
  seenTotalMinor: bigint;
  now: Date;
};

export type Sold = { purchaseId: string; begun: Begun | undefined };
export type Seller = { core: Core; payments: Payments; discountFor: DiscountFor };

/**
 * Sells a package in one transaction: refuses what the buyer did not see or may not do, writes the purchase with what
 * collects its price, and grants the credits at once unless a gateway has to be asked first.
 */
export async function sell(tx: Tx, { core, payments, discountFor }: Seller, sale: Sale): Promise<Sold> {
  const { organizationId, location, wallet, buyer, now } = sale;
  const pkg = await packageAt(tx, location.id, sale.packageId);
  if (!pkg) throw new NotFound();
  if (pkg.removed || !pkg.onSale) throw new PackageNotOnSale();
  const userId = sale.onBehalf ? undefined : buyer.id;
  const asking = { locationId: location.id, customerId: wallet.customerId, userId, now };
  const { price, isPlanFree, notFree } = quoteOf(pkg, location, await discountFor(tx, asking));
  if (notFree && sale.seenTotalMinor === 0n) throw new NoFreePackage(notFree);
  if (price.total.minor !== sale.seenTotalMinor) throw new PriceChanged(price.total);
  const route = await routeFor(tx, payments, sale, price.total);
  const purchaseId = newId(now);
  const title = packageTitle(pkg, location.locale);
  const collected = await collect(tx, payments, { sale, price, title, purchaseId, route });
  await writePurchase(tx, sale, { pkg, price, title, purchaseId, collected });
  if (isPlanFree) await takeFreePackage(tx, { ...asking, organizationId, purchaseId });
  if (collected.begun) return { purchaseId, begun: collected.begun };
  await grant(tx, core, {
    organizationId,
    purchaseId,
    customerId: wallet.customerId,
    creditsMinor: pkg.creditsMinor,
    costMinor: price.net.minor,
    validForDays: pkg.validForDays,
    timeZone: location.timeZone,
    buyerUserId: buyer.id,
    title,
    now,
  });
  return { purchaseId, begun: undefined };
}

/** The way to the gateway for a card, none for everything else. Refuses a method that does not fit the price, or the buyer (E5). */
async function routeFor(tx: Tx, payments: Payments, sale: Sale, total: Money): Promise<CardRoute | undefined> {
  const { location, wallet, method, now } = sale;
  if (sale.onBehalf) await requireMember(tx, wallet);
  else if (wallet.kind === 'company') await requirePermission(tx, asPermitted(sale));
  if ((total.minor === 0n) !== (method.kind === 'free')) throw new MethodNotAvailable();
  // Nobody pays for somebody else with a card, and nobody but an administrator knows of money taken elsewhere.
  if (sale.onBehalf ? method.kind === 'saved' || method.kind === 'page' : method.kind === 'external')
    throw new MethodNotAvailable();
  if (method.kind !== 'saved' && method.kind !== 'page') return undefined;
  const savedMethodId = method.kind === 'saved' ? method.id : null;
  const route = await cardRouteAt(tx, { locationId: location.id, customerId: wallet.customerId, savedMethodId });
  if (!route || payments.unchargeable(route.connection.kind, total)) throw new MethodNotAvailable();
  if (savedMethodId !== null && (!route.method || isExpired(route.method, now))) throw new MethodNotAvailable();
  return route;
}

/** Only members have credits (S7): nobody is sold any who is not one. */
async function requireMember(tx: Tx, { kind, customerId }: Wallet): Promise<void> {
  if (kind === 'personal' && !(await isMember(tx, customerId))) throw new NotAMember();
}

/** What has to be open to the members of a company for this way to pay. */
function asPermitted({ wallet, buyer, method }: Sale): Parameters<typeof requirePermission>[1] {
  const who = { customerId: wallet.customerId, company: wallet.name, userId: buyer.id };
  if (method.kind === 'saved') return { ...who, method: { kind: 'card', id: method.id } };
  if (method.kind === 'invoice' || method.kind === 'free') return { ...who, method: { kind: method.kind } };
  return { ...who, method: { kind: 'new-card' } };
}

type Order = { sale: Sale; price: Price; title: string; purchaseId: string; route: CardRoute | undefined };
type Collected = { paymentId: string | null; invoiceItemId: string | null; begun?: Begun };

/** What collects the price: a payment by card that has begun, one that is paid already, or an item on the invoice. */
async function collect(tx: Tx, payments: Payments, it: Order): Promise<Collected> {
  const { sale, price, title, purchaseId, route } = it;
  const { method } = sale;
  if (method.kind === 'invoice')
    return { paymentId: null, invoiceItemId: await addToInvoice(tx, { sale, price, title, purchaseId }) };
  const order: NewPayment = {
    organizationId: sale.organizationId,
    locationId: sale.location.id,
    customerId: sale.wallet.customerId,
    actorUserId: sale.buyer.id,
    subject: 'purchase',
    subjectId: purchaseId,
    title,
    amount: price.total,
    taxMinor: price.tax.minor,
    now: sale.now,
  };
  if (route) {
    const begun = await payments.beginCard(tx, { ...order, route });
    return { paymentId: begun.payment.id, invoiceItemId: null, begun };
  }
  const payment =
    method.kind === 'external'
      ? await payments.recordExternal(tx, { ...order, label: method.label })
      : await payments.recordFree(tx, order);
  return { paymentId: payment.id, invoiceItemId: null };
}

async function writePurchase(
  tx: Tx,
  sale: Sale,
  it: { pkg: CreditPackage; price: Price; title: string; purchaseId: string; collected: Collected },
): Promise<void> {
  const { pkg, price, collected } = it;
  const { method } = sale;
  await tx
    .insertInto('purchases')
    .values({
      organization_id: sale.organizationId,
      id: it.purchaseId,
      location_id: sale.location.id,
      customer_id: sale.wallet.customerId,
      buyer_user_id: sale.buyer.id,
      on_behalf: sale.onBehalf,
      memo: sale.memo,
      request_key: sale.requestKey,
      request_hash: fingerprint(sale),
      package_id: pkg.id,
      title: it.title,
      credits_minor: pkg.creditsMinor,
      valid_for_days: pkg.validForDays,
      currency: price.total.currency,
      list_minor: price.list.minor,
      discount_percent: price.discountPercent,
      net_minor: price.net.minor,
      tax_minor: price.tax.minor,
      total_minor: price.total.minor,
      tax_rate_ppm: sale.location.tax.ratePpm,
      tax_label: sale.location.tax.label,
      method: method.kind === 'saved' || method.kind === 'page' ? 'card' : method.kind,
      payment_id: collected.paymentId,
      invoice_item_id: collected.invoiceItemId,
      on_account: collected.invoiceItemId !== null,
      created_at: sale.now,
    })
    .execute();
}

/** What makes two presses the same: package, wallet, method and the price that was seen. */
export function fingerprint(sale: Sale): Buffer {
  const parts = [sale.packageId, sale.wallet.customerId, JSON.stringify(sale.method), `${sale.seenTotalMinor}`];
  // A press of before there was anybody to sell to others is still the same.
  if (sale.onBehalf) parts.push('on behalf', sale.memo);
  return createHash('sha256').update(parts.join('\n')).digest();
}
