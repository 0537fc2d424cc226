-- Money that goes back, and what administrators have to look at.

-- What a connection may be used for, how its last self-check went, and how far the nightly sweep has read.
alter table gateway_connections
  add for_packages boolean not null default true,
  add for_invoices boolean not null default true,
  add checked_at timestamptz,
  add problems text[] not null default '{}',
  add swept_until timestamptz;
grant update (for_packages, for_invoices, checked_at, problems, swept_until) on gateway_connections to :app_role;

-- An administrator's deliberate refund. `new` is still to be done at the gateway, and has a time at which to look again.
create table refunds (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  payment_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  actor_user_id uuid not null,
  reason text not null check (reason <> ''),
  request_key text not null check (length(request_key) between 1 and 255),
  status text not null check (status in ('new', 'done', 'refused')),
  refusal text,
  created_at timestamptz not null,
  settled_at timestamptz,
  check_at timestamptz,
  checks integer not null default 0,
  primary key (organization_id, id),
  unique (organization_id, payment_id, request_key),
  check ((status = 'new') = (check_at is not null)),
  check ((status = 'new') = (settled_at is null)),
  check ((status = 'refused') = (refusal is not null)),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, actor_user_id) references users (organization_id, id)
);
create index on refunds (organization_id, check_at) where check_at is not null;

-- What changed of what a gateway gave back or holds back of a payment: the difference of two snapshots, once. Positive
-- is money that left us. `refund_id` when an administrator asked for it here; otherwise it was done at the gateway.
create table payment_reversals (
  organization_id uuid not null references organizations (id),
  payment_id uuid not null,
  number integer not null check (number >= 1),
  kind text not null check (kind in ('refund', 'refund_failed', 'dispute', 'dispute_ended')),
  amount_minor bigint not null check (amount_minor <> 0),
  refund_id uuid,
  created_at timestamptz not null,
  primary key (organization_id, payment_id, number),
  check ((amount_minor > 0) = (kind in ('refund', 'dispute'))),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, refund_id) references refunds (organization_id, id)
);
create index on payment_reversals (organization_id, refund_id) where refund_id is not null;

alter table payments
  add reversals integer not null default 0,
  -- Refunded and disputed together never exceed what was paid twice over; credits follow what is gone in total.
  add constraint payments_reversed_only_if_paid check (status = 'paid' or (refunded_minor = 0 and disputed_minor = 0));
grant update (reversals) on payments to :app_role;

-- What was taken back of a purchase's credits in total, what could not be because it was spent, and how much of that was
-- let go by an administrator.
alter table purchases
  add taken_back_minor bigint not null default 0,
  add shortfall_minor bigint not null default 0,
  add waived_minor bigint not null default 0,
  add check (taken_back_minor >= 0 and shortfall_minor >= 0 and taken_back_minor + shortfall_minor <= credits_minor),
  add check (waived_minor between 0 and shortfall_minor),
  add check (paid_at is not null or taken_back_minor + shortfall_minor = 0);
grant update (taken_back_minor, shortfall_minor, waived_minor) on purchases to :app_role;

-- Something about money that a person has to look at. One open alert of a kind about a subject.
create table money_alerts (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  kind text not null check (kind in ('late-payment', 'review', 'shortfall', 'dispute', 'gateway-failing', 'missing-here',
    'missing-there', 'differs', 'refund-refused', 'granted-while-removed')),
  payment_id uuid,
  connection_id uuid,
  -- The gateway's own id where a payment of ours is missing.
  reference text,
  details jsonb not null default '{}',
  created_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by uuid,
  note text not null default '',
  primary key (organization_id, id),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, connection_id) references gateway_connections (organization_id, id),
  foreign key (organization_id, resolved_by) references users (organization_id, id)
);
create unique index money_alerts_one_open on money_alerts (organization_id, kind, payment_id, connection_id, reference)
  nulls not distinct where resolved_at is null;
create index on money_alerts (organization_id, location_id, created_at desc);

grant select, insert on refunds, payment_reversals, money_alerts to :app_role;
grant update (status, refusal, settled_at, check_at, checks) on refunds to :app_role;
grant update (details, resolved_at, resolved_by, note) on money_alerts to :app_role;

alter table refunds enable row level security;
alter table refunds force row level security;
create policy own_organization on refunds using (organization_id = current_organization());
alter table payment_reversals enable row level security;
alter table payment_reversals force row level security;
create policy own_organization on payment_reversals using (organization_id = current_organization());
alter table money_alerts enable row level security;
alter table money_alerts force row level security;
create policy own_organization on money_alerts using (organization_id = current_organization());
