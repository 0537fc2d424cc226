import { formatCredits } from '../../shared/credits.ts';
import { formatMoney, formatPricePerCredit } from '../../shared/money.ts';
import { Balance } from '../../web/ui/balance.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PackageCard, PackageGrid } from '../../web/ui/package-card.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import { Lots } from '../credits/ledger.tsx';
import type { Location } from '../organizations/organizations.ts';
import { packageTitle } from '../packages/packages.ts';
import type { Wallet } from '../people/people.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { addresses } from './addresses.ts';
import { CannotPay } from './cannot-pay.tsx';
import { notFreeText, purchaseMessages } from './messages.ts';
import type { Purchase } from './records.ts';
import type { Offer, Shop } from './shop.ts';
import { UnfinishedNotice } from './unfinished.tsx';

/** Membership > Credits: the balance first, then what is on sale. `bought` is a purchase to tell about. */
export function CreditsPage({ visit, shop, bought }: { visit: AtMembership; shop: Shop; bought?: Purchase }) {
  const { location } = visit;
  const text = purchaseMessages(location.locale);
  return (
    <>
      <PageHead title={text.creditsTitle} eyebrow={text.creditsPlace} />
      {bought && <Added location={location} purchase={bought} />}
      <UnfinishedNotice location={location} unfinished={shop.unfinished} />
      <WalletBalance visit={visit} shop={shop} />
      {shop.wallets.length > 1 && <WalletChoice location={location} shop={shop} />}
      <Section title={text.buyCredits} id="packages">
        <CannotBuy visit={visit} shop={shop} />
        <PackageGrid>
          {shop.offers.map((offer) => (
            <OfferCard location={location} wallet={shop.wallet} offer={offer} canBuy={canBuy(shop, offer)} />
          ))}
        </PackageGrid>
      </Section>
    </>
  );
}

/** "50 credits added. New balance 100." */
function Added({ location, purchase }: { location: Location; purchase: Purchase }) {
  const text = purchaseMessages(location.locale);
  const title = text.addedTitle({
    credits: formatCredits(purchase.creditsMinor, location.locale),
    balance: formatCredits(purchase.balanceAfterMinor ?? 0n, location.locale),
  });
  const receipt = <a href={addresses.purchase(location, purchase.id)}>{text.receipt}</a>;
  return <Notice tone="good" role="status" title={title} actions={receipt} />;
}

function WalletBalance({ visit, shop }: { visit: AtMembership; shop: Shop }) {
  const { location, now } = visit;
  const text = purchaseMessages(location.locale);
  const { wallet, balance, reach } = shop;
  // Members of a company see nothing of it until they may pay for it.
  if (!balance) return null;
  const isOpen = reach.kind === 'all';
  return (
    <Balance
      label={wallet.kind === 'company' ? text.companyBalance({ company: wallet.name }) : text.yourBalance}
      amount={formatCredits(balance.spendableMinor, location.locale)}
      unit={text.creditsUnit}
      {...(isOpen && {
        detail: <Lots location={location} balance={balance} now={now} moreHref={addresses.lots(location, wallet)} />,
        action: <a href={addresses.history(location, wallet)}>{text.history}</a>,
      })}
    />
  );
}

function WalletChoice({ location, shop }: { location: Location; shop: Shop }) {
  const text = purchaseMessages(location.locale);
  return (
    <Form action={`/l/${location.slug}/membership/credits`} method="get" layout="plain" replace>
      <RadioCards
        name="wallet"
        legend={text.wallet}
        value={shop.wallet.kind}
        columns
        submitLabel={text.showWallet}
        choices={shop.wallets.map(({ wallet, balance }) => ({
          value: wallet.kind,
          label: wallet.kind === 'company' ? wallet.name : text.personalWallet,
          icon: wallet.kind === 'company' ? 'company' : 'person',
          detail: walletDetail(location, wallet, balance !== undefined),
          ...(balance && {
            aside: text.walletBalance({ credits: formatCredits(balance.spendableMinor, location.locale) }),
          }),
        }))}
      />
    </Form>
  );
}

function walletDetail({ locale }: Location, wallet: Wallet, mayPay: boolean): string {
  const text = purchaseMessages(locale);
  if (wallet.kind === 'personal') return text.personalWalletDetail;
  return (mayPay ? text.companyWalletDetail : text.companyWalletAsk)({ company: wallet.name });
}

/** Why something cannot be bought, in a sentence of its own with one next step (E19). */
function CannotBuy({ visit, shop }: { visit: AtMembership; shop: Shop }) {
  const { location } = visit;
  const text = purchaseMessages(location.locale);
  const write = shop.contact && <ButtonLink href={`mailto:${shop.contact}`}>{text.contactTeam}</ButtonLink>;
  const notFree = shop.offers.find((offer) => offer.notFree)?.notFree;
  return (
    <div class="mb-4 empty:hidden">
      {shop.offers.length === 0 && (
        <EmptyState title={text.noPackagesTitle} actions={write} headingLevel={3}>
          {text.noPackages({ place: location.name })}
        </EmptyState>
      )}
      {shop.offers.length > 0 && shop.cannot && <CannotPay visit={visit} shop={shop} cannot={shop.cannot} />}
      {notFree && shop.cannot?.why !== 'managers-only' && (
        <Notice tone="info" id="not-free">
          {notFreeText(notFree, location, visit.now)}
        </Notice>
      )}
    </div>
  );
}

/** What costs nothing needs no way to pay, but a company's is not for members to whom nothing is open. */
function canBuy({ cannot }: Shop, { price }: Offer): boolean {
  if (!cannot) return true;
  return price.total.minor === 0n && cannot.why !== 'managers-only';
}

type OfferProps = { location: Location; wallet: Wallet; offer: Offer; canBuy: boolean };

function OfferCard({ location, wallet, offer, canBuy }: OfferProps) {
  const { locale } = location;
  const { pkg, price } = offer;
  const text = purchaseMessages(locale);
  const isFree = price.total.minor === 0n;
  const total = formatMoney(price.total, locale);
  const action = isFree ? text.getFree : text.buy({ price: total });
  const title = packageTitle(pkg, locale);
  const days = pkg.validForDays;
  return (
    <PackageCard
      locale={locale}
      id={`package-${pkg.id}`}
      name={title}
      credits={formatCredits(pkg.creditsMinor, locale)}
      creditsLabel={text.creditsUnit}
      price={isFree ? text.free : total}
      oldPrice={price.discountPercent > 0 ? formatMoney(price.list, locale) : undefined}
      perCredit={text.perCredit({ price: formatPricePerCredit(price.total, pkg.creditsMinor, locale) })}
      saving={offer.savingPercent === undefined ? undefined : text.save({ percent: String(offer.savingPercent) })}
      popular={offer.popular ? text.mostPopular : undefined}
      detail={days === null ? text.neverExpires : text.validForDays({ days: String(days) })}
      action={
        canBuy && (
          <ButtonLink
            id={`buy-${pkg.id}`}
            href={addresses.sheet(location, pkg.id, wallet)}
            tone={offer.popular ? 'primary' : 'secondary'}
            label={text.buyLabel({ action, title })}
            opensSheet
            wide
          >
            {action}
          </ButtonLink>
        )
      }
    />
  );
}
