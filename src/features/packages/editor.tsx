import { formatCredits, MAX_CREDITS_MINOR, parseCredits } from '../../shared/credits.ts';
import { exponentOf, formatMoney, formatPricePerCredit, parseMinor } from '../../shared/money.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { Checkbox, Switch } from '../../web/ui/checkbox.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { FieldRow, Form, FormActions } from '../../web/ui/form.tsx';
import { type PackageCardProps, PackagePreview } from '../../web/ui/package-card.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Select } from '../../web/ui/select.tsx';
import type { Location } from '../organizations/organizations.ts';
import { type PackageFields, VALIDITY_PRESETS } from './form.ts';
import { packageMessages, packageTitle, validityText } from './messages.ts';
import { type CreditPackage, MAX_NAME_LENGTH, MAX_VALID_DAYS } from './packages.ts';
import { savingsOf } from './savings.ts';

type EditorProps = {
  location: Location;
  /** Address of the list of packages. */
  at: string;
  /** Address of this form. */
  action: string;
  isNew: boolean;
  fields: PackageFields;
  /** What is wrong, by field; `''` holds what belongs to none. */
  errors: Record<string, string>;
  /** The packages on sale beside this one. */
  others: CreditPackage[];
};

/** The form of a package beside the card that members will see. */
export function PackageEditor(props: EditorProps) {
  const { location, at, errors } = props;
  const text = packageMessages(location.locale);
  return (
    <>
      <PageHead
        back={{ href: at, label: text.backToList }}
        title={props.isNew ? text.newPackage : text.editPackage}
        lead={props.isNew ? undefined : text.sales}
      />
      <ErrorSummary
        locale={location.locale}
        errors={Object.entries(errors).map(([field, it]) => ({
          text: it,
          ...(field && { fieldId: `field-${field}` }),
        }))}
      />
      <div class="grid items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <EditorForm {...props} />
        <Section title={text.previewTitle} lead={text.previewLead}>
          <PackagePreview
            card={previewCard(props)}
            currency={location.currency}
            inputs={{ name: 'field-name', credits: 'field-credits', price: 'field-price' }}
            others={props.others}
            perCreditText={text.perCredit({ price: '{price}' })}
            savingText={text.saving({ percent: '{percent}' })}
            untitledText={text.creditsTitle({ one: false, credits: '{credits}' })}
            freeText={text.free}
          />
        </Section>
      </div>
    </>
  );
}

function EditorForm({ location, at, action, isNew, fields, errors }: EditorProps) {
  const text = packageMessages(location.locale);
  const { id, name, onSale, confirmFree } = fields;
  const decimals = exponentOf(location.currency);
  return (
    <Form action={action} {...(isNew && id !== undefined && { fields: { id } })}>
      <FieldRow>
        <Field
          name="credits"
          label={text.credits}
          value={fields.credits}
          error={errors.credits}
          inputmode="decimal"
          autocomplete="off"
          width="short"
          suffix={text.creditsUnit}
          required
          maxlength={String(MAX_CREDITS_MINOR).length + 8}
          autofocus={isNew && Object.keys(errors).length === 0}
        />
        <Field
          name="price"
          label={text.price}
          value={fields.price}
          error={errors.price}
          hint={taxHint(location)}
          inputmode={decimals === 0 ? 'numeric' : 'decimal'}
          autocomplete="off"
          width="short"
          prefix={location.currency}
          required
          maxlength={20}
        />
      </FieldRow>
      <Checkbox
        name="confirmFree"
        label={text.confirmFree}
        hint={text.confirmFreeHint}
        checked={confirmFree === 'on'}
        error={errors.confirmFree}
      />
      <Field
        name="name"
        label={text.name}
        mark={text.optional}
        hint={text.nameHint}
        value={name}
        error={errors.name}
        autocomplete="off"
        maxlength={MAX_NAME_LENGTH}
      />
      <Validity location={location} fields={fields} errors={errors} />
      <Switch
        name="onSale"
        label={text.onSale}
        hint={text.onSaleHint}
        checked={onSale === 'on'}
        error={errors.onSale}
      />
      <FormActions>
        <Button tone="primary" id="save-package" pendingLabel={text.pending}>
          {text.save}
        </Button>
        <ButtonLink href={at} tone="quiet">
          {text.cancel}
        </ButtonLink>
      </FormActions>
    </Form>
  );
}

function Validity({ location, fields, errors }: Pick<EditorProps, 'location' | 'fields' | 'errors'>) {
  const text = packageMessages(location.locale);
  return (
    <FieldRow>
      <Select
        name="validity"
        label={text.validity}
        hint={text.validityHint}
        value={fields.validity ?? 'never'}
        error={errors.validity}
        options={[
          { value: 'never', label: validityText(null, location.locale) },
          ...VALIDITY_PRESETS.map((days) => ({ value: String(days), label: validityText(days, location.locale) })),
          { value: 'custom', label: text.validityCustom },
        ]}
      />
      <Field
        name="days"
        label={text.validityDays}
        hint={text.validityDaysHint}
        value={fields.days}
        error={errors.days}
        inputmode="numeric"
        autocomplete="off"
        width="short"
        maxlength={String(MAX_VALID_DAYS).length}
      />
    </FieldRow>
  );
}

/** The card as the form stands; what cannot be read yet is a dash. */
function previewCard({ location, fields, others }: EditorProps): PackageCardProps {
  const text = packageMessages(location.locale);
  const { locale, currency } = location;
  const creditsMinor = parseCredits(fields.credits ?? '') || undefined;
  const priceMinor = parseMinor(fields.price ?? '', currency);
  const saving =
    creditsMinor !== undefined && priceMinor !== undefined
      ? savingsOf([...others, { id: '', creditsMinor, priceMinor }]).get('')
      : undefined;
  const price = priceMinor === undefined ? undefined : { minor: priceMinor, currency };
  return {
    locale,
    name: (fields.name ?? '') || (creditsMinor === undefined ? DASH : packageTitle({ name: '', creditsMinor }, locale)),
    credits: creditsMinor === undefined ? DASH : formatCredits(creditsMinor, locale),
    creditsLabel: text.creditsUnit,
    price: price === undefined ? DASH : price.minor === 0n ? text.free : formatMoney(price, locale),
    perCredit:
      price && creditsMinor !== undefined
        ? text.perCredit({ price: formatPricePerCredit(price, creditsMinor, locale) })
        : '',
    ...(saving !== undefined && { saving: text.saving({ percent: new Intl.NumberFormat(locale).format(saving) }) }),
  };
}

const DASH = '\u2013';

function taxHint({ locale, tax }: Location): string | undefined {
  const text = packageMessages(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 4 }).format(
    tax.ratePpm / 1e6,
  );
  const named = `${tax.label} ${percent}`.trim();
  if (tax.mode === 'none') return undefined;
  return tax.mode === 'inclusive' ? text.priceHintTaxIncluded({ tax: named }) : text.priceHintTaxAdded({ tax: named });
}
