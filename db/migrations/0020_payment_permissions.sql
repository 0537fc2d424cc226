-- Which methods of a company its members may pay with, for each class of products. Without a row only its managers may.

-- So that a permission can name a card of the very company it is about, and of nobody else.
alter table saved_methods add unique (organization_id, customer_id, id);

create table payment_permissions (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  customer_id uuid not null,
  product_class text not null check (product_class in ('credits')),
  method text not null check (method in ('card', 'invoice')),
  -- Which card; none for the invoice.
  saved_method_id uuid,
  open_to text not null check (open_to in ('managers', 'members')),
  changed_by uuid not null,
  changed_at timestamptz not null,
  primary key (organization_id, id),
  unique nulls not distinct (organization_id, customer_id, product_class, saved_method_id),
  check ((method = 'card') = (saved_method_id is not null)),
  -- Companies only: for oneself one needs nobody's permission.
  foreign key (organization_id, customer_id) references companies (organization_id, customer_id),
  foreign key (organization_id, customer_id, saved_method_id) references saved_methods (organization_id, customer_id, id),
  foreign key (organization_id, changed_by) references users (organization_id, id)
);

-- A member of a company has asked its managers to be let; once a day, so that nobody is flooded.
create table permission_requests (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  customer_id uuid not null,
  user_id uuid not null,
  -- The day at the location.
  asked_on date not null,
  asked_at timestamptz not null,
  -- When a method was opened to members, and whoever asked was told.
  answered_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, customer_id, user_id, asked_on),
  foreign key (organization_id, customer_id) references companies (organization_id, customer_id),
  foreign key (organization_id, user_id) references users (organization_id, id)
);

grant select, insert on payment_permissions, permission_requests to :app_role;
grant update (open_to, changed_by, changed_at) on payment_permissions to :app_role;
grant update (answered_at) on permission_requests to :app_role;

alter table payment_permissions enable row level security;
alter table payment_permissions force row level security;
create policy own_organization on payment_permissions using (organization_id = current_organization());
alter table permission_requests enable row level security;
alter table permission_requests force row level security;
create policy own_organization on permission_requests using (organization_id = current_organization());
