import type { Core } from '../../platform/core.ts';
import { newId } from '../../platform/ids.ts';
import { addInvoiceItem, createInvoices, type Invoices, invoiceHandler } from '../invoices/invoices.ts';
import { priceFor } from '../packages/packages.ts';
import { createPayments } from '../payments/payments.ts';
import { purchaseHandler } from '../purchases/purchases.ts';
import type { Books } from './books.ts';
import { dayOf, instantOf } from './open-days.ts';

/** Who is invoiced: Maya, who has a locker, and three companies with desks of their own. */
export type Invoiced = { member: string; companies: string[]; administratorId: string };

/** Something that was put on an invoice, which was issued so many days ago, and what became of it after so many more. */
type Bill = {
  customerId: string;
  what: string;
  priceMinor: bigint;
  issuedDaysAgo: number;
  paidAfter?: number;
  voidAfter?: number;
};

const DESKS = 'Two fixed desks';
const POST = 'Post box and scanning';
const STORE = 'Storage room';
const LOCKER = 'Locker 14';

/** A year in which some things were invoiced: most of it paid by bank transfer, one void, one open, one overdue. */
function billsOf({ member, companies: [north, cobalt, salt] }: Invoiced): Bill[] {
  const monthly = Array.from({ length: 11 }, (_, month) => 20 + 30 * month).flatMap((issuedDaysAgo): Bill[] => [
    { customerId: north!, what: DESKS, priceMinor: 38_000n, issuedDaysAgo, paidAfter: 9 },
    { customerId: member, what: LOCKER, priceMinor: 1_500n, issuedDaysAgo, paidAfter: 3 },
  ]);
  const bills: Bill[] = [
    ...monthly,
    { customerId: salt!, what: STORE, priceMinor: 9_000n, issuedDaysAgo: 64, voidAfter: 2 },
    { customerId: salt!, what: STORE, priceMinor: 6_000n, issuedDaysAgo: 61, paidAfter: 11 },
    { customerId: cobalt!, what: POST, priceMinor: 4_500n, issuedDaysAgo: 55, paidAfter: 14 },
    { customerId: cobalt!, what: POST, priceMinor: 4_500n, issuedDaysAgo: 25 },
    { customerId: salt!, what: STORE, priceMinor: 6_000n, issuedDaysAgo: 4 },
  ];
  return bills.sort((a, b) => b.issuedDaysAgo - a.issuedDaysAgo);
}

/** Writes the invoices of the year through the face of invoices, with the clock of each day, and starts the next ones. */
export async function writeInvoices(core: Core, books: Books, it: Invoiced & { now: Date }): Promise<void> {
  const at = (daysAgo: number, minutes: number) => {
    const day = dayOf(it.now, books.location.timeZone).subtract({ days: daysAgo });
    return instantOf(day, minutes, books.location.timeZone);
  };
  for (const bill of billsOf(it)) await writeBill(core, books, { ...it, bill, at });
  const next = { customerId: it.member, what: LOCKER, priceMinor: 1_500n };
  await collect(books, { ...next, administratorId: it.administratorId, at: at(1, 10 * 60) });
}

/** Invoices as they were at a moment: nobody is told of them again, now. */
export function invoicesAsOf(core: Core, now: Date): Invoices {
  const then: Core = { ...core, now: () => now, jobs: { ...core.jobs, enqueue: async () => {} } };
  const payments = createPayments(then, [], { purchase: purchaseHandler(then), invoice: invoiceHandler(then, {}) });
  return createInvoices(then, payments, {});
}

type Writing = { administratorId: string; bill: Bill; at: (daysAgo: number, minutes: number) => Date };

async function writeBill(core: Core, books: Books, { bill, administratorId, at }: Writing): Promise<void> {
  const { tx, location } = books;
  const issuedAt = at(bill.issuedDaysAgo, 10 * 60);
  const invoiceId = await collect(books, { ...bill, administratorId, at: at(bill.issuedDaysAgo + 2, 15 * 60) });
  const of = { locationId: location.id, invoiceId };
  const issued = await invoicesAsOf(core, issuedAt).issue(tx, { ...of, now: issuedAt });
  const after = bill.paidAfter ?? bill.voidAfter;
  if (after === undefined) return;
  const now = at(bill.issuedDaysAgo - after, 11 * 60);
  const invoices = invoicesAsOf(core, now);
  const by = { ...of, actorUserId: administratorId, now };
  if (bill.voidAfter !== undefined) await invoices.void(tx, { ...by, takeBack: true });
  else {
    const paid = { location, id: newId(now), label: 'Bank transfer', seenDueMinor: issued.dueMinor };
    await invoices.recordExternalPayment(tx, { ...by, ...paid });
  }
}

/** Puts something on the active invoice of a customer. */
async function collect(
  { tx, organizationId, location }: Books,
  it: { customerId: string; what: string; priceMinor: bigint; administratorId: string; at: Date },
): Promise<string> {
  const { tax, currency } = location;
  const price = priceFor({ priceMinor: it.priceMinor, creditsMinor: 1n }, 0, tax, currency);
  const { invoiceId } = await addInvoiceItem(tx, {
    organizationId,
    locationId: location.id,
    customerId: it.customerId,
    currency,
    key: `demo:${newId(it.at)}`,
    kind: 'other',
    subjectId: null,
    title: it.what,
    listMinor: price.list.minor,
    discountPercent: 0,
    netMinor: price.net.minor,
    taxMinor: price.tax.minor,
    taxLabel: tax.label,
    taxRatePpm: tax.ratePpm,
    actorUserId: it.administratorId,
    now: it.at,
  });
  return invoiceId;
}
