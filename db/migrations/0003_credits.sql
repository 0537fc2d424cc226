-- The credit ledger. Credits are integers of hundredths. The app's role may read these tables and execute the move
-- functions; it can neither insert nor change nor delete a row by itself, so entries stay as they were written.

create table credit_accounts (
  organization_id uuid not null references organizations (id),
  customer_id uuid not null,
  version bigint not null default 0 check (version >= 0),
  balance_minor bigint not null default 0 check (balance_minor >= 0),
  primary key (organization_id, customer_id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);

create table credit_lots (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  customer_id uuid not null,
  source text not null check (source in ('plan', 'purchase', 'adjustment')),
  allocation_minor bigint not null check (allocation_minor between 1 and 100000000),
  remaining_minor bigint not null check (remaining_minor between 0 and allocation_minor),
  expires_at timestamptz,
  -- What was paid for the lot, in the location's currency; 0 when it was free.
  cost_minor bigint not null check (cost_minor >= 0),
  purchase_id uuid,
  created_at timestamptz not null,
  primary key (organization_id, id),
  check ((source = 'purchase') = (purchase_id is not null)),
  foreign key (organization_id, customer_id) references credit_accounts (organization_id, customer_id)
);
create index on credit_lots (organization_id, customer_id, created_at) where remaining_minor > 0;
create index on credit_lots (organization_id, expires_at) where remaining_minor > 0 and expires_at is not null;
-- One grant per purchase, whoever asks for it however often.
create unique index credit_lots_one_per_purchase on credit_lots (organization_id, purchase_id) where purchase_id is not null;
-- What a paid purchase points at: a lot made for this very purchase.
create unique index credit_lots_of_purchase on credit_lots (organization_id, purchase_id, id);

create table credit_entries (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  customer_id uuid not null,
  version bigint not null check (version >= 1),
  previous_version bigint,
  type text not null,
  -- One row names both sides, so that no entry can be out of balance.
  from_account text not null,
  to_account text not null,
  credits_minor bigint not null check (credits_minor between 1 and 100000000),
  change_minor bigint not null,
  balance_before_minor bigint not null check (balance_before_minor >= 0),
  balance_after_minor bigint not null check (balance_after_minor >= 0),
  idempotency_key text not null,
  purchase_id uuid,
  actor_user_id uuid,
  product text not null default '',
  memo text not null default '',
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, customer_id, version),
  unique (organization_id, customer_id, version, balance_after_minor),
  unique (organization_id, idempotency_key),
  check ((type, from_account, to_account) in (
    ('purchase', 'issued', 'customer'),
    ('spend', 'customer', 'spent'),
    ('expiration', 'customer', 'expired'))),
  check (change_minor = case when to_account = 'customer' then credits_minor else -credits_minor end),
  check (balance_after_minor = balance_before_minor + change_minor),
  check (case when version = 1 then previous_version is null and balance_before_minor = 0
              else previous_version = version - 1 end),
  foreign key (organization_id, customer_id) references credit_accounts (organization_id, customer_id),
  -- Each entry begins where the one before it ended.
  foreign key (organization_id, customer_id, previous_version, balance_before_minor)
    references credit_entries (organization_id, customer_id, version, balance_after_minor),
  foreign key (organization_id, actor_user_id) references users (organization_id, id)
);
create index on credit_entries (organization_id, customer_id, version desc);

create table credit_entry_lots (
  organization_id uuid not null references organizations (id),
  entry_id uuid not null,
  lot_id uuid not null,
  change_minor bigint not null check (change_minor <> 0),
  primary key (organization_id, entry_id, lot_id),
  foreign key (organization_id, entry_id) references credit_entries (organization_id, id),
  foreign key (organization_id, lot_id) references credit_lots (organization_id, id)
);
create index on credit_entry_lots (organization_id, lot_id);

-- Functions run with their owner's rights, and an owner may pass row-level security: so each looks for itself.
create function inside_organization(p_organization_id uuid) returns void
  language plpgsql stable
  as $$
begin
  if p_organization_id is distinct from current_organization() then
    raise exception 'a move of credits outside of its organization' using errcode = 'insufficient_privilege';
  end if;
end $$;

-- Makes a lot and its entry. The same key again answers with the entry that it made; `replayed` says so, and
-- the caller sees by customer and credits whether it asked for the same thing.
create function grant_credits(
  p_organization_id uuid, p_customer_id uuid, p_entry_id uuid, p_lot_id uuid, p_key text, p_type text, p_source text,
  p_credits_minor bigint, p_cost_minor bigint, p_expires_at timestamptz, p_purchase_id uuid, p_actor_user_id uuid,
  p_product text, p_memo text, p_at timestamptz)
returns table (entry_id uuid, lot_id uuid, customer_id uuid, credits_minor bigint, balance_after_minor bigint, replayed boolean)
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  v_version bigint;
  v_balance bigint;
begin
  perform inside_organization(p_organization_id);
  insert into credit_accounts (organization_id, customer_id) values (p_organization_id, p_customer_id)
    on conflict do nothing;
  select a.version, a.balance_minor into v_version, v_balance from credit_accounts a
    where a.organization_id = p_organization_id and a.customer_id = p_customer_id for update;
  return query select e.id, l.lot_id, e.customer_id, e.credits_minor, e.balance_after_minor, true
    from credit_entries e join credit_entry_lots l on l.organization_id = e.organization_id and l.entry_id = e.id
    where e.organization_id = p_organization_id and e.idempotency_key = p_key;
  if found then return; end if;
  insert into credit_lots (organization_id, id, customer_id, source, allocation_minor, remaining_minor, expires_at,
      cost_minor, purchase_id, created_at)
    values (p_organization_id, p_lot_id, p_customer_id, p_source, p_credits_minor, p_credits_minor, p_expires_at,
      p_cost_minor, p_purchase_id, p_at);
  insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
      credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, purchase_id, actor_user_id,
      product, memo, created_at)
    values (p_organization_id, p_entry_id, p_customer_id, v_version + 1, nullif(v_version, 0), p_type, 'issued', 'customer',
      p_credits_minor, p_credits_minor, v_balance, v_balance + p_credits_minor, p_key, p_purchase_id, p_actor_user_id,
      p_product, p_memo, p_at);
  insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor)
    values (p_organization_id, p_entry_id, p_lot_id, p_credits_minor);
  update credit_accounts a set version = v_version + 1, balance_minor = v_balance + p_credits_minor
    where a.organization_id = p_organization_id and a.customer_id = p_customer_id;
  return query select p_entry_id, p_lot_id, p_customer_id, p_credits_minor, v_balance + p_credits_minor, false;
end $$;

-- Spends from the lots in the one order there is: earliest expiry first and never-expiring last; then plan, purchase,
-- adjustment; then oldest; then id. A lot past its expiry is not touched even if it has not been written off yet.
-- No row comes back when what can be spent is not enough; nothing is written then.
create function spend_credits(
  p_organization_id uuid, p_customer_id uuid, p_entry_id uuid, p_key text, p_credits_minor bigint, p_actor_user_id uuid,
  p_product text, p_memo text, p_at timestamptz)
returns table (entry_id uuid, customer_id uuid, credits_minor bigint, balance_after_minor bigint, replayed boolean)
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  v_version bigint;
  v_balance bigint;
  v_spendable bigint;
begin
  perform inside_organization(p_organization_id);
  select a.version, a.balance_minor into v_version, v_balance from credit_accounts a
    where a.organization_id = p_organization_id and a.customer_id = p_customer_id for update;
  return query select e.id, e.customer_id, e.credits_minor, e.balance_after_minor, true from credit_entries e
    where e.organization_id = p_organization_id and e.idempotency_key = p_key;
  if found then return; end if;
  select coalesce(sum(l.remaining_minor), 0) into v_spendable from credit_lots l
    where l.organization_id = p_organization_id and l.customer_id = p_customer_id and l.remaining_minor > 0
      and (l.expires_at is null or l.expires_at > p_at);
  if p_credits_minor <= 0 or v_spendable < p_credits_minor then return; end if;
  insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
      credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, actor_user_id, product, memo,
      created_at)
    values (p_organization_id, p_entry_id, p_customer_id, v_version + 1, nullif(v_version, 0), 'spend', 'customer', 'spent',
      p_credits_minor, -p_credits_minor, v_balance, v_balance - p_credits_minor, p_key, p_actor_user_id, p_product, p_memo,
      p_at);
  with queue as (
    select l.id, l.remaining_minor, sum(l.remaining_minor) over (order by l.expires_at asc nulls last,
        array_position(array['plan', 'purchase', 'adjustment'], l.source), l.created_at, l.id) - l.remaining_minor as before
      from credit_lots l
      where l.organization_id = p_organization_id and l.customer_id = p_customer_id and l.remaining_minor > 0
        and (l.expires_at is null or l.expires_at > p_at)
  ), taken as (
    update credit_lots l set remaining_minor = l.remaining_minor - least(q.remaining_minor, p_credits_minor - q.before)
      from queue q
      where l.organization_id = p_organization_id and l.id = q.id and q.before < p_credits_minor
      returning l.id, least(q.remaining_minor, p_credits_minor - q.before) as credits
  )
  insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor)
    select p_organization_id, p_entry_id, t.id, -t.credits from taken t;
  update credit_accounts a set version = v_version + 1, balance_minor = v_balance - p_credits_minor
    where a.organization_id = p_organization_id and a.customer_id = p_customer_id;
  return query select p_entry_id, p_customer_id, p_credits_minor, v_balance - p_credits_minor, false;
end $$;

-- Writes off what is left of one expired lot; no row comes back when there is nothing to write off (any more).
create function expire_lot(p_organization_id uuid, p_customer_id uuid, p_lot_id uuid, p_entry_id uuid, p_at timestamptz)
returns table (entry_id uuid, credits_minor bigint, balance_after_minor bigint)
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  v_version bigint;
  v_balance bigint;
  v_left bigint;
begin
  perform inside_organization(p_organization_id);
  select a.version, a.balance_minor into v_version, v_balance from credit_accounts a
    where a.organization_id = p_organization_id and a.customer_id = p_customer_id for update;
  select l.remaining_minor into v_left from credit_lots l
    where l.organization_id = p_organization_id and l.customer_id = p_customer_id and l.id = p_lot_id
      and l.remaining_minor > 0 and l.expires_at <= p_at;
  if not found then return; end if;
  insert into credit_entries (organization_id, id, customer_id, version, previous_version, type, from_account, to_account,
      credits_minor, change_minor, balance_before_minor, balance_after_minor, idempotency_key, created_at)
    values (p_organization_id, p_entry_id, p_customer_id, v_version + 1, nullif(v_version, 0), 'expiration', 'customer',
      'expired', v_left, -v_left, v_balance, v_balance - v_left, 'expire:' || p_lot_id, p_at);
  insert into credit_entry_lots (organization_id, entry_id, lot_id, change_minor)
    values (p_organization_id, p_entry_id, p_lot_id, -v_left);
  update credit_lots l set remaining_minor = 0 where l.organization_id = p_organization_id and l.id = p_lot_id;
  update credit_accounts a set version = v_version + 1, balance_minor = v_balance - v_left
    where a.organization_id = p_organization_id and a.customer_id = p_customer_id;
  return query select p_entry_id, v_left, v_balance - v_left;
end $$;

grant select on credit_accounts, credit_lots, credit_entries, credit_entry_lots to :app_role;
revoke all on function grant_credits, spend_credits, expire_lot from public;
grant execute on function grant_credits, spend_credits, expire_lot to :app_role;

alter table credit_accounts enable row level security;
alter table credit_accounts force row level security;
create policy own_organization on credit_accounts using (organization_id = current_organization());
alter table credit_lots enable row level security;
alter table credit_lots force row level security;
create policy own_organization on credit_lots using (organization_id = current_organization());
alter table credit_entries enable row level security;
alter table credit_entries force row level security;
create policy own_organization on credit_entries using (organization_id = current_organization());
alter table credit_entry_lots enable row level security;
alter table credit_entry_lots force row level security;
create policy own_organization on credit_entry_lots using (organization_id = current_organization());
