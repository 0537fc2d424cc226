import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { Button } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { customerOf, customerPage } from '../people/customer-frame.tsx';
import { type Wallet, walletsOf } from '../people/people.ts';
import { setFlash } from '../sign-in/flash.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtLocation, AtMembership, Guards } from '../sign-in/visit.ts';
import { type BillingDetails, billingOfCustomer, saveCustomerBilling } from './billing.ts';
import { BillingFields, fieldId, filledWith, type Shown } from './fields.tsx';
import { billingForm, detailsOf, fieldErrors } from './form.ts';
import { billingMessages } from './messages.ts';

const OF_CUSTOMER = '/l/:location/community/customers/:customerId/billing';
const OWN = '/l/:location/membership/billing';

/** Billing details of customers: their own page, a company's for its managers, and the administrators' tab. */
export function customerBillingPages(core: Core, guards: Guards): Route[] {
  const customers = guards.administrator('customers');
  return [
    get(OF_CUSTOMER, customers, (visit, c) => showTab(core, visit, c)),
    post(OF_CUSTOMER, customers, (visit, c) => saveTab(core, visit, c)),
    get(OWN, guards.member, (visit, c) => showOwn(core, visit, c)),
    post(`${OWN}/:wallet`, guards.member, (visit, c) => saveOwn(core, visit, c)),
    // Whoever had to sign in again comes back to the page.
    get(`${OWN}/:wallet`, guards.member, (visit, c) => c.redirect(ownHref(visit), 303)),
  ];
}

async function showTab(core: Core, visit: AtLocation, c: Ctx, again?: Shown): Promise<Response> {
  const { customer, details } = await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    return { customer, details: await billingOfCustomer(db, customer.id) };
  });
  const { locale, slug } = visit.location;
  const text = billingMessages(locale);
  const shown = again ?? { typed: filledWith(details), errors: {} };
  return customerPage(c, visit, customer, {
    current: 'billing',
    ...(again && { status: 422 }),
    children: (
      <Card title={text.billing}>
        <p class="mb-3">{text.ofCustomerLead(customer)}</p>
        <BillingForm
          {...{ locale, name: customer.name, shown }}
          action={`/l/${slug}/community/customers/${customer.id}/billing`}
        />
      </Card>
    ),
  });
}

async function saveTab(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const form = await readForm(c, billingForm);
  const { locale, slug } = visit.location;
  if (!form.ok) return showTab(core, visit, c, { typed: form.typed, errors: fieldErrors(form.errors, locale) });
  const { organizationId, now } = visit;
  const customerId = await core.database.write(organizationId, async (tx) => {
    const { id } = await customerOf(tx, visit, c);
    await saveCustomerBilling(tx, { organizationId, customerId: id, details: detailsOf(form.values), now });
    return id;
  });
  setFlash(c, { tone: 'good', text: billingMessages(locale).saved });
  return c.redirect(`/l/${slug}/community/customers/${customerId}/billing`, 303);
}

type Again = Shown & { wallet: Wallet };

/** One's own, and the company's for those who manage it. */
async function showOwn(core: Core, visit: AtMembership, c: Ctx, again?: Again): Promise<Response> {
  const wallets = walletsOf(visit);
  const lists = await core.database.read(visit.organizationId, async (db) => {
    const lists: { wallet: Wallet; details: BillingDetails }[] = [];
    for (const wallet of wallets) lists.push({ wallet, details: await billingOfCustomer(db, wallet.customerId) });
    return lists;
  });
  const { locale, slug } = visit.location;
  const text = billingMessages(locale);
  return memberPage(c, visit, {
    title: text.tab,
    current: 'more',
    width: 'narrow',
    ...(again && { status: 422 }),
    children: (
      <>
        <PageHead title={text.tab} back={{ href: `/l/${slug}/more`, label: text.more }} />
        {lists.map(({ wallet, details }) => {
          const isCompany = wallet.kind === 'company';
          const named = { company: wallet.name };
          const shown = again?.wallet.kind === wallet.kind ? again : { typed: filledWith(details), errors: {} };
          return (
            <Card title={isCompany ? text.company(named) : text.mine} id={`billing-${wallet.kind}`}>
              <p class="mb-3">{isCompany ? text.companyLead(named) : text.mineLead}</p>
              <BillingForm
                {...{ locale, name: wallet.name, shown, form: wallet.kind }}
                action={`${ownHref(visit)}/${wallet.kind}`}
              />
            </Card>
          );
        })}
      </>
    ),
  });
}

async function saveOwn(core: Core, visit: AtMembership, c: Ctx): Promise<Response> {
  const form = await readForm(c, billingForm);
  const wallet = walletsOf(visit).find(({ kind }) => kind === c.req.param('wallet'));
  if (!wallet) throw new NotFound();
  const { locale } = visit.location;
  if (!form.ok) return showOwn(core, visit, c, { wallet, typed: form.typed, errors: fieldErrors(form.errors, locale) });
  const { organizationId, now } = visit;
  const it = { organizationId, customerId: wallet.customerId, details: detailsOf(form.values), now };
  await core.database.write(organizationId, (tx) => saveCustomerBilling(tx, it));
  setFlash(c, { tone: 'good', text: billingMessages(locale).saved });
  return c.redirect(ownHref(visit), 303);
}

function BillingForm(it: { locale: string; name: string; shown: Shown; action: string; form?: string }) {
  const text = billingMessages(it.locale);
  const errors = Object.entries(it.shown.errors).map(([name, wrong]) => ({
    fieldId: fieldId(name, it.form),
    text: wrong,
  }));
  return (
    <>
      <ErrorSummary locale={it.locale} errors={errors} />
      <Form action={it.action}>
        <BillingFields locale={it.locale} name={it.name} form={it.form} {...it.shown} />
        <FormActions>
          <Button tone="primary" pendingLabel={text.saving}>
            {text.save}
          </Button>
        </FormActions>
      </Form>
    </>
  );
}

function ownHref(visit: AtLocation): string {
  return `/l/${visit.location.slug}/membership/billing`;
}
