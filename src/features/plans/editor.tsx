import { MAX_CREDITS_MINOR } from '../../shared/credits.ts';
import { exponentOf } from '../../shared/money.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { Switch } from '../../web/ui/checkbox.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { FieldRow, Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Select } from '../../web/ui/select.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { PlanFields } from './form.ts';
import { planMessages } from './messages.ts';
import { CYCLES, MAX_FREE_PACKAGES, MAX_NAME_LENGTH } from './plans.ts';

type EditorProps = {
  location: Location;
  /** Address of the list of plans. */
  at: string;
  /** Address of this form. */
  action: string;
  isNew: boolean;
  fields: PlanFields;
  /** What is wrong, by field; `''` holds what belongs to none. */
  errors: Record<string, string>;
};

/** The form of a plan. */
export function PlanEditor(props: EditorProps) {
  const { location, at, errors, isNew, fields } = props;
  const text = planMessages(location.locale);
  return (
    <>
      <PageHead
        back={{ href: at, label: text.title }}
        title={isNew ? text.newPlan : text.editPlan}
        lead={isNew ? undefined : text.sales}
      />
      <ErrorSummary
        locale={location.locale}
        errors={Object.entries(errors).map(([field, it]) => ({
          text: it,
          ...(field && { fieldId: `field-${field}` }),
        }))}
      />
      <Form action={props.action} {...(isNew && fields.id !== undefined && { fields: { id: fields.id } })}>
        <Agreed {...props} />
        <Packages {...props} />
        <FormActions>
          <Button tone="primary" id="save-plan" pendingLabel={text.pending}>
            {text.save}
          </Button>
          <ButtonLink href={at} tone="quiet">
            {text.cancel}
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  );
}

function Agreed({ location, isNew, fields, errors }: EditorProps) {
  const text = planMessages(location.locale);
  const decimals = exponentOf(location.currency);
  return (
    <>
      <FieldRow>
        <Field
          name="name"
          label={text.name}
          hint={text.nameHint}
          value={fields.name}
          error={errors.name}
          autocomplete="off"
          required
          maxlength={MAX_NAME_LENGTH}
          autofocus={isNew && Object.keys(errors).length === 0}
        />
        <Select
          name="cycle"
          label={text.cycle}
          hint={text.cycleHint}
          value={fields.cycle ?? 'month'}
          error={errors.cycle}
          options={CYCLES.map((cycle) => ({ value: cycle, label: text[`option_${cycle}`] }))}
        />
      </FieldRow>
      <FieldRow>
        <Field
          name="price"
          label={text.price}
          value={fields.price}
          error={errors.price}
          inputmode={decimals === 0 ? 'numeric' : 'decimal'}
          autocomplete="off"
          width="short"
          prefix={location.currency}
          required
          maxlength={20}
        />
        <Field
          name="credits"
          label={text.credits}
          hint={text.creditsHint}
          value={fields.credits}
          error={errors.credits}
          inputmode="decimal"
          autocomplete="off"
          width="short"
          suffix={text.creditsUnit}
          required
          maxlength={String(MAX_CREDITS_MINOR).length + 8}
        />
      </FieldRow>
      <Switch
        name="autoInvoice"
        label={text.autoInvoice}
        hint={text.autoInvoiceHint}
        checked={fields.autoInvoice === 'on'}
        error={errors.autoInvoice}
      />
    </>
  );
}

function Packages({ location, fields, errors }: EditorProps) {
  const text = planMessages(location.locale);
  return (
    <Section title={text.packages}>
      <div class="form-stack">
        <FieldRow>
          <Field
            name="discount"
            label={text.discount}
            hint={text.discountHint}
            value={fields.discount}
            error={errors.discount}
            inputmode="numeric"
            autocomplete="off"
            width="short"
            suffix={text.discountUnit}
            required
            maxlength={3}
          />
          <Field
            name="freePackages"
            label={text.freePackages}
            hint={text.freePackagesHint}
            value={fields.freePackages}
            error={errors.freePackages}
            inputmode="numeric"
            autocomplete="off"
            width="short"
            required
            maxlength={String(MAX_FREE_PACKAGES).length}
          />
        </FieldRow>
        <Switch
          name="onInvoice"
          label={text.onInvoice}
          hint={text.onInvoiceHint}
          checked={fields.onInvoice === 'on'}
          error={errors.onInvoice}
        />
      </div>
    </Section>
  );
}
