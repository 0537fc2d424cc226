import { formatCredits } from '../../shared/credits.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { Customer } from '../people/people.ts';
import type { Adjustment } from './adjusting-form.ts';
import { adjustingMessages } from './adjusting-messages.ts';
import { creditsHref, Wrong } from './customer-place.tsx';
import { dayOf } from './days.ts';
import { lastDayOf } from './expiring.ts';
import { localTime } from './local-time.ts';
import { counted, creditsText } from './messages.ts';
import { Actions, AmountField, availableFacts } from './move-fields.tsx';
import { type Filled, MAX_MEMO_LENGTH } from './moving-form.ts';
import { movingMessages } from './moving-messages.ts';
import type { Balance } from './queries.ts';

type Shown = { location: Location; customer: Customer; balance: Balance; now: Date };

/** The form of an adjustment. It changes nothing: it leads to the review. */
export function AdjustForm({ location, customer, balance, now, fields, errors }: Shown & Filled) {
  const { locale, timeZone } = location;
  const text = adjustingMessages(locale);
  const back = creditsHref(location, customer.id);
  const isFresh = Object.keys(errors).length === 0;
  return (
    <>
      <Wrong locale={locale} errors={errors} />
      <Card>
        <Facts items={availableFacts(balance, locale)} />
      </Card>
      <Form action={`${back}/adjust/review`} method="get" fields={{ requestKey: fields.requestKey ?? '' }}>
        <RadioCards
          name="direction"
          legend={text.direction}
          value={fields.direction}
          error={errors.direction}
          required
          columns
          choices={[
            { value: 'add', label: text.add, detail: text.addDetail, icon: 'plus' },
            { value: 'deduct', label: text.deduct, detail: text.deductDetail, icon: 'minus' },
          ]}
        />
        <AmountField locale={locale} fields={fields} errors={errors} autofocus={isFresh} />
        <div class="max-w-96">
          <Field
            name="lastDay"
            type="date"
            label={text.lastDay}
            mark={text.lastDayMark}
            hint={text.lastDayHint}
            value={fields.lastDay}
            error={errors.lastDay}
            invalidText={text.errorDayPast({ today: localTime(location).day(now, now) })}
            min={dayOf(now, timeZone)}
          />
        </div>
        <Field
          name="memo"
          label={text.reason}
          hint={text.reasonHint}
          value={fields.memo}
          error={errors.memo}
          invalidText={text.errorReason}
          autocomplete="off"
          maxlength={MAX_MEMO_LENGTH}
          required
        />
        <Actions locale={locale} id="review-adjustment" label={text.review} pendingLabel={text.reviewing} back={back} />
      </Form>
    </>
  );
}

type ReviewProps = Shown & {
  adjustment: Adjustment;
  fields: Record<string, string>;
  seenMinor: bigint;
  afterMinor: bigint;
  /** Shown again, because the balance is not any more what was seen. */
  hasChanged: boolean;
};

/** What an adjustment will do, before it is done: balance before and after, expiry, reason, and one button (UX-41, UX-48). */
export function AdjustReview(it: ReviewProps) {
  const { location, customer, balance, adjustment, fields } = it;
  const { locale } = location;
  const { name } = customer;
  const text = adjustingMessages(locale);
  const at = `${creditsHref(location, customer.id)}/adjust`;
  const isAdding = adjustment.direction === 'add';
  const of = { ...counted(adjustment.creditsMinor, locale), name };
  return (
    <>
      {it.hasChanged && (
        <Notice tone="warn" role="alert" title={text.changedTitle} takeFocus>
          {text.changed}
        </Notice>
      )}
      {balance.frozen && <Notice tone="info">{(isAdding ? text.frozen : text.frozenDeduct)({ name })}</Notice>}
      <Card>
        <div class="stack">
          <Facts items={reviewFacts(it)} />
          <p class="text-sm text-muted" id="final">
            {text.final}
          </p>
        </div>
      </Card>
      <Form action={`${at}/review`} fields={{ ...fields, seen: String(it.seenMinor) }}>
        <FormActions>
          <Button
            tone={isAdding ? 'primary' : 'danger'}
            id="confirm-adjustment"
            pendingLabel={isAdding ? text.adding : text.deducting}
            describedBy="final"
          >
            {isAdding ? text.confirmAdd(of) : text.confirmDeduct(of)}
          </Button>
          <ButtonLink href={`${at}?${new URLSearchParams(fields)}`} tone="quiet">
            {text.change}
          </ButtonLink>
          <ButtonLink href={creditsHref(location, customer.id)} tone="quiet">
            {movingMessages(locale).cancel}
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  );
}

function reviewFacts({ location, customer, balance, adjustment, seenMinor, afterMinor, now }: ReviewProps) {
  const { locale } = location;
  const text = adjustingMessages(locale);
  const [before, after] = [formatCredits(seenMinor, locale), formatCredits(afterMinor, locale)];
  const facts: FactsProps['items'] = [{ term: movingMessages(locale).customer, value: customer.name }];
  if (adjustment.direction === 'add') facts.push({ term: text.expires, value: expiryText(adjustment, location, now) });
  facts.push({ term: text.reason, value: adjustment.memo });
  const change = (
    <>
      <span aria-hidden="true" data-testid="before-after">
        {text.beforeAfter({ before, after })}
      </span>
      <span class="sr-only">{text.beforeAfterSpoken({ before, after })}</span>
    </>
  );
  facts.push({ term: text.balance, value: change, strong: true });
  if (balance.heldMinor > 0n) facts.push({ term: text.ofThemHeld, value: creditsText(balance.heldMinor, locale) });
  return facts;
}

function expiryText({ expiresAt }: Adjustment, location: Location, now: Date): string {
  const text = adjustingMessages(location.locale);
  return expiresAt ? text.lastDayIs({ day: localTime(location).day(lastDayOf(expiresAt), now) }) : text.never;
}
