import type Stripe from 'stripe';
import type { Later } from '../accounts.ts';
import { standingOf } from '../standing.ts';
import { EventItem, type EventRow, eventsOf } from './events-list.tsx';
import { dashboardText, Instant, instantText, sendDashboard, type Visit } from './frame.tsx';
import { disputeText, moneyText, stateText } from './payments-page.tsx';

type Everything = {
  intent: Stripe.PaymentIntent;
  session: Stripe.Checkout.Session | undefined;
  charge: Stripe.Charge | undefined;
  refunds: Stripe.Refund[];
  disputes: Stripe.Dispute[];
  events: EventRow[];
  losing: number;
  later: Later[];
  /** Where its buttons lead. */
  here: string;
};

/** One payment with everything that can be done to it, as people do it at a bank or at the gateway itself. */
export async function showPayment(visit: Visit, intentId: string, problem?: string): Promise<Response> {
  const all = await everythingOf(visit, intentId);
  const { intent } = all;
  return await sendDashboard(visit, {
    tab: 'payments',
    heading: moneyText(intent.amount, intent.currency),
    problem,
    body: (
      <>
        <Facts all={all} />
        {intent.status === 'processing' && <UnderWay here={all.here} />}
        {intent.status === 'succeeded' && <Refunds all={all} />}
        {intent.status === 'succeeded' && <Disputes all={all} />}
        <Events all={all} at={visit.at} />
      </>
    ),
  });
}

async function everythingOf({ work, at }: Visit, intentId: string): Promise<Everything> {
  const { store, tx, account } = work;
  const intent = await store.get('payment_intent', intentId);
  const { losing, later } = await standingOf(tx, account);
  const refunds = await store.of('refund', intentId);
  const owner = await store.ownerOf(intentId);
  return {
    intent,
    session: owner ? await store.find('checkout.session', owner) : undefined,
    charge: typeof intent.latest_charge === 'string' ? await store.get('charge', intent.latest_charge) : undefined,
    refunds,
    disputes: await store.of('dispute', intentId),
    events: await eventsOf(work, await store.of('event', intentId)),
    losing: Math.max(0, losing[intentId] ?? 0),
    later: later.filter(({ id }) => id === intentId || refunds.some((refund) => refund.id === id)),
    here: `${at}/payments/${intentId}`,
  };
}

function Facts({ all: { intent, session, charge, later } }: { all: Everything }) {
  const text = dashboardText;
  const last4 = charge?.payment_method_details?.card?.last4;
  const facts: [string, unknown][] = [
    [text.state, stateText(intent.status)],
    [text.cardTerm, last4 ? text.card({ last4 }) : text.noCard],
    [text.made, <Instant at={new Date(intent.created * 1000)} />],
    [text.reference, intent.id],
    [text.page, session && (session.url ? <a href={session.url}>{session.id}</a> : session.id)],
    [text.customer, intent.customer],
    [text.failure, intent.last_payment_error?.message],
    ...later.map((it): [string, string] => [text.soon, laterText(it)]),
  ];
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value)
        .map(([term, value]) => (
          <>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  );
}

function UnderWay({ here }: { here: string }) {
  const text = dashboardText;
  return (
    <section>
      <h2>{text.underWay}</h2>
      <p class="hint">{text.underWayText}</p>
      <form class="buttons" method="post" action={here}>
        <Press name="arrives" label={text.arrives} />
        <Press name="does-not-arrive" label={text.doesNotArrive} />
      </form>
    </section>
  );
}

function Refunds({ all: { intent, charge, refunds, here } }: { all: Everything }) {
  const text = dashboardText;
  const left = (charge?.amount ?? 0) - (charge?.amount_refunded ?? 0);
  return (
    <section>
      <h2>{text.refunds}</h2>
      {left > 0 && (
        <form class="ask" method="post" action={here}>
          <AmountField currency={intent.currency} />
          <Press name="refund" label={text.refund} />
        </form>
      )}
      <ul class="rows">
        {refunds.map((refund) => (
          <li class="item">
            <p class="what">
              {moneyText(refund.amount, refund.currency)} · {refundText(refund)} ·{' '}
              <Instant at={new Date(refund.created * 1000)} />
            </p>
            <form class="buttons" method="post" action={here}>
              <input type="hidden" name="id" value={refund.id} />
              {refund.status === 'pending' && <Press name="refund-arrives" label={text.refundArrives} />}
              {refund.status !== 'failed' && <Press name="refund-fails" label={text.refundFails} />}
            </form>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Disputes({ all: { intent, disputes, here } }: { all: Everything }) {
  const text = dashboardText;
  const isHeld = ({ status }: Stripe.Dispute) => status === 'needs_response' || status === 'under_review';
  const isAsked = ({ status }: Stripe.Dispute) =>
    status === 'warning_needs_response' || status === 'warning_under_review';
  const isOpen = disputes.some((dispute) => isHeld(dispute) || isAsked(dispute));
  return (
    <section>
      <h2>{text.disputes}</h2>
      {!isOpen && (
        <form class="ask" method="post" action={here}>
          <AmountField currency={intent.currency} />
          <div class="buttons">
            <Press name="dispute" label={text.openDispute} />
            <Press name="inquiry" label={text.openInquiry} />
          </div>
        </form>
      )}
      <ul class="rows">
        {disputes.map((dispute) => (
          <li class="item">
            <p class="what">
              {moneyText(dispute.amount, dispute.currency)} · {disputeText(dispute.status)} ·{' '}
              <Instant at={new Date(dispute.created * 1000)} />
            </p>
            <form class="buttons" method="post" action={here}>
              <input type="hidden" name="id" value={dispute.id} />
              {isHeld(dispute) && <Press name="win" label={text.win} />}
              {isHeld(dispute) && <Press name="lose" label={text.lose} />}
              {isAsked(dispute) && <Press name="close" label={text.closeInquiry} />}
              {isAsked(dispute) && <Press name="escalate" label={text.escalate} />}
            </form>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Events({ all: { events, losing, here }, at }: { all: Everything; at: string }) {
  const text = dashboardText;
  return (
    <section>
      <h2>{text.events}</h2>
      {losing > 0 && <p class="hint">{text.losing({ count: losing })}</p>}
      <form class="ask" method="post" action={here}>
        <label>
          {text.howMany}
          <input name="count" value="1" inputmode="numeric" maxlength={3} autocomplete="off" />
        </label>
        <Press name="lose-next" label={text.loseNext} />
      </form>
      <ul class="rows">
        {events.map((row) => (
          <EventItem row={row} at={at} back={here} />
        ))}
      </ul>
    </section>
  );
}

/** A button; `name` says what it does to whoever reads the form. */
function Press({ name, label }: { name: string; label: string }) {
  return (
    <button name="press" value={name} type="submit">
      {label}
    </button>
  );
}

function AmountField({ currency }: { currency: string }) {
  const text = dashboardText;
  return (
    <label>
      {text.amount({ currency: currency.toUpperCase() })}
      <span class="mono">{text.wholeHint}</span>
      <input name="amount" inputmode="decimal" maxlength={20} autocomplete="off" />
    </label>
  );
}

function refundText({ status }: Stripe.Refund): string {
  if (status === 'failed' || status === 'canceled') return dashboardText.refundFailed;
  return status === 'succeeded' ? dashboardText.refundSucceeded : dashboardText.refundPending;
}

function laterText({ what, at }: Later): string {
  const when = { at: instantText(new Date(at)) };
  const texts = {
    dispute: dashboardText.soonDispute,
    inquiry: dashboardText.soonInquiry,
    'refund-fails': dashboardText.soonRefundFails,
    'refund-succeeds': dashboardText.soonRefundSucceeds,
  };
  return texts[what](when);
}
