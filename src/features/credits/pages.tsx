import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { formatCredits } from '../../shared/credits.ts';
import { Balance as BalanceFigure } from '../../web/ui/balance.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import type { Location } from '../organizations/organizations.ts';
import { customerOf, customerPage } from '../people/customer-frame.tsx';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtLocation, AtMembership, Guards } from '../sign-in/visit.ts';
import { type Balance, balanceOf, creditHistory, type HistoryEntry } from './credits.ts';
import { CreditLedger, Lots } from './ledger.tsx';
import { localTime } from './local-time.ts';
import { creditMessages } from './messages.ts';

const PAGE_SIZE = 50;

/** A member's transactions, and the same for administrators on the page of a customer. */
export function creditsPages(core: Core, guards: Guards): Route[] {
  return [
    get('/l/:location/membership/credits/transactions', guards.member, (visit, c) => showOwn(core, visit, c)),
    get('/l/:location/community/customers/:customerId/credits', guards.administrator('customers'), (visit, c) =>
      showCustomer(core, visit, c),
    ),
  ];
}

type Wallet = { name: 'personal' | 'company'; customerId: string; company: string | undefined };
type History = { entries: HistoryEntry[]; next: bigint | undefined };

async function showOwn(core: Core, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const text = creditMessages(location.locale);
  const wallets = walletsOf(visit);
  const asked = c.req.query('wallet') ?? 'personal';
  const wallet = wallets.find((it) => it.name === asked);
  // A wallet somebody may not look into is not there.
  if (!wallet) throw new NotFound();
  const before = versionOf(c.req.query('before'));
  const { balances, history } = await core.database.read(visit.organizationId, async (db) => {
    const balances = new Map<Wallet, Balance>();
    for (const it of wallets) balances.set(it, await balanceOf(db, it.customerId, now));
    return { balances, history: await creditHistory(db, wallet.customerId, { ...before, limit: PAGE_SIZE }) };
  });
  const credits = `/l/${location.slug}/membership/credits`;
  const query = wallet.name === 'company' ? '?wallet=company' : '';
  const hrefOf = ({ purchaseId }: HistoryEntry) =>
    purchaseId === null ? undefined : `${credits}/purchases/${purchaseId}`;
  return memberPage(c, visit, {
    title: text.title,
    current: 'history',
    children: (
      <>
        <PageHead eyebrow={text.place} title={text.title} />
        <OwnBalance visit={visit} wallet={wallet} balance={balances.get(wallet)!} />
        {wallets.length > 1 && <WalletChoice location={location} chosen={wallet} balances={balances} />}
        <Transactions
          location={location}
          history={history}
          at={`${credits}/transactions${query}`}
          now={now}
          isFirst={before.before === undefined}
          empty={<OwnEmpty location={location} href={`${credits}${query}`} />}
          hrefOf={hrefOf}
          showActor={wallet.name === 'company'}
          hideTitle
        />
      </>
    ),
  });
}

async function showCustomer(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const text = creditMessages(location.locale);
  const before = versionOf(c.req.query('before'));
  const { customer, balance, history } = await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    const balance = await balanceOf(db, customer.id, now);
    return { customer, balance, history: await creditHistory(db, customer.id, { ...before, limit: PAGE_SIZE }) };
  });
  return customerPage(c, visit, customer, {
    current: 'credits',
    children: (
      <>
        <BalanceFigure
          label={text.balanceCompany({ company: customer.name })}
          amount={formatCredits(balance.spendableMinor, location.locale)}
          unit={text.creditsUnit({ one: balance.spendableMinor === 100n })}
          detail={<Lots location={location} balance={balance} now={now} />}
        />
        <Transactions
          location={location}
          history={history}
          at={`/l/${location.slug}/community/customers/${customer.id}/credits`}
          now={now}
          isFirst={before.before === undefined}
          empty={<EmptyState title={text.emptyCustomerTitle}>{text.emptyCustomerText}</EmptyState>}
          showActor
        />
      </>
    ),
  });
}

/** The wallets whose history a member may read: their own, and their company's when they manage it. */
function walletsOf({ membership }: AtMembership): Wallet[] {
  const { company, customerId } = membership;
  const personal: Wallet = { name: 'personal', customerId, company: undefined };
  if (company?.role !== 'manager') return [personal];
  return [personal, { name: 'company', customerId: company.customerId, company: company.name }];
}

function WalletChoice(it: { location: Location; chosen: Wallet; balances: Map<Wallet, Balance> }) {
  const { slug, locale } = it.location;
  const text = creditMessages(locale);
  const choices = [...it.balances].map(([{ name, company }, balance]) => ({
    value: name,
    label: company === undefined ? text.walletPersonal : text.walletCompany({ company }),
    detail: company === undefined ? text.walletPersonalDetail : text.walletCompanyDetail({ company }),
    aside: formatCredits(balance.spendableMinor, locale),
    icon: company === undefined ? ('person' as const) : ('company' as const),
  }));
  return (
    <Form action={`/l/${slug}/membership/credits/transactions`} method="get" layout="plain" replace>
      <RadioCards
        name="wallet"
        legend={text.wallet}
        choices={choices}
        value={it.chosen.name}
        columns
        submitLabel={text.walletShow}
      />
    </Form>
  );
}

function OwnBalance({ visit, wallet, balance }: { visit: AtMembership; wallet: Wallet; balance: Balance }) {
  const { location, now } = visit;
  const text = creditMessages(location.locale);
  const { company } = wallet;
  return (
    <BalanceFigure
      label={company === undefined ? text.balancePersonal : text.balanceCompany({ company })}
      amount={formatCredits(balance.spendableMinor, location.locale)}
      unit={text.creditsUnit({ one: balance.spendableMinor === 100n })}
      detail={<Lots location={location} balance={balance} now={now} />}
    />
  );
}

function OwnEmpty({ location, href }: { location: Location; href: string }) {
  const text = creditMessages(location.locale);
  const actions = (
    <>
      <ButtonLink href={href} tone="primary">
        {text.buy}
      </ButtonLink>
      <ButtonLink href={href}>{text.seePrices}</ButtonLink>
    </>
  );
  return (
    <EmptyState title={text.emptyTitle} actions={actions}>
      {text.emptyText}
    </EmptyState>
  );
}

type TransactionsProps = {
  location: Location;
  history: History;
  /** Address of the newest page; may carry a query. */
  at: string;
  now: Date;
  isFirst: boolean;
  empty: ReturnType<typeof EmptyState>;
  hrefOf?: (entry: HistoryEntry) => string | undefined;
  showActor: boolean;
  /** On a page that has this title already. */
  hideTitle?: boolean;
};

function Transactions({ location, history, at, now, isFirst, empty, hrefOf, showActor, hideTitle }: TransactionsProps) {
  const text = creditMessages(location.locale);
  if (history.entries.length === 0 && isFirst) return empty;
  const zone = text.zone({ location: location.name, zone: localTime(location).zone(now) });
  return (
    <Section title={text.title} hideTitle={hideTitle} lead={zone}>
      <div class="stack">
        <CreditLedger
          location={location}
          entries={history.entries}
          showActor={showActor}
          {...(hrefOf !== undefined && { hrefOf })}
        />
        <FormActions>
          {history.next !== undefined && (
            <ButtonLink href={`${at}${at.includes('?') ? '&' : '?'}before=${history.next}`} id="load-more">
              {text.older}
            </ButtonLink>
          )}
          {!isFirst && (
            <ButtonLink href={at} tone="quiet">
              {text.newest}
            </ButtonLink>
          )}
        </FormActions>
      </div>
    </Section>
  );
}

/** The version before which a page of the history begins; anything but a number leads nowhere. */
function versionOf(text: string | undefined): { before?: bigint } {
  if (text === undefined) return {};
  if (!/^\d{1,18}$/.test(text)) throw new NotFound();
  return { before: BigInt(text) };
}
