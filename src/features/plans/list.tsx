import { formatCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Menu, MenuAction, MenuLink } from '../../web/ui/menu.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import { cycleText, discountText, planMessages } from './messages.ts';
import type { Plan } from './plans.ts';

type ListProps = {
  location: Location;
  /** Address of this list. */
  at: string;
  plans: Plan[];
};

/** The plans of a location as its administrators see them. */
export function PlanList({ location, at, plans }: ListProps) {
  const text = planMessages(location.locale);
  const add = (
    <ButtonLink href={`${at}/new`} tone="primary" icon="plus" id="new-plan">
      {text.newPlan}
    </ButtonLink>
  );
  if (plans.length === 0) {
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
      <PlanTable location={location} at={at} plans={plans} />
    </>
  );
}

function PlanTable({ location, at, plans }: ListProps) {
  const text = planMessages(location.locale);
  const { locale, currency } = location;
  const perCycle = (plan: Plan, amount: string) => text.perCycle({ amount, cycle: cycleText(plan.cycle, locale) });
  return (
    <Table
      caption={text.title}
      hideCaption
      rows={plans}
      rowId={(plan) => `plan-${plan.id}`}
      columns={[
        {
          key: 'name',
          header: text.columnName,
          primary: true,
          cell: (plan) => <a href={`${at}/${plan.id}/edit`}>{plan.name}</a>,
        },
        {
          key: 'price',
          header: text.columnPrice,
          align: 'end',
          cell: (plan) => perCycle(plan, formatMoney({ minor: plan.priceMinor, currency }, locale)),
        },
        {
          key: 'credits',
          header: text.columnCredits,
          align: 'end',
          cell: (plan) =>
            plan.creditsMinor === 0n ? text.none : perCycle(plan, formatCredits(plan.creditsMinor, locale)),
        },
        { key: 'discount', header: text.columnDiscount, cell: (plan) => discounted(plan, locale) },
        {
          key: 'invoice',
          header: text.columnInvoice,
          cell: (plan) => (plan.creditsOnInvoice ? text.yes : text.no),
        },
        {
          key: 'actions',
          header: text.columnActions,
          hideHeader: true,
          align: 'end',
          cell: (plan) => (
            <Menu label={text.actionsOf({ name: plan.name })}>
              <MenuLink href={`${at}/${plan.id}/edit`} icon="edit">
                {text.edit}
              </MenuLink>
              <MenuAction action={`${at}/${plan.id}/archive`} icon="archive" tone="danger">
                {text.archive}
              </MenuAction>
            </Menu>
          ),
        },
      ]}
    />
  );
}

/** Who has packages for nothing has only so many of them. */
function discounted(plan: Plan, locale: string): string {
  if (plan.creditsDiscountPercent < 100) return discountText(plan.creditsDiscountPercent, locale);
  const { freePackagesPerCycle: count } = plan;
  return planMessages(locale).freePerCycle({
    count: new Intl.NumberFormat(locale).format(count),
    one: count === 1,
    cycle: cycleText(plan.cycle, locale),
  });
}
