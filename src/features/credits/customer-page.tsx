import type { Core } from '../../platform/core.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { formatCredits } from '../../shared/credits.ts';
import { Balance as BalanceFigure } from '../../web/ui/balance.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Location } from '../organizations/organizations.ts';
import { customerOf, customerPage } from '../people/customer-frame.tsx';
import type { Customer } from '../people/people.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { type Balance, balanceOf, creditHistory, type HistoryEntry } from './credits.ts';
import { CREDITS_OF_CUSTOMER, creditsHref } from './customer-place.tsx';
import { type Hold, holdsOf } from './holds.ts';
import { Lots } from './ledger.tsx';
import { creditMessages } from './messages.ts';
import { type OnAccountOf, owedIn } from './on-account.ts';
import { leftToReturn } from './returnable.ts';
import { PAGE_SIZE, Transactions, versionOf } from './transactions.tsx';

/** A customer's credits for administrators: Community > member or company > Credits. */
export function customerCreditsPages(core: Core, guards: Guards, onAccountOf?: OnAccountOf): Route[] {
  const customers = guards.administrator('customers');
  return [get(CREDITS_OF_CUSTOMER, customers, (visit, c) => showCustomer({ core, onAccountOf }, visit, c))];
}

type Parts = { core: Core; onAccountOf: OnAccountOf | undefined };

async function showCustomer({ core, onAccountOf }: Parts, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const text = creditMessages(location.locale);
  const before = versionOf(c.req.query('before'));
  const { customer, balance, holds, history, left, onAccount } = await core.database.read(
    visit.organizationId,
    async (db) => {
      const customer = await customerOf(db, visit, c);
      const balance = await balanceOf(db, customer.id, now);
      const holds = balance.heldMinor > 0n ? await holdsOf(db, customer.id, now) : [];
      const history = await creditHistory(db, customer.id, { ...before, limit: PAGE_SIZE });
      const spends = history.entries.filter((entry) => entry.type === 'spend').map((entry) => entry.id);
      const onAccount = await owedIn(db, history.entries, onAccountOf);
      return { customer, balance, holds, history, onAccount, left: await leftToReturn(db, spends) };
    },
  );
  const at = creditsHref(location, customer.id);
  const returnOf = ({ id }: HistoryEntry) => {
    const leftMinor = left.get(id);
    return leftMinor === undefined ? undefined : { leftMinor, href: `${at}/entries/${id}/return` };
  };
  const hasHistory = history.entries.length > 0 || before.before !== undefined;
  return customerPage(c, visit, customer, {
    current: 'credits',
    children: (
      <>
        {balance.frozen && (
          <Notice tone="warn" id="frozen" title={text.frozenTitle}>
            {text.frozen({ name: customer.name })}
          </Notice>
        )}
        <CustomerBalance
          location={location}
          customer={customer}
          balance={balance}
          holds={holds}
          now={now}
          moreHref={hasHistory ? `${at}/lots` : undefined}
        />
        <Transactions
          location={location}
          history={history}
          onAccount={onAccount}
          at={at}
          now={now}
          isFirst={before.before === undefined}
          empty={<EmptyState title={text.emptyCustomerTitle}>{text.emptyCustomerText}</EmptyState>}
          returnOf={returnOf}
          showActor
        />
      </>
    ),
  });
}

type BalanceProps = {
  location: Location;
  customer: Customer;
  balance: Balance;
  holds: Hold[];
  now: Date;
  moreHref: string | undefined;
};

function CustomerBalance({ location, customer, balance, ...it }: BalanceProps) {
  const { locale } = location;
  const text = creditMessages(locale);
  const at = creditsHref(location, customer.id);
  return (
    <BalanceFigure
      label={text.balanceCompany({ company: customer.name })}
      amount={formatCredits(balance.spendableMinor, locale)}
      unit={text.creditsUnit({ one: balance.spendableMinor === 100n })}
      detail={<Lots location={location} balance={balance} {...it} />}
      action={
        <FormActions>
          {!balance.frozen && (
            <ButtonLink href={`${at}/use`} tone="primary" id="use">
              {text.use}
            </ButtonLink>
          )}
          <ButtonLink href={`${at}/adjust`} id="adjust">
            {text.adjust}
          </ButtonLink>
        </FormActions>
      }
    />
  );
}
