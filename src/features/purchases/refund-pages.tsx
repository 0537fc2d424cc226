import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { type Payments, type Refund, refundByKey, refusalText } from '../payments/payments.ts';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { moneyFacts, moneyText, paymentPage, whyNot } from './payment-page.tsx';
import { confirmForm, type Filled, REFUND_FIELDS, readRefund, refusedRefund, type Wish } from './refund-form.ts';
import { refundMessages } from './refund-messages.ts';
import { amountInput, doneText, RefundForm, RefundReview, seenText } from './refund-parts.tsx';
import {
  type AtPayment,
  type CustomersPayment,
  PAYMENT_OF_CUSTOMER,
  pageOfPayment,
  paymentHref,
  readPayment,
} from './refund-place.tsx';
import { type Preview, previewOf, type Refundable } from './refund-preview.ts';

/** A payment for whoever looks after money, and refunding it: a form, a review of what will happen, and then it is done (S19). */
export function refundPages(core: Core, guards: Guards, payments: Pick<Payments, 'refundable' | 'refund'>): Route[] {
  const billing = guards.administrator('billing');
  const at = (visit: AtLocation, c: Ctx): AtPayment => ({ core, payments, visit, c });
  const refund = `${PAYMENT_OF_CUSTOMER}/refund`;
  return [
    get(PAYMENT_OF_CUSTOMER, billing, async (visit, c) => paymentPage(at(visit, c), await readPayment(at(visit, c)))),
    get(refund, billing, (visit, c) => showForm(at(visit, c), { fields: typedIn(c), errors: {} })),
    get(`${refund}/review`, billing, (visit, c) => review(at(visit, c))),
    post(`${refund}/review`, billing, (visit, c) => confirm(at(visit, c))),
  ];
}

/** The review has an address: it can be loaded again, and says what would happen then. */
async function review(at: AtPayment): Promise<Response> {
  const { visit, c } = at;
  const found = await readPayment(at);
  const typed = typedIn(c);
  const href = paymentHref(visit.location, found.it.payment);
  // Whoever had to sign in again before confirming comes back without what was filled in.
  if (typed.requestKey === undefined) return c.redirect(`${href}/refund`, 303);
  const read = readRefund(typed, inCurrency(at, found));
  if (!read.ok) return await showForm(at, read);
  // Somebody who goes back to the review after pressing its button: it was asked for.
  if (await askedBefore(at, found, read.wish)) return c.redirect(href, 303);
  return (await tooMuch(at, found, typed, read.wish)) ?? showReview(at, found, { typed, wish: read.wish });
}

async function confirm(at: AtPayment): Promise<Response> {
  const { visit, c } = at;
  const form = await readForm(c, confirmForm);
  // The review always has them; anything else is nobody's honest wish.
  if (!form.ok) throw new NotFound();
  const { seen, ...typed } = form.values;
  const found = await readPayment(at);
  const read = readRefund(typed, inCurrency(at, found));
  if (!read.ok) return await showForm(at, read);
  const { wish } = read;
  if (!(await askedBefore(at, found, wish))) {
    const refused = await tooMuch(at, found, typed, wish);
    if (refused) return refused;
    if (seen !== seenText(previewOf(found.it, wish.amountMinor)))
      return showReview(at, found, { typed, wish, hasChanged: true });
  }
  try {
    const refund = await at.payments.refund({
      organizationId: visit.organizationId,
      locationId: visit.location.id,
      paymentId: found.it.payment.id,
      actorUserId: visit.user.id,
      ...wish,
    });
    return await tell(at, found, refund, typed);
  } catch (error) {
    const filled = refusedRefund(error, typed, inCurrency(at, found));
    if (!filled) throw error;
    return await showForm(at, filled);
  }
}

/** What came of it: done, not known yet, or refused by the gateway. */
async function tell(
  at: AtPayment,
  before: CustomersPayment,
  refund: Refund,
  typed: Record<string, string>,
): Promise<Response> {
  const { visit, c } = at;
  const { locale } = visit.location;
  const text = refundMessages(locale);
  if (refund.status === 'refused') {
    // Another try is another wish.
    const fields = { ...typed, requestKey: newRequestKey() };
    return await showForm(at, { fields, errors: { '': text.refused({ why: refusalText(refund.refusal, locale) }) } });
  }
  const amount = moneyText(before.it.payment, refund.amountMinor, locale);
  if (refund.status === 'done') {
    const after = await readPayment(at);
    const done = doneText(changeOf(before.it, after.it), { amount, name: before.customer.name }, locale);
    setFlash(c, { tone: 'good', text: done });
  } else setFlash(c, { tone: 'plain', text: text.doneAsking({ amount }) });
  return c.redirect(paymentHref(visit.location, before.it.payment), 303);
}

/** What was booked between two looks. */
function changeOf(before: Refundable, after: Refundable): Preview {
  const [then, now] = [before.bought?.purchase, after.bought?.purchase];
  if (!then || !now) return { takenMinor: 0n, shortMinor: 0n };
  return {
    takenMinor: now.takenBackMinor - then.takenBackMinor,
    shortMinor: now.shortfallMinor - then.shortfallMinor,
  };
}

async function askedBefore({ core, visit }: AtPayment, { it }: CustomersPayment, wish: Wish): Promise<boolean> {
  const before = await core.database.read(visit.organizationId, (db) =>
    refundByKey(db, it.payment.id, wish.requestKey),
  );
  return before !== undefined;
}

/** The form again, when the amount is not what can be refunded. */
async function tooMuch(
  at: AtPayment,
  found: CustomersPayment,
  fields: Record<string, string>,
  { amountMinor }: Wish,
): Promise<Response | undefined> {
  const { leftMinor, payment } = found.it;
  if (whyNot(found.it)) return await showForm(at, { fields, errors: {} });
  const isWhole = found.it.can === 'partial' || amountMinor === payment.amount.minor;
  if (amountMinor <= leftMinor && isWhole) return undefined;
  const { locale } = at.visit.location;
  const error = refundMessages(locale).errorTooMuch({ amount: moneyText(payment, leftMinor, locale) });
  return await showForm(at, { fields, errors: { amount: error } });
}

async function showForm(at: AtPayment, { fields, errors }: Filled): Promise<Response> {
  const { location } = at.visit;
  const found = await readPayment(at);
  const text = refundMessages(location.locale);
  const filled = {
    errors,
    fields: {
      ...fields,
      requestKey: fields.requestKey ?? newRequestKey(),
      amount: fields.amount ?? amountInput(found.it, found.it.leftMinor),
    },
  };
  const why = whyNot(found.it);
  return pageOfPayment(at, found, {
    title: text.refundTitle({ name: found.customer.name }),
    ...(!why && { lead: leadOf(found, location.locale) }),
    status: Object.keys(errors).length > 0 || (why && fields.requestKey) ? 422 : 200,
    children: why ? (
      <CannotBe at={at} found={found} why={text[why]} />
    ) : (
      <RefundForm location={location} {...found} {...filled} />
    ),
  });
}

/** Where the money goes, and what goes with it: credits hang on the invoice of what was bought on one. */
function leadOf({ it: { payment, bought } }: CustomersPayment, locale: string): string {
  const text = refundMessages(locale);
  const lead = payment.method === 'card' ? text.refundToCard : text.refundByHand;
  return bought ? text.refundTakesCredits({ lead }) : lead;
}

function CannotBe({ at, found, why }: { at: AtPayment; found: CustomersPayment; why: string }) {
  const { location } = at.visit;
  const text = refundMessages(location.locale);
  const back = (
    <ButtonLink href={paymentHref(location, found.it.payment)} size="small">
      {text.backToPayment}
    </ButtonLink>
  );
  return (
    <>
      <Notice tone="info" role="status" id="not-refundable" title={text.nothingTitle} actions={back}>
        {why}
      </Notice>
      <Card>
        <Facts items={moneyFacts(found.it, location)} />
      </Card>
    </>
  );
}

type Reviewed = { typed: Record<string, string>; wish: Wish; hasChanged?: boolean };

function showReview(at: AtPayment, found: CustomersPayment, { typed, wish, hasChanged = false }: Reviewed): Response {
  const { location } = at.visit;
  const { customer, it } = found;
  const amount = moneyText(it.payment, wish.amountMinor, location.locale);
  return pageOfPayment(at, found, {
    title: refundMessages(location.locale).reviewTitle({ amount, name: customer.name }),
    status: hasChanged ? 409 : 200,
    children: (
      <RefundReview
        location={location}
        {...found}
        wish={wish}
        preview={previewOf(it, wish.amountMinor)}
        fields={typed}
        hasChanged={hasChanged}
      />
    ),
  });
}

function inCurrency({ visit }: AtPayment, { it }: CustomersPayment): { currency: string; locale: string } {
  return { currency: it.payment.amount.currency, locale: visit.location.locale };
}

/** The fields of the form in the address. */
function typedIn(c: Ctx): Record<string, string> {
  const fields = REFUND_FIELDS.map((name) => [name, c.req.query(name)] as const);
  return Object.fromEntries(
    fields.filter((field): field is [(typeof REFUND_FIELDS)[number], string] => field[1] !== undefined),
  );
}
