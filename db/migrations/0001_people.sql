-- Who there is. Every table of an organization begins its keys with organization_id, so that rows can be guarded by
-- row-level security now and spread by organization later without moving one.

create function current_organization() returns uuid
  language sql stable parallel safe
  as $$ select nullif(current_setting('roost.organization_id', true), '')::uuid $$;

create table organizations (
  id uuid primary key,
  name text not null check (length(name) between 1 and 120),
  is_demo boolean not null default false,
  created_at timestamptz not null
);

-- Where an e-mail address may sign in: the one look-up that starts without an organization.
create table sign_in_addresses (
  email text not null check (email = lower(email)),
  organization_id uuid not null references organizations (id),
  user_id uuid not null,
  primary key (email, organization_id)
);

create table users (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  email text not null check (email = lower(email)),
  name text not null check (length(name) between 1 and 120),
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, email)
);

create table organization_owners (
  organization_id uuid primary key references organizations (id),
  user_id uuid not null,
  foreign key (organization_id, user_id) references users (organization_id, id)
);

create table locations (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  name text not null check (length(name) between 1 and 120),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  locale text not null,
  tax_mode text not null default 'none' check (tax_mode in ('none', 'inclusive', 'exclusive')),
  tax_rate_ppm integer not null default 0 check (tax_rate_ppm between 0 and 1000000),
  tax_label text not null default '',
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, slug),
  check ((tax_mode = 'none') = (tax_rate_ppm = 0))
);

create table administrators (
  organization_id uuid not null references organizations (id),
  location_id uuid not null,
  user_id uuid not null,
  areas text[] not null check (areas <@ array['customers', 'billing', 'analytics', 'settings']),
  primary key (organization_id, location_id, user_id),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, user_id) references users (organization_id, id)
);
create index on administrators (organization_id, user_id);

-- Who pays and who owns credits: one membership or one company.
create table customers (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  kind text not null check (kind in ('individual', 'company')),
  name text not null check (length(name) between 1 and 120),
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);
create index on customers (organization_id, location_id, kind, name, id);

create table companies (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  customer_id uuid not null,
  name text not null check (length(name) between 1 and 120),
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, customer_id),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);

create table memberships (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  user_id uuid not null,
  customer_id uuid not null,
  type text not null check (type in ('member', 'nonmember')),
  status text not null check (status in ('requested', 'invited', 'active', 'removed')),
  company_id uuid,
  company_role text check (company_role in ('manager', 'member')),
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, location_id, user_id),
  unique (organization_id, customer_id),
  check ((company_id is null) = (company_role is null)),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, user_id) references users (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
create index on memberships (organization_id, user_id);
create index on memberships (organization_id, company_id);

grant usage on schema public to :app_role;
grant select, insert on organizations, sign_in_addresses, users, organization_owners, locations, administrators,
  customers, companies, memberships to :app_role;
grant update (name) on organizations to :app_role;
grant update (name, email) on users to :app_role;
-- A location's currency is fixed when it is made.
grant update (name, time_zone, locale, tax_mode, tax_rate_ppm, tax_label) on locations to :app_role;
grant update (name) on customers, companies to :app_role;
grant update (type, status, company_id, company_role) on memberships to :app_role;
grant update (areas), delete on administrators to :app_role;

alter table users enable row level security;
alter table users force row level security;
create policy own_organization on users using (organization_id = current_organization());
alter table organization_owners enable row level security;
alter table organization_owners force row level security;
create policy own_organization on organization_owners using (organization_id = current_organization());
alter table locations enable row level security;
alter table locations force row level security;
create policy own_organization on locations using (organization_id = current_organization());
alter table administrators enable row level security;
alter table administrators force row level security;
create policy own_organization on administrators using (organization_id = current_organization());
alter table customers enable row level security;
alter table customers force row level security;
create policy own_organization on customers using (organization_id = current_organization());
alter table companies enable row level security;
alter table companies force row level security;
create policy own_organization on companies using (organization_id = current_organization());
alter table memberships enable row level security;
alter table memberships force row level security;
create policy own_organization on memberships using (organization_id = current_organization());
