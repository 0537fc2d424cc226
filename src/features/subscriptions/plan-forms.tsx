import { formatCredits } from '../../shared/credits.ts';
import { Button } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import type { Plan } from '../plans/plans.ts';
import { PlanSelect, TermsFields } from './assign-form.tsx';
import { type Filled, termsFields } from './form.ts';
import { subscriptionMessages } from './messages.ts';
import { lastDay, type Standing } from './plan-card.tsx';

type Forms = Standing & {
  plans: Plan[];
  /** What is left of this cycle's credits. */
  leftMinor: bigint;
  again: Filled | undefined;
};

/** What can be done about a customer's plan: another one, what is agreed with them alone, the end. */
export function PlanForms(it: Forms) {
  return (
    <>
      {it.subscription.renewsAt && <ChangeForm {...it} />}
      <TermsForm {...it} />
      {(!it.subscription.endsAt || it.subscription.renewsAt) && <EndForm {...it} />}
    </>
  );
}

function ChangeForm({ location, subscription, plans, again, at, now }: Forms) {
  const text = subscriptionMessages(location.locale);
  const { plan, nextPlan, startsAt } = subscription;
  const filled = again?.form === 'change' ? again : { fields: { plan: (nextPlan ?? plan).id }, errors: {} };
  return (
    <Section title={text.changeTitle} lead={startsAt > now ? text.changeLeadUpcoming : text.changeLead} id="change">
      <Form action={`${at}/change`}>
        <PlanSelect location={location} plans={plans} {...filled} />
        <FormActions>
          <Button pendingLabel={text.pending}>{text.change}</Button>
        </FormActions>
      </Form>
    </Section>
  );
}

function TermsForm({ location, subscription, again, at }: Forms) {
  const text = subscriptionMessages(location.locale);
  const filled = again?.form === 'terms' ? again : { fields: termsFields(subscription), errors: {} };
  return (
    <Section title={text.agreed} lead={text.agreedLead} id="agreed">
      <Form action={`${at}/terms`}>
        <TermsFields location={location} {...filled} />
        <FormActions>
          <Button pendingLabel={text.pending}>{text.saveTerms}</Button>
        </FormActions>
      </Form>
    </Section>
  );
}

function EndForm({ location, subscription, period, leftMinor, at, now }: Forms) {
  const { locale } = location;
  const text = subscriptionMessages(locale);
  const left = { one: leftMinor === 100n, credits: formatCredits(leftMinor, locale) };
  const hasBegun = subscription.startsAt <= now && period;
  const detail = leftMinor > 0n ? text.endNowDetail(left) : text.endNowNothing;
  const choices = [{ value: 'now', label: text.endNow, detail: hasBegun ? detail : text.endUpcoming }];
  if (hasBegun) {
    const ends = text.endCycleDetail({ day: lastDay(period.endsAt, location) });
    choices.unshift({ value: 'cycle-end', label: text.endCycle, detail: ends });
  }
  return (
    <Section title={text.endTitle} id="end">
      <Form action={`${at}/end`}>
        <RadioCards name="when" legend={text.endWhen} choices={choices} value={choices[0]!.value} required />
        <FormActions>
          <Button tone="danger" pendingLabel={text.pending}>
            {text.end}
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
