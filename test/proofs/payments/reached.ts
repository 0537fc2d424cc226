import { sql } from 'kysely';
import type { GatewayDoor, Mishap } from './gateway-door.ts';
import type { Space } from './space.ts';
import type { Tally } from './tally.ts';

/** What the gateway did with its news, by what it wrote down of them. */
const NEWS = sql<{ name: string; count: bigint }>`
  with sent as (
    select d.event_id, o.belongs_to as intent, d.sent_at, d.outcome, d.status, o.created_at as happened_at
      from simulator_deliveries d join simulator_objects o on o.id = d.event_id),
  arrived as (
    select event_id, intent, min(sent_at) as first_at, count(*) as times, min(happened_at) as happened_at
      from sent where outcome = 'answered' and status < 300 group by 1, 2)
  select 'webhook lost' as name, count(distinct event_id) as count from sent where outcome = 'lost'
  union all select 'webhook arrived', count(*) from arrived
  union all select 'webhook arrived more than once', count(*) from arrived where times > 1
  union all select 'webhook a second late or more', count(*) from arrived where first_at > happened_at + interval '1 second'
  union all select 'webhook overtaken by a later one of its payment', count(*) from arrived a where exists (
    select from arrived b where b.intent = a.intent and b.happened_at > a.happened_at and b.first_at < a.first_at)`;

/** What became of payments and refunds, here and there. */
const ENDS = sql<{ name: string; count: bigint }>`
  select 'payment here: ' || status || case when status = 'failed' then ', ' || failure_code when method = 'free' then ', free'
      when saved_method_id is not null then ', by a saved card' else ', on the page' end as name, count(*) as count
    from payments group by 1
  union all select 'refund here: ' || status, count(*) from refunds group by 1
  union all select 'refund here: done after asking again', count(*) from refunds where status = 'done' and checks > 0
  union all select 'booked: ' || kind || case when refund_id is null then ', done at the gateway' else ', asked for here' end, count(*)
    from payment_reversals group by 1
  union all select 'credits short: payments', count(*) from purchases where shortfall_minor > 0
  union all select 'credits taken back: payments', count(*) from purchases where taken_back_minor > 0
  union all select 'alert: ' || kind, count(*) from money_alerts group by 1
  union all select 'settled after four looks or more', count(*) from payments where checks >= 4 and status = 'paid'
  union all select 'dispute there: ' || (body->>'status'), count(*) from simulator_objects where kind = 'dispute' group by 1
  union all select 'refund there: ' || (body->>'status'), count(*) from simulator_objects where kind = 'refund' group by 1
  order by 1`;

const MISHAPS: Mishap[] = ['failed before acting', 'a page in between', 'JSON in between', 'cut off', 'silence'];

/** What has to come about in every run that means anything. */
const ENDS_TO_REACH = [
  'payment here: paid, on the page',
  'payment here: paid, by a saved card',
  'payment here: failed, abandoned',
  'payment here: failed, declined',
  'payment here: failed, authentication-failed',
  'payment here: failed, gateway-refused',
  'refund here: done',
  'refund here: done after asking again',
  'booked: refund, asked for here',
  'booked: refund, done at the gateway',
  'booked: refund_failed, done at the gateway',
  'booked: dispute, done at the gateway',
  'booked: dispute_ended, done at the gateway',
  'credits short: payments',
  'credits taken back: payments',
  'money settled later: arrived',
  'money settled later: did not arrive',
];

export function announceReached(tally: Tally): void {
  tally.announce(MISHAPS.map((mishap) => `gateway: ${mishap}`));
  tally.announce(['gateway: acted, and nobody was told']);
  tally.announce(['lost', 'arrived', 'arrived more than once', 'a second late or more'].map((it) => `webhook ${it}`));
  tally.announce(['webhook overtaken by a later one of its payment', ...ENDS_TO_REACH]);
}

/** Adds up what both sides and the door between them have seen. */
export async function countReached(tally: Tally, space: Space, door: GatewayDoor): Promise<void> {
  for (const [mishap, count] of door.mishaps) tally.add(`gateway: ${mishap}`, count);
  const keys = [...door.unanswered];
  await space.database.read(space.organizationId, async (db) => {
    const { rows } = await sql<{ count: bigint }>`
      select count(*) as count from simulator_requests where idempotency_key = any(${keys}) and status = 200`.execute(
      db,
    );
    tally.add('gateway: acted, and nobody was told', Number(rows[0]!.count));
    for (const query of [NEWS, ENDS])
      for (const { name, count } of (await query.execute(db)).rows) tally.add(name, Number(count));
  });
}
