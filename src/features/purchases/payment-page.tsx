import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card, Section } from '../../web/ui/card.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import { isUndecided, type Payment, type ReversalLine } from '../payments/payments.ts';
import { refundMessages } from './refund-messages.ts';
import {
  type AtPayment,
  type CustomersPayment,
  counted,
  fullTime,
  pageOfPayment,
  paymentHref,
} from './refund-place.tsx';
import type { Refundable } from './refund-preview.ts';
import { owedOf } from './shortfall.ts';

/** While a refund is not known to be done the page looks again this often. */
const LOOK_AGAIN_MS = 3_000;

/** One payment for whoever looks after money: what went back of it, what became of its credits, and what can be done. */
export function paymentPage(at: AtPayment, found: CustomersPayment): Response {
  const { location, now } = at.visit;
  const { it } = found;
  return pageOfPayment(at, found, {
    title: it.payment.title,
    isPayment: true,
    ...(it.waiting.length > 0 && { refreshAfterMs: LOOK_AGAIN_MS }),
    children: (
      <>
        <Notices location={location} it={it} />
        <Card>
          <Facts
            items={[
              { term: refundMessages(location.locale).customer, value: found.customer.name },
              ...moneyFacts(it, location),
            ]}
          />
        </Card>
        <Actions location={location} it={it} />
        <WentBack location={location} it={it} now={now} />
        {it.bought && it.payment.status === 'paid' && (
          <Card title={refundMessages(location.locale).credits} id="credits">
            <Facts items={creditFacts(it, location.locale)} />
          </Card>
        )}
      </>
    ),
  });
}

function Notices({ location, it }: { location: Location; it: Refundable }) {
  const { locale } = location;
  const text = refundMessages(locale);
  const owed = it.bought ? owedOf(it.bought.purchase) : 0n;
  const href = paymentHref(location, it.payment);
  return (
    <>
      {it.waiting.map(({ amountMinor }) => (
        <Notice tone="info" role="status" title={text.asking}>
          {text.askingWhat({ amount: moneyText(it.payment, amountMinor, locale) })}
        </Notice>
      ))}
      <Dispute it={it} locale={locale} />
      {owed > 0n && (
        <Notice
          tone="warn"
          id="shortfall"
          title={text.owed(counted(owed, locale))}
          actions={
            <>
              <ButtonLink href={`${href}/bill`} id="bill">
                {text.bill}
              </ButtonLink>
              <ButtonLink href={`${href}/waive`} id="waive" tone="quiet">
                {text.waive}
              </ButtonLink>
            </>
          }
        >
          {text.owedWhat}
        </Notice>
      )}
    </>
  );
}

/** The bank holds money back, or has decided to keep it. */
function Dispute({ it, locale }: { it: Refundable; locale: string }) {
  const { disputedMinor, lostMinor } = it.payment;
  const text = refundMessages(locale);
  if (disputedMinor === 0n) return null;
  const isOver = lostMinor === disputedMinor;
  return (
    <Notice tone={isOver ? 'info' : 'warn'} id="disputed" title={isOver ? text.disputeLost : text.disputed}>
      {isOver ? text.disputeLostWhat : text.disputedWhat}
    </Notice>
  );
}

function Actions({ location, it }: { location: Location; it: Refundable }) {
  if (whyNot(it)) return null;
  return (
    <FormActions>
      <ButtonLink href={`${paymentHref(location, it.payment)}/refund`} id="refund">
        {refundMessages(location.locale).refund}
      </ButtonLink>
    </FormActions>
  );
}

/** Why nothing of a payment can be refunded here; a code of the catalog. */
export function whyNot({ payment, leftMinor, can, waiting }: Refundable) {
  if (payment.status !== 'paid' || payment.method === 'free') return 'not-paid';
  if (leftMinor === 0n && waiting.length > 0) return 'on-its-way';
  if (leftMinor === 0n) return payment.disputedMinor > payment.lostMinor ? 'disputedNow' : 'nothing-left';
  if (!can) return 'no-gateway';
  return can === 'full' && leftMinor !== payment.amount.minor ? 'whole-only' : undefined;
}

/** What was paid, and where it is by now. */
export function moneyFacts(
  { payment, bought, leftMinor, waiting }: Refundable,
  location: Location,
): FactsProps['items'] {
  const { locale } = location;
  const text = refundMessages(locale);
  const facts: FactsProps['items'] = [
    { term: text.paid, value: formatMoney(payment.amount, locale) },
    payment.settledAt
      ? { term: text.paidAt, value: <Time at={payment.settledAt} location={location} /> }
      : { term: text.startedAt, value: <Time at={payment.createdAt} location={location} /> },
    { term: text.method, value: methodText(payment, locale) },
  ];
  if (bought?.purchase.memo) facts.push({ term: text.note, value: bought.purchase.memo });
  if (payment.status !== 'paid') return [...facts, { term: text.status, value: statusText(payment, locale) }];
  const more = [
    { term: text.refunded, minor: payment.refundedMinor },
    { term: text.onItsWay, minor: waiting.reduce((sum, { amountMinor }) => sum + amountMinor, 0n) },
    { term: text.heldBack, minor: payment.disputedMinor - payment.lostMinor },
    { term: text.lost, minor: payment.lostMinor },
  ].filter(({ minor }) => minor > 0n);
  if (more.length === 0) return facts;
  for (const { term, minor } of more) facts.push({ term, value: moneyText(payment, minor, locale) });
  return [...facts, { term: text.left, value: moneyText(payment, leftMinor, locale), strong: true }];
}

/** What became of the credits: together they are what was bought. */
export function creditFacts({ bought }: Refundable, locale: string): FactsProps['items'] {
  if (!bought) return [];
  const text = refundMessages(locale);
  const { purchase, credits } = bought;
  const facts: FactsProps['items'] = [{ term: text.bought, value: formatCredits(purchase.creditsMinor, locale) }];
  const parts = [
    { term: text.stillThere, minor: credits.leftMinor },
    { term: text.held, minor: credits.heldMinor },
    { term: text.spent, minor: credits.spentMinor },
    { term: text.expired, minor: credits.expiredMinor },
    { term: text.takenBack, minor: credits.takenBackMinor },
  ].filter(({ term, minor }) => minor > 0n || term === text.stillThere || term === text.spent);
  for (const { term, minor } of parts) facts.push({ term, value: formatCredits(minor, locale) });
  if (purchase.shortfallMinor > 0n)
    facts.push({ term: text.shortfall, value: formatCredits(purchase.shortfallMinor, locale), strong: true });
  if (purchase.waivedMinor > 0n) facts.push({ term: text.waived, value: formatCredits(purchase.waivedMinor, locale) });
  if (purchase.billedMinor > 0n) facts.push({ term: text.billed, value: formatCredits(purchase.billedMinor, locale) });
  return facts;
}

/** Each step in which money went back or came again. */
function WentBack({ location, it, now }: { location: Location; it: Refundable; now: Date }) {
  const { locale } = location;
  const text = refundMessages(locale);
  if (it.lines.length === 0) return null;
  return (
    <Section title={text.wentBack} id="went-back" lead={zoneText(location, now)}>
      <Table
        caption={text.wentBack}
        hideCaption
        rows={it.lines}
        rowId={({ number }) => `line-${number}`}
        columns={[
          { key: 'what', header: text.columnWhat, primary: true, cell: ({ kind }) => lineText(kind, locale) },
          { key: 'date', header: text.columnDate, cell: ({ at }) => <Time at={at} location={location} /> },
          { key: 'by', header: text.columnBy, cell: (line) => byText(line, locale) },
          {
            key: 'amount',
            header: text.columnAmount,
            align: 'end',
            cell: ({ amountMinor }) => signedText(it.payment, -amountMinor, locale),
          },
        ]}
      />
    </Section>
  );
}

function lineText(kind: ReversalLine['kind'], locale: string): string {
  const text = refundMessages(locale);
  const words: Record<ReversalLine['kind'], string> = {
    refund: text.lineRefund,
    refund_failed: text.lineRefundFailed,
    dispute: text.lineDispute,
    dispute_ended: text.lineDisputeEnded,
  };
  return words[kind];
}

function byText({ kind, actorName, reason }: ReversalLine, locale: string): string {
  const text = refundMessages(locale);
  if (actorName && reason) return text.byAt({ name: actorName, reason });
  return kind === 'refund' ? text.atGateway : text.atBank;
}

function methodText({ method, methodLabel }: Payment, locale: string): string {
  const text = refundMessages(locale);
  if (method === 'card') return methodLabel || text.methodCard;
  return method === 'free' ? text.methodFree : methodLabel || text.methodExternal;
}

function statusText({ status }: Payment, locale: string): string {
  const text = refundMessages(locale);
  if (isUndecided(status)) return text.statusOpen;
  if (status === 'review') return text.statusReview;
  return status === 'paid' ? text.statusPaid : text.statusFailed;
}

/** Money of the payment's currency. */
export function moneyText({ amount }: Payment, minor: bigint, locale: string): string {
  return formatMoney({ ...amount, minor }, locale);
}

/** What left us and what came again, with its sign in text. */
function signedText(payment: Payment, minor: bigint, locale: string): string {
  return minor < 0n ? `\u2212${moneyText(payment, -minor, locale)}` : `+${moneyText(payment, minor, locale)}`;
}

function Time({ at, location }: { at: Date; location: Location }) {
  return <time datetime={at.toISOString()}>{fullTime(at, location)}</time>;
}

function zoneText({ name, locale, timeZone }: Location, now: Date): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(now);
  const zone = parts.find((part) => part.type === 'timeZoneName')!.value;
  return refundMessages(locale).zone({ location: name, zone });
}
