import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { Location } from '../organizations/organizations.ts';
import { customerOf, customerPage } from '../people/customer-frame.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtLocation, AtMembership, Guards } from '../sign-in/visit.ts';
import { addresses } from './addresses.ts';
import { answerWaiting, askManagers } from './asking.ts';
import { permissionMessages } from './messages.ts';
import { type InvoiceFor, type Listed, listOf } from './methods.ts';
import { PermissionForm } from './permission-form.tsx';
import { setPermission } from './permissions.ts';

const OWN = '/l/:location/membership/payment-permissions';
const OF_CUSTOMER = '/l/:location/community/customers/:customerId/permissions';

/**
 * Who may pay for a company: its managers' page, the tab of administrators, and asking. `invoiceFor` says whether a
 * customer may pay on an invoice; it comes from those who know its plan.
 */
export function permissionPages(core: Core, guards: Guards, invoiceFor: InvoiceFor): Route[] {
  const customers = guards.administrator('customers');
  const at = { core, invoiceFor };
  return [
    get(OWN, guards.member, (visit, c) => showOwn(at, visit, c)),
    post(OWN, guards.member, (visit, c) => saveOwn(at, visit, c)),
    post(`${OWN}/ask`, guards.member, (visit, c) => ask(core, visit, c)),
    // Whoever had to sign in again before asking comes back to the packages.
    get(`${OWN}/ask`, guards.member, (visit, c) => c.redirect(addresses.companyCredits(visit.location), 303)),
    get(OF_CUSTOMER, customers, (visit, c) => showTab(at, visit, c)),
    post(OF_CUSTOMER, customers, (visit, c) => saveTab(at, visit, c)),
  ];
}

type At = { core: Core; invoiceFor: InvoiceFor };
type Company = { customerId: string; name: string };

async function showOwn(at: At, visit: AtMembership, c: Ctx, hasChanged = false): Promise<Response> {
  const { location } = visit;
  const company = managedBy(visit);
  const list = await at.core.database.read(visit.organizationId, (db) => listed(db, at, visit, company));
  const text = permissionMessages(location.locale);
  return memberPage(c, visit, {
    title: text.title,
    current: 'more',
    width: 'narrow',
    ...(hasChanged && { status: 409 }),
    children: (
      <>
        <PageHead title={text.title} back={{ href: addresses.more(location), label: text.more }} />
        <PermissionForm
          {...{ location, company, list, hasChanged }}
          action={addresses.own(location)}
          cardsHref={addresses.cards(location)}
        />
      </>
    ),
  });
}

async function showTab(at: At, visit: AtLocation, c: Ctx, hasChanged = false): Promise<Response> {
  const { location } = visit;
  const { customer, company, list } = await at.core.database.read(visit.organizationId, async (db) => {
    const { customer, company } = await companyOf(db, visit, c);
    return { customer, company, list: await listed(db, at, visit, company) };
  });
  return customerPage(c, visit, customer, {
    current: 'permissions',
    ...(hasChanged && { status: 409 }),
    children: (
      <PermissionForm
        {...{ location, company, list, hasChanged }}
        action={addresses.ofCustomer(location, customer.id)}
      />
    ),
  });
}

const permissionForm = z.object({
  /** The methods that were shown, whether they are ticked or not. */
  shown: z.string().max(4000),
  'open[]': z.string().max(4000).optional(),
});

async function saveOwn(at: At, visit: AtMembership, c: Ctx): Promise<Response> {
  const company = managedBy(visit);
  const saved = await save(at, visit, c, async () => company);
  return saved ? c.redirect(addresses.own(visit.location), 303) : await showOwn(at, visit, c, true);
}

async function saveTab(at: At, visit: AtLocation, c: Ctx): Promise<Response> {
  const saved = await save(at, visit, c, async (tx) => (await companyOf(tx, visit, c)).company);
  if (!saved) return await showTab(at, visit, c, true);
  return c.redirect(addresses.ofCustomer(visit.location, saved.customerId), 303);
}

/** Saves what was ticked; nothing when it is not there any more. */
async function save(
  { core, invoiceFor }: At,
  visit: AtLocation,
  c: Ctx,
  companyIn: (tx: Tx) => Promise<Company>,
): Promise<Company | undefined> {
  const form = await readForm(c, permissionForm);
  if (!form.ok) throw new NotFound();
  const { location, organizationId, now } = visit;
  const wanted = namesIn(form.values['open[]'] ?? '');
  const shown = namesIn(form.values.shown);
  const saved = await core.database.write(organizationId, async (tx) => {
    const company = await companyIn(tx);
    const { methods } = await listed(tx, { invoiceFor }, visit, company);
    if ([...wanted].some((wish) => !methods.some(({ value }) => value === wish))) return undefined;
    const who = { organizationId, customerId: company.customerId, actorUserId: visit.user.id, now };
    // What has come meanwhile, such as a new card, nobody has decided about.
    for (const { value, method, isOpen } of methods.filter((it) => shown.has(it.value)))
      if (wanted.has(value) !== isOpen) await setPermission(tx, { ...who, method, isOpen: wanted.has(value) });
    if (wanted.size > 0) await answerWaiting(tx, { organizationId, location, company, now });
    return company;
  });
  if (!saved) return undefined;
  const text = permissionMessages(location.locale);
  const named = { company: saved.name };
  setFlash(c, { tone: 'good', text: wanted.size > 0 ? text.savedOpen(named) : text.savedClosed(named) });
  return saved;
}

async function ask(core: Core, visit: AtMembership, c: Ctx): Promise<Response> {
  await readForm(c, z.object({}));
  const { location, organizationId, user, now } = visit;
  const { company } = visit.membership;
  if (company?.role !== 'member') throw new NotFound();
  const { managers, isNew } = await core.database.write(organizationId, (tx) =>
    askManagers(tx, { organizationId, location, company, asker: user, now }),
  );
  const text = permissionMessages(location.locale);
  const names = namesOf(managers, location);
  if (managers.length === 0) setFlash(c, { tone: 'bad', text: text.nobodyToAsk({ company: company.name }) });
  else if (!isNew) setFlash(c, { tone: 'plain', text: text.askedBefore({ managers: names }) });
  else setFlash(c, { tone: 'good', text: (managers.length === 1 ? text.asked : text.askedMany)({ managers: names }) });
  return c.redirect(addresses.companyCredits(location), 303);
}

/** The company that the visitor manages; for everybody else the page does not exist. */
function managedBy({ membership }: AtMembership): Company {
  if (membership.company?.role !== 'manager') throw new NotFound();
  return membership.company;
}

async function companyOf(db: Tx, visit: AtLocation, c: Ctx) {
  const customer = await customerOf(db, visit, c);
  if (customer.kind !== 'company') throw new NotFound();
  return { customer, company: { customerId: customer.id, name: customer.name } };
}

function listed(db: Tx, { invoiceFor }: Pick<At, 'invoiceFor'>, visit: AtLocation, company: Company): Promise<Listed> {
  return listOf(db, { locationId: visit.location.id, customerId: company.customerId, now: visit.now, invoiceFor });
}

function namesIn(list: string): Set<string> {
  return new Set(list.split(',').filter((value) => value !== ''));
}

function namesOf(managers: { name: string }[], { locale }: Location): string {
  return new Intl.ListFormat(locale).format(managers.map(({ name }) => name));
}
