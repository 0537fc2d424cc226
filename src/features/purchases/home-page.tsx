import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { Balance } from '../../web/ui/balance.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card, Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { HistoryEntry } from '../credits/credits.ts';
import { CreditLedger, Lots } from '../credits/ledger.tsx';
import type { InvoiceSummary } from '../invoices/invoices.ts';
import type { Wallet } from '../people/people.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { addresses } from './addresses.ts';
import { purchaseMessages } from './messages.ts';
import type { Offer, Shop } from './shop.ts';
import { ToPay } from './to-pay.tsx';
import { UnfinishedNotice } from './unfinished.tsx';

/** What "Buy again" repeats: the package bought last, for the wallet it was bought for, at today's price. */
export type Repeat = { offer: Offer; wallet: Wallet };

type Props = {
  visit: AtMembership;
  shop: Shop;
  entries: HistoryEntry[];
  onAccount: ReadonlySet<string>;
  repeat: Repeat | undefined;
  toPay: InvoiceSummary[];
};

/** The member's home: the balance, the last purchase again, what happened lately. */
export function HomePage({ visit, shop, entries, onAccount, repeat, toPay }: Props) {
  const { location, user } = visit;
  const text = purchaseMessages(location.locale);
  const [personal, ...companies] = shop.wallets;
  return (
    <>
      <PageHead title={text.hello({ name: user.name.split(' ')[0]! })} eyebrow={location.name} />
      <UnfinishedNotice location={location} unfinished={shop.unfinished} />
      <Balance
        label={text.yourBalance}
        amount={formatCredits(personal!.balance!.spendableMinor, location.locale)}
        unit={text.creditsUnit}
        detail={
          <Lots
            location={location}
            balance={personal!.balance!}
            now={visit.now}
            moreHref={addresses.lots(location, personal!.wallet)}
          />
        }
        action={<BuyAgain visit={visit} shop={shop} repeat={repeat} />}
      />
      <ToPay location={location} invoices={toPay} />
      {companies.map(
        ({ wallet, balance }) =>
          balance && (
            <Card
              title={text.companyBalance({ company: wallet.name })}
              actions={<a href={addresses.credits(location, wallet)}>{text.seePackages}</a>}
            >
              <p class="text-2xl font-semibold tabular-nums" data-testid="company-balance">
                {text.walletBalance({ credits: formatCredits(balance.spendableMinor, location.locale) })}
              </p>
            </Card>
          ),
      )}
      <Recent visit={visit} shop={shop} entries={entries} onAccount={onAccount} />
    </>
  );
}

function BuyAgain({ visit, shop, repeat }: Pick<Props, 'visit' | 'shop' | 'repeat'>) {
  const { location } = visit;
  const text = purchaseMessages(location.locale);
  if (!repeat) {
    return (
      <ButtonLink href={addresses.credits(location, shop.wallet)} tone="primary">
        {text.buyCredits}
      </ButtonLink>
    );
  }
  const price = formatMoney(repeat.offer.price.total, location.locale);
  const credits = `${formatCredits(repeat.offer.pkg.creditsMinor, location.locale)} ${text.creditsUnit}`;
  return (
    <FormActions>
      <ButtonLink
        id={`buy-${repeat.offer.pkg.id}`}
        href={addresses.sheet(location, repeat.offer.pkg.id, repeat.wallet)}
        tone="primary"
        icon="refresh"
        label={`${text.buyAgain}: ${text.buyAgainDetail({ title: credits, price })}`}
        opensSheet
      >
        {text.buyAgain}
      </ButtonLink>
      <a href={addresses.credits(location, shop.wallet)}>{text.seePackages}</a>
    </FormActions>
  );
}

function Recent({ visit, shop, entries, onAccount }: Pick<Props, 'visit' | 'shop' | 'entries' | 'onAccount'>) {
  const { location } = visit;
  const text = purchaseMessages(location.locale);
  const history = addresses.history(location, shop.wallet);
  return (
    <Section title={text.recent} actions={entries.length > 0 && <a href={history}>{text.history}</a>}>
      {entries.length > 0 ? (
        <CreditLedger
          location={location}
          entries={entries}
          onAccount={onAccount}
          showActor={false}
          hrefOf={(entry) => (entry.purchaseId ? addresses.purchase(location, entry.purchaseId) : undefined)}
        />
      ) : (
        <EmptyState title={text.nothingYetTitle} headingLevel={3}>
          {text.nothingYet}
        </EmptyState>
      )}
    </Section>
  );
}
