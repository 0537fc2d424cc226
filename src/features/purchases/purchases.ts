import type { Core } from '../../platform/core.ts';
import { Refusal } from '../../platform/errors.ts';
import type { Payments } from '../payments/payments.ts';
import type { DiscountFor } from './quotes.ts';
import { type Purchase, purchaseByKey } from './records.ts';
import { type External, fingerprint, type Sale, type Seller, sell } from './selling.ts';
import type { Method } from './ways-to-pay.ts';

export { purchaseHandler } from './granting.ts';
export { purchaseItems } from './invoice-items.ts';
export type { DiscountFor } from './quotes.ts';
export { creditsGoneOf, onAccountOf, type Purchase } from './records.ts';
export { type External, MethodNotAvailable, PackageNotOnSale, PriceChanged } from './selling.ts';

/** The request key came before with something else in it (E1). */
export class RequestKeyReused extends Refusal {
  constructor() {
    super('idempotency-key-reused', 422);
  }
}

/** One press of a pay button. `seenTotalMinor` is the price that stood in it. */
export type BuyRequest = Omit<Sale, 'onBehalf' | 'memo' | 'method'> & { method: Method };

/** An administrator sells a package to a customer: for money taken elsewhere, on the invoice, or free. Never by a card. */
export type SellRequest = Omit<Sale, 'onBehalf' | 'method'> & {
  method: External | { kind: 'invoice' } | { kind: 'free' };
};

/** What a press led to; `repeated` when the same key had led there before. */
export type Bought = Pick<Purchase, 'id' | 'status' | 'failureCode' | 'nextUrl'> & { repeated: boolean };

export type Purchases = {
  /**
   * Sells a package: writes the purchase in one transaction, with its payment as `new`, which is collected outside of it; or
   * paid at once when it is free or an item on the invoice. Refuses what the buyer did not see or may not do; nothing is
   * written then.
   */
  buy(request: BuyRequest): Promise<Bought>;
  /** The same by an administrator for a customer (`buyer` is the administrator). Paid at once. */
  sellTo(request: SellRequest): Promise<Bought>;
};

export function createPurchases(core: Core, payments: Payments, discountFor: DiscountFor): Purchases {
  const seller: Seller = { core, payments, discountFor };
  return {
    buy: (request) => press(seller, { ...request, onBehalf: false, memo: '' }),
    sellTo: (request) => press(seller, { ...request, onBehalf: true }),
  };
}

async function press(seller: Seller, sale: Sale): Promise<Bought> {
  const { core, payments } = seller;
  const sold = await core.database
    .write(sale.organizationId, (tx) => sell(tx, seller, sale))
    .catch((error: unknown) => ({ error }));
  if ('error' in sold) {
    // What was bought stays bought, whatever became of the package since: the key is looked at before a refusal.
    const before = await repeated(core, sale);
    if (!before) throw sold.error;
    return before;
  }
  const { purchaseId, begun } = sold;
  if (!begun) return { id: purchaseId, status: 'paid', failureCode: null, nextUrl: null, repeated: false };
  const { location, wallet, buyer } = sale;
  const base = `${core.config.baseUrl}/l/${location.slug}/membership/credits/purchases/${purchaseId}`;
  const { status, failureCode, nextUrl } = await payments.collect(
    begun,
    { returnUrl: `${base}/return`, cancelUrl: `${base}/cancel` },
    // Whoever presses first for a company, the gateway knows the company.
    { name: wallet.name, ...(wallet.kind === 'personal' && { email: buyer.email }), locale: location.locale },
  );
  return { id: purchaseId, status, failureCode, nextUrl, repeated: false };
}

/** What the same key made before, whether the second press met its row or its unique index. */
async function repeated(core: Core, sale: Sale): Promise<Bought | undefined> {
  const purchase = await core.database.read(sale.organizationId, (db) =>
    purchaseByKey(db, sale.buyer.id, sale.requestKey),
  );
  if (!purchase) return undefined;
  if (!purchase.requestHash.equals(fingerprint(sale))) throw new RequestKeyReused();
  return { ...purchase, repeated: true };
}
