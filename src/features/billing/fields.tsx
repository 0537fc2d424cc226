import { Field } from '../../web/ui/field.tsx';
import { type BillingDetails, MAX_ADDRESS_LENGTH, MAX_LEGAL_NAME_LENGTH, MAX_TAX_ID_LENGTH } from './billing.ts';
import { billingMessages } from './messages.ts';

/** A form as it stands: what is typed, and what is wrong with it. */
export type Shown = { typed: Record<string, string>; errors: Record<string, string> };

const ADDRESS_ROWS = 4;

/** The form filled in with what is stored. */
export function filledWith({ legalName, address, taxId }: BillingDetails): Record<string, string> {
  return { legalName, address, taxId };
}

/** Where a field is on its page; `form` tells several forms of one page apart. */
export function fieldId(field: string, form?: string): string {
  return `field-${form === undefined ? '' : `${form}-`}${field}`;
}

/** Name, address and tax number; `name` stands on documents while there is no other. */
export function BillingFields(it: Shown & { locale: string; name: string; form?: string }) {
  const text = billingMessages(it.locale);
  const { typed, errors } = it;
  const id = (field: string) => fieldId(field, it.form);
  return (
    <>
      <Field
        name="legalName"
        id={id('legalName')}
        label={text.legalName}
        hint={text.legalNameHint(it)}
        mark={text.optional}
        value={typed.legalName}
        error={errors.legalName}
        autocomplete="organization"
        maxlength={MAX_LEGAL_NAME_LENGTH}
      />
      <Field
        name="address"
        id={id('address')}
        label={text.address}
        hint={text.addressHint}
        mark={text.optional}
        value={typed.address}
        error={errors.address}
        autocomplete="street-address"
        rows={ADDRESS_ROWS}
        maxlength={MAX_ADDRESS_LENGTH}
      />
      <Field
        name="taxId"
        id={id('taxId')}
        label={text.taxId}
        mark={text.optional}
        value={typed.taxId}
        error={errors.taxId}
        autocomplete="off"
        spellcheck={false}
        maxlength={MAX_TAX_ID_LENGTH}
      />
    </>
  );
}
