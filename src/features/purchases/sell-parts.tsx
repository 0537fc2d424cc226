import { formatCredits } from '../../shared/credits.ts';
import { formatMoney, type Money } from '../../shared/money.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { RadioCards, type RadioChoice } from '../../web/ui/radio-cards.tsx';
import { type Balance, endOfValidity } from '../credits/credits.ts';
import { localTime } from '../credits/local-time.ts';
import type { Location } from '../organizations/organizations.ts';
import { type CreditPackage, packageTitle } from '../packages/packages.ts';
import type { Customer } from '../people/people.ts';
import { invoiceText, tooMuchText } from './invoice-text.ts';
import { purchaseMessages } from './messages.ts';
import { type InvoiceWay, isTooMuch } from './on-account.ts';
import type { Quote } from './quotes.ts';
import { MAX_REASON_LENGTH } from './refund-form.ts';
import { counted, Wrong } from './refund-place.tsx';
import { type Filled, MAX_LABEL_LENGTH, type SaleWish } from './sell-form.ts';
import { sellMessages } from './sell-messages.ts';

/** A package as it could be sold to a customer. */
export type Shelf = Quote & { pkg: CreditPackage };

/** A customer to whom something is sold: what there is, and the ways in which it can be paid. */
export type Selling = {
  location: Location;
  customer: Customer;
  shelf: Shelf[];
  balance: Balance;
  invoice: InvoiceWay | undefined;
  now: Date;
};

function sellHref({ slug }: Location, customerId: string): string {
  return `/l/${slug}/community/customers/${customerId}/sell`;
}

type FormProps = Selling & Filled & { back: string };

/** What to sell, and how it is paid. It changes nothing: it leads to the review. */
export function SellForm({ location, customer, shelf, invoice, fields, errors, back }: FormProps) {
  const { locale } = location;
  const text = sellMessages(locale);
  if (shelf.length === 0) {
    return <EmptyState title={text.noPackagesTitle}>{text.noPackages}</EmptyState>;
  }
  return (
    <>
      <Wrong locale={locale} errors={errors} />
      <Form
        action={`${sellHref(location, customer.id)}/review`}
        method="get"
        fields={{ requestKey: fields.requestKey ?? '' }}
      >
        <RadioCards
          name="packageId"
          legend={text.package}
          value={fields.packageId}
          error={errors.packageId}
          required
          choices={shelf.map((it) => packageChoice(it, location))}
        />
        <HowFields {...{ location, customer, invoice, fields, errors }} />
        <FormActions>
          <Button tone="primary" id="review-sale" pendingLabel={text.reviewing}>
            {text.review}
          </Button>
          <ButtonLink href={back} tone="quiet">
            {text.cancel}
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  );
}

type HowProps = Pick<FormProps, 'location' | 'customer' | 'invoice' | 'fields' | 'errors'>;

/** How it is paid, and what is noted about it. */
function HowFields({ location, customer, invoice, fields, errors }: HowProps) {
  const text = sellMessages(location.locale);
  const choices: RadioChoice[] = [
    { value: 'external', label: text.external, detail: text.externalDetail, icon: 'bank' },
  ];
  if (invoice) {
    const detail = invoiceText(invoice, location, customer.name);
    choices.push({ value: 'invoice', label: text.invoice, icon: 'receipt', detail });
  }
  return (
    <>
      <RadioCards
        name="method"
        legend={text.how}
        value={fields.method ?? 'external'}
        error={errors.method}
        required
        choices={choices}
      />
      <Field
        name="label"
        label={text.label}
        hint={text.labelHint}
        value={fields.label}
        error={errors.label}
        invalidText={text.errorLabel}
        autocomplete="off"
        maxlength={MAX_LABEL_LENGTH}
      />
      <Field
        name="memo"
        label={text.memo}
        mark={text.memoMark}
        hint={text.memoHint}
        value={fields.memo}
        error={errors.memo}
        autocomplete="off"
        maxlength={MAX_REASON_LENGTH}
      />
    </>
  );
}

function packageChoice({ pkg, price }: Shelf, { locale }: Location): RadioChoice {
  const text = sellMessages(locale);
  const list = formatMoney(price.list, locale);
  const title = packageTitle(pkg, locale);
  const credits = text.credits(counted(pkg.creditsMinor, locale));
  const percent = String(price.discountPercent);
  const parts = [
    ...(title === credits ? [] : [credits]),
    ...(price.discountPercent > 0 ? [text.discounted({ percent, price: list })] : []),
  ];
  return {
    value: pkg.id,
    label: title,
    ...(parts.length > 0 && { detail: parts.join(' · ') }),
    aside: price.total.minor === 0n ? text.free : formatMoney(price.total, locale),
  };
}

type ReviewProps = Selling & { chosen: Shelf; wish: SaleWish; fields: Record<string, string>; trouble?: string };

/** What a sale will do, before it is done: price, way to pay, balance before and after, and one button (UX-41). */
export function SellReview(it: ReviewProps) {
  const { location, customer, chosen, fields, trouble } = it;
  const { locale } = location;
  const text = sellMessages(locale);
  const at = sellHref(location, customer.id);
  const { name } = customer;
  const credits = text.credits(counted(chosen.pkg.creditsMinor, locale));
  const { total } = chosen.price;
  return (
    <>
      {trouble && (
        <Notice tone="bad" role="alert" title={text.changedTitle} id="trouble" takeFocus>
          {trouble}
        </Notice>
      )}
      <Card>
        <div class="stack">
          <Facts items={reviewFacts(it)} />
          <p class="text-sm text-muted" id="final">
            {`${text.whoTells({ name })} ${purchaseMessages(locale).final}`}
          </p>
        </div>
      </Card>
      <Form action={`${at}/review`} fields={{ ...fields, seen: String(total.minor) }}>
        <FormActions>
          <Button tone="primary" id="confirm-sale" pendingLabel={text.selling} describedBy="final">
            {total.minor === 0n
              ? text.confirmFree({ credits, name })
              : text.confirmFor({ credits, name, total: formatMoney(total, locale) })}
          </Button>
          <ButtonLink href={`${at}?${new URLSearchParams(fields)}`} tone="quiet">
            {text.change}
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  );
}

function reviewFacts({ location, customer, chosen, wish, balance, invoice, now }: ReviewProps): FactsProps['items'] {
  const { locale, tax } = location;
  const text = sellMessages(locale);
  const money = (it: Money) => formatMoney(it, locale);
  const { price, pkg } = chosen;
  const isFree = price.total.minor === 0n;
  const facts: FactsProps['items'] = [
    { term: text.customer, value: customer.name },
    { term: text.package, value: packageTitle(pkg, locale) },
  ];
  if (price.discountPercent > 0) {
    facts.push({ term: text.price, value: <s>{money(price.list)}</s> });
    facts.push({
      term: text.discount({ percent: String(price.discountPercent) }),
      value: `${price.discountPercent} %`,
    });
  }
  if (price.tax.minor > 0n) facts.push({ term: text.tax({ label: tax.label }), value: money(price.tax) });
  facts.push({ term: text.total, value: isFree ? text.free : money(price.total), strong: true });
  if (!isFree) facts.push({ term: text.paidBy, value: howText(wish, invoice, { location, customer }) });
  facts.push({ term: text.balance, value: change(balance, pkg.creditsMinor, locale) });
  const expiresAt = endOfValidity(now, pkg.validForDays, location.timeZone);
  const lastDay = expiresAt && localTime(location).day(new Date(expiresAt.getTime() - 1), now);
  if (lastDay) facts.push({ term: purchaseMessages(locale).validUntil, value: lastDay });
  if (wish.memo !== '') facts.push({ term: text.note, value: wish.memo });
  return facts;
}

function howText(
  { method, label }: SaleWish,
  invoice: InvoiceWay | undefined,
  { location, customer }: Pick<Selling, 'location' | 'customer'>,
): string {
  const text = sellMessages(location.locale);
  if (method === 'external') return text.externalAs({ label });
  return invoice ? invoiceText(invoice, location, customer.name) : text.invoice;
}

function change(balance: Balance, creditsMinor: bigint, locale: string) {
  const text = purchaseMessages(locale);
  const before = formatCredits(balance.spendableMinor, locale);
  const after = formatCredits(balance.spendableMinor + creditsMinor, locale);
  return (
    <>
      <span aria-hidden="true" data-testid="before-after">
        {text.beforeAfter({ before, after })}
      </span>
      <span class="sr-only">{text.beforeAfterSpoken({ before, after })}</span>
    </>
  );
}

/** Why it cannot go on the invoice, if that was chosen. */
export function invoiceProblem(chosen: Shelf, wish: SaleWish, invoice: InvoiceWay | undefined, location: Location) {
  if (wish.method !== 'invoice' || chosen.price.total.minor === 0n) return undefined;
  if (!invoice) return sellMessages(location.locale).errorInvoice;
  return isTooMuch(invoice, chosen.price.total) ? tooMuchText(invoice, location) : undefined;
}
