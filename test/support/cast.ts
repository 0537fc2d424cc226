import { spendCredits } from '../../src/features/credits/credits.ts';
import { addInvoiceItem } from '../../src/features/invoices/invoices.ts';
import { createLocation } from '../../src/features/organizations/organizations.ts';
import { aboutPayment, paymentById, raiseAlert } from '../../src/features/payments/payments.ts';
import {
  ALL_AREAS,
  type Area,
  createAdministrator,
  createCompany,
  createMembership,
  createUser,
  setFirstOwner,
} from '../../src/features/people/people.ts';
import { setPermission } from '../../src/features/permissions/permissions.ts';
import type { BuyRequest } from '../../src/features/purchases/purchases.ts';
import { hashToken, newId, newToken } from '../../src/platform/ids.ts';
import { type Browser, browserOn } from './browser.ts';
import { buyingIn } from './buying.ts';
import { someSpace } from './people.ts';
import { CARDS, openShop, type Shop } from './shop.ts';

/** Whoever might come to a page, by how they stand to the location that it is of. */
export type Part = {
  name: string;
  /** Where they look for it: at the location itself, or under one of their own with the ids of this one. */
  slug: string;
  /** A browser in which they have just signed in, with both factors where they have them. */
  open(): Promise<Browser>;
};

/** What belongs to one customer of the location, as it stands in addresses. */
export type Belongings = {
  name: string;
  customerId: string;
  paymentId: string;
  purchaseId: string;
  lotId: string;
  /** Credits that were used. */
  entryId: string;
  /** Of the receipt. */
  number: string;
  /** An invoice that waits to be paid, its number, the active one, and what stands on that. */
  invoiceId: string;
  invoiceNumber: string;
  /** Money for it that is on its way. */
  invoicePaymentId: string;
  draftId: string;
  itemId: string;
  /** `personal` or `company`. */
  wallet: string;
  cardId: string;
  /** Something of their money to look at. */
  alertId: string;
};

export type Cast = {
  shop: Shop;
  foreignOrganizationId: string;
  parts: Part[];
  belongings: Belongings[];
  planIds: { kept: string; archived: string };
  /** One more of the company whose manager and employee come. */
  colleagueId: string;
  /** Administrators whom others may remove, one for each part. */
  passingIds: string[];
  close(): Promise<void>;
};

/** A location where an individual and a company have bought, and everybody who might want to look at what is theirs. */
export async function openCast(): Promise<Cast> {
  const shop = await openShop();
  const { core, organizationId, location } = shop;
  const now = core.now();
  const others = await othersOf(shop);
  const foreign = await someSpace(core, { name: 'Burrow', domain: 'burrow.example', location: 'Burrow' });
  const foreignOwner = await core.database.write(foreign.organizationId, async (tx) => {
    const userId = await createUser(tx, { ...foreign, now, name: 'Boss', email: 'boss@burrow.example' });
    await setFirstOwner(tx, { organizationId: foreign.organizationId, userId });
    return userId;
  });
  const signedIn = signedInAt(shop);
  const at =
    (slug: string) =>
    (name: string, open: Part['open']): Part => ({ name, slug, open });
  const comes = at(location.slug);
  const member = (userId: string) => signedIn(organizationId, userId, false);
  const administrator = (userId: string) => signedIn(organizationId, userId, true);
  const parts = [
    comes('nobody', async () => browserOn(core, shop.app.http)),
    comes('nonmember', member(others.noa)),
    comes('Mia', member(shop.member.userId)),
    comes('employee', member(shop.employee.userId)),
    comes('manager', member(shop.manager.userId)),
    comes('rival', member(others.rita)),
    comes('permitted', member(others.petra)),
    ...others.byArea.map(([area, userId]) => comes(area, administrator(userId))),
    comes('mailbox', member(others.owner)),
    comes('owner', administrator(others.owner)),
    comes('elsewhere', administrator(others.elsewhere)),
    at(others.annex.slug)('own place', administrator(others.elsewhere)),
    comes('stranger', signedIn(foreign.organizationId, foreignOwner, true)),
    at(foreign.location.slug)('own space', signedIn(foreign.organizationId, foreignOwner, true)),
  ];
  return {
    shop,
    foreignOrganizationId: foreign.organizationId,
    parts,
    belongings: await bought(shop, others.rival),
    colleagueId: others.colleague.customerId,
    planIds: { kept: await aPlan(shop), archived: await aPlan(shop) },
    passingIds: others.passing,
    close: shop.close,
  };
}

/** At least so many come. */
const PARTS = 20;

/** Everybody besides the shop's own people. */
async function othersOf({ core, organizationId, location, company: otters }: Shop) {
  const now = core.now();
  const here = { organizationId, locationId: location.id, now };
  return await core.database.write(organizationId, async (tx) => {
    const { currency, timeZone, locale } = location;
    const annex = await createLocation(tx, { organizationId, name: 'Nest Annex', currency, timeZone, locale, now });
    const person = (name: string) => createUser(tx, { ...here, name, email: `${name.toLowerCase()}@example.com` });
    const administrator = async (name: string, locationId: string, areas: readonly Area[]) => {
      const userId = await person(name);
      await createAdministrator(tx, { organizationId, locationId, userId, areas });
      return userId;
    };
    const noa = await person('Noa');
    await createMembership(tx, { ...here, userId: noa, name: 'Noa', type: 'nonmember' });
    const rival = await createCompany(tx, { ...here, name: 'Rival' });
    const at = async ({ id }: { id: string }, name: string, role: 'manager' | 'member') => {
      const userId = await person(name);
      const membership = { ...here, userId, name, type: 'member', company: { id, role } } as const;
      return { userId, ...(await createMembership(tx, membership)) };
    };
    const { userId: rita } = await at(rival, 'Rita', 'manager');
    const { userId: petra } = await at(rival, 'Petra', 'member');
    const colleague = await at(otters, 'Cleo', 'member');
    const owner = await person('Olga');
    await setFirstOwner(tx, { organizationId, userId: owner });
    const byArea: [string, string][] = [];
    for (const area of ALL_AREAS) byArea.push([area, await administrator(`For-${area}`, location.id, [area])]);
    const passing: string[] = [];
    for (let nth = 0; nth < PARTS; nth++) passing.push(await administrator(`Aldo-${nth}`, location.id, ['analytics']));
    const manager = { id: rita, name: 'Rita', email: 'rita@example.com' };
    return {
      ...{ rival: { customerId: rival.customerId, name: 'Rival', manager }, petra, colleague },
      ...{ annex, noa, rita, owner, byArea, passing, elsewhere: await administrator('Ella', annex.id, ALL_AREAS) },
    };
  });
}

/** Opens browsers in which somebody has just signed in. */
function signedInAt({ core, app }: Shop) {
  return (organization: string, userId: string, hasBoth: boolean) => async () => {
    const now = core.now();
    const secret = newToken();
    const until = { expires_at: new Date(now.getTime() + 86_400_000), second_factor_at: hasBoth ? now : null };
    const session = { organization_id: organization, id: newId(now), user_id: userId, token_hash: hashToken(secret) };
    await core.database.write(organization, (tx) =>
      tx
        .insertInto('sessions')
        .values({ ...session, ...until, created_at: now, seen_at: now, user_agent: '' })
        .execute(),
    );
    const browser = browserOn(core, app.http);
    browser.cookies.set('roost', `${organization}.${secret}`);
    return browser;
  };
}

type Rival = { customerId: string; name: string; manager: BuyRequest['buyer'] };

/** Mia and two companies buy 50 credits each. One of them has opened its card to its members. */
async function bought(shop: Shop, rival: Rival): Promise<Belongings[]> {
  const { buy, settle } = buyingIn(() => shop);
  const belongings: Belongings[] = [];
  for (const press of [
    shop.press(),
    shop.press({
      wallet: { kind: 'company', customerId: shop.company.customerId, name: 'Otter Works' },
      buyer: { id: shop.manager.userId, name: 'Max', email: 'max@example.com' },
    }),
    shop.press({
      wallet: { kind: 'company', customerId: rival.customerId, name: rival.name },
      buyer: rival.manager,
    }),
  ]) {
    const begun = await buy(press);
    await shop.payOnPage(begun.nextUrl!, CARDS.good);
    const purchase = await settle(begun);
    await shop.app.payments.issueReceipts(shop.organizationId, purchase.paymentId!);
    const { customerId, name, kind } = press.wallet;
    const { organizationId, core } = shop;
    const made = await core.database.write(organizationId, async (tx) => {
      const payment = await paymentById(tx, purchase.paymentId!);
      await raiseAlert(tx, { ...aboutPayment(payment!, core.now()), kind: 'review', details: {} });
      const spend = { organizationId, customerId, key: `use:${customerId}`, actorUserId: shop.administratorId };
      return await spendCredits(tx, { ...spend, product: 'Meeting room', creditsMinor: 100n, now: core.now() });
    });
    const { rows } = await core.db.asOwner(
      organizationId,
      `select p.lot_id as "lotId", r.number::text, m.id as "cardId", a.id as "alertId" from purchases p
         join receipts r on r.payment_id = p.payment_id join saved_methods m on m.customer_id = p.customer_id
         join money_alerts a on a.payment_id = p.payment_id where p.id = $1`,
      [purchase.id],
    );
    const [row] = rows as Pick<Belongings, 'lotId' | 'number' | 'cardId' | 'alertId'>[];
    belongings.push({
      ...row!,
      ...{ name, customerId, wallet: kind, paymentId: purchase.paymentId!, purchaseId: purchase.id },
      entryId: made.entryId,
      ...(await invoiced(shop, customerId, press.buyer)),
    });
  }
  const { core, organizationId, administratorId } = shop;
  const { customerId, cardId } = belongings.at(-1)!;
  const isOpen = { method: { kind: 'card', id: cardId }, isOpen: true, actorUserId: administratorId } as const;
  await core.database.write(organizationId, (tx) =>
    setPermission(tx, { organizationId, customerId, ...isOpen, now: core.now() }),
  );
  return belongings;
}

/** A desk that is being paid, and another one on the active invoice. */
async function invoiced(
  { core, app, organizationId, location, administratorId }: Shop,
  customerId: string,
  payer: BuyRequest['buyer'],
) {
  const now = core.now();
  const amounts = { listMinor: 900n, discountPercent: 0, netMinor: 900n, taxMinor: 0n, taxLabel: '', taxRatePpm: 0 };
  const desk = { kind: 'other', subjectId: null, title: 'Desk', ...amounts } as const;
  const at = { organizationId, locationId: location.id, customerId, currency: location.currency, now };
  const made = await core.database.write(organizationId, async (tx) => {
    const add = () => addInvoiceItem(tx, { ...at, ...desk, key: `desk:${newId(now)}`, actorUserId: administratorId });
    const { invoiceId } = await add();
    const { number } = await app.invoices.issue(tx, { locationId: location.id, invoiceId, now });
    const active = await add();
    return { invoiceId, invoiceNumber: String(number), draftId: active.invoiceId, itemId: active.itemId };
  });
  const { invoiceId } = made;
  const page = { id: newId(now), payer, method: { kind: 'page' }, seenDueMinor: 900n, now } as const;
  const { id: invoicePaymentId } = await app.invoices.payByCard({ organizationId, location, invoiceId, ...page });
  return { ...made, invoicePaymentId };
}

async function aPlan({ core, organizationId, location }: Shop): Promise<string> {
  const id = newId(core.now());
  await core.db.asOwner(
    organizationId,
    `insert into plans (organization_id, id, location_id, name, cycle, price_minor, credits_minor, credits_discount_percent,
       credits_on_invoice, auto_invoice, free_packages_per_cycle, created_at)
     values ($1, $2, $3, 'Desk', 'month', 9900, 1000, 0, true, false, 1, $4)`,
    [organizationId, id, location.id, core.now()],
  );
  return id;
}
