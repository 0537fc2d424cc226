import type { Tx } from '../../platform/database/database.ts';
import { least } from '../../shared/money.ts';
import type { Snapshot } from './gateway.ts';
import type { Payment } from './records.ts';
import { foreignness } from './transition.ts';

/** What differs, and how either side has it: the same difference has the same details. */
export type Difference = { what: string; ours: string; theirs: string };

/** What of a payment a gateway has otherwise than we, if anything: the first that is found. */
export function differenceOf(payment: Payment, snapshot: Snapshot): Difference | undefined {
  const { amount } = payment;
  if ((payment.status === 'paid') !== (snapshot.state === 'paid'))
    return { what: 'state', ours: payment.status, theirs: snapshot.state };
  if (payment.status !== 'paid') return undefined;
  const foreign = foreignness({ money: amount, live: payment.live }, snapshot);
  if (foreign) {
    const { money, live } = snapshot;
    const said = (it: Payment['amount'], isLive: boolean) => `${it.minor} ${it.currency}${isLive ? ' live' : ''}`;
    return { what: foreign, ours: said(amount, payment.live), theirs: said(money, live) };
  }
  const pairs = {
    refunded: [payment.refundedMinor, snapshot.refunded],
    disputed: [payment.disputedMinor, snapshot.disputed],
    // Once lost, it stays lost as long as it is disputed at all.
    lost: [payment.lostMinor, snapshot.lost ?? payment.lostMinor],
  } as const;
  for (const [what, [ours, theirs]] of Object.entries(pairs)) {
    const counted = least(theirs, what === 'lost' ? payment.disputedMinor : amount.minor);
    if (what === 'lost' ? counted > ours : counted !== ours)
      return { what, ours: String(ours), theirs: String(counted) };
  }
  return undefined;
}

/** A difference that was found, and is open: a payment of ours, or one that we do not have. */
export type Found = { id: string; kind: 'missing-here' | 'missing-there' | 'differs' } & (
  | { paymentId: string; reference: null }
  | { paymentId: null; reference: string }
);

/** The differences that are open about the payments of a connection. */
export async function openDifferences(db: Tx, connectionId: string): Promise<Found[]> {
  const rows = await db
    .selectFrom('money_alerts as a')
    .leftJoin('payments as p', (join) =>
      join.onRef('p.organization_id', '=', 'a.organization_id').onRef('p.id', '=', 'a.payment_id'),
    )
    .select(['a.id', 'a.kind', 'a.payment_id', 'a.reference'])
    .where('a.resolved_at', 'is', null)
    .where('a.kind', 'in', ['missing-here', 'missing-there', 'differs'])
    .where((row) => row.or([row('a.connection_id', '=', connectionId), row('p.connection_id', '=', connectionId)]))
    .orderBy('a.id')
    .execute();
  return rows.map(({ id, kind, payment_id: paymentId, reference }) => ({ id, kind, paymentId, reference }) as Found);
}
