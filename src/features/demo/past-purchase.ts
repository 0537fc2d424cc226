import type { Tx } from '../../platform/database/database.ts';
import { hashToken, newId, newRequestKey } from '../../platform/ids.ts';
import { endOfValidity, grantPurchasedCredits } from '../credits/credits.ts';
import type { Location } from '../organizations/organizations.ts';
import { type CreditPackage, packageTitle, priceFor } from '../packages/packages.ts';
import { rememberPastPayment } from '../payments/payments.ts';
import type { Card } from './people.ts';

/** Somebody bought a package at a time gone by. The real way is closed to it: that asks the gateway, now. */
export type PastPurchase = {
  organizationId: string;
  location: Location;
  connectionId: string;
  customerId: string;
  buyerUserId: string;
  pkg: CreditPackage;
  /** What the gateway knows the payment by, after the kind of it; and what a person knows the card by. */
  reference: string;
  card: Card;
  /** When the button was pressed, and when the gateway said paid or gave up. */
  at: Date;
  settledAt: Date;
  outcome: 'paid' | 'abandoned' | 'declined';
};

const CHECKOUT_LIMIT_MS = 31 * 60_000;

/**
 * Writes what a purchase leaves when it went the real way: a payment, a purchase, and when it was paid the lot of
 * credits. A package with a price of 0 is free and asks no gateway. Answers the grant; none for a purchase that failed.
 */
export async function writePastPurchase(
  tx: Tx,
  it: PastPurchase,
): Promise<{ purchaseId: string; balanceMinor: bigint; expiresAt: Date | null } | undefined> {
  const purchaseId = newId(it.at);
  const paymentId = newId(it.at);
  const price = priceFor(it.pkg, 0, it.location.tax, it.location.currency);
  const title = packageTitle(it.pkg, it.location.locale);
  const free = price.total.minor === 0n;
  const shared = { organization_id: it.organizationId, location_id: it.location.id, customer_id: it.customerId, title };
  await tx
    .insertInto('payments')
    .values({
      ...shared,
      ...(free ? asFree(it) : asCard(it)),
      id: paymentId,
      actor_user_id: it.buyerUserId,
      subject: 'purchase',
      subject_id: purchaseId,
      source: 'credits',
      amount_minor: price.total.minor,
      tax_minor: price.tax.minor,
      currency: price.total.currency,
      created_at: it.at,
    })
    .execute();
  if (!free && it.outcome === 'paid') {
    const { brand, last4 } = it.card;
    await rememberPastPayment(
      tx,
      { organizationId: it.organizationId, accountId: it.connectionId },
      {
        ...{ reference: `pi_${it.reference}`, title, amount: price.total, paidAt: it.settledAt },
        card: { brand: brand.toLowerCase(), last4 },
      },
    );
  }
  const granted = it.outcome === 'paid' ? await grant(tx, it, { purchaseId, title, netMinor: price.net.minor }) : null;
  const requestKey = newRequestKey();
  await tx
    .insertInto('purchases')
    .values({
      ...shared,
      id: purchaseId,
      buyer_user_id: it.buyerUserId,
      request_key: requestKey,
      request_hash: hashToken(requestKey),
      package_id: it.pkg.id,
      credits_minor: it.pkg.creditsMinor,
      valid_for_days: it.pkg.validForDays,
      currency: price.total.currency,
      list_minor: price.list.minor,
      discount_percent: price.discountPercent,
      net_minor: price.net.minor,
      tax_minor: price.tax.minor,
      total_minor: price.total.minor,
      tax_rate_ppm: it.location.tax.ratePpm,
      tax_label: it.location.tax.label,
      method: free ? 'free' : 'card',
      payment_id: paymentId,
      lot_id: granted?.lotId ?? null,
      paid_at: granted ? it.settledAt : null,
      created_at: it.at,
    })
    .execute();
  return granted ? { purchaseId, balanceMinor: granted.balanceAfterMinor, expiresAt: granted.expiresAt } : undefined;
}

async function grant(tx: Tx, it: PastPurchase, sold: { purchaseId: string; title: string; netMinor: bigint }) {
  const expiresAt = endOfValidity(it.settledAt, it.pkg.validForDays, it.location.timeZone);
  const moved = await grantPurchasedCredits(tx, {
    organizationId: it.organizationId,
    customerId: it.customerId,
    key: `purchase:${sold.purchaseId}`,
    purchaseId: sold.purchaseId,
    creditsMinor: it.pkg.creditsMinor,
    costMinor: sold.netMinor,
    expiresAt,
    actorUserId: it.buyerUserId,
    product: sold.title,
    now: it.settledAt,
  });
  return { ...moved, expiresAt };
}

function asFree(it: PastPurchase) {
  return { method: 'free', status: 'paid', live: true, settled_at: it.settledAt, give_up_at: it.at } as const;
}

function asCard(it: PastPurchase) {
  const common = {
    method: 'card',
    live: false,
    connection_id: it.connectionId,
    reference: it.outcome === 'paid' ? `pi_${it.reference}` : `cs_test_${it.reference}`,
    give_up_at: new Date(it.at.getTime() + CHECKOUT_LIMIT_MS),
  } as const;
  switch (it.outcome) {
    case 'paid':
      return {
        ...common,
        status: 'paid',
        method_label: `${it.card.brand} •••• ${it.card.last4}`,
        settled_at: it.settledAt,
      } as const;
    case 'declined': {
      const failure_text = 'Your card was declined.';
      return { ...common, status: 'failed', failure_code: 'declined', failure_text } as const;
    }
    case 'abandoned':
      return { ...common, status: 'failed', failure_code: 'abandoned', failure_text: '' } as const;
  }
}
