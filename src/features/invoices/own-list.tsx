import { ButtonLink } from '../../web/ui/button.tsx';
import { Card, Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import type { Location } from '../organizations/organizations.ts';
import { type Wallet, walletsOf } from '../people/people.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { InvoiceTable } from './invoice-table.tsx';
import { calendarDay, titleOf } from './invoice-text.ts';
import { ownMessages } from './own-messages.ts';
import { PayLink, whenIssued } from './own-page.tsx';
import { ownHref, ownInvoiceHref } from './places.ts';
import type { Invoice, InvoiceSummary } from './records.ts';
import { isOverdue, moneyOf, StateBadges } from './standing.tsx';

type Props = {
  visit: AtMembership;
  wallet: Wallet;
  invoices: InvoiceSummary[];
  /** The one that collects items now. */
  active: Invoice | undefined;
  chargeOn: string | null;
  /** Invoices of which a payment is undecided. */
  busy: ReadonlySet<string>;
  /** Whether a card can be taken for invoices. */
  sells: boolean;
};

/** Membership > Invoices: what is to be paid on top, then what will be, then what was. */
export function OwnList({ visit, wallet, invoices, active, chargeOn, busy, sells }: Props) {
  const { location, now } = visit;
  const text = ownMessages(location.locale);
  const open = invoices.filter(({ dueMinor }) => dueMinor > 0n).reverse();
  const earlier = invoices.filter(({ status, dueMinor }) => status !== 'draft' && dueMinor === 0n);
  const isEmpty = invoices.length === 0;
  return (
    <>
      <PageHead title={text.title} back={{ href: `/l/${location.slug}/more`, label: text.more }} />
      <WalletChoice visit={visit} wallet={wallet} />
      {isEmpty && <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>}
      {open.length > 0 && (
        <Section title={text.toPay} id="to-pay">
          <div class="stack">
            {!sells && (
              <Notice tone="warn" id="no-gateway">
                {text.noGateway({ place: location.name })}
              </Notice>
            )}
            {open.map((invoice) => (
              <ToPay location={location} now={now} invoice={invoice} isBusy={busy.has(invoice.id)} sells={sells} />
            ))}
          </div>
        </Section>
      )}
      {open.length === 0 && earlier.length > 0 && (
        <Notice tone="good" title={text.nothingToPayTitle}>
          {text.nothingToPay}
        </Notice>
      )}
      {active && active.items.length > 0 && <Active location={location} invoice={active} chargeOn={chargeOn} />}
      {earlier.length > 0 && (
        <Section title={text.earlier} id="earlier">
          <InvoiceTable
            location={location}
            now={now}
            invoices={earlier}
            hrefOf={({ id }) => ownInvoiceHref(location, id)}
            empty={null}
          />
        </Section>
      )}
    </>
  );
}

function WalletChoice({ visit, wallet }: { visit: AtMembership; wallet: Wallet }) {
  const { location } = visit;
  const text = ownMessages(location.locale);
  const wallets = walletsOf(visit);
  if (wallets.length === 1) return null;
  return (
    <Form action={ownHref(location)} method="get" layout="plain" replace>
      <RadioCards
        name="wallet"
        legend={text.wallet}
        value={wallet.kind}
        columns
        submitLabel={text.showWallet}
        choices={wallets.map(({ kind, name }) => ({
          value: kind,
          label: kind === 'company' ? name : text.mine,
          icon: kind === 'company' ? 'company' : 'person',
          detail: kind === 'company' ? text.companyDetail({ company: name }) : text.mineDetail,
        }))}
      />
    </Form>
  );
}

type ToPayProps = { location: Location; now: Date; invoice: InvoiceSummary; isBusy: boolean; sells: boolean };

function ToPay({ location, now, invoice, isBusy, sells }: ToPayProps) {
  const { locale } = location;
  const text = ownMessages(locale);
  const title = titleOf(invoice, locale);
  const day = calendarDay(invoice.dueOn!, locale);
  return (
    <Card
      title={title}
      id={`invoice-${invoice.id}`}
      actions={<StateBadges invoice={invoice} location={location} now={now} />}
    >
      <p class="text-2xl font-semibold tabular-nums">{moneyOf(invoice, invoice.dueMinor, locale)}</p>
      <p class="mb-3">{isOverdue(invoice, location, now) ? text.overdueSince({ day }) : text.dueBy({ day })}</p>
      <FormActions>
        {!isBusy && sells && <PayLink location={location} invoice={invoice} />}
        <ButtonLink
          href={ownInvoiceHref(location, invoice.id)}
          tone={isBusy ? 'secondary' : 'quiet'}
          label={text.openNamed({ title })}
        >
          {text.open}
        </ButtonLink>
      </FormActions>
    </Card>
  );
}

type ActiveProps = { location: Location; invoice: Invoice; chargeOn: string | null };

/** What will be on the next invoice, and when it will be issued (UX-11). */
function Active({ location, invoice, chargeOn }: ActiveProps) {
  const { locale } = location;
  const text = ownMessages(locale);
  return (
    <Card
      title={text.active}
      id="active"
      actions={
        <a href={ownInvoiceHref(location, invoice.id)} aria-label={text.openNamed({ title: text.active })}>
          {text.open}
        </a>
      }
    >
      <p class="mb-3">{whenIssued(location, chargeOn)}</p>
      <Facts
        items={[
          ...invoice.items.map(({ title, totalMinor }) => ({
            term: title,
            value: moneyOf(invoice, totalMinor, locale),
          })),
          { term: text.soFar, value: moneyOf(invoice, invoice.totalMinor, locale), strong: true },
        ]}
      />
    </Card>
  );
}
