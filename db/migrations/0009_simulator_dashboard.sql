-- The dashboard of the test gateway: bad days on order, and what became of the events that were sent.

alter table simulator_accounts
  -- Requests wait for each other at the payment they are about, no longer at the account.
  drop column changed_at,
  -- Stands in the address of the dashboard, where nobody is signed in: whoever has it may press every button there.
  add dashboard_token uuid not null default gen_random_uuid(),
  -- What goes wrong on purpose; {} is a quiet day.
  add faults jsonb not null default '{}',
  -- When it goes wrong follows from the seed and from how often chance was asked since: the same seed is the same day.
  add seed integer not null default 1,
  add draws integer not null default 0,
  -- How many more events of a payment get lost, by its intent.
  add losing jsonb not null default '{}',
  -- What happens by itself a little later: [{at, what, id}].
  add later jsonb not null default '[]';
grant update (faults, seed, draws, losing, later) on simulator_accounts to :app_role;

-- What became of an event at a webhook endpoint, attempt by attempt.
create table simulator_deliveries (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  account_id uuid not null,
  event_id text not null,
  outcome text not null check (outcome in ('answered', 'no-answer', 'lost')),
  -- Nowhere when it got lost before it was sent.
  url text,
  status integer,
  sent_at timestamptz not null,
  primary key (organization_id, id),
  check ((outcome = 'answered') = (status is not null)),
  check ((outcome = 'lost') = (url is null)),
  foreign key (organization_id, account_id) references simulator_accounts (organization_id, id),
  foreign key (organization_id, event_id) references simulator_objects (organization_id, id)
);
create index on simulator_deliveries (organization_id, event_id);

grant select, insert on simulator_deliveries to :app_role;

alter table simulator_deliveries enable row level security;
alter table simulator_deliveries force row level security;
create policy own_organization on simulator_deliveries using (organization_id = current_organization());
