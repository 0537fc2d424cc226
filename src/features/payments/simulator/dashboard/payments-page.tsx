import type Stripe from 'stripe';
import { formatMoney } from '../../../../shared/money.ts';
import { fromStripeAmount } from '../../stripe-amounts.ts';
import { StripeRefusal } from '../refusals.ts';
import { dashboardLocale, dashboardText, Instant, Pager, sendDashboard, type Visit } from './frame.tsx';

const ON_A_PAGE = 25;

type Row = { intent: Stripe.PaymentIntent; charge: Stripe.Charge | undefined; dispute: Stripe.Dispute | undefined };

/** Every payment of the account, newest first; those too that no payer has tried a card on. */
export async function showPayments(visit: Visit): Promise<Response> {
  const { c, work, at } = visit;
  const after = c.req.query('after');
  const request = { limit: ON_A_PAGE, untried: true, ...(after && { starting_after: after }) };
  const page = await work.store.list('payment_intent', request).catch((error) => {
    // The link is old, or was cut off.
    if (error instanceof StripeRefusal) return undefined;
    throw error;
  });
  const rows: Row[] = [];
  for (const intent of page?.data ?? []) rows.push(await rowOf(visit, intent));
  return await sendDashboard(visit, {
    tab: 'payments',
    heading: dashboardText.payments,
    body:
      rows.length === 0 ? (
        <p class="what">{dashboardText.noPayments}</p>
      ) : (
        <>
          <ul class="rows">
            {rows.map((row) => (
              <li>
                <PaymentRow at={at} row={row} />
              </li>
            ))}
          </ul>
          <Pager at={at} after={after} next={page?.has_more ? rows.at(-1)!.intent.id : undefined} />
        </>
      ),
  });
}

async function rowOf({ work: { store } }: Visit, intent: Stripe.PaymentIntent): Promise<Row> {
  const charge = typeof intent.latest_charge === 'string' ? await store.get('charge', intent.latest_charge) : undefined;
  const [dispute] = charge?.disputed ? await store.of('dispute', intent.id) : [];
  return { intent, charge, dispute };
}

function PaymentRow({ at, row: { intent, charge, dispute } }: { at: string; row: Row }) {
  const text = dashboardText;
  const last4 = charge?.payment_method_details?.card?.last4;
  const refunded = charge?.amount_refunded ?? 0;
  return (
    <a class="row" href={`${at}/payments/${intent.id}`}>
      <strong>{moneyText(intent.amount, intent.currency)}</strong>
      <span class="end">{stateText(intent.status)}</span>
      <span class="also">
        <Instant at={new Date(intent.created * 1000)} /> · {last4 ? text.card({ last4 }) : text.noCard}
      </span>
      <span class="also end">
        {refunded > 0 && text.refunded({ amount: moneyText(refunded, intent.currency) })}
        {refunded > 0 && dispute && ' · '}
        {dispute && disputeText(dispute.status)}
      </span>
    </a>
  );
}

export function moneyText(amount: number, currency: string): string {
  return formatMoney(fromStripeAmount(amount, currency), dashboardLocale);
}

export function stateText(status: Stripe.PaymentIntent.Status): string {
  return textOf(status);
}

export function disputeText(status: Stripe.Dispute.Status): string {
  return textOf(status);
}

function textOf(status: string): string {
  const found = (dashboardText as Record<string, unknown>)[status];
  return typeof found === 'string' ? found : dashboardText.otherState;
}
