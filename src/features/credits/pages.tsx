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
import { type Wallet, walletNamed, walletsOf } from '../people/people.ts';
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

type History = { entries: HistoryEntry[]; next: bigint | undefined };

async function showOwn(core: Core, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const text = creditMessages(location.locale);
  const wallets = walletsOf(visit);
  const wallet = walletNamed(visit, c.req.query('wallet'));
  // A wallet somebody may not look into is not there.
  if (!wallet) throw new NotFound();
  const before = versionOf(c.req.query('before'));
  const { balances, history } = await core.database.read(visit.organizationId, async (db) => {
    const balances = new Map<Wallet['kind'], Balance>();
    for (const it of wallets) balances.set(it.kind, await balanceOf(db, it.customerId, now));
    return { balances, history: await creditHistory(db, wallet.customerId, { ...before, limit: PAGE_SIZE }) };
  });
  const credits = `/l/${location.slug}/membership/credits`;
  const query = wallet.kind === 'company' ? '?wallet=company' : '';
  const hrefOf = ({ purchaseId }: HistoryEntry) =>
    purchaseId === null ? undefined : `${credits}/purchases/${purchaseId}`;
  return memberPage(c, visit, {
    title: text.title,
    current: 'history',
    children: (
      <>
        <PageHead eyebrow={text.place} title={text.title} />
        <OwnBalance visit={visit} wallet={wallet} balance={balances.get(wallet.kind)!} />
        {wallets.length > 1 && (
          <WalletChoice location={location} chosen={wallet} wallets={wallets} balances={balances} />
        )}
        <Transactions
          location={location}
          history={history}
          at={`${credits}/transactions${query}`}
          now={now}
          isFirst={before.before === undefined}
          empty={<OwnEmpty location={location} href={`${credits}${query}`} />}
          hrefOf={hrefOf}
          showActor={wallet.kind === 'company'}
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

type WalletChoiceProps = {
  location: Location;
  chosen: Wallet;
  wallets: Wallet[];
  balances: Map<Wallet['kind'], Balance>;
};

function WalletChoice(it: WalletChoiceProps) {
  const { slug, locale } = it.location;
  const text = creditMessages(locale);
  const choices = it.wallets.map(({ kind, name }) => ({
    value: kind,
    label: kind === 'company' ? text.walletCompany({ company: name }) : text.walletPersonal,
    detail: kind === 'company' ? text.walletCompanyDetail({ company: name }) : text.walletPersonalDetail,
    aside: formatCredits(it.balances.get(kind)!.spendableMinor, locale),
    icon: kind === 'company' ? ('company' as const) : ('person' as const),
  }));
  return (
    <Form action={`/l/${slug}/membership/credits/transactions`} method="get" layout="plain" replace>
      <RadioCards
        name="wallet"
        legend={text.wallet}
        choices={choices}
        value={it.chosen.kind}
        columns
        submitLabel={text.walletShow}
      />
    </Form>
  );
}

function OwnBalance({ visit, wallet, balance }: { visit: AtMembership; wallet: Wallet; balance: Balance }) {
  const { location, now } = visit;
  const text = creditMessages(location.locale);
  return (
    <BalanceFigure
      label={wallet.kind === 'company' ? text.balanceCompany({ company: wallet.name }) : text.balancePersonal}
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
