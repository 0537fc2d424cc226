import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { localTime } from '../credits/local-time.ts';
import type { Location } from '../organizations/organizations.ts';
import type { Wallet } from '../people/people.ts';
import { addresses } from './addresses.ts';
import { failureText, purchaseMessages } from './messages.ts';
import type { Purchase } from './records.ts';

type Props = { location: Location; purchase: Purchase; wallet: Wallet; buyerName: string; repeated: boolean };

/** One purchase: how it stands, and its receipt when it is paid. */
export function PurchasePage({ location, purchase, wallet, buyerName, repeated }: Props) {
  const text = purchaseMessages(location.locale);
  return (
    <>
      <PageHead
        title={purchase.status === 'paid' ? purchase.title : text.purchaseTitle}
        eyebrow={wallet.kind === 'company' ? text.forWallet({ wallet: wallet.name }) : text.forMe}
        back={{ href: addresses.credits(location, wallet), label: text.backToPackages }}
      />
      <Standing location={location} purchase={purchase} wallet={wallet} repeated={repeated} />
      <Card>
        <Facts items={receiptLines(location, purchase, buyerName)} />
      </Card>
    </>
  );
}

function Standing({ location, purchase, wallet, repeated }: Omit<Props, 'buyerName'>) {
  const { locale } = location;
  const text = purchaseMessages(locale);
  const again = (label: string) => (
    <ButtonLink
      href={addresses.sheet(location, purchase.packageId, wallet)}
      id={`buy-${purchase.packageId}`}
      opensSheet
    >
      {label}
    </ButtonLink>
  );
  switch (purchase.status) {
    case 'paid':
      return (
        <Notice
          tone="good"
          role="status"
          title={paidText(location, purchase, repeated)}
          actions={again(text.buyAgain)}
        />
      );
    case 'failed':
      return (
        <Notice tone="bad" role="alert" title={text.failedTitle} actions={again(text.tryAgain)}>
          <p>{failureText(purchase.failureCode, locale)}</p>
          <p>{text.notCharged}</p>
        </Notice>
      );
    case 'review':
      return (
        <Notice tone="warn" role="status" title={text.reviewTitle}>
          {text.review}
        </Notice>
      );
    default:
      return purchase.nextUrl && purchase.status === 'action' ? (
        <Notice
          tone="warn"
          role="status"
          title={text.actionTitle}
          actions={
            <>
              <ButtonLink href={addresses.handOff(location, purchase.id)} tone="primary" turbo={false}>
                {text.goOn}
              </ButtonLink>
              <ButtonLink href={addresses.cancel(location, purchase.id)} tone="quiet">
                {text.cancelPayment}
              </ButtonLink>
            </>
          }
        >
          {purchase.usesSavedMethod ? text.actionBank : text.actionPage}
        </Notice>
      ) : (
        <Notice tone="info" role="status" title={text.waitingTitle}>
          {text.waiting}
        </Notice>
      );
  }
}

function paidText(location: Location, purchase: Purchase, repeated: boolean): string {
  const text = purchaseMessages(location.locale);
  const boughtAt = purchase.paidAt ?? purchase.createdAt;
  if (repeated) return text.boughtBefore({ time: localTime(location).dayAndTime(boughtAt) });
  return text.paidTitle({ credits: formatCredits(purchase.creditsMinor, location.locale) });
}

function receiptLines(location: Location, purchase: Purchase, buyerName: string): FactsProps['items'] {
  const { locale } = location;
  const text = purchaseMessages(locale);
  const money = (minor: bigint) => formatMoney({ minor, currency: purchase.currency }, locale);
  const lines: FactsProps['items'] = [
    { term: text.package, value: purchase.title },
    { term: text.boughtBy, value: buyerName },
  ];
  if (purchase.paidAt) lines.push({ term: text.paidAt, value: fullTime(location, purchase.paidAt) });
  if (purchase.balanceAfterMinor !== null) {
    lines.push({ term: text.balanceThen, value: formatCredits(purchase.balanceAfterMinor, locale) });
  }
  if (purchase.discountPercent > 0) {
    lines.push({ term: text.listPrice, value: <s>{money(purchase.listMinor)}</s> });
    lines.push({
      term: text.discount({ percent: String(purchase.discountPercent) }),
      value: `${purchase.discountPercent} %`,
    });
  }
  if (purchase.taxMinor > 0n) {
    const rate = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(purchase.taxRatePpm / 10_000);
    lines.push({ term: text.net, value: money(purchase.netMinor) });
    lines.push({ term: text.taxLine({ label: purchase.taxLabel, rate }), value: money(purchase.taxMinor) });
  }
  const method = purchase.method === 'free' ? text.methodFree : purchase.methodLabel;
  if (method && purchase.paidAt) lines.push({ term: text.method, value: method });
  lines.push({ term: text.total, value: money(purchase.totalMinor), strong: true });
  lines.push({ term: text.number, value: <code class="text-xs font-normal break-all">{purchase.id}</code> });
  return lines;
}

/** A receipt is read years later and elsewhere: with the year and the zone. */
function fullTime({ locale, timeZone }: Location, at: Date): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}
