import { sql } from 'kysely';
import type { Database } from '../../../src/platform/database/database.ts';

// Both sides' books as plain rows: nothing of the product's own code has a say in what is read here.

/** A payment as the gateway knows it: an intent, and the session that it was made for if there is one. */
export type There = {
  ref: string;
  ourId: string | null;
  intent: string;
  status: string;
  sessionStatus: string | null;
  sessionPaid: string | null;
  amount: bigint;
  currency: string;
  /** Charges that took money. */
  charges: bigint;
  taken: bigint;
  refunded: bigint;
  disputed: bigint;
  /** Of what is disputed, what no bank has decided yet. */
  undecided: bigint;
  /** What came back: refunds that failed, and disputes that were won. */
  failed: bigint;
  won: bigint;
};

/** A refund at the gateway; `key` is our own, when it was asked for here. */
export type RefundThere = { intent: string; key: string | null; amount: bigint; counts: boolean };

export type Here = {
  id: string;
  purchaseId: string;
  requestKey: string;
  userId: string;
  customerId: string;
  method: string;
  status: string;
  amount: bigint;
  currency: string;
  reference: string | null;
  refunded: bigint;
  disputed: bigint;
  reversals: number;
  paidAt: Date | null;
  total: bigint;
  credits: bigint;
  takenBack: bigint;
  shortfall: bigint;
  waived: bigint;
  /** Of the ledger: lots and entries that were made for this purchase, and what became of their credits. */
  grants: bigint;
  granted: bigint;
  grantEntries: bigint;
  left: bigint;
  takenByLedger: bigint;
  ownReceipts: bigint;
  receiptsTotal: bigint;
  news: bigint;
};

export type Line = {
  paymentId: string;
  number: number;
  kind: string;
  amount: bigint;
  refundId: string | null;
  receipts: bigint;
  receiptTotal: bigint | null;
};
export type RefundHere = {
  id: string;
  paymentId: string;
  requestKey: string;
  amount: bigint;
  status: string;
  refusal: string | null;
  lines: bigint;
};
export type AlertHere = { kind: string; paymentId: string | null; resolved: boolean; details: unknown };
export type ReceiptNumbers = { count: bigint; highest: bigint; counter: bigint };

export type BothBooks = {
  there: There[];
  refundsThere: RefundThere[];
  here: Here[];
  lines: Line[];
  refundsHere: RefundHere[];
  alerts: AlertHere[];
  numbers: ReceiptNumbers;
};

/** Everything at one moment. */
export async function readBothBooks(database: Database, organizationId: string): Promise<BothBooks> {
  return await database.read(organizationId, async (db) => {
    const rows = async <T>(query: ReturnType<typeof sql<T>>) => (await query.execute(db)).rows;
    return {
      there: await rows(there),
      refundsThere: await rows(refundsThere),
      here: await rows(here),
      lines: await rows(lines),
      refundsHere: await rows(refundsHere),
      alerts: await rows(alerts),
      numbers: (await rows(numbers))[0]!,
    };
  });
}

// A refund counts until it has failed, and a dispute unless it was won or is a question only.
const there = sql<There>`
  with gone as (
    select belongs_to as intent, kind, body->>'status' as status, (body->>'amount')::bigint as amount
      from simulator_objects where kind in ('refund', 'dispute')),
  sums as (
    select intent,
        coalesce(sum(amount) filter (where kind = 'refund' and status in ('pending', 'requires_action', 'succeeded')), 0)::bigint as refunded,
        coalesce(sum(amount) filter (where kind = 'refund' and status in ('failed', 'canceled')), 0)::bigint as failed,
        coalesce(sum(amount) filter (where kind = 'dispute' and status in ('needs_response', 'under_review', 'lost')), 0)::bigint as disputed,
        coalesce(sum(amount) filter (where kind = 'dispute' and status in ('needs_response', 'under_review')), 0)::bigint as undecided,
        coalesce(sum(amount) filter (where kind = 'dispute' and status = 'won'), 0)::bigint as won
      from gone group by intent),
  charged as (
    select belongs_to as intent, count(*) as count, sum((body->>'amount')::bigint)::bigint as sum from simulator_objects
      where kind = 'charge' and body->>'status' = 'succeeded' group by 1)
  select coalesce(s.id, i.id) as ref, i.body->'metadata'->>'roost_payment' as "ourId", i.id as intent, i.body->>'status' as status,
      s.body->>'status' as "sessionStatus", s.body->>'payment_status' as "sessionPaid", (i.body->>'amount')::bigint as amount,
      upper(i.body->>'currency') as currency, coalesce(c.count, 0) as charges, coalesce(c.sum, 0) as taken,
      coalesce(g.refunded, 0) as refunded, coalesce(g.disputed, 0) as disputed, coalesce(g.undecided, 0) as undecided,
      coalesce(g.failed, 0) as failed, coalesce(g.won, 0) as won
    from simulator_objects i
    left join simulator_objects s on s.id = i.belongs_to and s.kind = 'checkout.session'
    left join charged c on c.intent = i.id left join sums g on g.intent = i.id
    where i.kind = 'payment_intent'`;

const refundsThere = sql<RefundThere>`
  select belongs_to as intent, body->'metadata'->>'roost_refund' as key, (body->>'amount')::bigint as amount,
      body->>'status' in ('pending', 'requires_action', 'succeeded') as counts
    from simulator_objects where kind = 'refund'`;

const here = sql<Here>`
  with of_purchase as (
    select l.id, coalesce(l.purchase_id, o.purchase_id) as purchase_id, l.replaces_lot_id, l.allocation_minor, l.remaining_minor
      from credit_lots l left join credit_lots o on o.id = l.replaces_lot_id),
  lots as (
    select purchase_id, count(*) filter (where replaces_lot_id is null) as grants, sum(remaining_minor)::bigint as remaining,
        sum(allocation_minor) filter (where replaces_lot_id is null)::bigint as granted
      from of_purchase where purchase_id is not null group by 1),
  taken as (
    select l.purchase_id, sum(-m.change_minor)::bigint as sum from credit_entry_lots m
      join credit_entries e on e.id = m.entry_id and 'taken_back' in (e.from_account, e.to_account)
      join of_purchase l on l.id = m.lot_id group by 1),
  entries as (select purchase_id, count(*) as count from credit_entries where type = 'purchase' group by 1),
  own as (select payment_id, count(*) as count, sum((document->>'totalMinor')::bigint)::bigint as total from receipts
      where reversal_number is null group by 1),
  news as (select subject_id, count(*) as count from notifications where kind = 'credits-added' group by 1)
  select y.id, p.id as "purchaseId", p.request_key as "requestKey", p.buyer_user_id as "userId", p.customer_id as "customerId",
      y.method, y.status, y.amount_minor as amount, y.currency, y.reference, y.refunded_minor as refunded,
      y.disputed_minor as disputed, y.reversals, p.paid_at as "paidAt", p.total_minor as total, p.credits_minor as credits,
      p.taken_back_minor as "takenBack", p.shortfall_minor as shortfall, p.waived_minor as waived,
      coalesce(l.grants, 0) as grants, coalesce(l.granted, 0) as granted, coalesce(l.remaining, 0) as "left",
      coalesce(e.count, 0) as "grantEntries", coalesce(t.sum, 0) as "takenByLedger", coalesce(o.count, 0) as "ownReceipts",
      coalesce(o.total, 0) as "receiptsTotal", coalesce(n.count, 0) as news
    from purchases p full join payments y on y.id = p.payment_id and y.subject_id = p.id
    left join lots l on l.purchase_id = p.id left join taken t on t.purchase_id = p.id
    left join entries e on e.purchase_id = p.id left join own o on o.payment_id = y.id left join news n on n.subject_id = p.id`;

const lines = sql<Line>`
  select v.payment_id as "paymentId", v.number, v.kind, v.amount_minor as amount, v.refund_id as "refundId",
      count(r.id) as receipts, sum((r.document->>'totalMinor')::bigint)::bigint as "receiptTotal"
    from payment_reversals v
    left join receipts r on r.payment_id = v.payment_id and r.reversal_number = v.number
    group by v.payment_id, v.number, v.kind, v.amount_minor, v.refund_id order by v.payment_id, v.number`;

const refundsHere = sql<RefundHere>`
  select f.id, f.payment_id as "paymentId", f.request_key as "requestKey", f.amount_minor as amount, f.status, f.refusal,
      (select count(*) from payment_reversals v where v.refund_id = f.id and v.amount_minor = f.amount_minor) as lines
    from refunds f`;

const alerts = sql<AlertHere>`
  select kind, payment_id as "paymentId", resolved_at is not null as resolved, details from money_alerts`;

const numbers = sql<ReceiptNumbers>`
  select (select count(*) from receipts) as count, (select coalesce(max(number), 0) from receipts) as highest,
    (select coalesce(sum(last_number), 0)::bigint from receipt_counters) as counter`;
