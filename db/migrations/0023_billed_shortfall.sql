-- Credits that were gone when their money went back, and that their customer pays for with an invoice.

alter table purchases
  add billed_minor bigint not null default 0,
  add constraint purchases_shortfall_settled_once
    check (waived_minor >= 0 and billed_minor >= 0 and waived_minor + billed_minor <= shortfall_minor);
grant update (billed_minor) on purchases to :app_role;

-- How many credits an item is for. Items are never deleted.
create table billed_shortfalls (
  organization_id uuid not null references organizations (id),
  item_id uuid not null,
  purchase_id uuid not null,
  credits_minor bigint not null check (credits_minor > 0),
  primary key (organization_id, item_id),
  foreign key (organization_id, item_id) references invoice_items (organization_id, id),
  foreign key (organization_id, purchase_id) references purchases (organization_id, id)
);
create index on billed_shortfalls (organization_id, purchase_id);
grant select, insert on billed_shortfalls to :app_role;
alter table billed_shortfalls enable row level security;
alter table billed_shortfalls force row level security;
create policy own_organization on billed_shortfalls using (organization_id = current_organization());

alter table money_alerts
  drop constraint money_alerts_kind_check,
  add constraint money_alerts_kind_check check (kind in ('late-payment', 'review', 'shortfall', 'shortfall-billed', 'dispute',
    'gateway-failing', 'missing-here', 'missing-there', 'differs', 'refund-refused', 'granted-while-removed', 'paid-too-much'));
