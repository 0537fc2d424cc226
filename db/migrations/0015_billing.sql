-- Who stands on documents: the names, addresses and tax numbers of locations and customers. Documents copy them.

create table location_billing (
  organization_id uuid not null references organizations (id),
  location_id uuid not null,
  legal_name text not null default '' check (length(legal_name) <= 200),
  address text not null default '' check (length(address) <= 600),
  tax_id text not null default '' check (length(tax_id) <= 60),
  changed_at timestamptz not null,
  primary key (organization_id, location_id),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);

create table customer_billing (
  organization_id uuid not null references organizations (id),
  customer_id uuid not null,
  legal_name text not null default '' check (length(legal_name) <= 200),
  address text not null default '' check (length(address) <= 600),
  tax_id text not null default '' check (length(tax_id) <= 60),
  changed_at timestamptz not null,
  primary key (organization_id, customer_id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);

grant select, insert on location_billing, customer_billing to :app_role;
grant update (legal_name, address, tax_id, changed_at) on location_billing, customer_billing to :app_role;

alter table location_billing enable row level security;
alter table location_billing force row level security;
create policy own_organization on location_billing using (organization_id = current_organization());
alter table customer_billing enable row level security;
alter table customer_billing force row level security;
create policy own_organization on customer_billing using (organization_id = current_organization());
