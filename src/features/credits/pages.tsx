import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { formatCredits } from '../../shared/credits.ts';
import { Balance as BalanceFigure } from '../../web/ui/balance.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import type { Location } from '../organizations/organizations.ts';
import { type Wallet, walletNamed, walletsOf } from '../people/people.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtMembership, Guards } from '../sign-in/visit.ts';
import { adjustingPages } from './adjusting.tsx';
import { type Balance, balanceOf, creditHistory } from './credits.ts';
import { customerCreditsPages } from './customer-page.tsx';
import { type Hold, holdsOf } from './holds.ts';
import { Lots } from './ledger.tsx';
import { lotsPages } from './lots-pages.tsx';
import { creditMessages } from './messages.ts';
import { type OnAccountOf, owedIn } from './on-account.ts';
import { reversingPages } from './reversing.tsx';
import type { Spending } from './spending.ts';
import { type History, PAGE_SIZE, Transactions, versionOf } from './transactions.tsx';
import { usingPages } from './using.tsx';

/** A member's transactions and lots; the same for administrators on the page of a customer, where credits are moved too. */
export function creditsPages(core: Core, guards: Guards, spending: Spending, onAccountOf?: OnAccountOf): Route[] {
  return [
    get('/l/:location/membership/credits/transactions', guards.member, (visit, c) =>
      showOwn({ core, onAccountOf }, visit, c),
    ),
    ...customerCreditsPages(core, guards, onAccountOf),
    ...usingPages(core, guards, spending),
    ...adjustingPages(core, guards),
    ...reversingPages(core, guards),
    ...lotsPages(core, guards),
  ];
}

type Parts = { core: Core; onAccountOf: OnAccountOf | undefined };

async function showOwn({ core, onAccountOf }: Parts, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const text = creditMessages(location.locale);
  const wallets = walletsOf(visit);
  const wallet = walletNamed(visit, c.req.query('wallet'));
  // A wallet somebody may not look into is not there.
  if (!wallet) throw new NotFound();
  const before = versionOf(c.req.query('before'));
  const { balances, holds, history, onAccount } = await core.database.read(visit.organizationId, async (db) => {
    const balances = new Map<Wallet['kind'], Balance>();
    for (const it of wallets) balances.set(it.kind, await balanceOf(db, it.customerId, now));
    const isHeld = balances.get(wallet.kind)!.heldMinor > 0n;
    const holds = isHeld ? await holdsOf(db, wallet.customerId, now) : [];
    const history = await historyAt(db, wallet.customerId, before, c.req.query('entry'));
    return { balances, holds, history, onAccount: await owedIn(db, history.entries, onAccountOf) };
  });
  const credits = `/l/${location.slug}/membership/credits`;
  const query = wallet.kind === 'company' ? '?wallet=company' : '';
  const balance = balances.get(wallet.kind)!;
  const hasHistory = history.entries.length > 0 || !history.isFirst;
  const lotsHref = hasHistory ? `${credits}/lots${query}` : undefined;
  return memberPage(c, visit, {
    title: text.title,
    current: 'history',
    children: (
      <>
        <PageHead eyebrow={text.place} title={text.title} />
        {balance.frozen && (
          <Notice tone="warn" id="frozen" title={text.frozenOwnTitle}>
            {text.frozenOwn}
          </Notice>
        )}
        <OwnBalance visit={visit} wallet={wallet} balance={balance} holds={holds} moreHref={lotsHref} />
        {wallets.length > 1 && (
          <WalletChoice location={location} chosen={wallet} wallets={wallets} balances={balances} />
        )}
        <Transactions
          location={location}
          history={history}
          onAccount={onAccount}
          at={`${credits}/transactions${query}`}
          now={now}
          isFirst={history.isFirst}
          empty={<OwnEmpty location={location} href={`${credits}${query}`} />}
          hrefOf={({ purchaseId }) => (purchaseId === null ? undefined : `${credits}/purchases/${purchaseId}`)}
          showActor
          {...(wallet.kind === 'personal' && { reader: visit.user.name })}
          hideTitle
        />
      </>
    ),
  });
}

/** A page of the history: the newest, the one that an address names, or that on which an entry is that somebody was told of. */
async function historyAt(
  db: Tx,
  customerId: string,
  { before }: { before?: bigint },
  entryId: string | undefined,
): Promise<History & { isFirst: boolean }> {
  const limit = PAGE_SIZE;
  const page = await creditHistory(db, customerId, { limit, ...(before !== undefined && { before }) });
  const isThere = entryId === undefined || page.entries.some(({ id }) => id === entryId);
  if (isThere) return { ...page, isFirst: before === undefined };
  const entry = isId(entryId)
    ? await db
        .selectFrom('credit_entries')
        .select('version')
        .where('id', '=', entryId)
        .where('customer_id', '=', customerId)
        .executeTakeFirst()
    : undefined;
  if (!entry) throw new NotFound();
  return { ...(await creditHistory(db, customerId, { limit, before: entry.version + 1n })), isFirst: false };
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

type OwnProps = {
  visit: AtMembership;
  wallet: Wallet;
  balance: Balance;
  holds: Hold[];
  moreHref: string | undefined;
};

function OwnBalance({ visit, wallet, balance, holds, moreHref }: OwnProps) {
  const { location, now } = visit;
  const text = creditMessages(location.locale);
  return (
    <BalanceFigure
      label={wallet.kind === 'company' ? text.balanceCompany({ company: wallet.name }) : text.balancePersonal}
      amount={formatCredits(balance.spendableMinor, location.locale)}
      unit={text.creditsUnit({ one: balance.spendableMinor === 100n })}
      detail={<Lots location={location} balance={balance} now={now} holds={holds} moreHref={moreHref} />}
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
