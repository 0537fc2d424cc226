import { formatCredits } from '../../shared/credits.ts';
import { formatMoney, type Money } from '../../shared/money.ts';
import { Button } from '../../web/ui/button.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import { Sheet } from '../../web/ui/sheet.tsx';
import { type Balance, endOfValidity } from '../credits/credits.ts';
import { localTime } from '../credits/local-time.ts';
import type { Location } from '../organizations/organizations.ts';
import { packageTitle } from '../packages/packages.ts';
import { cardChoices } from '../payments/card-choices.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { addresses } from './addresses.ts';
import { CannotPay, cannotText } from './cannot-pay.tsx';
import { invoiceText, tooMuchText } from './invoice-text.ts';
import { notFreeText, purchaseMessages } from './messages.ts';
import { isTooMuch } from './on-account.ts';
import type { Offer, Shop } from './shop.ts';
import { methodValue, type WaysToPay } from './ways-to-pay.ts';

/** What went wrong just now, told inside the sheet; nothing chosen is lost (UX-17). */
export type SheetTrouble = { title?: string; text: string; charged?: false };

export type PaySheetProps = {
  visit: AtMembership;
  shop: Shop;
  offer: Offer;
  ways: WaysToPay;
  /** Minted with the page: one press of the button, however often it arrives. */
  requestKey: string;
  /** The unfinished purchase that the buyer knows of and buys beside. */
  another: string | undefined;
  chosen?: string;
  trouble?: SheetTrouble;
};

/** The pay sheet: whose it is, what it costs, the balance before and after, how to pay, and one button with the amount. */
export function PaySheet(props: PaySheetProps) {
  const { visit, shop, offer, ways } = props;
  const { location } = visit;
  const text = purchaseMessages(location.locale);
  const { wallet } = shop;
  return (
    <Sheet
      locale={location.locale}
      id="pay"
      title={text.sheetTitle({ credits: formatCredits(offer.pkg.creditsMinor, location.locale) })}
      eyebrow={wallet.kind === 'company' ? text.forWallet({ wallet: wallet.name }) : text.forMe}
      closeHref={addresses.credits(location, wallet)}
      {...(ways.kind !== 'none' && { form: formOf(props) })}
      footer={<PayButton location={location} offer={offer} ways={ways} />}
    >
      {props.trouble && <Trouble location={location} trouble={props.trouble} />}
      {offer.notFree && !props.trouble && shop.cannot?.why !== 'managers-only' && (
        <Notice tone="info" id="not-free-here">
          {notFreeText(offer.notFree, location, visit.now)}
        </Notice>
      )}
      <Facts items={[...priceLines(location, offer), ...creditLines(visit, shop, offer)]} />
      <MethodChoice {...props} />
    </Sheet>
  );
}

function formOf({ visit: { location }, shop: { wallet }, offer, requestKey, another }: PaySheetProps) {
  return {
    action: addresses.sheet(location, offer.pkg.id, wallet),
    id: 'pay-form',
    fields: {
      requestKey,
      seenTotalMinor: String(offer.price.total.minor),
      wallet: wallet.kind,
      ...(another !== undefined && { another }),
    },
  };
}

function Trouble({ location, trouble }: { location: Location; trouble: SheetTrouble }) {
  const text = purchaseMessages(location.locale);
  return (
    <Notice tone="bad" role="alert" id="trouble" title={trouble.title ?? text.failedTitle} takeFocus>
      <p>{trouble.text}</p>
      {trouble.charged === false && <p>{text.notCharged}</p>}
    </Notice>
  );
}

function priceLines(location: Location, { pkg, price }: Offer): FactsProps['items'] {
  const { locale, tax } = location;
  const text = purchaseMessages(locale);
  const money = (it: Money) => formatMoney(it, locale);
  const lines: FactsProps['items'] = [{ term: text.package, value: packageTitle(pkg, locale) }];
  if (price.discountPercent > 0) {
    lines.push({ term: text.listPrice, value: <s>{money(price.list)}</s> });
    lines.push({
      term: text.discount({ percent: String(price.discountPercent) }),
      value: money({ ...price.list, minor: discounted(price, tax.mode) - price.list.minor }),
    });
  }
  if (tax.mode !== 'none' && price.total.minor > 0n) {
    const named = { label: tax.label, rate: percentText(tax.ratePpm, locale) };
    lines.push({ term: text.net, value: money(price.net) });
    lines.push({ term: text.taxLine(named), value: money(price.tax) });
  }
  lines.push({ term: text.total, value: price.total.minor === 0n ? text.free : money(price.total), strong: true });
  return lines;
}

function creditLines(visit: AtMembership, shop: Shop, { pkg }: Offer): FactsProps['items'] {
  const { location, now } = visit;
  const text = purchaseMessages(location.locale);
  const lines: FactsProps['items'] = shop.balance ? [balanceLine(location, shop.balance, pkg.creditsMinor)] : [];
  const expiresAt = endOfValidity(now, pkg.validForDays, location.timeZone);
  // The last day on which the credits are good ends where they expire.
  if (expiresAt) {
    lines.push({ term: text.validUntil, value: localTime(location).day(new Date(expiresAt.getTime() - 1), now) });
  }
  return lines;
}

function balanceLine({ locale }: Location, balance: Balance, creditsMinor: bigint): FactsProps['items'][number] {
  const text = purchaseMessages(locale);
  const before = formatCredits(balance.spendableMinor, locale);
  const after = formatCredits(balance.spendableMinor + creditsMinor, locale);
  const change = (
    <>
      <span aria-hidden="true" data-testid="before-after">
        {text.beforeAfter({ before, after })}
      </span>
      <span class="sr-only">{text.beforeAfterSpoken({ before, after })}</span>
    </>
  );
  return { term: text.balanceAfter, value: change };
}

function MethodChoice({ visit, shop, offer, ways, chosen }: PaySheetProps) {
  const { locale } = visit.location;
  const text = purchaseMessages(locale);
  if (ways.kind === 'free') return <input type="hidden" name="method" value="free" />;
  if (ways.kind === 'none') return <CannotPay visit={visit} shop={shop} cannot={ways.cannot} />;
  return (
    <>
      <RadioCards
        name="method"
        legend={text.payWith}
        choices={choicesOf(visit.location, shop, ways, offer.price.total)}
        value={chosen ?? methodValue(ways.usual)}
        required
      />
      {ways.noCard && (
        <p class="text-sm text-muted" id="no-card">
          {cannotText(visit.location, shop, ways.noCard).sentence}
        </p>
      )}
    </>
  );
}

function choicesOf(location: Location, { wallet }: Shop, ways: WaysToPay & { kind: 'some' }, total: Money) {
  const text = purchaseMessages(location.locale);
  const choices = cardChoices(ways.saved, location.locale, ways);
  if (!ways.invoice) return choices;
  const tooMuch = isTooMuch(ways.invoice, total);
  choices.push({
    value: 'invoice',
    label: text.invoice,
    icon: 'receipt',
    ...(tooMuch
      ? { disabled: true, reason: tooMuchText(ways.invoice, location) }
      : { detail: invoiceText(ways.invoice, location, wallet.kind === 'company' ? wallet.name : undefined) }),
  });
  return choices;
}

function PayButton({ location, offer, ways }: { location: Location; offer: Offer; ways: WaysToPay }) {
  const { locale } = location;
  const text = purchaseMessages(locale);
  if (ways.kind === 'none') return null;
  return (
    <>
      {ways.kind !== 'free' && <p class="sheet-note">{taxNote(location, offer)}</p>}
      <p class="sheet-note" id="final">
        {text.final}
      </p>
      <Button tone="primary" size="large" wide pendingLabel={text.paying} describedBy="final">
        <ButtonText location={location} offer={offer} ways={ways} />
      </Button>
    </>
  );
}

/** What the press does, by the way to pay that is chosen (UX-41). */
function ButtonText({
  location,
  offer,
  ways,
}: {
  location: Location;
  offer: Offer;
  ways: Exclude<WaysToPay, { kind: 'none' }>;
}) {
  const { locale } = location;
  const text = purchaseMessages(locale);
  if (ways.kind === 'free')
    return <>{text.getCreditsFree({ credits: formatCredits(offer.pkg.creditsMinor, locale) })}</>;
  const total = formatMoney(offer.price.total, locale);
  if (!ways.page && ways.saved.every(({ expired }) => expired)) return <>{text.putOnInvoice({ total })}</>;
  if (!ways.invoice) return <>{text.pay({ total })}</>;
  return (
    <>
      <span class="unless-invoice">{text.pay({ total })}</span>
      <span class="if-invoice">{text.putOnInvoice({ total })}</span>
    </>
  );
}

function taxNote({ locale, tax }: Location, { price }: Offer): string {
  const text = purchaseMessages(locale);
  if (tax.mode === 'none') return text.noTax;
  const named = { tax: formatMoney(price.tax, locale), label: tax.label };
  return tax.mode === 'inclusive' ? text.taxIncluded(named) : text.taxAdded(named);
}

function discounted(price: Offer['price'], mode: Location['tax']['mode']): bigint {
  return mode === 'inclusive' ? price.total.minor : price.net.minor;
}

function percentText(ratePpm: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(ratePpm / 10_000);
}
