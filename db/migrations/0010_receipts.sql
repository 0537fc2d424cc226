-- A numbered document for every successful payment, and one against it for every refund. Frozen when it is issued:
-- renaming a person or changing a tax rate changes no receipt.

create table receipt_counters (
  organization_id uuid not null references organizations (id),
  location_id uuid not null,
  last_number bigint not null check (last_number >= 1),
  primary key (organization_id, location_id),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);

create table receipts (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  -- Counted by location, without gaps: it is taken in the transaction that writes the receipt.
  number bigint not null check (number >= 1),
  payment_id uuid not null,
  -- What it is against: a line of what went back; null for the payment itself.
  reversal_number integer,
  document jsonb not null,
  issued_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, location_id, number),
  unique nulls not distinct (organization_id, payment_id, reversal_number),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, payment_id, reversal_number) references payment_reversals (organization_id, payment_id, number)
);

grant select, insert on receipt_counters, receipts to :app_role;
grant update (last_number) on receipt_counters to :app_role;

alter table receipt_counters enable row level security;
alter table receipt_counters force row level security;
create policy own_organization on receipt_counters using (organization_id = current_organization());
alter table receipts enable row level security;
alter table receipts force row level security;
create policy own_organization on receipts using (organization_id = current_organization());
