-- Who looks after what: the owner's offer to follow them, invitations by a company's managers, companies that are removed,
-- addresses that locations had, and people whose data went.

-- An owner offers the organization to an administrator, who takes it or not: at no moment are there two owners, or none.
create table owner_offers (
  organization_id uuid primary key references organizations (id),
  from_user_id uuid not null,
  to_user_id uuid not null check (to_user_id <> from_user_id),
  offered_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (organization_id, from_user_id) references users (organization_id, id),
  foreign key (organization_id, to_user_id) references users (organization_id, id)
);

-- A company's manager asks somebody to belong to it; nothing changes before they accept.
create table company_invitations (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  location_id uuid not null,
  company_id uuid not null,
  user_id uuid not null,
  company_role text not null check (company_role in ('manager', 'member')),
  invited_by_user_id uuid not null,
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, company_id, user_id),
  foreign key (organization_id, location_id) references locations (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  foreign key (organization_id, user_id) references users (organization_id, id),
  foreign key (organization_id, invited_by_user_id) references users (organization_id, id)
);
create index on company_invitations (organization_id, user_id);

-- Addresses of locations that changed: they lead to the location for as long as there is one.
create table location_former_slugs (
  organization_id uuid not null references organizations (id),
  slug text not null,
  location_id uuid not null,
  primary key (organization_id, slug),
  foreign key (organization_id, location_id) references locations (organization_id, id)
);

alter table companies add column removed_at timestamptz;
-- Their name and address are gone for good; what they bought and used stays, under their id.
alter table users add column anonymised_at timestamptz;

grant select, insert, delete on owner_offers, company_invitations, location_former_slugs to :app_role;
-- The row itself can be neither doubled nor deleted: there is exactly one owner.
grant update (user_id) on organization_owners to :app_role;
grant update (removed_at) on companies to :app_role;
grant update (anonymised_at) on users to :app_role;
grant update (slug) on locations to :app_role;
grant delete on notifications, mails, customer_billing to :app_role;

alter table owner_offers enable row level security;
alter table owner_offers force row level security;
create policy own_organization on owner_offers using (organization_id = current_organization());
alter table company_invitations enable row level security;
alter table company_invitations force row level security;
create policy own_organization on company_invitations using (organization_id = current_organization());
alter table location_former_slugs enable row level security;
alter table location_former_slugs force row level security;
create policy own_organization on location_former_slugs using (organization_id = current_organization());
