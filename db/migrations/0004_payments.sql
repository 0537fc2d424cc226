-- Money. A payment is one attempt to collect an amount from a customer for a subject (a purchase; later an invoice).

create table gateway_connections (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  kind text not null,
  live boolean not null,
  account text not null,
  sealed_settings bytea not null,
  -- Where the gateway sends its hints: /webhooks/{organization}/{connection}/{webhook_path}
  webhook_path text not null,
  sealed_webhook_secret bytea,
  created_at timestamptz not null,
  -- Secrets stay after disconnecting, until the payments that are under way have settled.
  disconnected_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);
-- A location sells through one gateway at a time.
create unique index gateway_connections_one_per_location on gateway_connections (organization_id, location_id)
  where disconnected_at is null;

create table gateway_customers (
  organization_id uuid not null references organizations (id),
  connection_id uuid not null,
  customer_id uuid not null,
  reference text not null,
  primary key (organization_id, connection_id, customer_id),
  foreign key (organization_id, connection_id) references gateway_connections (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);

create table saved_methods (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  connection_id uuid not null,
  customer_id uuid not null,
  reference text not null,
  brand text not null,
  last4 text not null,
  expires_month integer not null check (expires_month between 1 and 12),
  expires_year integer not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  removed_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, connection_id, reference),
  foreign key (organization_id, connection_id) references gateway_connections (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create index on saved_methods (organization_id, customer_id, last_used_at desc) where removed_at is null;

create table payments (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  customer_id uuid not null,
  actor_user_id uuid,
  subject text not null check (subject in ('purchase')),
  subject_id uuid not null,
  -- What the money is for, as the revenue chart counts it.
  source text not null check (source in ('plans', 'credits', 'bookings', 'events', 'shop', 'other')),
  title text not null,
  method text not null check (method in ('card', 'free', 'external')),
  status text not null check (status in ('new', 'action', 'processing', 'paid', 'failed', 'review')),
  amount_minor bigint not null check (amount_minor >= 0),
  tax_minor bigint not null check (tax_minor between 0 and amount_minor),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  refunded_minor bigint not null default 0 check (refunded_minor between 0 and amount_minor),
  disputed_minor bigint not null default 0 check (disputed_minor between 0 and amount_minor),
  live boolean not null,
  connection_id uuid,
  reference text,
  -- Other ids under which the gateway may name this payment.
  aliases text[] not null default '{}',
  saved_method_id uuid,
  method_label text not null default '',
  next_url text,
  failure_code text,
  failure_text text,
  -- Something that administrators have to look at: late-payment, amount, currency, live.
  alert text,
  created_at timestamptz not null,
  settled_at timestamptz,
  give_up_at timestamptz not null,
  check_at timestamptz,
  checks integer not null default 0,
  primary key (organization_id, id),
  unique (organization_id, connection_id, reference),
  check ((status = 'paid') = (settled_at is not null)),
  check ((status in ('new', 'action', 'processing')) = (check_at is not null)),
  check ((method = 'card') = (connection_id is not null)),
  check (method <> 'free' or amount_minor = 0),
  check (reference is not null or method <> 'card' or status in ('new', 'failed')),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, actor_user_id) references users (organization_id, id),
  foreign key (organization_id, connection_id) references gateway_connections (organization_id, id),
  foreign key (organization_id, saved_method_id) references saved_methods (organization_id, id)
);
-- At most one attempt per subject that has not failed.
create unique index payments_one_open_per_subject on payments (organization_id, subject, subject_id) where status <> 'failed';
create index on payments (organization_id, check_at) where check_at is not null;
create index on payments (organization_id, customer_id, created_at desc, id desc);

grant select, insert on gateway_connections, gateway_customers, saved_methods, payments to :app_role;
grant update (disconnected_at, sealed_settings, sealed_webhook_secret, account) on gateway_connections to :app_role;
grant update (brand, last4, expires_month, expires_year, last_used_at, removed_at) on saved_methods to :app_role;
grant update (status, reference, aliases, method_label, next_url, failure_code, failure_text, alert, settled_at,
  check_at, checks, refunded_minor, disputed_minor) on payments to :app_role;

alter table gateway_connections enable row level security;
alter table gateway_connections force row level security;
create policy own_organization on gateway_connections using (organization_id = current_organization());
alter table gateway_customers enable row level security;
alter table gateway_customers force row level security;
create policy own_organization on gateway_customers using (organization_id = current_organization());
alter table saved_methods enable row level security;
alter table saved_methods force row level security;
create policy own_organization on saved_methods using (organization_id = current_organization());
alter table payments enable row level security;
alter table payments force row level security;
create policy own_organization on payments using (organization_id = current_organization());
