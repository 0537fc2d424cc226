import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Select } from '../../web/ui/select.tsx';
import { currencyChoices, localeChoices, timeZoneChoices } from '../organizations/choices.ts';
import type { AtLocation } from '../sign-in/visit.ts';
import { locationsMessages } from './locations-messages.ts';

type Shown = {
  visit: AtLocation;
  typed: Record<string, string>;
  errors: Record<string, string>;
  action: string;
  back: string;
  isNew?: boolean;
};

/** What a location is made from, and what of it can be changed. */
export function LocationForm(it: Shown) {
  const { typed, errors, isNew } = it;
  const { currency } = it.visit.location;
  const text = locationsMessages(it.visit.location.locale);
  const field = (name: string) => ({ name, value: typed[name], ...(errors[name] && { error: errors[name] }) });
  return (
    <Form action={it.action} {...(typed.id !== undefined && { fields: { id: typed.id } })}>
      <Field {...field('name')} label={text.name} autocomplete="off" maxlength={120} required />
      <Field
        {...field('slug')}
        label={text.address}
        hint={`${text.addressHint} ${isNew ? text.addressHintNew : text.addressHintChange}`}
        prefix="/l/"
        autocomplete="off"
        spellcheck={false}
        maxlength={60}
        required={!isNew}
      />
      {isNew ? (
        <Select
          {...field('currency')}
          label={text.currency}
          hint={text.currencyHint}
          options={currencyChoices()}
          required
        />
      ) : (
        <Field
          {...field('currency')}
          label={text.currency}
          hint={text.errorCurrencyFixed({ currency })}
          value={currency}
          readonly
        />
      )}
      <Select
        {...field('timeZone')}
        label={text.timeZone}
        hint={text.timeZoneHint}
        options={withPresent(timeZoneChoices(), typed.timeZone)}
        required
      />
      <Select
        {...field('locale')}
        label={text.locale}
        hint={text.localeHint}
        options={withPresent(localeChoices(), typed.locale)}
        required
      />
      <FormActions>
        <Button tone="primary" pendingLabel={text.saving}>
          {text.save}
        </Button>
        <ButtonLink href={it.back} tone="quiet">
          {text.cancel}
        </ButtonLink>
      </FormActions>
    </Form>
  );
}

/** What stands is there to stay, also when the list does not offer it. */
function withPresent(choices: { value: string; label: string }[], present: string | undefined) {
  if (present === undefined || choices.some(({ value }) => value === present)) return choices;
  return [{ value: present, label: present }, ...choices];
}
