import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { packageTitle } from '../packages/packages.ts';
import { failureText } from '../payments/card-choices.ts';
import type { Wallet } from '../people/people.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtMembership, Guards } from '../sign-in/visit.ts';
import { addresses } from './addresses.ts';
import { AskFirst } from './ask-first.tsx';
import { buyingForNamed } from './buying-for.ts';
import { CreditsPage } from './credits-page.tsx';
import { purchaseMessages } from './messages.ts';
import { PaySheet, type PaySheetProps, type SheetTrouble } from './pay-sheet.tsx';
import type { Bought, Purchases } from './purchases.ts';
import { purchaseUnderWay, type Unfinished, unfinishedPurchase } from './records.ts';
import { type Selling, type Shop, shopOf, waysFor } from './shop.ts';
import { troubleOf } from './trouble.ts';
import { parseMethod } from './ways-to-pay.ts';

export type SheetParts = { core: Core; selling: Selling; purchases: Purchases };

/** The pay sheet of a package, and the press of its button. */
export function sheetPages(parts: SheetParts, guards: Guards): Route[] {
  const path = '/l/:location/membership/credits/packages/:packageId';
  return [
    get(path, guards.member, (visit, c) => showSheet(parts, visit, c)),
    post(path, guards.member, (visit, c) => pay(parts, visit, c)),
  ];
}

async function showSheet(parts: SheetParts, visit: AtMembership, c: Ctx): Promise<Response> {
  const wallet = buyingForNamed(visit, c.req.query('wallet'));
  if (!wallet) throw new NotFound();
  const packageId = c.req.param('packageId') ?? '';
  const underWay = await parts.core.database.read(visit.organizationId, (db) =>
    purchaseUnderWay(db, { buyerUserId: visit.user.id, customerId: wallet.customerId, packageId }),
  );
  // Loaded again while the bank is being asked: a second button would be a second charge (UX-14).
  if (underWay) return c.redirect(addresses.purchase(visit.location, underWay), 303);
  const text = purchaseMessages(visit.location.locale);
  const trouble = c.req.query('from') === 'cancel' ? { title: text.cancelled, text: text.notCharged } : undefined;
  const another = c.req.query('another');
  return await sheet(parts, visit, c, { wallet, requestKey: newRequestKey(), another, ...(trouble && { trouble }) });
}

type SheetState = {
  wallet: Wallet;
  requestKey: string;
  /** The unfinished purchase beside which another one is wanted, as the buyer has said. */
  another: string | undefined;
  chosen?: string;
  trouble?: SheetTrouble;
  status?: 422 | 409;
};

async function sheet({ core, selling }: SheetParts, visit: AtMembership, c: Ctx, it: SheetState): Promise<Response> {
  const { location } = visit;
  const text = purchaseMessages(location.locale);
  const shown = await core.database.read(visit.organizationId, async (db) => {
    const shop = await shopOf(db, selling, visit, it.wallet);
    const offer = shop.offers.find(({ pkg }) => pkg.id === c.req.param('packageId'));
    const ways = offer && (await waysFor(db, selling, visit, { ...shop, price: offer.price }));
    return { shop, offer, ways, unfinished: await unfinishedBesides(db, visit, it) };
  });
  const { shop, offer, ways, unfinished } = shown;
  if (!offer || !ways) return gone(visit, c, shop, it.trouble);
  const props: PaySheetProps = {
    visit,
    shop,
    offer,
    ways,
    requestKey: it.requestKey,
    another: it.another,
    ...(it.chosen && { chosen: it.chosen }),
    ...(it.trouble && { trouble: it.trouble }),
  };
  return memberPage(c, visit, {
    title: `${text.buyCredits}: ${packageTitle(offer.pkg, location.locale)}`,
    current: 'credits',
    ...(it.status && { status: it.status }),
    dialog:
      unfinished && ways.kind === 'some' ? <AskFirst {...props} unfinished={unfinished} /> : <PaySheet {...props} />,
    children: <CreditsPage visit={visit} shop={shop} />,
  });
}

/** What the buyer began in this wallet, which is not decided yet, and of which they have not said that they know. */
async function unfinishedBesides(
  db: Tx,
  visit: AtMembership,
  it: { wallet: Wallet; requestKey: string; another: string | undefined },
): Promise<Unfinished | undefined> {
  const { customerId } = it.wallet;
  const began = { buyerUserId: visit.user.id, customerIds: [customerId], besidesKey: it.requestKey };
  const found = await unfinishedPurchase(db, began);
  return found?.id === it.another ? undefined : found;
}

/** The package went off sale: the page below says so and shows what there is. */
function gone(visit: AtMembership, c: Ctx, shop: Shop, trouble: SheetTrouble | undefined): Response {
  const text = purchaseMessages(visit.location.locale);
  return memberPage(c, visit, {
    title: text.creditsTitle,
    current: 'credits',
    status: trouble ? 409 : 404,
    flash: { tone: 'bad', text: `${text.notOnSaleTitle}. ${text.notOnSale}` },
    children: <CreditsPage visit={visit} shop={shop} />,
  });
}

const payForm = z.object({
  requestKey: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]+$/),
  seenTotalMinor: z.string().regex(/^\d{1,18}$/),
  wallet: z.enum(['personal', 'company']),
  method: z.string().max(80),
  another: z.string().max(80).optional(),
});

async function pay(parts: SheetParts, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location } = visit;
  const text = purchaseMessages(location.locale);
  const form = await readForm(c, payForm);
  const wallet = buyingForNamed(visit, form.typed.wallet);
  if (!wallet) throw new NotFound();
  const requestKey = form.ok ? form.values.requestKey : newRequestKey();
  const again = (status: 422 | 409, trouble: SheetTrouble | undefined, key = requestKey) =>
    sheet(parts, visit, c, {
      wallet,
      requestKey: key,
      status,
      another: form.typed.another,
      ...(trouble && { trouble }),
      ...(form.typed.method && { chosen: form.typed.method }),
    });
  const method = parseMethod(form.typed.method ?? '');
  if (!form.ok || !method) return await again(422, { text: text.chooseMethod, charged: false });
  const { another } = form.values;
  const asks =
    method.kind !== 'free' &&
    (await parts.core.database.read(visit.organizationId, (db) =>
      unfinishedBesides(db, visit, { wallet, requestKey, another }),
    ));
  // In another tab, perhaps: one press must not become two charges that nobody wanted.
  if (asks) return await again(409, undefined);
  try {
    const bought = await parts.purchases.buy({
      organizationId: visit.organizationId,
      location,
      wallet,
      buyer: visit.user,
      requestKey,
      packageId: c.req.param('packageId') ?? '',
      method,
      seenTotalMinor: BigInt(form.values.seenTotalMinor),
      now: visit.now,
    });
    if (bought.status !== 'failed') return c.redirect(nextOf(visit, wallet, bought), 303);
    // A new try is a new intent: the next press carries a key of its own.
    const reason = failureText(bought.failureCode, location.locale);
    return await again(422, { text: reason, charged: false }, newRequestKey());
  } catch (error) {
    const trouble = troubleOf(error, visit);
    if (!trouble) throw error;
    return await again(409, { ...trouble, charged: false }, newRequestKey());
  }
}

/** Where a press leads: to the bank or the gateway's page, to the page that waits, or to the credits that were added. */
function nextOf({ location }: AtMembership, wallet: Wallet, bought: Bought): string {
  if (bought.status === 'paid' && !bought.repeated) return addresses.credits(location, wallet, { bought: bought.id });
  if (bought.status === 'action' && bought.nextUrl && !bought.repeated) return addresses.handOff(location, bought.id);
  return addresses.purchase(location, bought.id, bought.repeated ? 'repeated' : undefined);
}
