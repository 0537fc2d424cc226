-- Passkeys, the second factor of administrators, recovery codes, another e-mail address, and limits by network.

-- When this session showed a second factor; null: not yet, so no administrator's page opens.
alter table sessions add column second_factor_at timestamptz;

-- Only links that the demo makes; a mailed one, and one that the operator prints, is a first factor.
alter table sign_in_requests add column second_factor boolean not null default false;

create table passkeys (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  user_id uuid not null,
  credential_id text not null check (length(credential_id) between 1 and 1400),
  public_key bytea not null,
  -- How often the authenticator says it was used; those that are synced between devices always say 0.
  counter bigint not null check (counter >= 0),
  transports text[] not null,
  name text not null check (length(name) between 1 and 60),
  -- Made with a fingerprint, a face or a PIN: without one it is no second factor.
  verified boolean not null,
  created_at timestamptz not null,
  used_at timestamptz,
  -- Its counter went backwards: somebody may have a copy. It opens nothing any more.
  copied_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, credential_id),
  foreign key (organization_id, user_id) references users (organization_id, id)
);
create index on passkeys (organization_id, user_id);

create table authenticator_apps (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  user_id uuid not null,
  sealed_secret bytea not null,
  created_at timestamptz not null,
  -- Counts from here on; before, its code was only shown.
  confirmed_at timestamptz,
  -- The interval of 30 seconds whose code was used last: no code is good twice.
  last_step bigint not null default 0,
  used_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, user_id),
  foreign key (organization_id, user_id) references users (organization_id, id)
);

create table recovery_codes (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  user_id uuid not null,
  code_hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, user_id, code_hash),
  foreign key (organization_id, user_id) references users (organization_id, id)
);

-- Another e-mail address that somebody wants; nothing changes before it is confirmed from there.
create table address_changes (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  user_id uuid not null,
  email text not null check (email = lower(email)),
  token_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, token_hash),
  unique (organization_id, user_id),
  foreign key (organization_id, user_id) references users (organization_id, id)
);

-- What a browser was asked to sign with a passkey, once. Before signing in nobody knows whose browser it is.
create table passkey_challenges (
  challenge_hash bytea primary key,
  browser_hash bytea not null,
  purpose text not null check (purpose in ('sign-in', 'confirm', 'register')),
  session_id uuid,
  expires_at timestamptz not null,
  check ((purpose = 'sign-in') = (session_id is null))
);
create index on passkey_challenges (expires_at);

-- How often something was tried in a window of time. Of networks and people only a hash is kept.
create table sign_in_tries (
  subject_hash bytea not null,
  window_ends_at timestamptz not null,
  tries integer not null,
  primary key (subject_hash, window_ends_at)
);
create index on sign_in_tries (window_ends_at);

grant select, insert, delete on passkeys, authenticator_apps, recovery_codes, address_changes, passkey_challenges
  to :app_role;
grant update (counter, name, used_at, copied_at) on passkeys to :app_role;
grant update (confirmed_at, last_step, used_at) on authenticator_apps to :app_role;
grant update (used_at) on recovery_codes to :app_role;
grant select, insert, delete on sign_in_tries to :app_role;
grant update (tries) on sign_in_tries to :app_role;
grant update (second_factor_at) on sessions to :app_role;
-- An address that was given up no longer leads anywhere.
grant delete on sign_in_addresses to :app_role;

alter table passkeys enable row level security;
alter table passkeys force row level security;
create policy own_organization on passkeys using (organization_id = current_organization());
alter table authenticator_apps enable row level security;
alter table authenticator_apps force row level security;
create policy own_organization on authenticator_apps using (organization_id = current_organization());
alter table recovery_codes enable row level security;
alter table recovery_codes force row level security;
create policy own_organization on recovery_codes using (organization_id = current_organization());
alter table address_changes enable row level security;
alter table address_changes force row level security;
create policy own_organization on address_changes using (organization_id = current_organization());
