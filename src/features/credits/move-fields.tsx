import { formatCredits, MAX_CREDITS_MINOR } from '../../shared/credits.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import type { FactsProps } from '../../web/ui/facts.tsx';
import { Field } from '../../web/ui/field.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { creditsText } from './messages.ts';
import { type Filled, MAX_MEMO_LENGTH } from './moving-form.ts';
import { movingMessages } from './moving-messages.ts';
import type { Balance } from './queries.ts';

type Shown = Filled & { locale: string };

/** How many credits. */
export function AmountField({ locale, fields, errors, autofocus }: Shown & { autofocus: boolean }) {
  const text = movingMessages(locale);
  return (
    <Field
      name="amount"
      label={text.howMany}
      value={fields.amount}
      error={errors.amount}
      invalidText={text.errorAmountRequired}
      inputmode="decimal"
      autocomplete="off"
      width="short"
      suffix={text.unit}
      maxlength={formatCredits(MAX_CREDITS_MINOR, locale).length + 8}
      required
      autofocus={autofocus}
    />
  );
}

/** A note that may be left out. */
export function NoteField({ locale, fields, errors, hint }: Shown & { hint: string }) {
  const text = movingMessages(locale);
  return (
    <Field
      name="memo"
      label={text.memo}
      mark={text.optional}
      hint={hint}
      value={fields.memo}
      error={errors.memo}
      autocomplete="off"
      maxlength={MAX_MEMO_LENGTH}
    />
  );
}

/** The button of a form, and the way out. */
export function Actions(it: { locale: string; label: string; pendingLabel: string; back: string; id: string }) {
  return (
    <FormActions>
      <Button tone="primary" id={it.id} pendingLabel={it.pendingLabel}>
        {it.label}
      </Button>
      <ButtonLink href={it.back} tone="quiet">
        {movingMessages(it.locale).cancel}
      </ButtonLink>
    </FormActions>
  );
}

/** What there is of a customer's credits. */
export function availableFacts({ spendableMinor, heldMinor }: Balance, locale: string): FactsProps['items'] {
  const text = movingMessages(locale);
  const facts: FactsProps['items'] = [
    { term: text.available, value: creditsText(spendableMinor, locale), id: 'available' },
  ];
  if (heldMinor > 0n) facts.push({ term: text.heldAside, value: creditsText(heldMinor, locale) });
  return facts;
}
