import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import type { Ctx, Element } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Tabs } from '../../web/ui/tabs.tsx';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import { type Customer, customerAt } from './people.ts';
import { profileMessages } from './profile-messages.ts';

/** Which tab of a customer's page is shown. */
export type CustomerTab = 'overview' | 'plan' | 'credits' | 'payments' | 'invoices' | 'billing' | 'permissions';

/** The customer that an address names. What is of another location or organization is not there. */
export async function customerOf(db: Tx, visit: AtLocation, c: Ctx): Promise<Customer> {
  const id = c.req.param('customerId');
  const customer = isId(id) ? await customerAt(db, visit.location.id, id) : undefined;
  if (!customer) throw new NotFound();
  return customer;
}

/** A page about one member or company for administrators: its name, its tabs, and the tab's content. */
export function customerPage(
  c: Ctx,
  visit: AtLocation,
  customer: Customer,
  it: { current: CustomerTab; title?: string; status?: 200 | 409 | 422; children: Element },
): Response {
  const text = profileMessages(visit.location.locale);
  const at = `/l/${visit.location.slug}/community`;
  const list = customer.kind === 'company' ? 'companies' : 'members';
  const here = `${at}/customers/${customer.id}`;
  const tabs = [
    { tab: 'overview', href: here, label: text.tabOverview },
    { tab: 'plan', href: `${here}/plan`, label: text.tabPlan },
    { tab: 'credits', href: `${here}/credits`, label: text.tabCredits },
    { tab: 'payments', href: `${here}/payments`, label: text.tabPayments },
    { tab: 'invoices', href: `${here}/invoices`, label: text.tabInvoices },
    { tab: 'billing', href: `${here}/billing`, label: text.tabBilling },
    // For oneself one needs nobody's permission.
    ...(customer.kind === 'company'
      ? [{ tab: 'permissions', href: `${here}/permissions`, label: text.tabPermissions } as const]
      : []),
  ] as const;
  const current = tabs.find(({ tab }) => tab === it.current)!;
  return administratorPage(c, visit, {
    title: `${it.title ?? current.label} \u2013 ${customer.name}`,
    current: list,
    ...(it.status && { status: it.status }),
    children: (
      <>
        <PageHead back={{ href: `${at}/${list}`, label: text[list] }} title={customer.name} />
        <Tabs
          label={text.tabs}
          items={tabs.map(({ tab, href, label }) => ({ href, label, current: tab === it.current }))}
        />
        {it.children}
      </>
    ),
  });
}
