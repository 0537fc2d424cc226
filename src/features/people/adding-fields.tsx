import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import { Select } from '../../web/ui/select.tsx';
import { MAX_NAME_LENGTH } from './adding-form.ts';
import { addingMessages } from './adding-messages.ts';
import { MAX_EMAIL_LENGTH } from './email-address.ts';

/** A form as it is shown: what stands in its fields and what is wrong with them; `''` holds what belongs to none. */
export type Filled = { locale: string; fields: Record<string, string>; errors: Record<string, string> };

/** The companies of the location to choose from. */
export type Companies = { customerId: string; name: string }[];

type FormAt = Filled & { /** Address of this form. */ action: string /** Where cancelling leads. */; back: string };

/** The form of a new member. `known` leads to whoever has the address already. */
export function MemberForm(it: FormAt & { companies: Companies; known: { href: string; name: string } | undefined }) {
  const { fields, errors } = it;
  const text = addingMessages(it.locale);
  return (
    <>
      <Wrong {...it} />
      <Form action={it.action} fields={idOf(it)}>
        <Field {...nameField(it)} label={text.name} />
        <Field
          name="email"
          type="email"
          label={text.email}
          hint={it.known ? <a href={it.known.href}>{text.openPage(it.known)}</a> : text.emailHint}
          value={fields.email}
          error={errors.email}
          invalidText={text.errorEmail}
          inputmode="email"
          autocomplete="off"
          maxlength={MAX_EMAIL_LENGTH}
          spellcheck={false}
          required
        />
        <RadioCards
          name="type"
          legend={text.type}
          value={fields.type}
          error={errors.type}
          required
          columns
          choices={[
            { value: 'member', label: text.typeMember, detail: text.typeMemberDetail },
            { value: 'nonmember', label: text.typeNonmember, detail: text.typeNonmemberDetail },
          ]}
        />
        {it.companies.length > 0 && <PlaceFields {...it} />}
        <Actions {...it} />
      </Form>
    </>
  );
}

/** The form of a new company. */
export function CompanyForm(it: FormAt) {
  const text = addingMessages(it.locale);
  return (
    <>
      <Wrong {...it} />
      <Form action={it.action} fields={idOf(it)}>
        <Field {...nameField(it)} label={text.companyName} hint={text.companyNameHint} />
        <Actions {...it} />
      </Form>
    </>
  );
}

/** Which company, and as what. */
export function PlaceFields({ locale, fields, errors, companies }: Filled & { companies: Companies }) {
  const text = addingMessages(locale);
  return (
    <div class="grid items-start gap-5 sm:grid-cols-2">
      <Select
        name="company"
        label={text.company}
        hint={text.companyHint}
        value={fields.company ?? ''}
        error={errors.company}
        options={[
          { value: '', label: text.noCompany },
          ...companies.map(({ customerId, name }) => ({ value: customerId, label: name })),
        ]}
      />
      <Select
        name="role"
        label={text.role}
        hint={text.roleHint}
        value={fields.role ?? 'member'}
        error={errors.role}
        options={[
          { value: 'member', label: text.roleMember },
          { value: 'manager', label: text.roleManager },
        ]}
      />
    </div>
  );
}

/** What is wrong with a form, above it. */
export function Wrong({ locale, errors }: Filled) {
  const list = Object.entries(errors).map(([field, text]) => ({ text, ...(field && { fieldId: `field-${field}` }) }));
  return <ErrorSummary locale={locale} errors={list} />;
}

function nameField({ fields, errors }: Filled) {
  const isFresh = Object.keys(errors).length === 0;
  const common = { name: 'name', autocomplete: 'off', maxlength: MAX_NAME_LENGTH, required: true };
  return { ...common, value: fields.name, error: errors.name, autofocus: isFresh };
}

function Actions({ locale, back }: FormAt) {
  const text = addingMessages(locale);
  return (
    <FormActions>
      <Button tone="primary" pendingLabel={text.pending}>
        {text.save}
      </Button>
      <ButtonLink href={back} tone="quiet">
        {text.cancel}
      </ButtonLink>
    </FormActions>
  );
}

/** The id that was minted with the form, so that saving twice makes one. */
function idOf({ fields }: Filled): Record<string, string> {
  return fields.id === undefined ? {} : { id: fields.id };
}
