import type Stripe from 'stripe';
import type { Work } from '../accounts.ts';
import { StripeRefusal } from '../refusals.ts';
import { dashboardText, Instant, instantText, Pager, sendDashboard, type Visit } from './frame.tsx';

const ON_A_PAGE = 25;

type Delivery = { outcome: 'answered' | 'no-answer' | 'lost'; url: string | null; status: number | null; sentAt: Date };
export type EventRow = { event: Stripe.Event; deliveries: Delivery[] };

/** Everything that happened in the account, newest first, and what became of telling it. */
export async function showEvents(visit: Visit): Promise<Response> {
  const { c, work, at } = visit;
  const after = c.req.query('after');
  const list = await work.store
    .list('event', { limit: ON_A_PAGE, ...(after && { starting_after: after }) })
    .catch((error) => {
      // The link is old, or was cut off.
      if (error instanceof StripeRefusal) return undefined;
      throw error;
    });
  const rows = await eventsOf(work, list?.data ?? []);
  return await sendDashboard(visit, {
    tab: 'events',
    heading: dashboardText.events,
    body:
      rows.length === 0 ? (
        <p class="what">{dashboardText.noEvents}</p>
      ) : (
        <>
          <ul class="rows">
            {rows.map((row) => (
              <EventItem row={row} at={at} back={`${at}/events`} />
            ))}
          </ul>
          <Pager at={`${at}/events`} after={after} next={list?.has_more ? rows.at(-1)!.event.id : undefined} />
        </>
      ),
  });
}

/** Events with what became of each at the endpoints, in the order in which it did. */
export async function eventsOf({ tx, account }: Work, events: Stripe.Event[]): Promise<EventRow[]> {
  if (events.length === 0) return [];
  const rows = await tx
    .selectFrom('simulator_deliveries')
    .where('organization_id', '=', account.organizationId)
    .where(
      'event_id',
      'in',
      events.map(({ id }) => id),
    )
    .orderBy('id')
    .select(['event_id', 'outcome', 'url', 'status', 'sent_at'])
    .execute();
  return events.map((event) => ({
    event,
    deliveries: rows
      .filter((row) => row.event_id === event.id)
      .map(({ outcome, url, status, sent_at }) => ({ outcome, url, status, sentAt: sent_at })),
  }));
}

/** An event with its deliveries, to be sent again. */
export function EventItem({ row: { event, deliveries }, at, back }: { row: EventRow; at: string; back: string }) {
  const text = dashboardText;
  return (
    <li class="item">
      <p class="what">
        <strong>{event.type}</strong> · <Instant at={new Date(event.created * 1000)} />
      </p>
      <p class="mono">{event.id}</p>
      <ul class="notes">
        {deliveries.length === 0 && <li>{text.notSent}</li>}
        {deliveries.map((delivery) => (
          <li>{deliveryText(delivery)}</li>
        ))}
      </ul>
      <form class="buttons" method="post" action={`${at}/events/${event.id}`}>
        <input type="hidden" name="back" value={back.slice(at.length)} />
        <button name="times" value="1" type="submit">
          {text.sendAgain}
        </button>
        <button name="times" value="2" type="submit">
          {text.sendTwice}
        </button>
      </form>
    </li>
  );
}

function deliveryText({ outcome, status, sentAt }: Delivery): string {
  const at = instantText(sentAt);
  if (outcome === 'lost') return dashboardText.gotLost({ at });
  return outcome === 'no-answer' ? dashboardText.unanswered({ at }) : dashboardText.answered({ at, status: status! });
}
