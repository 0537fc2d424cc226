import type { Element } from '../../platform/http/routes.ts';
import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { localTime } from '../credits/local-time.ts';
import type { Invoice } from '../invoices/invoices.ts';
import type { Location } from '../organizations/organizations.ts';
import { failureText } from '../payments/card-choices.ts';
import { type Receipt, type ReversalLine, receiptNumber } from '../payments/payments.ts';
import type { Wallet } from '../people/people.ts';
import { addresses } from './addresses.ts';
import { invoiceLines } from './invoice-lines.tsx';
import { purchaseMessages } from './messages.ts';
import type { Purchase } from './records.ts';

type Props = {
  location: Location;
  purchase: Purchase;
  wallet: Wallet;
  buyerName: string;
  /** What went back of its money, or came again. */
  reversals: ReversalLine[];
  receipts: Receipt[];
  invoice: Invoice | undefined;
  repeated: boolean;
  /** Back from the gateway, where they have just paid as far as anybody knows. */
  returned: boolean;
};

/** One purchase: how it stands, and its receipt when it is paid. */
export function PurchasePage({ buyerName, receipts, invoice, ...it }: Props) {
  const { location, purchase, wallet, reversals } = it;
  const text = purchaseMessages(location.locale);
  return (
    <>
      <PageHead
        title={purchase.status === 'paid' ? purchase.title : text.purchaseTitle}
        eyebrow={wallet.kind === 'company' ? text.forWallet({ wallet: wallet.name }) : text.forMe}
        back={{ href: addresses.credits(location, wallet), label: text.backToPackages }}
      />
      <Standing {...it} />
      <Card>
        <Facts
          items={[
            ...receiptLines(location, purchase, buyerName),
            ...invoiceLines(location, purchase, invoice),
            ...reversalLines(location, purchase, reversals),
          ]}
        />
        <Documents location={location} receipts={receipts} />
      </Card>
    </>
  );
}

/** Its receipts, each with a number of its own: of what was paid, and of what was given back (UX-34). */
function Documents({ location, receipts }: { location: Location; receipts: Receipt[] }) {
  if (receipts.length === 0) return null;
  const text = purchaseMessages(location.locale);
  return (
    <ul class="mt-3" id="receipts">
      {receipts.map(({ number, against }) => {
        const named = { number: receiptNumber(number) };
        return (
          <li>
            <a href={`/l/${location.slug}/receipts/${number}`}>
              {against === undefined ? text.receiptNamed(named) : text.refundNamed(named)}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function Standing({
  location,
  purchase,
  wallet,
  reversals,
  repeated,
  returned,
}: Omit<Props, 'buyerName' | 'receipts' | 'invoice'>) {
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
      if (goneOf(reversals) > 0n)
        return (
          <Reversed location={location} purchase={purchase} reversals={reversals} actions={again(text.buyAgain)} />
        );
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
        <ToGoOn location={location} purchase={purchase} returned={returned} />
      ) : (
        <Notice tone="info" role="status" title={text.waitingTitle}>
          {text.waiting}
        </Notice>
      );
  }
}

/** There is something left to do for the buyer, unless they have just done it and the gateway has not told us yet. */
function ToGoOn({ location, purchase, returned }: Pick<Props, 'location' | 'purchase' | 'returned'>) {
  const text = purchaseMessages(location.locale);
  const { usesSavedMethod } = purchase;
  const words = returned ? text.actionReturned : usesSavedMethod ? text.actionBank : text.actionPage;
  return (
    <Notice
      tone={returned ? 'info' : 'warn'}
      role="status"
      title={returned ? text.waitingTitle : text.actionTitle}
      actions={
        <>
          <ButtonLink
            href={addresses.handOff(location, purchase.id)}
            tone={returned ? 'quiet' : 'primary'}
            turbo={false}
          >
            {text.goOn}
          </ButtonLink>
          <ButtonLink href={addresses.cancel(location, purchase.id)} tone="quiet">
            {text.cancelPayment}
          </ButtonLink>
        </>
      }
    >
      {words}
    </Notice>
  );
}

type ReversedProps = Pick<Props, 'location' | 'purchase' | 'reversals'> & { actions: Element };

/** Money of it has gone back, and credits with it. */
function Reversed({ location, purchase, reversals, actions }: ReversedProps) {
  const { locale } = location;
  const text = purchaseMessages(locale);
  const money = (minor: bigint) => formatMoney({ minor, currency: purchase.currency }, locale);
  const refunded = goneOf(reversals.filter(({ kind }) => kind.startsWith('refund')));
  const heldBack = goneOf(reversals.filter(({ kind }) => kind.startsWith('dispute')));
  const { takenBackMinor } = purchase;
  const taken = { one: takenBackMinor === 100n, credits: formatCredits(takenBackMinor, locale) };
  const isDecided = purchase.lostMinor === heldBack;
  const disputed = { amount: money(heldBack) };
  const titles = [
    refunded > 0n && text.refundedTitle({ amount: money(refunded) }),
    heldBack > 0n && (isDecided ? text.lostTitle(disputed) : text.heldBackTitle(disputed)),
  ];
  return (
    <Notice
      tone="info"
      role="status"
      id="reversed"
      title={titles.filter((it) => it !== false).join(', ')}
      actions={actions}
    >
      {takenBackMinor > 0n && <p>{text.takenBackText(taken)}</p>}
      {refunded > 0n && <p>{text.refundedText}</p>}
      {heldBack > 0n && <p>{isDecided ? text.lostText : text.heldBackText}</p>}
    </Notice>
  );
}

/** What has gone in the end: what came again is taken off. */
function goneOf(lines: ReversalLine[]): bigint {
  return lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
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
    { term: text.boughtBy, value: purchase.onBehalf ? text.byTeam({ name: buyerName }) : buyerName },
  ];
  if (purchase.paidAt) {
    const term = purchase.method === 'invoice' ? text.boughtAt : text.paidAt;
    lines.push({ term, value: fullTime(location, purchase.paidAt) });
  }
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
  const words: Partial<Record<Purchase['method'], string>> = { free: text.methodFree, invoice: text.invoice };
  const method = words[purchase.method] ?? purchase.methodLabel;
  if (method && purchase.paidAt) lines.push({ term: text.method, value: method });
  lines.push({ term: text.total, value: money(purchase.totalMinor), strong: true });
  lines.push({ term: text.number, value: <code class="text-xs font-normal break-all">{purchase.id}</code> });
  return lines;
}

/** Refunds, and what a bank holds back, as lines of their own; then what is left, and the credits that went with it. */
function reversalLines(location: Location, purchase: Purchase, reversals: ReversalLine[]): FactsProps['items'] {
  if (reversals.length === 0) return [];
  const { locale } = location;
  const text = purchaseMessages(locale);
  const money = (minor: bigint) => formatMoney({ minor, currency: purchase.currency }, locale);
  const terms = {
    refund: text.lineRefund,
    refund_failed: text.lineRefundFailed,
    dispute: text.lineDispute,
    dispute_ended: text.lineDisputeEnded,
  };
  const lines: FactsProps['items'] = reversals.map(({ kind, amountMinor, at }) => ({
    term: terms[kind]({ time: fullTime(location, at) }),
    value: amountMinor > 0n ? `\u2212${money(amountMinor)}` : `+${money(-amountMinor)}`,
  }));
  lines.push({ term: text.paidInTheEnd, value: money(purchase.totalMinor - goneOf(reversals)), strong: true });
  const { takenBackMinor } = purchase;
  if (takenBackMinor > 0n) lines.push({ term: text.takenBack, value: formatCredits(takenBackMinor, locale) });
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
