import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { creditHistory } from '../credits/credits.ts';
import { type Invoice, invoiceOfItem } from '../invoices/invoices.ts';
import {
  isUndecided,
  type Payments,
  type Receipt,
  type ReversalLine,
  receiptsOf,
  reversalsOf,
} from '../payments/payments.ts';
import { type Wallet, walletsOf } from '../people/people.ts';
import { memberPage, plainPage } from '../sign-in/frame.tsx';
import type { AtMembership, Guards } from '../sign-in/visit.ts';
import { addresses } from './addresses.ts';
import { buyingFor, buyingForNamed, type Reach, reachOf, seesBalance } from './buying-for.ts';
import { CreditsPage } from './credits-page.tsx';
import { HandOffPage } from './hand-off-page.tsx';
import { HomePage, type Repeat } from './home-page.tsx';
import { purchaseMessages } from './messages.ts';
import { PurchasePage } from './purchase-page.tsx';
import type { Purchase, Purchases } from './purchases.ts';
import { lastPaidPurchase, onAccountOf, purchaseById } from './records.ts';
import { type SheetParts, sheetPages } from './sheet-pages.tsx';
import { type Selling, type Shop, shopOf } from './shop.ts';
import { invoicesToPay } from './to-pay.tsx';

type Settling = Pick<Payments, 'settle' | 'issueReceipts'>;
type Parts = SheetParts & { payments: Settling };

/** While a page waits for a decision it looks again this often. */
const LOOK_AGAIN_MS = 2_000;
const RECENT_ENTRIES = 5;

/** The pages on which members buy. */
export function purchasePages(
  core: Core,
  guards: Guards,
  selling: Selling,
  purchases: Purchases,
  payments: Settling,
): Route[] {
  const parts: Parts = { core, selling, purchases, payments };
  const credits = '/l/:location/membership/credits';
  return [
    get('/l/:location/home', guards.member, (visit, c) => showHome(parts, visit, c)),
    get(credits, guards.member, (visit, c) => showCredits(parts, visit, c)),
    ...sheetPages(parts, guards),
    get(`${credits}/purchases/:purchaseId`, guards.member, (visit, c) => showPurchase(parts, visit, c)),
    get(`${credits}/purchases/:purchaseId/go`, guards.member, (visit, c) => handOff(parts, visit, c)),
    get(`${credits}/purchases/:purchaseId/return`, guards.member, (visit, c) => comeBack(parts, visit, c, false)),
    get(`${credits}/purchases/:purchaseId/cancel`, guards.member, (visit, c) => comeBack(parts, visit, c, true)),
  ];
}

async function showHome({ core, selling }: Parts, visit: AtMembership, c: Ctx): Promise<Response> {
  const wallets = buyingFor(visit);
  const shown = await core.database.read(visit.organizationId, async (db) => {
    const shop = await shopOf(db, selling, visit, wallets[0]);
    const { entries } = await creditHistory(db, wallets[0].customerId, { limit: RECENT_ENTRIES });
    const bought = entries.flatMap(({ purchaseId }) => purchaseId ?? []);
    return {
      shop,
      entries,
      onAccount: await onAccountOf(db, bought),
      repeat: await repeatOf(db, visit, shop),
      toPay: await invoicesToPay(db, visit),
    };
  });
  const text = purchaseMessages(visit.location.locale);
  return memberPage(c, visit, {
    title: text.homeTitle,
    current: 'home',
    ...lookingAgain(shown.shop),
    children: <HomePage visit={visit} {...shown} />,
  });
}

/** A page that tells of an undecided payment looks again by itself, until it is decided. */
function lookingAgain({ unfinished }: Shop): { refreshAfterMs?: number } {
  return unfinished ? { refreshAfterMs: LOOK_AGAIN_MS } : {};
}

/** The last purchase again, when its package is still sold and could be paid. */
async function repeatOf(db: Tx, visit: AtMembership, shop: Shop): Promise<Repeat | undefined> {
  if (shop.cannot) return undefined;
  const wallets: Wallet[] = [];
  // What others bought for the company is its managers' to repeat.
  for (const wallet of buyingFor(visit)) if (seesBalance(await reachOf(db, visit, wallet))) wallets.push(wallet);
  const managed = walletsOf(visit).map(({ customerId }) => customerId);
  const last = await lastPaidPurchase(db, { managed, buyerUserId: visit.user.id });
  const offer = shop.offers.find((it) => it.pkg.id === last?.packageId);
  const wallet = wallets.find((it) => it.customerId === last?.customerId);
  return offer && wallet ? { offer, wallet } : undefined;
}

async function showCredits({ core, selling }: Parts, visit: AtMembership, c: Ctx): Promise<Response> {
  const wallet = buyingForNamed(visit, c.req.query('wallet'));
  if (!wallet) throw new NotFound();
  const boughtId = c.req.query('bought');
  const { shop, bought } = await core.database.read(visit.organizationId, async (db) => ({
    shop: await shopOf(db, selling, visit, wallet),
    bought: boughtId === undefined ? undefined : await purchaseById(db, boughtId),
  }));
  const isOwn = bought?.customerId === wallet.customerId && mayOpen(bought, shop.reach, visit);
  const own = bought?.status === 'paid' && isOwn ? bought : undefined;
  return memberPage(c, visit, {
    title: purchaseMessages(visit.location.locale).creditsTitle,
    current: 'credits',
    ...lookingAgain(shop),
    children: <CreditsPage visit={visit} shop={shop} {...(own && { bought: own })} />,
  });
}

type Own = {
  purchase: Purchase;
  wallet: Wallet;
  buyerName: string;
  reversals: ReversalLine[];
  receipts: Receipt[];
  /** The invoice on which it stands, for whoever may see it. */
  invoice: Invoice | undefined;
};

/** Of a company, its managers open every purchase, and its members their own. */
function mayOpen(purchase: Purchase, reach: Reach, { user }: AtMembership): boolean {
  return reach.kind === 'all' || purchase.buyerUserId === user.id;
}

/** A purchase of one of the visitor's wallets; for anybody else it does not exist. */
async function ownPurchase({ core }: Parts, visit: AtMembership, c: Ctx): Promise<Own> {
  return await core.database.read(visit.organizationId, async (db) => {
    const purchase = await purchaseById(db, c.req.param('purchaseId') ?? '');
    const wallet = buyingFor(visit).find((it) => it.customerId === purchase?.customerId);
    if (!purchase || !wallet) throw new NotFound();
    const reach = await reachOf(db, visit, wallet);
    if (!mayOpen(purchase, reach, visit)) throw new NotFound();
    const buyer = await db.selectFrom('users').select('name').where('id', '=', purchase.buyerUserId).executeTakeFirst();
    const { paymentId } = purchase;
    const reversals = paymentId ? await reversalsOf(db, paymentId) : [];
    // Documents of a company are for those who manage it.
    const receipts = paymentId && reach.kind === 'all' ? await receiptsOf(db, paymentId) : [];
    const { invoiceItemId } = purchase;
    const invoice = invoiceItemId && reach.kind === 'all' ? await invoiceOfItem(db, invoiceItemId) : undefined;
    return { invoice, purchase, wallet, buyerName: buyer?.name ?? '', reversals, receipts };
  });
}

/** A page that is looked at asks the gateway itself, so that nobody waits for a loop or a webhook. */
async function settled(parts: Parts, visit: AtMembership, c: Ctx, giveUp = false): Promise<Own> {
  const own = await ownPurchase(parts, visit, c);
  if (!own.purchase.paymentId || !isUndecided(own.purchase.status)) return own;
  await parts.payments.settle(visit.organizationId, own.purchase.paymentId, { giveUp });
  return await ownPurchase(parts, visit, c);
}

async function showPurchase(parts: Parts, visit: AtMembership, c: Ctx): Promise<Response> {
  let own = await settled(parts, visit, c);
  const { paymentId, status } = own.purchase;
  if (paymentId && status === 'paid' && own.receipts.length === 0) {
    // Whoever looks right after paying does not wait for the job.
    await parts.payments.issueReceipts(visit.organizationId, paymentId);
    own = await ownPurchase(parts, visit, c);
  }
  return memberPage(c, visit, {
    title: purchaseMessages(visit.location.locale).purchaseTitle,
    current: 'credits',
    ...(isUndecided(own.purchase.status) && { refreshAfterMs: LOOK_AGAIN_MS }),
    children: (
      <PurchasePage
        location={visit.location}
        {...own}
        repeated={c.req.query('repeated') !== undefined}
        returned={c.req.query('returned') !== undefined}
      />
    ),
  });
}

/** To the gateway's page: our own page in between works with and without scripts, and Back skips it. */
async function handOff(parts: Parts, visit: AtMembership, c: Ctx): Promise<Response> {
  const { purchase } = await ownPurchase(parts, visit, c);
  if (purchase.status !== 'action' || !purchase.nextUrl)
    return c.redirect(addresses.purchase(visit.location, purchase.id), 303);
  return plainPage(c, {
    title: purchaseMessages(visit.location.locale).handOffTitle,
    locale: visit.location.locale,
    goTo: purchase.nextUrl,
    children: <HandOffPage location={visit.location} to={purchase.nextUrl} />,
  });
}

/** Back from the gateway, paid or given up. What the gateway says decides, not the address the browser came by. */
async function comeBack(parts: Parts, visit: AtMembership, c: Ctx, giveUp: boolean): Promise<Response> {
  const { purchase, wallet } = await settled(parts, visit, c, giveUp);
  const { location } = visit;
  if (purchase.status === 'paid') return c.redirect(addresses.credits(location, wallet, { bought: purchase.id }), 303);
  if (purchase.status === 'failed' && giveUp) {
    return c.redirect(addresses.sheet(location, purchase.packageId, wallet, { from: 'cancel' }), 303);
  }
  return c.redirect(addresses.purchase(location, purchase.id, giveUp ? undefined : 'returned'), 303);
}
