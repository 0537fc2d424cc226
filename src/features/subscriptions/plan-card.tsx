import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { Badge } from '../../web/ui/badge.tsx';
import { Button } from '../../web/ui/button.tsx';
import { Card, Section } from '../../web/ui/card.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import { cycleText, discountText } from '../plans/plans.ts';
import { subscriptionMessages } from './messages.ts';
import type { Subscription, WrittenPeriod } from './records.ts';
import type { Terms } from './terms.ts';

/** A customer's plan as it stands at `now`. */
export type Standing = {
  location: Location;
  now: Date;
  /** Address of the tab. */
  at: string;
  subscription: Subscription;
  terms: Terms | undefined;
  /** The cycle of now, as it was written. */
  period: WrittenPeriod | undefined;
};

/** The plan, what it means now, and what comes next. */
export function PlanCard(it: Standing) {
  const { location, subscription, now } = it;
  const text = subscriptionMessages(location.locale);
  const { endsAt, plan, startsAt } = subscription;
  const state =
    startsAt > now ? (
      <Badge tone="info">{text.stateUpcoming}</Badge>
    ) : (
      <Badge tone={endsAt ? 'warn' : 'good'}>{endsAt ? text.stateEnding : text.stateRunning}</Badge>
    );
  return (
    <>
      {endsAt && (
        <Notice
          tone="warn"
          id="plan-ends"
          title={text.endsTitle({ plan: plan.name, day: lastDay(endsAt, location) })}
          actions={
            <Form action={`${it.at}/keep`} layout="plain">
              <Button size="small">{text.keep}</Button>
            </Form>
          }
        >
          {text.endsText}
        </Notice>
      )}
      <Card title={plan.name} id="plan" actions={state}>
        <Facts items={factsOf(it)} />
      </Card>
    </>
  );
}

function factsOf({ location, subscription, terms, period }: Standing): FactsProps['items'] {
  const { locale, currency } = location;
  const text = subscriptionMessages(locale);
  const { startsAt, renewsAt, endsAt, nextPlan, plan } = subscription;
  const facts: FactsProps['items'] = [{ term: text.since, value: day(startsAt, location) }];
  if (endsAt) facts.push({ term: text.lastDay, value: lastDay(endsAt, location) });
  if (terms && period) {
    const { cycle } = period;
    const perCycle = (amount: string) => text.perCycle({ amount, cycle: cycleText(cycle, locale) });
    const to = lastDay(terms.cycle.endsAt, location);
    facts.push(
      { term: text.thisCycle, value: text.cycleDays({ from: day(terms.cycle.startsAt, location), to }) },
      { term: text.price, value: perCycle(formatMoney({ minor: period.priceMinor, currency }, locale)) },
      {
        term: text.credits,
        value: period.creditsMinor === 0n ? text.none : perCycle(formatCredits(period.creditsMinor, locale)),
      },
    );
  }
  if (terms) facts.push(...termsOf(location, subscription, terms));
  if (renewsAt && renewsAt > startsAt) {
    const next = { day: day(renewsAt, location), plan: (nextPlan ?? plan).name };
    facts.push({ term: text.nextCycle, value: text.nextCycleWith(next) });
  }
  return facts;
}

function termsOf(location: Location, own: Subscription, terms: Terms): FactsProps['items'] {
  const { locale } = location;
  const text = subscriptionMessages(locale);
  const number = (count: number) => new Intl.NumberFormat(locale).format(count);
  const said = (value: string, agreed: unknown) => (agreed === null ? value : text.agreedValue({ value }));
  const answer = (value: boolean) => (value ? text.yes : text.no);
  const facts: FactsProps['items'] = [
    {
      term: text.discount,
      value: said(discountText(terms.creditsDiscountPercent, locale), own.creditsDiscountPercent),
    },
  ];
  if (terms.creditsDiscountPercent === 100) {
    const free = { left: number(terms.freePackagesLeft), count: number(terms.freePackagesPerCycle) };
    facts.push({ term: text.freePackages, value: text.freeLeft(free) });
  }
  facts.push(
    { term: text.onInvoice, value: said(answer(terms.creditsOnInvoice), own.creditsOnInvoice) },
    { term: text.autoInvoice, value: said(answer(terms.autoInvoice), own.autoInvoice) },
  );
  return facts;
}

/** The cycles so far, of this plan and of those before. */
export function Cycles({ location, periods }: { location: Location; periods: WrittenPeriod[] }) {
  const { locale, currency } = location;
  const text = subscriptionMessages(locale);
  if (periods.length === 0) return null;
  return (
    <Section title={text.cycles}>
      <Table
        caption={text.cycles}
        hideCaption
        rows={periods}
        rowId={(period) => `cycle-${period.startsOn}`}
        columns={[
          { key: 'from', header: text.columnFrom, primary: true, cell: (period) => day(period.startsAt, location) },
          { key: 'to', header: text.columnTo, cell: (period) => lastDay(period.endsAt, location) },
          { key: 'plan', header: text.columnPlan, cell: (period) => period.planName },
          {
            key: 'price',
            header: text.columnPrice,
            align: 'end',
            cell: (period) => formatMoney({ minor: period.priceMinor, currency }, locale),
          },
          {
            key: 'credits',
            header: text.columnCredits,
            align: 'end',
            cell: (period) => {
              if (period.creditsMinor === 0n) return text.none;
              return period.lotId ? formatCredits(period.creditsMinor, locale) : text.creditsMissed;
            },
          },
        ]}
      />
    </Section>
  );
}

/** A day of the calendar with its year. */
export function day(at: Date, { locale, timeZone }: Location): string {
  return new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

/** The last day before an instant at which something ends. */
export function lastDay(endsAt: Date, location: Location): string {
  return day(new Date(endsAt.getTime() - 1), location);
}
