import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, type Element, get, post, type Route } from '../../platform/http/routes.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { formatCredits } from '../../shared/credits.ts';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { balanceOf } from '../credits/credits.ts';
import { packagesOnSale } from '../packages/packages.ts';
import { customerOf } from '../people/customer-frame.tsx';
import type { Wallet } from '../people/people.ts';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { isMember } from './members.ts';
import { invoiceWayFor } from './on-account.ts';
import type { Bought, Purchases, SellRequest } from './purchases.ts';
import { type DiscountFor, quoteOf } from './quotes.ts';
import { counted } from './refund-place.tsx';
import { confirmForm, type Filled, readSale, type SaleWish, SELL_FIELDS } from './sell-form.ts';
import { sellMessages } from './sell-messages.ts';
import { invoiceProblem, SellForm, type Selling, SellReview, type Shelf } from './sell-parts.tsx';
import { troubleOf } from './trouble.ts';

const SELL = '/l/:location/community/customers/:customerId/sell';

type Parts = { core: Core; purchases: Pick<Purchases, 'sellTo'>; discountFor: DiscountFor };
type At = Parts & { visit: AtLocation; c: Ctx };

/**
 * An administrator sells a package to a customer: for money taken elsewhere, on the invoice where the plan allows it, or free.
 * A form, a review with the price and the balance before and after, and then it is done (UX-41).
 */
export function sellPages(
  core: Core,
  guards: Guards,
  purchases: Pick<Purchases, 'sellTo'>,
  discountFor: DiscountFor,
): Route[] {
  const billing = guards.administrator('billing');
  const at = (visit: AtLocation, c: Ctx): At => ({ core, purchases, discountFor, visit, c });
  return [
    get(SELL, billing, (visit, c) => showForm(at(visit, c), { fields: typedIn(c), errors: {} })),
    get(`${SELL}/review`, billing, (visit, c) => review(at(visit, c))),
    post(`${SELL}/review`, billing, (visit, c) => confirm(at(visit, c))),
  ];
}

/** The review has an address: it can be loaded again, and says what would happen then. */
async function review(at: At): Promise<Response> {
  const typed = typedIn(at.c);
  // Whoever had to sign in again before confirming comes back without what was filled in.
  if (typed.requestKey === undefined) return await showForm(at, { fields: {}, errors: {} });
  const read = readSale(typed, at.visit.location.locale);
  if (!read.ok) return await showForm(at, read);
  return await showReview(at, read.wish, typed);
}

async function confirm(at: At): Promise<Response> {
  const { visit, c } = at;
  const form = await readForm(c, confirmForm);
  // The review always has them; anything else is nobody's honest wish.
  if (!form.ok) throw new NotFound();
  const { seen, ...typed } = form.typed;
  const fields = typed as Record<string, string>;
  const read = readSale(fields, visit.location.locale);
  if (!read.ok) return await showForm(at, read);
  const { wish } = read;
  if (seen !== '0' && wish.method === 'external' && wish.label === '') return await showReview(at, wish, fields);
  const wallet = await walletIn(at);
  try {
    const sold = await at.purchases.sellTo(requestOf(visit, wallet, wish, BigInt(seen!)));
    return await tell(at, wallet, wish, sold);
  } catch (error) {
    const trouble = troubleOf(error, visit);
    if (!trouble) throw error;
    // Another press is another wish.
    return await showReview(at, wish, { ...fields, requestKey: newRequestKey() }, trouble.text);
  }
}

function requestOf(visit: AtLocation, wallet: Wallet, wish: SaleWish, seenTotalMinor: bigint): SellRequest {
  const { requestKey, packageId, memo, method, label } = wish;
  return {
    organizationId: visit.organizationId,
    location: visit.location,
    wallet,
    buyer: visit.user,
    requestKey,
    packageId,
    memo,
    // What is free is free, whatever was chosen.
    method:
      seenTotalMinor === 0n ? { kind: 'free' } : method === 'external' ? { kind: method, label } : { kind: method },
    seenTotalMinor,
    now: visit.now,
  };
}

/** Says what came of it, where one was: on the credits of the customer for whoever may see them. */
async function tell({ core, visit, c }: At, wallet: Wallet, wish: SaleWish, { id }: Bought): Promise<Response> {
  const { location, areas } = visit;
  const { locale } = location;
  const { credits_minor, balance } = await core.database.read(visit.organizationId, async (db) => ({
    ...(await db.selectFrom('purchases').select('credits_minor').where('id', '=', id).executeTakeFirstOrThrow()),
    balance: await balanceOf(db, wallet.customerId, visit.now),
  }));
  const text = sellMessages(locale);
  const credits = text.credits(counted(credits_minor, locale));
  const it = { credits, name: wallet.name, balance: formatCredits(balance.balanceMinor, locale) };
  setFlash(c, { tone: 'good', text: text.done(it) });
  const customer = `/l/${location.slug}/community/customers/${wallet.customerId}`;
  const to = areas.includes('customers')
    ? `${customer}/${wish.method === 'invoice' ? 'credits' : 'payments'}`
    : `${customer}/sell`;
  return c.redirect(to, 303);
}

async function walletIn({ core, visit, c }: At): Promise<Wallet> {
  const customer = await core.database.read(visit.organizationId, (db) => customerOf(db, visit, c));
  return { kind: customer.kind === 'company' ? 'company' : 'personal', customerId: customer.id, name: customer.name };
}

type Shown = Selling & { mayBuy: boolean };

async function read({ core, visit, c, discountFor }: At): Promise<Shown> {
  const { location, now } = visit;
  return await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    const customerId = customer.id;
    const discount = await discountFor(db, { locationId: location.id, customerId, userId: undefined, now });
    const packages = await packagesOnSale(db, location.id);
    return {
      location,
      customer,
      now,
      mayBuy: customer.kind === 'company' || (await isMember(db, customerId)),
      shelf: packages.map((pkg): Shelf => ({ ...quoteOf(pkg, location, discount), pkg })),
      balance: await balanceOf(db, customerId, now),
      invoice: await invoiceWayFor(db, { location, customerId, now }),
    };
  });
}

async function showForm(at: At, { fields, errors }: Filled): Promise<Response> {
  const { location } = at.visit;
  const shown = await read(at);
  const key = fields.requestKey ?? newRequestKey();
  const back = paymentsHref(at.visit, shown);
  return page(at, shown, {
    status: Object.keys(errors).length > 0 ? 422 : 200,
    lead: sellMessages(location.locale).lead,
    children: <SellForm {...shown} fields={{ ...fields, requestKey: key }} errors={errors} back={back.href} />,
  });
}

/** Nothing is sold that cannot be: what is wrong is said before the review. */
async function showReview(at: At, wish: SaleWish, fields: Record<string, string>, trouble?: string): Promise<Response> {
  const { locale } = at.visit.location;
  const text = sellMessages(locale);
  const shown = await read(at);
  const chosen = shown.shelf.find(({ pkg }) => pkg.id === wish.packageId);
  const again = (field: string, error: string) => showForm(at, { fields, errors: { [field]: error } });
  if (!chosen) return await again('packageId', text.errorPackage);
  const isFree = chosen.price.total.minor === 0n;
  if (!isFree && wish.method === 'external' && wish.label === '') return await again('label', text.errorLabel);
  const problem = invoiceProblem(chosen, wish, shown.invoice, at.visit.location);
  if (problem) return await again('method', problem);
  const credits = text.credits(counted(chosen.pkg.creditsMinor, locale));
  return page(at, shown, {
    title: text.reviewTitle({ credits, name: shown.customer.name }),
    status: trouble ? 409 : 200,
    children: <SellReview {...shown} chosen={chosen} wish={wish} fields={fields} {...(trouble && { trouble })} />,
  });
}

type Below = { title?: string; lead?: string; status?: 200 | 409 | 422; children: Element };

function page({ visit, c }: At, shown: Shown, it: Below): Response {
  const { customer, mayBuy } = shown;
  const text = sellMessages(visit.location.locale);
  const named = { name: customer.name };
  const title = it.title ?? text.title(named);
  return administratorPage(c, visit, {
    title,
    current: customer.kind === 'company' ? 'companies' : 'members',
    width: 'narrow',
    status: mayBuy ? (it.status ?? 200) : 409,
    children: (
      <>
        <PageHead back={paymentsHref(visit, shown)} title={title} lead={mayBuy ? it.lead : undefined} />
        {mayBuy ? (
          it.children
        ) : (
          <Notice tone="info" id="no-member" title={text.noMemberTitle(named)}>
            {text.noMember}
          </Notice>
        )}
      </>
    ),
  });
}

function paymentsHref({ location, areas }: AtLocation, { customer }: Shown): { href: string; label: string } {
  const text = sellMessages(location.locale);
  // Whoever looks after money need not look after people.
  if (!areas.includes('customers'))
    return { href: `/l/${location.slug}/settings/money-check`, label: text.backToCheck };
  const href = `/l/${location.slug}/community/customers/${customer.id}/payments`;
  return { href, label: text.backToPayments({ name: customer.name }) };
}

/** The fields of the form in the address. */
function typedIn(c: Ctx): Record<string, string> {
  const fields = SELL_FIELDS.map((name) => [name, c.req.query(name)] as const);
  return Object.fromEntries(
    fields.filter((field): field is [(typeof SELL_FIELDS)[number], string] => field[1] !== undefined),
  );
}
