import { Refused, type Snapshot, Unknown } from './gateway.ts';
import { toMollieAmount } from './mollie-amounts.ts';
import { genuine, markIn } from './mollie-answers.ts';
import type { MollieApi } from './mollie-api.ts';
import { readPayment } from './mollie-reader.ts';
import { movedNothing, snapshotOf } from './mollie-states.ts';

/**
 * Gives money back once, however often it is asked by the same key. Mollie forgets keys within a day, so the key is written
 * on the refund too, and looked for before another one is made. It also lets more go back than came, so what is left is
 * counted here.
 */
export async function giveBack(api: MollieApi, ref: string, minor: bigint, key: string): Promise<Snapshot> {
  const payment = await readPayment(api, ref);
  const before = snapshotOf(payment);
  const made = payment._embedded?.refunds?.find(({ metadata }) => markIn(metadata, 'roost_refund') === key);
  if (made && movedNothing(made)) throw new Refused('refund-failed', 'it was not carried out');
  if (made) return before;
  if (before.state !== 'paid') throw new Refused('not-paid', 'nothing was paid that could be given back');
  if (minor < 1n || minor > before.money.minor - before.refunded) throw new Refused('amount', 'more than is left');
  const amount = toMollieAmount({ minor, currency: before.money.currency });
  const asked = await api.post(`payments/${ref}/refunds`, { amount, metadata: { roost_refund: key } }, key);
  const refund = genuine(asked.answer, 'refund');
  const isIt = refund.paymentId === ref && markIn(refund.metadata, 'roost_refund') === key;
  if (!isIt || refund.amount.value !== amount.value || refund.amount.currency !== amount.currency)
    throw new Unknown('the answer is another refund');
  return snapshotOf(await readPayment(api, ref));
}
