-- Plans, who has one, and the cycles for which it was renewed.

create table plans (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  name text not null check (length(name) between 1 and 80),
  cycle text not null check (cycle in ('week', 'month', 'quarter', 'half_year', 'year')),
  price_minor bigint not null check (price_minor between 0 and 100000000000),
  credits_minor bigint not null check (credits_minor between 0 and 100000000),
  -- What it means for what is sold: for credit packages now, a column more for another class.
  credits_discount_percent integer not null check (credits_discount_percent between 0 and 100),
  credits_on_invoice boolean not null,
  auto_invoice boolean not null,
  free_packages_per_cycle integer not null check (free_packages_per_cycle between 0 and 1000),
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);
create index on plans (organization_id, location_id, name, id) where archived_at is null;

create table subscriptions (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  customer_id uuid not null,
  plan_id uuid not null,
  -- Another plan from the next cycle on.
  next_plan_id uuid,
  starts_at timestamptz not null,
  -- The day from which cycles are counted: those from a 31st return to the 31st.
  anchor_on date not null,
  -- The first day and instant of the next cycle to be written; no instant when there is none to come.
  next_on date not null,
  renews_at timestamptz,
  ends_at timestamptz,
  ended_at timestamptz,
  -- What is agreed with this customer alone. Null: as the plan of the cycle says.
  credits_discount_percent integer check (credits_discount_percent between 0 and 100),
  credits_on_invoice boolean,
  auto_invoice boolean,
  created_at timestamptz not null,
  primary key (organization_id, id),
  check (ends_at > starts_at or ended_at is not null),
  check (ended_at is null or (renews_at is null and ends_at is not null)),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, plan_id) references plans (organization_id, id),
  foreign key (organization_id, next_plan_id) references plans (organization_id, id)
);
create unique index subscriptions_one_at_a_time on subscriptions (organization_id, customer_id) where ended_at is null;
create index on subscriptions (organization_id, customer_id, created_at desc);
create index on subscriptions (organization_id, renews_at) where renews_at is not null;
create index on subscriptions (organization_id, ends_at) where ended_at is null and ends_at is not null;

-- A cycle as it was when it began: a copy of the plan, never changed. Whoever renews a cycle twice meets its key.
create table subscription_periods (
  organization_id uuid not null references organizations (id),
  subscription_id uuid not null,
  starts_on date not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  plan_id uuid not null,
  plan_name text not null,
  cycle text not null check (cycle in ('week', 'month', 'quarter', 'half_year', 'year')),
  price_minor bigint not null,
  credits_minor bigint not null,
  credits_discount_percent integer not null,
  credits_on_invoice boolean not null,
  auto_invoice boolean not null,
  free_packages_per_cycle integer not null,
  -- None when the plan has no credits, or when the cycle was over before it could be written.
  lot_id uuid,
  written_at timestamptz not null,
  primary key (organization_id, subscription_id, starts_on),
  foreign key (organization_id, subscription_id) references subscriptions (organization_id, id),
  foreign key (organization_id, plan_id) references plans (organization_id, id),
  foreign key (organization_id, lot_id) references credit_lots (organization_id, id)
);

-- Which packages were free by a plan: so many places in each cycle, each taken once.
create table subscription_free_packages (
  organization_id uuid not null references organizations (id),
  subscription_id uuid not null,
  starts_on date not null,
  place integer not null check (place >= 1),
  purchase_id uuid not null,
  primary key (organization_id, subscription_id, starts_on, place),
  unique (organization_id, purchase_id),
  foreign key (organization_id, subscription_id) references subscriptions (organization_id, id),
  foreign key (organization_id, purchase_id) references purchases (organization_id, id)
);

-- Grants the credits of a cycle to many customers at once, and writes off what is left of the lot of the cycle before. A
-- customer comes once. Each happens at the start of its cycle, or when the account moved last if that is later; `past`
-- when the cycle is over by then, `nothing` when it has no credits: no lot is made.
create function grant_plan_credits(
  p_organization_id uuid, p_customer_ids uuid[], p_lot_ids uuid[], p_keys text[], p_credits_minor bigint[],
  p_expires_at timestamptz[], p_ending_lot_ids uuid[], p_products text[], p_at timestamptz[])
returns table (item integer, verdict text, lot_id uuid)
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_items integer[];
  v_verdicts text[];
  v_lot_ids uuid[];
  v_entries credit_entry_draft[];
  v_portions credit_portion[];
begin
  perform inside_organization(p_organization_id);
  insert into credit_accounts (organization_id, customer_id)
    select c.organization_id, c.id
      from unnest(p_customer_ids) u (id) join customers c on c.organization_id = p_organization_id and c.id = u.id
      where not exists (select from credit_accounts a where a.organization_id = c.organization_id and a.customer_id = c.id)
      order by c.id
    on conflict do nothing;
  perform from credit_accounts a
    where a.organization_id = p_organization_id and a.customer_id = any (p_customer_ids) order by a.customer_id for update;
  with items as materialized (
    select i.n::integer as n, i.customer_id, i.key, i.credits, i.expires_at, i.ending_lot_id, i.product,
        greatest(i.at, a.moved_at) as at, ledger_id(i.at) as entry_id, coalesce(e.lot_id, i.lot_id) as lot_id,
        case when a.customer_id is null then 'unknown'
          when e.id is not null then case when (e.customer_id, e.type, e.credits_minor, e.product)
            = (i.customer_id, 'plan_allocation', i.credits, i.product) then 'replayed' else 'reused' end
          when i.credits = 0 then 'nothing'
          when i.expires_at <= greatest(i.at, a.moved_at) then 'past'
          else 'moved' end as verdict
      from unnest(p_customer_ids, p_lot_ids, p_keys, p_credits_minor, p_expires_at, p_ending_lot_ids, p_products, p_at)
        with ordinality i (customer_id, lot_id, key, credits, expires_at, ending_lot_id, product, at, n)
      left join credit_accounts a on a.organization_id = p_organization_id and a.customer_id = i.customer_id
      left join lateral (
        select x.id, x.customer_id, x.type, x.credits_minor, x.product, m.lot_id
          from credit_entries x
          join credit_entry_lots m on m.organization_id = x.organization_id and m.entry_id = x.id
          where x.organization_id = p_organization_id and x.idempotency_key = i.key limit 1
      ) e on true
  ), ended as materialized (
    select l.customer_id, l.id, l.remaining_minor, l.remaining_minor - l.held_minor as off, l.cost_left_minor, i.at,
        ledger_id(i.at) as entry_id
      from items i join credit_lots l on l.organization_id = p_organization_id and l.id = i.ending_lot_id
      where l.customer_id = i.customer_id and l.source = 'plan' and l.is_open and l.expires_at <= i.at
        and l.remaining_minor > l.held_minor
  ), made as (
    insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor, expires_at,
        cost_minor, created_at)
      select p_organization_id, i.lot_id, i.customer_id, 'plan', i.credits, 0, i.expires_at, 0, i.at
        from items i where i.verdict = 'moved'
  ), moves as (
    select d.customer_id, 1 as place,
        (d.customer_id, d.entry_id, 'expire:' || d.id || ':' || d.remaining_minor, 'plan_expiration', 'customer', 'expired',
          d.off, null, null, '', '', null, null, null, d.at)::credit_entry_draft as entry,
        (d.entry_id, d.id, -d.off, 0, -cost_share(d.cost_left_minor, d.off, d.remaining_minor))::credit_portion as portion
      from ended d
    union all
    select i.customer_id, 2,
        (i.customer_id, i.entry_id, i.key, 'plan_allocation', 'issued', 'customer', i.credits, null, null, i.product, '', null,
          null, null, i.at)::credit_entry_draft,
        (i.entry_id, i.lot_id, i.credits, 0, 0)::credit_portion
      from items i where i.verdict = 'moved'
  )
  select array_agg(i.n), array_agg(i.verdict), array_agg(case when i.verdict in ('moved', 'replayed') then i.lot_id end),
      (select array_agg(m.entry order by m.customer_id, m.place) from moves m), (select array_agg(m.portion) from moves m)
    into v_items, v_verdicts, v_lot_ids, v_entries, v_portions
    from items i;
  if v_entries is not null then perform post_credits(p_organization_id, v_entries, v_portions); end if;
  return query select * from unnest(v_items, v_verdicts, v_lot_ids);
end $$;

-- Writes off what is left of a plan's lot before its time, because its subscription ends. What is held stays for its hold.
create function end_plan_credits(
  p_organization_id uuid, p_customer_id uuid, p_lot_id uuid, p_entry_id uuid, p_actor_user_id uuid, p_at timestamptz)
returns table (verdict text, entry_id uuid, credits_minor bigint, balance_after_minor bigint)
language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_account credit_accounts;
  v_lot credit_lots;
  v_off bigint;
begin
  perform inside_organization(p_organization_id);
  v_account := lock_credit_account(p_organization_id, p_customer_id, p_at);
  perform expire_holds_of(p_organization_id, p_customer_id, v_account.moved_at);
  select l.* into v_lot from credit_lots l
    where l.organization_id = p_organization_id and l.id = p_lot_id and l.customer_id = p_customer_id and l.source = 'plan';
  if not found then
    return query select 'unknown', null::uuid, null::bigint, null::bigint;
    return;
  end if;
  v_off := v_lot.remaining_minor - v_lot.held_minor;
  if v_off = 0 then
    return query select 'unchanged', null::uuid, 0::bigint, v_account.balance_minor;
    return;
  end if;
  perform post_credits(p_organization_id,
    array[(p_customer_id, p_entry_id, 'expire:' || v_lot.id || ':' || v_lot.remaining_minor, 'plan_expiration', 'customer',
      'expired', v_off, null, p_actor_user_id, '', '', null, null, null, v_account.moved_at)::credit_entry_draft],
    array[(p_entry_id, v_lot.id, -v_off, 0, -cost_share(v_lot.cost_left_minor, v_off, v_lot.remaining_minor))::credit_portion]);
  return query select 'moved', p_entry_id, v_off, v_account.balance_minor - v_off;
end $$;

revoke all on function grant_plan_credits, end_plan_credits from public;
grant execute on function grant_plan_credits, end_plan_credits to :app_role;

grant select, insert on plans, subscriptions, subscription_periods, subscription_free_packages to :app_role;
grant update (name, cycle, price_minor, credits_minor, credits_discount_percent, credits_on_invoice, auto_invoice,
  free_packages_per_cycle, archived_at) on plans to :app_role;
grant update (plan_id, next_plan_id, anchor_on, next_on, renews_at, ends_at, ended_at, credits_discount_percent,
  credits_on_invoice, auto_invoice) on subscriptions to :app_role;

alter table plans enable row level security;
alter table plans force row level security;
create policy own_organization on plans using (organization_id = current_organization());
alter table subscriptions enable row level security;
alter table subscriptions force row level security;
create policy own_organization on subscriptions using (organization_id = current_organization());
alter table subscription_periods enable row level security;
alter table subscription_periods force row level security;
create policy own_organization on subscription_periods using (organization_id = current_organization());
alter table subscription_free_packages enable row level security;
alter table subscription_free_packages force row level security;
create policy own_organization on subscription_free_packages using (organization_id = current_organization());
