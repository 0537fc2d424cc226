import { decimalText, exponentOf } from '../../shared/money.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Location } from '../organizations/organizations.ts';
import { creditFacts, moneyFacts, moneyText } from './payment-page.tsx';
import { type Filled, MAX_REASON_LENGTH, type Wish } from './refund-form.ts';
import { refundMessages } from './refund-messages.ts';
import { type CustomersPayment, counted, paymentHref, Wrong } from './refund-place.tsx';
import type { Preview, Refundable } from './refund-preview.ts';

type Shown = CustomersPayment & { location: Location };

/** The form of a refund, below what there is to know. It changes nothing: it leads to the review. */
export function RefundForm({ location, it, fields, errors }: Shown & Filled) {
  const { locale } = location;
  const text = refundMessages(locale);
  const at = paymentHref(location, it.payment);
  const isWhole = it.can === 'full';
  const isFresh = Object.keys(errors).length === 0;
  const key = { requestKey: fields.requestKey ?? '' };
  return (
    <>
      <Wrong locale={locale} errors={errors} />
      <Card>
        <Facts items={moneyFacts(it, location)} />
      </Card>
      {it.bought && (
        <Card title={text.credits} id="credits">
          <Facts items={creditFacts(it, locale)} />
        </Card>
      )}
      <Form
        action={`${at}/refund/review`}
        method="get"
        fields={isWhole ? { ...key, amount: amountInput(it, it.payment.amount.minor) } : key}
      >
        {isWhole ? (
          <p id="whole-only">{text.wholeOnly({ amount: moneyText(it.payment, it.payment.amount.minor, locale) })}</p>
        ) : (
          <Field
            name="amount"
            label={text.amount}
            hint={text.amountHint({ amount: moneyText(it.payment, it.leftMinor, locale) })}
            value={fields.amount}
            error={errors.amount}
            invalidText={text.errorAmount}
            prefix={it.payment.amount.currency}
            inputmode="decimal"
            autocomplete="off"
            width="short"
            maxlength={20}
            required
            autofocus={isFresh}
          />
        )}
        <Field
          name="reason"
          label={text.reason}
          hint={text.reasonHint}
          value={fields.reason}
          error={errors.reason}
          invalidText={text.errorReason}
          autocomplete="off"
          maxlength={MAX_REASON_LENGTH}
          required
        />
        <FormActions>
          <Button tone="primary" id="review-refund" pendingLabel={text.reviewing}>
            {text.review}
          </Button>
          <ButtonLink href={at} tone="quiet">
            {text.cancel}
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  );
}

type ReviewProps = Shown & {
  wish: Wish;
  preview: Preview;
  fields: Record<string, string>;
  /** Shown again, because it would not do any more what was seen. */
  hasChanged: boolean;
};

/** What a refund will do, before it is done: money, credits, shortfall, reason, and one button (UX-41, UX-54). */
export function RefundReview({ location, customer, it, wish, preview, fields, hasChanged }: ReviewProps) {
  const { locale } = location;
  const { name } = customer;
  const text = refundMessages(locale);
  const at = paymentHref(location, it.payment);
  const amount = moneyText(it.payment, wish.amountMinor, locale);
  return (
    <>
      {hasChanged && (
        <Notice tone="warn" role="alert" title={text.changedTitle} takeFocus>
          {text.changed}
        </Notice>
      )}
      <Card>
        <div class="stack">
          {it.bought && <p id="story">{`${storyOf(it.bought, locale)} ${effectOf(preview, locale)}`}</p>}
          {preview.shortMinor > 0n && <p>{text.shortWhat}</p>}
          <Facts items={reviewFacts(it, wish, preview, locale)} />
          <p class="text-sm text-muted" id="final">
            {text.final({ name })}
          </p>
        </div>
      </Card>
      <Form action={`${at}/refund/review`} fields={{ ...fields, seen: seenText(preview) }}>
        <FormActions>
          <Button tone="danger" id="confirm-refund" pendingLabel={text.refunding} describedBy="final">
            {text.confirm({ amount, name })}
          </Button>
          <ButtonLink href={`${at}/refund?${new URLSearchParams(fields)}`} tone="quiet">
            {text.change}
          </ButtonLink>
          <ButtonLink href={at} tone="quiet">
            {text.cancel}
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  );
}

function reviewFacts(it: Refundable, wish: Wish, preview: Preview, locale: string): FactsProps['items'] {
  const text = refundMessages(locale);
  const { methodLabel } = it.payment;
  const facts: FactsProps['items'] = [];
  const credits = (minor: bigint) => text.someCredits(counted(minor, locale));
  if (methodLabel) facts.push({ term: text.goesTo, value: methodLabel });
  if (it.bought) facts.push({ term: text.willBeTaken, value: credits(preview.takenMinor) });
  if (preview.shortMinor > 0n) facts.push({ term: text.willBeShort, value: credits(preview.shortMinor) });
  return [...facts, { term: text.reason, value: wish.reason }];
}

/** What was bought and what became of it: `50 credits were bought, 20 are spent.` */
function storyOf({ purchase, credits }: NonNullable<Refundable['bought']>, locale: string): string {
  const text = refundMessages(locale);
  const parts = [
    text.boughtStory(counted(purchase.creditsMinor, locale)),
    credits.spentMinor > 0n && text.spentStory(counted(credits.spentMinor, locale)),
    credits.expiredMinor > 0n && text.expiredStory(counted(credits.expiredMinor, locale)),
    credits.heldMinor > 0n && text.heldStory(counted(credits.heldMinor, locale)),
    credits.takenBackMinor > 0n && text.takenStory(counted(credits.takenBackMinor, locale)),
  ];
  return `${parts.filter((part) => part !== false).join(', ')}.`;
}

/** What a refund takes back, and what stays a shortfall. */
function effectOf({ takenMinor, shortMinor }: Preview, locale: string): string {
  const text = refundMessages(locale);
  const [taken, short] = [counted(takenMinor, locale), counted(shortMinor, locale)];
  if (takenMinor > 0n) return shortMinor > 0n ? text.takesShort({ ...taken, short }) : text.takes(taken);
  return shortMinor > 0n ? text.onlyShort(short) : text.takesNothing;
}

/** What it did, when it is done. */
export function doneText(preview: Preview, told: { amount: string; name: string }, locale: string): string {
  const text = refundMessages(locale);
  const { takenMinor, shortMinor } = preview;
  const [taken, short] = [counted(takenMinor, locale), counted(shortMinor, locale)];
  if (takenMinor > 0n) {
    const credits = shortMinor > 0n ? text.doneTakesShort({ ...taken, short }) : text.doneTakes(taken);
    return text.doneWith({ ...told, told: credits });
  }
  return shortMinor > 0n ? text.doneWith({ ...told, told: text.doneOnlyShort(short) }) : text.done(told);
}

/** What stood in the review, to be sent along with the press. */
export function seenText({ takenMinor, shortMinor }: Preview): string {
  return `${takenMinor}-${shortMinor}`;
}

/** The value of the amount's field. */
export function amountInput({ payment }: Refundable, minor: bigint): string {
  return decimalText(minor, exponentOf(payment.amount.currency));
}
