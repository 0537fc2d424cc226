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
import { creditFacts } from './payment-page.tsx';
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
import { owedOf } from './refund-preview.ts';
import { waiveShortfall } from './reversing.ts';

/** What is let go is what the page showed: a shortfall that has grown since is looked at again. */
const waiveForm = z.object({ reason, seen: z.string().regex(/^\d{1,18}$/, 'seen') });

/** Letting go of what was spent of credits whose money went back, after a page that says what it means. */
export function waivePages(core: Core, guards: Guards, payments: Pick<Payments, 'refundable' | 'refund'>): Route[] {
  const billing = guards.administrator('billing');
  const at = (visit: AtLocation, c: Ctx): AtPayment => ({ core, payments, visit, c });
  return [
    get(`${PAYMENT_OF_CUSTOMER}/waive`, billing, (visit, c) => showWaive(at(visit, c))),
    post(`${PAYMENT_OF_CUSTOMER}/waive`, billing, (visit, c) => waive(at(visit, c))),
  ];
}

async function waive(at: AtPayment): Promise<Response> {
  const { core, visit, c } = at;
  const { locale } = visit.location;
  const form = await readForm(c, waiveForm);
  // The page always says what it showed; anything else is nobody's honest wish.
  if (!form.ok && 'seen' in form.errors) throw new NotFound();
  if (!form.ok) return await showWaive(at, { fields: form.typed, errors: errorsOf(form.errors, visit.location) });
  const { reason, seen } = form.values;
  const done = await core.database.write(visit.organizationId, async (tx) => {
    const paymentId = c.req.param('paymentId');
    // Nothing goes back of it between looking and letting go.
    if (isId(paymentId)) await paymentById(tx, paymentId, true);
    const { it } = await paymentIn(tx, at);
    const owed = owedOf(it);
    const isAsSeen = owed === BigInt(seen);
    if (owed > 0n && isAsSeen) await letGo(tx, at, it.payment, { owed, reason });
    return { owed, isAsSeen, payment: it.payment };
  });
  if (done.owed > 0n && !done.isAsSeen) return await showWaive(at, { fields: form.typed, errors: {} }, true);
  // Pressed twice: the second one finds it done.
  setFlash(c, { tone: 'good', text: refundMessages(locale).waivedNow(counted(BigInt(seen), locale)) });
  return c.redirect(paymentHref(visit.location, done.payment), 303);
}

/** Lets it go, and keeps who did so and why where all that is done about money is kept. */
async function letGo(
  tx: Tx,
  { visit }: AtPayment,
  payment: Payment,
  it: { owed: bigint; reason: string },
): Promise<void> {
  const { now, user, location } = visit;
  // Somebody may have closed the alert before without letting anything go.
  const details = { creditsMinor: String(it.owed) };
  await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'shortfall', details });
  const alertId = (await openAlertAbout(tx, { kind: 'shortfall', paymentId: payment.id }))!;
  await resolveAlert(tx, { locationId: location.id, alertId, userId: user.id, note: it.reason, now });
  await waiveShortfall(tx, payment, now);
}

function errorsOf(codes: Record<string, string>, { currency, locale }: Location): Record<string, string> {
  const errors = fieldErrors(codes, currency, locale);
  return codes.reason === 'reason' ? { ...errors, reason: refundMessages(locale).errorWaiveReason } : errors;
}

async function showWaive(at: AtPayment, again?: Filled, hasChanged = false): Promise<Response> {
  const { visit, c } = at;
  const { location } = visit;
  const found = await readPayment(at);
  const owed = owedOf(found.it);
  // Such as somebody who goes back to this page after pressing its button.
  if (owed === 0n) return c.redirect(paymentHref(location, found.it.payment), 303);
  const text = refundMessages(location.locale);
  return pageOfPayment(at, found, {
    title: text.waiveTitle({ name: found.customer.name }),
    status: again ? (hasChanged ? 409 : 422) : 200,
    children: <WaiveForm at={at} found={found} owed={owed} filled={again} hasChanged={hasChanged} />,
  });
}

type FormProps = {
  at: AtPayment;
  found: CustomersPayment;
  owed: bigint;
  filled: Filled | undefined;
  hasChanged: boolean;
};

function WaiveForm({ at, found, owed, filled, hasChanged }: FormProps) {
  const { location } = at.visit;
  const { locale } = location;
  const { payment } = found.it;
  const text = refundMessages(locale);
  const href = paymentHref(location, payment);
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
          <p>{text.waiveWhat({ ...counted(owed, locale), title: payment.title })}</p>
          <Facts items={creditFacts(found.it, locale)} />
          <p class="text-sm text-muted" id="final">
            {text.waiveFinal}
          </p>
        </div>
      </Card>
      <Form action={`${href}/waive`} fields={{ seen: String(owed) }}>
        <Field
          name="reason"
          label={text.waiveReason}
          hint={text.waiveReasonHint}
          value={filled?.fields.reason}
          error={errors.reason}
          invalidText={text.errorWaiveReason}
          autocomplete="off"
          maxlength={MAX_REASON_LENGTH}
          required
          autofocus={!filled}
        />
        <FormActions>
          <Button tone="danger" id="confirm-waive" pendingLabel={text.waiving} describedBy="final">
            {text.confirmWaive(counted(owed, locale))}
          </Button>
          <ButtonLink href={href} tone="quiet">
            {text.cancel}
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  );
}
