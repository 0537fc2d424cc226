import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, type Element, get, type Route } from '../../platform/http/routes.ts';
import { PageHead } from '../../web/ui/page-head.tsx';
import { customerOf } from '../people/customer-frame.tsx';
import type { Customer } from '../people/people.ts';
import { walletNamed } from '../people/people.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtLocation, AtMembership, Guards } from '../sign-in/visit.ts';
import { BalanceOnDay, readBalanceOn } from './balance-on-day.tsx';
import { CREDITS_OF_CUSTOMER, creditsHref, pageBelowCredits } from './customer-place.tsx';
import { type LotLinks, originText } from './lot-card.tsx';
import { hasLot, type LotsPlace, lotStory, lotsOf } from './lots.ts';
import { LotList, OneLot } from './lots-list.tsx';
import { lotsMessages } from './lots-messages.ts';
import { balanceOf } from './queries.ts';
import { versionOf } from './transactions.tsx';

const PAGE_SIZE = 20;
/** A card shows so many of the latest uses; the page of its lot shows all. */
const USES_ON_CARD = 4;
const USES_ON_PAGE = 50;

const OWN = '/l/:location/membership/credits/lots';

/** Where credits came from and went: for members, and for administrators on the page of a customer. */
export function lotsPages(core: Core, guards: Guards): Route[] {
  const customers = guards.administrator('customers');
  return [
    get(OWN, guards.member, (visit, c) => showOwn(core, visit, c)),
    get(`${OWN}/:lotId`, guards.member, (visit, c) => showOwnLot(core, visit, c)),
    get(`${CREDITS_OF_CUSTOMER}/lots`, customers, (visit, c) => showOfCustomer(core, visit, c)),
    get(`${CREDITS_OF_CUSTOMER}/lots/:lotId`, customers, (visit, c) => showLotOfCustomer(core, visit, c)),
  ];
}

async function showOwn(core: Core, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const { customerId, query } = ownWallet(visit, c);
  const page = await core.database.read(visit.organizationId, (db) => pageOfLots(db, customerId, c, now));
  const text = lotsMessages(location.locale);
  const credits = `/l/${location.slug}/membership/credits`;
  return ownPage(visit, c, {
    title: text.title,
    lead: text.lead,
    back: { href: `${credits}/transactions${query}`, label: text.back },
    children: (
      <LotList location={location} now={now} at={`${credits}/lots${query}`} links={ownLinks(visit, query)} {...page} />
    ),
  });
}

async function showOwnLot(core: Core, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const { customerId, query } = ownWallet(visit, c);
  const shown = await core.database.read(visit.organizationId, (db) => oneLot(db, customerId, c, now));
  const links = ownLinks(visit, query);
  const { locale, slug } = location;
  const text = lotsMessages(locale);
  return ownPage(visit, c, {
    title: originText(shown.lot, locale),
    back: { href: `/l/${slug}/membership/credits/lots${query}`, label: text.allLots },
    children: <OneLot location={location} now={now} links={links} {...shown} />,
  });
}

async function showOfCustomer(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const { customer, page, day } = await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    const day = await readBalanceOn(db, customer.id, c.req.query('on'), visit);
    return { customer, day, page: await pageOfLots(db, customer.id, c, now) };
  });
  const text = lotsMessages(location.locale);
  const at = `${creditsHref(location, customer.id)}/lots`;
  return pageBelowCredits(c, visit, customer, {
    title: text.ofCustomer({ name: customer.name }),
    lead: text.lead,
    status: day.error === undefined ? 200 : 422,
    children: (
      <>
        <BalanceOnDay location={location} now={now} at={at} {...day} />
        <LotList location={location} now={now} at={at} links={linksOf(visit, customer)} {...page} />
      </>
    ),
  });
}

async function showLotOfCustomer(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const { customer, shown } = await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    return { customer, shown: await oneLot(db, customer.id, c, now) };
  });
  return pageBelowCredits(c, visit, customer, {
    title: originText(shown.lot, location.locale),
    back: { href: `${creditsHref(location, customer.id)}/lots`, label: lotsMessages(location.locale).allLots },
    children: <OneLot location={location} now={now} links={linksOf(visit, customer)} {...shown} />,
  });
}

/** The wallet that an address names, and the query that names it again. */
function ownWallet(visit: AtMembership, c: Ctx): { customerId: string; query: string } {
  const wallet = walletNamed(visit, c.req.query('wallet'));
  // A wallet somebody may not look into is not there.
  if (!wallet) throw new NotFound();
  return { customerId: wallet.customerId, query: wallet.kind === 'company' ? '?wallet=company' : '' };
}

type OwnPage = { title: string; lead?: string; back: { href: string; label: string }; children: Element };

function ownPage(visit: AtMembership, c: Ctx, { title, lead, back, children }: OwnPage): Response {
  return memberPage(c, visit, {
    title,
    current: 'history',
    width: 'narrow',
    children: (
      <>
        <PageHead back={back} title={title} lead={lead} />
        {children}
      </>
    ),
  });
}

async function pageOfLots(db: Tx, customerId: string, c: Ctx, now: Date) {
  const place = placeOf(c);
  if (place && !(await hasLot(db, customerId, 'after' in place ? place.after : place.before))) throw new NotFound();
  const it = { now, limit: PAGE_SIZE, uses: USES_ON_CARD, ...(place && { place }) };
  return { ...(await lotsOf(db, customerId, it)), balance: await balanceOf(db, customerId, now), isFirst: !place };
}

async function oneLot(db: Tx, customerId: string, c: Ctx, now: Date) {
  const before = versionOf(c.req.query('before'));
  const shown = await lotStory(db, customerId, c.req.param('lotId'), { now, limit: USES_ON_PAGE, ...before });
  if (!shown) throw new NotFound();
  return { ...shown, isFirst: before.before === undefined };
}

function placeOf(c: Ctx): LotsPlace | undefined {
  const { after, before } = c.req.query();
  return after !== undefined ? { after } : before !== undefined ? { before } : undefined;
}

function ownLinks({ location }: AtMembership, query: string): LotLinks {
  const credits = `/l/${location.slug}/membership/credits`;
  const { receipt } = lotsMessages(location.locale);
  return {
    lotHref: (lotId) => `${credits}/lots/${lotId}${query}`,
    origin: ({ origin: { purchaseId } }) =>
      purchaseId === null ? undefined : { href: `${credits}/purchases/${purchaseId}`, label: receipt },
    showCost: false,
  };
}

function linksOf({ location }: AtLocation, customer: Customer): LotLinks {
  const at = creditsHref(location, customer.id);
  const { payments } = lotsMessages(location.locale);
  return {
    lotHref: (lotId) => `${at}/lots/${lotId}`,
    // What was free has no payment.
    origin: ({ origin: { purchaseId }, costMinor }) =>
      purchaseId === null || costMinor === 0n
        ? undefined
        : { href: at.replace(/credits$/, 'payments'), label: payments },
    showCost: true,
  };
}
