-- The logos of locations, each once, by what is in it: documents name the one that they were issued with, so that
-- another logo, or none, changes nothing that was issued before.

create table logos (
  organization_id uuid not null references organizations (id),
  hash bytea not null,
  content_type text not null check (content_type in ('image/png', 'image/jpeg')),
  bytes bytea not null check (octet_length(bytes) between 1 and 4194304),
  width int not null check (width between 16 and 3000),
  height int not null check (height between 16 and 3000),
  added_at timestamptz not null,
  primary key (organization_id, hash),
  check (hash = sha256(bytes))
);

alter table location_billing add column logo_hash bytea;
alter table location_billing add foreign key (organization_id, logo_hash) references logos (organization_id, hash);

grant select, insert on logos to :app_role;
grant update (logo_hash) on location_billing to :app_role;

alter table logos enable row level security;
alter table logos force row level security;
create policy own_organization on logos using (organization_id = current_organization());
