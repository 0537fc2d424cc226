import { z } from 'zod';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId, newId } from '../../platform/ids.ts';
import { formatMoney } from '../../shared/money.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { failureText, parseCard } from '../payments/card-choices.ts';
import { isUndecided, type Payment } from '../payments/payments.ts';
import { setFlash } from '../sign-in/flash.ts';
import { memberPage, plainPage } from '../sign-in/frame.tsx';
import type { AtMembership, Guards } from '../sign-in/visit.ts';
import { invoiceNumber, seenMinor } from './addresses.ts';
import { NotOpen, PaymentUnderWay } from './locking.ts';
import { type OwnParts, ownInvoice, paymentOf, readOwn } from './own-invoice.ts';
import { ownMessages } from './own-messages.ts';
import { OwnInvoicePage } from './own-page.tsx';
import { PaySheet, type SheetTrouble } from './pay-sheet.tsx';
import { CardNotAvailable, DueChanged, PaymentKeyReused } from './paying.ts';
import { PaymentPage } from './payment-page.tsx';
import { ownInvoiceHref } from './places.ts';
import type { Invoice } from './records.ts';
import { moneyOf } from './standing.tsx';

const ONE = '/l/:location/membership/invoices/:invoiceId';
const LOOK_AGAIN_MS = 2_000;

/** The pay sheet of an invoice, the press of its button, and how a payment of it stands. */
export function payPages(parts: OwnParts, guards: Guards): Route[] {
  const payment = `${ONE}/payments/:paymentId`;
  return [
    get(`${ONE}/pay`, guards.member, (visit, c) => showSheet(parts, visit, c)),
    post(`${ONE}/pay`, guards.member, (visit, c) => pay(parts, visit, c)),
    get(payment, guards.member, (visit, c) => showPayment(parts, visit, c)),
    get(`${payment}/go`, guards.member, (visit, c) => handOff(parts, visit, c)),
  ];
}

async function showSheet(parts: OwnParts, visit: AtMembership, c: Ctx): Promise<Response> {
  const text = ownMessages(visit.location.locale);
  const trouble = c.req.query('from') === 'cancel' ? { title: text.cancelled, text: text.notCharged } : undefined;
  return await sheet(parts, visit, c, trouble && { trouble });
}

type Again = { trouble: SheetTrouble; chosen?: string; status?: 409 | 422 };

async function sheet(parts: OwnParts, visit: AtMembership, c: Ctx, again?: Again): Promise<Response> {
  const { location, now } = visit;
  const shown = await readOwn(parts, visit, c);
  const { invoice, underWay, ways } = shown;
  // Loaded again while the bank is being asked: a second button would be a second charge (UX-14).
  if (underWay) return c.redirect(ownInvoiceHref(location, invoice.id, `/payments/${underWay}`), 303);
  const text = ownMessages(location.locale);
  if (invoice.dueMinor === 0n || ways.kind === 'none') {
    if (again || invoice.dueMinor === 0n) setFlash(c, { tone: 'plain', text: again?.trouble.text ?? text.notOpen });
    return c.redirect(ownInvoiceHref(location, invoice.id), 303);
  }
  return memberPage(c, visit, {
    title: text.sheetTitle({ amount: moneyOf(invoice, invoice.dueMinor, location.locale) }),
    current: 'more',
    ...(again?.status && { status: again.status }),
    dialog: (
      <PaySheet
        visit={visit}
        invoice={invoice}
        wallet={shown.wallet}
        saved={ways.saved}
        paymentId={newId(now)}
        {...(again?.chosen && { chosen: again.chosen })}
        {...(again && { trouble: again.trouble })}
      />
    ),
    children: <OwnInvoicePage visit={visit} shown={shown} />,
  });
}

const payForm = z.object({
  id: z.string().refine(isId),
  seenDueMinor: seenMinor,
  method: z.string().max(80),
});

async function pay(parts: OwnParts, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location, organizationId, user, now } = visit;
  const text = ownMessages(location.locale);
  const form = await readForm(c, payForm);
  const { invoice } = await parts.core.database.read(organizationId, (db) => ownInvoice(db, visit, c));
  const method = parseCard(form.typed.method ?? '');
  if (!form.ok || !method) return await sheet(parts, visit, c, { trouble: { text: text.chooseMethod }, status: 422 });
  const { id, seenDueMinor } = form.values;
  const again = (trouble: SheetTrouble, status: 409 | 422) =>
    sheet(parts, visit, c, { trouble: { charged: false, ...trouble }, chosen: form.values.method, status });
  try {
    const it = { organizationId, location, invoiceId: invoice.id, id, payer: user, method };
    const payment = await parts.invoices.payByCard({ ...it, seenDueMinor: BigInt(seenDueMinor), now });
    if (payment.status !== 'failed') return afterPaying(visit, c, invoice, payment);
    // A new try is a new intent: the next press carries an id of its own.
    return await again({ text: failureText(payment.failureCode, location.locale) }, 422);
  } catch (error) {
    if (error instanceof NotOpen) return await again({ text: text.notOpen }, 409);
    if (error instanceof DueChanged)
      return await again({ text: text.dueChanged({ amount: formatMoney(error.now, location.locale) }) }, 409);
    if (error instanceof CardNotAvailable) return await again({ text: text.methodGone }, 409);
    if (error instanceof PaymentKeyReused) return await again({ text: text.keyReused }, 409);
    // Somebody else, or this person in another tab, is paying it: how that stands is what they want to know.
    if (error instanceof PaymentUnderWay) return await sheet(parts, visit, c);
    throw error;
  }
}

/** Where a press leads: to the bank or the gateway's page, to the page that waits, or to the invoice that is paid. */
function afterPaying(visit: AtMembership, c: Ctx, invoice: Invoice, payment: Payment): Response {
  const { location } = visit;
  if (payment.status === 'paid') return paid(visit, c, invoice, payment);
  const here = ownInvoiceHref(location, invoice.id, `/payments/${payment.id}`);
  return c.redirect(payment.status === 'action' && payment.nextUrl ? `${here}/go` : here, 303);
}

function paid({ location }: AtMembership, c: Ctx, invoice: Invoice, payment: Payment): Response {
  const { locale } = location;
  const number = invoiceNumber(invoice.number!);
  const text = ownMessages(locale).paidText({ number, amount: moneyOf(invoice, payment.amount.minor, locale) });
  setFlash(c, { tone: 'good', text });
  return c.redirect(ownInvoiceHref(location, invoice.id), 303);
}

async function settled(parts: OwnParts, visit: AtMembership, c: Ctx, giveUp = false) {
  const read = () =>
    parts.core.database.read(visit.organizationId, async (db) => {
      const own = await ownInvoice(db, visit, c);
      return { ...own, payment: await paymentOf(db, own.invoice, c) };
    });
  const found = await read();
  if (!isUndecided(found.payment.status)) return found;
  await parts.payments.settle(visit.organizationId, found.payment.id, { giveUp });
  return await read();
}

async function showPayment(parts: OwnParts, visit: AtMembership, c: Ctx): Promise<Response> {
  const { invoice, payment, wallet } = await settled(parts, visit, c);
  if (payment.status === 'paid' && invoice.status === 'paid') return paid(visit, c, invoice, payment);
  return memberPage(c, visit, {
    title: ownMessages(visit.location.locale).paymentTitle,
    current: 'more',
    ...(isUndecided(payment.status) && { refreshAfterMs: LOOK_AGAIN_MS }),
    children: <PaymentPage location={visit.location} invoice={invoice} payment={payment} wallet={wallet} />,
  });
}

/** To the gateway's page: our own page in between works with and without scripts, and Back skips it. */
async function handOff({ core }: OwnParts, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location } = visit;
  const { invoice, payment } = await core.database.read(visit.organizationId, async (db) => {
    const own = await ownInvoice(db, visit, c);
    return { ...own, payment: await paymentOf(db, own.invoice, c) };
  });
  if (payment.status !== 'action' || !payment.nextUrl)
    return c.redirect(ownInvoiceHref(location, invoice.id, `/payments/${payment.id}`), 303);
  const text = ownMessages(location.locale);
  return plainPage(c, {
    title: text.handOffTitle,
    locale: location.locale,
    goTo: payment.nextUrl,
    children: (
      <>
        <PageHead title={text.handOffTitle} lead={text.handOff} />
        <ButtonLink href={payment.nextUrl} tone="primary" turbo={false}>
          {text.goOn}
        </ButtonLink>
      </>
    ),
  });
}

/** Back from the gateway, paid or given up. What the gateway says decides, not the address the browser came by. */
export async function comeBack(parts: OwnParts, visit: AtMembership, c: Ctx, giveUp: boolean): Promise<Response> {
  const { location } = visit;
  const { invoice, payment } = await settled(parts, visit, c, giveUp);
  if (payment.status === 'paid' && invoice.status === 'paid') return paid(visit, c, invoice, payment);
  if (payment.status === 'failed' && giveUp)
    return c.redirect(ownInvoiceHref(location, invoice.id, '/pay?from=cancel'), 303);
  return c.redirect(ownInvoiceHref(location, invoice.id, `/payments/${payment.id}`), 303);
}
