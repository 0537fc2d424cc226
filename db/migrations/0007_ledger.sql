-- The ledger with all its moves. Whatever happens to credits is an entry: one row that names both accounts, with the
-- customer's next version. Move functions decide under the lock of the account; `post_credits` alone writes.
--
-- Every row that a move looks for has an index, and plans are kept: one made while a table was small would read all of
-- it long after it has grown. So the moves, and the checks of foreign keys inside of them, never plan to read a whole table,
-- and plan once.

alter table credit_accounts no force row level security;
alter table credit_lots no force row level security;
alter table credit_entries no force row level security;
alter table credit_entry_lots no force row level security;

drop function grant_credits, spend_credits, expire_lot;

-- Of two who moved at the same moment the later one may have read its clock first.
update credit_entries e set created_at = n.at
  from (select x.organization_id, x.id,
      max(x.created_at) over (partition by x.organization_id, x.customer_id order by x.version) as at from credit_entries x) n
  where e.organization_id = n.organization_id and e.id = n.id and e.created_at < n.at;
update credit_lots l set created_at = e.created_at
  from credit_entry_lots m join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
  where m.organization_id = l.organization_id and m.lot_id = l.id and m.change_minor > 0 and l.created_at < e.created_at;

-- `moved_at` is when the last entry happened. Time never runs backwards on an account, whatever the clocks of those who
-- ask: a move happens at the time it was asked for, or at `moved_at` if that is later.
alter table credit_accounts add frozen_at timestamptz, add moved_at timestamptz, set (fillfactor = 80);
update credit_accounts a set moved_at = (select max(e.created_at) from credit_entries e
  where e.organization_id = a.organization_id and e.customer_id = a.customer_id);

-- `held_minor` of what remains is set aside by holds; `cost_left_minor` is the money paid for what remains.
-- `replaces_lot_id` is the expired lot whose credits came back as this one. `is_open` is there for the indexes: one that
-- named `remaining_minor` would have to be written again at every spend.
alter table credit_lots
  add held_minor bigint not null default 0,
  add cost_left_minor bigint not null default 0,
  add replaces_lot_id uuid,
  add is_open boolean not null generated always as (remaining_minor > 0) stored,
  add foreign key (organization_id, replaces_lot_id) references credit_lots (organization_id, id),
  drop constraint credit_lots_organization_id_fkey,
  set (fillfactor = 80);
drop index credit_lots_organization_id_customer_id_created_at_idx, credit_lots_organization_id_expires_at_idx;
create index on credit_lots (organization_id, customer_id, created_at) where is_open;
create index on credit_lots (organization_id, expires_at) where is_open and expires_at is not null;
create index on credit_lots (organization_id, customer_id, created_at desc) where not is_open;
create index on credit_lots (organization_id, replaces_lot_id) where replaces_lot_id is not null;

-- `cleared_minor` of a spend or a take back came back since, of a hold is committed or released; never more than it was.
alter table credit_entry_lots
  drop constraint credit_entry_lots_change_minor_check,
  add held_minor bigint not null default 0,
  add cost_minor bigint not null default 0,
  add cleared_minor bigint not null default 0,
  add cleared_cost_minor bigint not null default 0,
  add check (change_minor <> 0 or held_minor <> 0),
  add check (cleared_minor between 0 and greatest(-change_minor, held_minor)),
  add check (cleared_cost_minor between 0 and greatest(-cost_minor, 0)),
  drop constraint credit_entry_lots_organization_id_fkey;
create index on credit_entry_lots (organization_id, entry_id) where held_minor > cleared_minor;

alter table credit_entries
  drop constraint credit_entries_check,
  drop constraint credit_entries_check1,
  drop constraint credit_entries_credits_minor_check,
  drop constraint credit_entries_organization_id_fkey,
  -- What was to be taken back, where it may be more than was there.
  add asked_minor bigint,
  -- What this entry gives back, commits or releases.
  add clears_entry_id uuid,
  add hold_until timestamptz,
  -- The posting templates: nothing else can be written.
  add constraint credit_entries_template check ((type, from_account, to_account) in (
    ('purchase', 'issued', 'customer'),
    ('plan_allocation', 'issued', 'customer'),
    ('adjustment', 'issued', 'customer'),
    ('adjustment', 'customer', 'issued'),
    ('spend', 'customer', 'spent'),
    ('spend', 'held', 'spent'),
    ('spend_reversal', 'spent', 'customer'),
    ('expiration', 'customer', 'expired'),
    ('plan_expiration', 'customer', 'expired'),
    ('take_back', 'customer', 'taken_back'),
    ('take_back_reversal', 'taken_back', 'customer'),
    ('hold', 'customer', 'held'),
    ('hold_release', 'held', 'customer'),
    ('hold_expiration', 'held', 'customer'),
    ('freeze', 'customer', 'customer'),
    ('thaw', 'customer', 'customer'))),
  -- What is held still belongs to the customer's balance.
  add constraint credit_entries_change check (change_minor = credits_minor
    * ((to_account in ('customer', 'held'))::int - (from_account in ('customer', 'held'))::int)),
  add constraint credit_entries_credits check (credits_minor between
    case when type in ('freeze', 'thaw', 'take_back') then 0 else 1 end
    and case when type in ('freeze', 'thaw') then 0 else 100000000 end),
  add constraint credit_entries_asked check (case when type = 'take_back'
    then asked_minor is not null and asked_minor between greatest(credits_minor, 1) and 100000000
    else asked_minor is null end),
  add constraint credit_entries_clears check ((clears_entry_id is not null) = (from_account in ('held', 'spent', 'taken_back'))),
  add constraint credit_entries_hold check ((hold_until is not null) = (type = 'hold')),
  add constraint credit_entries_memo check (type <> 'adjustment' or memo <> ''),
  add foreign key (organization_id, clears_entry_id) references credit_entries (organization_id, id);
-- The unique (organization, customer, version) serves as well.
drop index credit_entries_organization_id_customer_id_version_idx;

-- The part of `p_cost` that goes with `p_credits` out of `p_of`: rounded half up, and all of it with the last of them.
create function cost_share(p_cost bigint, p_credits bigint, p_of bigint) returns bigint
  language sql immutable parallel safe
  as $$ select case when p_credits = p_of then p_cost
    else div(2 * p_cost::numeric * p_credits + p_of, 2 * p_of::numeric)::bigint end $$;

-- What was spent so far takes its cost along, in the order in which it happened.
do $$
declare
  v record;
  v_cost bigint;
begin
  update credit_lots set remaining_minor = allocation_minor, cost_left_minor = cost_minor;
  update credit_entry_lots m set cost_minor = l.cost_minor from credit_lots l
    where l.organization_id = m.organization_id and l.id = m.lot_id and m.change_minor > 0;
  for v in
    select m.* from credit_entry_lots m
      join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
      where m.change_minor < 0 order by e.organization_id, e.customer_id, e.version
  loop
    select cost_share(l.cost_left_minor, -v.change_minor, l.remaining_minor) into v_cost from credit_lots l
      where l.organization_id = v.organization_id and l.id = v.lot_id;
    update credit_lots l set remaining_minor = l.remaining_minor + v.change_minor, cost_left_minor = l.cost_left_minor - v_cost
      where l.organization_id = v.organization_id and l.id = v.lot_id;
    update credit_entry_lots m set cost_minor = -v_cost
      where m.organization_id = v.organization_id and m.entry_id = v.entry_id and m.lot_id = v.lot_id;
  end loop;
end $$;
alter table credit_lots
  add constraint credit_lots_held check (held_minor between 0 and remaining_minor),
  add constraint credit_lots_cost_left check (cost_left_minor between 0 and cost_minor),
  add constraint credit_lots_cost_gone check (remaining_minor > 0 or cost_left_minor = 0),
  add constraint credit_lots_cost_whole check (remaining_minor < allocation_minor or cost_left_minor = cost_minor);

-- The one order of spending: soonest expiry first and never last; then plan, purchase, adjustment; then oldest; then id.
create type spending_order as (expires_at timestamptz, source integer, created_at timestamptz, id uuid);
create function spending_order(l credit_lots) returns spending_order
  language sql immutable parallel safe
  as $$ select row(coalesce(l.expires_at, 'infinity'), array_position(array['plan', 'purchase', 'adjustment'], l.source),
    l.created_at, l.id)::spending_order $$;

-- An id that begins with its time, as those that the program makes.
create function ledger_id(p_at timestamptz) returns uuid
  language sql volatile parallel safe
  as $$ select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send(floor(extract(epoch from p_at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid $$;

create type credit_entry_draft as (
  customer_id uuid, id uuid, idempotency_key text, type text, from_account text, to_account text, credits_minor bigint,
  asked_minor bigint, actor_user_id uuid, product text, memo text, purchase_id uuid, clears_entry_id uuid,
  hold_until timestamptz, created_at timestamptz);
create type credit_portion as (entry_id uuid, lot_id uuid, change_minor bigint, held_minor bigint, cost_minor bigint);

-- Writes entries and what they change of lots and accounts. Whoever calls holds the locks of the accounts and has decided.
create function post_credits(p_organization_id uuid, p_entries credit_entry_draft[], p_portions credit_portion[]) returns void
language plpgsql
as $$
begin
  insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
      credits_minor, asked_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, purchase_id,
      clears_entry_id, hold_until, actor_user_id, product, memo, created_at)
    select p_organization_id, d.id, d.customer_id, a.version + d.nth, nullif(a.version + d.nth - 1, 0), d.type, d.from_account,
        d.to_account, d.credits_minor, d.asked_minor, d.change, a.balance_minor + d.running - d.change,
        a.balance_minor + d.running, d.idempotency_key, d.purchase_id, d.clears_entry_id, d.hold_until, d.actor_user_id,
        d.product, d.memo, d.created_at
      from (
        select c.*, row_number() over (partition by c.customer_id order by c.n) as nth,
            sum(c.change) over (partition by c.customer_id order by c.n) as running
          from (
            select u.*, u.credits_minor * ((u.to_account in ('customer', 'held'))::int
                - (u.from_account in ('customer', 'held'))::int) as change
              from unnest(p_entries) with ordinality u (customer_id, id, idempotency_key, type, from_account, to_account,
                credits_minor, asked_minor, actor_user_id, product, memo, purchase_id, clears_entry_id, hold_until,
                created_at, n)
          ) c
      ) d
      join credit_accounts a on a.organization_id = p_organization_id and a.customer_id = d.customer_id;
  insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor, held_minor, cost_minor)
    select p_organization_id, p.entry_id, p.lot_id, p.change_minor, p.held_minor, p.cost_minor from unnest(p_portions) p;
  update credit_lots l set remaining_minor = l.remaining_minor + p.change, held_minor = l.held_minor + p.held,
      cost_left_minor = l.cost_left_minor + p.cost
    from (
      select q.lot_id, sum(q.change_minor) as change, sum(q.held_minor) as held, sum(q.cost_minor) as cost
        from unnest(p_portions) q group by q.lot_id
    ) p
    where l.organization_id = p_organization_id and l.id = p.lot_id;
  -- The row that others wait for comes last.
  update credit_accounts a set version = a.version + d.entries, balance_minor = a.balance_minor + d.change, moved_at = d.at
    from (
      select u.customer_id, count(*) as entries, max(u.created_at) as at, sum(u.credits_minor
          * ((u.to_account in ('customer', 'held'))::int - (u.from_account in ('customer', 'held'))::int)) as change
        from unnest(p_entries) u group by u.customer_id
    ) d
    where a.organization_id = p_organization_id and a.customer_id = d.customer_id;
end $$;

-- Locks a customer's account, made if there is none yet, and answers it with `moved_at` as the time of the next entry.
-- Null when there is no such customer.
create function lock_credit_account(p_organization_id uuid, p_customer_id uuid, p_at timestamptz) returns credit_accounts
language plpgsql
as $$
declare
  v credit_accounts;
begin
  select a.* into v from credit_accounts a
    where a.organization_id = p_organization_id and a.customer_id = p_customer_id for update;
  if not found then
    insert into credit_accounts (organization_id, customer_id) select c.organization_id, c.id from customers c
      where c.organization_id = p_organization_id and c.id = p_customer_id on conflict do nothing;
    select a.* into v from credit_accounts a
      where a.organization_id = p_organization_id and a.customer_id = p_customer_id for update;
    if not found then return null; end if;
  end if;
  v.moved_at := greatest(p_at, v.moved_at);
  return v;
end $$;

-- Whether an entry is what was asked for: the same key with anything else is refused.
create function same_move(e credit_entries, d credit_entry_draft) returns boolean
  language sql immutable parallel safe
  as $$ select (e.customer_id, e.type, e.from_account, e.to_account, coalesce(e.asked_minor, e.credits_minor), e.product, e.memo)
      = (d.customer_id, d.type, d.from_account, d.to_account, coalesce(d.asked_minor, d.credits_minor), d.product, d.memo)
    and (e.actor_user_id, e.purchase_id, e.clears_entry_id, e.hold_until)
      is not distinct from (d.actor_user_id, d.purchase_id, d.clears_entry_id, d.hold_until) $$;

-- Makes a lot with its entry: purchase, plan or adjustment.
create function grant_credits(
  p_organization_id uuid, p_customer_id uuid, p_entry_id uuid, p_lot_id uuid, p_key text, p_type text, p_source text,
  p_credits_minor bigint, p_cost_minor bigint, p_expires_at timestamptz, p_purchase_id uuid, p_actor_user_id uuid,
  p_product text, p_memo text, p_at timestamptz)
returns table (verdict text, entry_id uuid, lot_id uuid, credits_minor bigint, balance_after_minor bigint)
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_account credit_accounts;
  v_draft credit_entry_draft;
begin
  perform inside_organization(p_organization_id);
  v_account := lock_credit_account(p_organization_id, p_customer_id, p_at);
  v_draft := (p_customer_id, p_entry_id, p_key, p_type, 'issued', 'customer', p_credits_minor, null, p_actor_user_id,
    p_product, p_memo, p_purchase_id, null, null, v_account.moved_at);
  return query select case when same_move(e, v_draft)
        and (p_type <> 'adjustment' or l.expires_at is not distinct from p_expires_at) then 'replayed' else 'reused' end,
      e.id, l.id, e.credits_minor, e.balance_after_minor
    from credit_entries e
    left join credit_entry_lots m on m.organization_id = e.organization_id and m.entry_id = e.id
    left join credit_lots l on l.organization_id = m.organization_id and l.id = m.lot_id
    where e.organization_id = p_organization_id and e.idempotency_key = p_key limit 1;
  if found then return; end if;
  if v_account is null then
    return query select 'unknown', null::uuid, null::uuid, null::bigint, null::bigint;
    return;
  elsif p_expires_at <= v_account.moved_at then
    return query select 'past', null::uuid, null::uuid, null::bigint, null::bigint;
    return;
  end if;
  insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor, expires_at,
      cost_minor, purchase_id, created_at)
    values (p_organization_id, p_lot_id, p_customer_id, p_source, p_credits_minor, 0, p_expires_at, p_cost_minor,
      p_purchase_id, v_account.moved_at);
  perform post_credits(p_organization_id, array[v_draft],
    array[(p_entry_id, p_lot_id, p_credits_minor, 0, p_cost_minor)::credit_portion]);
  return query select 'moved', p_entry_id, p_lot_id, p_credits_minor, v_account.balance_minor + p_credits_minor;
end $$;

-- Lets go of what is left of a hold, or spends `p_spend` of it and lets go of the rest: of its lots in spending order.
-- Whoever calls holds the lock of the account.
create function clear_hold(p_organization_id uuid, p_hold_id uuid, p_spend credit_entry_draft, p_rest credit_entry_draft)
returns void
language plpgsql
as $$
declare
  v record;
  v_spend bigint := coalesce(p_spend.credits_minor, 0);
  v_take bigint;
  v_cost bigint;
  v_portions credit_portion[] := '{}';
begin
  for v in
    select m.lot_id, m.held_minor - m.cleared_minor as open, l.remaining_minor, l.cost_left_minor
      from credit_entry_lots m join credit_lots l on l.organization_id = m.organization_id and l.id = m.lot_id
      where m.organization_id = p_organization_id and m.entry_id = p_hold_id and m.held_minor > m.cleared_minor
      order by spending_order(l)
  loop
    v_take := least(v_spend, v.open);
    if v_take > 0 then
      v_cost := cost_share(v.cost_left_minor, v_take, v.remaining_minor);
      v_portions := v_portions || (p_spend.id, v.lot_id, -v_take, -v_take, -v_cost)::credit_portion;
      v_spend := v_spend - v_take;
    end if;
    if v.open > v_take then
      v_portions := v_portions || (p_rest.id, v.lot_id, 0, v_take - v.open, 0)::credit_portion;
    end if;
  end loop;
  update credit_entry_lots m set cleared_minor = m.held_minor
    where m.organization_id = p_organization_id and m.entry_id = p_hold_id;
  perform post_credits(p_organization_id,
    case when p_spend is null then array[p_rest] when p_rest is null then array[p_spend] else array[p_spend, p_rest] end,
    v_portions);
end $$;

-- Writes that holds of one customer have timed out. Whoever calls holds the lock of the account.
create function expire_holds_of(p_organization_id uuid, p_customer_id uuid, p_at timestamptz) returns integer
language plpgsql
as $$
declare
  v record;
  v_ended integer := 0;
begin
  for v in
    select e.id, e.product, sum(m.held_minor - m.cleared_minor) as open
      from credit_lots l
      join credit_entry_lots m on m.organization_id = l.organization_id and m.lot_id = l.id and m.held_minor > m.cleared_minor
      join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
      where l.organization_id = p_organization_id and l.customer_id = p_customer_id and l.is_open and l.held_minor > 0
        and e.hold_until <= p_at
      group by e.organization_id, e.id order by e.version
  loop
    perform clear_hold(p_organization_id, v.id, null, (p_customer_id, ledger_id(p_at), 'hold-expired:' || v.id,
      'hold_expiration', 'held', 'customer', v.open, null, null, v.product, '', null, v.id, null, p_at)::credit_entry_draft);
    v_ended := v_ended + 1;
  end loop;
  return v_ended;
end $$;

-- Draws on lots in the spending order: spends, holds and deductions, of several customers at once. Items of a customer
-- are judged in the order given, each with a verdict of its own; one that is refused leaves nothing behind. A lot past
-- its expiry is not touched even if it is not written off yet. No two items may have the same key.
create function draw_credits(
  p_organization_id uuid, p_types text[], p_customer_ids uuid[], p_entry_ids uuid[], p_keys text[], p_credits_minor bigint[],
  p_hold_until timestamptz[], p_actor_user_ids uuid[], p_products text[], p_memos text[], p_at timestamptz)
returns table (item integer, verdict text, entry_id uuid, credits_minor bigint, balance_after_minor bigint)
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v record;
  v_account credit_accounts;
  v_customer_id uuid;
  v_draft credit_entry_draft;
  v_entries credit_entry_draft[] := '{}';
  v_portions credit_portion[] := '{}';
  v_lots record;
  v_free bigint[];
  v_left bigint[];
  v_cost bigint[];
  v_first integer;
  v_need bigint;
  v_take bigint;
  v_share bigint;
begin
  perform inside_organization(p_organization_id);
  -- All accounts in one order, so that no two of us ever wait for each other in a circle.
  perform from credit_accounts a
    where a.organization_id = p_organization_id and a.customer_id = any (p_customer_ids) order by a.customer_id for update;
  for v in
    select i.*, e.made, e.made_id
      from unnest(p_types, p_customer_ids, p_entry_ids, p_keys, p_credits_minor, p_hold_until, p_actor_user_ids, p_products,
        p_memos) with ordinality i (type, customer_id, id, key, credits, hold_until, actor, product, memo, n)
      left join lateral (
        select x as made, x.id as made_id from credit_entries x
          where x.organization_id = p_organization_id and x.idempotency_key = i.key limit 1
      ) e on true
      order by i.customer_id, i.n
  loop
    item := v.n;
    entry_id := null;
    credits_minor := null;
    balance_after_minor := null;
    if v_customer_id is distinct from v.customer_id then
      v_customer_id := v.customer_id;
      -- Locked above, unless its first grant was committed since.
      select a.* into v_account from credit_accounts a
        where a.organization_id = p_organization_id and a.customer_id = v_customer_id for update;
      v_account.moved_at := greatest(p_at, v_account.moved_at);
      for round in 1..2 loop
        select array_agg(l.id order by spending_order(l)) as ids,
            array_agg(l.remaining_minor - l.held_minor order by spending_order(l)) as free,
            array_agg(l.remaining_minor order by spending_order(l)) as remaining,
            array_agg(l.cost_left_minor order by spending_order(l)) as cost,
            coalesce(sum(l.remaining_minor - l.held_minor), 0) as spendable, coalesce(sum(l.held_minor), 0) as held
          into v_lots from credit_lots l
          where l.organization_id = p_organization_id and l.customer_id = v_customer_id and l.is_open
            and (l.expires_at is null or l.expires_at > v_account.moved_at);
        -- Holds that have timed out stand in nobody's way.
        exit when v_lots.held = 0 or round = 2;
        exit when expire_holds_of(p_organization_id, v_customer_id, v_account.moved_at) = 0;
      end loop;
      v_free := v_lots.free;
      v_left := v_lots.remaining;
      v_cost := v_lots.cost;
      v_first := 1;
    end if;
    v_draft := (v.customer_id, v.id, v.key, v.type, 'customer', case v.type when 'spend' then 'spent' when 'hold' then 'held'
      when 'adjustment' then 'issued' end, v.credits, null, v.actor, v.product, v.memo, null, null, v.hold_until,
      v_account.moved_at);
    verdict := case
      when v.made_id is not null then case when same_move(v.made, v_draft) then 'replayed' else 'reused' end
      when v_account.version is null and not exists (select from customers c
        where c.organization_id = p_organization_id and c.id = v.customer_id) then 'unknown'
      when v_account.frozen_at is not null and v.type <> 'adjustment' then 'frozen'
      when v.hold_until <= v_account.moved_at then 'past'
      when v_lots.spendable < v.credits or v.credits <= 0 then 'insufficient'
      else 'moved' end;
    if verdict in ('replayed', 'reused') then
      select e.id, e.credits_minor, e.balance_after_minor into entry_id, credits_minor, balance_after_minor
        from credit_entries e where e.organization_id = p_organization_id and e.id = v.made_id;
    elsif verdict = 'moved' then
      v_need := v.credits;
      while v_need > 0 loop
        v_take := least(v_need, v_free[v_first]);
        if v_take = 0 then
          v_first := v_first + 1;
        elsif v.type = 'hold' then
          v_portions := v_portions || (v.id, v_lots.ids[v_first], 0, v_take, 0)::credit_portion;
        else
          v_share := cost_share(v_cost[v_first], v_take, v_left[v_first]);
          v_left[v_first] := v_left[v_first] - v_take;
          v_cost[v_first] := v_cost[v_first] - v_share;
          v_portions := v_portions || (v.id, v_lots.ids[v_first], -v_take, 0, -v_share)::credit_portion;
        end if;
        v_free[v_first] := v_free[v_first] - v_take;
        v_need := v_need - v_take;
      end loop;
      v_lots.spendable := v_lots.spendable - v.credits;
      if v.type <> 'hold' then v_account.balance_minor := v_account.balance_minor - v.credits; end if;
      v_entries := v_entries || v_draft;
      entry_id := v.id;
      credits_minor := v.credits;
      balance_after_minor := v_account.balance_minor;
    end if;
    return next;
  end loop;
  if cardinality(v_entries) > 0 then perform post_credits(p_organization_id, v_entries, v_portions); end if;
end $$;

-- Gives back what was spent or taken back, whole (`p_credits_minor` null: all that is left of it) or in part and never
-- more: to the same lots in reverse order. What belonged to a lot that has expired since comes back as a new lot, which
-- carries its cost and ends at `p_returned_until`.
create function return_credits(
  p_organization_id uuid, p_customer_id uuid, p_entry_id uuid, p_key text, p_of_entry_id uuid, p_of_type text,
  p_credits_minor bigint, p_returned_until timestamptz, p_actor_user_id uuid, p_memo text, p_at timestamptz)
returns table (verdict text, entry_id uuid, credits_minor bigint, balance_after_minor bigint)
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_account credit_accounts;
  v_of credit_entries;
  v_made credit_entries;
  v_draft credit_entry_draft;
  v record;
  v_open bigint;
  v_need bigint;
  v_take bigint;
  v_share bigint;
  v_lot_id uuid;
  v_portions credit_portion[] := '{}';
begin
  perform inside_organization(p_organization_id);
  v_account := lock_credit_account(p_organization_id, p_customer_id, p_at);
  select e.* into v_of from credit_entries e where e.organization_id = p_organization_id and e.id = p_of_entry_id
    and e.customer_id = p_customer_id and e.type = p_of_type and e.type in ('spend', 'take_back');
  select e.* into v_made from credit_entries e
    where e.organization_id = p_organization_id and e.idempotency_key = p_key;
  v_draft := (p_customer_id, p_entry_id, p_key, v_of.type || '_reversal', v_of.to_account, 'customer',
    p_credits_minor, null, p_actor_user_id, v_of.product, p_memo, v_of.purchase_id, v_of.id, null, v_account.moved_at);
  if v_made.id is not null then
    -- All that was left of it then, when no amount is named.
    v_draft.credits_minor := coalesce(p_credits_minor, v_of.credits_minor - (
      select coalesce(sum(e.credits_minor), 0) from credit_entries e
        where e.organization_id = p_organization_id and e.customer_id = p_customer_id
          and e.version > v_of.version and e.version < v_made.version and e.clears_entry_id = v_of.id));
    return query select case when same_move(v_made, v_draft) then 'replayed' else 'reused' end, v_made.id,
      v_made.credits_minor, v_made.balance_after_minor;
    return;
  elsif v_of.id is null then
    return query select 'unknown', null::uuid, null::bigint, null::bigint;
    return;
  end if;
  select coalesce(sum(-m.change_minor - m.cleared_minor), 0) into v_open from credit_entry_lots m
    where m.organization_id = p_organization_id and m.entry_id = v_of.id;
  v_need := coalesce(p_credits_minor, v_open);
  if v_need <= 0 or v_need > v_open then
    return query select 'exceeds', null::uuid, v_open, null::bigint;
    return;
  end if;
  v_draft.credits_minor := v_need;
  for v in
    select m.lot_id, -m.change_minor - m.cleared_minor as open, -m.cost_minor - m.cleared_cost_minor as cost,
        l.expires_at <= v_account.moved_at as expired
      from credit_entry_lots m join credit_lots l on l.organization_id = m.organization_id and l.id = m.lot_id
      where m.organization_id = p_organization_id and m.entry_id = v_of.id and -m.change_minor > m.cleared_minor
      order by spending_order(l) desc
  loop
    v_take := least(v_need, v.open);
    exit when v_take = 0;
    v_share := cost_share(v.cost, v_take, v.open);
    v_lot_id := v.lot_id;
    if v.expired then
      v_lot_id := ledger_id(v_account.moved_at);
      insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor, expires_at,
          cost_minor, replaces_lot_id, created_at)
        values (p_organization_id, v_lot_id, p_customer_id, 'adjustment', v_take, 0,
          greatest(p_returned_until, v_account.moved_at + interval '1 day'), v_share, v.lot_id, v_account.moved_at);
    end if;
    update credit_entry_lots m set cleared_minor = m.cleared_minor + v_take, cleared_cost_minor = m.cleared_cost_minor + v_share
      where m.organization_id = p_organization_id and m.entry_id = v_of.id and m.lot_id = v.lot_id;
    v_portions := v_portions || (p_entry_id, v_lot_id, v_take, 0, v_share)::credit_portion;
    v_need := v_need - v_take;
  end loop;
  perform post_credits(p_organization_id, array[v_draft], v_portions);
  return query select 'moved', p_entry_id, v_draft.credits_minor, v_account.balance_minor + v_draft.credits_minor;
end $$;

-- Ends a hold: spends `p_credits_minor` of it (null: all) and releases the rest, or releases all when `p_spend` is false.
create function end_hold(
  p_organization_id uuid, p_customer_id uuid, p_hold_id uuid, p_spend boolean, p_entry_id uuid, p_key text,
  p_credits_minor bigint, p_actor_user_id uuid, p_memo text, p_at timestamptz)
returns table (verdict text, entry_id uuid, credits_minor bigint, balance_after_minor bigint)
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_account credit_accounts;
  v_hold credit_entries;
  v_made credit_entries;
  v_draft credit_entry_draft;
  v_rest credit_entry_draft;
  v_open bigint;
begin
  perform inside_organization(p_organization_id);
  v_account := lock_credit_account(p_organization_id, p_customer_id, p_at);
  select e.* into v_hold from credit_entries e where e.organization_id = p_organization_id and e.id = p_hold_id
    and e.customer_id = p_customer_id and e.type = 'hold';
  select e.* into v_made from credit_entries e
    where e.organization_id = p_organization_id and e.idempotency_key = p_key;
  v_draft := (p_customer_id, p_entry_id, p_key, case when p_spend then 'spend' else 'hold_release' end, 'held',
    case when p_spend then 'spent' else 'customer' end, coalesce(p_credits_minor, v_hold.credits_minor), null,
    p_actor_user_id, v_hold.product, p_memo, null, v_hold.id, null, v_account.moved_at);
  if v_made.id is not null then
    return query select case when same_move(v_made, v_draft) then 'replayed' else 'reused' end, v_made.id,
      v_made.credits_minor, v_made.balance_after_minor;
    return;
  elsif v_hold.id is null then
    return query select 'unknown', null::uuid, null::bigint, null::bigint;
    return;
  end if;
  select coalesce(sum(m.held_minor - m.cleared_minor), 0) into v_open from credit_entry_lots m
    where m.organization_id = p_organization_id and m.entry_id = v_hold.id;
  if v_open = 0 or v_hold.hold_until <= v_account.moved_at then
    return query select 'ended', null::uuid, null::bigint, null::bigint;
    return;
  end if;
  if v_draft.credits_minor <= 0 or v_draft.credits_minor > v_open then
    return query select 'exceeds', null::uuid, v_open, null::bigint;
    return;
  end if;
  if not p_spend then
    perform clear_hold(p_organization_id, v_hold.id, null, v_draft);
  else
    if v_draft.credits_minor < v_open then
      v_rest := v_draft;
      v_rest.id := ledger_id(v_account.moved_at);
      v_rest.idempotency_key := 'hold-rest:' || v_hold.id;
      v_rest.type := 'hold_release';
      v_rest.to_account := 'customer';
      v_rest.credits_minor := v_open - v_draft.credits_minor;
    end if;
    perform clear_hold(p_organization_id, v_hold.id, v_draft, v_rest);
    v_account.balance_minor := v_account.balance_minor - v_draft.credits_minor;
  end if;
  return query select 'moved', p_entry_id, v_draft.credits_minor, v_account.balance_minor;
end $$;

-- Writes that holds have timed out, at most `p_limit` customers at once. Answers how many holds.
create function expire_holds(p_organization_id uuid, p_limit integer, p_at timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_customer_id uuid;
  v_account credit_accounts;
  v_ended integer := 0;
begin
  perform inside_organization(p_organization_id);
  for v_customer_id in
    select distinct e.customer_id
      from credit_entry_lots m join credit_entries e on e.organization_id = m.organization_id and e.id = m.entry_id
      where m.organization_id = p_organization_id and m.held_minor > m.cleared_minor and e.hold_until <= p_at
      order by e.customer_id limit p_limit
  loop
    v_account := lock_credit_account(p_organization_id, v_customer_id, p_at);
    v_ended := v_ended + expire_holds_of(p_organization_id, v_customer_id, v_account.moved_at);
  end loop;
  return v_ended;
end $$;

-- Takes back what is unspent of the lot of a purchase, and of lots that replaced it, at most `p_credits_minor`. What
-- could not be taken back is the difference between the entry's `asked_minor` and `credits_minor`.
create function take_back_credits(
  p_organization_id uuid, p_customer_id uuid, p_entry_id uuid, p_key text, p_purchase_id uuid, p_credits_minor bigint,
  p_actor_user_id uuid, p_product text, p_memo text, p_at timestamptz)
returns table (verdict text, entry_id uuid, credits_minor bigint, balance_after_minor bigint)
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_account credit_accounts;
  v_made credit_entries;
  v_draft credit_entry_draft;
  v record;
  v_need bigint := p_credits_minor;
  v_take bigint;
  v_portions credit_portion[] := '{}';
begin
  perform inside_organization(p_organization_id);
  v_account := lock_credit_account(p_organization_id, p_customer_id, p_at);
  v_draft := (p_customer_id, p_entry_id, p_key, 'take_back', 'customer', 'taken_back', 0, p_credits_minor, p_actor_user_id,
    p_product, p_memo, p_purchase_id, null, null, v_account.moved_at);
  select e.* into v_made from credit_entries e
    where e.organization_id = p_organization_id and e.idempotency_key = p_key;
  if found then
    return query select case when same_move(v_made, v_draft) then 'replayed' else 'reused' end, v_made.id,
      v_made.credits_minor, v_made.balance_after_minor;
    return;
  end if;
  if not exists (select from credit_lots l where l.organization_id = p_organization_id and l.customer_id = p_customer_id
      and l.purchase_id = p_purchase_id) then
    return query select 'unknown', null::uuid, null::bigint, null::bigint;
    return;
  end if;
  perform expire_holds_of(p_organization_id, p_customer_id, v_account.moved_at);
  for v in
    with recursive lots as (
      select l.id from credit_lots l where l.organization_id = p_organization_id and l.purchase_id = p_purchase_id
      union all
      select l.id from lots join credit_lots l on l.organization_id = p_organization_id and l.replaces_lot_id = lots.id
    )
    select l.* from lots join credit_lots l on l.organization_id = p_organization_id and l.id = lots.id
      where l.remaining_minor > l.held_minor and (l.expires_at is null or l.expires_at > v_account.moved_at)
      order by spending_order(l)
  loop
    v_take := least(v_need, v.remaining_minor - v.held_minor);
    exit when v_take = 0;
    v_portions := v_portions || (p_entry_id, v.id, -v_take, 0,
      -cost_share(v.cost_left_minor, v_take, v.remaining_minor))::credit_portion;
    v_need := v_need - v_take;
  end loop;
  v_draft.credits_minor := p_credits_minor - v_need;
  perform post_credits(p_organization_id, array[v_draft], v_portions);
  return query select 'moved', p_entry_id, v_draft.credits_minor, v_account.balance_minor - v_draft.credits_minor;
end $$;

-- Freezes a customer's credits or thaws them. `unchanged` when they are as asked for already; nothing is written then.
create function freeze_credits(
  p_organization_id uuid, p_customer_id uuid, p_entry_id uuid, p_key text, p_frozen boolean, p_actor_user_id uuid,
  p_memo text, p_at timestamptz)
returns table (verdict text, entry_id uuid, credits_minor bigint, balance_after_minor bigint)
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_account credit_accounts;
  v_made credit_entries;
  v_draft credit_entry_draft;
begin
  perform inside_organization(p_organization_id);
  v_account := lock_credit_account(p_organization_id, p_customer_id, p_at);
  v_draft := (p_customer_id, p_entry_id, p_key, case when p_frozen then 'freeze' else 'thaw' end, 'customer', 'customer', 0,
    null, p_actor_user_id, '', p_memo, null, null, null, v_account.moved_at);
  select e.* into v_made from credit_entries e
    where e.organization_id = p_organization_id and e.idempotency_key = p_key;
  if found then
    return query select case when same_move(v_made, v_draft) then 'replayed' else 'reused' end, v_made.id,
      v_made.credits_minor, v_made.balance_after_minor;
  elsif v_account is null then
    return query select 'unknown', null::uuid, null::bigint, null::bigint;
  elsif (v_account.frozen_at is not null) = p_frozen then
    return query select 'unchanged', null::uuid, 0::bigint, v_account.balance_minor;
  else
    perform post_credits(p_organization_id, array[v_draft], '{}');
    update credit_accounts a set frozen_at = case when p_frozen then v_account.moved_at end
      where a.organization_id = p_organization_id and a.customer_id = p_customer_id;
    return query select 'moved', p_entry_id, 0::bigint, v_account.balance_minor;
  end if;
end $$;

-- Writes off what is left of expired lots, of about `p_limit` lots at once; what is held waits for the end of its hold.
-- Answers how many lots.
create function expire_lots(p_organization_id uuid, p_limit integer, p_at timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_customer_ids uuid[];
  v_entries credit_entry_draft[];
  v_portions credit_portion[];
begin
  perform inside_organization(p_organization_id);
  select array_agg(distinct d.customer_id) into v_customer_ids from (
    select l.customer_id from credit_lots l
      where l.organization_id = p_organization_id and l.is_open and l.expires_at <= p_at
        and l.remaining_minor > l.held_minor
      order by l.expires_at limit p_limit) d;
  if v_customer_ids is null then return 0; end if;
  perform from credit_accounts a
    where a.organization_id = p_organization_id and a.customer_id = any (v_customer_ids) order by a.customer_id for update;
  select array_agg((d.customer_id, d.entry_id, 'expire:' || d.id || ':' || d.remaining_minor,
        case d.source when 'plan' then 'plan_expiration' else 'expiration' end, 'customer', 'expired', d.off, null, null, '',
        '', null, null, null, d.at)::credit_entry_draft order by d.customer_id, d.place),
      array_agg((d.entry_id, d.id, -d.off, 0, -cost_share(d.cost_left_minor, d.off, d.remaining_minor))::credit_portion)
    into v_entries, v_portions
    from (
      select l.*, l.remaining_minor - l.held_minor as off, ledger_id(p_at) as entry_id, spending_order(l) as place,
          greatest(p_at, a.moved_at) as at
        from credit_lots l join credit_accounts a on a.organization_id = l.organization_id and a.customer_id = l.customer_id
        where l.organization_id = p_organization_id and l.customer_id = any (v_customer_ids) and l.is_open
          and l.expires_at <= p_at and l.remaining_minor > l.held_minor
    ) d;
  if v_entries is null then return 0; end if;
  perform post_credits(p_organization_id, v_entries, v_portions);
  return cardinality(v_entries);
end $$;

-- What a seal is made of: every column of an entry, of its portions and of their lots that is never written again.
create function entry_digest(e credit_entries) returns bytea
  language sql stable parallel safe set search_path = public, pg_temp
  as $$ select sha256(convert_to(jsonb_build_array(e.organization_id, e.id, e.customer_id, e.version, e.previous_version, e.type,
      e.from_account, e.to_account, e.credits_minor, e.asked_minor, e.change_minor, e.balance_before_minor,
      e.balance_after_minor, e.idempotency_key, e.purchase_id, e.clears_entry_id, extract(epoch from e.hold_until),
      e.actor_user_id, e.product, e.memo, extract(epoch from e.created_at), (
        select jsonb_agg(jsonb_build_array(m.organization_id, m.entry_id, m.lot_id, m.change_minor, m.held_minor, m.cost_minor,
            l.organization_id, l.id, l.customer_id, l.source, l.allocation_minor, extract(epoch from l.expires_at),
            l.cost_minor, l.purchase_id, l.replaces_lot_id, extract(epoch from l.created_at)) order by m.lot_id)
          from credit_entry_lots m
          left join credit_lots l on l.organization_id = m.organization_id and l.id = m.lot_id
          where m.organization_id = e.organization_id and m.entry_id = e.id))::text, 'utf8')) $$;

-- Seals are a chain per organization: each covers some versions of one customer with a digest per entry, and the hash
-- of the seal before it. Written behind the moves, never in their transaction.
create table credit_seals (
  organization_id uuid not null,
  number bigint not null check (number >= 1),
  previous_number bigint,
  previous_hash bytea,
  customer_id uuid not null,
  from_version bigint not null,
  to_version bigint not null,
  digests bytea not null,
  hash bytea not null check (octet_length(hash) = 32),
  sealed_at timestamptz not null,
  primary key (organization_id, number),
  unique (organization_id, customer_id, from_version),
  unique (organization_id, number, hash),
  check (to_version >= from_version and octet_length(digests) = 32 * (to_version - from_version + 1)),
  check (case when number = 1 then previous_number is null and previous_hash is null
              else previous_number = number - 1 and previous_hash is not null end),
  foreign key (organization_id, customer_id) references credit_accounts (organization_id, customer_id),
  foreign key (organization_id, previous_number, previous_hash) references credit_seals (organization_id, number, hash)
);
create index on credit_seals (organization_id, customer_id, to_version desc);

-- What a seal's hash is made of; `s.hash` itself is not looked at.
create function seal_hash(s credit_seals) returns bytea
  language sql stable parallel safe set search_path = public, pg_temp
  as $$ select sha256(convert_to(jsonb_build_array(s.organization_id, s.number, s.previous_number, encode(s.previous_hash, 'hex'),
    s.customer_id, s.from_version, s.to_version, encode(s.digests, 'hex'), extract(epoch from s.sealed_at))::text, 'utf8')) $$;

-- Seals what is not sealed yet, of at most `p_limit` customers. Answers how many entries.
create function seal_credits(p_organization_id uuid, p_limit integer, p_at timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v record;
  v_seal credit_seals;
  v_last credit_seals;
  v_sealed integer := 0;
begin
  perform inside_organization(p_organization_id);
  -- One at a time.
  perform from organizations o where o.id = p_organization_id for no key update;
  select s.* into v_last from credit_seals s where s.organization_id = p_organization_id order by s.number desc limit 1;
  for v in
    select a.customer_id, coalesce(s.to_version, 0) + 1 as from_version, least(a.version, coalesce(s.to_version, 0) + 5000) as to_version
      from credit_accounts a
      left join lateral (
        select t.to_version from credit_seals t
          where t.organization_id = a.organization_id and t.customer_id = a.customer_id order by t.to_version desc limit 1
      ) s on true
      where a.organization_id = p_organization_id and a.version > coalesce(s.to_version, 0)
      order by a.customer_id limit p_limit
  loop
    v_seal := (p_organization_id, coalesce(v_last.number, 0) + 1, v_last.number, v_last.hash, v.customer_id, v.from_version,
      v.to_version, null, null, p_at);
    select string_agg(entry_digest(e), ''::bytea order by e.version) into v_seal.digests from credit_entries e
      where e.organization_id = p_organization_id and e.customer_id = v.customer_id
        and e.version between v.from_version and v.to_version;
    v_seal.hash := seal_hash(v_seal);
    insert into credit_seals select (v_seal).*;
    v_last := v_seal;
    v_sealed := v_sealed + v.to_version - v.from_version + 1;
  end loop;
  return v_sealed;
end $$;

grant select on credit_seals to :app_role;
revoke all on function post_credits, lock_credit_account, clear_hold, expire_holds_of, grant_credits, draw_credits,
  return_credits, end_hold, expire_holds, take_back_credits, freeze_credits, expire_lots, seal_credits from public;
grant execute on function grant_credits, draw_credits, return_credits, end_hold, expire_holds, take_back_credits,
  freeze_credits, expire_lots, seal_credits to :app_role;

alter table credit_accounts force row level security;
alter table credit_lots force row level security;
alter table credit_entries force row level security;
alter table credit_entry_lots force row level security;
alter table credit_seals enable row level security;
alter table credit_seals force row level security;
create policy own_organization on credit_seals using (organization_id = current_organization());
