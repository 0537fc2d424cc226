import type { Tx } from '../../platform/database/database.ts';
import { type Balance, balanceOf } from '../credits/credits.ts';
import { type CreditPackage, mostPopular, type Price, packagesOnSale, savingsOf } from '../packages/packages.ts';
import type { Payments } from '../payments/payments.ts';
import { managersOf, type User, type Wallet, walletsOf } from '../people/people.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { type DiscountFor, type Quote, quoteOf } from './purchases.ts';
import { timesBought, type Unfinished, unfinishedPurchase } from './records.ts';
import { type WaysToPay, waysToPay } from './ways-to-pay.ts';

/** A package as a buyer meets it. */
export type Offer = Quote & { pkg: CreditPackage; savingPercent: number | undefined; popular: boolean };

/** Everything the Credits page shows: the wallets with their balances, the offers for the chosen one. */
export type Shop = {
  wallet: Wallet;
  wallets: { wallet: Wallet; balance: Balance }[];
  balance: Balance;
  offers: Offer[];
  /** Whether a card could be taken at all. */
  sells: boolean;
  /** A company's people who do not manage it: who to ask. */
  managers: User[];
  contact: string | undefined;
  unfinished: Unfinished | undefined;
};

/** What a purchase needs to look up prices and ways to pay. */
export type Selling = { payments: Pick<Payments, 'unchargeable'>; discountFor: DiscountFor };

const POPULAR_DAYS = 90;

export async function shopOf(db: Tx, selling: Selling, visit: AtMembership, wallet: Wallet): Promise<Shop> {
  const { location, now, membership } = visit;
  const wallets = [];
  for (const it of walletsOf(visit)) wallets.push({ wallet: it, balance: await balanceOf(db, it.customerId, now) });
  const packages = await packagesOnSale(db, location.id);
  const savings = savingsOf(packages);
  const since = new Date(now.getTime() - POPULAR_DAYS * 86_400_000);
  const popular = mostPopular(packages, await timesBought(db, location.id, since));
  const asking = { locationId: location.id, customerId: wallet.customerId, userId: visit.user.id, now };
  const discount = await selling.discountFor(db, asking);
  const offers: Offer[] = packages.map((pkg) => ({
    ...quoteOf(pkg, location, discount),
    pkg,
    savingPercent: savings.get(pkg.id),
    popular: pkg.id === popular,
  }));
  const first = offers.find((offer) => offer.price.total.minor > 0n);
  const ways = first && (await waysFor(db, selling, visit, wallet, first.price));
  const { company } = membership;
  return {
    wallet,
    wallets,
    balance: wallets.find((it) => it.wallet.kind === wallet.kind)!.balance,
    offers,
    sells: !(ways?.kind === 'none' && ways.why === 'no-gateway'),
    managers: company?.role === 'member' ? await managersOf(db, company.customerId) : [],
    contact: await contactOf(db, location.id),
    unfinished: await unfinishedPurchase(db, {
      buyerUserId: visit.user.id,
      customerIds: wallets.map((it) => it.wallet.customerId),
    }),
  };
}

/** The ways in which a wallet can pay a price. */
export async function waysFor(
  db: Tx,
  selling: Selling,
  visit: AtMembership,
  wallet: Wallet,
  price: Price,
): Promise<WaysToPay> {
  const { location, now } = visit;
  return await waysToPay(db, selling.payments, {
    locationId: location.id,
    customerId: wallet.customerId,
    total: price.total,
    now,
  });
}

/** Whom members write to when something cannot be bought: the location's first administrator. */
async function contactOf(db: Tx, locationId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('administrators as a')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'a.organization_id').onRef('u.id', '=', 'a.user_id'),
    )
    .select('u.email')
    .where('a.location_id', '=', locationId)
    .orderBy('u.created_at')
    .orderBy('u.id')
    .limit(1)
    .executeTakeFirst();
  return row?.email;
}
