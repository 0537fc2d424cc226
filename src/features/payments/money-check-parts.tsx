import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card, Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { ReadBooks, ShownAlert } from './alert-list.ts';
import { moneyCheckMessages } from './money-check-messages.ts';
import { refusalText } from './refusal-messages.ts';

/** The longest note on what was done. */
export const MAX_NOTE_LENGTH = 300;

type Shown = { location: Location; now: Date; at: string; nameOf: (kind: string) => string };

/** A note that was refused, at its alert, with the code of what is wrong. */
export type Typed = { alertId: string; note: string; error: string };

/** When each gateway's books were compared last, and the button that does it now. */
export function Books({ location, now, at, nameOf, books }: Shown & { books: ReadBooks[] }) {
  const text = moneyCheckMessages(location.locale);
  if (books.length === 0) return <p class="mb-6 text-muted">{text.noGateway}</p>;
  const read = books.map(({ kind, account, comparedAt }) => {
    const gateway = `${nameOf(kind)} (${account})`;
    return comparedAt
      ? text.compared({ gateway, time: timeText(comparedAt, location) })
      : text.notCompared({ gateway });
  });
  return (
    <div class="stack mb-6" id="books">
      <div class="text-muted">
        {read.map((sentence) => (
          <p>{sentence}</p>
        ))}
        <p>{zoneText(location, now)}</p>
      </div>
      <Form action={at}>
        <FormActions>
          <Button icon="refresh" id="check-now" pendingLabel={text.running}>
            {text.run}
          </Button>
        </FormActions>
      </Form>
    </div>
  );
}

type OpenProps = Shown & { alerts: ShownAlert[]; count: number; books: ReadBooks[]; typed: Typed | undefined };

/** What is open, each with what happened and what to do. */
export function OpenAlerts({ alerts, count, typed, ...it }: OpenProps) {
  const text = moneyCheckMessages(it.location.locale);
  if (alerts.length === 0) return <EmptyState title={text.nothingTitle}>{text.nothing}</EmptyState>;
  return (
    <Section title={text.open} id="open" lead={count > alerts.length && text.openMore({ shown: alerts.length, count })}>
      <div class="stack">
        {alerts.map((alert) => (
          <OpenAlert {...it} alert={alert} typed={typed?.alertId === alert.id ? typed : undefined} />
        ))}
      </div>
    </Section>
  );
}

type AlertProps = Pick<OpenProps, keyof Shown | 'books' | 'typed'> & { alert: ShownAlert };

function OpenAlert({ alert, typed, ...it }: AlertProps) {
  const { location, at } = it;
  const text = moneyCheckMessages(location.locale);
  const what = text[alert.kind];
  return (
    <Card title={what} id={`alert-${alert.id}`}>
      <div class="stack">
        <p>{whatText(alert, location.locale)}</p>
        <Facts items={aboutFacts(alert, it)} />
        <p>
          <strong>{text.toDo}</strong>
          {': '}
          {doText(alert, location.locale)}
        </p>
        <Form action={`${at}/${alert.id}/resolve`}>
          <Field
            name="note"
            id={`note-${alert.id}`}
            label={text.note}
            hint={text.noteHint}
            value={typed?.note}
            error={typed && errorText(typed.error, location.locale)}
            invalidText={text.errorNote}
            autocomplete="off"
            maxlength={MAX_NOTE_LENGTH}
            required
            autofocus={typed !== undefined}
          />
          <FormActions>
            <Button id={`resolve-${alert.id}`} label={text.resolveOf({ what })} pendingLabel={text.resolving}>
              {text.resolve}
            </Button>
            {alert.kind === 'shortfall' && alert.payment && <Shortfall location={location} payment={alert.payment} />}
          </FormActions>
        </Form>
      </div>
    </Card>
  );
}

/** What may become of credits that were gone when their money went back. */
function Shortfall({ location, payment }: { location: Location; payment: NonNullable<ShownAlert['payment']> }) {
  const text = moneyCheckMessages(location.locale);
  const href = paymentHref(location, payment);
  return (
    <>
      <ButtonLink href={`${href}/bill`} tone="quiet" label={text.billOf(payment)}>
        {text.bill}
      </ButtonLink>
      <ButtonLink href={`${href}/waive`} tone="quiet" label={text.waiveOf(payment)}>
        {text.waive}
      </ButtonLink>
    </>
  );
}

/** What was done, by whom, and when. */
export function ResolvedAlerts({ location, alerts }: Shown & { alerts: ShownAlert[] }) {
  const text = moneyCheckMessages(location.locale);
  if (alerts.length === 0) return null;
  const doneText = ({ resolvedAt, resolvedByName }: ShownAlert) =>
    `${timeText(resolvedAt!, location)} ${resolvedByName ? text.by({ name: resolvedByName }) : text.byItself}`;
  return (
    <Section title={text.done} id="done">
      <Table
        caption={text.done}
        hideCaption
        rows={alerts}
        rowId={({ id }) => `alert-${id}`}
        columns={[
          { key: 'what', header: text.columnWhat, primary: true, cell: ({ kind }) => text[kind] },
          { key: 'about', header: text.columnAbout, cell: (alert) => <About location={location} alert={alert} /> },
          { key: 'since', header: text.columnSince, cell: ({ createdAt }) => timeText(createdAt, location) },
          { key: 'done', header: text.columnDone, cell: doneText },
          { key: 'note', header: text.columnNote, cell: (alert) => alert.note || outcomeText(alert, location.locale) },
        ]}
      />
    </Section>
  );
}

function About({ location, alert }: { location: Location; alert: ShownAlert }) {
  const { payment, reference } = alert;
  if (!payment) return <>{reference && <code class="break-all">{reference}</code>}</>;
  return <a href={paymentHref(location, payment)}>{`${payment.title}, ${payment.customer}`}</a>;
}

/** What an alert is about, and since when. */
function aboutFacts(alert: ShownAlert, { location, books, nameOf }: Omit<AlertProps, 'typed' | 'alert'>) {
  const { locale } = location;
  const text = moneyCheckMessages(locale);
  const { payment, reference, details } = alert;
  const facts: FactsProps['items'] = [];
  if (payment) {
    const { title, customer, amount, disputedMinor } = payment;
    facts.push({ term: text.payment, value: <a href={paymentHref(location, payment)}>{title}</a> });
    facts.push({ term: text.customer, value: customer });
    facts.push({ term: text.amount, value: formatMoney(amount, locale) });
    if (alert.kind === 'dispute')
      facts.push({ term: text.heldBack, value: formatMoney({ ...amount, minor: disputedMinor }, locale) });
  }
  const gateway = books.find(({ id }) => id === alert.connectionId);
  if (gateway) facts.push({ term: text.gateway, value: `${nameOf(gateway.kind)} (${gateway.account})` });
  if (reference && details.amount && details.currency) {
    const amount = { minor: BigInt(details.amount), currency: details.currency };
    facts.push({ term: text.amount, value: formatMoney(amount, locale) });
  }
  if (reference) facts.push({ term: text.reference, value: <code class="break-all">{reference}</code> });
  const since = <time datetime={alert.createdAt.toISOString()}>{timeText(alert.createdAt, location)}</time>;
  return [...facts, { term: text.since, value: since }];
}

/** What happened. */
function whatText({ kind, payment, details }: ShownAlert, locale: string): string {
  const text = moneyCheckMessages(locale);
  const of = {
    customer: payment?.customer ?? '',
    title: payment?.title ?? '',
    amount: payment ? formatMoney(payment.amount, locale) : '',
  };
  switch (kind) {
    case 'late-payment':
    case 'missing-there':
    case 'granted-while-removed':
    case 'paid-too-much':
      return text[`${kind}-what`](of);
    case 'dispute':
      return text['dispute-what'](of);
    case 'shortfall':
    case 'shortfall-billed': {
      const creditsMinor = BigInt(details.creditsMinor ?? '0');
      const counted = { one: creditsMinor === 100n, credits: formatCredits(creditsMinor, locale) };
      return text[`${kind}-what`]({ ...of, ...counted });
    }
    case 'refund-refused':
      return text['refund-refused-what']({ why: refusalText(details.why, locale) });
    case 'review':
      return text[`review-${oneOf(details.what, ['live', 'currency', 'amount'])}`];
    case 'differs':
      return text[
        `differs-${oneOf(details.what, ['state', 'amount', 'currency', 'live', 'refunded', 'disputed', 'lost'])}`
      ];
    case 'gateway-failing':
      return details.why === 'refused' ? text['gateway-failing-refused'] : text['gateway-failing-what'];
    case 'missing-here':
      return text['missing-here-what'];
  }
}

/** What to do next, and who. */
function doText({ kind, payment, details }: ShownAlert, locale: string): string {
  const text = moneyCheckMessages(locale);
  if (kind === 'dispute' && details.outcome === 'not-told') return text['dispute-do-not-told'];
  const sentence = text[`${kind}-do`];
  return typeof sentence === 'string' ? sentence : sentence({ customer: payment?.customer ?? '' });
}

/** How a dispute ended, where the gateway has told us. */
function outcomeText({ kind, resolvedAt, details }: ShownAlert, locale: string): string {
  const text = moneyCheckMessages(locale);
  if (kind !== 'dispute' || !resolvedAt) return '';
  return details.outcome === 'won' || details.outcome === 'lost' ? text[`dispute-${details.outcome}`] : '';
}

function errorText(code: string, locale: string): string {
  const text = moneyCheckMessages(locale);
  if (code === 'note-long') return text.errorNoteLong({ most: String(MAX_NOTE_LENGTH) });
  return code === 'hidden' ? text.errorHidden : text.errorNote;
}

/** The last of the known codes for one that is not known. */
function oneOf<T extends string>(code: string | undefined, known: readonly [T, ...T[]]): T {
  return known.find((it) => it === code) ?? known[0];
}

function paymentHref({ slug }: Location, { id, customerId }: { id: string; customerId: string }): string {
  return `/l/${slug}/community/customers/${customerId}/payments/${id}`;
}

function timeText(at: Date, { locale, timeZone }: Location): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

function zoneText({ name, locale, timeZone }: Location, now: Date): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(now);
  const zone = parts.find((part) => part.type === 'timeZoneName')!.value;
  return moneyCheckMessages(locale).zone({ location: name, zone });
}
