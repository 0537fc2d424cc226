import type { Tx } from '../../platform/database/database.ts';
import { type Balance, balanceOf } from '../credits/credits.ts';
import { type CreditPackage, mostPopular, type Price, packagesOnSale, savingsOf } from '../packages/packages.ts';
import type { Payments } from '../payments/payments.ts';
import { managersOf, type User, type Wallet } from '../people/people.ts';
import { lastAsked } from '../permissions/permissions.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { buyingFor, type Reach, reachOf, seesBalance } from './buying-for.ts';
import { type DiscountFor, type Quote, quoteOf } from './quotes.ts';
import { timesBought, type Unfinished, unfinishedPurchase } from './records.ts';
import { type CannotPay, type WaysToPay, waysToPay } from './ways-to-pay.ts';

/** A package as a buyer meets it. */
export type Offer = Quote & { pkg: CreditPackage; savingPercent: number | undefined; popular: boolean };

/** Everything the Credits page shows: the wallets with their balances, the offers for the chosen one. */
export type Shop = {
  wallet: Wallet;
  /** What the visitor may do with the chosen wallet. */
  reach: Reach;
  /** Without the balances that the visitor may not see. */
  wallets: { wallet: Wallet; balance: Balance | undefined }[];
  balance: Balance | undefined;
  offers: Offer[];
  /** Why nothing at all can be paid for in this wallet. What costs nothing may be had all the same. */
  cannot: CannotPay | undefined;
  /** Whom a member of the company who cannot pay may ask, and when they did today. */
  asking: Asking | undefined;
  contact: string | undefined;
  unfinished: Unfinished | undefined;
};

/** What a purchase needs to look up prices and ways to pay. */
export type Selling = { payments: Pick<Payments, 'unchargeable'>; discountFor: DiscountFor };

const POPULAR_DAYS = 90;

/** The managers of the company, and when the visitor asked them today. */
export type Asking = { company: string; managers: User[]; askedAt: Date | undefined };

export async function shopOf(db: Tx, selling: Selling, visit: AtMembership, wallet: Wallet): Promise<Shop> {
  const { location, now } = visit;
  const walletsHere = buyingFor(visit);
  const wallets: Shop['wallets'] = [];
  for (const it of walletsHere) {
    const balance = seesBalance(await reachOf(db, visit, it)) ? await balanceOf(db, it.customerId, now) : undefined;
    wallets.push({ wallet: it, balance });
  }
  const reach = await reachOf(db, visit, wallet);
  const offers = await offersOf(db, selling, visit, wallet);
  const first = offers.find((offer) => offer.price.total.minor > 0n) ?? offers[0];
  const ways = first && (await waysFor(db, selling, visit, { wallet, reach, price: first.price }));
  // A price may be too small for cards or too much for the account where another is not.
  const isOfPrice = ways?.kind === 'none' && ['not-chargeable', 'too-much'].includes(ways.cannot.why);
  const cannot = ways?.kind === 'none' && !isOfPrice ? ways.cannot : undefined;
  return {
    wallet,
    reach,
    wallets,
    balance: wallets.find((it) => it.wallet.kind === wallet.kind)!.balance,
    offers,
    cannot,
    asking: reach.kind === 'member' ? await askingOf(db, visit, wallet) : undefined,
    contact: await contactOf(db, location.id),
    unfinished: await unfinishedPurchase(db, {
      buyerUserId: visit.user.id,
      customerIds: walletsHere.map(({ customerId }) => customerId),
    }),
  };
}

async function offersOf(db: Tx, selling: Selling, visit: AtMembership, wallet: Wallet): Promise<Offer[]> {
  const { location, now } = visit;
  const packages = await packagesOnSale(db, location.id);
  const savings = savingsOf(packages);
  const since = new Date(now.getTime() - POPULAR_DAYS * 86_400_000);
  const popular = mostPopular(packages, await timesBought(db, location.id, since));
  const asking = { locationId: location.id, customerId: wallet.customerId, userId: visit.user.id, now };
  const discount = await selling.discountFor(db, asking);
  return packages.map((pkg) => ({
    ...quoteOf(pkg, location, discount),
    pkg,
    savingPercent: savings.get(pkg.id),
    popular: pkg.id === popular,
  }));
}

async function askingOf(db: Tx, { location, user, now }: AtMembership, wallet: Wallet): Promise<Asking> {
  const { customerId, name } = wallet;
  const asked = { customerId, userId: user.id, timeZone: location.timeZone, now };
  return { company: name, managers: await managersOf(db, customerId), askedAt: await lastAsked(db, asked) };
}

/** The ways in which a wallet can pay a price. */
export async function waysFor(
  db: Tx,
  selling: Selling,
  { location, now }: AtMembership,
  { wallet, reach, price }: { wallet: Wallet; reach: Reach; price: Price },
): Promise<WaysToPay> {
  const { customerId } = wallet;
  return await waysToPay(db, selling.payments, { location, customerId, reach, total: price.total, now });
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
