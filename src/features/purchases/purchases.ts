import { createHash } from 'node:crypto';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import type { Money } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import { type CreditPackage, type Price, packageAt, packageTitle, priceFor } from '../packages/packages.ts';
import {
  type Begun,
  type CardRoute,
  cardRouteAt,
  isExpired,
  type Payment,
  type Payments,
} from '../payments/payments.ts';
import type { User, Wallet } from '../people/people.ts';
import { requirePermission } from '../permissions/permissions.ts';
import { type Discount, NoFreePackage, type NotFree, takeFreePackage } from '../subscriptions/subscriptions.ts';
import { grant } from './granting.ts';
import { type Purchase, purchaseByKey } from './records.ts';
import type { Method } from './ways-to-pay.ts';

export { purchaseHandler } from './granting.ts';
export { creditsGoneOf, type Purchase } from './records.ts';

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

/** The request key came before with something else in it (E1). */
export class RequestKeyReused extends Refusal {
  constructor() {
    super('idempotency-key-reused', 422);
  }
}

/** One press of a pay button. `seenTotalMinor` is the price that stood in it. */
export type BuyRequest = {
  organizationId: string;
  location: Location;
  wallet: Wallet;
  buyer: User;
  requestKey: string;
  packageId: string;
  method: Method;
  seenTotalMinor: bigint;
  now: Date;
};

/** What a press led to; `repeated` when the same key had led there before. */
export type Bought = Pick<Purchase, 'id' | 'status' | 'failureCode' | 'nextUrl'> & { repeated: boolean };

/** What the plan of a customer takes off credit packages when `userId` buys. */
export type DiscountFor = (
  db: Tx,
  it: { locationId: string; customerId: string; userId: string; now: Date },
) => Promise<Discount>;

/** The price of a package for whoever will own the credits (E16). */
export type Quote = {
  price: Price;
  /** It is free by the plan, and so one of the few free packages of the cycle. */
  isPlanFree: boolean;
  /** Why it is not free although the plan makes packages free; it costs its price then. */
  notFree?: NotFree;
};

/** What a package costs after the discount of a plan. What costs nothing anyway takes none of the free ones. */
export function quoteOf(pkg: CreditPackage, { tax, currency }: Location, { percent, free }: Discount): Quote {
  const price = priceFor(pkg, percent, tax, currency);
  if (!free || pkg.priceMinor === 0n || price.total.minor > 0n) return { price, isPlanFree: false };
  if (free.left > 0) return { price, isPlanFree: true };
  return { price: priceFor(pkg, 0, tax, currency), isPlanFree: false, ...(free.why && { notFree: free.why }) };
}

export type Purchases = {
  /**
   * Sells a package: writes purchase and payment as `new` in one transaction, then collects outside of it. Refuses what
   * the buyer did not see or may not do; nothing is written then.
   */
  buy(request: BuyRequest): Promise<Bought>;
};

export function createPurchases(core: Core, payments: Payments, discountFor: DiscountFor): Purchases {
  return {
    async buy(request) {
      const { organizationId } = request;
      const sold = await core.database
        .write(organizationId, (tx) => sell(tx, { core, payments, discountFor }, request))
        .catch((error: unknown) => ({ error }));
      if ('error' in sold) {
        // What was bought stays bought, whatever became of the package since: the key is looked at before a refusal.
        const before = await repeated(core, request);
        if (!before) throw sold.error;
        return before;
      }
      if (sold.begun) {
        const base = `${core.config.baseUrl}/l/${request.location.slug}/membership/credits/purchases/${sold.purchaseId}`;
        const payment = await payments.collect(
          sold.begun,
          { returnUrl: `${base}/return`, cancelUrl: `${base}/cancel` },
          // Whoever presses first for a company, the gateway knows the company.
          {
            name: request.wallet.name,
            ...(request.wallet.kind === 'personal' && { email: request.buyer.email }),
            locale: request.location.locale,
          },
        );
        const { status, failureCode, nextUrl } = payment;
        return { id: sold.purchaseId, status, failureCode, nextUrl, repeated: false };
      }
      return { id: sold.purchaseId, status: 'paid', failureCode: null, nextUrl: null, repeated: false };
    },
  };
}

type Sold = { purchaseId: string; begun: Begun | undefined };
type Seller = { core: Core; payments: Payments; discountFor: DiscountFor };

async function sell(tx: Tx, { core, payments, discountFor }: Seller, request: BuyRequest): Promise<Sold> {
  const { organizationId, location, wallet, buyer, now } = request;
  const pkg = await packageAt(tx, location.id, request.packageId);
  if (!pkg) throw new NotFound();
  if (pkg.removed || !pkg.onSale) throw new PackageNotOnSale();
  const asking = { locationId: location.id, customerId: wallet.customerId, userId: buyer.id, now };
  const { price, isPlanFree, notFree } = quoteOf(pkg, location, await discountFor(tx, asking));
  if (notFree && request.seenTotalMinor === 0n) throw new NoFreePackage(notFree);
  if (price.total.minor !== request.seenTotalMinor) throw new PriceChanged(price.total);
  const route = await routeFor(tx, payments, request, price.total);
  const purchaseId = newId(now);
  const title = packageTitle(pkg, location.locale);
  const order = {
    organizationId,
    locationId: location.id,
    customerId: wallet.customerId,
    actorUserId: buyer.id,
    subject: 'purchase' as const,
    subjectId: purchaseId,
    title,
    amount: price.total,
    taxMinor: price.tax.minor,
    now,
  };
  const begun = route && (await payments.beginCard(tx, { ...order, route }));
  const payment = begun?.payment ?? (await payments.recordFree(tx, order));
  await writePurchase(tx, request, { pkg, price, title, purchaseId, payment });
  if (isPlanFree) await takeFreePackage(tx, { ...asking, organizationId, purchaseId });
  if (!begun) {
    await grant(tx, core, {
      organizationId,
      purchaseId,
      customerId: wallet.customerId,
      creditsMinor: pkg.creditsMinor,
      costMinor: 0n,
      validForDays: pkg.validForDays,
      timeZone: location.timeZone,
      buyerUserId: buyer.id,
      title,
      now,
    });
  }
  return { purchaseId, begun };
}

/** The way to the gateway for a card, none for what is free. Refuses a method that does not fit the price, or the buyer (E5). */
async function routeFor(
  tx: Tx,
  payments: Payments,
  { location, wallet, buyer, method, now }: BuyRequest,
  total: Money,
): Promise<CardRoute | undefined> {
  if (wallet.kind === 'company')
    await requirePermission(tx, { ...payerOf(wallet, buyer), method: asPermitted(method) });
  if ((total.minor === 0n) !== (method.kind === 'free')) throw new MethodNotAvailable();
  if (method.kind === 'free') return undefined;
  const savedMethodId = method.kind === 'saved' ? method.id : null;
  const route = await cardRouteAt(tx, { locationId: location.id, customerId: wallet.customerId, savedMethodId });
  if (!route || payments.unchargeable(route.connection.kind, total)) throw new MethodNotAvailable();
  if (savedMethodId !== null && (!route.method || isExpired(route.method, now))) throw new MethodNotAvailable();
  return route;
}

function payerOf({ customerId, name }: Wallet, { id }: User) {
  return { customerId, company: name, userId: id };
}

/** What has to be open to the members of a company for this way to pay. */
function asPermitted(method: Method): Parameters<typeof requirePermission>[1]['method'] {
  if (method.kind === 'saved') return { kind: 'card', id: method.id };
  return { kind: method.kind === 'page' ? 'new-card' : 'free' };
}

async function writePurchase(
  tx: Tx,
  request: BuyRequest,
  it: { pkg: CreditPackage; price: Price; title: string; purchaseId: string; payment: Payment },
): Promise<void> {
  await tx
    .insertInto('purchases')
    .values({
      organization_id: request.organizationId,
      id: it.purchaseId,
      location_id: request.location.id,
      customer_id: request.wallet.customerId,
      buyer_user_id: request.buyer.id,
      request_key: request.requestKey,
      request_hash: fingerprint(request),
      package_id: it.pkg.id,
      title: it.title,
      credits_minor: it.pkg.creditsMinor,
      valid_for_days: it.pkg.validForDays,
      currency: it.price.total.currency,
      list_minor: it.price.list.minor,
      discount_percent: it.price.discountPercent,
      net_minor: it.price.net.minor,
      tax_minor: it.price.tax.minor,
      total_minor: it.price.total.minor,
      tax_rate_ppm: request.location.tax.ratePpm,
      tax_label: request.location.tax.label,
      method: it.payment.method,
      payment_id: it.payment.id,
      created_at: request.now,
    })
    .execute();
}

/** What the same key made before, whether the second press met its row or its unique index. */
async function repeated(core: Core, request: BuyRequest): Promise<Bought | undefined> {
  const purchase = await core.database.read(request.organizationId, (db) =>
    purchaseByKey(db, request.buyer.id, request.requestKey),
  );
  if (!purchase) return undefined;
  if (!purchase.requestHash.equals(fingerprint(request))) throw new RequestKeyReused();
  return { ...purchase, repeated: true };
}

/** What makes two presses the same: package, wallet, method and the price that was seen. */
function fingerprint(request: BuyRequest): Buffer {
  const parts = [
    request.packageId,
    request.wallet.customerId,
    JSON.stringify(request.method),
    `${request.seenTotalMinor}`,
  ];
  return createHash('sha256').update(parts.join('\n')).digest();
}
