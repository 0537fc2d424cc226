import type Stripe from 'stripe';
import type { Work } from './accounts.ts';
import { record } from './events.ts';
import { CREATED, PAGING } from './lists.ts';
import { newObjectId, stripeTime } from './object-ids.ts';
import { type Operation, reading } from './operations.ts';
import { text } from './parameters.ts';
import { StripeRefusal } from './refusals.ts';
import type { Objects } from './store.ts';

const DAYS_TO_ANSWER = 20;

/** Disputes in which the bank holds the money back. A warning asks a question only. */
const OPEN = ['needs_response', 'under_review'];
const WARNING = ['warning_needs_response', 'warning_under_review'];

export const disputeOperations: Operation[] = [
  reading(
    '/v1/disputes',
    { payment_intent: text.optional(), ...PAGING, ...CREATED },
    ({ store }, { payment_intent, ...page }) =>
      store.list('dispute', { ...page, ...(payment_intent && { belongsTo: payment_intent }) }),
  ),
  reading('/v1/disputes/:id', {}, ({ store }, _, id) => store.get('dispute', id)),
];

/** The cardholder goes to their bank: it takes the money back at once, or asks first. */
export async function openDispute(
  work: Work,
  intentId: string,
  { amount, warning = false }: { amount?: number; warning?: boolean } = {},
): Promise<Stripe.Dispute> {
  const intent = await work.store.locked('payment_intent', intentId);
  if (intent.status !== 'succeeded') throw new StripeRefusal(400, 'Nothing was paid that could be disputed.');
  const charge = await work.store.get('charge', intent.latest_charge as string);
  const before = await work.store.of('dispute', intentId);
  if (before.some(isOpen)) throw new StripeRefusal(400, 'This payment is disputed already.');
  // What a dispute was lost about is gone.
  const lost = before.filter(({ status }) => status === 'lost').reduce((sum, it) => sum + it.amount, 0);
  const most = charge.amount - charge.amount_refunded - lost;
  const disputed = amount ?? most;
  if (disputed < 1 || disputed > most) {
    throw new StripeRefusal(400, `The disputed amount is not between 1 and ${most}.`, { param: 'amount' });
  }
  const dispute = newDispute(charge, disputed, warning, work.now);
  await work.store.insert('dispute', dispute, { belongsTo: intent.id });
  await work.store.save('charge', { ...charge, disputed: true });
  await record(work, 'charge.dispute.created', dispute);
  if (!warning) await record(work, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** Whether a bank holds money of a payment back, or asks about it. */
function isOpen({ status }: Stripe.Dispute): boolean {
  return OPEN.includes(status) || WARNING.includes(status);
}

/** The bank decides; a warning ends without a decision, or becomes a dispute. */
export async function decideDispute(
  work: Work,
  id: string,
  decision: 'won' | 'lost' | 'closed' | 'escalated',
): Promise<Stripe.Dispute> {
  await work.store.locked('payment_intent', (await work.store.ownerOf(id)) ?? '');
  const dispute = await work.store.get('dispute', id);
  const wanted = decision === 'won' || decision === 'lost' ? OPEN : WARNING;
  if (!wanted.includes(dispute.status)) {
    throw new StripeRefusal(400, `This dispute cannot be ${decision}: it has a status of ${dispute.status}.`);
  }
  const status = { won: 'won', lost: 'lost', closed: 'warning_closed', escalated: 'needs_response' } as const;
  const decided: Stripe.Dispute = { ...dispute, status: status[decision] };
  await work.store.save('dispute', decided);
  if (decision === 'escalated') {
    await record(work, 'charge.dispute.updated', decided);
    await record(work, 'charge.dispute.funds_withdrawn', decided);
    return decided;
  }
  await record(work, 'charge.dispute.closed', decided);
  if (decision === 'won') await record(work, 'charge.dispute.funds_reinstated', decided);
  return decided;
}

function newDispute(charge: Stripe.Charge, amount: number, warning: boolean, now: Date): Objects['dispute'] {
  return {
    id: newObjectId('dp'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: stripeTime(now),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: stripeTime(now) + DAYS_TO_ANSWER * 24 * 60 * 60,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'manual',
    },
    intended_submission_method: null,
    is_charge_refundable: warning,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: 'visa',
        case_type: warning ? 'inquiry' : 'chargeback',
        network: 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason: warning ? 'general' : 'fraudulent',
    status: warning ? 'warning_needs_response' : 'needs_response',
  };
}

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
