import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Location } from '../organizations/organizations.ts';
import {
  aboutPayment,
  openAlertAbout,
  type Payment,
  type Payments,
  paymentById,
  raiseAlert,
  resolveAlert,
} from '../payments/payments.ts';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { billShortfall, shareOf } from './billing-shortfall.ts';
import { creditFacts, moneyText } from './payment-page.tsx';
import { type Filled, fieldErrors, MAX_REASON_LENGTH, reason } from './refund-form.ts';
import { refundMessages } from './refund-messages.ts';
import {
  type AtPayment,
  type CustomersPayment,
  counted,
  PAYMENT_OF_CUSTOMER,
  pageOfPayment,
  paymentHref,
  paymentIn,
  readPayment,
  Wrong,
} from './refund-place.tsx';
import { waiveShortfall } from './reversing.ts';
import { owedOf } from './shortfall.ts';

/** What is settled is what the page showed: a shortfall that has grown since is looked at again. */
const settleForm = z.object({ reason, seen: z.string().regex(/^\d{1,18}$/, 'seen') });

/** A way to settle what was gone of credits whose money went back: what its page says, and what its button does. */
type Way = {
  path: string;
  tone: 'primary' | 'danger';
  title(shown: Shown): string;
  what(shown: Shown): string;
  final(shown: Shown): string;
  confirm(shown: Shown): string;
  pending(locale: string): string;
  done(shown: Shown): string;
  settle(tx: Tx, visit: AtLocation, payment: Payment): Promise<void>;
};

/** What was seen of it. */
type Shown = { locale: string; name: string; title: string; owed: bigint; amount: string };

const WAIVE: Way = {
  path: '/waive',
  tone: 'danger',
  title: ({ locale, name }) => refundMessages(locale).waiveTitle({ name }),
  what: ({ locale, owed, title }) => refundMessages(locale).waiveWhat({ ...counted(owed, locale), title }),
  final: ({ locale }) => refundMessages(locale).waiveFinal,
  confirm: ({ locale, owed }) => refundMessages(locale).confirmWaive(counted(owed, locale)),
  pending: (locale) => refundMessages(locale).waiving,
  done: ({ locale, owed }) => refundMessages(locale).waivedNow(counted(owed, locale)),
  settle: (tx, _, payment) => waiveShortfall(tx, payment),
};

const BILL: Way = {
  path: '/bill',
  tone: 'primary',
  title: ({ locale, name }) => refundMessages(locale).billTitle({ name }),
  what: ({ locale, owed, title, amount }) =>
    refundMessages(locale).billWhat({ ...counted(owed, locale), title, amount }),
  final: ({ locale, name }) => refundMessages(locale).billFinal({ name }),
  confirm: ({ locale, amount }) => refundMessages(locale).confirmBill({ amount }),
  pending: (locale) => refundMessages(locale).billing,
  done: ({ locale, owed, amount }) => refundMessages(locale).billedNow({ ...counted(owed, locale), amount }),
  settle: (tx, { location, user, now }, payment) => billShortfall(tx, payment, { location, actorUserId: user.id, now }),
};

/** Waiving what was gone of credits whose money went back, or putting it on an invoice: each after a page that says what it means. */
export function shortfallPages(core: Core, guards: Guards, payments: Pick<Payments, 'refundable' | 'refund'>): Route[] {
  const billing = guards.administrator('billing');
  const at = (visit: AtLocation, c: Ctx): AtPayment => ({ core, payments, visit, c });
  return [WAIVE, BILL].flatMap((way) => [
    get(`${PAYMENT_OF_CUSTOMER}${way.path}`, billing, (visit, c) => show(at(visit, c), way)),
    post(`${PAYMENT_OF_CUSTOMER}${way.path}`, billing, (visit, c) => settle(at(visit, c), way)),
  ]);
}

async function settle(at: AtPayment, way: Way): Promise<Response> {
  const { core, visit, c } = at;
  const form = await readForm(c, settleForm);
  // The page always says what it showed; anything else is nobody's honest wish.
  if (!form.ok && 'seen' in form.errors) throw new NotFound();
  if (!form.ok) return await show(at, way, { fields: form.typed, errors: errorsOf(form.errors, visit.location) });
  const { reason, seen } = form.values;
  const done = await core.database.write(visit.organizationId, async (tx) => {
    const paymentId = c.req.param('paymentId');
    // Nothing goes back of it between looking and settling.
    if (isId(paymentId)) await paymentById(tx, paymentId, true);
    const found = await paymentIn(tx, at);
    const owed = owedBy(found);
    const isAsSeen = owed === BigInt(seen);
    if (owed > 0n && isAsSeen) await settleAs(tx, at, found.it.payment, { way, owed, reason });
    return { owed, isAsSeen, found };
  });
  if (done.owed > 0n && !done.isAsSeen) return await show(at, way, { fields: form.typed, errors: {} }, true);
  // Pressed twice: the second one finds it done.
  setFlash(c, { tone: 'good', text: way.done(shownOf(done.found, BigInt(seen), visit.location)) });
  return c.redirect(paymentHref(visit.location, done.found.it.payment), 303);
}

/** Settles it, and keeps who did so and why where all that is done about money is kept. */
async function settleAs(
  tx: Tx,
  { visit }: AtPayment,
  payment: Payment,
  it: { way: Way; owed: bigint; reason: string },
): Promise<void> {
  const { now, user, location } = visit;
  // First, for it locks the invoice: whoever takes an item off that locks alerts after it too.
  await it.way.settle(tx, visit, payment);
  // Somebody may have closed the alert before without settling anything.
  const details = { creditsMinor: String(it.owed) };
  await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'shortfall', details });
  const alertId = (await openAlertAbout(tx, { kind: 'shortfall', paymentId: payment.id }))!;
  await resolveAlert(tx, { locationId: location.id, alertId, userId: user.id, note: it.reason, now });
}

function owedBy({ it: { bought } }: Pick<CustomersPayment, 'it'>): bigint {
  return bought ? owedOf(bought.purchase) : 0n;
}

function shownOf({ it, customer }: CustomersPayment, owed: bigint, { locale }: Location): Shown {
  const { payment, bought } = it;
  const { netMinor, taxMinor } = shareOf(bought!.purchase, owed);
  return {
    ...{ locale, name: customer.name, title: payment.title, owed },
    amount: moneyText(payment, netMinor + taxMinor, locale),
  };
}

function errorsOf(codes: Record<string, string>, { currency, locale }: Location): Record<string, string> {
  const errors = fieldErrors(codes, currency, locale);
  return codes.reason === 'reason' ? { ...errors, reason: refundMessages(locale).errorShortfallReason } : errors;
}

async function show(at: AtPayment, way: Way, again?: Filled, hasChanged = false): Promise<Response> {
  const { visit, c } = at;
  const { location } = visit;
  const found = await readPayment(at);
  const owed = owedBy(found);
  // Such as somebody who goes back to this page after pressing its button.
  if (owed === 0n) return c.redirect(paymentHref(location, found.it.payment), 303);
  return pageOfPayment(at, found, {
    title: way.title(shownOf(found, owed, location)),
    status: again ? (hasChanged ? 409 : 422) : 200,
    children: <SettleForm at={at} way={way} found={found} filled={again} hasChanged={hasChanged} />,
  });
}

type FormProps = {
  at: AtPayment;
  way: Way;
  found: CustomersPayment;
  filled: Filled | undefined;
  hasChanged: boolean;
};

function SettleForm({ at, way, found, filled, hasChanged }: FormProps) {
  const { location } = at.visit;
  const { locale } = location;
  const shown = shownOf(found, owedBy(found), location);
  const text = refundMessages(locale);
  const href = paymentHref(location, found.it.payment);
  const errors = filled?.errors ?? {};
  return (
    <>
      <Wrong locale={locale} errors={errors} />
      {hasChanged && (
        <Notice tone="warn" role="alert" title={text.changedTitle} takeFocus>
          {text.changedShortfall}
        </Notice>
      )}
      <Card>
        <div class="stack">
          <p>{way.what(shown)}</p>
          <Facts items={creditFacts(found.it, locale)} />
          <p class="text-sm text-muted" id="final">
            {way.final(shown)}
          </p>
        </div>
      </Card>
      <Form action={`${href}${way.path}`} fields={{ seen: String(shown.owed) }}>
        <Field
          name="reason"
          label={text.shortfallReason}
          hint={text.shortfallReasonHint}
          value={filled?.fields.reason}
          error={errors.reason}
          invalidText={text.errorShortfallReason}
          autocomplete="off"
          maxlength={MAX_REASON_LENGTH}
          required
          autofocus={!filled}
        />
        <FormActions>
          <Button tone={way.tone} id="confirm-shortfall" pendingLabel={way.pending(locale)} describedBy="final">
            {way.confirm(shown)}
          </Button>
          <ButtonLink href={href} tone="quiet">
            {text.cancel}
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  );
}
