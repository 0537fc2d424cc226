-- The memory of the test gateway: what Stripe would remember, kept here so that it survives a crash like everything else.
-- Rows exist only for connected test gateways; no real money and no real card ever gets into them.

create table simulator_accounts (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  -- Each change sets it first and so waits for the one before: two requests can never charge the same payment twice.
  changed_at timestamptz,
  primary key (organization_id, id)
);

create table simulator_objects (
  organization_id uuid not null references organizations (id),
  id text not null,
  account_id uuid not null,
  kind text not null check (kind in ('customer', 'payment_method', 'payment_intent', 'charge', 'refund', 'dispute',
    'checkout.session', 'challenge', 'webhook_endpoint', 'event')),
  -- The object as the API shows it.
  body jsonb not null,
  -- A method's customer, a charge's intent, a refund's charge, the session an intent was made for.
  belongs_to text,
  -- What signs the events sent to a webhook endpoint.
  secret text,
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, account_id) references simulator_accounts (organization_id, id)
);
create index on simulator_objects (organization_id, account_id, kind, created_at);
create index on simulator_objects (organization_id, belongs_to) where belongs_to is not null;

-- Idempotency keys and what they were answered, errors included.
create table simulator_requests (
  organization_id uuid not null references organizations (id),
  account_id uuid not null,
  idempotency_key text not null check (length(idempotency_key) between 1 and 255),
  fingerprint bytea not null,
  status integer not null,
  answer jsonb not null,
  created_at timestamptz not null,
  primary key (organization_id, account_id, idempotency_key),
  foreign key (organization_id, account_id) references simulator_accounts (organization_id, id)
);

grant select, insert on simulator_accounts, simulator_objects, simulator_requests to :app_role;
grant update (changed_at) on simulator_accounts to :app_role;
grant update (body, belongs_to) on simulator_objects to :app_role;

alter table simulator_accounts enable row level security;
alter table simulator_accounts force row level security;
create policy own_organization on simulator_accounts using (organization_id = current_organization());
alter table simulator_objects enable row level security;
alter table simulator_objects force row level security;
create policy own_organization on simulator_objects using (organization_id = current_organization());
alter table simulator_requests enable row level security;
alter table simulator_requests force row level security;
create policy own_organization on simulator_requests using (organization_id = current_organization());
