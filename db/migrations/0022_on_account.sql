-- Packages on an invoice, and packages that administrators sell to customers.

alter table purchases
  -- The buyer is an administrator who sold it to the customer.
  add on_behalf boolean not null default false,
  -- What the administrator noted about it.
  add memo text not null default '' check (length(memo) <= 300),
  -- On an invoice: the item that says what is owed. It is never deleted.
  add invoice_item_id uuid,
  add unique (organization_id, invoice_item_id),
  add foreign key (organization_id, invoice_item_id) references invoice_items (organization_id, id),
  -- What is sold on an invoice has its item, and nothing else has; nothing else is on account.
  add check ((method = 'invoice') = (invoice_item_id is not null)),
  add check (method = 'invoice' or not on_account),
  add check (method <> 'invoice' or payment_id is null),
  -- Cards are the customer's own to use, and money taken elsewhere is known to administrators.
  add check (not on_behalf or method <> 'card'),
  add check (on_behalf or method <> 'external');
