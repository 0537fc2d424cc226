import { formatCredits } from '../../shared/credits.ts';
import { formatMoney, formatPricePerCredit } from '../../shared/money.ts';
import { Badge } from '../../web/ui/badge.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Icon } from '../../web/ui/icon.tsx';
import { Menu, MenuAction, MenuLink } from '../../web/ui/menu.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import { packageMessages, packageTitle, validityText } from './messages.ts';
import type { CreditPackage } from './packages.ts';

type ListProps = {
  location: Location;
  /** Address of this list. */
  at: string;
  packages: CreditPackage[];
  /** Where a gateway is connected, when none is and this administrator may do so. */
  connectHref: string | undefined;
};

/** The packages of a location as its administrators see them. */
export function PackageList({ location, at, packages, connectHref }: ListProps) {
  const text = packageMessages(location.locale);
  const add = (
    <ButtonLink href={`${at}/new`} tone="primary" icon="plus" id="new-package">
      {text.newPackage}
    </ButtonLink>
  );
  if (packages.length === 0) {
    return (
      <>
        <PageHead eyebrow={text.place} title={text.title} />
        <EmptyState title={text.emptyTitle} actions={add}>
          {text.emptyText}
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHead eyebrow={text.place} title={text.title} lead={text.lead} actions={add} />
      {connectHref && (
        <Notice tone="info" actions={<ButtonLink href={connectHref}>{text.connectGateway}</ButtonLink>}>
          {text.nobodyCanPay}
        </Notice>
      )}
      <PackageTable location={location} at={at} packages={packages} />
    </>
  );
}

function PackageTable({ location, at, packages }: Omit<ListProps, 'connectHref'>) {
  const text = packageMessages(location.locale);
  const { locale, currency } = location;
  const price = (pkg: CreditPackage) => ({ minor: pkg.priceMinor, currency });
  return (
    <Table
      caption={text.title}
      hideCaption
      rows={packages}
      rowId={(pkg) => `package-${pkg.id}`}
      columns={[
        {
          key: 'name',
          header: text.columnName,
          primary: true,
          cell: (pkg) => <a href={`${at}/${pkg.id}/edit`}>{packageTitle(pkg, locale)}</a>,
        },
        {
          key: 'credits',
          header: text.columnCredits,
          align: 'end',
          cell: (pkg) => formatCredits(pkg.creditsMinor, locale),
        },
        {
          key: 'price',
          header: text.columnPrice,
          align: 'end',
          cell: (pkg) => (pkg.priceMinor === 0n ? text.free : formatMoney(price(pkg), locale)),
        },
        {
          key: 'per-credit',
          header: text.columnPerCredit,
          align: 'end',
          cell: (pkg) => formatPricePerCredit(price(pkg), pkg.creditsMinor, locale),
        },
        { key: 'validity', header: text.columnValidity, cell: (pkg) => validityText(pkg.validForDays, locale) },
        {
          key: 'state',
          header: text.columnState,
          cell: (pkg) => (
            <Badge tone={pkg.onSale ? 'good' : 'plain'}>{pkg.onSale ? text.stateOnSale : text.stateOffSale}</Badge>
          ),
        },
        {
          key: 'order',
          header: text.columnOrder,
          cell: (pkg) => <Order pkg={pkg} at={at} packages={packages} location={location} />,
        },
        {
          key: 'actions',
          header: text.columnActions,
          hideHeader: true,
          align: 'end',
          cell: (pkg) => (
            <Menu label={text.actionsOf({ title: packageTitle(pkg, locale) })}>
              <MenuLink href={`${at}/${pkg.id}/edit`} icon="edit">
                {text.edit}
              </MenuLink>
              <MenuAction action={`${at}/${pkg.id}/remove`} icon="archive" tone="danger">
                {text.remove}
              </MenuAction>
            </Menu>
          ),
        },
      ]}
    />
  );
}

/** Two buttons that name the place the package moves to: pressing one twice moves it once. */
function Order({ pkg, at, packages, location }: Omit<ListProps, 'connectHref'> & { pkg: CreditPackage }) {
  const text = packageMessages(location.locale);
  const title = packageTitle(pkg, location.locale);
  const index = packages.indexOf(pkg);
  const steps = [
    { to: index - 1, icon: 'up', label: text.moveUpOf({ title }), id: `move-up-${pkg.id}` },
    { to: index + 1, icon: 'down', label: text.moveDownOf({ title }), id: `move-down-${pkg.id}` },
  ] as const;
  return (
    <Form action={`${at}/${pkg.id}/move`} layout="plain">
      <span class="inline-flex">
        {steps.map((step) => (
          <button
            type="submit"
            name="to"
            value={String(step.to)}
            id={step.id}
            class="icon-button disabled:invisible"
            aria-label={step.label}
            disabled={step.to < 0 || step.to >= packages.length}
          >
            <Icon name={step.icon} />
          </button>
        ))}
      </span>
    </Form>
  );
}
