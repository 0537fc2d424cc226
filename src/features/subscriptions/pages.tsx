import type { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { newId } from '../../platform/ids.ts';
import { formatCredits } from '../../shared/credits.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { balanceOf } from '../credits/credits.ts';
import { customerOf, customerPage } from '../people/customer-frame.tsx';
import type { Customer } from '../people/people.ts';
import { type Plan, planAt, plansOf } from '../plans/plans.ts';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { AssignForm } from './assign-form.tsx';
import { dayAt } from './cycles.ts';
import {
  assignForm,
  changeForm,
  endForm,
  type Filled,
  fieldErrors,
  keepForm,
  ownTermsOf,
  refusalErrors,
  termsForm,
} from './form.ts';
import { subscriptionMessages } from './messages.ts';
import { Cycles, day, lastDay, PlanCard } from './plan-card.tsx';
import { PlanForms } from './plan-forms.tsx';
import { periodsOf } from './records.ts';
import { type Subscription, type Subscriptions, subscriptionOf, termsOf } from './subscriptions.ts';

const TAB = '/l/:location/community/customers/:customerId/plan';
const SHOWN_PERIODS = 24;

/** The plan of a customer: Community > member or company > Plan. */
export function subscriptionPages(core: Core, guards: Guards, subscriptions: Subscriptions): Route[] {
  const customers = guards.administrator('customers');
  const act = (name: string, run: (at: At) => Promise<Response>) => [
    post(`${TAB}/${name}`, customers, (visit, c) => run({ core, subscriptions, visit, c })),
    // Whoever had to sign in again before an action comes back to the address of the action: to the tab from there.
    get(`${TAB}/${name}`, customers, async (visit, c) => {
      const customer = await core.database.read(visit.organizationId, (db) => customerOf(db, visit, c));
      return c.redirect(tabOf(visit, customer), 303);
    }),
  ];
  return [
    get(TAB, customers, (visit, c) => showTab({ core, subscriptions, visit, c })),
    post(TAB, customers, (visit, c) => assign({ core, subscriptions, visit, c })),
    ...act('change', change),
    ...act('terms', changeTerms),
    ...act('end', end),
    ...act('keep', keep),
  ];
}

type At = { core: Core; subscriptions: Subscriptions; visit: AtLocation; c: Ctx };

async function showTab(at: At, again?: Filled): Promise<Response> {
  const { core, visit, c } = at;
  const { location, now } = visit;
  const shown = await core.database.read(visit.organizationId, (db) => readTab(db, visit, c));
  const { customer, plans, periods, leftMinor, ...standing } = shown;
  const here = tabOf(visit, customer);
  const { subscription } = standing;
  const isOver = !subscription || subscription.endedAt !== null || (subscription.endsAt && subscription.endsAt <= now);
  const it = { location, now, at: here };
  return customerPage(c, visit, customer, {
    current: 'plan',
    ...(again && { status: 422 }),
    children: (
      <>
        {again && <Wrong visit={visit} errors={again.errors} />}
        {isOver ? (
          <WithoutPlan visit={visit} customer={customer} plans={plans} at={here} again={again} />
        ) : (
          <>
            <PlanCard {...it} {...standing} subscription={subscription} />
            <PlanForms
              {...it}
              {...standing}
              subscription={subscription}
              plans={plans}
              leftMinor={leftMinor}
              again={again}
            />
          </>
        )}
        <Cycles location={location} periods={periods} />
      </>
    ),
  });
}

async function readTab(db: Tx, visit: AtLocation, c: Ctx) {
  const { location, now } = visit;
  const customer = await customerOf(db, visit, c);
  const subscription = await subscriptionOf(db, customer.id);
  const plans = await plansOf(db, location.id);
  const periods = await periodsOf(db, customer.id, SHOWN_PERIODS);
  const period = periods.find((it) => it.startsAt <= now && it.endsAt > now);
  const { lots } = await balanceOf(db, customer.id, now);
  const lot = lots.find(({ id }) => id === period?.lotId);
  const leftMinor = lot ? lot.remainingMinor - lot.heldMinor : 0n;
  return {
    customer,
    subscription,
    // An archived plan is kept by those who have it.
    plans: await withPresent(db, location.id, plans, subscription),
    periods,
    period,
    leftMinor,
    terms: await termsOf(db, customer.id, now),
  };
}

async function withPresent(db: Tx, locationId: string, plans: Plan[], subscription: Subscription | undefined) {
  if (!subscription || subscription.endedAt || plans.some(({ id }) => id === subscription.plan.id)) return plans;
  const present = await planAt(db, locationId, subscription.plan.id);
  return present ? [present, ...plans] : plans;
}

function Wrong({ visit, errors }: { visit: AtLocation; errors: Record<string, string> }) {
  return (
    <ErrorSummary
      locale={visit.location.locale}
      errors={Object.entries(errors).map(([field, it]) => ({ text: it, ...(field && { fieldId: `field-${field}` }) }))}
    />
  );
}

type Without = { visit: AtLocation; customer: Customer; plans: Plan[]; at: string; again: Filled | undefined };

function WithoutPlan({ visit, customer, plans, at, again }: Without) {
  const { location, now, areas } = visit;
  const text = subscriptionMessages(location.locale);
  if (plans.length === 0) {
    const go = areas.includes('billing') && (
      <ButtonLink href={`/l/${location.slug}/community/plans`}>{text.goToPlans}</ButtonLink>
    );
    return (
      <EmptyState title={text.noPlanTitle(customer)} actions={go}>
        {text.noPlans}
      </EmptyState>
    );
  }
  const today = dayAt(now, location.timeZone);
  const filled = again?.form === 'assign' ? again : { fields: { id: newId(now), startsOn: today }, errors: {} };
  return <AssignForm location={location} at={at} plans={plans} today={today} {...filled} />;
}

type Of = { organizationId: string; location: AtLocation['location']; customerId: string; now: Date };

/** Does something about a customer's plan in one transaction; what is refused shows the form again. */
async function act(
  at: At,
  form: Filled['form'],
  typed: Record<string, string>,
  run: (tx: Tx, of: Of, customer: Customer) => Promise<string>,
): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, now } = visit;
  const customer = await core.database.read(organizationId, (db) => customerOf(db, visit, c));
  try {
    const of = { organizationId, location, customerId: customer.id, now };
    const text = await core.database.write(organizationId, (tx) => run(tx, of, customer));
    setFlash(c, { tone: 'good', text });
    return c.redirect(tabOf(visit, customer), 303);
  } catch (error) {
    const errors = refusalErrors(error, customer.name, location);
    if (!errors) throw error;
    return showTab(at, { form, fields: typed, errors });
  }
}

async function read<S extends z.ZodObject>(at: At, form: Filled['form'], schema: S) {
  const result = await readForm(at.c, schema);
  if (result.ok) return result;
  const errors = fieldErrors(result.errors, at.visit.location);
  return { ...result, again: () => showTab(at, { form, fields: result.typed, errors }) };
}

async function assign(at: At): Promise<Response> {
  const form = await read(at, 'assign', assignForm);
  if (!form.ok) return form.again();
  const { values } = form;
  return act(at, 'assign', form.typed, async (tx, of, { name }) => {
    const made = await at.subscriptions.assign(tx, {
      ...of,
      ...ownTermsOf(values),
      id: values.id,
      planId: values.plan,
      startsOn: values.startsOn,
      endsOn: values.endsOn === '' ? null : values.endsOn,
    });
    const text = subscriptionMessages(of.location.locale);
    const told = { plan: made.plan.name, name, day: day(made.startsAt, of.location) };
    return made.startsAt > of.now ? text.assignedFrom(told) : text.assigned(told);
  });
}

async function change(at: At): Promise<Response> {
  const form = await read(at, 'change', changeForm);
  if (!form.ok) return form.again();
  return act(at, 'change', form.typed, async (tx, of) => {
    const { plan, nextPlan, renewsAt } = await at.subscriptions.changePlan(tx, { ...of, planId: form.values.plan });
    const text = subscriptionMessages(of.location.locale);
    if (!nextPlan) return text.notChanged({ plan: plan.name });
    return text.changed({ plan: nextPlan.name, day: day(renewsAt!, of.location) });
  });
}

async function changeTerms(at: At): Promise<Response> {
  const form = await read(at, 'terms', termsForm);
  if (!form.ok) return form.again();
  return act(at, 'terms', form.typed, async (tx, of) => {
    await at.subscriptions.changeTerms(tx, { ...of, ...ownTermsOf(form.values) });
    return subscriptionMessages(of.location.locale).termsSaved;
  });
}

async function end(at: At): Promise<Response> {
  const form = await read(at, 'change', endForm);
  if (!form.ok) return form.again();
  return act(at, 'change', {}, async (tx, of) => {
    const { location } = of;
    const text = subscriptionMessages(location.locale);
    const gone = await at.subscriptions.end(tx, { ...of, ...form.values, actorUserId: at.visit.user.id });
    const after = (await subscriptionOf(tx, of.customerId))!;
    const plan = after.plan.name;
    if (!after.endedAt) return text.endsWithCycle({ plan, day: lastDay(after.endsAt!, location) });
    if (!gone) return text.endedNow({ plan });
    const credits = formatCredits(gone.creditsMinor, location.locale);
    return text.endedNowCredits({ plan, one: gone.creditsMinor === 100n, credits });
  });
}

async function keep(at: At): Promise<Response> {
  await readForm(at.c, keepForm);
  return act(at, 'change', {}, async (tx, of) => {
    const { plan } = await at.subscriptions.keep(tx, of);
    return subscriptionMessages(of.location.locale).kept({ plan: plan.name });
  });
}

function tabOf(visit: AtLocation, customer: Customer): string {
  return `/l/${visit.location.slug}/community/customers/${customer.id}/plan`;
}
