import { Refused, type Snapshot, Unknown } from './gateway.ts';
import { genuine, type MolliePayment, markIn, pageOf } from './mollie-answers.ts';
import type { MollieApi } from './mollie-api.ts';
import { movedNothing, snapshotOf, WHOLE_PAYMENT } from './mollie-states.ts';

const DAY_MS = 86_400_000;

/** A payment is paid within hours of being made; whatever is older than this was paid before. */
const PAID_WITHIN_MS = DAY_MS;
/** Mollie does not say when a refund failed; banks say so within weeks. */
const REFUND_FAILS_WITHIN_MS = 60 * DAY_MS;
/** A charge back can be won long after it was made, and there are few. */
const DISPUTED_WITHIN_MS = 400 * DAY_MS;

const MOST_PER_PAGE = '250';

/** The payment itself, asked for by its reference. */
export async function readPayment(api: MollieApi, ref: string): Promise<MolliePayment> {
  const found = await lookUp(api, ref);
  if (!isOurs(found)) throw new Unknown('the answer is a payment of somebody else');
  return found;
}

/** Gives up. Most payments cannot be taken back from the payer: then they stay open until Mollie ends them. */
export async function closePayment(api: MollieApi, ref: string): Promise<Snapshot> {
  const before = await readPayment(api, ref);
  if (!before.isCancelable) return snapshotOf(before);
  try {
    await api.delete(`payments/${ref}`);
  } catch (error) {
    // Paid or ended meanwhile, perhaps: looking says which.
    if (!(error instanceof Refused)) throw error;
  }
  return snapshotOf(await readPayment(api, ref));
}

/** Our payments that were made, paid, refunded or disputed between two instants, each once. */
export async function* recentPayments(api: MollieApi, from: Date, to: Date): AsyncGenerator<Snapshot> {
  // Mollie tells whole seconds.
  const begin = from.getTime() - (from.getTime() % 1000);
  const within = (at: Date | null | undefined) => at != null && at.getTime() >= begin && at <= to;
  const found = new Set<string>();
  for await (const it of listed(api, 'payments', begin - PAID_WITHIN_MS))
    if (isOurs(it) && (within(it.createdAt) || within(it.paidAt))) found.add(it.id);
  for await (const it of listed(api, 'refunds', begin - REFUND_FAILS_WITHIN_MS))
    if (within(it.createdAt) || movedNothing(it)) found.add(it.paymentId);
  for await (const it of listed(api, 'chargebacks', begin - DISPUTED_WITHIN_MS))
    if (within(it.createdAt) || within(it.reversedAt)) found.add(it.paymentId);
  for (const ref of found) {
    const payment = await lookUp(api, ref);
    if (isOurs(payment)) yield snapshotOf(payment);
  }
}

async function lookUp(api: MollieApi, ref: string): Promise<MolliePayment> {
  if (!/^tr_\w+$/.test(ref)) throw new Refused('unknown-reference', 'this is no reference of a Mollie payment');
  const payment = genuine(await api.get(`payments/${ref}`, WHOLE_PAYMENT), 'payment');
  if (payment.id !== ref) throw new Unknown('the answer is another payment');
  return payment;
}

/** An account may take payments for other programs as well. */
function isOurs({ metadata }: { metadata?: unknown }): boolean {
  return markIn(metadata, 'roost_payment') !== undefined;
}

/** A list from its newest item back to `since`. */
async function* listed<List extends 'payments' | 'refunds' | 'chargebacks'>(api: MollieApi, list: List, since: number) {
  let from: string | undefined;
  do {
    const page = pageOf(await api.get(list, { limit: MOST_PER_PAGE, ...(from && { from }) }), list);
    for (const item of page.items) {
      if (item.createdAt.getTime() < since) return;
      yield item;
    }
    if (page.next !== undefined && page.next === from) throw new Unknown(`the list of ${list} does not go on`);
    from = page.next;
  } while (from !== undefined);
}
