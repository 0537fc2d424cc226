-- What is sold, what was bought, and what people are told about it.

create table credit_packages (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  name text not null default '' check (length(name) <= 80),
  credits_minor bigint not null check (credits_minor between 1 and 100000000),
  price_minor bigint not null check (price_minor between 0 and 100000000000),
  valid_for_days integer check (valid_for_days between 1 and 3650),
  position integer not null,
  on_sale boolean not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);
create index on credit_packages (organization_id, location_id, position, id) where removed_at is null;

create table purchases (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  customer_id uuid not null,
  buyer_user_id uuid not null,
  -- One press of one button. The same key with another body is refused.
  request_key text not null check (length(request_key) between 1 and 255),
  request_hash bytea not null,
  package_id uuid not null,
  -- A copy of what was sold: editing or removing the package changes nothing here.
  title text not null,
  credits_minor bigint not null check (credits_minor between 1 and 100000000),
  valid_for_days integer,
  currency text not null,
  list_minor bigint not null check (list_minor >= 0),
  discount_percent integer not null check (discount_percent between 0 and 100),
  net_minor bigint not null check (net_minor >= 0),
  tax_minor bigint not null check (tax_minor >= 0),
  total_minor bigint not null check (total_minor = net_minor + tax_minor),
  tax_rate_ppm integer not null,
  tax_label text not null,
  method text not null check (method in ('card', 'free', 'invoice', 'external')),
  payment_id uuid,
  -- Paid means granted: the lot that this very purchase was given.
  lot_id uuid,
  paid_at timestamptz,
  on_account boolean not null default false,
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, buyer_user_id, request_key),
  unique (organization_id, payment_id),
  check ((paid_at is null) = (lot_id is null)),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, buyer_user_id) references users (organization_id, id),
  foreign key (organization_id, package_id) references credit_packages (organization_id, id),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, id, lot_id) references credit_lots (organization_id, purchase_id, id)
);
create index on purchases (organization_id, customer_id, created_at desc, id desc);

create table notifications (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  user_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  -- The values of the message and where it leads; the text itself is made when it is shown.
  details jsonb not null,
  href text not null,
  created_at timestamptz not null,
  read_at timestamptz,
  primary key (organization_id, id),
  -- Told once, however often the job runs.
  unique (organization_id, user_id, kind, subject_id),
  foreign key (organization_id, user_id) references users (organization_id, id)
);
create index on notifications (organization_id, user_id, created_at desc, id desc);

grant select, insert on credit_packages, purchases, notifications to :app_role;
grant update (name, credits_minor, price_minor, valid_for_days, position, on_sale, removed_at) on credit_packages to :app_role;
grant update (lot_id, paid_at, on_account) on purchases to :app_role;
grant update (read_at) on notifications to :app_role;

alter table credit_packages enable row level security;
alter table credit_packages force row level security;
create policy own_organization on credit_packages using (organization_id = current_organization());
alter table purchases enable row level security;
alter table purchases force row level security;
create policy own_organization on purchases using (organization_id = current_organization());
alter table notifications enable row level security;
alter table notifications force row level security;
create policy own_organization on notifications using (organization_id = current_organization());
