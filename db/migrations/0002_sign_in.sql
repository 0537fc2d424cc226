-- How people sign in. Codes, links and sessions are stored as hashes only; each token carries its organization's id in
-- front, so that no look-up has to search across organizations.

create table sign_in_requests (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  user_id uuid not null,
  code_hash bytea not null,
  link_hash bytea not null,
  attempts_left integer not null check (attempts_left >= 0),
  -- Only the demo's links stay good after their first use.
  reusable boolean not null default false,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, link_hash),
  foreign key (organization_id, user_id) references users (organization_id, id)
);
create index on sign_in_requests (organization_id, user_id, created_at);

create table sessions (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  user_id uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  user_agent text not null default '',
  primary key (organization_id, id),
  unique (organization_id, token_hash),
  foreign key (organization_id, user_id) references users (organization_id, id)
);
create index on sessions (organization_id, user_id);

-- Messages on their way out, written in the transaction that caused them.
create table mails (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  recipient text not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  failure text,
  primary key (organization_id, id)
);
create index on mails (organization_id, created_at desc, id desc);

grant select, insert on sign_in_requests, sessions, mails to :app_role;
grant update (attempts_left, used_at) on sign_in_requests to :app_role;
grant update (seen_at) on sessions to :app_role;
grant delete on sessions, sign_in_requests to :app_role;
grant update (sent_at, failure) on mails to :app_role;

alter table sign_in_requests enable row level security;
alter table sign_in_requests force row level security;
create policy own_organization on sign_in_requests using (organization_id = current_organization());
alter table sessions enable row level security;
alter table sessions force row level security;
create policy own_organization on sessions using (organization_id = current_organization());
alter table mails enable row level security;
alter table mails force row level security;
create policy own_organization on mails using (organization_id = current_organization());
