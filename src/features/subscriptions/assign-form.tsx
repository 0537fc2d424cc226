import { formatMoney } from '../../shared/money.ts';
import { Button } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { Field } from '../../web/ui/field.tsx';
import { FieldRow, Form, FormActions } from '../../web/ui/form.tsx';
import { Select } from '../../web/ui/select.tsx';
import type { Location } from '../organizations/organizations.ts';
import { cycleText, type Plan } from '../plans/plans.ts';
import { subscriptionMessages } from './messages.ts';

type Fields = { location: Location; fields: Record<string, string>; errors: Record<string, string> };

/** Gives a customer a plan. */
export function AssignForm({ at, plans, today, ...it }: Fields & { at: string; plans: Plan[]; today: string }) {
  const { location, fields, errors } = it;
  const text = subscriptionMessages(location.locale);
  return (
    <Section title={text.assignTitle} lead={text.assignLead}>
      <Form action={at} {...(fields.id !== undefined && { fields: { id: fields.id } })}>
        <PlanSelect {...it} plans={plans} />
        <FieldRow>
          <Field
            name="startsOn"
            type="date"
            label={text.startsOn}
            hint={text.startsOnHint({ zone: location.timeZone })}
            value={fields.startsOn}
            error={errors.startsOn}
            min={today}
            required
            width="short"
          />
          <Field
            name="endsOn"
            type="date"
            label={text.endsOn}
            mark={text.optional}
            hint={text.endsOnHint}
            value={fields.endsOn}
            error={errors.endsOn}
            min={today}
            width="short"
          />
        </FieldRow>
        <TermsFields {...it} />
        <FormActions>
          <Button tone="primary" id="assign-plan" pendingLabel={text.pending}>
            {text.assign}
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}

/** The plans that can be had. */
export function PlanSelect({ location, fields, errors, plans }: Fields & { plans: Plan[] }) {
  const { locale, currency } = location;
  const text = subscriptionMessages(locale);
  return (
    <Select
      name="plan"
      label={text.plan}
      value={fields.plan}
      error={errors.plan}
      required
      options={plans.map(({ id, name, priceMinor, cycle }) => ({
        value: id,
        label: text.planOption({
          name,
          price: formatMoney({ minor: priceMinor, currency }, locale),
          cycle: cycleText(cycle, locale),
        }),
      }))}
    />
  );
}

/** What is agreed with one customer alone. */
export function TermsFields({ location, fields, errors }: Fields) {
  const text = subscriptionMessages(location.locale);
  const options = [
    { value: 'plan', label: text.asPlan },
    { value: 'yes', label: text.yes },
    { value: 'no', label: text.no },
  ];
  return (
    <>
      <Field
        name="discount"
        label={text.discount}
        mark={text.optional}
        hint={text.discountHint}
        value={fields.discount}
        error={errors.discount}
        inputmode="numeric"
        autocomplete="off"
        width="short"
        suffix={text.discountUnit}
        maxlength={3}
      />
      <FieldRow>
        <Select
          name="onInvoice"
          label={text.onInvoice}
          value={fields.onInvoice ?? 'plan'}
          error={errors.onInvoice}
          options={options}
        />
        <Select
          name="autoInvoice"
          label={text.autoInvoice}
          value={fields.autoInvoice ?? 'plan'}
          error={errors.autoInvoice}
          options={options}
        />
      </FieldRow>
    </>
  );
}
