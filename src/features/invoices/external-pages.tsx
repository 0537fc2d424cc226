import { z } from 'zod';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { isId, newId } from '../../platform/ids.ts';
import { hasHidden, oneLine } from '../../shared/one-line.ts';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Select } from '../../web/ui/select.tsx';
import { dayAt, parseDay, startOfDay } from '../subscriptions/subscriptions.ts';
import { seenMinor } from './addresses.ts';
import { administrationMessages } from './administration-messages.ts';
import {
  type AtInvoice,
  backTo,
  Confirm,
  invoiceHref,
  pageBelow,
  readInvoice,
  unlessRefused,
  wordsOf,
} from './at-invoice.tsx';
import { calendarDay } from './invoice-text.ts';
import { NotOpen, PaymentUnderWay, paymentUnderWay } from './locking.ts';
import { MAX_EXTERNAL_LABEL_LENGTH } from './paying.ts';
import type { Invoice } from './records.ts';

const HOWS = ['bank', 'cash', 'cheque', 'terminal', 'other'] as const;
/** What is left of the label beside how it was paid. */
const MAX_MEMO_LENGTH = 60;

const externalForm = z.object({
  id: z.string().refine(isId, 'id'),
  seenDueMinor: seenMinor,
  how: z.enum(HOWS, 'how'),
  paidOn: z.string().default(''),
  memo: z
    .string()
    .default('')
    .transform(oneLine)
    .pipe(
      z
        .string()
        .max(MAX_MEMO_LENGTH, 'memo')
        .refine((memo) => !hasHidden(memo), 'memo'),
    ),
});

type Filled = { typed: Record<string, string>; errors: Record<string, string> };

/** The form of money that did not come through a gateway: how, on which day, and a memo. */
export async function showExternal(at: AtInvoice, filled?: Filled): Promise<Response> {
  const { visit } = at;
  const { location, now } = visit;
  const invoice = await readInvoice(at);
  const text = administrationMessages(location.locale);
  return await unlessRefused(at, invoice, async () => {
    if (invoice.kind !== 'invoice' || invoice.status !== 'issued') throw new NotOpen(invoice);
    if (await isBusy(at, invoice)) throw new PaymentUnderWay();
    const words = wordsOf(invoice, location);
    const errors = Object.entries(filled?.errors ?? {}).map(([name, it]) => ({ fieldId: `field-${name}`, text: it }));
    return pageBelow(at, invoice, {
      title: text.externalTitle(words),
      lead: text.externalLead,
      ...(filled && { status: 422 }),
      children: (
        <>
          <ErrorSummary locale={location.locale} errors={errors} />
          <Form
            action={invoiceHref(at, invoice, '/external')}
            fields={{ id: filled?.typed.id ?? newId(now), seenDueMinor: String(invoice.dueMinor) }}
          >
            <ExternalFields at={at} invoice={invoice} filled={filled} />
            <Confirm at={at} invoice={invoice} id="confirm-external" tone="primary" pendingLabel={text.recording}>
              {text.confirmExternal(words)}
            </Confirm>
          </Form>
        </>
      ),
    });
  });
}

function ExternalFields({ at, invoice, filled }: { at: AtInvoice; invoice: Invoice; filled: Filled | undefined }) {
  const { location, now } = at.visit;
  const text = administrationMessages(location.locale);
  const { typed = {}, errors = {} } = filled ?? {};
  const issuedOn = dayAt(invoice.issuedAt!, location.timeZone);
  const today = dayAt(now, location.timeZone);
  const hows = howsIn(location.locale);
  return (
    <>
      <Select
        name="how"
        label={text.externalHow}
        value={typed.how ?? 'bank'}
        error={errors.how}
        options={HOWS.map((how) => ({ value: how, label: hows[how] }))}
      />
      <Field
        name="paidOn"
        type="date"
        label={text.externalOn}
        hint={text.externalOnHint({ day: calendarDay(issuedOn, location.locale) })}
        value={typed.paidOn ?? today}
        error={errors.paidOn}
        min={issuedOn}
        max={today}
        width="short"
        required
      />
      <Field
        name="memo"
        label={text.externalMemo}
        hint={text.externalMemoHint}
        mark={text.optional}
        value={typed.memo}
        error={errors.memo}
        autocomplete="off"
        maxlength={MAX_MEMO_LENGTH}
      />
    </>
  );
}

function howsIn(locale: string): Record<(typeof HOWS)[number], string> {
  const text = administrationMessages(locale);
  return {
    bank: text.howBank,
    cash: text.howCash,
    cheque: text.howCheque,
    terminal: text.howTerminal,
    other: text.howOther,
  };
}

async function isBusy({ core, visit }: AtInvoice, { id }: Invoice): Promise<boolean> {
  return (await core.database.read(visit.organizationId, (db) => paymentUnderWay(db, id))) !== undefined;
}

export async function recordExternal(at: AtInvoice): Promise<Response> {
  const { core, invoices, visit, c } = at;
  const { location, now, user } = visit;
  const text = administrationMessages(location.locale);
  const form = await readForm(c, externalForm);
  const invoice = await readInvoice(at);
  // The page always has these; anything else is nobody's honest wish.
  if (!form.ok && ('id' in form.errors || 'seenDueMinor' in form.errors)) throw new NotFound();
  const paidAt = invoice.issuedAt && paidAtOf(form.typed.paidOn ?? '', invoice.issuedAt, at);
  const errors = {
    ...(!form.ok && form.errors.how && { how: text.errorHow }),
    ...(!form.ok && form.errors.memo && { memo: text.errorMemo({ most: String(MAX_MEMO_LENGTH) }) }),
    ...(invoice.issuedAt && !paidAt && { paidOn: text.errorDay }),
  };
  if (!form.ok || Object.keys(errors).length > 0) return await showExternal(at, { typed: form.typed, errors });
  const { id, how, memo, seenDueMinor } = form.values;
  const named = howsIn(location.locale)[how];
  const label = (memo ? text.label({ how: named, memo }) : named).slice(0, MAX_EXTERNAL_LABEL_LENGTH);
  return await unlessRefused(at, invoice, async () => {
    const payment = await core.database.write(visit.organizationId, (tx) =>
      invoices.recordExternalPayment(tx, {
        location,
        invoiceId: invoice.id,
        id,
        actorUserId: user.id,
        label,
        seenDueMinor: BigInt(seenDueMinor),
        now: paidAt ?? now,
      }),
    );
    const words = wordsOf({ ...invoice, status: 'issued', dueMinor: payment.amount.minor }, location);
    return backTo(at, invoice, { tone: 'good', text: text.recorded(words) });
  });
}

/** When it was paid: today now, on a day before at its noon, and never before the invoice was issued. */
function paidAtOf(typed: string, issuedAt: Date, { visit }: AtInvoice): Date | undefined {
  const { location, now } = visit;
  const day = parseDay(typed);
  if (!day) return undefined;
  const { timeZone } = location;
  if (day === dayAt(now, timeZone)) return now;
  if (day > dayAt(now, timeZone) || day < dayAt(issuedAt, timeZone)) return undefined;
  const noon = new Date(startOfDay(day, timeZone).getTime() + 12 * 3_600_000);
  return noon < issuedAt ? issuedAt : noon;
}
