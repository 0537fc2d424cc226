import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { cardRouteAt, type Payments } from '../payments/payments.ts';
import { walletNamed } from '../people/people.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtMembership, Guards } from '../sign-in/visit.ts';
import { chargeOnOf } from './charge-day.ts';
import { titleOf } from './invoice-text.ts';
import type { Invoices } from './invoices.ts';
import { type OwnParts, readOwn } from './own-invoice.ts';
import { OwnList } from './own-list.tsx';
import { ownMessages } from './own-messages.ts';
import { OwnInvoicePage } from './own-page.tsx';
import { payPages } from './pay-pages.tsx';
import { activeInvoiceOf, type InvoiceSummary, invoicesOf } from './records.ts';

const PAGE = '/l/:location/membership/invoices';
/** While a payment is undecided the page looks again this often. */
const LOOK_AGAIN_MS = 2_000;

/** Membership > Invoices: one's own, and the company's for its managers; and paying them. */
export function ownPages(core: Core, guards: Guards, invoices: Invoices, payments: Payments): Route[] {
  const parts: OwnParts = { core, invoices, payments };
  return [
    get(PAGE, guards.member, (visit, c) => showList(parts, visit, c)),
    get(`${PAGE}/:invoiceId`, guards.member, (visit, c) => showOne(parts, visit, c)),
    ...payPages(parts, guards),
  ];
}

async function showList({ core }: OwnParts, visit: AtMembership, c: Ctx): Promise<Response> {
  const wallet = walletNamed(visit, c.req.query('wallet'));
  if (!wallet) throw new NotFound();
  const { location, now } = visit;
  const { customerId } = wallet;
  const shown = await core.database.read(visit.organizationId, async (db) => {
    const invoices = await invoicesOf(db, customerId);
    const route = await cardRouteAt(db, { locationId: location.id, customerId, savedMethodId: null, use: 'invoices' });
    return {
      invoices,
      active: await activeInvoiceOf(db, customerId),
      chargeOn: await chargeOnOf(db, customerId, now),
      busy: await busyAmong(db, invoices),
      sells: route !== undefined,
    };
  });
  return memberPage(c, visit, {
    title: ownMessages(location.locale).title,
    current: 'more',
    ...(shown.busy.size > 0 && { refreshAfterMs: LOOK_AGAIN_MS }),
    children: <OwnList visit={visit} wallet={wallet} {...shown} />,
  });
}

/** Of these invoices, those of which a payment is undecided. */
async function busyAmong(db: Tx, invoices: InvoiceSummary[]): Promise<Set<string>> {
  const open = invoices.filter(({ dueMinor }) => dueMinor > 0n).map(({ id }) => id);
  if (open.length === 0) return new Set();
  const rows = await db
    .selectFrom('payments')
    .select('subject_id')
    .where('subject', '=', 'invoice')
    .where('subject_id', '=', sql<string>`any (${open}::uuid[])`)
    .where('status', 'in', ['new', 'action', 'processing'])
    .execute();
  return new Set(rows.map((row) => row.subject_id));
}

async function showOne(parts: OwnParts, visit: AtMembership, c: Ctx): Promise<Response> {
  let shown = await readOwn(parts, visit, c);
  if (shown.underWay) {
    // A page that is looked at asks the gateway itself, so that nobody waits for a loop or a hint.
    await parts.payments.settle(visit.organizationId, shown.underWay);
    shown = await readOwn(parts, visit, c);
  }
  const { paymentId, status } = shown.invoice;
  if (status === 'paid' && paymentId && shown.receipts.length === 0) {
    // Whoever looks right after paying does not wait for the job.
    await parts.payments.issueReceipts(visit.organizationId, paymentId);
    shown = await readOwn(parts, visit, c);
  }
  return memberPage(c, visit, {
    title: titleOf(shown.invoice, visit.location.locale),
    current: 'more',
    ...(shown.underWay && { refreshAfterMs: LOOK_AGAIN_MS }),
    children: <OwnInvoicePage visit={visit} shown={shown} />,
  });
}
