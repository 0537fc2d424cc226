import { z } from 'zod';
import { isId } from '../../platform/ids.ts';
import type { Location } from '../organizations/organizations.ts';
import { subscriptionMessages } from './messages.ts';
import {
  AlreadySubscribed,
  MAX_YEARS_AHEAD,
  NotSubscribed,
  type OwnTerms,
  PlanNotAvailable,
  type Subscription,
  SubscriptionEnds,
  SubscriptionOutOfRange,
} from './subscriptions.ts';

/** Which form of the page, as it was filled in, with what is wrong by field; `''` holds what belongs to none. */
export type Filled = {
  form: 'assign' | 'change' | 'terms';
  fields: Record<string, string>;
  errors: Record<string, string>;
};

const choice = z.enum(['plan', 'yes', 'no'], 'choice');

const terms = {
  discount: z
    .string()
    .trim()
    .regex(/^\d{0,3}$/, 'discount')
    .default(''),
  onInvoice: choice,
  autoInvoice: choice,
};

const plan = z.string('plan').refine(isId, 'plan');

export const assignForm = z.object({
  id: z.uuid(),
  plan,
  startsOn: z.string('day').trim().min(1, 'day').max(40, 'day'),
  endsOn: z.string().trim().max(40, 'day').default(''),
  ...terms,
});
export const changeForm = z.object({ plan });
export const termsForm = z.object(terms);
export const endForm = z.object({ when: z.enum(['cycle-end', 'now']) });
export const keepForm = z.object({});

/** What was chosen; empty and "as the plan says" are null. */
export function ownTermsOf(values: z.output<typeof termsForm>): OwnTerms {
  const chosen = (value: z.output<typeof choice>) => (value === 'plan' ? null : value === 'yes');
  return {
    creditsDiscountPercent: values.discount === '' ? null : Number(values.discount),
    creditsOnInvoice: chosen(values.onInvoice),
    autoInvoice: chosen(values.autoInvoice),
  };
}

/** The form of what is agreed, filled in. */
export function termsFields(own: Pick<Subscription, keyof OwnTerms>): Record<string, string> {
  const chosen = (value: boolean | null) => (value === null ? 'plan' : value ? 'yes' : 'no');
  return {
    discount: own.creditsDiscountPercent === null ? '' : String(own.creditsDiscountPercent),
    onInvoice: chosen(own.creditsOnInvoice),
    autoInvoice: chosen(own.autoInvoice),
  };
}

/** Sentences for the codes of the forms. */
export function fieldErrors(codes: Record<string, string>, location: Location): Record<string, string> {
  const text = subscriptionMessages(location.locale);
  const sentences: Record<string, string> = {
    plan: text.errorPlan,
    day: text.errorDay,
    discount: text.errorDiscount,
    choice: text.errorChoice,
  };
  return Object.fromEntries(Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? text.errorChoice]));
}

/** A refusal as an error beside its field; `undefined` when it is none of subscriptions. */
export function refusalErrors(error: unknown, name: string, location: Location): Record<string, string> | undefined {
  const text = subscriptionMessages(location.locale);
  if (error instanceof PlanNotAvailable) return { plan: text.errorPlan };
  if (error instanceof AlreadySubscribed) return { '': text.errorSubscribed({ name }) };
  if (error instanceof NotSubscribed) return { '': text.errorNotSubscribed({ name }) };
  if (error instanceof SubscriptionEnds) return { '': text.errorEnds };
  if (!(error instanceof SubscriptionOutOfRange)) return undefined;
  const { field, why } = error.details;
  if (field === 'discount') return { discount: text.errorDiscount };
  const years = new Intl.NumberFormat(location.locale).format(MAX_YEARS_AHEAD);
  const start: Record<string, string> = { past: text.errorStartPast, far: text.errorStartFar({ years }) };
  const end: Record<string, string> = { 'before-start': text.errorEndBefore, far: text.errorEndFar };
  return field === 'start' ? { startsOn: start[why!] ?? text.errorDay } : { endsOn: end[why!] ?? text.errorDay };
}
