-- Invoices: what a customer owes, collected item by item, numbered when it is issued, and never changed afterwards.

create table invoice_settings (
  organization_id uuid not null references organizations (id),
  location_id uuid not null,
  due_days integer not null check (due_days between 0 and 365),
  reminders boolean not null,
  -- The most that a customer may owe for credit packages; null: without a limit.
  package_cap_minor bigint check (package_cap_minor between 0 and 100000000000),
  changed_at timestamptz not null,
  primary key (organization_id, location_id),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);

create table invoice_counters (
  organization_id uuid not null references organizations (id),
  location_id uuid not null,
  last_number bigint not null check (last_number >= 1),
  primary key (organization_id, location_id),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);

-- How an invoice stands. A draft is the customer's active invoice. What was issued of it is its document.
create table invoices (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('invoice', 'credit_note')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('draft', 'issued', 'paid', 'void')),
  opened_at timestamptz not null,
  -- Since when a draft is to be issued by itself.
  issue_at timestamptz,
  paid_at timestamptz,
  -- None when nothing was left to pay.
  payment_id uuid,
  voided_at timestamptz,
  reminders_sent integer not null default 0 check (reminders_sent between 0 and 2),
  reminded_on date,
  -- Its id, unless it is a draft: what is issued has a document, and what has one is issued.
  issued_id uuid generated always as (case when status <> 'draft' then id end) stored,
  primary key (organization_id, id),
  unique (organization_id, issued_id),
  unique (organization_id, id, location_id, kind),
  unique (organization_id, payment_id),
  check ((status = 'paid') = (paid_at is not null)),
  check ((status = 'void') = (voided_at is not null)),
  check (payment_id is null or status = 'paid'),
  check ((reminders_sent = 0) = (reminded_on is null)),
  check (issue_at is null or status = 'draft'),
  check (kind = 'invoice' or status = 'issued'),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create unique index invoices_one_draft on invoices (organization_id, customer_id, location_id) where status = 'draft';
create index on invoices (organization_id, customer_id, opened_at desc, id desc);
create index on invoices (organization_id, location_id, opened_at desc, id desc);
create index on invoices (organization_id, issue_at) where issue_at is not null;
create index on invoices (organization_id, location_id) where status = 'issued';

create table invoice_items (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  invoice_id uuid not null,
  -- In which order they came; what is removed leaves its place empty.
  position integer not null check (position >= 1),
  -- What made it: the same again makes nothing.
  key text not null check (length(key) between 1 and 255),
  kind text not null check (kind in ('credit_package', 'plan', 'shortfall', 'other')),
  -- What the money is for, as the revenue chart counts it.
  source text not null check (source in ('plans', 'credits', 'bookings', 'events', 'shop', 'other')),
  subject_id uuid,
  title text not null check (length(title) between 1 and 200),
  -- The days that it is for; the last one is within.
  starts_on date,
  ends_on date,
  list_minor bigint not null,
  discount_percent integer not null check (discount_percent between 0 and 100),
  net_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null check (total_minor = net_minor + tax_minor),
  tax_label text not null,
  tax_rate_ppm integer not null check (tax_rate_ppm between 0 and 1000000),
  -- On a credit note: the item that it takes away, whole and once.
  credits_item_id uuid,
  credited_net_minor bigint generated always as (case when credits_item_id is not null then -net_minor end) stored,
  credited_tax_minor bigint generated always as (case when credits_item_id is not null then -tax_minor end) stored,
  added_at timestamptz not null,
  added_by uuid,
  removed_at timestamptz,
  removed_by uuid,
  is_there boolean not null generated always as (removed_at is null) stored,
  primary key (organization_id, id),
  unique (organization_id, key),
  unique (organization_id, invoice_id, position),
  unique (organization_id, credits_item_id),
  unique (organization_id, id, net_minor, tax_minor),
  unique (organization_id, id, invoice_id, net_minor, tax_minor, is_there),
  check ((starts_on is null) = (ends_on is null) and starts_on <= ends_on),
  check (case when credits_item_id is null then least(list_minor, net_minor, tax_minor) >= 0
    else greatest(list_minor, net_minor, tax_minor) <= 0 end),
  check (removed_by is null or removed_at is not null),
  foreign key (organization_id, invoice_id) references invoices (organization_id, id),
  foreign key (organization_id, credits_item_id, credited_net_minor, credited_tax_minor)
    references invoice_items (organization_id, id, net_minor, tax_minor),
  foreign key (organization_id, added_by) references users (organization_id, id),
  foreign key (organization_id, removed_by) references users (organization_id, id)
);
create index on invoice_items (organization_id, subject_id) where subject_id is not null;

-- What was issued, line by line. Each line begins with the sums of the one before it, so that totals are sums of lines.
create table invoice_lines (
  organization_id uuid not null references organizations (id),
  invoice_id uuid not null,
  position integer not null check (position >= 1),
  line_count integer not null check (position <= line_count),
  item_id uuid not null,
  is_there boolean not null default true check (is_there),
  net_minor bigint not null,
  tax_minor bigint not null,
  net_before_minor bigint not null,
  tax_before_minor bigint not null,
  net_so_far_minor bigint not null check (net_so_far_minor = net_before_minor + net_minor),
  tax_so_far_minor bigint not null check (tax_so_far_minor = tax_before_minor + tax_minor),
  position_before integer generated always as (nullif(position - 1, 0)) stored,
  primary key (organization_id, invoice_id, position),
  unique (organization_id, item_id),
  unique (organization_id, invoice_id, position, net_so_far_minor, tax_so_far_minor),
  check (position > 1 or (net_before_minor = 0 and tax_before_minor = 0)),
  foreign key (organization_id, invoice_id, position_before, net_before_minor, tax_before_minor)
    references invoice_lines (organization_id, invoice_id, position, net_so_far_minor, tax_so_far_minor),
  -- An item that was issued cannot be removed any more, and one that was removed cannot be issued.
  foreign key (organization_id, item_id, invoice_id, net_minor, tax_minor, is_there)
    references invoice_items (organization_id, id, invoice_id, net_minor, tax_minor, is_there)
);

-- What was issued as a whole: number, totals and who stood on it then. Only ever inserted.
create table invoice_documents (
  organization_id uuid not null references organizations (id),
  invoice_id uuid not null,
  location_id uuid not null,
  kind text not null,
  -- Counted by location, without gaps: each has the one before it.
  number bigint not null check (number >= 1),
  number_before bigint generated always as (nullif(number - 1, 0)) stored,
  -- A credit note is against an invoice.
  against_id uuid,
  line_count integer not null check (line_count >= 1),
  net_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null check (total_minor = net_minor + tax_minor),
  issued_at timestamptz not null,
  due_on date,
  document jsonb not null,
  primary key (organization_id, invoice_id),
  unique (organization_id, location_id, number),
  unique (organization_id, invoice_id, line_count),
  check ((kind = 'credit_note') = (against_id is not null)),
  check ((kind = 'credit_note') = (due_on is null)),
  foreign key (organization_id, location_id, number_before)
    references invoice_documents (organization_id, location_id, number),
  foreign key (organization_id, against_id) references invoice_documents (organization_id, invoice_id),
  foreign key (organization_id, invoice_id, location_id, kind) references invoices (organization_id, id, location_id, kind),
  foreign key (organization_id, invoice_id) references invoices (organization_id, issued_id) deferrable initially deferred,
  foreign key (organization_id, invoice_id, line_count, net_minor, tax_minor)
    references invoice_lines (organization_id, invoice_id, position, net_so_far_minor, tax_so_far_minor)
);
create index on invoice_documents (organization_id, against_id) where against_id is not null;
create index on invoice_documents (organization_id, location_id, due_on);
alter table invoices add foreign key (organization_id, issued_id)
  references invoice_documents (organization_id, invoice_id) deferrable initially deferred;
alter table invoice_lines add foreign key (organization_id, invoice_id, line_count)
  references invoice_documents (organization_id, invoice_id, line_count) deferrable initially deferred;
alter table invoice_items add foreign key (organization_id, credits_item_id) references invoice_lines (organization_id, item_id);

-- Invoices are paid by payments too. What such a payment is for is said by the items of its invoice.
alter table payments
  drop constraint payments_subject_check,
  add constraint payments_subject_check check (subject in ('purchase', 'invoice')),
  alter column source drop not null,
  add constraint payments_source_unless_invoice check ((source is null) = (subject = 'invoice'));
-- An invoice outlives an attempt that is for review, or that was given up and paid after all: there may be another.
drop index payments_one_open_per_subject;
create unique index payments_one_open_per_subject on payments (organization_id, subject, subject_id)
  where status <> 'failed' and (subject = 'purchase' or (status <> 'review' and alert is null));

alter table money_alerts
  drop constraint money_alerts_kind_check,
  add constraint money_alerts_kind_check check (kind in ('late-payment', 'review', 'shortfall', 'dispute', 'gateway-failing',
    'missing-here', 'missing-there', 'differs', 'refund-refused', 'granted-while-removed', 'paid-too-much'));

grant select, insert on invoice_settings, invoice_counters, invoices, invoice_items, invoice_lines, invoice_documents
  to :app_role;
grant update (due_days, reminders, package_cap_minor, changed_at) on invoice_settings to :app_role;
grant update (last_number) on invoice_counters to :app_role;
grant update (status, issue_at, paid_at, payment_id, voided_at, reminders_sent, reminded_on) on invoices to :app_role;
grant update (removed_at, removed_by) on invoice_items to :app_role;

alter table invoice_settings enable row level security;
alter table invoice_settings force row level security;
create policy own_organization on invoice_settings using (organization_id = current_organization());
alter table invoice_counters enable row level security;
alter table invoice_counters force row level security;
create policy own_organization on invoice_counters using (organization_id = current_organization());
alter table invoices enable row level security;
alter table invoices force row level security;
create policy own_organization on invoices using (organization_id = current_organization());
alter table invoice_items enable row level security;
alter table invoice_items force row level security;
create policy own_organization on invoice_items using (organization_id = current_organization());
alter table invoice_lines enable row level security;
alter table invoice_lines force row level security;
create policy own_organization on invoice_lines using (organization_id = current_organization());
alter table invoice_documents enable row level security;
alter table invoice_documents force row level security;
create policy own_organization on invoice_documents using (organization_id = current_organization());
