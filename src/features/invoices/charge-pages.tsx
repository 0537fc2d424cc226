import { z } from 'zod';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { isId, newId } from '../../platform/ids.ts';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import { cardChoices, cardValue, defaultCard, failureText, parseCard } from '../payments/card-choices.ts';
import { cardRouteAt, isUndecided, type SavedMethod, savedMethodsOf } from '../payments/payments.ts';
import { seenMinor } from './addresses.ts';
import { administrationMessages } from './administration-messages.ts';
import {
  type AtInvoice,
  backTo,
  Confirm,
  invoiceHref,
  invoiceIn,
  pageBelow,
  readInvoice,
  unlessRefused,
  wordsOf,
} from './at-invoice.tsx';
import { NotOpen, PaymentUnderWay, paymentUnderWay } from './locking.ts';
import type { Invoice } from './records.ts';

const chargeForm = z.object({
  id: z.string().refine(isId),
  seenDueMinor: seenMinor,
  method: z.string().max(80).default(''),
});

/** The saved cards by which an invoice could be charged; `undefined` when no gateway takes any. */
export async function chargeableCards(
  db: Tx,
  invoice: Pick<Invoice, 'locationId' | 'customerId'>,
  now: Date,
): Promise<SavedMethod[] | undefined> {
  const { locationId, customerId } = invoice;
  const route = await cardRouteAt(db, { locationId, customerId, savedMethodId: null, use: 'invoices' });
  return route && (await savedMethodsOf(db, route.connection.id, customerId, now));
}

type Trouble = { text: string };

/** Which of the customer's cards is to be charged, before it is. */
export async function showCharge(at: AtInvoice, trouble?: Trouble): Promise<Response> {
  const { core, visit } = at;
  const { location, now } = visit;
  const { invoice, cards, busy } = await core.database.read(visit.organizationId, async (db) => {
    const invoice = await invoiceIn(db, at);
    const busy = await paymentUnderWay(db, invoice.id);
    return { invoice, busy, cards: await chargeableCards(db, invoice, now) };
  });
  const text = administrationMessages(location.locale);
  return await unlessRefused(at, invoice, async () => {
    if (invoice.kind !== 'invoice' || invoice.status !== 'issued') throw new NotOpen(invoice);
    if (busy) throw new PaymentUnderWay();
    const words = wordsOf(invoice, location);
    const isGood = cards?.some(({ expired }) => !expired);
    return pageBelow(at, invoice, {
      title: text.chargeTitle(words),
      ...(isGood && { lead: text.chargeLead(words) }),
      ...(trouble && { status: 422 }),
      children: isGood ? (
        <>
          {trouble && (
            <Notice tone="bad" role="alert" title={text.chargeFailedTitle} takeFocus>
              <p>{trouble.text}</p>
              <p>{text.chargeNothing}</p>
            </Notice>
          )}
          <Form
            action={invoiceHref(at, invoice, '/charge')}
            fields={{ id: newId(now), seenDueMinor: String(invoice.dueMinor) }}
          >
            <RadioCards
              name="method"
              legend={text.chargeWith}
              choices={cardChoices(cards!, location.locale, { page: false })}
              value={cardValue(defaultCard(cards!))}
              required
            />
            <Confirm at={at} invoice={invoice} id="confirm-charge" tone="primary" pendingLabel={text.charging}>
              {text.confirmCharge(words)}
            </Confirm>
          </Form>
        </>
      ) : (
        <EmptyState title={text.noCardTitle}>{cards ? text.noCard(words) : text.noGateway}</EmptyState>
      ),
    });
  });
}

export async function charge(at: AtInvoice): Promise<Response> {
  const { invoices, payments, visit, c } = at;
  const { location, now, user, organizationId } = visit;
  const form = await readForm(c, chargeForm);
  if (!form.ok) throw new NotFound();
  const { id, seenDueMinor } = form.values;
  const text = administrationMessages(location.locale);
  const card = parseCard(form.values.method);
  if (card?.kind !== 'saved') return await showCharge(at, { text: text.chooseCard });
  const invoice = await readInvoice(at);
  return await unlessRefused(at, invoice, async () => {
    const it = { organizationId, location, invoiceId: invoice.id, id, payer: user, method: card };
    let payment = await invoices.payByCard({ ...it, seenDueMinor: BigInt(seenDueMinor), now });
    const words = wordsOf({ ...invoice, status: 'issued', dueMinor: payment.amount.minor }, location);
    // The bank would ask the customer, who is not here: it is given up, unless it was paid in the same moment.
    const needsPayer = payment.status === 'action';
    if (needsPayer) payment = await payments.settle(organizationId, payment.id, { giveUp: true });
    if (payment.status === 'paid') return backTo(at, invoice, { tone: 'good', text: text.charged(words) });
    if (isUndecided(payment.status)) return backTo(at, invoice, { tone: 'plain', text: text.chargeAsking });
    const why = needsPayer ? text.chargeNeedsPayer(words) : failureText(payment.failureCode, location.locale);
    return await showCharge(at, { text: why });
  });
}
