import { designSamples } from './design-samples.ts';
import { Badge } from './ui/badge.tsx';
import { Balance } from './ui/balance.tsx';
import { ButtonLink } from './ui/button.tsx';
import { Card, Section } from './ui/card.tsx';
import { EmptyState } from './ui/empty-state.tsx';
import { Facts } from './ui/facts.tsx';
import { LedgerHeading, LedgerList, LedgerRow } from './ui/ledger.tsx';
import { Menu, MenuAction, MenuLink } from './ui/menu.tsx';
import { PackageCard, type PackageCardProps, PackageGrid } from './ui/package-card.tsx';
import { Steps } from './ui/steps.tsx';
import { Table } from './ui/table.tsx';
import { Tabs } from './ui/tabs.tsx';

/** The second half of the design's page: what holds figures. */
export function DesignLists({ locale }: { locale: string }) {
  const text = designSamples(locale);
  return (
    <>
      <Section title={text.packages}>
        <PackageSamples locale={locale} />
      </Section>
      <Section title={text.lists}>
        <div class="design-columns">
          <div class="stack">
            <Tabs
              label={text.lists}
              items={[
                { href: '/design', label: text.history, current: true, count: '12' },
                { href: '/design?tab=open', label: text.open },
              ]}
            />
            <LedgerSample locale={locale} />
            <EmptyState
              headingLevel={3}
              title={text.emptyTitle}
              actions={
                <ButtonLink href="/design" tone="primary">
                  {text.buy}
                </ButtonLink>
              }
            >
              {text.emptyText}
            </EmptyState>
          </div>
          <div class="stack">
            <TableSample locale={locale} />
            <FactSamples locale={locale} />
          </div>
        </div>
      </Section>
    </>
  );
}

function PackageSamples({ locale }: { locale: string }) {
  const text = designSamples(locale);
  const card: PackageCardProps = {
    locale,
    name: text.starter,
    credits: '50',
    creditsLabel: text.credits,
    price: '€49.00',
    perCredit: text.perCredit,
  };
  const buy = (
    <ButtonLink href="/design" tone="primary">
      {text.buy}
    </ButtonLink>
  );
  return (
    <div class="stack">
      <Balance label={text.balance} amount="50" unit={text.credits} detail={text.expiry} />
      <PackageGrid>
        <PackageCard {...card} action={buy} />
        <PackageCard
          {...card}
          name={text.regular}
          credits="1,250.5"
          oldPrice="€61.25"
          saving={text.saving}
          popular={text.popular}
          detail={text.validity}
          action={buy}
        />
      </PackageGrid>
    </div>
  );
}

function LedgerSample({ locale }: { locale: string }) {
  const text = designSamples(locale);
  return (
    <LedgerList label={text.history}>
      <LedgerHeading>{text.month}</LedgerHeading>
      <LedgerRow
        date="14 Nov, 10:42"
        datetime="2026-11-14T09:42:00Z"
        what={text.bought}
        detail={text.cardMethod}
        amount="+50"
        direction="in"
        balanceAfter="100"
        href="/design"
      />
      <LedgerRow
        date="12 Nov, 16:00"
        datetime="2026-11-12T15:00:00Z"
        what={text.booked}
        amount="−8"
        direction="out"
        balanceAfter="50"
      />
    </LedgerList>
  );
}

function TableSample({ locale }: { locale: string }) {
  const text = designSamples(locale);
  const menu = (
    <Menu label={text.more}>
      <MenuLink href="/design" icon="edit">
        {text.edit}
      </MenuLink>
      <MenuAction action="/design" icon="archive" tone="danger">
        {text.remove}
      </MenuAction>
    </Menu>
  );
  return (
    <Card flush>
      <Table
        caption={text.lists}
        columns={[
          { key: 'member', header: text.member, primary: true, cell: () => <a href="/design">{text.personName}</a> },
          { key: 'state', header: text.state, cell: () => <Badge tone="good">{text.paid}</Badge> },
          { key: 'amount', header: text.amount, align: 'end', cell: (row) => row },
          { key: 'menu', header: text.actions, hideHeader: true, cell: () => menu },
        ]}
        rows={['€49.00', '€180.00']}
        total={[text.total, null, '€229.00', null]}
      />
    </Card>
  );
}

function FactSamples({ locale }: { locale: string }) {
  const text = designSamples(locale);
  return (
    <>
      <Card title={text.receipt}>
        <Facts
          items={[
            { term: text.bought, value: '€41.18' },
            { term: text.tax, value: '€7.82' },
            { term: text.total, value: '€49.00', strong: true },
          ]}
        />
      </Card>
      <Card title={text.setUp}>
        <Steps
          locale={locale}
          label={text.setUp}
          items={[
            { label: text.gateway, state: 'done' },
            { label: text.tax, state: 'current', href: '/design', detail: text.nameHint },
            { label: text.invite, state: 'todo' },
          ]}
        />
      </Card>
    </>
  );
}
