-- Who made an invoice ready for payment, and who voided it; nobody where it came by itself.

alter table invoices
  add column issued_by uuid,
  add column voided_by uuid,
  add check (issued_by is null or status <> 'draft'),
  add check (voided_by is null or status = 'void'),
  add foreign key (organization_id, issued_by) references users (organization_id, id),
  add foreign key (organization_id, voided_by) references users (organization_id, id);

grant update (issued_by, voided_by) on invoices to :app_role;
